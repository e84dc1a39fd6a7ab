"""The story by hand: every act of a call done in the pages by the person it belongs to."""

from urllib.parse import parse_qs, urlsplit

from services.evaluation.domain import states
from tests.evaluation.browser import Browser, Values
from tests.evaluation.house import CALL, House, case_id, person_id

NUMBERS = ("p12", "p13", "p14")
ITEMS = range(4)
PAGES = (
    "",
    "/cases",
    "/notices",
    "/results",
    "/meeting",
    "/resolution",
    "/presentations",
    "/interests",
    "/control-lists",
)


def sign(house: House, browser: Browser) -> None:
    """Follow the redirect to documents: everything named in it is signed."""
    assert browser.answer is not None
    address = urlsplit(browser.answer.headers["Location"])
    assert address.path == "/documents/sign"
    query = parse_qs(address.query)
    for key in query["ids"][0].split(","):
        house.documents.sign(key)
    browser.open(query["next"][0].removeprefix("/evaluation"), status=302)
    house.work()


def control(house: House, who: str, number: str) -> None:
    browser = Browser(house, who)
    yes = {f"verdict_{item}": "yes" for item in ITEMS}
    path = f"/cases/{case_id(number)}/control"
    browser.send(path, {**yes, "conclusion": "yes"}, button="Uzavřít kontrolu")
    sign(house, browser)


def score(house: House, who: str, number: str, points: str) -> None:
    browser = Browser(house, who)
    path = f"/cases/{case_id(number)}/score"
    browser.send(path, {"points_0": "10,5"}, button="Uložit rozpracované")
    assert "10,5" in browser.open(path)
    values = {
        "has_studied": True,
        "points_0": "40",
        "reason_0": "potřebný",
        "points_1": points,
        "reason_1": "v souladu",
    }
    browser.send(path, values, button="Uzavřít bodovací list")
    sign(house, browser)


def visit(house: House, number: str) -> None:
    browser = Browser(house, "evaluator 1")
    values = {
        "claims-0-statement": "Provozovna existuje.",
        "need": "potřebný",
        "accord": "v souladu",
    }
    browser.send(f"/cases/{case_id(number)}/onsite", values, button="Zapsat kontrolu ex ante")
    sign(house, browser)


def play_control(house: House) -> None:
    director, assistant = Browser(house, "director"), Browser(house, "assistant")
    assert "Připravit kontrolní listy" in assistant.open("/")
    assistant.send(f"/calls/{CALL}/control-lists", button="Sestavit chybějící")
    assistant.send(f"/calls/{CALL}/control-lists/F8", button="Uložit kontrolní list")
    assistant.send(f"/calls/{CALL}/control-lists", button="Uzamknout")
    assert "Pověřit kontrolou" in director.open("/")
    pair = {"first": str(person_id("controller")), "second": str(person_id("controller 2"))}
    director.send(f"/calls/{CALL}/controllers", pair, button="Pověřit")
    assert "Vyplnit kontrolní list" in Browser(house, "controller").open("/")
    for number in NUMBERS:
        control(house, "controller", number)
        control(house, "controller 2", number)


def play_notices(house: House) -> None:
    director, assistant = Browser(house, "director"), Browser(house, "assistant")
    assert "5 pracovních dnů" in assistant.open("/")
    assistant.send(f"/calls/{CALL}/notices", button="Připravit oznámení")
    assert "Podepsat dokumenty" in director.open("/")
    director.open(f"/calls/{CALL}/notices")
    sign_kind(house, "control_notice")


def sign_kind(house: House, kind: str) -> None:
    for key, made in list(house.documents.documents.items()):
        if made["request"]["kind"] == kind:
            house.documents.sign(key)
    house.work()


def play_committee(house: House) -> None:
    director = Browser(house, "director")
    director.send(f"/calls/{CALL}/committee", button="Ustavit")
    tied: Values = {
        "has_link": "yes",
        "links-0-type": "employee",
        "links-0-target": f"applicant:{case_id('p12')}",
    }
    for number in range(1, 8):
        values = {"is_true": True, "has_link": "no", **(tied if number == 7 else {})}
        member = Browser(house, f"evaluator {number}")
        member.send(f"/calls/{CALL}/declaration", values, button="Podat prohlášení")
        sign(house, member)
    matrix = director.open(f"/calls/{CALL}/conflicts")
    assert "Pravidlo 0" in matrix
    assert "Pravidlo 1" in matrix
    pair = [str(person_id("evaluator 1")), str(person_id("evaluator 2"))]
    chosen = {f"case_{case_id(n).hex}": pair for n in NUMBERS}
    director.send(f"/calls/{CALL}/assignments", chosen, button="Přidělit")


def play_evaluation(house: House) -> None:
    house.move("2026-07-10")
    for number in NUMBERS:
        score(house, "evaluator 1", number, "20")
        score(house, "evaluator 2", number, "30")
        visit(house, number)
    Browser(house, "assistant").send(f"/calls/{CALL}/presentations/order", button="Uložit pořadí")
    house.move("2026-07-15", 15)
    assistant = Browser(house, "assistant")
    presented = {f"was_{case_id(number).hex}": "yes" for number in NUMBERS}
    held = {"public_count": "12", **presented}
    assistant.send(f"/calls/{CALL}/presentations/record", held, button="Zapsat průběh")
    sign(house, assistant)


def play_meeting(house: House) -> None:
    member = Browser(house, "member")
    assert "Otevřít jednání" in member.open("/")
    present = [str(person_id(f"evaluator {number}")) for number in range(1, 8)]
    head: Values = {"present": present, "chair": present[0]}
    member.send(f"/calls/{CALL}/meeting/head", head, button="Zahájit")
    vote = {"decision": "yes", "reason": "podle bodů", "against": "0", "abstained": "0"}
    for number in NUMBERS:
        path = f"/cases/{case_id(number)}/recommendation"
        # Whom the employer's applications keep from voting is left out by the page itself.
        voters = "7" if number == "p14" else "6"
        member.send(path, {**vote, "in_favour": voters}, button="Zapsat doporučení")
    member.open(f"/calls/{CALL}/meeting")
    member.send(f"/calls/{CALL}/meeting/close", button="Uzavřít zápis")
    sign_kind(house, "committee_minutes")


def play_decision(house: House) -> None:
    director, assembly = Browser(house, "director"), Browser(house, "assembly")
    answer = director.send(f"/calls/{CALL}/allocation", button="Spočítat")
    run = answer.headers["Location"].removeprefix("/evaluation")
    assert "navrženo k podpoře" in director.open(run)
    assert "přesahuje" in director.open(f"{run}/steps")
    assert "Zapsat usnesení" in assembly.open("/")
    numbers = {
        "entitled": "40",
        "present": "30",
        "in_favour": "29",
        "against": "1",
        "abstained": "0",
    }
    vote = {"number": "VH 2/2026", **numbers}
    assembly.send(f"/calls/{CALL}/resolution", vote, button="Zapsat usnesení")
    sign(house, assembly)


def test_the_story_is_played_in_the_pages(house: House) -> None:
    house.open_call(NUMBERS)
    play_control(house)
    assert house.state("p12") == states.CONTROL_PASSED
    play_notices(house)
    assert house.state("p12") == states.NOTIFIED
    play_committee(house)
    assert house.state("p12") == states.ASSIGNED
    play_evaluation(house)
    assert house.state("p12") == states.PRESENTED
    play_meeting(house)
    assert house.state("p12") == states.RECOMMENDED
    play_decision(house)
    assert house.state("p12") == states.APPROVED
    director = Browser(house, "director")
    director.send(f"/calls/{CALL}/results", button="Připravit oznámení výsledku")
    sign(house, director)
    assert {house.state(n) for n in NUMBERS} == {states.RESULT_NOTIFIED}

    for path in PAGES:
        director.open(f"/calls/{CALL}{path}")
    director.open(f"/cases/{case_id('p12')}")
    director.open("/calls")

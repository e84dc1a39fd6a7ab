"""Lists over whole calls: paged, filtered, saved page by page, and judged as if read whole."""

from functools import partial

import pytest

from services.evaluation.models import Assignment, Call, Case, db
from services.evaluation.service import overviews
from services.evaluation.service.cases import cases_of
from services.evaluation.service.interests import conflict_picture
from services.evaluation.web import case_lists
from shared.web.tables import Listing
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, case_id, person_id

FOUR = ("p05", "p06", "p12", "p13")
FIRST, SECOND = FOUR[:2], FOUR[2:]
"""What stands on the first and on the second page of two."""
PATH = f"/calls/{CALL}/assignments"
PAIR = ["evaluator 1", "evaluator 2"]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_lists, "Listing", partial(Listing, page_size=2))


@pytest.fixture
def notified(house: House) -> House:
    def play() -> None:
        house.open_call(FOUR)
        house.freeze_lists()
        house.pass_control(FOUR)
        house.notify(FOUR)

    house.once("told of the control", play)
    return house


@pytest.fixture
def ready(notified: House) -> House:
    """Evaluator 7 works for one applicant and evaluator 6 represents a town that applied."""
    notified.set_committee(declare=False)
    ties = {6: ("representative", "ic-p05"), 7: ("employee", "ic-p12")}
    for number in range(1, 8):
        links = []
        if number in ties:
            kind, key = ties[number]
            links = [{"id": str(person_id(f"link {number}")), "type": kind, "party_key": key}]
        notified.declare(f"evaluator {number}", *links)
    return notified


def test_letters_that_wait_are_shown_page_by_page(house: House, small_pages: None) -> None:
    house.open_call(FOUR)
    house.freeze_lists()
    house.pass_control(FOUR)
    director = Browser(house, "director")
    page = f"/calls/{CALL}/notices?state=waiting"
    assert page in director.open("/")

    first = director.send(page, button="Připravit oznámení")

    assert "waiting" in first.headers["Location"]
    second = director.open(page)
    assert [number in second for number in ("8/005", "8/006", "8/012", "8/013")] == [
        *(False, False, True, True)
    ]
    last = director.send(page, button="Připravit oznámení")
    assert "waiting" not in last.headers["Location"]
    assert "Výběru neodpovídá žádná žádost" in director.open(page)
    made = director.open(f"/calls/{CALL}/notices?state=made")
    assert ("8/005" in made, "8/012" in made) == (True, False)
    assert "8/012" in director.open(f"/calls/{CALL}/notices?state=made&page=2")


def assigned(house: House) -> dict[str, set[str]]:
    with house.app.app_context():
        found: dict[str, set[str]] = {}
        for row in db.session.query(Assignment):
            number = next(n for n in FOUR if case_id(n) == row.case_id)
            found.setdefault(number, set()).add(row.evaluator_name)
        return found


def chosen(*numbers: str) -> dict[str, list[str]]:
    return {f"case_{case_id(n).hex}": [str(person_id(p)) for p in PAIR] for n in numbers}


def on_page(text: str) -> set[str]:
    return {number for number in FOUR if f"Projekt {number}" in text}


def test_a_few_projects_are_judged_as_with_the_whole_call(ready: House) -> None:
    with ready.app.app_context():
        call, day = db.session.get_one(Call, CALL), ready.clock.today()
        whole = conflict_picture(db.session(), call, day)
        cases = db.session.scalars(cases_of(call)).all()
        alone = [conflict_picture(db.session(), call, day, [case]).matrix for case in cases]

        together = {key: verdict for matrix in alone for key, verdict in matrix.items()}
        assert together == whole.matrix
        against = {pair for pair, verdict in whole.matrix.items() if not verdict.is_eligible}
        assert against == {
            *((person_id("evaluator 6"), case_id(number)) for number in FIRST),
            *((person_id("evaluator 7"), case_id(number)) for number in SECOND),
        }


@pytest.mark.usefixtures("small_pages")
def test_the_matrix_shows_a_page_and_names_what_is_not_on_it(ready: House) -> None:
    browser = Browser(ready, "auditor")
    path = f"/calls/{CALL}/conflicts"

    assert on_page(browser.open(path)) == set(FIRST)
    assert on_page(browser.open(f"{path}?page=2")) == set(SECOND)
    assert on_page(browser.open(f"{path}?fiche=F8")) == set(SECOND)
    assert on_page(browser.open(f"{path}?sort=-number")) == set(SECOND)
    alone = browser.open(f"{path}?q=8/013")
    assert on_page(alone) == {"p13"}
    assert "žádost 8/012, Žadatel p12" in alone


@pytest.mark.usefixtures("small_pages")
def test_assignments_are_saved_page_by_page(ready: House) -> None:
    director = Browser(ready, "director")
    assert "čekají 4 projekty" in director.open(PATH)

    answer = director.send(PATH, chosen(*FIRST), button="přejít na další stranu")
    assert assigned(ready).keys() == set(FIRST)
    following = answer.headers["Location"].removeprefix("/evaluation")
    assert on_page(director.open(following)) == set(SECOND)
    director.send(following, chosen(*SECOND), button="Přidělit projekty")

    assert assigned(ready) == {number: {"Evaluator 1", "Evaluator 2"} for number in FOUR}
    assert "Všechny projekty jsou přidělené." in director.open(PATH)


@pytest.mark.usefixtures("small_pages")
def test_what_was_shown_is_judged_even_if_the_list_has_moved_meanwhile(ready: House) -> None:
    director = Browser(ready, "director")
    waiting = f"{PATH}?state=waiting"
    director.open(waiting)
    sent = director.fields("Přidělit projekty")
    for number in FIRST:
        ready.assign(number, *PAIR)

    for number in FIRST:
        sent.setlist(
            f"case_{case_id(number).hex}", [str(person_id(f"evaluator {n}")) for n in (3, 4)]
        )
    answer = director.client.post(waiting, data=sent, base_url="http://localhost/evaluation")

    assert answer.status_code == 409
    assert on_page(answer.text) == set(FIRST), "the projects shown, not those that moved up"
    assert assigned(ready) == {number: {"Evaluator 1", "Evaluator 2"} for number in FIRST}


@pytest.mark.usefixtures("small_pages")
def test_a_refused_page_comes_back_as_it_was_filled(ready: House) -> None:
    director = Browser(ready, "director")
    one = {f"case_{case_id(n).hex}": [str(person_id("evaluator 3"))] for n in SECOND}

    director.send(f"{PATH}?page=2", one, button="Přidělit projekty", status=422)

    kept = director.fields("Přidělit projekty")
    assert {key: kept.getlist(key) for key in one} == one
    assert assigned(ready) == {}


def test_nobody_is_left_when_all_boxes_of_a_project_are_cleared(ready: House) -> None:
    director = Browser(ready, "director")
    ready.assign("p12", *PAIR)

    director.send(PATH, {f"case_{case_id('p12').hex}": []}, button="Přidělit", status=422)

    assert assigned(ready) == {"p12": {"Evaluator 1", "Evaluator 2"}}


@pytest.mark.parametrize("shown", ["", "nonsense", str(person_id("nobody"))])
def test_foreign_projects_in_the_form_change_nothing(ready: House, shown: str) -> None:
    director = Browser(ready, "director")
    director.open(PATH)
    sent = director.fields("Přidělit projekty")
    sent.setlist("shown", [shown])

    answer = director.client.post(PATH, data=sent, base_url="http://localhost/evaluation")

    assert answer.status_code == 422
    assert "na které se stránka neptá" in answer.text
    assert assigned(ready) == {}


def test_the_proposal_shares_the_work_of_the_whole_call(ready: House) -> None:
    ready.assign("p05", "evaluator 1", "evaluator 2", "evaluator 3", "evaluator 4")
    director = Browser(ready, "director")

    director.open(f"{PATH}?q=8/012")

    proposed = director.fields("Přidělit").getlist(f"case_{case_id('p12').hex}")
    assert set(proposed) == {str(person_id("evaluator 5")), str(person_id("evaluator 6"))}


@pytest.mark.usefixtures("small_pages")
def test_controllers_are_appointed_page_by_page(house: House) -> None:
    house.open_call(FOUR)
    house.freeze_lists()
    director = Browser(house, "director")
    path = f"/calls/{CALL}/controllers"
    pair = {"first": str(person_id("controller")), "second": str(person_id("controller 2"))}

    first = director.send(f"{path}?state=registered", pair, button="Pověřit")
    again = first.headers["Location"].removeprefix("/evaluation")
    assert on_page(director.open(again)) == set(SECOND)
    last = director.send(again, pair, button="Pověřit")

    assert last.headers["Location"].endswith(f"/calls/{CALL}")
    assert {house.state(number) for number in FOUR} == {"admin_control"}
    assert "Všechny žádosti už někdo kontroluje." in director.open(path)


def test_the_committee_goes_by_fiche_and_points(house: House) -> None:
    house.reach_meeting(["p13", "p12", "p05"])
    member = Browser(house, "member")
    path = f"/calls/{CALL}/meeting"
    page = member.open(path)

    assert [page.index(f"Projekt {number}") for number in ("p05", "p12", "p13")] == sorted(
        page.index(f"Projekt {number}") for number in ("p05", "p12", "p13")
    )
    by_points = member.open(f"{path}?sort=points")
    assert by_points.index("Projekt p05") < by_points.index("Projekt p13")
    assert by_points.index("Projekt p13") < by_points.index("Projekt p12")
    assert ">69<" in page
    assert "Rozhodnuto o 0 z 3 projektů." in page
    with house.app.app_context():
        call = db.session.get_one(Call, CALL)
        following = overviews.next_undecided(db.session(), call)
        assert following is not None
        assert following.id == case_id("p05")
        assert db.session.get_one(Case, case_id("p12")).points == 69.0


def test_decided_projects_can_be_told_from_waiting_ones(house: House) -> None:
    house.reach_meeting(["p13", "p12"])
    member = Browser(house, "member")
    path = f"/calls/{CALL}/meeting"
    present = [str(person_id(f"evaluator {number}")) for number in range(1, 8)]
    member.send(f"{path}/head", {"present": present, "chair": present[0]}, button="Zahájit")
    votes = {"in_favour": "0", "against": "7", "abstained": "0"}
    vote = {"decision": "no", "reason": "podle bodů", **votes}

    member.send(f"/cases/{case_id('p13')}/recommendation", vote, button="Zapsat doporučení")

    assert on_page(member.open(f"{path}?decision=waiting")) == {"p12"}
    assert on_page(member.open(f"{path}?decision=refused")) == {"p13"}
    assert on_page(member.open(f"{path}?decision=recommended")) == set()
    assert "Rozhodnuto o 1 z 2 projektů." in member.open(path)


def test_a_meeting_that_cannot_be_held_yet_names_what_is_open(notified: House) -> None:
    page = Browser(notified, "member").open(f"/calls/{CALL}/meeting")

    assert "8/005, 8/006, 8/012, 8/013" in page


@pytest.mark.usefixtures("small_pages")
def test_cases_are_sorted_as_the_head_of_the_table_says(notified: House) -> None:
    browser = Browser(notified, "auditor")

    assert on_page(browser.open(f"/calls/{CALL}/cases?sort=-applicant")) == set(SECOND)
    assert on_page(browser.open(f"/calls/{CALL}/cases?q=%25")) == set()

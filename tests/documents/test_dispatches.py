"""One approval lets one or thousands of paid messages go; it is paused, resumed and stopped."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from services.documents.dispatch import sending
from services.documents.domain.dispatches import digest_of
from services.documents.domain.isds_outcome import Exchange, Outcome
from services.documents.domain.records import RecordChanged
from services.documents.models import Audit, Delivery, Dispatch, db
from services.documents.service import dispatches as service
from services.documents.service.work import Work
from shared.actors import Actor
from shared.clock import SystemClock
from shared.db import transaction
from shared.money import Money
from shared.tokens import make_service_token
from tests.documents.conftest import TOWN, Simulator
from tests.documents.holds import refused_holds
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    ORGANISATION,
    STRANGER,
    Office,
)
from tests.documents.paid_office import approve, issue, open_paid_office, spent, state_of

MONTH = date(2026, 4, 1)
WHY = "Počkáme na rozhodnutí rady."
HOLD = {"version": "1", "why": WHY}


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    office = open_paid_office(simulator, tmp_path, database_url)
    approve(office, 10, 1000, asks=True)
    return office


def shown(office: Office) -> tuple[str, dict[str, str]]:
    """Return the page of the proposal and what its form carries."""
    text = office.browser(ASSISTANT).get("/dispatches/new").text
    names = ("dispatch_id", "digest")
    found = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', text) for name in names}
    return text.replace("\xa0", " "), {name: hit[1] for name, hit in found.items() if hit}


def let_go(office: Office, count: int) -> str:
    _, given = shown(office)
    reply = office.browser(ASSISTANT).post("/dispatches/new", data={**given, "count": str(count)})
    assert reply.status_code == 303, reply.text
    return reply.headers["Location"]


def test_one_approval_sends_all_that_were_shown(sender: Office, simulator: Simulator) -> None:
    made = [issue(sender) for _ in range(3)]
    free = issue(sender, TOWN)
    sender.work(2)
    before = len(simulator.messages())

    text, _ = shown(sender)
    place = let_go(sender, 3)
    sender.work(2)

    assert before == 1
    assert state_of(sender, free)[0] == "delivered"
    assert "Odeslat za 30 Kč" in text
    assert all(one["number"] in text for one in made)
    assert {state_of(sender, one) for one in made} == {("sent", None)}
    assert spent(sender, MONTH) == 30
    page = sender.browser(AUDITOR).get(place).text.replace("\xa0", " ")
    assert "Odesláno 3 z 3, z toho doručeno 0." in page
    assert "Eva Nováková" in page
    assert "dohromady 30 Kč" in page


@pytest.mark.parametrize("typed", ["2", "0", ""])
def test_the_wrong_number_sends_nothing(sender: Office, simulator: Simulator, typed: str) -> None:
    issue(sender)
    sender.work(2)
    _, given = shown(sender)

    reply = sender.browser(ASSISTANT).post("/dispatches/new", data={**given, "count": typed})
    sender.work(2)

    assert reply.status_code == 422
    assert simulator.messages() == []


def test_what_was_not_shown_is_not_approved(sender: Office, simulator: Simulator) -> None:
    issue(sender)
    sender.work(2)
    _, given = shown(sender)
    issue(sender)
    sender.work(2)

    reply = sender.browser(ASSISTANT).post("/dispatches/new", data={**given, "count": "2"})

    assert reply.status_code == 409
    assert "od zobrazení změnily" in reply.text
    assert simulator.messages() == []


def test_a_second_click_approves_nothing_more(sender: Office) -> None:
    issue(sender)
    sender.work(2)
    _, given = shown(sender)
    browser = sender.browser(ASSISTANT)
    browser.post("/dispatches/new", data={**given, "count": "1"})

    again = browser.post("/dispatches/new", data={**given, "count": "1"})
    foreign = {**given, "digest": digest_of([uuid4()], 1000), "count": "1"}
    reused = browser.post("/dispatches/new", data=foreign)

    assert again.status_code == 303
    assert reused.status_code == 409
    with sender.context():
        assert db.session().query(Dispatch).count() == 1


def press(office: Office, place: str, act: str) -> Any:
    """Pause or go on as a person does who looks at the page and says why."""
    browser = office.browser(ASSISTANT)
    shown = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(place).text)
    version = shown[1] if shown else ""
    return browser.post(f"{place}/{act}", data={"version": version, "why": WHY})


def test_a_pause_holds_what_is_left_and_going_on_sends_it(
    sender: Office, simulator: Simulator
) -> None:
    made = [issue(sender) for _ in range(2)]
    sender.work(2)
    place = let_go(sender, 2)
    browser = sender.browser(ASSISTANT)

    press(sender, place, "pause")
    sender.work(2)
    paused = [state_of(sender, one) for one in made]
    page, second = browser.get(place).text, press(sender, place, "pause")
    press(sender, place, "resumption")
    sender.work(2)

    assert paused == [("held", "pause")] * 2
    assert "pozastavené" in page
    assert second.status_code == 409
    assert {state_of(sender, one) for one in made} == {("sent", None)}
    assert len(simulator.messages()) == 2


def test_a_pause_holds_what_is_put_back_meanwhile(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clerk presses pause while CreateMessage runs, and ISDS asks for patience."""
    made = issue(sender)
    sender.work(2)
    place = let_go(sender, 1)
    simulator.fault("status", params={"code": "3008"}, times=1)
    classify = sending.classify

    def pause_meanwhile(exchange: Exchange) -> Outcome:
        press(sender, place, "pause")
        return classify(exchange)

    monkeypatch.setattr(sending, "classify", pause_meanwhile)
    sender.work()
    monkeypatch.undo()
    again_at_once(sender)
    sender.work(2)
    paused = state_of(sender, made), len(simulator.messages())
    press(sender, place, "resumption")
    sender.work(2)

    assert paused == (("held", "pause"), 0)
    assert state_of(sender, made) == ("sent", None)
    assert len(simulator.messages()) == 1


def test_a_pause_holds_what_was_unknown(sender: Office, simulator: Simulator) -> None:
    made = issue(sender)
    sender.work(2)
    place = let_go(sender, 1)
    simulator.fault("drop", params={"when": "before"}, times=1)
    sender.work()
    unclear = state_of(sender, made)
    press(sender, place, "pause")

    with sender.context(), transaction(db.session()) as session:
        session.execute(update(Delivery).values(looked_after=1, last_look_at=func.now()))
    again_at_once(sender)
    sender.work(3)

    assert unclear == ("unknown", None)
    assert state_of(sender, made) == ("held", "pause")
    assert simulator.messages() == []


def again_at_once(office: Office) -> None:
    with office.context(), transaction(db.session()) as session:
        session.execute(update(Delivery).values(next_at=None))


def test_an_approval_lets_go_only_what_was_shown(
    sender: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading of the list and the change one message leaves it, another comes."""
    first, second = issue(sender), issue(sender)
    sender.work(2)
    with sender.context(), transaction(db.session()) as session:
        rows = {row.document.number: row.id for row in session.query(Delivery)}
        hold(session, rows[second["number"]], "ready", None)
    _, given = shown(sender)
    read = service._ids

    def swapped(work: Work) -> Sequence[UUID]:
        found = read(work)
        hold(work.session, rows[first["number"]], "ready", None)
        hold(work.session, rows[second["number"]], "held", "approval")
        return found

    with sender.context():
        proposed = service.proposal(Work(db.session(), DIRECTOR, sender.clock), Money.czk(10))
    monkeypatch.setattr(service, "_ids", swapped)
    with sender.context(), pytest.raises(RecordChanged), transaction(db.session()) as session:
        service.approve_dispatch(
            Work(session, DIRECTOR, sender.clock),
            UUID(given["dispatch_id"]),
            Money.czk(10),
            typed=1,
            shown=proposed.digest,
        )

    with sender.context():
        row = db.session().get_one(Delivery, rows[second["number"]])
        assert (row.agreed_price, row.dispatch_id) == (None, None)


def hold(session: Session, delivery_id: UUID, state: str, why: str | None) -> None:
    later = SystemClock().now() + timedelta(minutes=20)
    values = {"state": state, "hold": why, "next_at": later}
    session.execute(update(Delivery).where(Delivery.id == delivery_id).values(**values))


def test_the_limit_holds_within_an_approval_too(sender: Office, simulator: Simulator) -> None:
    approve(sender, 10, 15, asks=True)
    made = [issue(sender) for _ in range(3)]
    sender.work(2)
    text, _ = shown(sender)

    place = let_go(sender, 3)
    sender.work(3)
    states = [state_of(sender, one) for one in made]
    page = sender.browser(DIRECTOR).get(place).text
    approve(sender, 10, 100, asks=True)
    sender.work(2)

    assert "na všechny nestačí" in text
    assert states.count(("held", "limit")) == 2
    assert "Odesláním by se překročil měsíční limit." in page
    assert {state_of(sender, one) for one in made} == {("sent", None)}


def test_a_dearer_price_than_the_agreed_one_needs_a_new_approval(sender: Office) -> None:
    made = issue(sender)
    sender.work(2)
    let_go(sender, 1)
    with sender.context(), transaction(db.session()) as session:
        session.execute(update(Delivery).values(agreed_price=None))

    sender.work(2)

    assert state_of(sender, made) == ("held", "approval")


def test_a_stop_lets_nothing_out_free_or_paid(sender: Office, simulator: Simulator) -> None:
    browser = sender.browser(ASSISTANT)
    without_reason = browser.post("/dispatches/stop", data={"reason": " "})
    browser.post("/dispatches/stop", data={"reason": "Chyba ve vzoru dopisu."})
    made = issue(sender, TOWN)
    sender.work(3)
    stopped = (state_of(sender, made), simulator.messages())
    page = sender.browser(AUDITOR).get("/data-box").text

    end(sender)
    sender.work(2)

    assert without_reason.status_code == 422
    assert stopped == (("ready", None), [])
    assert "Chyba ve vzoru dopisu." in page
    assert "Pokračovat v odesílání" not in page, "an auditor only reads"
    assert state_of(sender, made)[0] == "delivered"


STOP = "Chyba ve vzoru dopisu."


def end(office: Office, **changes: str) -> Any:
    """End the stop as a person does who looks at it and says why."""
    browser, place = office.browser(ASSISTANT), "/dispatches/stop/end"
    shown = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(place).text)
    given = {"version": shown[1] if shown else "", "why": WHY, **changes}
    return browser.post(place, data=given)


def test_a_program_stops_everything_and_goes_on_as_the_page_does(
    sender: Office, simulator: Simulator
) -> None:
    before = sender.api("GET", "/dispatches/stop", AUDITOR).json
    stopped = sender.api("POST", "/dispatches/stop", ASSISTANT, {"reason": STOP}).json["stop"]
    again = sender.api("POST", "/dispatches/stop", DIRECTOR, {"reason": "Jiný důvod."}).json
    made = issue(sender, TOWN)
    sender.work(3)
    held = (state_of(sender, made), simulator.messages())
    body = {"version": stopped["version"], "reason": WHY}

    ended = sender.api("POST", "/dispatches/stop/end", DIRECTOR, body).json
    twice = sender.api("POST", "/dispatches/stop/end", DIRECTOR, body)
    sender.work(2)

    assert before == ended == {"stop": None}
    assert (stopped["reason"], stopped["stopped_by"]) == (STOP, ASSISTANT.name)
    assert again["stop"] == stopped, "whoever stops what stands changes nothing"
    assert held == (("ready", None), [])
    assert (twice.status_code, twice.json) == (200, {"stop": None})
    assert state_of(sender, made)[0] == "delivered"


def test_nobody_ends_a_stop_that_he_has_not_seen(sender: Office) -> None:
    first = sender.api("POST", "/dispatches/stop", ASSISTANT, {"reason": STOP}).json["stop"]
    body = {"version": first["version"], "reason": WHY}
    sender.api("POST", "/dispatches/stop/end", ASSISTANT, body)
    second = sender.api("POST", "/dispatches/stop", DIRECTOR, {"reason": STOP}).json["stop"]
    before = sender.stored()

    stale = sender.api("POST", "/dispatches/stop/end", ASSISTANT, body)
    page = end(sender, version=str(first["version"]))
    unexplained = sender.api("POST", "/dispatches/stop/end", ASSISTANT, {**body, "reason": "Aha"})
    unseen = end(sender, version="")

    assert second["version"] > first["version"]
    assert (stale.status_code, stale.json["type"]) == (409, "urn:vyzva:problem:stale")
    assert (page.status_code, unseen.status_code) == (409, 409)
    assert unexplained.json["type"] == "urn:vyzva:problem:reason-missing"
    assert sender.stored() == before


def test_only_the_leaders_stop_and_go_on(sender: Office) -> None:
    for actor in (AUDITOR, CONTROLLER):
        reply = sender.api("POST", "/dispatches/stop", actor, {"reason": STOP})
        assert reply.status_code == 403
    made = sender.api("POST", "/dispatches/stop", ASSISTANT, {"reason": STOP}).json["stop"]
    body = {"version": made["version"], "reason": WHY}

    assert sender.api("POST", "/dispatches/stop/end", AUDITOR, body).status_code == 403
    assert sender.api("GET", "/dispatches/stop", STRANGER).json == {"stop": None}
    assert sender.api("GET", "/dispatches/stop", AUDITOR).json["stop"] == made


def tasks_of(office: Office, actor: Actor) -> set[str]:
    """Return what the common first page shows to a person of ours."""
    named = replace(actor, token=office.person_token(actor))
    token = make_service_token(office._keys("evaluation"), callee="documents", actor=named)
    return {one["what"] for one in office._call("GET", "/tasks", token, None, {}).json["tasks"]}


def test_a_stop_is_told_where_people_wait_and_kept_with_its_reasons(sender: Office) -> None:
    sender.browser(ASSISTANT).post("/dispatches/stop", data={"reason": STOP})
    told = [sender.browser(AUDITOR).get(path).text for path in ("/deliveries", "/", "/data-box")]
    tasks = [tasks_of(sender, actor) for actor in (ASSISTANT, AUDITOR)]
    refused = end(sender, why="Aha")
    end(sender)

    assert all(f"zastavil(a) {ASSISTANT.name}" in text and STOP in text for text in told)
    do = "Rozhodnout, kdy pokračovat v odesílání"
    assert [do in some for some in tasks] == [True, False]
    assert refused.status_code == 422
    assert STOP not in sender.browser(AUDITOR).get("/deliveries").text
    with sender.context():
        query = select(Audit).where(Audit.subject_id == ORGANISATION).order_by(Audit.recorded_at)
        kept = [(row.act, row.actor_name, row.details) for row in db.session().scalars(query)]
    assert ("stop_dispatch", ASSISTANT.name, {"why": STOP}) in kept
    assert ("end_stop", ASSISTANT.name, {"why": WHY}) in kept


def test_a_stop_is_obeyed_by_a_worker_that_had_looked_before(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = issue(sender, TOWN)
    sender.work()  # sealed and, in the same round, sent or not

    other = issue(sender, TOWN)
    from services.documents.dispatch import sending  # noqa: PLC0415 - the one to be watched

    looked = sending._message

    def stop_meanwhile(*given: object) -> object:
        sender.browser(ASSISTANT).post("/dispatches/stop", data={"reason": "Počkat."})
        return looked(*given)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(sending, "_message", stop_meanwhile)
    before = len(simulator.messages())
    sender.work(2)

    assert state_of(sender, made)[0] in ("sent", "delivered")
    assert state_of(sender, other)[0] == "ready"
    assert len(simulator.messages()) == before


def test_others_neither_see_nor_approve(sender: Office) -> None:
    issue(sender)
    sender.work(2)
    _, given = shown(sender)
    place = let_go(sender, 1)

    assert sender.browser(STRANGER).get(place).status_code == 404
    assert sender.browser(STRANGER).post(f"{place}/pause", data=HOLD).status_code == 404
    assert sender.browser(AUDITOR).get("/dispatches/new").status_code == 403
    reply = sender.browser(STRANGER).post("/dispatches/new", data={**given, "count": "1"})
    assert reply.status_code == 409


def test_the_first_page_asks_for_the_approval_by_its_deadline(sender: Office) -> None:
    issue(sender, dispatch_by="2026-04-09")
    sender.work(2)

    page = sender.browser(ASSISTANT).get("/").text

    assert "Schválit odeslání" in page
    assert "1 placená zpráva" in page.replace("\xa0", " ")
    assert "9. 4." in page.replace("\xa0", " ")


def test_approvals_are_listed(sender: Office) -> None:
    browser = sender.browser(AUDITOR)
    empty = browser.get("/dispatches").text
    issue(sender)
    sender.work(2)
    place = let_go(sender, 1)

    full = browser.get("/dispatches").text
    filtered = browser.get(f"/deliveries?dispatch={place.rpartition('/')[2]}").text

    assert "Zatím nikdo nic zvlášť neschvaloval." in empty
    assert place in full
    assert "Horský" in filtered or "Obec Abertamy" in filtered
    assert "Výběru neodpovídá" in browser.get(f"/deliveries?dispatch={UUID(int=1)}").text


def test_a_delivery_shows_its_whole_history(sender: Office, simulator: Simulator) -> None:
    simulator.fault("status", params={"code": "3008"}, times=1)
    made = issue(sender)
    sender.work(2)
    let_go(sender, 1)
    sender.work()
    with sender.context(), transaction(db.session()) as session:
        session.execute(update(Delivery).values(next_at=None))
    sender.work(2)

    place = f"/deliveries/{sender.view(made['id'])['delivery']['id']}"
    text = sender.browser(AUDITOR).get(place).text
    history = text[text.index('id="history"') :]

    order = [
        "Odeslání čeká: na schválení odeslání",
        "Odeslání schváleno",
        "Začalo odesílání datovou schránkou (pokus 1)",
        "Odeslání se odkládá",
        "Začalo odesílání datovou schránkou (pokus 2)",
        "Datová zpráva byla podána: ",
        "Uložen doklad: Doručenka",
    ]
    found = [history.find(words) for words in order]
    assert -1 not in found, history
    assert found == sorted(found)
    assert ASSISTANT.name in history


def propose(office: Office, actor: Actor = ASSISTANT) -> dict[str, Any]:
    reply = office.api("GET", "/dispatches/proposal", actor)
    assert reply.status_code == 200, reply.json
    found: dict[str, Any] = reply.json
    return found


def test_a_program_approves_pauses_and_follows_as_the_page_does(
    sender: Office, simulator: Simulator
) -> None:
    made = [issue(sender) for _ in range(2)]
    sender.work(2)
    proposed, place = propose(sender), f"/dispatches/{uuid4()}"
    body = {"digest": proposed["digest"], "count": 2}

    approved = sender.api("PUT", place, ASSISTANT, body)
    wanted = {"version": approved.json["version"], "reason": WHY}
    paused = sender.api("POST", f"{place}/pause", ASSISTANT, wanted)
    sender.work(2)
    held = [state_of(sender, one) for one in made]
    again = sender.api("PUT", place, ASSISTANT, body)
    wanted = {"version": again.json["version"], "reason": WHY}
    resumed = sender.api("POST", f"{place}/resumption", ASSISTANT, wanted)
    sender.work(2)

    assert (proposed["count"], proposed["total"]["amount"]) == (2, "20.00")
    assert approved.json["total"] == proposed["total"]
    assert (approved.json["state"], paused.json["state"]) == ("running", "paused")
    assert held == [("held", "pause")] * 2
    assert (again.status_code, again.json["version"]) == (200, paused.json["version"])
    assert (resumed.json["state"], resumed.json["progress"]["waiting"]) == ("running", 2)
    assert len(simulator.messages()) == 2
    told = sender.api("GET", place, AUDITOR).json
    assert (told["progress"]["sent"], told["approved_by"]) == (2, ASSISTANT.name)
    listed = sender.api("GET", "/dispatches", AUDITOR).json
    assert [one["id"] for one in listed["items"]] == [told["id"]]
    assert sender.api("GET", "/dispatches", STRANGER).json["items"] == []
    assert sender.api("GET", place, STRANGER).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"count": 3}, 422, "dispatch-count-differs"),
        ({"count": "2"}, 422, "invalid"),
        ({"digest": "0" * 64}, 409, "dispatch-changed"),
        ({"digest": "tyto dvě"}, 422, "invalid"),
    ],
)
def test_a_program_approves_nothing_else_than_it_was_shown(
    sender: Office, simulator: Simulator, changes: dict[str, Any], status: int, slug: str
) -> None:
    for _ in range(2):
        issue(sender)
    sender.work(2)
    body = {"digest": propose(sender)["digest"], "count": 2, **changes}
    before = sender.stored()

    reply = sender.api("PUT", f"/dispatches/{uuid4()}", ASSISTANT, body)
    foreign = sender.api("PUT", f"/dispatches/{uuid4()}", AUDITOR, body)

    assert (reply.status_code, reply.json["type"]) == (status, f"urn:vyzva:problem:{slug}")
    assert foreign.status_code == 403
    assert sender.stored() == before
    assert simulator.messages() == []


def test_a_program_approves_no_price_that_nobody_knows(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The price was set when the messages came to wait, and is not set any more."""
    issue(sender)
    sender.work(2)
    forget_price(sender, monkeypatch)
    proposed, before = propose(sender), sender.stored()
    body = {"digest": proposed["digest"], "count": 1}

    reply = sender.api("PUT", f"/dispatches/{uuid4()}", ASSISTANT, body)
    given = {**body, "dispatch_id": str(uuid4())}
    page = sender.browser(ASSISTANT).post("/dispatches/new", data=given)

    assert (proposed["count"], proposed["price"]) == (1, None)
    assert (reply.status_code, reply.json["type"]) == (409, "urn:vyzva:problem:price-unknown")
    assert (page.status_code, "není nastavená" in page.text) == (409, True)
    assert sender.stored() == before
    assert simulator.messages() == []


def forget_price(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    tools = office.app.extensions["documents-tools"]
    unpriced = tools.settings.model_copy(update={"isds_paid_price": None})
    monkeypatch.setitem(office.app.extensions, "documents-tools", replace(tools, settings=unpriced))


def test_who_looks_at_an_approval_locks_nobody_out(sender: Office) -> None:
    issue(sender)
    sender.work(2)
    place = let_go(sender, 1)
    version = sender.api("GET", place, AUDITOR).json["version"]
    wanted = {"version": version, "reason": WHY}

    with locks_taken() as while_read:
        told = sender.api("GET", place, AUDITOR)
        page = sender.browser(AUDITOR).get(place)
    with locks_taken() as while_paused:
        paused = sender.api("POST", f"{place}/pause", ASSISTANT, wanted)

    assert (told.status_code, page.status_code, paused.status_code) == (200, 200, 200)
    assert paused.json["version"] > version
    assert (while_read, while_paused) == ([], ["dispatch"])


@contextmanager
def locks_taken() -> Iterator[list[str]]:
    """Collect the tables of which rows are locked by a query, on any database."""
    found: list[str] = []

    def note(asked: ORMExecuteState) -> None:
        if getattr(asked.statement, "_for_update_arg", None) is not None:
            found.extend(str(one.local_table) for one in asked.all_mappers)

    event.listen(Session, "do_orm_execute", note)
    try:
        yield found
    finally:
        event.remove(Session, "do_orm_execute", note)


@pytest.mark.parametrize("act", ["pause", "resumption"])
@refused_holds
def test_nobody_pauses_or_goes_on_unseen_or_without_a_reason(
    sender: Office, act: str, changes: dict[str, Any], status: int, slug: str
) -> None:
    issue(sender)
    sender.work(2)
    place = let_go(sender, 1)
    if act == "resumption":
        press(sender, place, "pause")
    wanted = {"version": sender.api("GET", place, ASSISTANT).json["version"], "reason": WHY}
    body = {name: value for name, value in {**wanted, **changes}.items() if value is not None}
    given = {"version": body.get("version", ""), "why": body.get("reason", "")}
    before = sender.stored()

    reply = sender.api("POST", f"{place}/{act}", ASSISTANT, body)
    page = sender.browser(ASSISTANT).post(f"{place}/{act}", data=given)

    assert (reply.status_code, reply.json["type"]) == (status, f"urn:vyzva:problem:{slug}")
    assert page.status_code in (409, 422)
    assert sender.stored() == before


def test_the_reason_of_a_pause_stands_in_the_history(sender: Office) -> None:
    made = issue(sender)
    sender.work(2)
    place = let_go(sender, 1)

    press(sender, place, "pause")
    found = sender.view(made["id"])["delivery"]["id"]

    assert (
        f"Odesílání pozastaveno – „{WHY}“"
        in sender.browser(AUDITOR).get(f"/deliveries/{found}").text
    )

"""The sending of a batch's letters is paused and resumed by itself, free letters included."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select, update

from services.documents.dispatch import sending
from services.documents.domain.isds_outcome import Exchange, Outcome
from services.documents.models import Audit, Batch, Delivery, db
from shared.db import transaction
from tests.documents.batch_office import confirm, fill, hold
from tests.documents.conftest import FARM, TOWN, Simulator
from tests.documents.holds import refused_holds
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    STRANGER,
    Office,
    letter,
)
from tests.documents.paid_office import approve, open_paid_office

WHY = "V příloze je chyba, ověřujeme ji."
SMALL = 30


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    office = open_paid_office(simulator, tmp_path, database_url)
    approve(office, 10, None)
    return office


def make(office: Office, count: int, box: str = TOWN, **more: Any) -> str:
    """Make a batch of letters that need no signature, without sending any."""
    batch, _ = fill(office, count, layout="letter", delivery=letter(box=box, **more)["delivery"])
    stop(office)
    confirm(office, batch, count)
    while office.service("GET", f"/batches/{batch}").json["state"] != "done":
        office.work()
    release(office)
    return batch


def stop(office: Office) -> None:
    assert office.api("POST", "/dispatches/stop", ASSISTANT, {"reason": WHY}).status_code == 200


def release(office: Office) -> None:
    version = office.api("GET", "/dispatches/stop", ASSISTANT).json["stop"]["version"]
    body = {"version": version, "reason": WHY}
    assert office.api("POST", "/dispatches/stop/end", ASSISTANT, body).status_code == 200


def change(office: Office, batch: str, act: str) -> dict[str, Any]:
    return hold(office, batch, f"sending/{act}")


def states(office: Office) -> dict[tuple[str, str | None], int]:
    found: dict[tuple[str, str | None], int] = {}
    with office.context():
        for state, why in db.session().execute(select(Delivery.state, Delivery.hold)):
            found[state, why] = found.get((state, why), 0) + 1
    return found


def again_at_once(office: Office) -> None:
    with office.context(), transaction(db.session()) as session:
        session.execute(update(Delivery).values(next_at=None))


def works(office: Office, until: str, most: int = 40) -> None:
    """Work until every letter is in the state."""
    for _ in range(most):
        if {state for state, _ in states(office)} == {until}:
            return
        again_at_once(office)
        office.work()
    raise AssertionError(states(office))


def references(simulator: Simulator) -> list[str]:
    return sorted(one["sender_reference"] for one in simulator.messages())


def test_one_statement_holds_all_that_has_not_left_and_one_lets_it_go(
    sender: Office, simulator: Simulator
) -> None:
    batch = make(sender, SMALL)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    with sender.context():
        event.listen(db.engine, "before_cursor_execute", note)
        told = change(sender, batch, "pause")
        event.remove(db.engine, "before_cursor_execute", note)
    sender.work(2)
    paused, messages = states(sender), simulator.messages()
    resumed = change(sender, batch, "resumption")
    works(sender, "delivered")

    assert (told["sending"], told["progress"]["waiting"], told["progress"]["paused"]) == (
        *("paused", SMALL),
        SMALL,
    )
    assert sum(one.startswith("UPDATE delivery") for one in statements) == 1
    assert (paused, messages) == ({("held", "pause"): SMALL}, [])
    assert (resumed["sending"], resumed["progress"]["paused"]) == ("running", 0)
    assert len(references(simulator)) == len(set(references(simulator))) == SMALL


def test_a_letter_that_is_made_during_the_pause_waits_too(
    sender: Office, simulator: Simulator
) -> None:
    batch, _ = fill(sender, 3, layout="letter", delivery=letter(box=TOWN)["delivery"])
    change(sender, batch, "pause")

    confirm(sender, batch, 3)
    sender.work(3)
    held, messages = states(sender), simulator.messages()
    change(sender, batch, "resumption")
    works(sender, "delivered")

    assert (held, messages) == ({("held", "pause"): 3}, [])
    assert len(references(simulator)) == 3


def test_letters_of_others_leave_meanwhile(sender: Office, simulator: Simulator) -> None:
    batch, other = make(sender, 2), make(sender, 2)
    change(sender, batch, "pause")

    sender.work(3)

    assert states(sender) == {("held", "pause"): 2, ("delivered", None): 2}
    text = sender.browser(AUDITOR).get(f"/batches/{other}").text
    assert "Odesláno 2 z 2, z toho doručeno 2." in text


def test_what_is_being_sent_ends_and_what_is_unknown_is_looked_for(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clerk presses pause while CreateMessage runs and its answer is lost."""
    batch = make(sender, 2)
    simulator.fault("drop", params={"when": "after"}, times=1)
    classify, calls = sending.classify, []

    def pause_meanwhile(exchange: Exchange) -> Outcome:
        if not calls:
            change(sender, batch, "pause")
        calls.append(exchange)
        return classify(exchange)

    monkeypatch.setattr(sending, "classify", pause_meanwhile)
    sender.work()
    unclear = states(sender)
    again_at_once(sender)
    sender.work(3)

    assert unclear == {("unknown", None): 1, ("held", "pause"): 1}
    assert states(sender) == {("delivered", None): 1, ("held", "pause"): 1}
    assert len(simulator.messages()) == 1


def test_what_waits_for_another_reason_keeps_it(sender: Office, simulator: Simulator) -> None:
    approve(sender, 10, 10)
    batch = make(sender, 3, FARM)
    sender.work(2)
    before = states(sender)

    change(sender, batch, "pause")
    paused = states(sender)
    change(sender, batch, "resumption")
    resumed = states(sender)
    change(sender, batch, "pause")
    approve(sender, 10, None)
    sender.work(3)
    dearer = states(sender)
    change(sender, batch, "resumption")
    sender.work(3)

    assert before == paused == resumed == {("sent", None): 1, ("held", "limit"): 2}
    assert dearer == {("sent", None): 1, ("held", "pause"): 2}
    assert states(sender) == {("sent", None): 3}
    assert len(references(simulator)) == len(set(references(simulator))) == 3


@pytest.mark.parametrize("first", ["batch", "dispatch"])
def test_a_letter_with_two_pauses_waits_for_the_end_of_both(
    sender: Office, simulator: Simulator, first: str
) -> None:
    approve(sender, 10, None, asks=True)
    batch = make(sender, 2, FARM)
    sender.work(2)
    place = approved(sender)
    change(sender, batch, "pause")
    turn(sender, place, "pause")

    if first == "batch":
        change(sender, batch, "resumption")
    else:
        turn(sender, place, "resumption")
    sender.work(2)
    half = states(sender), simulator.messages()
    if first == "batch":
        turn(sender, place, "resumption")
    else:
        change(sender, batch, "resumption")
    sender.work(3)

    assert half == ({("held", "pause"): 2}, [])
    assert states(sender) == {("sent", None): 2}


def approved(office: Office) -> str:
    proposed = office.api("GET", "/dispatches/proposal", ASSISTANT).json
    place = "/dispatches/5b0b2b7e-6c1f-4f5e-9a57-0d8b9be3a1c2"
    body = {"digest": proposed["digest"], "count": proposed["count"]}
    assert office.api("PUT", place, ASSISTANT, body).status_code == 200
    return place


def turn(office: Office, place: str, act: str) -> None:
    version = office.api("GET", place, ASSISTANT).json["version"]
    body = {"version": version, "reason": WHY}
    assert office.api("POST", f"{place}/{act}", ASSISTANT, body).status_code == 200


def press(office: Office, batch: str, act: str, why: str = WHY) -> Any:
    """Pause or go on as a person does who looks at the page and says why."""
    browser = office.browser(ASSISTANT)
    form = browser.get(f"/batches/{batch}").text.partition(f"/sending/{act}")[2]
    shown = re.search(r'name="version"[^>]*value="(\d+)"', form)
    data = {"version": shown[1] if shown else "", "why_sending": why}
    return browser.post(f"/batches/{batch}/sending/{act}", data=data)


def test_a_person_pauses_sees_who_did_and_goes_on(sender: Office) -> None:
    batch = make(sender, 2)
    browser = sender.browser(ASSISTANT)

    paused = press(sender, batch, "pause")
    sender.work(2)
    page = browser.get(f"/batches/{batch}").text
    with sender.context():
        delivery = db.session().scalar(select(Delivery.id).limit(1))
    letter_page = browser.get(f"/deliveries/{delivery}").text
    resumed = press(sender, batch, "resumption")
    works(sender, "delivered")
    ended = browser.get(f"/batches/{batch}").text

    assert (paused.status_code, resumed.status_code) == (303, 303)
    assert "Odesláno 0 z 2, z toho doručeno 0. Ještě neodešlo: 2. Z toho pozastaveno: 2." in page
    assert f"Odesílání dopisů pozastavil(a) {ASSISTANT.name}" in page
    assert WHY in page
    assert f'href="/batches/{batch}"' in letter_page
    assert f"Odesílání dopisů dávky pozastaveno – „{WHY}“" in letter_page
    assert "Odesláno 2 z 2, z toho doručeno 2." in ended
    assert "/sending/" not in ended, "nothing is left to pause"
    with sender.context():
        query = select(Audit).where(Audit.act.in_(("pause_sending", "resume_sending")))
        kept = [(one.act, one.actor_name, one.details) for one in db.session().scalars(query)]
    assert sorted(one[0] for one in kept) == ["pause_sending", "resume_sending"]
    assert {one[1] for one in kept} == {ASSISTANT.name}
    assert all(one[2] == {"count": 2, "why": WHY} for one in kept)


@pytest.mark.parametrize("act", ["pause", "resumption"])
@refused_holds
def test_nobody_pauses_or_goes_on_unseen_or_without_a_reason(
    sender: Office, act: str, changes: dict[str, Any], status: int, slug: str
) -> None:
    batch = make(sender, 1)
    if act == "resumption":
        change(sender, batch, "pause")
    place = f"/batches/{batch}"
    wanted = {"version": sender.service("GET", place).json["version"], "reason": WHY}
    body = {name: value for name, value in {**wanted, **changes}.items() if value is not None}
    given = {"version": body.get("version", ""), "why_sending": body.get("reason", "")}
    before = sender.stored()

    reply = sender.api("POST", f"{place}/sending/{act}", ASSISTANT, body)
    page = sender.browser(ASSISTANT).post(f"{place}/sending/{act}", data=given)

    assert (reply.status_code, reply.json["type"]) == (status, f"urn:vyzva:problem:{slug}")
    assert page.status_code in (409, 422)
    assert sender.stored() == before


def test_others_cannot_and_twice_is_no_pause(sender: Office) -> None:
    batch = make(sender, 1)
    body = {"version": sender.service("GET", f"/batches/{batch}").json["version"], "reason": WHY}

    refused = [
        sender.api("POST", f"/batches/{batch}/sending/pause", actor, body).status_code
        for actor in (AUDITOR, CONTROLLER, STRANGER)
    ]
    told = change(sender, batch, "pause")
    again = {"version": told["version"], "reason": WHY}
    twice = sender.api("POST", f"/batches/{batch}/sending/pause", DIRECTOR, again)

    assert refused == [403, 403, 404]
    assert twice.status_code == 409


def test_a_paused_letter_near_its_deadline_is_on_the_list(sender: Office) -> None:
    batch = make(sender, 1, dispatch_by="2026-04-09")
    change(sender, batch, "pause")
    browser = sender.browser(ASSISTANT)

    with sender.context():
        due = db.session().scalar(select(Delivery.dispatch_by))
    assert due is not None
    sender.clock.move_to(sender.clock.now() + timedelta(days=3))
    near = browser.get("/").text

    assert "Zjistit, proč dopis neodešel" in near


def test_a_pause_that_somebody_ends_right_now_leaves_the_letter_as_it_is(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever resumes has the row of the batch: the worker neither sends nor holds for ever."""
    from services.documents.service import postage  # noqa: PLC0415 - the one to be watched

    batch = make(sender, 1)
    with sender.context(), transaction(db.session()) as session:
        session.execute(update(Batch).values(sending="paused"))
    monkeypatch.setattr(postage, "_stays_paused", lambda *_given: False)
    sender.work(2)
    meanwhile = states(sender), simulator.messages()
    monkeypatch.undo()
    change(sender, batch, "resumption")
    works(sender, "delivered")

    assert meanwhile == ({("ready", None): 1}, [])

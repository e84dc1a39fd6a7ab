"""Paper only without a usable box, by a fresh answer; leaving the box only by a decision (R38)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.documents.models import Delivery, Recipient, db
from shared.db import transaction
from tests.documents.conftest import TOWN, Simulator
from tests.documents.directory_office import (
    HOURS,
    NOBODY,
    NOVAK,
    WHY,
    act,
    add_box,
    delivery_of,
    issue,
    later,
    open_directory_office,
    the_one,
)
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    STRANGER,
    Office,
)


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Iterator[Office]:
    yield open_directory_office(simulator, tmp_path, database_url)


OUTAGES = [
    pytest.param({"kind": "http", "params": {"status": 503, "when": "before"}}, id="503"),
    pytest.param({"kind": "drop", "params": {"when": "after"}}, id="no answer"),
    pytest.param({"kind": "garbled"}, id="nonsense"),
    pytest.param({"kind": "status", "params": {"code": "9002"}}, id="its search is down"),
]


@pytest.mark.parametrize("operation", ["FindDataBox2", "ISDSSearch3", "CheckDataBox"])
@pytest.mark.parametrize("fault", OUTAGES)
def test_an_outage_never_says_that_there_is_no_box(
    sender: Office, simulator: Simulator, fault: dict[str, Any], operation: str
) -> None:
    simulator.fault(**fault, operation=operation)
    about = {"name": "Jan Novák"} if operation == "ISDSSearch3" else {"ic": "00254398"}

    made = issue(sender, **about)

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("ready", None)
    assert the_one(sender)["outcome"] in ("not_asked", "unreachable")
    assert simulator.messages() == []


def test_paper_waits_for_a_fresh_answer_and_an_outage_gives_none(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender, name=NOBODY)
    address = f"/deliveries/{delivery_of(sender, made)['id']}/letter.pdf"
    opened = sender.api("GET", address, DIRECTOR).status_code
    simulator.fault("http", operation="ISDSSearch3", params={"status": 503, "when": "before"})

    later(sender, HOURS + 1)
    sender.work()
    closed = sender.api("GET", address, DIRECTOR)
    during = the_one(sender)
    simulator.control("DELETE", "/faults")
    act(sender, during, "question")
    sender.work()

    assert opened == 200
    assert (closed.status_code, closed.json["type"].rpartition(":")[2]) == (
        409,
        "ask-directory-first",
    )
    assert during["outcome"] == "unreachable"
    assert sender.api("GET", address, DIRECTOR).status_code == 200
    found = the_one(sender)
    assert (found["outcome"], found["failed_at"]) == ("none", None)
    assert [one["outcome"] for one in found["lookups"]] == ["none"]  # the outage was no answer


def test_an_answer_is_renewed_by_itself_while_a_letter_waits_for_paper(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender, name=NOBODY)
    add_box(simulator, "9nqab6b", NOBODY, type="FO")

    later(sender, HOURS - 1)
    sender.work()
    before = the_one(sender)["outcome"]
    later(sender, 2)
    sender.work()

    assert before == "none"
    assert the_one(sender)["outcome"] == "ambiguous"
    # It may lie at the post already, so nothing is sent by itself.
    assert delivery_of(sender, made)["state"] == "needs_person"


def test_with_a_usable_box_a_posting_cannot_be_written_down(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender, ic="26000002")
    found, today = delivery_of(sender, made), str(sender.clock.today())
    add_box(simulator, "9nqab6b", "Nová, z. s.", ic="26000002")
    later(sender, 2 * HOURS)
    sender.work()
    posted_on = str(sender.clock.today())

    proof = {"posted_on": posted_on, "tracking_number": "RR123456785CZ"}
    refused = sender.prove(found["id"], "posting", DIRECTOR, proof)
    unchanged = delivery_of(sender, made)["state"] == "needs_person"
    # What left while there was none can still be written down.
    earlier = {**proof, "posted_on": today}
    taken = sender.prove(found["id"], "posting", DIRECTOR, earlier)

    assert refused.json["type"].endswith("data-box-must-be-used")
    assert unchanged
    assert (taken.status_code, taken.json["state"]) == (200, "sent")


def test_without_a_data_box_of_its_own_the_office_uses_paper(office: Office) -> None:
    made = issue(office, name=NOBODY)

    found = delivery_of(office, made)
    assert (found["reason"], found["channel"]) == ("no_sender", "post")
    assert office.api("GET", f"/deliveries/{found['id']}/letter.pdf", DIRECTOR).status_code == 200


def refused(office: Office, simulator: Simulator, code: str = "1214") -> dict[str, Any]:
    """Return a delivery that ISDS refused."""
    simulator.fault("status", params={"code": code}, times=1)
    made = issue(office, box=TOWN)
    return delivery_of(office, made)


def switch(office: Office, found: dict[str, Any], actor: Any = DIRECTOR, **body: Any) -> Any:
    given = {"to": "post", "reason": "ISDS přílohu nepřijímá.", "version": found["version"], **body}
    return office.api("POST", f"/deliveries/{found['id']}/channel", actor, given)


def test_after_a_refusal_paper_opens_only_by_a_reasoned_decision(
    sender: Office, simulator: Simulator
) -> None:
    found = refused(sender, simulator)
    address = f"/deliveries/{found['id']}/letter.pdf"

    before = sender.api("GET", address, DIRECTOR)
    switched = switch(sender, found)
    after = sender.api("GET", address, DIRECTOR)

    assert (found["reason"], before.json["type"].rpartition(":")[2]) == ("refused", "switch-first")
    assert (switched.status_code, switched.json["channel"]) == (200, "post")
    assert after.status_code == 200
    history = sender.browser(AUDITOR).get(f"/deliveries/{found['id']}").text
    assert (
        "Způsob doručení změněn: datovou schránkou → poštou – „ISDS přílohu nepřijímá.“" in history
    )
    assert "Předáno člověku: Systém datových schránek zprávu odmítl." in history


def test_a_fault_on_our_side_opens_nothing(sender: Office, simulator: Simulator) -> None:
    found = refused(sender, simulator, "1004")

    reply = switch(sender, found)

    assert found["reason"] == "sender_refused"
    assert reply.json["type"].endswith("switch-not-allowed")


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        ({"version": 99}, 409, "stale"),
        ({"reason": "tak"}, 422, "reason-missing"),
        ({"to": "data_box"}, 422, "invalid"),
        ({"version": None}, 422, "invalid"),
    ],
)
def test_a_bad_switch_changes_nothing(
    sender: Office, simulator: Simulator, body: dict[str, Any], status: int, slug: str
) -> None:
    found, before = refused(sender, simulator), sender.stored()

    reply = switch(sender, found, **body)

    assert (reply.status_code, reply.json["type"]) == (status, f"urn:vyzva:problem:{slug}")
    assert sender.stored() == before
    assert switch(sender, found, AUDITOR).status_code == 403
    assert switch(sender, found, STRANGER).status_code == 404


@pytest.mark.parametrize("state", ["ready", "held", "sending", "unknown", "sent", "delivered"])
def test_from_anywhere_but_an_end_in_vain_nothing_is_switched(
    sender: Office, simulator: Simulator, state: str
) -> None:
    found = refused(sender, simulator)
    with sender.context(), transaction(db.session()) as session:
        session.get_one(Delivery, UUID(found["id"])).state = state
    newer, before = sender.api("GET", f"/deliveries/{found['id']}", DIRECTOR).json, sender.stored()

    reply = switch(sender, newer)

    assert reply.json["type"].endswith("switch-not-allowed")
    assert sender.stored() == before


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do several acts at the same time; return their answers in order."""
    start = Barrier(len(acts))

    def run(one: Callable[[], Any]) -> Any:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_people_who_switch_at_once_one_does(sender: Office, simulator: Simulator) -> None:
    for _ in range(3):
        found = refused(sender, simulator)

        post, person = at_once(
            lambda found=found: switch(sender, found),
            lambda found=found: switch(sender, found, ASSISTANT, to="in_person"),
        )

        after = sender.api("GET", f"/deliveries/{found['id']}", DIRECTOR).json
        assert sorted([post.status_code, person.status_code]) == [200, 409]
        assert after["channel"] == ("post" if post.status_code == 200 else "in_person")
        assert after["version"] == found["version"] + 1


def test_of_two_people_who_decide_at_once_one_does(sender: Office) -> None:
    issue(sender, name="Jan Novák")
    found = the_one(sender)

    chosen, denied = at_once(
        lambda: act(sender, found, "choice", box_id=NOVAK[0], reason=WHY),
        lambda: act(sender, found, "denial", ASSISTANT, reason=WHY),
    )

    assert sorted([chosen.status_code, denied.status_code]) == [200, 409]
    with sender.context():
        row = db.session().scalars(select(Recipient)).one()
        assert row.chosen_box == (NOVAK[0] if chosen.status_code == 200 else None)
        assert row.denied == ([] if chosen.status_code == 200 else sorted(NOVAK))


def test_a_retry_and_a_switch_at_once_leave_one_way(sender: Office, simulator: Simulator) -> None:
    found = refused(sender, simulator)
    given = {"version": found["version"], "why": WHY}

    switched, retried = at_once(
        lambda: switch(sender, found),
        lambda: sender.browser(ASSISTANT).post(f"/deliveries/{found['id']}/retry", data=given),
    )
    sender.work(2)

    after = sender.api("GET", f"/deliveries/{found['id']}", DIRECTOR).json
    codes = sorted([switched.status_code, retried.status_code])
    assert codes in ([200, 409], [303, 409])
    ways = {"post": ("needs_person", 0), "data_box": ("delivered", 1)}
    assert (after["state"], len(simulator.messages())) == ways[after["channel"]]

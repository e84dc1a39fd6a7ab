"""Whoever finds a delivery in any state, for any reason, finds a way out of it on its page."""

import io
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from services.documents.domain import deliveries as d
from services.documents.models import Delivery, db
from services.documents.web.words import REASONS
from shared.db import transaction
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    SCAN,
    STRANGER,
    Office,
    letter,
)

WHY = "Oznámeno novým dokumentem č. 12."
DAY = "2026-04-03"
HELD_BY_ISDS = {d.UNDELIVERABLE, d.INFECTED, d.TOO_EARLY, d.MISMATCH}
"""Reasons after which ISDS has a message of ours."""
ON_PAPER = {d.NO_BOX, d.REQUESTED, d.RETURNED, d.NO_SENDER}
"""Reasons after which the letter is on its way out of the data box already."""
POSTED = {"posted_on": DAY, "tracking_number": "RR123456785CZ"}
EXITS: dict[str, Callable[[Office, str], dict[str, Any]]] = {
    "channel": lambda office, found: {"to": "post", "reason": WHY},
    "posting": lambda office, found: {**POSTED, "slip": (io.BytesIO(SCAN), "listek.pdf")},
    "hand-over": lambda office, found: {
        "handed_over_on": DAY,
        "received_by": "Jan Novák",
        "scan": (io.BytesIO(office.receipt(found)), "potvrzeni.pdf"),
    },
    "retry": lambda office, found: {"why": WHY},
    "look": lambda office, found: {"why": WHY},
    "end": lambda office, found: {"why": WHY},
}
"""What a person fills in to leave ``needs_person``, by the last part of the form's address."""
AFTERWARDS = {
    "posting": d.SENT,
    "hand-over": d.DELIVERED,
    "retry": d.UNKNOWN,
    "look": d.UNKNOWN,
    "end": d.CANCELLED,
}
OTHER_STATES = {
    d.WAITING: "the document is signed or cancelled",
    d.READY: "the worker sends it",
    d.HELD: "money is approved on the page of the data box",
    d.SENDING: "the worker ends it, or its lease",
    d.UNKNOWN: "the worker looks for it, and a person may have it look at once",
    d.SENT: "the worker fetches the proofs; what the post brings is written down",
}
THE_END = {d.DELIVERED, d.CANCELLED}


def put(office: Office, **values: Any) -> str:
    """Issue a letter and put its delivery where the test wants it; return the delivery's id."""
    made = office.put(letter(name="Jan Novák"))
    office.work(2)
    found: str = office.view(made["id"])["delivery"]["id"]
    change(office, found, **values)
    return found


def change(office: Office, found: str, **values: Any) -> None:
    with office.context(), transaction(db.session()) as session:
        row = session.get_one(Delivery, UUID(found))
        for name, value in values.items():
            setattr(row, name, value)


def stuck(office: Office, reason: str) -> str:
    return put(
        office,
        state=d.NEEDS_PERSON,
        reason=reason,
        channel="post" if reason in ON_PAPER else "data_box",
        message_id="1000001" if reason in HELD_BY_ISDS else None,
    )


def where(office: Office, found: str) -> dict[str, Any]:
    view: dict[str, Any] = office.api("GET", f"/deliveries/{found}", DIRECTOR).json
    return view


def exits(office: Office, found: str) -> set[str]:
    """Return the acts that the page of a delivery offers and that lead out of it."""
    page = office.browser(ASSISTANT).get(f"/deliveries/{found}").text
    offered = re.findall(rf"(?:action|href)=\"[^\"]*/deliveries/{found}/([a-z-]+)\"", page)
    return set(offered) & set(EXITS)


def leave(office: Office, found: str, by: str) -> None:
    """Do an act that the page offers, with what the page asks for; it must be accepted."""
    data = {"version": str(where(office, found)["version"]), **EXITS[by](office, found)}
    reply = office.browser(ASSISTANT).post(
        f"/deliveries/{found}/{by}", data=data, content_type="multipart/form-data"
    )
    assert reply.status_code == 303, (by, reply.text)
    after = where(office, found)
    if by == "channel":
        assert after["channel"] == "post"
        assert "posting" in exits(office, found)
    else:
        assert after["state"] == AFTERWARDS[by]


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_every_reason_has_an_exit_and_every_offered_exit_is_open(
    office: Office, reason: str
) -> None:
    offered = exits(office, stuck(office, reason))

    assert offered
    for by in sorted(offered):
        leave(office, stuck(office, reason), by)


@pytest.mark.one_database
def test_every_reason_is_told_and_has_its_rule() -> None:
    rules = d.RETRY_REASONS | d.PAPER_REASONS | d.LOOK_REASONS | d.END_REASONS

    assert set(REASONS) == rules


@pytest.mark.one_database
def test_no_state_is_a_dead_end() -> None:
    machine = d.DELIVERY
    assert set(machine.states) == {d.NEEDS_PERSON} | set(OTHER_STATES) | THE_END
    for state in OTHER_STATES:
        assert any(state in one.sources for one in machine.transitions), state
    # What has no act of its own any more is what a delivery is for, or what a person ended.
    assert not any(d.CANCELLED in one.sources for one in machine.transitions)


def test_the_page_of_every_other_state_offers_nothing_that_could_send_twice(
    office: Office,
) -> None:
    found = put(office, channel="data_box")

    offered = {}
    for state in OTHER_STATES:
        change(office, found, state=state, reason=None)
        offered[state] = exits(office, found)

    assert offered == {state: {"look"} if state == d.UNKNOWN else set() for state in OTHER_STATES}


@pytest.mark.parametrize("reason", sorted(d.END_REASONS))
def test_a_person_ends_with_a_reason_what_can_lead_nowhere(office: Office, reason: str) -> None:
    found = stuck(office, reason)
    version = where(office, found)["version"]

    nothing = office.api(
        "POST", f"/deliveries/{found}/end", DIRECTOR, {"reason": "x", "version": version}
    )
    stale = office.api(
        "POST", f"/deliveries/{found}/end", DIRECTOR, {"reason": WHY, "version": version + 1}
    )
    before = where(office, found)["state"]
    ended = office.api(
        "POST", f"/deliveries/{found}/end", DIRECTOR, {"reason": WHY, "version": version}
    )
    office.work(2)

    assert (nothing.status_code, stale.status_code, before) == (422, 409, "needs_person")
    assert (ended.status_code, ended.json["state"]) == (200, "cancelled")
    assert where(office, found)["state"] == "cancelled"
    assert office.events(("delivery",))[-1] == "delivery.ended"
    page = office.browser(AUDITOR).get(f"/deliveries/{found}").text
    assert WHY in page
    assert DIRECTOR.name in page


def test_what_can_still_be_delivered_is_not_ended(office: Office) -> None:
    found, refused = put(office), {}
    for reason in set(REASONS) - d.END_REASONS:
        change(office, found, state=d.NEEDS_PERSON, reason=reason)
        body = {"reason": WHY, "version": where(office, found)["version"]}
        reply = office.api("POST", f"/deliveries/{found}/end", DIRECTOR, body)
        refused[reason] = reply.json["type"], where(office, found)["state"]

    assert len(refused) > 1
    assert set(refused.values()) == {("urn:vyzva:problem:end-not-allowed", "needs_person")}


def test_only_the_office_ends_a_delivery(office: Office) -> None:
    found = stuck(office, d.MISMATCH)
    body = {"reason": WHY, "version": where(office, found)["version"]}

    refused = [
        office.api("POST", f"/deliveries/{found}/end", who, body).status_code
        for who in (AUDITOR, STRANGER)
    ]

    assert refused == [403, 404]
    assert where(office, found)["state"] == "needs_person"


def test_another_look_at_contradicting_days_keeps_the_message(office: Office) -> None:
    found = stuck(office, d.TOO_EARLY)
    body = {"reason": WHY, "version": where(office, found)["version"]}

    looked = office.api("POST", f"/deliveries/{found}/look", DIRECTOR, body)

    assert (looked.status_code, looked.json["state"]) == (200, "unknown")
    assert looked.json["message_id"] == "1000001"

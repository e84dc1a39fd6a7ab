"""Paper: posting and handing over with their proofs, and nothing without them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.documents.models import Delivery, db
from tests.documents.offices import (
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    STRANGER,
    Office,
    letter,
)

POSTED = {"posted_on": "2026-04-03", "tracking_number": "RR 123 456 789 CZ"}
HANDED = {"handed_over_on": "2026-04-03", "received_by": "Jan Novák"}


def waiting(office: Office) -> dict[str, Any]:
    """Return a delivery that waits for a person, because the recipient has no box."""
    made = office.put(letter())
    office.work(2)
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    assert found["state"] == "needs_person"
    return found


def act(office: Office, found: dict[str, Any], what: str, body: Any, actor: Any = DIRECTOR) -> Any:
    return office.api("POST", f"/deliveries/{found['id']}/{what}", actor, body)


def test_a_posted_item_is_delivered_on_the_third_working_day(office: Office) -> None:
    found = waiting(office)

    posted = act(office, found, "posting", POSTED)
    office.work()
    before = office.view(found["document_id"])["delivery"]["state"]
    office.clock.move_to(datetime(2026, 4, 9, 8, tzinfo=UTC))
    with office.context():
        db.session.query(Delivery).update({"next_at": None})
        db.session.commit()
    office.work()

    assert (posted.status_code, posted.json["state"]) == (200, "sent")
    assert posted.json["tracking_number"] == "RR123456789CZ"
    assert before == "sent"
    after = office.view(found["document_id"])["delivery"]
    assert (after["state"], after["delivered_on"], after["delivery_basis"]) == (
        "delivered",
        "2026-04-09",
        "posted",
    )
    assert office.events()[-2:] == ["delivery.dispatched", "delivery.delivered"]


def test_handing_over_delivers_at_once(office: Office) -> None:
    reply = act(office, waiting(office), "hand-over", HANDED)

    assert reply.json["state"] == "delivered"
    assert (reply.json["delivered_on"], reply.json["delivery_basis"]) == ("2026-04-03", "hand_over")
    assert reply.json["received_by"] == "Jan Novák"


def test_an_act_written_down_later_keeps_its_own_day(office: Office) -> None:
    found = waiting(office)
    office.clock.move_to(datetime(2026, 4, 8, 8, tzinfo=UTC))

    reply = act(office, found, "posting", POSTED)

    assert reply.json["dispatched_at"] == "2026-04-03T10:00:00+00:00"


@pytest.mark.parametrize(
    ("what", "body", "slug"),
    [
        ("posting", {**POSTED, "posted_on": "2026-04-04"}, "proof-from-future"),
        ("posting", {**POSTED, "posted_on": "2026-04-02"}, "proof-before-issue"),
        ("posting", {**POSTED, "tracking_number": "RR"}, "tracking-number-missing"),
        ("posting", {"posted_on": "2026-04-03"}, "invalid"),
        ("posting", {**POSTED, "weight": 20}, "invalid"),
        ("posting", {**POSTED, "posted_on": "včera"}, "invalid"),
        ("hand-over", {**HANDED, "received_by": "  "}, "receiver-missing"),
        ("hand-over", {**HANDED, "handed_over_on": "2026-04-04"}, "proof-from-future"),
    ],
)
def test_bad_proofs_change_nothing(office: Office, what: str, body: Any, slug: str) -> None:
    found = waiting(office)

    reply = act(office, found, what, body)

    assert (reply.status_code, reply.json["type"]) == (422, f"urn:vyzva:problem:{slug}")
    assert office.view(found["document_id"])["delivery"]["state"] == "needs_person"


def test_a_second_click_posts_nothing_more(office: Office) -> None:
    found = waiting(office)
    act(office, found, "posting", POSTED)

    again = act(office, found, "posting", POSTED)

    assert (again.status_code, again.json["type"]) == (409, "urn:vyzva:problem:act-not-allowed")
    assert office.events().count("delivery.dispatched") == 1


def test_only_the_office_of_the_same_organisation_may(office: Office) -> None:
    found = waiting(office)

    assert act(office, found, "posting", POSTED, CONTROLLER).status_code == 403
    assert act(office, found, "posting", POSTED, AUDITOR).status_code == 403
    assert act(office, found, "posting", POSTED, STRANGER).status_code == 404
    assert office.api("GET", f"/deliveries/{found['id']}", STRANGER).status_code == 404
    assert office.api("GET", "/deliveries", STRANGER).json["total"] == 0
    assert office.api("GET", "/deliveries", AUDITOR, state="needs_person").json["total"] == 1


def test_nothing_leaves_before_the_document_is_issued(office: Office) -> None:
    made = office.put(letter(DIRECTOR))
    office.work(2)

    found = office.view(made["id"])["delivery"]

    assert found["state"] == "waiting_for_issue"
    assert act(office, found, "hand-over", HANDED).status_code == 409


def test_a_cancelled_document_cancels_its_delivery(office: Office) -> None:
    made = office.put(letter(DIRECTOR))
    office.api("POST", f"/documents/{made['id']}/cancellation", DIRECTOR, {"reason": "chyba"})

    assert office.view(made["id"])["delivery"]["state"] == "cancelled"


def test_a_person_may_have_the_box_tried_again(office: Office) -> None:
    found = waiting(office)

    reply = office.api("POST", f"/deliveries/{found['id']}/retry", DIRECTOR)
    office.work()

    assert reply.json["state"] == "ready"
    assert office.view(found["document_id"])["delivery"]["state"] == "needs_person"

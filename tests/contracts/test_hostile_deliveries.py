"""Generated requests against everything about deliveries, in an office that has some of each kind.

A refused request must leave every row as it was, and every operation must have done at least once
what it is for: whatever is never let in shows nothing about the inside.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from schemathesis.transport.serialization import Binary

from services.documents.domain.deliveries import (
    HELD,
    MISMATCH,
    NEEDS_PERSON,
    NO_BOX,
    REFUSED,
)
from services.documents.domain.postage import HOLD_APPROVAL
from services.documents.models import Delivery, LoginBreaker, Recipient, db
from shared.actors import ROLES
from shared.db import transaction
from shared.keys import KeyRing
from shared.tokens import make_person_token
from tests.contracts.hostile import Attack
from tests.documents.offices import (
    DIRECTOR,
    NOW,
    ORGANISATION,
    SCAN,
    Office,
    letter,
    open_office,
)
from tests.house.apps import openapi_of

EACH = 12
"""Good and bad requests per operation."""
UNTIL_DONE = 20
ABOUT = (
    "deliveries",
    "dispatches",
    "recipients",
    "posting-sheets",
    "posted-items",
    "data-box-login",
    "data-box-outage",
    "postage",
    "postage-terms",
)
DAY = "2026-04-03"
WHY = "Ověřeno telefonicky."
EVERYTHING = replace(DIRECTOR, roles=frozenset(ROLES))
Known = dict[str, list[Any]]


@pytest.fixture
def office(tmp_path: Path, new_database: Callable[[], str]) -> Office:
    """Return documents without a data box, where everything is posted with an advice."""
    return open_office(tmp_path / "var", new_database(), advice_of_receipt=True)


def waiting(office: Office, **values: Any) -> str:
    """Issue a letter whose delivery waits for a person; return the delivery's id."""
    made = office.put(letter(name="Jan Novák"))
    office.work(2)
    found: str = office.view(made["id"])["delivery"]["id"]
    # The verifier's word about the file is kept; later nothing but the act itself writes.
    office.api("GET", f"/deliveries/{found}/letter.pdf", DIRECTOR)
    with office.context(), transaction(db.session()) as session:
        row = session.get_one(Delivery, UUID(found))
        for name, value in {"state": NEEDS_PERSON, "reason": NO_BOX, **values}.items():
            setattr(row, name, value)
    return found


def posted(office: Office) -> str:
    found = waiting(office)
    body = {"posted_on": DAY, "tracking_number": "RR123456785CZ"}
    reply = office.prove(found, "posting", DIRECTOR, body)
    assert reply.status_code == 200, reply.json
    return found


def to_be_posted(office: Office) -> Known:
    return {
        "delivery_id": [waiting(office) for _ in range(3)],
        "posted_on": [DAY],
        "tracking_number": ["RR123456785CZ"],
        "slip": [Binary(SCAN)],
    }


def on_the_way(office: Office) -> Known:
    """Return items that the post carries; each may come back, or its advice may."""
    return {
        "delivery_id": [posted(office) for _ in range(3)],
        "received_on": [DAY],
        "returned_on": [DAY],
        "posted_on": [DAY],
        "scan": [Binary(b"%PDF-1.7 an advice")],
    }


def with_proof(office: Office) -> Known:
    found = posted(office)
    view = office.api("GET", f"/deliveries/{found}", DIRECTOR).json
    return {"delivery_id": [found], "proof_id": [one["id"] for one in view["proofs"]]}


def to_be_handed_over(office: Office) -> Known:
    found = waiting(office)
    form = Binary(office.receipt(found))
    return {"delivery_id": [found], "handed_over_on": [DAY], "scan": [form]}


def to_be_signed(office: Office) -> Known:
    found = office.api("GET", f"/deliveries/{waiting(office)}", DIRECTOR).json
    return {
        "delivery_id": [found["id"]],
        "version": [found["version"]],
        "shown": [office.view(found["document_id"])["sha256"]],
        "drawing": ["[[[10,10],[400,200],[700,30]]]"],
        "received_by": ["Jan Novák"],
        "typed": ["Jan Novák"],
    }


def to_be_ended(office: Office) -> Known:
    return {**to_be_decided(office, MISMATCH), "message_id": ["1000001", None]}


def to_be_decided(office: Office, reason: str = REFUSED) -> Known:
    found = [waiting(office, reason=reason, channel="data_box") for _ in range(3)]
    versions = [office.api("GET", f"/deliveries/{one}", DIRECTOR).json["version"] for one in found]
    return {"delivery_id": found, "version": versions, "reason": [WHY]}


def recipients(office: Office) -> Known:
    """Return namesakes with two boxes each, and whom nobody asked about."""
    waiting(office)
    candidates = [
        {"box_id": box, "type_number": 50, "name": "Jan Novák", "address": "Praha", "ic": ""}
        for box in ("nd3b9ka", "mw7dqvw")
    ]
    with office.context(), transaction(db.session()) as session:
        for number in range(4):
            session.add(
                Recipient(
                    organisation_id=ORGANISATION,
                    key=f"name:{number}",
                    name="Jan Novák",
                    address=[],
                    outcome="ambiguous",
                    candidates=candidates,
                )
            )
    listed = office.api("GET", "/recipients", DIRECTOR).json["items"]
    return {
        "recipient_id": [one["id"] for one in listed],
        "version": [1, 2, 3],
        "reason": [WHY],
        "box_id": ["nd3b9ka", "mw7dqvw"],
        "ic": ["00254398", None],
    }


def the_rest(office: Office) -> Known:
    with office.context(), transaction(db.session()) as session:
        account = office.app.extensions["vyzva-settings"].isds_account
        session.add(
            LoginBreaker(
                account=account,
                organisation_id=ORGANISATION,
                code="401",
                refusals=1,
                refused_at=NOW,
                next_trial_at=NOW,
            )
        )
    amount = {"amount": "10.00", "currency": "CZK"}
    return {"price": [amount], "monthly_limit": [amount, None], "version": [1, 2, 3]}


def to_be_approved(office: Office) -> Known:
    """Return an approval of some messages, and what would let go the others that wait for one."""
    found, made = [], str(uuid4())
    for count in (1, 2):
        for _ in range(count):
            waiting(office, state=HELD, reason=None, hold=HOLD_APPROVAL)
        proposed = office.api("GET", "/dispatches/proposal", DIRECTOR).json
        found.append({"digest": proposed["digest"], "count": proposed["count"]})
        if count == 1:
            reply = office.api("PUT", f"/dispatches/{made}", DIRECTOR, found[-1])
            assert reply.status_code == 200, reply.json
    return {
        "dispatch_id": [made],
        "digest": [one["digest"] for one in found],
        "count": [one["count"] for one in found],
        "version": [1, 2, 3],
        "reason": [WHY],
    }


def stopped(office: Office) -> Known:
    """Return what ends the stop of everything; once it is over, ending it changes nothing."""
    reply = office.api("POST", "/dispatches/stop", DIRECTOR, {"reason": WHY})
    assert reply.status_code == 200, reply.json
    return {"version": [reply.json["stop"]["version"]], "reason": [WHY]}


@dataclass(frozen=True)
class Scene:
    """Operations, and what there is for them."""

    prepared: Callable[[Office], Known]
    paths: tuple[str, ...]


SCENES = {
    "posting": Scene(to_be_posted, ("/deliveries/{delivery_id}/posting",)),
    "advices": Scene(on_the_way, ("/deliveries/{delivery_id}/advice",)),
    "returns": Scene(
        on_the_way,
        ("/deliveries/{delivery_id}/return", "/posting-sheets/{document_id}", "/posted-items"),
    ),
    "proofs": Scene(
        with_proof,
        (
            "/deliveries",
            "/deliveries/{delivery_id}",
            "/deliveries/{delivery_id}/proofs/{proof_id}",
        ),
    ),
    "handing over": Scene(
        to_be_handed_over,
        (
            "/deliveries/{delivery_id}/receipt.pdf",
            "/deliveries/{delivery_id}/letter.pdf",
            "/deliveries/{delivery_id}/hand-over",
            "/deliveries/{delivery_id}/proof-paper",
        ),
    ),
    "signed there": Scene(to_be_signed, ("/deliveries/{delivery_id}/tablet-hand-over",)),
    "decisions": Scene(to_be_decided, ("/deliveries/{delivery_id}/channel",)),
    "other tries": Scene(to_be_decided, ("/deliveries/{delivery_id}/retry",)),
    "looks": Scene(to_be_ended, ("/deliveries/{delivery_id}/look",)),
    "ends": Scene(to_be_ended, ("/deliveries/{delivery_id}/end",)),
    "recipients": Scene(
        recipients,
        (
            "/recipients",
            "/recipients/{recipient_id}",
            "/recipients/{recipient_id}/question",
        ),
    ),
    "choices": Scene(recipients, ("/recipients/{recipient_id}/choice",)),
    "denials": Scene(recipients, ("/recipients/{recipient_id}/denial",)),
    "approvals": Scene(
        to_be_approved,
        (
            "/dispatches",
            "/dispatches/proposal",
            "/dispatches/{dispatch_id}",
            "/dispatches/{dispatch_id}/pause",
            "/dispatches/{dispatch_id}/resumption",
        ),
    ),
    "stops": Scene(lambda _office: {"reason": [WHY]}, ("/dispatches/stop",)),
    "ends of stops": Scene(stopped, ("/dispatches/stop/end",)),
    "the rest": Scene(
        the_rest,
        (
            *("/data-box-login", "/data-box-login/permission", "/data-box-outage"),
            *("/postage", "/postage-terms"),
        ),
    ),
}


def part_of(described: dict[str, Any], paths: tuple[str, ...]) -> dict[str, Any]:
    wanted = [f"/api/v1{path}" for path in paths]
    return {**described, "paths": {path: described["paths"][path] for path in wanted}}


def header_of(office: Office) -> str:
    keys = KeyRing(office.app.extensions["vyzva-settings"].keys_folder, "registry")
    return f"Bearer {make_person_token(keys, replace(EVERYTHING, password_at=datetime.now(UTC)))}"


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_refused_about_deliveries_changes_nothing(office: Office, scene: str) -> None:
    known = SCENES[scene].prepared(office)
    described = part_of(openapi_of("documents"), SCENES[scene].paths)
    attack = Attack(office.app, described, known, office.stored)

    attack.run(lambda: header_of(office), EACH, until_done=UNTIL_DONE)

    print(dict(sorted(attack.statuses.items())))
    assert not attack.faults, "\n\n".join(f"{at}\n{text}" for at, text in attack.faults.items())
    assert attack.never_done() == set()


@pytest.mark.one_database
def test_every_operation_about_deliveries_has_its_scene() -> None:
    every = {path.removeprefix("/api/v1") for path in openapi_of("documents")["paths"]}

    about = {path for path in every if path.split("/")[1] in ABOUT}
    assert about == {path for scene in SCENES.values() for path in scene.paths}

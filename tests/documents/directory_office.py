"""An office with a data box and a directory that knows namesakes, for tests of recipients."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from tests.documents.conftest import SENDER_LOGIN, Simulator
from tests.documents.offices import AUDITOR, DIRECTOR, Office, letter, open_office

NOVAK = ("nd3b9ka", "mw7dqvw")
HOURS = 24
WHY = "Ověřeno telefonicky."
NOBODY = "Zbyhněv Bezschránkový"


MONTH_APART = 30 * 86_400
"""Only our clock is moved here; that of ISDS stays."""


def open_directory_office(simulator: Simulator, folder: Path, database_url: str) -> Office:
    """Open an office that sends, and two namesakes in the directory."""
    roots = folder / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    office = open_office(folder / "var", database_url, gateway, isds_seal_roots=roots)
    office.clock.move_to(datetime.now(UTC))
    office.app.extensions["documents-tools"].settings.isds_clock_seconds = MONTH_APART
    for box, town in zip(NOVAK, ("Abertamy", "Praha"), strict=True):
        add_box(simulator, box, "Jan Novák", type="PFO", city=town)
    return office


def add_box(simulator: Simulator, box: str, name: str, **more: Any) -> None:
    """Let somebody have a data box from now on."""
    body = {"id": box, "type": "PO", "name": name, "accepts_paid": True, **more}
    simulator.control("POST", "/boxes", body)


def issue(office: Office, **more: Any) -> dict[str, Any]:
    """Make a letter that needs no signature, and let the worker work."""
    made = office.put(letter(**more))
    office.work(2)
    return made


def delivery_of(office: Office, made: dict[str, Any]) -> dict[str, Any]:
    """Return where the delivery of a letter stands."""
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    return found


def listed(office: Office, **query: Any) -> list[dict[str, Any]]:
    """Return the register as it is listed."""
    reply = office.api("GET", "/recipients", AUDITOR, **query)
    assert reply.status_code == 200, reply.json
    items: list[dict[str, Any]] = reply.json["items"]
    return items


def the_one(office: Office) -> dict[str, Any]:
    """Return the only recipient."""
    (found,) = listed(office)
    reply = office.api("GET", f"/recipients/{found['id']}", AUDITOR)
    one: dict[str, Any] = reply.json
    return one


def act(
    office: Office, found: dict[str, Any], what: str, actor: Any = DIRECTOR, **body: Any
) -> Any:
    given = {"version": found["version"], **body} if what != "question" else None
    return office.api("POST", f"/recipients/{found['id']}/{what}", actor, given)


def later(office: Office, hours: int) -> None:
    """Let some hours pass."""
    office.clock.move_to(office.clock.now() + timedelta(hours=hours))

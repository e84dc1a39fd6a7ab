"""An office with a data box that sends paid messages, for tests about money."""

from pathlib import Path
from typing import Any

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.models import PostageMonth, PostageTerms, db
from shared.db import transaction
from tests.documents.conftest import FARM, SENDER_LOGIN, Simulator
from tests.documents.offices import DIRECTOR, NOW, ORGANISATION, Office, letter, open_office


def open_paid_office(simulator: Simulator, folder: Path, database_url: str) -> Office:
    """Open an office in which nobody has approved any money yet."""
    roots = folder / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    office = open_office(folder / "var", database_url, gateway, isds_seal_roots=roots)
    simulator.advance(now=NOW.isoformat(), stopped=True)
    forget_terms(office)
    return office


def forget_terms(office: Office) -> None:
    """Take away what open_office approves for the tests of everything else."""
    with office.context(), transaction(db.session()) as session:
        session.query(PostageTerms).delete()


def approve(office: Office, price: int, limit: int | None, *, asks: bool = False) -> None:
    amounts = {"price": crowns(price), "monthly_limit": None if limit is None else crowns(limit)}
    terms = office.api("GET", "/postage", DIRECTOR).json["terms"]
    more = {"asks_each": asks, "version": terms and terms["version"]}
    reply = office.api("PUT", "/postage-terms", DIRECTOR, {**amounts, **more})
    assert reply.status_code == 200, reply.json


def crowns(amount: int) -> dict[str, str]:
    return {"amount": f"{amount}.00", "currency": "CZK"}


def issue(office: Office, box: str = FARM, **more: Any) -> dict[str, Any]:
    """Make a letter that needs no signature, so that the seal issues it at once."""
    return office.put(letter(box=box, **more))


def state_of(office: Office, made: dict[str, Any]) -> tuple[str, str | None]:
    found = office.view(made["id"])["delivery"]
    return found["state"], found["hold"]


def spent(office: Office, month: Any) -> int:
    with office.context():
        row = db.session().get(PostageMonth, (ORGANISATION, month))
        return row.spent.hundredths // 100 if row else 0

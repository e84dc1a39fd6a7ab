"""A sender to whom something happens between what ISDS took and what is written down of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import OutgoingMessage, Permit
from services.documents.domain.isds_outcome import Exchange
from tests.documents.conftest import SENDER_LOGIN, Simulator
from tests.documents.offices import Office, open_office


class Told(IsdsGateway):
    """Somebody is told right after ISDS took a message, before its number is written down."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def create_message(self, message: OutgoingMessage, permit: Permit | None = None) -> Exchange:
        found = super().create_message(message, permit)
        self.meanwhile()
        return found


def told_of(simulator: Simulator) -> Told:
    """Return a client of the simulator's sender."""
    return Told(IsdsAccount(simulator.base_url, *SENDER_LOGIN))


def roots_of(simulator: Simulator, folder: Path) -> Path:
    """Keep the roots of the simulator's seal; return where."""
    roots = folder / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    return roots


def open_sender(
    simulator: Simulator, folder: Path, address: str, gateway: Told, **more: Any
) -> Office:
    """Open an office that sends to the simulator, by the present time."""
    roots = roots_of(simulator, folder)
    office = open_office(folder / "var", address, gateway, isds_seal_roots=roots, **more)
    office.clock.move_to(datetime.now(UTC))
    return office

"""Fault switches: how the simulator fails when it is told to."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.isds_simulator.ledger import controls
from services.isds_simulator.ledger.rows import Fault
from services.isds_simulator.service.office import Office


class FaultKind(StrEnum):
    """What may go wrong. ``when`` and other numbers come as parameters."""

    DROP = "drop"
    """Connection is cut: ``when`` before or after the work; ``after_bytes`` of the answer."""
    DELAY = "delay"
    """Answer comes ``seconds`` of real time late: ``when`` before or after the work."""
    HTTP = "http"
    """``status`` with ``body`` fault, html or empty: ``when`` before or after the work."""
    BLOCKED = "blocked"
    """401 with the page that says the login is blocked."""
    STATUS = "status"
    """Status ``code`` (3008, 3009, ...) instead of the work."""
    TRUNCATED = "truncated"
    """The work is done and the answer ends in the middle, well-formed HTTP around it."""
    GARBLED = "garbled"
    """The work is done and the answer is no XML."""
    NO_ID = "no_id"
    """0000 without dmID, after the work."""
    HUGE = "huge"
    """The answer goes on for ``bytes`` bytes."""
    INFECTED = "infected"
    """CreateMessage accepts the message, the antivirus check then fails (state 3)."""
    UNSTAMPED = "unstamped"
    """Downloads give 0005 and a seal without a time stamp."""
    NOT_YET = "not_yet"
    """Downloads of a sent message give 1229 for ``seconds`` after its submission."""
    LIST_LAG = "list_lag"
    """Lists do not show a message for ``seconds`` after its submission."""


DEFAULT_WHEN = "after"


@dataclass(frozen=True)
class Switches:
    """The faults that hit one call."""

    faults: tuple[Fault, ...] = ()

    def find(self, kind: FaultKind, *, when: str | None = None) -> Fault | None:
        """Return the first fault of a kind, at a time if one is given."""
        for fault in self.faults:
            if fault.kind != kind:
                continue
            if when is None or fault.params.get("when", DEFAULT_WHEN) == when:
                return fault
        return None

    def has(self, kind: FaultKind) -> bool:
        """Tell whether a fault of a kind hits the call."""
        return self.find(kind) is not None

    def seconds(self, kind: FaultKind) -> timedelta:
        """Return the ``seconds`` of a fault, zero if it is not set."""
        fault = self.find(kind)
        return timedelta(seconds=0 if fault is None else number(fault, "seconds", 0))


def number(fault: Fault, name: str, default: float) -> float:
    """Return a numeric parameter of a fault."""
    value = fault.params.get(name, default)
    return float(value) if isinstance(value, int | float | str) else default


def switches_for(office: Office, operation: str, box_id: str | None) -> Switches:
    """Return the faults that hit a call and count the call for each of them."""
    with office.ledger.reading() as connection:
        if not controls.is_any_fault_set(connection, operation):
            return Switches()
    with office.ledger.writing() as connection:
        return Switches(tuple(controls.claim_faults(connection, operation, box_id)))

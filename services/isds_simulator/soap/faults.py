"""Fault switches: how the simulator fails when it is told to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.isds_simulator.ledger import controls
from services.isds_simulator.ledger.rows import Fault
from services.isds_simulator.service.office import Office


class FaultKind(StrEnum):
    """What may go wrong."""

    DROP = "drop"
    """The connection is closed before or after the work, perhaps within the answer."""
    CUT = "cut"
    """The connection is closed while the request is still being read."""
    DELAY = "delay"
    """The answer comes late, in real seconds."""
    SLOW = "slow"
    """The answer comes in drops."""
    HTTP = "http"
    """An HTTP status with a SOAP fault, a page or nothing."""
    REDIRECT = "redirect"
    """302 to another address, which a client must not follow."""
    OUTAGE = "outage"
    """503 within a window of the simulator's time: given, or every Friday from 0 to 1."""
    BLOCKED = "blocked"
    """401 with the page that says the login is blocked."""
    FORBIDDEN = "forbidden"
    """403, as for an unknown certificate."""
    STATUS = "status"
    """A status code instead of the work, or after it."""
    TRUNCATED = "truncated"
    """The work is done and the answer ends early, well-formed HTTP around it."""
    GARBLED = "garbled"
    """The work is done and the answer is no XML."""
    DOCTYPE = "doctype"
    """The work is done and the answer has a document type with hostile entities."""
    HUGE = "huge"
    """The answer goes on and on."""
    NO_ID = "no_id"
    """0000 without dmID, after the work."""
    INFECTED = "infected"
    """A message is accepted, the antivirus check then fails (state 3)."""
    UNSTAMPED = "unstamped"
    """Downloads give 0005 and a seal without a time stamp."""
    NOT_YET = "not_yet"
    """Downloads of a sent message give 1229 for a while after its submission."""
    LIST_LAG = "list_lag"
    """Lists do not show a message for a while after its submission."""
    DUPLICATE_ROWS = "duplicate_rows"
    """Lists show each row twice."""
    UNDELIVERABLE = "undeliverable"
    """The recipient's box is closed retroactively just before the question: EV3 for EV2."""
    SKEW = "skew"
    """All times in the answer, its Date among them, are those of a wrong clock."""
    FORGED_SEAL = "forged_seal"
    """The seal is a stranger's, under the same names."""
    BROKEN_SEAL = "broken_seal"
    """The content was changed after it was sealed."""
    EXPIRED_SEAL = "expired_seal"
    """The certificate of the seal had ended before it was used."""
    PKCS1_SEAL = "pkcs1_seal"
    """A good seal with the older padding, PKCS #1 v1.5."""
    PSS_SEAL = "pss_seal"
    """A good seal with RSA-PSS."""
    WRONG_HASH = "wrong_hash"
    """dmHash is that of something else; the seal holds."""
    WRONG_STAMP = "wrong_stamp"
    """dmQTimestamp stamps something else; the seal holds."""
    OTHER_ATTACHMENT = "other_attachment"
    """The message inside the seal carries another file."""
    OTHER_RECIPIENT = "other_recipient"
    """The sealed document says another recipient."""
    OTHER_MESSAGE = "other_message"
    """The sealed document says another dmID."""


@dataclass(frozen=True)
class Param:
    """A parameter of a fault."""

    kind: type[float] | type[str] | type[bool]
    default: float | str | bool | None
    choices: tuple[str, ...] = ()


WHEN = Param(str, "after", ("before", "after"))
SECONDS = Param(float, 0.0)
INSTANT = Param(str, None)
PARAMS: dict[FaultKind, dict[str, Param]] = {
    FaultKind.DROP: {"when": WHEN, "after_bytes": Param(float, 0.0), "reset": Param(bool, False)},
    FaultKind.CUT: {"after_bytes": Param(float, 0.0), "reset": Param(bool, False)},
    FaultKind.DELAY: {"seconds": SECONDS, "when": WHEN},
    FaultKind.SLOW: {"bytes": Param(float, 1.0), "seconds": Param(float, 1.0)},
    FaultKind.HTTP: {
        "status": Param(float, 503.0),
        "body": Param(str, "fault", ("fault", "html", "empty")),
        "when": WHEN,
    },
    FaultKind.REDIRECT: {"location": Param(str, "http://127.0.0.1:9/")},
    FaultKind.OUTAGE: {"since": INSTANT, "until": INSTANT, "weekly": Param(bool, False)},
    FaultKind.STATUS: {
        "code": Param(str, "3008"),
        "when": Param(str, "before", ("before", "after")),
    },
    FaultKind.TRUNCATED: {"bytes": Param(float, None)},
    FaultKind.GARBLED: {"content_type": Param(str, "text/xml; charset=utf-8")},
    FaultKind.DOCTYPE: {"entity": Param(str, "bomb", ("bomb", "file"))},
    FaultKind.HUGE: {"bytes": Param(float, 1e9), "gzip": Param(bool, False)},
    FaultKind.NOT_YET: {"seconds": SECONDS},
    FaultKind.LIST_LAG: {"seconds": SECONDS},
    FaultKind.SKEW: {"seconds": Param(float, 600.0)},
}


class BadParam(Exception):
    """A fault has a parameter that its kind does not know, or of another type."""


def checked_params(kind: FaultKind, given: dict[str, object]) -> dict[str, object]:
    """Return the parameters of a fault if its kind knows them all.

    Raises:
        BadParam: With the name of the first wrong one.
    """
    known = PARAMS.get(kind, {})
    for name, value in given.items():
        param = known.get(name)
        if param is None:
            raise BadParam(f"{kind} has no parameter {name!r}.")
        if not _fits(param, value):
            raise BadParam(f"{name}: {value!r} does not fit.")
    return given


def _fits(param: Param, value: object) -> bool:
    if param.kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= -1e12
    if param.choices:
        return value in param.choices
    if param is INSTANT:
        return isinstance(value, str) and _instant(value) is not None
    return isinstance(value, param.kind)


def _instant(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@dataclass(frozen=True)
class Switches:
    """The faults that hit one call."""

    faults: tuple[Fault, ...] = ()

    def find(self, kind: FaultKind, *, when: str | None = None) -> Fault | None:
        """Return the first fault of a kind, at a time if one is given."""
        for fault in self.faults:
            if fault.kind != kind:
                continue
            if when is None or text(fault, "when") == when:
                return fault
        return None

    def has(self, kind: FaultKind) -> bool:
        """Tell whether a fault of a kind hits the call."""
        return self.find(kind) is not None

    def seconds(self, kind: FaultKind) -> timedelta:
        """Return the ``seconds`` of a fault, zero if it is not set."""
        fault = self.find(kind)
        return timedelta(seconds=0 if fault is None else number(fault, "seconds"))


def _param(fault: Fault, name: str) -> object:
    return fault.params.get(name, PARAMS[FaultKind(fault.kind)][name].default)


def number(fault: Fault, name: str) -> float:
    """Return a numeric parameter of a fault, or its default."""
    value = _param(fault, name)
    return float(value) if isinstance(value, int | float) else 0.0


def text(fault: Fault, name: str) -> str:
    """Return a textual parameter of a fault, or its default."""
    value = _param(fault, name)
    return "" if value is None else str(value)


def flag(fault: Fault, name: str) -> bool:
    """Return a parameter of a fault that is true or false, or its default."""
    return bool(_param(fault, name))


def instant(fault: Fault, name: str) -> datetime | None:
    """Return an instant of a fault, ``None`` if it is not given."""
    return _instant(_param(fault, name))


def switches_for(office: Office, operation: str, box_id: str | None) -> Switches:
    """Return the faults that hit a call and count the call for each of them."""
    with office.ledger.reading() as connection:
        if not controls.is_any_fault_set(connection, operation):
            return Switches()
    with office.ledger.writing() as connection:
        found = controls.claim_faults(connection, operation, box_id, besides=FaultKind.CUT)
    return Switches(tuple(found))


def cut_for(office: Office, service: str) -> Fault | None:
    """Return the fault that cuts a request off while it is read; only its service is known."""
    with office.ledger.reading() as connection:
        if not controls.is_kind_set(connection, FaultKind.CUT):
            return None
    with office.ledger.writing() as connection:
        found = controls.claim_faults(connection, service, None, kind=FaultKind.CUT)
    return found[0] if found else None

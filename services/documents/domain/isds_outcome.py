"""What an attempt to create a data message means: created, not created, or unknown."""

from dataclasses import dataclass

CREATED = "created"
NOT_CREATED = "not_created"
UNKNOWN = "unknown"

LATER = "later"
"""The same message may be tried again without a person."""
NEVER = "never"
"""Trying again cannot help; a person decides."""

SUCCESS = "0000"
NOT_PAID = "1233"
"""Our box can send no paid message now: its credit ran out since it was asked, or its right."""
# Definite refusals: the Operating Rules promise that rejected input leaves no record.
REFUSALS = frozenset(
    [
        "1004",
        "1007",
        "1201",
        "1214",
        "1232",
        NOT_PAID,
        "1281",
        "1286",
        "1288",
        "1289",
        "1293",
        "1294",
        "1295",
        "1297",
        "1299",
        "2006",
        "2010",
        "2011",
        "2017",
        "2032",
        "2046",
        "5001",
    ]
)
# Too many parallel requests: refused before anything was done.
THROTTLED = frozenset({"3008", "3009"})
BOX_REFUSALS = frozenset({"1007", "1232", "2011", "5001"})
"""Refusals that are about the recipient's box, so another channel opens."""
SENDER_REFUSALS = frozenset({"1004", "1201", "2006", NOT_PAID})
"""Refusals that are about us: no right, our own box is closed, an operation that is not there."""
UNAUTHORISED = frozenset({401, 403})


@dataclass(frozen=True)
class Exchange:
    """What was seen of one call of CreateMessage."""

    request_started: bool
    """``False`` only if certainly no byte of the request left (name, connection, TLS)."""
    http_status: int | None = None
    """``None`` when no complete answer came."""
    code: str | None = None
    """dmStatusCode of a complete, well-formed answer; otherwise ``None``."""
    message_id: str | None = None
    login_fault: str | None = None
    """One of ``refused_logins.LOGIN_FAULTS``, if TLS failed by it."""


@dataclass(frozen=True)
class Outcome:
    """The fate of the message."""

    kind: str
    """``created``, ``not_created`` or ``unknown``."""
    message_id: str | None = None
    retry: str | None = None
    """``later`` or ``never`` for a message that was not created; otherwise ``None``."""
    code: str | None = None


def classify(exchange: Exchange) -> Outcome:
    """Return the fate of a message, from nothing but what was seen.

    Source:
        ISDS, description of CreateMessage: success is code 0000 together with a message
        number; rejected input leaves no record. Everything after the first byte without a
        parsed status is unknown, server trouble (9xxx) and unlisted codes included. In TLS 1.3
        (RFC 8446, 4.4.2 and figure 1) a client may send before the server has judged its
        certificate, so a refusal of that after the first byte is unknown too.
    """
    if not exchange.request_started:
        return Outcome(NOT_CREATED, retry=LATER, code=exchange.login_fault)
    if exchange.http_status in UNAUTHORISED:
        # Nothing is wrong with the message; the operator has to put the login right.
        return Outcome(NOT_CREATED, retry=LATER, code=str(exchange.http_status))
    if exchange.http_status != 200 or exchange.code is None:
        return Outcome(UNKNOWN, code=exchange.code or exchange.login_fault)
    if exchange.code == SUCCESS and exchange.message_id:
        return Outcome(CREATED, message_id=exchange.message_id, code=exchange.code)
    if exchange.code in THROTTLED:
        return Outcome(NOT_CREATED, retry=LATER, code=exchange.code)
    if exchange.code in REFUSALS:
        return Outcome(NOT_CREATED, retry=NEVER, code=exchange.code)
    return Outcome(UNKNOWN, code=exchange.code)

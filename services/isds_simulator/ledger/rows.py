"""What is read from the ledger, as values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.isds_simulator.domain.postage import Party
from services.isds_simulator.domain.states import Event, State


@dataclass(frozen=True)
class Box:
    """One data box and its holder."""

    id: str
    type: str
    name: str
    ic: str | None
    given_names: str | None
    last_name: str | None
    street: str | None
    house: str | None
    city: str | None
    zip_code: str | None
    country: str
    state: int
    accepts_paid: bool
    has_contract: bool
    credit: int
    has_user: bool
    attachment_limit: int
    throttle_ms: int

    @property
    def party(self) -> Party:
        """The box as the postage rules see it."""
        return Party(self.type, self.state, self.accepts_paid, self.has_contract, self.credit)

    @property
    def address(self) -> str:
        """The address on one line."""
        first = " ".join(part for part in (self.street, self.house) if part)
        second = " ".join(part for part in (self.zip_code, self.city) if part)
        return ", ".join(part for part in (first, second, self.country) if part)


@dataclass(frozen=True)
class Account:
    """One login and the box it belongs to."""

    username: str
    box_id: str
    rights: int
    user_type: str
    person: str
    failures: int
    blocked_until: datetime | None
    salt: bytes
    password_digest: bytes
    password_expires: datetime | None = None
    """When the password ends; ``None`` for never."""
    next_salt: bytes | None = None
    next_digest: bytes | None = None
    """The password after a change that is not in force yet."""
    next_from: datetime | None = None
    one_time_code: str | None = None
    """The code that a sign-in with a one-time password asks for."""
    is_application: bool = False
    """Whether a program has signed in with a system certificate, and no person."""

    def may(self, right: int) -> bool:
        """Tell whether the login has a right bit."""
        return bool(self.rights & right)


@dataclass(frozen=True)
class Envelope:
    """The eighteen elements that the sender supplies and what the system adds to them."""

    sender_name: str
    sender_address: str
    sender_type: int
    recipient_name: str
    recipient_address: str
    fields: dict[str, str | None]
    """The sender's elements by name, cleaned, ``None`` for an empty one."""


@dataclass(frozen=True)
class Author:
    """Who sent a message for its box, and what he lets the recipient know."""

    user_type: str
    name: str
    levels: int | None = None
    """Sum of the ``IdLevel`` bits; ``None`` if nothing but the type is published."""


@dataclass(frozen=True)
class Message:
    """One data message without its files."""

    id: str
    sender_id: str
    recipient_id: str
    kind: str
    state: State
    submitted_at: datetime
    delivered_at: datetime | None
    accepted_at: datetime | None
    due_at: datetime | None
    envelope: Envelope
    digest: bytes
    stamp: bytes
    attachment_kb: int
    is_infected: bool
    fiction_allowed: bool
    is_big: bool
    author: Author

    @property
    def listed_at(self) -> datetime:
        """The instant by which lists place the message."""
        return self.delivered_at or self.submitted_at


@dataclass(frozen=True)
class MessageEvent:
    """One line of a delivery info."""

    at: datetime
    kind: Event


@dataclass(frozen=True)
class StateChange:
    """One change of state that the sender may ask for."""

    message_id: str
    at: datetime
    state: State


@dataclass(frozen=True)
class AttachmentRow:
    """What the ledger remembers about a file, also after the content is erased."""

    message_id: str
    name: str
    mime: str
    meta: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Upload:
    """One file of a big message to come."""

    id: str
    box_id: str
    name: str
    mime: str
    content: bytes
    sha256: str
    sha3_256: str
    expires_at: datetime


@dataclass(frozen=True)
class Subsidy:
    """Somebody pays for paid messages of a box."""

    box_id: str
    payer_id: str
    recipient_id: str | None
    """The only recipient, or ``None`` for all."""
    remaining: int | None
    expires_at: datetime | None
    id: int = 0


@dataclass(frozen=True)
class Certificate:
    """A TLS client certificate that the system knows."""

    fingerprint: str
    """SHA-256 of the certificate, hexadecimal."""
    kind: str
    """``system``, ``user`` or ``hosted``."""
    box_id: str | None
    username: str | None
    subject: str


@dataclass(frozen=True)
class Step:
    """Something that the scenario does at its time."""

    id: int
    at: datetime
    action: dict[str, Any]
    outcome: str | None


@dataclass(frozen=True)
class CallRow:
    """One call in the log."""

    at: datetime
    operation: str
    box_id: str | None
    outcome: str
    milliseconds: int


@dataclass(frozen=True)
class CreditChange:
    """One movement of prepaid credit, in haléře."""

    at: datetime
    amount: int
    credit_after: int
    recipient_id: str | None
    message_id: str | None


@dataclass(frozen=True)
class Fault:
    """One fault switch that somebody has set."""

    id: int
    operation: str
    kind: str
    box_id: str | None
    params: dict[str, object]
    every: int
    hits: int
    remaining: int | None

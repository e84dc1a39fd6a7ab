"""What is read from the ledger, as values."""

from dataclasses import dataclass
from datetime import datetime

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

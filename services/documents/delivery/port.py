"""The port to data boxes: what a sender may ask, in our own words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.documents.domain.isds_outcome import Exchange
from services.documents.domain.legal_delivery import BoxEvent


class GatewayUnavailable(Exception):
    """ISDS cannot be reached or answers with nonsense; asking later may help."""


class GatewayRefused(Exception):
    """ISDS answered, and the answer is no."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


@dataclass(frozen=True)
class OutgoingMessage:
    """A data message to be created."""

    recipient_box: str
    subject: str
    sender_reference: str
    """Finds the message again; unique per delivery."""
    sender_mark: str
    """File mark (spisová značka); may be empty."""
    recipient_name: str
    file_name: str
    pdf: bytes


@dataclass(frozen=True)
class SentRecord:
    """One entry of the list of sent messages."""

    message_id: str
    recipient_box: str
    sender_reference: str
    subject: str
    state: int


@dataclass(frozen=True)
class StateChange:
    """A sent message changed its state."""

    message_id: str
    at: datetime
    state: int


@dataclass(frozen=True)
class DeliveryInfo:
    """What ISDS says of a sent message now."""

    message_id: str
    state: int
    recipient_box: str
    sender_reference: str
    put_in_at: datetime | None
    accepted_at: datetime | None
    events: tuple[BoxEvent, ...]


@dataclass(frozen=True)
class BoxFacts:
    """A data box in the directory."""

    box_id: str
    type_number: int
    """10 is a public authority, 20 a legal person, and so on; 0 when unknown."""
    name: str
    is_open: bool
    """Whether it can receive messages now."""


class DataBoxGateway(Protocol):
    """A sender's data box. None of these operations delivers anything received."""

    def create_message(self, message: OutgoingMessage) -> Exchange:
        """Try to create the message and tell exactly what was seen; never raises for it."""
        ...

    def sent_messages(self, since: datetime, until: datetime) -> list[SentRecord]:
        """Return every sent message of the interval, in whatever state.

        Raises:
            GatewayUnavailable, GatewayRefused: the list cannot be had.
        """
        ...

    def state_changes(self, since: datetime, until: datetime | None = None) -> list[StateChange]:
        """Return the state changes of sent messages in the interval (at most 15 days back)."""
        ...

    def delivery_info(self, message_id: str) -> DeliveryInfo:
        """Return the events of a sent message."""
        ...

    def signed_delivery_info(self, message_id: str) -> bytes:
        """Return the sealed delivery info (ZFO)."""
        ...

    def signed_sent_message(self, message_id: str) -> bytes:
        """Return the sealed message as sent (ZFO); refused with 1229 until it is put in."""
        ...

    def find_box(self, *, box_id: str | None = None, ic: str | None = None) -> BoxFacts | None:
        """Return a box by its identifier or the holder's IČO; ``None`` when there is none."""
        ...

    def can_receive(self, box_id: str) -> bool:
        """Tell whether the box exists and is open at this moment."""
        ...

    def may_send_commercial(self, box_id: str) -> bool:
        """Tell whether a paid message can go to the box."""
        ...

    def ping(self) -> None:
        """Test the login.

        Raises:
            GatewayUnavailable, GatewayRefused: it does not work.
        """
        ...

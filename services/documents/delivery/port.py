"""The port to data boxes: what a sender may ask, in our own words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from services.documents.domain.isds_outcome import Exchange
from services.documents.domain.legal_delivery import BoxEvent

Meta = Literal["main", "enclosure", "signature", "meta"]


NO_ANSWER, NO_CONNECTION = "no_answer", "no_connection"
BROKEN_OFF, UNREADABLE = "broken_off", "unreadable"
"""How ISDS failed to answer; a status of HTTP that is no success is ``http_`` and its number."""


class GatewayUnavailable(Exception):
    """ISDS cannot be reached or answers with nonsense; asking later may help."""

    def __init__(self, text: str, fault: str = NO_ANSWER) -> None:
        super().__init__(text)
        self.fault = fault


class LoginFault(GatewayUnavailable):
    """TLS fails by our certificate or by the server's; asking later does not help."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        """One of ``refused_logins.LOGIN_FAULTS``."""


class GatewayRefused(Exception):
    """ISDS answered, and the answer is no."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


class SeveralBoxes(Exception):
    """The directory knows several boxes by what was asked for."""

    def __init__(self, shown: Sequence["BoxFacts"] = ()) -> None:
        super().__init__("several boxes")
        self.shown = tuple(shown)
        """Those that ISDS shows to us."""


@dataclass(frozen=True)
class MessageFile:
    """One file of a message."""

    name: str
    """With its extension, at most 255 characters."""
    mime: str
    content: bytes
    meta: Meta = "enclosure"


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
    enclosures: tuple[MessageFile, ...] = ()
    to_hands: str = ""
    """Whom inside the recipient it is for; information only."""
    is_personal: bool = False
    """Into the addressee's own hands: only users with the right to read everything may read it."""
    paid_kind: str | None = None
    """How a paid message is paid: ``K`` contract, ``E`` credit; ``None`` leaves it to ISDS."""

    @property
    def files(self) -> tuple[MessageFile, ...]:
        """The files as they go: the document first."""
        return (MessageFile(self.file_name, "application/pdf", self.pdf, "main"), *self.enclosures)


@dataclass(frozen=True)
class Permit:
    """Whether a message may still be created; asked when nothing but the answer is missing."""

    may_start: Callable[[], bool]
    """Asked when the connection stands, right before the first bytes of the body."""
    may_end: Callable[[], bool]
    """Asked right before the last bytes; without them nothing can be created."""


@dataclass(frozen=True)
class Upload:
    """A file that lies at ISDS for a large message, for a day."""

    attachment_id: str
    hashes: tuple[tuple[str, str], ...]
    """Two hashes by ISDS with their algorithms, to be given back exactly as they came."""
    meta: Meta = "enclosure"


@dataclass(frozen=True)
class SentRecord:
    """One entry of the list of sent messages."""

    message_id: str
    recipient_box: str
    sender_reference: str
    subject: str
    state: int
    put_in_at: datetime | None
    """When it was put into the recipient's box; ``None`` while it is not."""


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
    message_hash: str = ""
    """Name of the algorithm, a colon, and the hash in hex; only of what was proved by a seal."""
    stamped_at: datetime | None = None
    """Time of the stamp over that hash; only of what was proved by a seal."""


@dataclass(frozen=True)
class BoxFacts:
    """A data box in the directory."""

    box_id: str
    """Empty where ISDS tells only that there is a closed one."""
    type_number: int
    """10 is a public authority, 20 a legal person, and so on; 0 when unknown."""
    name: str
    is_open: bool
    """Whether it can receive messages now."""
    ic: str = ""
    """IČO of its holder; empty where there is none or ISDS does not tell it."""


@dataclass(frozen=True)
class BoxFound:
    """One result of a search by text."""

    box_id: str
    type_number: int
    name: str
    address: str
    ic: str
    """Eight digits, or empty."""
    send_options: str
    """What this sender may send: ``DZ`` a free message, ``PDZ`` a paid one, ``ALL`` both,
    ``NONE`` nothing, ``DISABLED`` the box is closed."""


@dataclass(frozen=True)
class BoxesFound:
    """One page of results."""

    boxes: tuple[BoxFound, ...]
    total: int


@dataclass(frozen=True)
class PaidRight:
    """One way in which the sender may send paid messages."""

    kind: str
    """``K`` contract, ``E`` credit, ``G`` paid by somebody else, ``O`` a prepaid answer."""
    recipient_box: str
    """Only to this box; empty means any."""
    expires_at: datetime | None
    left: int | None
    """How many are left; ``None`` means no limit."""


@dataclass(frozen=True)
class LoginFacts:
    """Who logs in, and what he may do."""

    box: BoxFacts
    user_type: str
    """Empty for a system certificate, which is no person."""
    rights: int | None
    """Sum of the bits of the rights; ``None`` for a system certificate, which has all."""
    password_expires_at: datetime | None


@dataclass(frozen=True)
class Renewed:
    """A sealed document with a fresh archive time stamp."""

    zfo: bytes
    next_on: date | None
    """From this day on the next stamp is accepted."""


class DataBoxGateway(Protocol):
    """A sender's data box. None of these operations delivers anything received.

    Every one but :meth:`create_message`, :meth:`create_for_many` and :meth:`create_large` raises
    :class:`GatewayUnavailable` when no answer can be had (:class:`LoginFault` when our certificate
    or that of the server is why), :class:`GatewayRefused` for a no.
    """

    def now(self) -> datetime | None:
        """Return what the clock of ISDS shows now, by its last answer and the time since.

        ``None`` before the first good answer of this process; it asks nothing.
        """
        ...

    def create_message(self, message: OutgoingMessage, permit: Permit | None = None) -> Exchange:
        """Try to create the message and tell exactly what was seen; never raises for it.

        The permit is asked right before the first bytes of the body and before the last ones; a
        first no means that nothing was sent, a second one that the request is not complete.
        """
        ...

    def create_for_many(
        self, message: OutgoingMessage, recipients: tuple[str, ...]
    ) -> dict[str, Exchange]:
        """Try to create the same message for several authorities; tell what was seen of each."""
        ...

    def upload(self, file: MessageFile) -> Upload:
        """Leave a file at ISDS for a large message."""
        ...

    def create_large(self, message: OutgoingMessage, uploads: tuple[Upload, ...]) -> Exchange:
        """Try to create a message of files that were left at ISDS; never raises for it."""
        ...

    def sent_messages(self, since: datetime, until: datetime) -> list[SentRecord]:
        """Return every sent message of the interval, in whatever state."""
        ...

    def state_changes(self, since: datetime, until: datetime | None = None) -> list[StateChange]:
        """Return the state changes of sent messages in the interval (at most 15 days back)."""
        ...

    def delivery_info(self, message_id: str) -> DeliveryInfo:
        """Return the events of a sent message."""
        ...

    def envelope(self, message_id: str) -> SentRecord:
        """Return the envelope of a sent message, an erased one too."""
        ...

    def signed_delivery_info(self, message_id: str) -> bytes:
        """Return the sealed delivery info (ZFO)."""
        ...

    def signed_sent_message(self, message_id: str) -> bytes:
        """Return the sealed message as sent (ZFO); refused with 1229 until it is put in."""
        ...

    def is_authentic(self, zfo: bytes) -> bool:
        """Ask ISDS whether it issued a sealed document, of whomever."""
        ...

    def renew_stamp(self, zfo: bytes) -> Renewed:
        """Let ISDS add an archive time stamp; refused with 2206 while the last one is young."""
        ...

    def find_box(self, *, box_id: str | None = None, ic: str | None = None) -> BoxFacts | None:
        """Return a box by its identifier or the holder's IČO; ``None`` when there is none.

        Raises:
            SeveralBoxes: more than one open box has the IČO, of one kind or of several.
        """
        ...

    def search(
        self, text: str, *, kind: str = "GENERAL", scope: str = "ALL", page: int = 0
    ) -> BoxesFound:
        """Search boxes by name, address, IČO or identifier; pages of 50 count from 0.

        ``kind`` may say by what alone: ``ADDRESS``, ``ICO`` or ``DBID``.
        """
        ...

    def can_receive(self, box_id: str) -> bool:
        """Tell whether the box exists and is open at this moment."""
        ...

    def may_send_commercial(self, box_id: str) -> bool:
        """Tell whether a box could send a paid message now."""
        ...

    def paid_rights(self, box_id: str) -> list[PaidRight]:
        """Return the ways in which a box may send paid messages."""
        ...

    def credit(self, box_id: str) -> int:
        """Return the prepaid credit of the sender's box, in the unit of ISDS, a setting."""
        ...

    def login(self) -> LoginFacts:
        """Return what the login is and may do."""
        ...

    def change_password(self, old: str, new: str) -> None:
        """Change the password of the login."""
        ...

    def ping(self) -> None:
        """Test the login."""
        ...

"""Deliveries and their proofs."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from services.documents.domain.deliveries import waits_anew
from services.documents.domain.matches import Match
from services.documents.models.base import Base
from shared.clock import SystemClock
from shared.contracts.codec import from_json, to_json
from shared.db import Keyed, Owned, Versioned
from shared.money import Money

if TYPE_CHECKING:
    from services.documents.models.documents import Document
    from services.documents.models.posted_items import PostedItem
    from services.documents.models.recipients import Recipient


class Delivery(Keyed, Owned, Versioned, Base):
    """One document on its way to one recipient."""

    __tablename__ = "delivery"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), unique=True)
    state: Mapped[str] = mapped_column(String(20))
    requested: Mapped[str] = mapped_column(String(20))
    """Channel that the caller asked for: ``auto``, ``post`` or ``in_person``."""
    channel: Mapped[str] = mapped_column(String(20))
    """Channel in use, or the likely one until it is decided."""
    reason: Mapped[str | None] = mapped_column(String(20))
    """Why a person must act."""
    recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("recipient.id"), index=True)
    """Whom the register knows under this name; ``None`` until the worker has entered it."""
    file_fault: Mapped[str | None] = mapped_column(String(40))
    """What is wrong with the stored file, beside the reason; ``None`` once it is sound again."""
    recipient_name: Mapped[str] = mapped_column(String(300))
    address: Mapped[list[str]]
    data_box_id: Mapped[str | None] = mapped_column(String(7))
    ic: Mapped[str | None] = mapped_column(String(20))
    recipient_type: Mapped[int | None]
    """Number of the recipient's box type; 10 is a public authority."""
    subject: Mapped[str] = mapped_column(String(255))
    own_hands: Mapped[bool] = mapped_column(default=False)
    """Only the addressee, or who may read everything in the box, may take it over."""
    dispatch_by: Mapped[date | None]
    sender_reference: Mapped[str] = mapped_column(String(50))
    """Finds the message again in the organisation's own data box."""

    epoch: Mapped[int] = mapped_column(default=0)
    """In which epoch (restored backup) it was made or last looked for; see ADR 29."""

    waits_since: Mapped[datetime]
    """Since when it waits for what it waits for now (real time); see ``domain.waits_anew``."""

    # Sending. These instants are real time, except the one that says so.
    attempts: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    """Failures since the last success; the rest after each is longer."""
    intent_at: Mapped[datetime | None]
    intent_shown_at: Mapped[datetime | None]
    """The same instant on the process clock, which is the clock of the data boxes."""
    lost_at: Mapped[datetime | None]
    """When the last attempt ended without an answer; no request of it begins after that."""
    lost_isds_at: Mapped[datetime | None]
    """The same instant, or a later one, on the clock of ISDS; ``None`` while it is not known."""
    leased_until: Mapped[datetime | None]
    fencing_token: Mapped[UUID | None]
    last_look_at: Mapped[datetime | None]
    """When the list of sent messages was read last without finding the message."""
    listed: Mapped[list[Any]] = mapped_column(default=list)
    """What it showed under our reference when it was read last; see :attr:`matches`."""
    looked_after: Mapped[int] = mapped_column(default=0)
    """Seconds that had certainly passed since the loss when the last look was made."""
    next_at: Mapped[datetime | None]
    """Earliest instant of the worker's next step."""
    last_error: Mapped[str] = mapped_column(Text, default="")

    # Money.
    hold: Mapped[str | None] = mapped_column(String(20))
    """Why a ready message waits; see ``domain.postage``."""
    price: Mapped[Money | None]
    """What the message costs or cost; zero is a free one, ``None`` is not known yet."""
    agreed_price: Mapped[Money | None]
    """The price that a person approved for this very message."""
    dispatch_id: Mapped[UUID | None] = mapped_column(ForeignKey("dispatch.id"), index=True)
    """The approval that let it go, where paid messages need one of their own."""
    charged_on: Mapped[date | None]
    """Prague day by which the price counts towards a month; ``None`` while it does not."""

    sha256: Mapped[str | None] = mapped_column(String(64))
    """The revision that was sent or handed over; newer ones may follow in the register."""
    message_id: Mapped[str | None] = mapped_column(String(20), index=True)
    message_state: Mapped[int | None]
    """State of the data message by the newest proof."""
    dispatched_at: Mapped[datetime | None]
    put_in_at: Mapped[datetime | None]
    tracking_number: Mapped[str | None] = mapped_column(String(40))
    received_by: Mapped[str | None] = mapped_column(String(200))
    presumed_on: Mapped[date | None]
    """Day on which an item sent by post is presumed to arrive, even once that was disproved;
    ``None`` for one that was posted with an advice of receipt."""
    delivered_on: Mapped[date | None]
    delivery_basis: Mapped[str | None] = mapped_column(String(20))

    receipt_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    """Record of the handing over, signed by the person who handed over."""

    document: Mapped["Document"] = relationship(
        back_populates="delivery", lazy="joined", foreign_keys=[document_id]
    )
    recipient: Mapped["Recipient | None"] = relationship()
    proofs: Mapped[list["Proof"]] = relationship(order_by="Proof.ordinal", lazy="selectin")
    posted_items: Mapped[list["PostedItem"]] = relationship(
        order_by="PostedItem.ordinal", lazy="select", viewonly=True
    )

    @property
    def leaving_sha256(self) -> str:
        """The file that leaves: what may have left already is repeated as it was."""
        return self.sha256 or self.document.sha256

    @property
    def chosen_box(self) -> str | None:
        """The box that a person chose for the recipient."""
        return self.recipient.chosen_box if self.recipient else None

    @property
    def known_ic(self) -> str | None:
        """The recipient's IČO, by the document or by the register."""
        return self.ic or (self.recipient.ic if self.recipient else None)

    @property
    def matches(self) -> list[Match]:
        """Messages under our reference, as the list of sent messages showed them last."""
        return [from_json(Match, one) for one in self.listed or []]

    @matches.setter
    def matches(self, found: list[Match]) -> None:
        self.listed = to_json(found)

    __table_args__ = (
        Index(None, "organisation_id", "state"),
        UniqueConstraint("organisation_id", "sender_reference"),
        Index(None, "state", "next_at"),
        Index(None, "state", "dispatch_by", "id"),
        Index(None, "state", "hold", "organisation_id", "dispatch_by"),
    )

    @validates("state")
    def _note_wait(self, _name: str, state: str) -> str:
        if waits_anew(self.state, state):
            self.waits_since = SystemClock().now()
        return state


class Proof(Keyed, Owned, Base):
    """A file that proves a delivery; kept as it came, newer ones beside older ones."""

    __tablename__ = "proof"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"))
    ordinal: Mapped[int]
    """Order in which the proofs of a delivery came, from 1."""
    kind: Mapped[str] = mapped_column(String(30))
    """``sent_message``, ``delivery_info``, ``posting_slip``, ``advice`` or ``hand_over``."""
    sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(120))
    obtained_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]]
    """What the file says, as it was read when it came."""
    recorded_at: Mapped[datetime | None]
    """When it came into an evidence record; empty while none holds it."""

    __table_args__ = (
        UniqueConstraint("delivery_id", "sha256"),
        Index(None, "sha256"),
        Index(None, "organisation_id", "recorded_at", "obtained_at"),
    )

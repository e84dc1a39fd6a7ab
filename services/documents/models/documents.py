"""Documents, the signatures that they ask for, and how an organisation presents itself."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.documents.models.base import Base
from services.documents.models.deliveries import Delivery
from shared.db import Keyed, Owned, Versioned
from shared.evidence.log import guard


class Letterhead(Base):
    """How an organisation presents itself on paper."""

    __tablename__ = "letterhead"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str] = mapped_column(String(16))
    """Stands in reference numbers."""
    lines: Mapped[list[str]]
    accent: Mapped[str] = mapped_column(String(7))
    is_given: Mapped[bool] = mapped_column(default=False)
    """Whether somebody set it; otherwise it was derived from the organisation's name."""
    logo_sha256: Mapped[str | None] = mapped_column(String(64))
    logo_form: Mapped[str | None] = mapped_column(String(3))
    """``svg`` or ``png``."""


class NumberSeries(Base):
    """Last number used in an organisation's year."""

    __tablename__ = "number_series"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Document(Keyed, Owned, Versioned, Base):
    """One document with its present revision."""

    __tablename__ = "document"

    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(60), index=True)
    layout: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20))
    case_id: Mapped[UUID | None]
    call_id: Mapped[UUID | None]
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the request; the same id with another request is refused."""
    content: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]
    preview_sha256: Mapped[str] = mapped_column(String(64), index=True)
    """The file before anybody signed."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    """The present revision."""
    pages: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    template: Mapped[int]
    """Version of the templates; the document belongs to it for ever."""
    template_sha256: Mapped[str] = mapped_column(String(64))
    printing: Mapped[dict[str, Any]]
    """Letterhead, mark, profile and address of verification as they were printed."""
    facts_sha256: Mapped[str] = mapped_column(String(64))
    """The canonical JSON that lies beside the file, attached to it or not."""
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"), index=True)
    in_order: Mapped[bool] = mapped_column(default=False)
    """People sign one after another, as they are named."""
    approved_at: Mapped[datetime | None]
    approved_by: Mapped[str] = mapped_column(String(200), default="")

    # The worker's care: the seal, then the levels, then renewals.
    level: Mapped[str] = mapped_column(String(8), default="")
    """``B-T``, ``B-LT`` or ``B-LTA``; empty before the seal."""
    seal_serial: Mapped[str] = mapped_column(String(40), default="")
    """Of the certificate of the seal; empty before the seal."""
    kept_at: Mapped[datetime | None]
    """Process clock: when the present file of an issued document was kept."""
    recorded_at: Mapped[datetime | None]
    """When the present file came into an evidence record; empty while none holds it."""
    good_until: Mapped[datetime | None]
    """When the newest proof in the file ends: the first certificate or algorithm of it."""
    renew_by: Mapped[datetime | None]
    """Process clock; the proof must have a newer time stamp by then."""
    algorithms: Mapped[str] = mapped_column(String(60), default="")
    """What the newest time stamp rests on, such as ``sha256 ec-256``."""
    trouble: Mapped[str | None] = mapped_column(String(20))
    """Why the worker cannot go on; staff see it."""
    trouble_note: Mapped[str] = mapped_column(Text, default="")
    trouble_since: Mapped[datetime | None]
    care_attempts: Mapped[int] = mapped_column(default=0)
    """Failures of the present step."""
    care_due_at: Mapped[datetime | None]
    """Process clock: the worker's next look; empty when nothing is to be done."""

    revisions: Mapped[list["Revision"]] = relationship(
        order_by="Revision.ordinal", lazy="select", viewonly=True
    )
    corrects: Mapped["Document | None"] = relationship(
        remote_side="Document.id", back_populates="corrections"
    )
    corrections: Mapped[list["Document"]] = relationship(
        back_populates="corrects", order_by="Document.created_at"
    )
    translations: Mapped[list["Translation"]] = relationship(order_by="Translation.created_at")
    copies: Mapped[list["CountersignedCopy"]] = relationship(
        order_by="CountersignedCopy.ordinal", lazy="select", viewonly=True
    )
    signatures: Mapped[list["Signature"]] = relationship(
        order_by="Signature.position", lazy="selectin", cascade="all, delete-orphan"
    )
    delivery: Mapped[Delivery | None] = relationship(
        lazy="selectin", back_populates="document", foreign_keys=[Delivery.document_id]
    )

    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index(None, "organisation_id", "state", "created_at"),
        Index(None, "organisation_id", "created_at"),
        Index(None, "organisation_id", "case_id"),
        Index(None, "organisation_id", "call_id"),
        Index(
            "uq_document_living_correction",
            "corrects_id",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index(None, "care_due_at"),
        Index(None, "renew_by"),
        # What is at risk is found by these, at the same cost however large the archive is.
        Index(None, "organisation_id", "state", "level", "issued_at"),
        Index(None, "organisation_id", "trouble"),
        Index(None, "organisation_id", "renew_by"),
        Index(None, "organisation_id", "good_until"),
        Index(None, "organisation_id", "recorded_at", "kept_at"),
    )


class Revision(Keyed, Owned, Base):
    """An issued file, and each later one that only adds proofs; never changed, never deleted."""

    __tablename__ = "document_revision"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    ordinal: Mapped[int]
    """From 1, the issued file."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int]
    level: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(20))
    """``issued``, ``validation_info``, ``time_stamp`` or ``renewed``."""
    made_at: Mapped[datetime]
    good_until: Mapped[datetime | None]
    """When the certificate or an algorithm of the newest proof ends."""

    __table_args__ = (UniqueConstraint("document_id", "ordinal"),)


guard(Revision.__table__)


class CountersignedCopy(Keyed, Owned, Base):
    """An agreement as another party signed it; kept as it came, never changed, never deleted."""

    __tablename__ = "countersigned_copy"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    ordinal: Mapped[int]
    """Order in which the copies came, from 1."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    file_name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(120))
    signed_by: Mapped[str] = mapped_column(String(200))
    """Who signed for the other party, as the office read it."""
    received_on: Mapped[date]
    kept_at: Mapped[datetime]
    kept_by: Mapped[str] = mapped_column(String(200))
    verdict: Mapped[str] = mapped_column(String(20))
    """What the verifier said when it came; empty where there is no signature and no doubt."""
    report: Mapped[dict[str, Any]]
    """All that it said then; empty for a picture, which it does not read."""

    __table_args__ = (
        UniqueConstraint("document_id", "ordinal"),
        UniqueConstraint("document_id", "sha256"),
    )


guard(CountersignedCopy.__table__)


class Translation(Keyed, Owned, Base):
    """A document in another language: for information, with a hash of its own."""

    __tablename__ = "translation"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    title: Mapped[str] = mapped_column(String(300))
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    pages: Mapped[int]
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(200))

    __table_args__ = (UniqueConstraint("document_id", "language", "sha256"),)


class Signature(Keyed, Owned, Base):
    """A signature asked for, and when it was given."""

    __tablename__ = "signature"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    position: Mapped[int]
    person_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(200))
    function: Mapped[str] = mapped_column(String(200))
    signed_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    """The revision that ends with this signature."""
    role: Mapped[str] = mapped_column(String(24), default="")
    """In which the person had the right to sign at that time."""
    certificate_serial: Mapped[str | None] = mapped_column(String(40))
    way: Mapped[str | None] = mapped_column(String(20))
    """How it was made; see ``domain.ways``."""
    revocation: Mapped[str | None] = mapped_column(String(10))
    """What the authority told when it was made: ``good``, or ``unsure`` when nobody told."""

    __table_args__ = (
        UniqueConstraint("document_id", "position"),
        UniqueConstraint("document_id", "person_id"),
        Index(None, "organisation_id", "person_id", "signed_at"),
    )


class SigningKey(Keyed, Owned, Base):
    """A person's key, locked with the person's own secret."""

    __tablename__ = "signing_key"

    person_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(200))
    certificate: Mapped[bytes]
    locked: Mapped[bytes]
    way: Mapped[str] = mapped_column(String(20), default="service")
    """``service``: made here; ``pkcs12``: brought along."""
    chain: Mapped[list[str]] = mapped_column(default=list)
    """Authorities above a certificate that was brought along, DER as hexadecimal text."""
    created_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    """Real time; set after too many wrong secrets."""
    is_directors: Mapped[bool] = mapped_column(default=False)
    """Whether the person was a director; then another director or an operator confirms it."""
    usable_from: Mapped[datetime | None]
    """Real time; set when the key took the place of another one."""
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        Index(
            "uq_signing_key_current",
            "organisation_id",
            "person_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

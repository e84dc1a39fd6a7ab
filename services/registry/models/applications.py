"""Applicants, applications, what came with them, and the acts about them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.registry.models.base import Base
from services.registry.models.calls import Call, FicheRow
from shared.db import BigId, Keyed, Owned, Versioned
from shared.money import Money


class Applicant(Keyed, Owned, Base):
    """Who applies, as stated in one application; a later change rewrites nothing older."""

    __tablename__ = "applicant"

    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    is_natural_person: Mapped[bool]
    ic: Mapped[str | None] = mapped_column(String(8), index=True)
    founder_ic: Mapped[str | None] = mapped_column(String(8))
    municipality: Mapped[str] = mapped_column(String(100))
    municipality_code: Mapped[str | None] = mapped_column(String(6))
    address: Mapped[list[str]]
    data_box_id: Mapped[str | None] = mapped_column(String(7))
    email: Mapped[str | None] = mapped_column(String(254))


class Application(Keyed, Owned, Versioned, Base):
    """One application in one call."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("call_id", "serial"),
        UniqueConstraint("call_id", "received_order"),
        Index(None, "organisation_id", "call_id", "state"),
        Index(None, "organisation_id", "title"),
        Index(None, "organisation_id", "received_at"),
    )

    call_id: Mapped[UUID] = mapped_column(ForeignKey("call.id"))
    fiche_id: Mapped[UUID] = mapped_column(ForeignKey("fiche.id"), index=True)
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("applicant.id"), index=True)
    applicant_name: Mapped[str] = mapped_column(String(200), index=True)
    """Repeated from the applicant so that lists sort and filter without a join."""
    fiche_code: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20))
    case_state: Mapped[str] = mapped_column(String(40), default="")
    """State in evaluation, as it last told us."""
    title: Mapped[str] = mapped_column(String(300))
    place: Mapped[str] = mapped_column(String(100))
    place_code: Mapped[str | None] = mapped_column(String(6))
    requested: Mapped[Money]
    received_order: Mapped[int]
    serial: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(String(12))
    submission_count: Mapped[int] = mapped_column(default=1)
    received_at: Mapped[datetime]
    registered_at: Mapped[datetime | None]
    registered_by: Mapped[str | None] = mapped_column(String(120))
    registered_by_id: Mapped[UUID | None]
    created_at: Mapped[datetime]

    call: Mapped[Call] = relationship(lazy="joined")
    fiche: Mapped[FicheRow] = relationship(lazy="joined")
    applicant: Mapped[Applicant] = relationship(lazy="joined")


class Submission(Keyed, Owned, Base):
    """One arrival of an application; a resubmission is another one."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    number: Mapped[int]
    channel: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(120))
    submitter_name: Mapped[str] = mapped_column(String(120))


class ApplicationFile(Keyed, Owned, Base):
    """A file as it came: bytes under a random id in the store, hash and name here."""

    __tablename__ = "application_file"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    submission_number: Mapped[int]
    code: Mapped[str] = mapped_column(String(60))
    """Code of the attachment, or ``application`` for the application itself."""
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigId)
    sha256: Mapped[str] = mapped_column(String(64))
    stored_as: Mapped[UUID] = mapped_column(unique=True)
    received_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(120))


class IdentityRow(Keyed, Owned, Base):
    """How the identity of the person submitting was verified; no number of any document."""

    __tablename__ = "identity_check"
    __table_args__ = (UniqueConstraint("application_id", "submission_number"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    submission_number: Mapped[int]
    method: Mapped[str] = mapped_column(String(30))
    document: Mapped[str | None] = mapped_column(String(30))
    standing: Mapped[str] = mapped_column(String(20))
    checked_at: Mapped[datetime]
    checked_by: Mapped[str] = mapped_column(String(120))


class PreliminaryCheckRow(Keyed, Owned, Base):
    """What the office found before the applicant signed; an optional step."""

    __tablename__ = "preliminary_check"
    __table_args__ = (UniqueConstraint("application_id", "submission_number"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    submission_number: Mapped[int]
    findings: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[datetime]
    checked_by: Mapped[str] = mapped_column(String(120))


class ApplicantSignatureRow(Keyed, Owned, Base):
    """How the applicant signed, and which file bears the signature."""

    __tablename__ = "applicant_signature"
    __table_args__ = (UniqueConstraint("application_id", "submission_number"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    submission_number: Mapped[int]
    manner: Mapped[str] = mapped_column(String(20))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("application_file.id"))
    file_sha256: Mapped[str] = mapped_column(String(64))
    found: Mapped[int | None]
    """Signatures found in the file; ``None`` where nothing could be looked for."""
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(120))


class ControlSheet(Keyed, Owned, Base):
    """Answers of the control sheet of one submission."""

    __tablename__ = "control_sheet"
    __table_args__ = (UniqueConstraint("application_id", "submission_number"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    submission_number: Mapped[int]
    answers: Mapped[list[Any]]
    filled_at: Mapped[datetime]
    filled_by: Mapped[str] = mapped_column(String(120))


class Decision(Keyed, Owned, Base):
    """Registration, refusal or withdrawal, with the ground on which it was done."""

    __tablename__ = "decision"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    submission_number: Mapped[int]
    act: Mapped[str] = mapped_column(String(20))
    reasons: Mapped[list[str]]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    delegation_id: Mapped[UUID | None] = mapped_column(ForeignKey("delegation.id"))
    at: Mapped[datetime]


class FolderEntryRow(Keyed, Owned, Base):
    """One line of the project folder's timeline, ours or another service's."""

    __tablename__ = "folder_entry"
    __table_args__ = (Index(None, "application_id", "happened_at"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"))
    service: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    actor_name: Mapped[str] = mapped_column(String(200))
    happened_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(40))
    document_id: Mapped[UUID | None]
    recorded_at: Mapped[datetime]
    """Real time; puts acts of the same moment in the order in which they were done."""

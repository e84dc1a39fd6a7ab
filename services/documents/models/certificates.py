"""Certificates and whose they are."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from services.documents.models.base import Base
from shared.db import Keyed, Owned


class BoundCertificate(Keyed, Owned, Base):
    """A certificate that is bound to a person or to the organisation, with the way of signing."""

    __tablename__ = "bound_certificate"

    person_id: Mapped[UUID | None]
    """``None``: it is the organisation's own."""
    name: Mapped[str] = mapped_column(String(200))
    """The holder's name when it was bound."""
    way: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    certificate: Mapped[bytes]
    """X.509, DER."""
    chain: Mapped[list[str]]
    """Authorities above it, DER as hexadecimal text, the anchor last."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(300))
    issuer: Mapped[str] = mapped_column(String(300))
    is_called_qualified: Mapped[bool]
    """The certificate says so itself."""
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime]
    bound_at: Mapped[datetime]
    bound_by: Mapped[str] = mapped_column(String(200))
    evidence: Mapped[str] = mapped_column(Text)
    """By what the one who bound it knew whose it is."""
    reminded: Mapped[int] = mapped_column(default=0)
    """Days of the last reminder of its end (60, 30 or 7); 0 before the first one."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = (
        Index(
            "uq_bound_certificate_current",
            "organisation_id",
            "fingerprint",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "organisation_id", "person_id"),
        Index(None, "organisation_id", "valid_to"),
    )

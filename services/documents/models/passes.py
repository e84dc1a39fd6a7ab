"""Files of our own that the verifier passed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from services.documents.models.base import Base
from shared.db import Keyed, Owned
from shared.evidence.log import guard


class FilePass(Keyed, Owned, Base):
    """The verifier's word that certain bytes are the issued document; see ``soundness``."""

    __tablename__ = "file_pass"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    grounds: Mapped[str] = mapped_column(String(64))
    judged_at: Mapped[datetime]
    good_until: Mapped[datetime]
    report: Mapped[bytes] = mapped_column(LargeBinary)
    """The whole word, JSON, packed (zlib)."""
    mark: Mapped[bytes] = mapped_column(LargeBinary(32))
    """HMAC with a key outside of the database, so that nobody passes a file by adding a row."""

    __table_args__ = (Index(None, "document_id", "sha256", "judged_at"),)


guard(FilePass.__table__)

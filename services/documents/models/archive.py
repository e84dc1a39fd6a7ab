"""Evidence records: hash trees over kept files, and the time stamps that hold them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.documents.models.base import Base
from shared.db import Keyed, Owned
from shared.evidence.log import guard


class ArchiveTree(Keyed, Owned, Base):
    """One tree over many files."""

    __tablename__ = "archive_tree"

    algorithm: Mapped[str] = mapped_column(String(10))
    """Hash algorithm: ``sha256``, ``sha384`` or ``sha512``."""
    gathered_at: Mapped[datetime]
    """When the files were gathered (process clock)."""
    size: Mapped[int]
    """Number of files."""

    __table_args__ = (Index(None, "organisation_id", "gathered_at"),)


class ArchiveLeaf(Keyed, Owned, Base):
    """A file in a tree."""

    __tablename__ = "archive_leaf"

    tree_id: Mapped[UUID] = mapped_column(ForeignKey("archive_tree.id"))
    position: Mapped[int]
    """Place among the leaves, from 0."""
    algorithm: Mapped[str] = mapped_column(String(10))
    """That of the tree: a file is in one tree of each algorithm only."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Name of the file in the store."""
    hash: Mapped[bytes] = mapped_column(LargeBinary(64))
    """What stands in the tree: the file's hash, or that of the file and all proofs before."""
    chain: Mapped[int]
    """Which of the file's trees this is, from 0."""
    former_stamps: Mapped[int]
    """How many time stamps of the file's former tree it covers; 0 in the file's first tree."""

    __table_args__ = (
        UniqueConstraint("tree_id", "position"),
        UniqueConstraint("organisation_id", "sha256", "algorithm"),
    )


class ArchiveStamp(Keyed, Owned, Base):
    """A time stamp over the root of a tree, or over the stamp before."""

    __tablename__ = "archive_stamp"

    tree_id: Mapped[UUID] = mapped_column(ForeignKey("archive_tree.id"))
    position: Mapped[int]
    """0 is over the root; each further one is over the one before."""
    token: Mapped[bytes] = mapped_column(LargeBinary)
    stamped_at: Mapped[datetime]
    good_until: Mapped[datetime]
    """When the first certificate of the token ends."""

    __table_args__ = (
        UniqueConstraint("tree_id", "position"),
        Index(None, "organisation_id", "good_until"),
    )


for table in (ArchiveTree, ArchiveLeaf, ArchiveStamp):
    guard(table.__table__)

"""Tables beside the log: checkpoints, time stamps over them, verdicts, restorations.

All are append-only like the log itself. A service declares them, its audit trail and its log by
:func:`declare_ledger`; its first migration makes them by ``first_migration``.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    declared_attr,
    mapped_column,
)

from shared.audit import AuditMixin
from shared.db import BigId, Keyed, Owned
from shared.evidence.log import EvidenceMixin, guard
from shared.rights import APPEND_ONLY

M = TypeVar("M")


class OfLog(Keyed):
    """Rows about the log of one organisation; the first column of their own index."""

    organisation_id: Mapped[UUID]

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


class CheckpointMixin(OfLog):
    """Columns of ``evidence_checkpoint``: what was signed about a log, and when."""

    epoch: Mapped[int]
    size: Mapped[int] = mapped_column(BigId)
    made_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    """The signed note; see ``shared.evidence.checkpoints``."""
    frontier: Mapped[bytes] = mapped_column(LargeBinary)
    """The tree up to here, so that the next checkpoint reads only what is new."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy hands in the class
        return (UniqueConstraint("organisation_id", "epoch", "size"),)


class AnchorMixin(OfLog):
    """Columns of ``evidence_anchor``: a time stamp (RFC 3161) over a checkpoint."""

    token: Mapped[bytes] = mapped_column(LargeBinary)
    """TimeStampToken, DER; its imprint is the SHA-256 of the note."""
    roots: Mapped[str] = mapped_column(Text)
    """PEM of the authorities above it, as they were trusted then."""
    stamped_at: Mapped[datetime]

    @declared_attr
    def checkpoint_id(cls) -> Mapped[UUID]:  # noqa: N805 - SQLAlchemy hands in the class
        """Which checkpoint; each is stamped once."""
        return mapped_column(ForeignKey("evidence_checkpoint.id"), unique=True)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy hands in the class
        return (Index(None, "organisation_id", "stamped_at"),)


class CheckMixin(OfLog):
    """Columns of ``evidence_check``: what was found about a log."""

    at: Mapped[datetime]
    size: Mapped[int] = mapped_column(BigId)
    marks: Mapped[int]
    """How many checkpoints it was held against."""
    fault: Mapped[str | None] = mapped_column(String(20))
    """``None`` when the log is whole; otherwise a value of ``FaultKind``."""
    place: Mapped[int | None] = mapped_column(BigId)
    """First bad entry."""

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy hands in the class
        return (Index(None, "organisation_id", "at"),)


class EpochMixin:
    """Columns of ``evidence_epoch``: one row for each restored backup that was owned up to."""

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1; before the first restoration the epoch is 0."""
    began_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)

    if TYPE_CHECKING:

        def __init__(self, **values: Any) -> None: ...


@dataclass(frozen=True)
class Filed:
    """A table whose rows count only with an act in the log that names their file."""

    table: type[Owned]
    subject: InstrumentedAttribute[UUID]
    """Column with the id of the thing that the act is about."""
    sha256: InstrumentedAttribute[str]
    """Column with the hash of the file; the act has it in its details, as ``sha256``."""
    acts: tuple[str, ...]


@dataclass(frozen=True)
class Ledger:
    """The tables of one service's evidence."""

    audit: type[AuditMixin]
    checkpoint: type[CheckpointMixin]
    anchor: type[AnchorMixin]
    check: type[CheckMixin]
    epoch: type[EpochMixin]
    filed: tuple[Filed, ...] = ()

    @property
    def evidence(self) -> type[EvidenceMixin]:
        """The log itself."""
        return self.audit.evidence

    @property
    def metadata(self) -> MetaData:
        """All tables of the service."""
        mapped: Any = self.audit
        found: MetaData = mapped.metadata
        return found

    def name_of(self, organisation_id: UUID) -> str:
        """Return the name of an organisation's log."""
        return self.evidence.name_of(organisation_id)

    def guard(self) -> None:
        """Let the database refuse to change or delete rows of all of them but the audit trail.

        The audit trail has no trigger: personal data in it will have to be erased one day. Where
        a role of its own serves, it cannot change the audit trail either.
        """
        mapped: Any = self.audit
        mapped.__table__.info[APPEND_ONLY] = True
        for table in (self.evidence, self.checkpoint, self.anchor, self.check, self.epoch):
            guard(table.__table__)  # type: ignore[union-attr]  # mixins of mapped classes


def declare_ledger(base: type[DeclarativeBase], service: str) -> Ledger:
    """Declare the audit trail of a service and everything of its evidence log, guarded.

    Args:
        base: the declarative base of the service's tables.
        service: its name, with which the names of its logs begin.
    """
    log = _declared(base, EvidenceMixin, "evidence", service=service)
    ledger = Ledger(
        audit=_declared(base, AuditMixin, "audit", evidence=log),
        checkpoint=_declared(base, CheckpointMixin, "evidence_checkpoint"),
        anchor=_declared(base, AnchorMixin, "evidence_anchor"),
        check=_declared(base, CheckMixin, "evidence_check"),
        epoch=_declared(base, EpochMixin, "evidence_epoch"),
    )
    ledger.guard()
    return ledger


def _declared(base: type[DeclarativeBase], mixin: type[M], table: str, **more: object) -> type[M]:
    """Return the mapped class of a table; its name is that of its columns."""
    name = mixin.__name__.removesuffix("Mixin")
    facts = {"__tablename__": table, "__module__": base.__module__, "__doc__": mixin.__doc__}
    return type(name, (mixin, base), {**facts, **more})

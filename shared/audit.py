"""The audit trail: one entry for every act, written in the transaction of the act."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

from shared.actors import Actor
from shared.clock import SystemClock
from shared.contracts.codec import to_json
from shared.db import Keyed, Owned, before_commit
from shared.evidence.entries import canonical
from shared.evidence.log import EvidenceMixin, append, new_salt
from shared.request_id import request_id


class AuditMixin(Keyed, Owned):
    """Columns of a service's ``audit`` table: who did what to which thing, and when.

    ``at`` is the process clock, ``recorded_at`` real time; they differ only in a demonstration.
    ``details`` holds ids, names of fields and values that are no personal data.
    """

    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(String(200))
    act: Mapped[str] = mapped_column(String(60), index=True)
    subject_type: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[UUID]
    details: Mapped[dict[str, Any]]
    request_id: Mapped[str] = mapped_column(String(64))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    """Hashed together with what the entry says; erased with it, and the log stays whole."""
    evidence: ClassVar[type[EvidenceMixin]]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy hands in the class
        # One index on both: given one on each, SQLite takes the organisation's and reads it all.
        return (Index(None, "organisation_id", "subject_id"),)


def record_act(
    session: Session,
    table: type[AuditMixin],
    *,
    actor: Actor,
    act: str,
    subject: tuple[str, UUID],
    at: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    """Add the audit entry of an act to the transaction that performs it.

    Args:
        subject: kind of thing and its id, such as ``("application", id)``.
        at: instant of the act on the process clock (aware UTC).
    """
    row = table(
        organisation_id=actor.organisation_id,
        at=at,
        recorded_at=SystemClock().now(),
        actor_id=actor.person_id,
        actor_name=actor.name,
        act=act,
        subject_type=subject[0],
        subject_id=subject[1],
        details=details or {},
        request_id=request_id(),
        salt=new_salt(),
    )
    session.add(row)
    before_commit(session, _append_evidence, row)


def row_hash(row: DeclarativeBase) -> str:
    """Return the SHA-256 of the canonical JSON of all columns of a row that never changes.

    In the details of the act that made the row it binds what may not stand there. It tells nobody
    what that is: the random id of the row, which is not told, is hashed along.
    """
    columns = {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}
    return sha256(canonical(to_json(columns)).encode()).hexdigest()


def _append_evidence(session: Session, rows: Sequence[AuditMixin]) -> None:
    """Append what the transaction did to the evidence log of the service."""
    append(session, type(rows[0]).evidence, rows)

"""The evidence log in the database: one entry for each audit entry, in the same transaction."""

import json
import secrets
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    DDL,
    LargeBinary,
    Select,
    Table,
    UniqueConstraint,
    bindparam,
    event,
    insert,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from shared.db import BigId, Keyed, Owned, table_of
from shared.evidence.entries import NOTHING, Entry, Kept, content_hash, fault_of
from shared.rights import APPEND_ONLY

if TYPE_CHECKING:
    from shared.audit import AuditMixin

SALT_BYTES = 16
PAGE = 1000
"""Entries that are read at once when a whole log is checked."""


class EvidenceMixin(Keyed, Owned):
    """Columns of a service's ``evidence`` table; its key is that of the audit entry.

    What an entry says stands in the audit entry; here is only what makes a change visible. The
    database refuses to change or delete a row.
    """

    service: ClassVar[str]

    organisation_id: Mapped[UUID] = mapped_column()  # first in the index of the constraint
    index: Mapped[int] = mapped_column("place", BigId)
    """Place in the organisation's log, from 0."""
    content: Mapped[bytes] = mapped_column(LargeBinary(32))
    previous: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - SQLAlchemy hands in the class
        return (UniqueConstraint("organisation_id", "place"),)

    @classmethod
    def name_of(cls, organisation_id: UUID) -> str:
        """Return the name of the organisation's log in this service."""
        return f"{cls.service}/{organisation_id}"


def guard_statements(dialect: str, table: str) -> list[str]:
    """Return what makes the database refuse to change or delete rows of a table."""
    if dialect == "sqlite":
        refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        return [
            f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} {refusal}"
            for act in ("UPDATE", "DELETE")
        ]
    refuse = f"refuse_to_change_{table}"
    return [
        f"CREATE OR REPLACE FUNCTION {refuse}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {refuse}()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {refuse}()",
    ]


def guard(table: Any) -> None:
    """Let the database guard a table from its making on; a serving role may only add to it."""
    table.info[APPEND_ONLY] = True
    for dialect in ("sqlite", "postgresql"):
        for statement in guard_statements(dialect, table.name):
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]  # SQLAlchemy's own


def new_salt() -> bytes:
    """Return a salt for what an audit entry says."""
    return secrets.token_bytes(SALT_BYTES)


def facts_of(row: "AuditMixin") -> dict[str, Any]:
    """Return what an audit entry says beside ids and the name of the act."""
    return {
        "actor_name": row.actor_name,
        "at": row.at.isoformat(),
        "details": json.loads(json.dumps(row.details)),
        "request_id": row.request_id,
    }


def append(session: Session, table: type[EvidenceMixin], rows: Sequence["AuditMixin"]) -> None:
    """Append audit entries to the logs of their organisations, in the order of the acts.

    Called at the end of the transaction: the writers of one log wait for each other from here to
    their commit, and nobody who waits here holds what another one needs.
    """
    session.flush()
    by_organisation = sorted(rows, key=lambda row: row.organisation_id)
    for organisation_id, group in groupby(by_organisation, key=lambda row: row.organisation_id):
        log = table.name_of(organisation_id)
        lock(session, log)
        index, previous = _end(session, table, organisation_id)
        entries = []
        for row in group:
            content = content_hash(row.salt or b"", facts_of(row))
            entry = entry_of(log, index, row, content, previous)
            values = {"id": row.id, "organisation_id": organisation_id, "place": index}
            values |= {"content": content, "previous": previous, "hash": entry.hash}
            entries.append(values)
            index, previous = index + 1, entry.hash
        # Nobody reads them before the commit, so they need not become objects first.
        session.execute(insert(table_of(table)), entries)


def kept_rows(
    session: Session, audit: type["AuditMixin"], organisation_id: UUID, *, begin: int = 0
) -> "Iterator[tuple[EvidenceMixin, AuditMixin | None]]":
    """Return the log of an organisation with what it vouches for, page by page, in order.

    Args:
        begin: place of the first entry that is wanted.
    """
    table, after = audit.evidence, begin - 1
    while True:
        query = (
            select(table, audit)
            .outerjoin(audit, audit.id == table.id)
            .where(table.organisation_id == organisation_id, table.index > after)
        )
        page = session.execute(query.order_by(table.index).limit(PAGE)).all()
        for row, said in page:
            yield row, said
            after = row.index
        if len(page) < PAGE:
            return


def kept_entries(
    session: Session,
    table: type[EvidenceMixin],
    audit: type["AuditMixin"],
    organisation_id: UUID,
    *,
    begin: int = 0,
) -> Iterator[Kept]:
    """Return the log of an organisation as the database holds it.

    What the audit trail says is hashed anew, but for entries whose personal data were erased
    together with their salt.
    """
    log = table.name_of(organisation_id)
    for row, said in kept_rows(session, audit, organisation_id, begin=begin):
        yield _kept(log, row, said)


def _kept(log: str, row: EvidenceMixin, said: "AuditMixin | None") -> Kept:
    if said is None:
        return Kept(None, row.hash)
    content = row.content if said.salt is None else content_hash(said.salt, facts_of(said))
    return Kept(entry_of(log, row.index, said, content, row.previous), row.hash)


def vouched_details(
    session: Session,
    audit: type["AuditMixin"],
    organisation_id: UUID,
    subject: tuple[str, UUID],
    acts: Sequence[str],
) -> list[dict[str, Any]]:
    """Return what acts about a subject say, as far as the log vouches for it; in one query."""
    kind, subject_id = subject
    return vouched_details_of(session, audit, organisation_id, kind, [subject_id], acts)[subject_id]


def vouched_details_of(
    session: Session,
    audit: type["AuditMixin"],
    organisation_id: UUID,
    kind: str,
    ids: Sequence[UUID],
    acts: Sequence[str],
) -> dict[UUID, list[dict[str, Any]]]:
    """Return what acts about subjects of one kind say, as far as the log vouches for it, by id.

    Content and entry are hashed anew, so that a row that was changed or added past the product
    says nothing. That the entry stands in an unbroken log is judged when the whole log is.
    """
    table, log = audit.evidence, audit.evidence.name_of(organisation_id)
    query = (
        select(table, audit)
        .join(audit, audit.id == table.id)
        .where(audit.organisation_id == organisation_id, audit.subject_id.in_(ids))
        .where(audit.subject_type == kind, audit.act.in_(acts))
    )
    said_of: dict[UUID, list[dict[str, Any]]] = {one: [] for one in ids}
    for row, said in session.execute(query.order_by(table.index)):
        is_whole = said.salt is not None and row.organisation_id == organisation_id
        if is_whole and fault_of(_kept(log, row, said), log, row.index, row.previous) is None:
            said_of[said.subject_id].append(said.details)
    return said_of


def entry_of(log: str, index: int, row: "AuditMixin", content: bytes, previous: bytes) -> Entry:
    """Return the entry about an act."""
    return Entry(
        log=log,
        index=index,
        at=row.recorded_at,
        act=row.act,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        actor_id=row.actor_id,
        content=content,
        previous=previous,
    )


def lock(session: Session, name: str) -> None:
    """Let one transaction at a time do what the name says; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(sha256(name.encode()).digest()[:8], "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


def length_of(session: Session, table: type[EvidenceMixin], organisation_id: UUID) -> int:
    """Return the number of entries of a log, without counting them."""
    return _end(session, table, organisation_id)[0]


def organisations(session: Session, table: "type[EvidenceMixin | AuditMixin]") -> list[UUID]:
    """Return whose logs there are; each costs one look into the index, however long it is."""
    found: list[UUID] = []
    query = select(table.organisation_id).order_by(table.organisation_id).limit(1)
    while True:
        later = query.where(table.organisation_id > found[-1]) if found else query
        following = session.scalar(later)
        if following is None:
            return found
        found.append(following)


def _end(session: Session, table: type[EvidenceMixin], organisation_id: UUID) -> tuple[int, bytes]:
    last = session.execute(_last_of(table_of(table)), {"organisation_id": organisation_id}).first()
    if last is None:
        return 0, NOTHING
    index, previous = last
    return index + 1, previous


@cache
def _last_of(log: Table) -> Select[Any, Any]:
    """Return the question for the last entry of a log: made once, asked in every transaction."""
    own = log.c.organisation_id == bindparam("organisation_id")
    return select(log.c.place, log.c.hash).where(own).order_by(log.c.place.desc()).limit(1)

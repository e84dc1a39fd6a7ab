"""Finding what is at risk: the cost grows with what is at risk, not with the archive.

Each question below is answered by an index; whether what it found is at risk is said by the
rule (``domain.risks``) alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from services.documents.domain.algorithms import AlgorithmPolicy
from services.documents.domain.care import A_DAY, B_LT, B_T, BLOCKS_DISPATCH
from services.documents.domain.channels import DATA_BOX
from services.documents.domain.deliveries import DELIVERY_INFO, SENT, SENT_MESSAGE
from services.documents.domain.documents import ISSUED, SIGNED
from services.documents.domain.risks import (
    CHANGED,
    DELIVERY,
    DOCUMENT,
    MISSING,
    PROOF,
    AtRisk,
    Bounds,
    Facts,
    risk_of_message,
    risks_of,
)
from services.documents.models import (
    ArchiveLeaf,
    ArchiveStamp,
    ArchiveTree,
    CountersignedCopy,
    Delivery,
    Document,
    Proof,
    Revision,
    RiskNotice,
    StoreCheck,
    StoredFault,
)
from services.documents.service.certificates import replaced_seals
from services.documents.service.work import Work

MOST_FOUND = 10_000
"""As many as one question brings; whoever has more at risk has one cause to look for."""

Subject = type[Document] | type[Proof]
Query = Select[*tuple[Any, ...]]
Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class RiskRules:
    """By what it is judged."""

    bounds: Bounds
    policy: AlgorithmPolicy
    """When algorithms end."""
    algorithm: str
    """Hash function of the evidence records that are made now."""


def find_risks(work: Work, rules: RiskRules) -> list[AtRisk]:
    """Return every document and proof of the organisation that is at risk, first ends first."""
    found = [*_documents(work, rules, None), *_proofs(work, rules, None)]
    found += _messages(work, rules.bounds)
    return sorted(found, key=_urgency)


def risk_of(work: Work, rules: RiskRules, document_id: UUID) -> AtRisk | None:
    """Return why a document is at risk, ``None`` when it is not."""
    return next(_documents(work, rules, document_id), None)


def last_check(work: Work) -> StoreCheck | None:
    """Return the last comparison of all files with the database; ``None``: never made."""
    newest = select(StoreCheck).order_by(StoreCheck.ended_at.desc()).limit(1)
    return work.session.scalar(newest)


def known_risks(work: Work) -> tuple[int, datetime | None]:
    """Return how much was at risk at the last daily look, and when it begins to be too late."""
    own = RiskNotice.organisation_id == work.organisation_id
    row = work.session.execute(select(func.count(), func.min(RiskNotice.too_late)).where(own)).one()
    return row[0], row[1]


def _urgency(one: AtRisk) -> tuple[bool, float, str]:
    at = one.too_late.timestamp() if one.too_late else 0.0
    return one.too_late is not None, at, one.number


def _documents(work: Work, rules: RiskRules, only: UUID | None) -> Iterator[AtRisk]:
    faults = dict(_faults(work, _faulty_files(work, CountersignedCopy, only)))
    faults |= dict(_faults(work, _faulty_files(work, Revision, only)))
    records = _ending_records(work, rules, Document, only)
    former = replaced_seals(work)
    chosen = [Document.id == only] if only else _document_questions(rules.bounds, work.now, former)
    rows = _each(work, _document_rows(work), chosen)
    rows |= _each(work, _document_rows(work), _named(Document, {*faults, *records} - {*rows}))
    for row in rows.values():
        facts = _document_facts(row, rules.policy, faults, records)
        facts = replace(facts, is_seal_replaced=row.seal_serial in former)
        risks = risks_of(facts, rules.bounds, work.now)
        if risks:
            yield AtRisk(row.id, DOCUMENT, row.id, row.number, row.title, risks)


def _proofs(work: Work, rules: RiskRules, only: UUID | None) -> Iterator[AtRisk]:
    faults = dict(_faults(work, _faulty_proofs(work)))
    records = _ending_records(work, rules, Proof, only)
    unrecorded = and_(
        Proof.recorded_at.is_(None), Proof.obtained_at <= work.now - rules.bounds.record
    )
    rows = _each(work, _proof_rows(work), [unrecorded])
    rows |= _each(work, _proof_rows(work), _named(Proof, {*faults, *records} - {*rows}))
    for row in rows.values():
        fault, fault_at = faults.get(row.id, (None, None))
        facts = Facts(
            kept_at=row.obtained_at,
            is_recorded=row.recorded_at is not None,
            record_until=records.get(row.id),
            fault=fault,
            fault_at=fault_at,
        )
        risks = risks_of(facts, rules.bounds, work.now)
        if risks:
            yield AtRisk(row.id, PROOF, row.document_id, row.number, row.file_name, risks)


def _messages(work: Work, bounds: Bounds) -> Iterator[AtRisk]:
    """Find sent data messages of which a proof is missing."""
    lacking = [
        ~exists().where(Proof.delivery_id == Delivery.id, Proof.kind == kind)
        for kind in (SENT_MESSAGE, DELIVERY_INFO)
    ]
    query = (
        select(Delivery.id, Delivery.dispatched_at, Delivery.document_id, Delivery.recipient_name)
        .add_columns(Document.number)
        .join(Document, Document.id == Delivery.document_id)
        .where(
            Delivery.organisation_id == work.organisation_id,
            Delivery.state == SENT,
            Delivery.channel == DATA_BOX,
            Delivery.dispatched_at <= work.now - bounds.fetch,
            or_(*lacking),
        )
    )
    for row in work.session.execute(query.limit(MOST_FOUND)):
        risk = risk_of_message(row.dispatched_at, bounds, work.now)
        if risk is not None:
            name = row.recipient_name
            yield AtRisk(row.id, DELIVERY, row.document_id, row.number, name, (risk,))


def _document_questions(
    bounds: Bounds, now: datetime, former: Set[str]
) -> list[ColumnElement[bool]]:
    """Return the questions; together they find at least what the rule calls at risk."""
    own, issued = bounds.of_documents, Document.state == ISSUED
    ready = Document.state.in_([SIGNED, ISSUED])
    is_low = Document.level.in_([B_T, B_LT])
    failed = or_(
        Document.trouble.in_(sorted(BLOCKS_DISPATCH)), Document.care_attempts >= bounds.failures
    )
    sealed_before = Document.seal_serial.in_(sorted(former))
    replaced = [and_(issued, is_low, Document.issued_at <= now - A_DAY, sealed_before)]
    return [
        *(replaced if former else ()),
        and_(issued, is_low, Document.issued_at <= now - bounds.level),
        and_(Document.state == SIGNED, Document.signed_at <= now - A_DAY),
        and_(Document.trouble > "", failed, ready),
        and_(Document.renew_by <= now - own.grace, issued),
        and_(Document.good_until <= now + own.near, ready),
        and_(Document.recorded_at.is_(None), Document.kept_at <= now - bounds.record, issued),
    ]


def _document_rows(work: Work) -> Query:
    columns = (
        *(Document.id, Document.number, Document.title, Document.state, Document.level),
        *(Document.created_at, Document.signed_at, Document.issued_at, Document.kept_at),
        *(Document.recorded_at, Document.good_until, Document.renew_by, Document.algorithms),
        *(Document.trouble, Document.trouble_since, Document.care_attempts, Document.seal_serial),
    )
    return select(*columns).where(Document.organisation_id == work.organisation_id)


def _document_facts(
    row: Found,
    policy: AlgorithmPolicy,
    faults: Mapping[UUID, tuple[str, datetime]],
    records: Mapping[UUID, datetime],
) -> Facts:
    fault, fault_at = faults.get(row.id, (None, None))
    return Facts(
        kept_at=row.kept_at or row.created_at,
        state=row.state,
        level=row.level,
        signed_at=row.signed_at,
        issued_at=row.issued_at,
        renew_by=row.renew_by,
        good_until=row.good_until,
        algorithm_end=policy.end_of(row.algorithms.split()),
        trouble=row.trouble,
        trouble_since=row.trouble_since,
        failures=row.care_attempts,
        is_recorded=row.recorded_at is not None or row.state != ISSUED,
        record_until=records.get(row.id),
        fault=fault,
        fault_at=fault_at,
    )


def _proof_rows(work: Work) -> Query:
    columns = (
        *(Proof.id, Proof.obtained_at, Proof.recorded_at, Proof.file_name),
        *(Delivery.document_id, Document.number),
    )
    joined = select(*columns).join(Delivery, Delivery.id == Proof.delivery_id)
    joined = joined.join(Document, Document.id == Delivery.document_id)
    return joined.where(Proof.organisation_id == work.organisation_id)


def _each(work: Work, query: Query, questions: Iterable[ColumnElement[bool]]) -> dict[UUID, Found]:
    """Ask one question after another; a database answers them together by reading everything."""
    found: dict[UUID, Found] = {}
    for question in questions:
        for row in work.session.execute(query.where(question).limit(MOST_FOUND)):
            found[row.id] = row
    return found


def _named(subject: Subject, ids: set[UUID]) -> list[ColumnElement[bool]]:
    """Return questions for known rows, in portions that every database takes."""
    ordered = sorted(ids)[:MOST_FOUND]
    portions = [ordered[start : start + 500] for start in range(0, len(ordered), 500)]
    return [subject.id.in_(portion) for portion in portions]


def _faulty_files(
    work: Work, kept: type[Revision] | type[CountersignedCopy], only: UUID | None
) -> Query:
    query = (
        select(kept.document_id, StoredFault.fault, StoredFault.found_at)
        .join(kept, kept.sha256 == StoredFault.file)
        .where(kept.organisation_id == work.organisation_id)
    )
    return query.where(kept.document_id == only) if only else query


def _faulty_proofs(work: Work) -> Query:
    query = select(Proof.id, StoredFault.fault, StoredFault.found_at)
    joined = query.join(Proof, Proof.sha256 == StoredFault.file)
    return joined.where(Proof.organisation_id == work.organisation_id)


def _faults(work: Work, query: Query) -> Iterator[tuple[UUID, tuple[str, datetime]]]:
    # The last one of a document stays: what was found first.
    newest_first = query.order_by(StoredFault.found_at.desc(), StoredFault.file)
    for subject_id, fault, found_at in work.session.execute(newest_first.limit(MOST_FOUND)):
        yield subject_id, (MISSING if fault == MISSING else CHANGED, found_at)


def _ending_records(
    work: Work, rules: RiskRules, subject: Subject, only: UUID | None
) -> dict[UUID, datetime]:
    """Return when the evidence records end that should have been renewed by now."""
    newer, held = aliased(ArchiveStamp), aliased(ArchiveLeaf)
    is_newest = ~exists().where(
        newer.tree_id == ArchiveStamp.tree_id, newer.position == ArchiveStamp.position + 1
    )
    is_covered = exists().where(
        held.organisation_id == work.organisation_id,
        held.sha256 == ArchiveLeaf.sha256,
        held.algorithm == rules.algorithm,
    )
    query = (
        select(subject.id, ArchiveStamp.good_until)
        .join(ArchiveTree, ArchiveTree.id == ArchiveStamp.tree_id)
        .join(ArchiveLeaf, ArchiveLeaf.tree_id == ArchiveTree.id)
        .join(subject, subject.sha256 == ArchiveLeaf.sha256)
        .where(
            ArchiveStamp.organisation_id == work.organisation_id,
            ArchiveStamp.good_until <= rules.bounds.record_alarm(work.now),
            is_newest,
            or_(ArchiveTree.algorithm == rules.algorithm, ~is_covered),
            subject.organisation_id == work.organisation_id,
        )
        .order_by(ArchiveStamp.good_until.desc())
        .limit(MOST_FOUND)
    )
    query = query.where(subject.id == only) if only else query
    return {row[0]: row[1] for row in work.session.execute(query)}

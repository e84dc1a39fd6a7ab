"""Telling people what is at risk, and writing down what a look at the store found."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from uuid import UUID, uuid4

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.orm import Session

from services.documents.domain.algorithms import AlgorithmPolicy
from services.documents.domain.documents import ISSUED
from services.documents.domain.risks import AtRisk, earliest, step_of, to_tell
from services.documents.models import Document, RiskNotice, StoreCheck, StoredFault
from services.documents.service.work import Work
from shared.clock import PRAGUE


def remind_of_risks(work: Work, found: Iterable[AtRisk]) -> int:
    """Tell of what is newly at risk or more urgent than before; return how many that are.

    One event tells of all of them; what is at risk no more is forgotten, so that it is told of
    again should it come back.
    """
    at_risk = {one.subject_id: one for one in found}
    own = RiskNotice.organisation_id == work.organisation_id
    kept = {row.subject_id: row for row in work.session.scalars(select(RiskNotice).where(own))}
    for subject_id in kept.keys() - at_risk.keys():
        work.session.delete(kept.pop(subject_id))
    steps = {key: step_of(one.too_late, work.now) for key, one in at_risk.items()}
    fresh = to_tell(steps, {key: row.step for key, row in kept.items()})
    for key, one in at_risk.items():
        row = kept.get(key) or RiskNotice(organisation_id=work.organisation_id, subject_id=key)
        row.step, row.too_late = fresh.get(key, row.step), one.too_late
        work.session.add(row)
    if fresh:
        _tell(work, list(at_risk.values()), fresh)
    work.session.flush()
    return len(fresh)


def _tell(work: Work, found: list[AtRisk], fresh: Mapping[UUID, int]) -> None:
    first = earliest(*(one.too_late for one in found))
    told = {
        "count": len(found),
        "fresh": len(fresh),
        "days": min(fresh.values()),
        "first_on": first.astimezone(PRAGUE).date() if first else None,
        "reasons": dict(Counter(one.first.reason for one in found)),
    }
    work.tell("documents.at_risk", work.organisation_id, told)
    about = ("organisation", work.organisation_id)
    work.audit("remind_of_risks", about, count=len(found), fresh=len(fresh))


def redate(work: Work, policy: AlgorithmPolicy) -> int:
    """Let each document end with its algorithms; return how many end sooner than thought.

    The ends of algorithms are settings: one may be announced after a document was stamped.
    """
    changed = 0
    for name in sorted(policy.ends):
        end = datetime.combine(policy.ends[name], time.max, UTC)
        due = max(end - policy.margin, work.now)
        rests_on = or_(
            Document.algorithms.startswith(f"{name} ", autoescape=True),
            Document.algorithms.endswith(f" {name}", autoescape=True),
        )
        sooner = case((Document.renew_by < due, Document.renew_by), else_=due)
        statement = update(Document).where(
            Document.organisation_id == work.organisation_id,
            Document.good_until > end,
            Document.state == ISSUED,
            rests_on,
        )
        done = work.session.execute(
            statement.values(good_until=end, renew_by=sooner),
            execution_options={"synchronize_session": False},
        )
        changed += done.rowcount  # type: ignore[attr-defined]  # of every UPDATE
    if changed:
        work.audit("redate_proofs", ("organisation", work.organisation_id), count=changed)
    return changed


def note_fault(session: Session, file: str, fault: str, at: datetime) -> None:
    """Write down that a file is missing or changed; when that was found first stays."""
    row = session.get(StoredFault, file)
    if row is None:
        session.add(StoredFault(file=file, fault=fault, found_at=at))
    else:
        row.fault = fault
    session.flush()


def note_check(session: Session, faults: Mapping[str, str], whole: int, at: datetime) -> None:
    """Write down what a comparison of all files found; what is whole again is forgotten.

    Args:
        faults: ``missing`` or ``changed`` by the file's SHA-256.
        whole: how many files are as they should be.
    """
    known = set(session.scalars(select(StoredFault.file)))
    for file in sorted(known - faults.keys()):
        session.execute(delete(StoredFault).where(StoredFault.file == file))
    for file, fault in sorted(faults.items()):
        note_fault(session, file, fault, at)
    counted = Counter(faults.values())
    session.add(
        StoreCheck(
            id=uuid4(),
            ended_at=at,
            whole=whole,
            missing=counted["missing"],
            changed=counted["changed"],
        )
    )
    session.flush()

"""Checking the evidence logs of a service: against its audit trail and against what was signed."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from shared.clock import SystemClock
from shared.db import transaction
from shared.evidence.anchors import judge_anchors
from shared.evidence.checkpoints import BadCheckpoint, Checkpoint, read
from shared.evidence.copies import DamagedCopy
from shared.evidence.entries import Fault, FaultKind, Mark, first_fault
from shared.evidence.keeping import Desk
from shared.evidence.log import kept_entries, length_of, organisations
from shared.evidence.tables import Filed

log = logging.getLogger(__name__)

RESTORED, EPOCH = "restore_backup", "epoch"
"""Act and subject of the entry with which a restored log begins its next epoch."""


@dataclass(frozen=True)
class Checked:
    """What was found about the log of one organisation."""

    log: str
    size: int
    """Number of entries."""
    fault: Fault | None
    unvouched: int
    """Audit entries that no entry vouches for: somebody wrote them past the product."""
    unrecorded: int
    """Files that count as issued somewhere, and no act in the log says so."""
    marks: int
    """Checkpoints that it was held against, in the database and outside of it."""
    are_stamps_believed: bool
    """Whether its time stamps, if there are any, were judged by authorities of the settings."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was changed, as far as the database and the copies can tell."""
        return self.verdict == (None, None)

    @property
    def verdict(self) -> tuple[str | None, int | None]:
        """The fault and its first bad entry, as they are recorded."""
        if self.fault is not None:
            return self.fault.kind.value, self.fault.index
        if self.unvouched:
            return FaultKind.UNVOUCHED.value, None
        return (FaultKind.UNRECORDED.value, None) if self.unrecorded else (None, None)


def check_logs(desk: Desk, only: UUID | None = None) -> Iterator[Checked]:
    """Read every log of the service, or that of one organisation, and judge it."""
    if only is not None:
        yield check_log(desk, only)
        return
    session, audit = desk.session(), desk.ledger.audit
    acting = organisations(session, audit)
    for organisation_id in sorted({*organisations(session, audit.evidence), *acting}):
        yield check_log(desk, organisation_id)


def check_log(desk: Desk, organisation_id: UUID) -> Checked:
    """Read a log from its beginning and judge it by what was signed about it."""
    session, audit = desk.session(), desk.ledger.audit
    table, name = audit.evidence, desk.ledger.name_of(organisation_id)
    vouched = select(table.id).where(table.id == audit.id)
    of_nobody = select(func.count()).where(
        audit.organisation_id == organisation_id, ~vouched.exists()
    )
    signed, wrong = _signed(desk, organisation_id)
    marks = _surviving(desk, organisation_id, signed)
    kept = kept_entries(session, table, audit, organisation_id)
    fault = first_fault(name, kept, [Mark(one.size, one.root) for one in marks])
    anchors = judge_anchors(desk, organisation_id)
    faults = (fault, wrong, anchors.fault)
    found = Checked(
        log=name,
        size=length_of(session, table, organisation_id),
        fault=min((one for one in faults if one), key=lambda one: one.index, default=None),
        unvouched=session.scalar(of_nobody) or 0,
        unrecorded=sum(_unrecorded(desk, organisation_id, one) for one in desk.ledger.filed),
        marks=len(marks),
        are_stamps_believed=anchors.are_believed,
    )
    session.rollback()
    return found


def _unrecorded(desk: Desk, organisation_id: UUID, filed: Filed) -> int:
    """Count the files of a table of which no act says anything.

    What the acts say is hashed anew beside this; an act that lost its salt cannot be.
    """
    audit = desk.ledger.audit
    vouched = (
        select(audit.id)
        .join(audit.evidence, audit.evidence.id == audit.id)
        .where(audit.organisation_id == organisation_id, audit.subject_id == filed.subject)
        .where(audit.act.in_(filed.acts), audit.salt.is_not(None))
        .where(audit.details["sha256"].as_string() == filed.sha256)
    )
    query = select(func.count()).where(
        filed.table.organisation_id == organisation_id, ~vouched.exists()
    )
    return desk.session().scalar(query) or 0


def check_and_record(desk: Desk, only: UUID | None = None) -> list[Checked]:
    """Judge every log, or that of one organisation, and keep the verdicts."""
    found = []
    for one in check_logs(desk, only):
        fault, place = one.verdict
        if fault is not None:
            facts = {"evidence_log": one.log, "fault": fault, "place": place}
            log.error("evidence log is broken", extra=facts)
        session, table = desk.session(), desk.ledger.check
        with transaction(session):
            session.add(
                table(
                    organisation_id=UUID(one.log.rpartition("/")[2]),
                    at=SystemClock().now(),
                    size=one.size,
                    marks=one.marks,
                    fault=fault,
                    place=place,
                )
            )
        found.append(one)
    return found


def _signed(desk: Desk, organisation_id: UUID) -> tuple[list[Checkpoint], Fault | None]:
    """Return what was signed about a log, in the database and outside, and what is wrong there."""
    table, session = desk.ledger.checkpoint, desk.session()
    query = select(table.note).where(table.organisation_id == organisation_id)
    kept = list(session.scalars(query.order_by(table.epoch, table.size)))
    signed: dict[str, Checkpoint] = {}
    try:
        for note in kept:
            signed[note] = read(note, desk.keys)
        copied = list(desk.copies.notes(organisation_id))
        for note in copied:
            signed[note] = signed.get(note) or read(note, desk.keys)
    except BadCheckpoint:
        return list(signed.values()), Fault(FaultKind.UNSIGNED, _last_size(signed))
    except DamagedCopy:
        return list(signed.values()), Fault(FaultKind.COPIES, _last_size(signed))
    return list(signed.values()), _gap(signed, kept, copied)


def _gap(signed: dict[str, Checkpoint], kept: list[str], copied: list[str]) -> Fault | None:
    """Tell whether a checkpoint lacks its copy; the last ones may still be on their way."""
    last = signed[copied[-1]] if copied else None
    if last is None:
        return Fault(FaultKind.COPIES, 0) if len(kept) > 1 else None
    ours = {note for note in kept if _order(signed[note]) <= _order(last)}
    missing = ours - set(copied)
    if not missing:
        return None
    return Fault(FaultKind.COPIES, min(signed[note].size for note in missing))


def _order(checkpoint: Checkpoint) -> tuple[int, int]:
    return checkpoint.epoch, checkpoint.size


def _last_size(signed: dict[str, Checkpoint]) -> int:
    return max((one.size for one in signed.values()), default=0)


def _surviving(desk: Desk, organisation_id: UUID, signed: list[Checkpoint]) -> list[Checkpoint]:
    """Leave out what speaks of entries that a recorded restoration of a backup lost."""
    audit, table = desk.ledger.audit, desk.ledger.evidence
    query = (
        select(audit.subject_id, table.index)
        .join(table, table.id == audit.id)
        .where(table.organisation_id == organisation_id)
        .where(audit.act == RESTORED, audit.subject_type == EPOCH)
    )
    began = {key.int: place for key, place in desk.session().execute(query)}

    def survives(one: Checkpoint) -> bool:
        return all(one.size <= place for epoch, place in began.items() if epoch > one.epoch)

    return [one for one in signed if survives(one)]

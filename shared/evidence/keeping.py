"""Making checkpoints: each one only over what is new, and only where it continues the last one."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from shared.clock import SystemClock
from shared.config import Settings
from shared.db import transaction
from shared.evidence.authorities import StampJudge, authorities_of
from shared.evidence.checkpoints import BadCheckpoint, Checkpoint, read, sign
from shared.evidence.copies import Copies, DamagedCopy, anchor_line, checkpoint_line
from shared.evidence.entries import NOTHING, Fault, FaultKind, fault_of
from shared.evidence.log import kept_entries, length_of, lock, organisations
from shared.evidence.merkle import Frontier, growth_proof, is_consistent
from shared.evidence.tables import CheckpointMixin, Ledger
from shared.keys import EvidenceKeys

log = logging.getLogger(__name__)

LOOK_SECONDS = 10
"""Pause between two looks whether something must be signed."""
MOST_AT_ONCE = 20_000
"""Entries that one checkpoint adds at most; a longer log gets several."""

MOMENT = timedelta(minutes=1)
"""Within it, another process may not have copied yet what it has just signed."""


@dataclass(frozen=True)
class Rules:
    """When a checkpoint is due, and when a time stamp over one."""

    entries: int
    """So many new entries, or"""
    age: timedelta
    """one that has waited so long."""
    stamps: timedelta
    """A checkpoint is stamped when the last stamp is so old and something happened since."""


class NotContinued(Exception):
    """The log does not continue what was signed before; nothing may be signed."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.kind.value, fault.index)
        self.fault = fault


@dataclass(frozen=True)
class Desk:
    """What all work on the evidence of one service needs."""

    session: Callable[[], Session]
    ledger: Ledger
    keys: EvidenceKeys
    copies: Copies
    rules: Rules
    judge: StampJudge = field(default_factory=StampJudge)
    """Whose time stamps over the logs are believed."""


def make_desk(settings: Settings, session: Callable[[], Session], ledger: Ledger) -> Desk:
    """Put together what the settings say.

    Raises:
        SettingsError: the evidence keys are missing, or the authorities cannot be read.
    """
    rules = Rules(
        settings.evidence_entries,
        timedelta(minutes=settings.evidence_minutes),
        timedelta(hours=settings.evidence_anchor_hours),
    )
    copies = Copies(settings.copies_folder, settings.service)
    keys = EvidenceKeys(settings.keys_folder, settings.service)
    authorities_of(settings)  # refused now and not in the middle of a check
    judge = StampJudge(lambda: authorities_of(settings))
    return Desk(session, ledger, keys, copies, rules, judge)


def newest(session: Session, ledger: Ledger, organisation_id: UUID) -> CheckpointMixin | None:
    """Return the last checkpoint of a log."""
    table = ledger.checkpoint
    query = select(table).where(table.organisation_id == organisation_id)
    return session.scalars(query.order_by(table.epoch.desc(), table.size.desc()).limit(1)).first()


def current_epoch(session: Session, ledger: Ledger) -> int:
    """Return how many restored backups are recorded."""
    table = ledger.epoch
    return session.scalar(select(table.number).order_by(table.number.desc()).limit(1)) or 0


def last_anchor(desk: Desk, organisation_id: UUID) -> datetime | None:
    """Return when the log was stamped last."""
    table = desk.ledger.anchor
    query = select(table.stamped_at).where(table.organisation_id == organisation_id)
    return desk.session().scalar(query.order_by(table.stamped_at.desc()).limit(1))


class Keeper:
    """Signs checkpoints of all logs of a service and lays copies outside the database."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._next_look = 0.0
        self._laid: dict[UUID, tuple[UUID | None, datetime | None]] = {}
        """What was newest when the copies were laid last, so that they are not read in vain."""

    def run_once(self) -> int:
        """Make what is due; a task of the worker. Return the number of checkpoints."""
        if monotonic() < self._next_look:
            return 0
        self._next_look = monotonic() + LOOK_SECONDS
        session = self._desk.session()
        found = organisations(session, self._desk.ledger.evidence)
        due = [one for one in found if self._is_due(session, one)]
        session.rollback()
        for one in found:
            self._lay_if_new(one)
        return sum(self.keep(one) for one in due)

    def keep(self, organisation_id: UUID) -> int:
        """Sign everything that is in a log now, as at the end of a batch.

        Returns:
            The number of checkpoints made: none where nothing is new, or where the log does not
            continue what was signed; the latter is recorded as a verdict and logged.
        """
        made = 0
        self.lay_copies(organisation_id)
        try:
            self._refuse_rollback(organisation_id)
            while self._continue(organisation_id):
                # Before the next one, so that several that lack their copies mean a lost file.
                self.lay_copies(organisation_id)
                made += 1
        except NotContinued as broken:
            self._alarm(organisation_id, broken.fault)
        return made

    def lay_copies(self, organisation_id: UUID) -> int:
        """Lay outside the database what is not there yet; return the number of records.

        The database is written first, so whoever is killed in between finds it here again.
        """
        desk, session = self._desk, self._desk.session()
        is_missing = bool(_missing_lines(desk, session, organisation_id))
        session.rollback()
        if not is_missing:
            return 0
        with desk.copies.adding(organisation_id) as add:
            # Looked for again: another process may have laid them before this one had the file.
            lines = _missing_lines(desk, session, organisation_id)
            is_gone = add.is_first and _were_there(desk, session, organisation_id)
            session.rollback()
            if is_gone:
                facts = {"file": str(desk.copies.path(organisation_id)), "lines": len(lines)}
                log.warning("copies of checkpoints were gone and are written anew", extra=facts)
            add.lines(lines)
        return len(lines)

    def _lay_if_new(self, organisation_id: UUID) -> None:
        desk, session = self._desk, self._desk.session()
        last = newest(session, desk.ledger, organisation_id)
        present = last.id if last else None, last_anchor(desk, organisation_id)
        session.rollback()
        if self._laid.get(organisation_id) != present:
            self.lay_copies(organisation_id)
            self._laid[organisation_id] = present

    def _is_due(self, session: Session, organisation_id: UUID) -> bool:
        ledger, rules = self._desk.ledger, self._desk.rules
        last = newest(session, ledger, organisation_id)
        size = last.size if last else 0
        waiting = length_of(session, ledger.evidence, organisation_id) - size
        if waiting < 1 or waiting >= rules.entries:
            return waiting >= 1
        first = (
            select(ledger.audit.recorded_at)
            .join(ledger.evidence, ledger.evidence.id == ledger.audit.id)
            .where(
                ledger.evidence.organisation_id == organisation_id, ledger.evidence.index == size
            )
        )
        since = session.scalar(first)
        return since is None or SystemClock().now() - since >= rules.age

    def _refuse_rollback(self, organisation_id: UUID) -> None:
        """Refuse to sign where a copy outside speaks of what the database does not have."""
        desk, session = self._desk, self._desk.session()
        try:
            fault = rollback_fault(desk, session, organisation_id)
        finally:
            session.rollback()
        if fault is not None:
            raise NotContinued(fault)

    def _continue(self, organisation_id: UUID) -> bool:
        """Sign one more checkpoint; tell whether there was something new."""
        desk, session = self._desk, self._desk.session()
        before = newest(session, desk.ledger, organisation_id)
        epoch = current_epoch(session, desk.ledger)
        tree = _grown(desk, session, organisation_id, before)
        session.rollback()
        if tree is None:
            return False
        checkpoint = Checkpoint.of(desk.ledger.name_of(organisation_id), epoch, tree)
        row = desk.ledger.checkpoint(
            organisation_id=organisation_id,
            epoch=epoch,
            size=tree.size,
            made_at=SystemClock().now(),
            note=sign(checkpoint, desk.keys),
            frontier=tree.dump(),
        )
        with transaction(session):
            lock(session, f"checkpoint of {checkpoint.log}")
            last = newest(session, desk.ledger, organisation_id)
            if (last and last.id) == (before and before.id):
                session.add(row)
        return True

    def _alarm(self, organisation_id: UUID, fault: Fault) -> None:
        """Record and log that nothing can be signed, once until something else is found."""
        desk, session = self._desk, self._desk.session()
        table = desk.ledger.check
        query = select(table).where(table.organisation_id == organisation_id)
        last = session.scalars(query.order_by(table.at.desc()).limit(1)).first()
        if last is not None and (last.fault, last.place) == (fault.kind.value, fault.index):
            session.rollback()
            return
        name = desk.ledger.name_of(organisation_id)
        facts = {"evidence_log": name, "fault": fault.kind.value, "place": fault.index}
        log.error("evidence log is broken, nothing was signed", extra=facts)
        with transaction(session):
            session.add(
                table(
                    organisation_id=organisation_id,
                    at=SystemClock().now(),
                    size=length_of(session, desk.ledger.evidence, organisation_id),
                    marks=1,
                    fault=fault.kind.value,
                    place=fault.index,
                )
            )


def rollback_fault(desk: Desk, session: Session, organisation_id: UUID) -> Fault | None:
    """Tell whether the newest copy outside speaks of what the database does not have."""
    try:
        note = desk.copies.newest(organisation_id)
        outside = read(note, desk.keys) if note is not None else None
    except DamagedCopy:
        return Fault(FaultKind.COPIES, 0)
    except BadCheckpoint:
        return Fault(FaultKind.UNSIGNED, 0)
    if outside is None or outside.epoch < current_epoch(session, desk.ledger):
        return None
    table = desk.ledger.checkpoint
    known = session.scalar(
        select(table.id).where(table.organisation_id == organisation_id, table.note == note)
    )
    if known is not None:
        return None
    length = length_of(session, desk.ledger.evidence, organisation_id)
    if length < outside.size or outside.epoch > current_epoch(session, desk.ledger):
        return Fault(FaultKind.CUT, min(length, outside.size))
    last = newest(session, desk.ledger, organisation_id)
    return Fault(FaultKind.REWRITTEN, last.size if last else 0)


def _grown(
    desk: Desk, session: Session, organisation_id: UUID, before: CheckpointMixin | None
) -> Frontier | None:
    """Return the tree with the new entries; ``None`` when there are none.

    Raises:
        NotContinued: the new entries are not good, or do not continue what was signed.
    """
    name = desk.ledger.name_of(organisation_id)
    signed, tree = _signed_tree(desk, before)
    previous = _hash_before(desk, session, organisation_id, tree.size)
    added: list[bytes] = []
    start = tree
    kept = kept_entries(
        session, desk.ledger.evidence, desk.ledger.audit, organisation_id, begin=tree.size
    )
    for one in kept:
        fault = fault_of(one, name, tree.size, previous)
        if fault is not None:
            raise NotContinued(Fault(fault, tree.size))
        tree, previous = tree.append(one.hash), one.hash
        added.append(one.hash)
        if len(added) == MOST_AT_ONCE:
            break
    if signed is not None and added:
        proof = growth_proof(start, added)
        if not is_consistent(signed.size, tree.size, signed.root, tree.root, proof):
            raise NotContinued(Fault(FaultKind.REWRITTEN, 0))
    return tree if added else None


def _signed_tree(desk: Desk, row: CheckpointMixin | None) -> tuple[Checkpoint | None, Frontier]:
    """Return what was signed last and the tree that was kept with it."""
    if row is None:
        return None, Frontier()
    try:
        return read(row.note, desk.keys), Frontier.load(row.size, row.frontier)
    except (BadCheckpoint, ValueError) as error:
        raise NotContinued(Fault(FaultKind.UNSIGNED, 0)) from error


def _hash_before(desk: Desk, session: Session, organisation_id: UUID, place: int) -> bytes:
    """Return the hash to which the entry at the place must be linked."""
    if not place:
        return NOTHING
    table = desk.ledger.evidence
    found = session.scalar(
        select(table.hash).where(table.organisation_id == organisation_id, table.index == place - 1)
    )
    if found is None:
        raise NotContinued(Fault(FaultKind.CUT, place - 1))
    return found


def _missing_lines(desk: Desk, session: Session, organisation_id: UUID) -> list[str]:
    """Return the records that the copies lack, in the order of their making."""
    table, stamps = desk.ledger.checkpoint, desk.ledger.anchor
    query = (
        select(table, stamps)
        .outerjoin(stamps, stamps.checkpoint_id == table.id)
        .where(table.organisation_id == organisation_id)
        .order_by(table.epoch, table.size)
    )
    try:
        copied = _copied_to(desk, organisation_id, "checkpoint")
        stamped = _copied_to(desk, organisation_id, "anchor")
    except (BadCheckpoint, DamagedCopy):
        return []  # said by rollback_fault and by each whole check
    after = min(copied, stamped)
    later = or_(table.epoch > after[0], and_(table.epoch == after[0], table.size > after[1]))
    lines = []
    for row, stamp in session.execute(query.where(later)):
        if (row.epoch, row.size) > copied:
            lines.append(checkpoint_line(row.note))
        if stamp is not None and (row.epoch, row.size) > stamped:
            lines.append(anchor_line(row.note, stamp.token, stamp.roots))
    return lines


def _were_there(desk: Desk, session: Session, organisation_id: UUID) -> bool:
    """Tell whether there must have been a file of copies.

    Each checkpoint is copied before the next one is made, so whoever was killed leaves one that
    lacks its copy. A moment is given to another process that is just copying.
    """
    table = desk.ledger.checkpoint
    query = select(table.made_at).where(table.organisation_id == organisation_id)
    found = session.scalars(query.order_by(table.epoch, table.size).limit(2)).all()
    return len(found) > 1 and SystemClock().now() - found[0] >= MOMENT


def _copied_to(desk: Desk, organisation_id: UUID, kind: str) -> tuple[int, int]:
    """Return epoch and size of the last checkpoint of which there is such a copy."""
    note = desk.copies.newest(organisation_id, kind)
    if note is None:
        return -1, 0
    found = read(note, desk.keys)
    return found.epoch, found.size

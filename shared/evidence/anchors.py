"""The time stamps of a log held against what the log itself says of them.

Each is an act in the log, under an id made of its own hash: whoever takes one away, or puts another
in its place, contradicts an entry that later checkpoints cover.
"""

from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from shared.evidence.entries import Fault, FaultKind
from shared.evidence.keeping import Desk
from shared.evidence.offline.notes import token_id

ANCHORED = ("anchor", "time_stamp")
"""Act and kind of subject."""


@dataclass(frozen=True)
class Anchors:
    """What was found about the time stamps of a log."""

    fault: Fault | None
    are_believed: bool
    """Whether each was judged, with its signature, by the authorities of the installation; without
    any in the settings those believed it that lie beside it, without openssl nobody did."""


def judge_anchors(desk: Desk, organisation_id: UUID) -> Anchors:
    """Judge the time stamps of a log.

    Each must be over its checkpoint, known to the log, and made by an authority that the
    installation believes, as it was when the stamp was made.
    """
    table, stamps = desk.ledger.checkpoint, desk.ledger.anchor
    query = (
        select(stamps.token, stamps.roots, table.note, table.size)
        .join(table, table.id == stamps.checkpoint_id)
        .where(stamps.organisation_id == organisation_id)
        .order_by(table.epoch, table.size)
    )
    acts, found = _acts(desk, organisation_id), set[str]()
    for token, roots, note, size in desk.session().execute(query):
        digest = sha256(note.encode()).digest()
        kind = desk.judge.fault_of(token, digest, roots)
        if kind is None and token_id(token) not in acts:
            kind = FaultKind.ANCHOR
        if kind is not None:
            return Anchors(Fault(kind, size), are_believed=True)
        found.add(token_id(token))
    gone = [place for one, place in acts.items() if one not in found]
    are_believed = not found or desk.judge.can_judge
    return Anchors(Fault(FaultKind.ANCHOR, min(gone)) if gone else None, are_believed)


def _acts(desk: Desk, organisation_id: UUID) -> dict[str, int]:
    """Return the ids of the time stamps of which the log speaks, with the places of the entries."""
    audit, table = desk.ledger.audit, desk.ledger.evidence
    query = (
        select(audit.subject_id, table.index)
        .join(table, table.id == audit.id)
        .where(table.organisation_id == organisation_id)
        .where(audit.act == ANCHORED[0], audit.subject_type == ANCHORED[1])
    )
    return {str(subject): place for subject, place in desk.session().execute(query)}


def has_news(desk: Desk, organisation_id: UUID) -> bool:
    """Tell whether anything but stamping happened since the last time stamp.

    Otherwise every stamp would be a reason for the next one.
    """
    session, ledger = desk.session(), desk.ledger
    checkpoint, stamps, table = ledger.checkpoint, ledger.anchor, ledger.evidence
    last = session.scalar(
        select(checkpoint.size)
        .join(stamps, stamps.checkpoint_id == checkpoint.id)
        .where(stamps.organisation_id == organisation_id)
        .order_by(stamps.stamped_at.desc())
        .limit(1)
    )
    query = (
        select(table.index)
        .join(ledger.audit, ledger.audit.id == table.id)
        .where(table.organisation_id == organisation_id, table.index >= (last or 0))
        .where(ledger.audit.act != ANCHORED[0])
    )
    return session.scalar(query.limit(1)) is not None

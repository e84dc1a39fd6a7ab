"""The time stamps of a log held against what the log itself says of them.

Each is an act in the log, under an id made of its own hash: whoever takes one away, or puts another
in its place, contradicts an entry that later checkpoints cover.
"""

from hashlib import sha256
from uuid import UUID

from sqlalchemy import select

from shared.evidence.entries import Fault, FaultKind
from shared.evidence.keeping import Desk
from shared.evidence.offline.notes import Bad, read_stamp, stamped, token_id

ANCHORED = ("anchor", "time_stamp")
"""Act and kind of subject."""


def anchor_fault(desk: Desk, organisation_id: UUID) -> Fault | None:
    """Return what is wrong with the time stamps of a log, ``None`` when nothing is.

    Each must be readable, over its checkpoint, and known to the log; of the newest the signature is
    judged too, by the authorities as they were when it was made.
    """
    table, stamps = desk.ledger.checkpoint, desk.ledger.anchor
    query = (
        select(stamps.token, stamps.roots, table.note, table.size)
        .join(table, table.id == stamps.checkpoint_id)
        .where(stamps.organisation_id == organisation_id)
        .order_by(stamps.stamped_at.desc())
    )
    acts, found = _acts(desk, organisation_id), set[str]()
    for place, (token, roots, note, size) in enumerate(desk.session().execute(query)):
        digest = sha256(note.encode()).digest()
        try:
            _ = read_stamp(token, digest) if place else stamped(token, digest, roots)
        except Bad:
            return Fault(FaultKind.ANCHOR, size)
        if token_id(token) not in acts:
            return Fault(FaultKind.ANCHOR, size)
        found.add(token_id(token))
    gone = [place for one, place in acts.items() if one not in found]
    return Fault(FaultKind.ANCHOR, min(gone)) if gone else None


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

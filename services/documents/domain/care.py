"""The care for a document after the last signature: seal, levels of proof, renewals. Pure.

Source:
    ETSI EN 319 142-1, clause 6: levels B-B, B-T, B-LT and B-LTA of PAdES baseline signatures.
    Act No. 499/2004 Coll., s. 69a: a document in digital form keeps its proofs of authenticity.
"""

from datetime import datetime, timedelta

B_T, B_LT, B_LTA = "B-T", "B-LT", "B-LTA"
LEVELS = (B_T, B_LT, B_LTA)

ISSUED_FILE, VALIDATION_INFO, TIME_STAMP, RENEWED = (
    "issued",
    "validation_info",
    "time_stamp",
    "renewed",
)
"""Why a revision was made."""

NO_SEAL, DAMAGED, NO_STORE = "no_seal", "damaged", "no_store"
"""Troubles: the seal or its time stamp cannot be had; the file is not what it was; the store is
full or silent."""

SWEPT_AFTER = timedelta(minutes=10)
"""So long the outbox has for its own attempt before the worker's care looks at the document."""
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=30)


def next_look(attempts: int, now: datetime) -> datetime:
    """Return when a step that failed *attempts* times is tried again: each pause is doubled."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts, 16)
    return now + min(doubled, LONGEST_PAUSE)

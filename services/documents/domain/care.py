"""The care for a document after the last signature: seal, levels of proof, renewals. Pure.

Source:
    ETSI EN 319 142-1, clause 6: levels B-B, B-T, B-LT and B-LTA of PAdES baseline signatures.
    Act No. 499/2004 Coll., s. 69a: a document in digital form keeps its proofs of authenticity.
"""

from datetime import datetime, timedelta

from shared.errors import DomainError
from shared.pauses import doubled

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
SEAL_REVOKED, SEAL_UNSURE = "seal_revoked", "seal_unsure"
"""Troubles: the certificate of the seal is revoked, or nobody tells whether it is."""
NO_STAMP, NO_REVOCATION = "no_stamp", "no_revocation"
"""Troubles: no document time stamp, or nobody tells whether the certificates hold."""
REVOKED, NOT_PROVED, SHORT_STAMP = "revoked", "not_proved", "short_stamp"
"""Troubles that a person must see to: a certificate did not hold, a validator does not accept
the file, or the newest time stamp ends so soon that it must be renewed again at once."""
PROOF_BEHIND, VERIFIER_BUSY = "proof_behind", "verifier_busy"
"""Why a letter did not leave though ISDS has no part in it; kept with its delivery."""
BLOCKS_DISPATCH = frozenset({REVOKED, DAMAGED, NOT_PROVED})
A_DAY = timedelta(days=1)
AN_HOUR = timedelta(hours=1)

SWEPT_AFTER = timedelta(minutes=10)
"""So long the outbox has for its own attempt before the worker's care looks at the document."""
FIRST_PAUSE = timedelta(seconds=20)
LONGEST_PAUSE = timedelta(minutes=30)


class SigningWaits(DomainError):
    """The key or the time stamp cannot be had now, so nothing was signed."""


def next_look(attempts: int, now: datetime, longest: timedelta = LONGEST_PAUSE) -> datetime:
    """Return when a step that failed *attempts* times is tried again: each pause is doubled."""
    return now + doubled(FIRST_PAUSE, attempts, longest)


def may_leave(level: str, wanted: str, trouble: str | None) -> bool:
    """Tell whether a document may be sent: its level is reached, and nothing speaks against it.

    Source:
        R38: what was sent cannot be taken back, so a doubt about the signature holds it.
    """
    if trouble in BLOCKS_DISPATCH or level not in LEVELS:
        return False
    return LEVELS.index(level) >= LEVELS.index(wanted)

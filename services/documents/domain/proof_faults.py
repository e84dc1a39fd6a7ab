"""Why a sealed proof from ISDS is not believed, or cannot be had now. Pure."""

from enum import StrEnum


class ProofFault(StrEnum):
    """What is wrong with the file itself; kept with its delivery, told in words by the pages.

    Source:
        Act No. 300/2008 Coll., s. 20(1)(c): the delivery info that ISDS seals is the proof of
        delivery; Regulation (EU) No 910/2014, art. 35 and 41: a seal and a time stamp count as
        long as they fit the data and their certificates are trusted.
    """

    NO_DELIVERY_INFO = "no_delivery_info"
    NO_SENT_MESSAGE = "no_sent_message"
    NO_HASH = "no_hash"
    """The hash or the time stamp of the message is missing."""
    WEAK_HASH = "weak_hash"
    OTHER_HASH = "other_hash"
    NOT_ONE_MESSAGE = "not_one_message"
    AMBIGUOUS_BYTES = "ambiguous_bytes"
    NO_END = "no_end"
    BAD_ATTACHMENT = "bad_attachment"
    NO_CONTENT = "no_content"
    UNREADABLE = "unreadable"
    STAMP_UNREADABLE = "stamp_unreadable"
    STAMP_OF_OTHER = "stamp_of_other"
    STAMP_UNCHECKED = "stamp_unchecked"
    STAMP_BROKEN = "stamp_broken"
    STAMP_NOT_TRUSTED = "stamp_not_trusted"
    SEAL_UNCHECKED = "seal_unchecked"
    SEAL_BROKEN = "seal_broken"
    SEAL_NOT_TRUSTED = "seal_not_trusted"
    SEAL_OF_OTHER = "seal_of_other"


FILE_MISSING, FILE_DAMAGED = "file_missing", "file_damaged"
STORE_AWAY, STORE_FULL = "store_away", "store_full"
"""What our own store answers; ISDS has no part in it."""


def told_apart(differs: str) -> str:
    """Return the code of proofs that speak of another message than the one that was sent.

    Args:
        differs: In what, see :func:`services.documents.domain.agreement.disagreement`.

    Source:
        Act No. 300/2008 Coll., s. 20(1)(c): a delivery info proves the delivery of its own message
        and of no other.
    """
    return f"told_apart_{differs}"

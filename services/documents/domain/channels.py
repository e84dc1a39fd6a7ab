"""Which way a document goes: a data box first, otherwise post or hand."""

from shared.errors import DomainError

AUTO = "auto"
DATA_BOX = "data_box"
POST = "post"
IN_PERSON = "in_person"

# What is known of the recipient's data box.
USABLE = "usable"
NONE = "none"
UNUSABLE = "unusable"
UNKNOWN = "unknown"


class DataBoxMustBeUsed(DomainError):
    """The recipient has a data box, so every other way is refused. Params: ``box_id``."""


def choose_channel(requested: str, box: str, box_id: str | None = None) -> str | None:
    """Return the channel to use, or ``None`` when it cannot be told yet.

    Args:
        requested: ``auto``, ``post`` or ``in_person``.
        box: ``usable``, ``none``, ``unusable`` or ``unknown`` (ISDS did not answer).
        box_id: For the message of the error.

    Raises:
        DataBoxMustBeUsed: another way is asked for although the box is usable.

    Source:
        R38, R39. An outage of ISDS opens no other way (Supreme Administrative Court,
        2 As 96/2016), hence ``unknown`` never leads to paper. R39 does not rank post before
        handing over, so ``auto`` without a box is ``post`` only as a proposal.
    """
    if box == USABLE:
        if requested != AUTO:
            raise DataBoxMustBeUsed(box_id=box_id or "")
        return DATA_BOX
    if box == UNKNOWN:
        return None
    return POST if requested == AUTO else requested

"""Which way a document goes: a data box first, otherwise post or hand."""

from datetime import date

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

SHORTEST_TRACKING = 5


class DataBoxMustBeUsed(DomainError):
    """The recipient has a data box, so every other way is refused. Params: ``box_id``."""


class ProofFromFuture(DomainError):
    """The proof bears a day that has not come. Params: ``day``, ``today``."""


class ProofBeforeIssue(DomainError):
    """The proof bears a day before the document existed. Params: ``day``, ``issued_on``."""


class TrackingNumberMissing(DomainError):
    """Demonstrable posting needs the number of the posting slip."""


class ReceiverMissing(DomainError):
    """Handing over against signature needs the name of the person who received it."""


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


def check_posting(*, posted_on: date, tracking_number: str, issued_on: date, today: date) -> str:
    """Check the proof of posting and return the cleaned tracking number.

    Args:
        posted_on: Prague day on the posting slip.
        tracking_number: Number of the registered item.
        issued_on: Prague day on which the document was issued.
        today: Present Prague day.

    Raises:
        TrackingNumberMissing, ProofFromFuture, ProofBeforeIssue: the proof proves nothing.

    Source:
        R39: sent demonstrably by post (prokazatelně poštou).
    """
    cleaned = "".join(tracking_number.split()).upper()
    if len(cleaned) < SHORTEST_TRACKING:
        raise TrackingNumberMissing()
    _check_day(posted_on, issued_on, today)
    return cleaned


def check_hand_over(*, handed_over_on: date, received_by: str, issued_on: date, today: date) -> str:
    """Check the proof of handing over and return the cleaned name of the receiver.

    Raises:
        ReceiverMissing, ProofFromFuture, ProofBeforeIssue: the proof proves nothing.

    Source:
        R39: handed over in person against signature (osobně proti podpisu).
    """
    cleaned = " ".join(received_by.split())
    if not cleaned:
        raise ReceiverMissing()
    _check_day(handed_over_on, issued_on, today)
    return cleaned


def _check_day(day: date, issued_on: date, today: date) -> None:
    if day > today:
        raise ProofFromFuture(day=day, today=today)
    if day < issued_on:
        raise ProofBeforeIssue(day=day, issued_on=issued_on)

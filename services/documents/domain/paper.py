"""Paper: what proves that a document was posted, handed over, received or returned."""

from dataclasses import dataclass
from datetime import date

from shared.errors import DomainError

SHORTEST_TRACKING = 5


class ProofFromFuture(DomainError):
    """The proof bears a day that has not come. Params: ``day``, ``today``."""


class ProofBeforeIssue(DomainError):
    """The proof bears a day before the document existed. Params: ``day``, ``issued_on``."""


class ProofBeforePosting(DomainError):
    """The proof bears a day before the item was posted. Params: ``day``, ``posted_on``."""


class TrackingNumberMissing(DomainError):
    """Demonstrable posting needs the number of the posting slip."""


class SlipMissing(DomainError):
    """Posting is proved by a scan of the posting slip here."""


class ReceiverMissing(DomainError):
    """Handing over against signature needs the name of the person who received it."""


class ProofUsedTwice(DomainError):
    """The same file proves something else of this delivery already."""


class AdviceNotAwaited(DomainError):
    """The item was not posted with an advice of receipt, or it is delivered already."""


class NotPosted(DomainError):
    """The document is not on its way by post. Params: ``channel``."""


@dataclass(frozen=True)
class PostRules:
    """What the office demands of its posting.

    Source:
        A25: a registered item with its posting slip; an advice of receipt as a setting.
    """

    needs_slip: bool = True
    """Posting counts only with a scan of the posting slip."""
    needs_advice: bool = False
    """Items go with an advice of receipt; delivered only by its day."""


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


def check_slip(rules: PostRules, *, has_slip: bool) -> None:
    """Refuse a posting without its slip where the office demands it.

    Raises:
        SlipMissing: no scan came.

    Source:
        R39, A25.
    """
    if rules.needs_slip and not has_slip:
        raise SlipMissing()


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


def check_after_posting(*, day: date, posted_on: date, today: date) -> None:
    """Check the day on an advice of receipt, or the day on which an item came back.

    Raises:
        ProofFromFuture, ProofBeforePosting: it proves nothing.

    Source:
        R39, A25; Act No. 89/2012 Coll., s. 570(1): effective once it has reached the recipient.
    """
    if day > today:
        raise ProofFromFuture(day=day, today=today)
    if day < posted_on:
        raise ProofBeforePosting(day=day, posted_on=posted_on)


def _check_day(day: date, issued_on: date, today: date) -> None:
    if day > today:
        raise ProofFromFuture(day=day, today=today)
    if day < issued_on:
        raise ProofBeforeIssue(day=day, issued_on=issued_on)

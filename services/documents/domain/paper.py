"""Paper: what proves that a document was posted, handed over, received or returned."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shared.errors import DomainError

SHORTEST_TRACKING = 5
CZECH_ITEM = re.compile("[A-Z]{2}([0-9]{8})([0-9])CZ")
S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
POSTCODE_AND_TOWN = re.compile("([0-9]{3}) ?([0-9]{2}) +(.+)")
RECEIVED, RETURNED = "received", "returned"
"""What the post can tell of an item: an advice of receipt came, or the item itself."""
S10, ANY = "s10", "any"
"""How items are numbered: by the standard of the Universal Postal Union, or as it comes."""


class ProofFromFuture(DomainError):
    """The proof bears a day that has not come. Params: ``day``, ``today``."""


class ProofBeforeIssue(DomainError):
    """The proof bears a day before the document existed. Params: ``day``, ``issued_on``."""


class ProofBeforePosting(DomainError):
    """The proof bears a day before the item was posted. Params: ``day``, ``posted_on``."""


class TrackingNumberMissing(DomainError):
    """Demonstrable posting needs the number of the posting slip."""


class TrackingNumberWrong(DomainError):
    """The number is not one that the Czech post gives; a digit was mistyped. Params: ``number``."""


class SlipMissing(DomainError):
    """Posting is proved by a scan of the posting slip here."""


class ReceiverMissing(DomainError):
    """Handing over against signature needs the name of the person who received it."""


class DocumentChanged(DomainError):
    """The recipient signed for another revision than the present one. Params: ``number``."""


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
    presumed_after: int = 3
    """Working days after which an item is presumed to have arrived (s. 573 of the Civil Code)."""
    numbering: str = S10
    """``s10`` or ``any``. That every Czech registered item bears an S10 number is not confirmed
    by a public source, hence a setting."""


def goes_with_advice(rules: PostRules, *, own_hands: bool) -> bool:
    """Tell whether a letter is posted with an advice of receipt, and delivered only by its day.

    Args:
        own_hands: It goes into the addressee's own hands; that it arrived somewhere is then not
            enough, so no day is presumed.

    Source:
        A25; s. 573 of the Civil Code presumes the arrival of an item, not who took it over.
    """
    return rules.needs_advice or own_hands


def check_posting(
    *,
    posted_on: date,
    tracking_number: str,
    issued_on: date,
    today: date,
    numbering: str = S10,
) -> str:
    """Check the proof of posting and return the cleaned tracking number.

    Args:
        posted_on: Prague day on the posting slip.
        tracking_number: Number of the registered item.
        issued_on: Prague day on which the document was issued.
        today: Present Prague day.
        numbering: ``s10`` or ``any``.

    Raises:
        TrackingNumberMissing, TrackingNumberWrong, ProofFromFuture, ProofBeforeIssue: the proof
            proves nothing.

    Source:
        R39: sent demonstrably by post (prokazatelně poštou).
    """
    cleaned = "".join(tracking_number.split()).upper()
    if len(cleaned) < SHORTEST_TRACKING:
        raise TrackingNumberMissing()
    if numbering == S10 and not is_czech_item(cleaned):
        raise TrackingNumberWrong(number=cleaned)
    _check_day(posted_on, issued_on, today)
    return cleaned


def is_czech_item(number: str) -> bool:
    """Tell whether a number is one of an item posted in Czechia: its check digit holds.

    Args:
        number: Thirteen characters without spaces, in capitals.

    Source:
        UPU standard S10: two letters, eight digits, a check digit, the country.
    """
    found = CZECH_ITEM.fullmatch(number)
    return found is not None and int(found[2]) == s10_check_digit(found[1])


def s10_check_digit(serial: str) -> int:
    """Return the check digit of eight digits.

    Source:
        UPU standard S10: 11 less the weighted sum modulo 11; 10 becomes 0, and 11 becomes 5.
    """
    weighted = sum(weight * int(digit) for weight, digit in zip(S10_WEIGHTS, serial, strict=True))
    return {10: 0, 11: 5}.get(found := 11 - weighted % 11, found)


@dataclass(frozen=True)
class PostalAddress:
    """An address in the columns of a posting sheet."""

    street: str
    """Everything above the town, in one line."""
    postcode: str
    """Five digits with a space, or empty."""
    town: str


def postal_address(lines: Sequence[str]) -> PostalAddress:
    """Return the lines of an address in columns; what cannot be told apart stays in the first.

    Source:
        R39: the sheet names what was posted, and to whom.
    """
    *above, last = [" ".join(line.split()) for line in lines] or [""]
    found = POSTCODE_AND_TOWN.fullmatch(last)
    if found is None:
        return PostalAddress(", ".join(filter(None, [*above, last])), "", "")
    return PostalAddress(", ".join(filter(None, above)), f"{found[1]} {found[2]}", found[3])


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

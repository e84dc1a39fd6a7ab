"""The written material on paper: who asks for it gets it against a receipt."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from shared.errors import DomainError


class PrintNotAskedFor(DomainError):
    """The evaluator has not asked for a print."""


class PrintHandedOver(DomainError):
    """The print was handed over before."""


class NothingPrinted(DomainError):
    """No file is named as printed."""


class UnknownFile(DomainError):
    """A named file is not among the material of the project."""


def check_hand_over(
    *,
    is_asked_for: bool,
    handed_over_at: datetime | None,
    named: Collection[UUID],
    known: Collection[UUID],
) -> None:
    """Refuse a hand-over that nobody asked for, that was made before, or that hands over nothing.

    Args:
        is_asked_for: Whether the evaluator asked for a print.
        handed_over_at: When it was handed over before, if it was.
        named: Files that are said to be printed.
        known: Those of them that the project has.

    Raises:
        PrintNotAskedFor, PrintHandedOver, NothingPrinted, UnknownFile: See the classes.

    Source:
        R46 (electronically, or printed if they ask; the receipt proves the hand-over).
    """
    if not is_asked_for:
        raise PrintNotAskedFor()
    if handed_over_at is not None:
        raise PrintHandedOver(handed_over_at=handed_over_at)
    if not named:
        raise NothingPrinted()
    if set(named) - set(known):
        raise UnknownFile()

"""The book for the selection committee: what lies before it, project by project, by fiche."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from shared.errors import DomainError
from shared.money import Money


class BookTooLate(DomainError):
    """The committee has closed its minutes, so a book would prepare nothing."""


class NothingForBook(DomainError):
    """No project is before the committee."""


@dataclass(frozen=True)
class Entry:
    """One project before the committee."""

    application_id: UUID
    fiche: str
    points: Fraction
    requested: Money
    received_order: int


@dataclass(frozen=True)
class Placed:
    """A project in the order of its fiche."""

    entry: Entry
    first: int
    last: int
    """Places from ``first`` to ``last`` are shared by projects of equal points."""
    running: Money
    """What this project and all before it ask for together."""


def check_book(projects: int, minutes_closed_at: datetime | None) -> None:
    """Refuse a book that would come after the meeting, or be empty.

    Args:
        projects: How many projects are before the committee.
        minutes_closed_at: When the minutes were closed (aware UTC), if they were.

    Raises:
        BookTooLate, NothingForBook: See the classes.

    Source:
        R61 (the committee discusses the projects together once more), 1.13 point 8.
    """
    if minutes_closed_at is not None:
        raise BookTooLate(closed_at=minutes_closed_at)
    if projects == 0:
        raise NothingForBook()


def placed_in_fiches(entries: Iterable[Entry]) -> Mapping[str, Sequence[Placed]]:
    """Return the projects of each fiche, most points first; equal points share their places.

    The order received only decides which of equal projects stands first on the page.

    Source:
        R63 (it follows the points within the individual fiches).
    """
    by_fiche: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda one: (one.fiche, -one.points, one.received_order)):
        by_fiche.setdefault(entry.fiche, []).append(entry)
    return {fiche: _placed(found) for fiche, found in by_fiche.items()}


def _placed(found: Sequence[Entry]) -> list[Placed]:
    placed, running = [], Money.zero()
    for entry in found:
        running += entry.requested
        better = sum(other.points > entry.points for other in found)
        equal = sum(other.points == entry.points for other in found)
        placed.append(Placed(entry, better + 1, better + equal, running))
    return placed

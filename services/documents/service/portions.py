"""Many things in portions that one statement can name."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
AT_ONCE = 1000
"""Below what any database lets one statement name."""


def in_portions(things: Sequence[T]) -> Iterator[Sequence[T]]:
    """Give all of them, in their order, so many at once."""
    return (things[begin : begin + AT_ONCE] for begin in range(0, len(things), AT_ONCE))

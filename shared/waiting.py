"""How many of the things that wait for a person are read and shown at once."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeVar

MOST_OF_A_KIND = 50
"""As many things of one kind as a person can look through at once."""
READ_OF_A_KIND = MOST_OF_A_KIND + 1
"""The limit of a query behind :func:`cut`: one more tells that more are waiting."""


@dataclass(frozen=True, kw_only=True)
class Waits:
    """One thing that waits for a person."""

    has_more: bool = False
    """The last of its kind that is shown, though more of the kind are waiting."""


Thing = TypeVar("Thing", bound=Waits)


def cut(things: Iterable[Thing], most: int = MOST_OF_A_KIND) -> Iterator[Thing]:
    """Return the first *most* things, the last one marked when there are more than those."""
    waiting = list(islice(things, most + 1))
    shown = waiting[:most]
    yield from shown[:-1]
    if shown:
        has_more = shown[-1].has_more or len(waiting) > most
        yield replace(shown[-1], has_more=has_more)

"""One delivery ahead: what the next one has to ask ISDS is under way while this one is worked on.

A question that is begun decides nothing. Its answer is taken where it would have been asked for,
with the same checks, and is heard there, whether it is silence or a no.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")
B = TypeVar("B")


class Ahead:
    """A thread that asks while others work; it touches no database."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="isds")

    def begin(self, call: Callable[[], T]) -> Callable[[], T]:
        """Begin a call; what is returned waits for its answer, or raises what it raised."""
        return self._thread.submit(call).result


def one_ahead(items: Iterable[T], begin: Callable[[T], B | None]) -> Iterator[tuple[T, B | None]]:
    """Return each item with what was begun for it while the one before was worked on.

    Nothing is begun for the first. What cannot be begun is no trouble of the item before: it will
    be met again, and told, when its own turn comes.
    """
    waiting = list(items)
    begun: B | None = None
    for place, item in enumerate(waiting):
        following = waiting[place + 1 : place + 2]
        coming = _begun(begin, following[0]) if following else None
        yield item, begun
        begun = coming


def _begun(begin: Callable[[T], B | None], item: T) -> B | None:
    try:
        return begin(item)
    except Exception:  # whatever it is belongs to the next item
        log.debug("nothing could be begun", exc_info=True)
        return None

"""One delivery ahead: what the next one has to ask ISDS is under way while this one is worked on.

Asking ahead decides nothing. An answer is taken where it would have been asked for, with the same
checks, and only while it is new; what comes late or not at all is dropped, and asked for once more.
"""

import logging
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeVar

log = logging.getLogger(__name__)

FRESH_FOR = 2.0
"""Seconds; what was read and asked before that is read and asked again."""

T = TypeVar("T")
B = TypeVar("B")
Questions = Sequence[Callable[[], object]]
Answers = Sequence["Future[Any]"]
Waiting = SimpleQueue[tuple[Questions, Answers] | None]


@dataclass(frozen=True)
class Asked:
    """Questions that are under way, one after another; the next one only after a good answer."""

    answers: tuple["Future[Any]", ...]
    begun: float
    """On the steady clock."""
    steady: Callable[[], float]

    @property
    def is_fresh(self) -> bool:
        """Whether all is answered in time, well or not; waits for it no longer than that."""
        return self.is_over and self._left > 0

    @property
    def is_here(self) -> bool:
        """Whether all is answered by now, well or not."""
        return all(one.done() for one in self.answers)

    @property
    def is_over(self) -> bool:
        """Whether nothing is under way any more; waits no longer than an answer would be new."""
        return not wait(self.answers, max(self._left, 0)).not_done

    @property
    def is_good(self) -> bool:
        """Whether every question that is over had a good answer."""
        return not any(one.cancelled() or one.exception() for one in self.answers if one.done())

    @property
    def _left(self) -> float:
        return FRESH_FOR - (self.steady() - self.begun)

    def take(self, place: int) -> Callable[[], Any] | None:
        """Return what gives an answer, or raises what it raised; ``None`` if it was not asked."""
        one = self.answers[place]
        return None if one.cancelled() else one.result


class Ahead:
    """A thread that asks while others work; it touches no database.

    Whoever waits for nobody is never waited for: the thread ends with the process, and while it
    hangs nothing else is asked ahead.
    """

    def __init__(self, steady: Callable[[], float]) -> None:
        self._steady = steady
        self._former: Asked | None = None
        self._good_at: float | None = None
        self._waiting: Waiting = SimpleQueue()
        self._thread: threading.Thread | None = None

    def hear(self) -> None:
        """Note that ISDS has just given a good answer to somebody who waited for it."""
        self._good_at = self._steady()

    def may_begin(self) -> bool:
        """Tell whether anything may be begun: former questions are over, and ISDS answers well.

        Waits for the former ones as long as whoever asked them would: that is the next to do so. A
        question that went wrong is heard by whoever asked it before anything else is begun, so
        once a login is refused, at most the question that is under way beside is refused, too.
        """
        former = self._former
        if former is not None:
            if not former.is_over:
                return False
            self._former = None
            if not former.is_good:
                return False
        return self._good_at is not None and 0 <= self._steady() - self._good_at < FRESH_FOR

    def begin(self, *calls: Callable[[], object]) -> Asked | None:
        """Begin calls, one after another; ``None`` if nothing is begun now."""
        if not self.may_begin():
            return None
        now, answers = self._steady(), tuple(Future[Any]() for _ in calls)
        self._hand_over(calls, answers)
        self._former = Asked(answers, now, self._steady)
        return self._former

    def _hand_over(self, calls: Questions, answers: Answers) -> None:
        if self._thread is None:
            # It knows the queue alone, so it goes home when nobody can ask it any more.
            self._thread = threading.Thread(
                target=_ask_all, args=(self._waiting,), name="isds-ahead", daemon=True
            )
            self._thread.start()
            weakref.finalize(self, self._waiting.put, None)
        self._waiting.put((calls, answers))


def _ask_all(waiting: Waiting) -> None:
    while _ask_next(waiting):
        continue  # nothing of the last question is kept meanwhile


def _ask_next(waiting: Waiting) -> bool:
    given = waiting.get()
    if given is not None:
        _ask(*given)
    return given is not None


def _ask(calls: Questions, answers: Answers) -> None:
    left = list(answers)
    for call in calls:
        answer = left.pop(0)
        try:
            answer.set_result(call())
        except Exception as error:  # noqa: BLE001 - raised again where the answer is taken
            answer.set_exception(error)
            break
    for one in left:
        one.cancel()
        one.set_running_or_notify_cancel()


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

"""One sender for each data box: others wait until it is gone, or silent for some minutes.

That nothing is sent twice rests on the intent of each delivery and its fence, not on this: a
process may freeze with the turn and wake when another one has it.

Source:
    No law. A list of sent messages is read while nobody sends beside it, and ISDS counts the calls
    of an account, whoever makes them.
"""

import logging
from collections.abc import Callable

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from services.documents.adapters.processes import this_process
from services.documents.failpoints import hit
from services.documents.service.turns import end_turn, is_others, take_turn
from shared.clock import SystemClock
from shared.db import is_conflict, read_only, transaction

log = logging.getLogger(__name__)

RENEWED_AFTER = 60.0
"""Seconds; well before others may think that nobody is there."""
ASKED_AFTER = 1.0
"""Seconds until whoever has not the turn looks again."""


class Turn:
    """The turn of this process to send for an account."""

    def __init__(
        self, session: Callable[[], Session], account: str, steady: Callable[[], float]
    ) -> None:
        self._session, self._account, self._steady = session, account, steady
        self._known: tuple[bool, float] | None = None
        """Whether it was ours at the last look, and until when that look serves."""

    def is_ours(self) -> bool:
        """Tell whether this process may send; take the turn if it is free."""
        now = self._steady()
        if self._known is not None and now < self._known[1]:
            return self._known[0]
        is_ours = self._take()
        if self._known is not None and self._known[0] and not is_ours:
            log.warning("another process sends for the data box now")
        self._known = (is_ours, now + (RENEWED_AFTER if is_ours else ASKED_AFTER))
        return is_ours

    def give_up(self) -> int:
        """Let another process send at once, if the turn is ours; nothing is sent here any more."""
        if self._known is None or not self._known[0]:
            return 0
        with transaction(self._session()) as session:
            end_turn(session, self._account, this_process())
            hit("turn.ended.written")
        hit("turn.ended.committed")
        self._known = None
        return 0

    def _take(self) -> bool:
        name, now = this_process(), SystemClock().now()
        with read_only(self._session()) as session:
            if is_others(session, self._account, name, now):
                return False
        try:
            with transaction(self._session()) as session:
                is_taken = take_turn(session, self._account, name, now)
                hit("turn.written")
        except IntegrityError:
            return False  # another process began at the same moment
        except OperationalError as error:
            if not is_conflict(error):
                raise
            return False
        hit("turn.committed")
        return is_taken

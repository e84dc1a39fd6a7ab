"""What ISDS answered is written down with the next intent, where that one follows at once.

One commit for both is a third of a letter's time. Nobody relies on the answer being written: a
message whose answer is lost with its process is looked for, exactly as one that was killed before.
"""

from dataclasses import dataclass
from uuid import UUID

from services.documents.dispatch.desk import Change, DispatchDesk
from services.documents.dispatch.rows import SOME_WITHOUT_PROOFS


@dataclass(frozen=True)
class _Held:
    delivery_id: UUID
    note: Change


class Unwritten:
    """At most one good answer, held no longer than the turn of the letter that follows."""

    def __init__(self, desk: DispatchDesk) -> None:
        self._desk = desk
        self._held: _Held | None = None

    def hold(self, delivery_id: UUID, note: Change) -> None:
        """Keep an answer for the next intent."""
        self._held = _Held(delivery_id, note)

    def write(self, *, but_of: UUID | None = None) -> None:
        """Write down what is held, alone; not the answer about the letter *but_of*."""
        if self._held is None or self._held.delivery_id == but_of:
            return
        held, self._held = self._held, None
        with self._desk.apart_from_others(held.delivery_id):
            self._desk.change(held.delivery_id, held.note, "send.outcome")

    def write_with(self, delivery_id: UUID, intent: Change) -> None:
        """Write down an intent, and what is held; where that fails, the answer alone.

        Raises:
            Whatever hinders the intent.
        """
        held = self._held
        if held is None:
            self._desk.change(delivery_id, intent, "send.intent")
            return
        # The intent first: it locks the money of the month, and the answer is told in the feed,
        # which everybody takes after the month.
        changes = {delivery_id: intent, held.delivery_id: held.note}
        try:
            self._desk.change_all(changes, "send.both", SOME_WITHOUT_PROOFS)
        except Exception:
            self.write()
            raise
        self._held = None

"""Many documents at once: numbered together, confirmed together, made one after another.

Source: R97 and R98 (the same records for each application); Act No. 499/2004 Coll., s. 64
(a series of numbers in which none is missing without an explanation).
"""

from shared.errors import DomainError
from shared.states import StateMachine, Transition

PREPARED = "prepared"
RUNNING = "running"
PAUSED = "paused"
DONE = "done"
CANCELLED = "cancelled"

BATCH = StateMachine(
    name="batch",
    states=(PREPARED, RUNNING, PAUSED, DONE, CANCELLED),
    initial=PREPARED,
    transitions=(
        Transition("confirm", (PREPARED,), RUNNING, requirement="R97"),
        Transition("pause", (RUNNING,), PAUSED),
        Transition("resume", (PAUSED,), RUNNING),
        Transition("finish", (RUNNING,), DONE),
        Transition("retry", (RUNNING, DONE), RUNNING),
        Transition("cancel", (PREPARED, RUNNING, PAUSED, DONE), CANCELLED),
    ),
)

WAITING = "waiting"
MADE = "made"
FAILED = "failed"
VOID = "void"

ITEM = StateMachine(
    name="batch item",
    states=(WAITING, MADE, FAILED, VOID),
    initial=WAITING,
    transitions=(
        Transition("make", (WAITING,), MADE),
        Transition("fail", (WAITING,), FAILED),
        Transition("retry", (FAILED,), WAITING),
        Transition("cancel", (WAITING, FAILED), VOID),
    ),
)

MOST_ITEMS = 5000
MOST_ATTEMPTS = 5
"""Attempts that ended without any outcome; then the document kills its workers."""


class BatchEmpty(DomainError):
    """There is nothing to confirm."""


class BatchExists(DomainError):
    """The form was sent before, with other documents."""


class BatchTooLarge(DomainError):
    """More documents than a batch holds. Params: ``most``."""


class CountDiffers(DomainError):
    """The typed number is not that of the documents. Params: ``count``, ``typed``."""


class BatchNotEnded(DomainError):
    """Documents of the batch are still being made."""


class NothingToApprove(DomainError):
    """No document of the batch waits for an approval."""


class NotForBatch(DomainError):
    """A correction is made alone, beside the document that it corrects."""


class NothingToCancel(DomainError):
    """All documents of the batch are made."""


class NotTypeset(DomainError):
    """A document of a batch cannot be typeset."""


class NoOutcome(DomainError):
    """Making a document of a batch ended several times without any outcome."""


def check_room_in_batch(there: int, added: int) -> None:
    """Refuse more documents than a batch holds.

    Raises:
        BatchTooLarge: more than ``MOST_ITEMS``.
    """
    if there + added > MOST_ITEMS:
        raise BatchTooLarge(most=MOST_ITEMS)


def check_ended(state: str) -> None:
    """Refuse an act on all documents of a batch while more of them may come.

    Raises:
        BatchNotEnded: it is prepared, running or paused.
    """
    if state not in (DONE, CANCELLED):
        raise BatchNotEnded()


def check_count(count: int, typed: int) -> None:
    """Refuse a confirmation by somebody who thinks of another number of documents.

    Raises:
        BatchEmpty: there are none.
        CountDiffers: the typed number is another one.
    """
    if count == 0:
        raise BatchEmpty()
    if count != typed:
        raise CountDiffers(count=count, typed=typed)

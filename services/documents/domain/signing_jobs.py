"""Many signatures with one act of a person: seen as a list, confirmed with their count.

Source: R97 (name, date and signature of the named person); Regulation (EU) No 910/2014,
Art. 26(c): the signatory keeps the key under their control with a high level of confidence.
"""

from shared.errors import DomainError
from shared.states import StateMachine, Transition

PREPARED = "prepared"
RUNNING = "running"
PAUSED = "paused"
DONE = "done"
CANCELLED = "cancelled"

SIGNING_JOB = StateMachine(
    name="signing job",
    states=(PREPARED, RUNNING, PAUSED, DONE, CANCELLED),
    initial=PREPARED,
    transitions=(
        Transition("begin", (PREPARED, PAUSED), RUNNING, requirement="R97"),
        Transition("pause", (RUNNING,), PAUSED),
        Transition("finish", (RUNNING,), DONE),
        Transition("cancel", (PREPARED, PAUSED), CANCELLED),
    ),
)

WAITING = "waiting"
SIGNED = "signed"
REFUSED = "refused"
LEFT = "left"

SIGNING_ITEM = StateMachine(
    name="signing item",
    states=(WAITING, SIGNED, REFUSED, LEFT),
    initial=WAITING,
    transitions=(
        Transition("sign", (WAITING,), SIGNED),
        Transition("refuse", (WAITING,), REFUSED),
        Transition("leave", (WAITING,), LEFT),
    ),
)

MOST_TO_SIGN = 5000

LOST, TIME_OVER, FAILED, REVOKED = "lost", "time_over", "failed", "revoked"
"""Why a job paused by itself: its process ended, its time was over, a fault of ours, or the
certificate does not hold any more."""
NO_STAMP, STORE_FULL, STORE_SILENT = "no_stamp", "store_full", "store_silent"
NO_REVOCATION = "no_revocation"
"""What a running job waits for."""


class NothingToSign(DomainError):
    """No document waits for the person's signature."""


class SignCountDiffers(DomainError):
    """The typed number is not that of the documents. Params: ``count``, ``typed``."""


class CannotSignMany(DomainError):
    """The person's way of signing makes one signature at a time."""


class KeyNotHeld(DomainError):
    """The key cannot be opened now, whatever the secret; trying later may help."""


class JobRunsAlready(DomainError):
    """The person has another signing job at work; one key is held at a time."""


def check_sign_count(count: int, typed: int) -> None:
    """Refuse a confirmation by somebody who thinks of another number of documents.

    Raises:
        NothingToSign: there are none.
        SignCountDiffers: the typed number is another one.

    Source:
        Issue of the product: an irreversible act in bulk is confirmed by its count.
    """
    if count == 0:
        raise NothingToSign()
    if count != typed:
        raise SignCountDiffers(count=count, typed=typed)

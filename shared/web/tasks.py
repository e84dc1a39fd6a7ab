"""What waits for a person: one line of the first page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class WaitingTask:
    """One act that the signed-in person can do now."""

    what: str
    """The act in words, in the person's language."""
    subject: str
    url: str
    button: str
    """Verb and object of the act."""
    due: date | None = None
    reason: str = ""
    """Why the deadline falls on that day."""
    subject_url: str = ""


def by_deadline(tasks: Iterable[WaitingTask]) -> list[WaitingTask]:
    """Sort by deadline; what has none comes last; then by subject."""
    return sorted(tasks, key=lambda task: (task.due or date.max, task.subject, task.what))

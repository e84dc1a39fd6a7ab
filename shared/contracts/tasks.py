"""What waits for a person in one service, as evaluation gathers it for her first page."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class TaskView:
    """One act that the person can do now; texts are in the language of the request."""

    what: str
    subject: str
    url: str
    """Path from the root of the installation, with the service's own."""
    button: str
    due: date | None = None
    reason: str = ""
    subject_url: str = ""
    has_more: bool = False
    """The last that is listed of its kind, though more are waiting."""


@dataclass(frozen=True)
class TaskList:
    """What waits in one service."""

    tasks: list[TaskView]

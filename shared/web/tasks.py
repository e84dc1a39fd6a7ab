"""What waits for a person: one line of the first page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from marshmallow import Schema, fields

from shared.openapi import Day
from shared.waiting import Waits

HOME = "/evaluation/"
"""The page that shows a person everything that waits, in all three services."""


@dataclass(frozen=True)
class WaitingTask(Waits):
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


class TaskOut(Schema):
    """A line of the first page, as another service takes it over."""

    what = fields.String(required=True)
    subject = fields.String(required=True)
    url = fields.String(required=True)
    button = fields.String(required=True)
    due = Day(required=True, allow_none=True)
    reason = fields.String(required=True)
    subject_url = fields.String(required=True)
    has_more = fields.Boolean(required=True)


class TasksOut(Schema):
    """What waits for a person in one service."""

    tasks = fields.List(fields.Nested(TaskOut), required=True)

"""Public presentations: order, attendance, and the change of their date."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.deadlines import DEFAULT_RULES, DeadlineRules, earliest_presentation
from shared.errors import DomainError


class OrderIncomplete(DomainError):
    """The order leaves out a project, repeats one, or has one that does not belong."""


class AttendanceIncomplete(DomainError):
    """The record does not say of every project whether it was presented."""


class PresentationNotHeldYet(DomainError):
    """Attendance cannot be recorded before the presentations took place."""


class ChangeWithoutReason(DomainError):
    """The date was changed without saying why."""


class ChangeTooLate(DomainError):
    """The new date is too soon after the applicants learn of it: less than a week by default."""


class ChangeToSameDate(DomainError):
    """The new time and place are the old ones."""


@dataclass(frozen=True)
class DateChange:
    """A change of the date of presentations, with the proof that it was in time."""

    notice_days: int
    is_overridden: bool


def check_order(order: Sequence[UUID], projects: Collection[UUID]) -> None:
    """Refuse an order that is not an order of exactly the projects.

    Raises:
        OrderIncomplete: See the class.

    Source:
        R56 (public presentations of the projects by their applicants).
    """
    missing = set(projects) - set(order)
    foreign = set(order) - set(projects)
    if missing or foreign or len(set(order)) != len(order):
        raise OrderIncomplete(missing=len(missing), foreign=len(foreign))


def check_record(
    presented: Mapping[UUID, bool], order: Sequence[UUID], *, held_at: datetime, now: datetime
) -> None:
    """Refuse a record of presentations that is early or incomplete.

    Raises:
        PresentationNotHeldYet: The session has not begun.
        AttendanceIncomplete: A project of the order has no entry, or an entry is foreign.

    Source:
        R56; A17 (whether absence matters is said in the call).
    """
    if now < held_at:
        raise PresentationNotHeldYet(held_at=held_at)
    if set(presented) != set(order):
        raise AttendanceIncomplete(missing=len(set(order) - set(presented)))


def check_change(
    old: tuple[datetime, str],
    new: tuple[datetime, str],
    *,
    new_day: date,
    told_on: date,
    reason: str,
    override_reason: str = "",
    deadlines: DeadlineRules = DEFAULT_RULES,
) -> DateChange:
    """Check a change of the date or place of presentations.

    Args:
        old: Time and place until now.
        new: Time and place from now on.
        new_day: The Prague calendar day of the new time.
        told_on: The Prague calendar day on which applicants are told.
        reason: Why it changes.
        override_reason: Why less than the period must do; empty if it need not.
        deadlines: Periods that bind the call.

    Raises:
        ChangeWithoutReason, ChangeToSameDate: See the classes.
        ChangeTooLate: Less than the period (7 days), and no override is recorded.

    Source:
        R58 (can be changed if needed), R59 (at least a week ahead) with A13 (must, with
        a recorded exception).
    """
    if not reason.strip():
        raise ChangeWithoutReason()
    if old == new:
        raise ChangeToSameDate()
    notice = new_day - told_on
    earliest = earliest_presentation(told_on, deadlines)
    is_late = new_day < earliest.due
    if notice < timedelta(0) or (is_late and not override_reason.strip()):
        raise ChangeTooLate(earliest=earliest.due, period=earliest.period, notice_days=notice.days)
    return DateChange(notice_days=notice.days, is_overridden=is_late)

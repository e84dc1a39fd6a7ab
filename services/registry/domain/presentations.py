"""Changing the date of public presentations. Pure."""

from datetime import date, datetime

from shared.calendar_cz import prague_day
from shared.deadlines import DEFAULT_RULES, DeadlineRules, earliest_presentation
from shared.errors import DomainError


class PresentationChangeTooLate(DomainError):
    """Applicants would learn of the new date less than a week ahead.

    Params: ``new_date``, ``announced_on``, ``period``, ``earliest``. A recorded override lets
    it pass.
    """


class PresentationUnchanged(DomainError):
    """The new date and place are the old ones."""


class ChangeReasonMissing(DomainError):
    """A change states its reason."""


def check_change(*, old_at: datetime, new_at: datetime, is_place_same: bool, reason: str) -> None:
    """Refuse a change that changes nothing or gives no reason.

    Raises:
        PresentationUnchanged, ChangeReasonMissing.

    Source:
        R58 (the date can be changed when needed; the record has reason, old and new).
    """
    if new_at == old_at and is_place_same:
        raise PresentationUnchanged()
    if not reason.strip():
        raise ChangeReasonMissing()


def check_notice_period(
    new_at: datetime,
    *,
    announced_on: date,
    override_reason: str = "",
    rules: DeadlineRules = DEFAULT_RULES,
) -> bool:
    """Tell whether the notice (a week) is kept; a shorter one passes only with a reason.

    Raises:
        PresentationChangeTooLate: less than a week and no override.

    Source:
        R59 (a week ahead), A13 (a duty, with a recorded exception).
    """
    earliest = earliest_presentation(announced_on, rules)
    new_date = prague_day(new_at)
    if new_date >= earliest.due:
        return True
    if not override_reason.strip():
        raise PresentationChangeTooLate(
            new_date=new_date,
            announced_on=announced_on,
            period=earliest.period,
            earliest=earliest.due,
        )
    return False

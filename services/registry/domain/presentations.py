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


class PresentationsUnderway(DomainError):
    """The call has registered applications; its applicants must get letters of a change."""


class ChangeReasonMissing(DomainError):
    """A change states its reason."""


def check_owner(*, registered: int) -> None:
    """Refuse a change in registry once there is somebody to whom a letter must go.

    From the first registered application on, evaluation decides about the change: it writes to
    each applicant and hands the change over for publication.

    Raises:
        PresentationsUnderway.

    Source:
        R58, R60 (applicants and the public learn of the same change).
    """
    if registered:
        raise PresentationsUnderway()


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

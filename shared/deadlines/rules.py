"""The deadlines of the process, and the day on which an unread message counts as delivered.

How long each one is, is a setting of the organisation or programme (`DeadlineRules`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Any, Final, Self

from shared.calendar_cz import plus_days
from shared.deadlines.periods import Period, calendar_days, weeks, working_days
from shared.deadlines.result import (
    Deadline,
    Direction,
    LegalSource,
    PeriodRule,
    Shift,
    deadline_after,
)
from shared.errors import DomainError


class DeadlineRulesNotReadable(DomainError):
    """The stored rules have unknown fields (``unknown``)."""


class Event(StrEnum):
    """Events that start a period."""

    CALL_PUBLISHED = "call.published"
    INTAKE_CLOSED = "intake.closed"
    PUT_IN_BOX = "message.put_in_box"
    DELIVERED = "message.delivered"
    CONTROL_ENDED = "control.ended"
    APPLICANTS_TOLD = "applicants.told"


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """How long the periods are. The defaults are those of the seed and of the Act.

    Source:
        R3, R22, R35, R36, R59; Act No. 300/2008 Coll., s. 17(4) for the last one.
    """

    call_open: Period = field(default=weeks(3))
    """D1, at least: from publication of the call to the close of intake."""
    list_published: Period = field(default=calendar_days(7))
    """D2, at most: from the close of intake to the list of received applications."""
    repair: Period = field(default=calendar_days(7))
    """D3, at least: from delivery of the deficiency call to its fixed date."""
    notice: Period = field(default=working_days(5))
    """D4, at most: from the end of the control to the dispatch of the notice."""
    presentation_change: Period = field(default=calendar_days(7))
    """D5, at least: from telling the applicants to the new date of presentations."""
    delivery_fiction: Period = field(default=calendar_days(10))
    """From putting a message in a data box to its delivery when nobody logs in."""

    def to_json(self) -> dict[str, Any]:
        """Return every period under its name; `from_json` reads it back."""
        return {one.name: getattr(self, one.name).to_json() for one in fields(self)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the rules from JSON; a name that is missing keeps its default.

        Raises:
            DeadlineRulesNotReadable: A name is unknown.
            PeriodNotAllowed: A period is not one.
        """
        unknown = sorted(set(value) - {one.name for one in fields(cls)})
        if unknown:
            raise DeadlineRulesNotReadable(unknown=unknown)
        return cls(**{name: Period.from_json(period) for name, period in value.items()})


DEFAULT_RULES: Final = DeadlineRules()

CALL_OPEN: Final = PeriodRule(
    "D1",
    Event.CALL_PUBLISHED,
    Direction.MINIMUM,
    Shift.CLOSE_ON_WORKING_DAY,
    only_working_days=True,
)
LIST_PUBLISHED: Final = PeriodRule("D2", Event.INTAKE_CLOSED)
REPAIR: Final = PeriodRule("D3", Event.DELIVERED, Direction.MINIMUM, only_working_days=True)
NOTICE: Final = PeriodRule("D4", Event.CONTROL_ENDED)
PRESENTATION_CHANGE: Final = PeriodRule("D5", Event.APPLICANTS_TOLD, Direction.MINIMUM, shift=None)
DELIVERY_FICTION: Final = PeriodRule(
    "delivery-fiction",
    Event.PUT_IN_BOX,
    shift=Shift.DELIVERY_FICTION,
    source=LegalSource.FICTION,
)


def earliest_close(published: date, rules: DeadlineRules = DEFAULT_RULES) -> Deadline:
    """Return the earliest day on which the intake of a call may close (D1).

    The time that a call is open is one that lasts [doba], so section 607 does not prolong
    it; instead the close itself must be a working day.

    Args:
        published: Day on which the call was published.
        rules: The periods in force.

    Source:
        R3, A1; Act No. 89/2012 Coll., s. 605(2).
    """
    return deadline_after(published, rules.call_open, CALL_OPEN)


def list_due(intake_closed: date, rules: DeadlineRules = DEFAULT_RULES) -> Deadline:
    """Return the last day for publishing the list of received applications (D2).

    Source:
        R22; Act No. 89/2012 Coll., ss. 605(1) and 607.
    """
    return deadline_after(intake_closed, rules.list_published, LIST_PUBLISHED)


def delivery_by_fiction(put_in_box: date, rules: DeadlineRules = DEFAULT_RULES) -> Deadline:
    """Return the latest day on which a message in a data box counts as delivered.

    Log-in of an authorised person delivers it earlier; then that day is the day of delivery.

    Args:
        put_in_box: Day on which the message was put in the addressee's box [dodání].
        rules: The periods in force.

    Source:
        Act No. 300/2008 Coll., s. 17(4): the last day of ten days. Supreme Administrative
        Court, 26 May 2022, 4 Afs 264/2018-85: a last day that is a Saturday, Sunday or
        public holiday gives way to the next working day; applied to private messages too,
        because the later day is the safe one for the addressee.
    """
    return deadline_after(put_in_box, rules.delivery_fiction, DELIVERY_FICTION)


def earliest_repair_date(
    delivered: date, rules: DeadlineRules = DEFAULT_RULES, *, after: Deadline | None = None
) -> Deadline:
    """Return the earliest fixed date that a deficiency call may set (D3).

    Args:
        delivered: Day of delivery, by log-in, by fiction or from hand to hand.
        rules: The periods in force.
        after: The deadline that gave ``delivered``, when it is not yet a fact.

    Source:
        R34, R35, A6; Act No. 89/2012 Coll., ss. 605(1) and 607.
    """
    return deadline_after(delivered, rules.repair, REPAIR, after)


def safe_repair_date(dispatched: date, rules: DeadlineRules = DEFAULT_RULES) -> Deadline:
    """Return the earliest fixed date that is long enough even if nobody reads the message.

    A date counted from dispatch could pass before the call is delivered at all.

    Args:
        dispatched: Day on which the message goes to the data box.
        rules: The periods in force.

    Source:
        R35, A6; Act No. 300/2008 Coll., s. 17(4).
    """
    delivered = delivery_by_fiction(dispatched, rules)
    return earliest_repair_date(delivered.due, rules, after=delivered)


def latest_safe_dispatch(fixed_date: date, rules: DeadlineRules = DEFAULT_RULES) -> date:
    """Return the last day to dispatch a deficiency call so that its fixed date stays safe.

    Source:
        R35, A6: the inverse of `safe_repair_date`.
    """
    # A period of n units lasts at least n days, so no later day can be safe.
    shortest = rules.repair.count + rules.delivery_fiction.count
    dispatched = plus_days(fixed_date, -shortest)
    while safe_repair_date(dispatched, rules).due > fixed_date:
        dispatched = plus_days(dispatched, -1)
    return dispatched


def notice_due(control_ended: date, rules: DeadlineRules = DEFAULT_RULES) -> Deadline:
    """Return the last day for dispatching the notice of the administrative control (D4).

    Args:
        control_ended: Day of the second controller's signature on this application (A7).
        rules: The periods in force.

    Source:
        R36, A7, A8; Act No. 89/2012 Coll., s. 605(1).
    """
    return deadline_after(control_ended, rules.notice, NOTICE)


def earliest_presentation(told: date, rules: DeadlineRules = DEFAULT_RULES) -> Deadline:
    """Return the earliest new date of presentations once the applicants were told (D5).

    Presentations may be held on a day of rest, so nothing is shifted.

    Args:
        told: Day on which the last applicant was told.
        rules: The periods in force.

    Source:
        R59, A13; Act No. 89/2012 Coll., s. 605(1).
    """
    return deadline_after(told, rules.presentation_change, PRESENTATION_CHANGE)

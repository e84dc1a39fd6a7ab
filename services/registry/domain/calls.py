"""Announcing a call: what must be there and how long it must be open. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.registry.domain.allocation_rules import AllocationRule, rule_defects
from services.registry.domain.fiches import Fiche, fiche_defects, repeated_codes
from shared.calendar_cz import is_working_day, prague_day
from shared.deadlines import DEFAULT_RULES, DeadlineRules, earliest_close
from shared.errors import DomainError
from shared.money import Money

LARGEST_CALL_NUMBER = 999


class CallNotReady(DomainError):
    """The call cannot be announced. Params: ``defects``, a tuple of named errors."""


class MissingCallPart(DomainError):
    """A part that the call must state is missing. Params: ``part``."""


class IntakeWindowReversed(DomainError):
    """The intake would end before it begins. Params: ``opens_at``, ``closes_at``."""


class IntakeOpensBeforePublication(DomainError):
    """Params: ``opens_on``, ``published_on``."""


class CallOpenTooShort(DomainError):
    """The call would be open for less than its period (three weeks).

    Params: ``published_on``, ``closes_on``, ``period``, ``earliest`` (first permitted day of
    closing).
    """


class ClosesOnDayOff(DomainError):
    """The intake must end on a working day. Params: ``closes_on``."""


class PresentationBeforeClose(DomainError):
    """Projects would be presented before all are in. Params: ``presentation_on``, ``closes_on``."""


class AmountNotPositive(DomainError):
    """The amount of the call must be more than zero. Params: ``amount``."""


class CallNumberInvalid(DomainError):
    """Numbers of calls run from 1 to 999. Params: ``number``."""


class CallNumberTaken(DomainError):
    """Another call bears the number. Params: ``number``."""


class DecidedOutOfOrder(DomainError):
    """The committee decides after the recommendation and not in the future.

    Params: ``decided_on``, ``recommended_on``, ``today``.
    """


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call as it stands before announcement. ``None`` means not stated yet."""

    number: int
    title: str
    fiches: tuple[Fiche, ...] = ()
    rule: AllocationRule | None = None
    intake_opens_at: datetime | None = None
    """Aware instant."""
    intake_closes_at: datetime | None = None
    """Aware instant; the last moment of intake."""
    intake_place: str = ""
    presentation_at: datetime | None = None
    presentation_place: str = ""
    approved_amount: Money | None = None
    """Amount approved by the programme committee, not merely recommended."""
    regulation_version_id: UUID | None = None
    deadlines: DeadlineRules = DEFAULT_RULES
    """Periods that bind the call."""


def check_call_number(number: int) -> int:
    """Return the number when a call may bear it.

    Raises:
        CallNumberInvalid: out of range.

    Source:
        R10 (registration numbers begin with the number of the call).
    """
    if not 1 <= number <= LARGEST_CALL_NUMBER:
        raise CallNumberInvalid(number=number)
    return number


def check_announcement(plan: CallPlan, published_on: date) -> None:
    """Refuse to announce a call that lacks something or is too short, saying all at once.

    Args:
        plan: the call as it would be published.
        published_on: day of publication, a calendar day in Europe/Prague.

    Raises:
        CallNotReady: with every defect found.

    Source:
        R3, R7, R8, R9, R54, R65, R66; A1.
    """
    defects = announcement_defects(plan, published_on)
    if defects:
        raise CallNotReady(defects=defects)


def announcement_defects(plan: CallPlan, published_on: date) -> tuple[DomainError, ...]:
    """Return everything that keeps the call from being announced on this day.

    Source:
        R3 (three weeks), R7 (presentation), R8 (intake), R9 (amount), R54 (regulation); A1
        (the close is a working day, with an hour).
    """
    checks: tuple[Callable[[], list[DomainError]], ...] = (
        lambda: _missing_parts(plan),
        lambda: _window_defects(plan, published_on),
        lambda: _presentation_defects(plan),
        lambda: list(money_defects(plan)),
        lambda: _fiche_defects(plan),
    )
    return tuple(defect for check in checks for defect in check())


def recommendation_defects(plan: CallPlan, amount: Money) -> tuple[DomainError, ...]:
    """Return what keeps the director from recommending this amount for the call.

    Source:
        R65, R66, R70 (the amount of the call and of each fiche, decided together).
    """
    missing: list[DomainError] = []
    if not plan.fiches:
        missing.append(MissingCallPart(part="fiches"))
    if plan.rule is None:
        missing.append(MissingCallPart(part="rule"))
    return (*missing, *_amount_defects(amount), *_fiche_defects(plan))


def check_decision_day(decided_on: date, *, recommended_on: date, today: date) -> None:
    """Refuse a day on which the programme committee cannot have decided.

    Raises:
        DecidedOutOfOrder.

    Source:
        R65 (first the director recommends, then the committee approves).
    """
    if not recommended_on <= decided_on <= today:
        raise DecidedOutOfOrder(decided_on=decided_on, recommended_on=recommended_on, today=today)


def allocated_to_fiches(plan: CallPlan) -> Money:
    """Return the sum of the fiches' approximate allocations.

    Source:
        R66 (the sum is shown beside the amount of the call; it may differ).
    """
    return Money.total(f.allocation for f in plan.fiches if f.allocation is not None)


def money_defects(plan: CallPlan) -> tuple[DomainError, ...]:
    """Return what is wrong with the approved amount, once there is one.

    Source:
        R9, R65.
    """
    return _amount_defects(plan.approved_amount) if plan.approved_amount is not None else ()


def _amount_defects(amount: Money) -> tuple[DomainError, ...]:
    return (AmountNotPositive(amount=amount),) if amount.amount <= 0 else ()


def _missing_parts(plan: CallPlan) -> list[DomainError]:
    parts: dict[str, object] = {
        "title": plan.title.strip(),
        "fiches": plan.fiches,
        "rule": plan.rule,
        "intake_opens_at": plan.intake_opens_at,
        "intake_closes_at": plan.intake_closes_at,
        "intake_place": plan.intake_place.strip(),
        "presentation_at": plan.presentation_at,
        "presentation_place": plan.presentation_place.strip(),
        "approved_amount": plan.approved_amount,
        "regulation_version": plan.regulation_version_id,
    }
    return [MissingCallPart(part=name) for name, value in parts.items() if not value]


def _window_defects(plan: CallPlan, published_on: date) -> list[DomainError]:
    opens_at, closes_at = plan.intake_opens_at, plan.intake_closes_at
    if opens_at is None or closes_at is None:
        return []
    if closes_at <= opens_at:
        return [IntakeWindowReversed(opens_at=opens_at, closes_at=closes_at)]
    defects: list[DomainError] = []
    if prague_day(opens_at) < published_on:
        defects.append(
            IntakeOpensBeforePublication(opens_on=prague_day(opens_at), published_on=published_on)
        )
    return defects + _close_defects(prague_day(closes_at), published_on, plan.deadlines)


def _close_defects(closes_on: date, published_on: date, rules: DeadlineRules) -> list[DomainError]:
    earliest = earliest_close(published_on, rules)
    if closes_on < earliest.due:
        return [
            CallOpenTooShort(
                published_on=published_on,
                closes_on=closes_on,
                period=earliest.period,
                earliest=earliest.due,
            )
        ]
    return [] if is_working_day(closes_on) else [ClosesOnDayOff(closes_on=closes_on)]


def _presentation_defects(plan: CallPlan) -> list[DomainError]:
    if plan.presentation_at is None or plan.intake_closes_at is None:
        return []
    if plan.presentation_at > plan.intake_closes_at:
        return []
    return [
        PresentationBeforeClose(
            presentation_on=prague_day(plan.presentation_at),
            closes_on=prague_day(plan.intake_closes_at),
        )
    ]


def _fiche_defects(plan: CallPlan) -> list[DomainError]:
    defects: list[DomainError] = list(
        repeated_codes("fiches", (fiche.code for fiche in plan.fiches))
    )
    for fiche in plan.fiches:
        defects += fiche_defects(fiche)
    if plan.rule is not None:
        defects += rule_defects(plan.rule, plan.fiches)
    return defects

"""Settings of the organisation, and the periods that bind a call."""

from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import select

from services.registry.domain.calls import CallPlan
from services.registry.domain.records import check_version
from services.registry.domain.roles import Act
from services.registry.domain.settings import (
    CallHint,
    Settings,
    call_hint,
    check_deadlines,
    check_settings,
)
from services.registry.domain.states import CALL
from services.registry.models import Call, OrganisationSettings
from services.registry.service.loading import call_of
from services.registry.service.plans import plan_of
from services.registry.service.work import Work
from shared.calendar_cz import prague_day
from shared.deadlines import DeadlineRules


def settings_of(work: Work) -> Settings:
    """Return the settings in force; without a row those of the seed."""
    row = settings_row(work)
    if row is None:
        return Settings()
    return Settings(row.usual_calls, DeadlineRules.from_json(row.deadlines))


def settings_row(work: Work) -> OrganisationSettings | None:
    """Return who changed the settings and when, ``None`` while nobody has."""
    mine = OrganisationSettings.organisation_id == work.organisation_id
    return work.session.scalar(select(OrganisationSettings).where(mine))


def change_settings(
    work: Work, settings: Settings, version: int | None = None
) -> OrganisationSettings:
    """Replace the settings; a call that is announced keeps the periods it was announced with.

    Args:
        version: version that the person saw, 0 while there were only the defaults.

    Raises:
        NotEntitled, RecordChanged, UsualCallsOutOfRange, PeriodTooLong, PeriodSetByLaw.
    """
    work.entitled(Act.MANAGE_SETTINGS)
    check_settings(settings)
    row = settings_row(work)
    check_version("OrganisationSettings", shown=version, present=row.version if row else 0)
    if row is None:
        row = OrganisationSettings(id=uuid4(), organisation_id=work.organisation_id)
        work.session.add(row)
    before = DeadlineRules.from_json(row.deadlines or {}).to_json()
    row.usual_calls, row.deadlines = settings.usual_calls, settings.deadlines.to_json()
    row.changed_at, row.changed_by = work.now, work.actor.name
    work.audit(
        "change_settings",
        ("organisation", work.organisation_id),
        usual_calls=row.usual_calls,
        changed={name: now for name, now in row.deadlines.items() if now != before[name]},
    )
    return row


def rules_of(work: Work, call: Call) -> DeadlineRules:
    """Return the periods that bind the call: its own, or those of the organisation."""
    return (
        DeadlineRules.from_json(call.deadlines) if call.deadlines else settings_of(work).deadlines
    )


def plan_in_force(work: Work, call: Call) -> CallPlan:
    """Return the call as a value, with the periods that bind it."""
    return replace(plan_of(call), deadlines=rules_of(work, call))


def set_call_deadlines(
    work: Work, call_id: UUID, rules: DeadlineRules | None, version: int | None = None
) -> Call:
    """Give a call that is not announced yet periods of its own, or those of the organisation.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed, PeriodTooLong,
        PeriodSetByLaw.
    """
    work.entitled(Act.MANAGE_SETTINGS)
    call = call_of(work, call_id, version)
    CALL.apply(call.state, "edit")
    call.deadlines = check_deadlines(rules).to_json() if rules else {}
    work.audit("set_call_deadlines", ("call", call.id), deadlines=call.deadlines)
    return call


def hint_of_year(work: Work) -> CallHint:
    """Return how many calls were announced this year and how many are usual (R2, D6)."""
    query = select(Call.published_at).where(
        Call.organisation_id == work.organisation_id, Call.published_at.is_not(None)
    )
    days = [prague_day(at) for at in work.session.scalars(query) if at is not None]
    return call_hint(days, today=work.today, usual=settings_of(work).usual_calls)

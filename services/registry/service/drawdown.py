"""Drawdown of the strategic plan: read from results and open calls, kept on signed reports."""

from collections.abc import Collection
from uuid import UUID, uuid4

from sqlalchemy import select

from services.registry.domain.drawdown import Drawdown, drawdown, proposed_limits
from services.registry.domain.roles import Act
from services.registry.domain.states import ApplicationState, CallState
from services.registry.domain.strategy import PlannedShare
from services.registry.models import Application, Call, DrawdownReport, ResultsRow
from services.registry.service import money_papers, papers
from services.registry.service.loading import own
from services.registry.service.strategy import plan_total, shares
from services.registry.service.work import Work
from shared.contracts.codec import from_json, to_json
from shared.contracts.registry import Results
from shared.money import Money

APPROVED = "approved"
OPEN_STATES = (CallState.ALLOCATION_APPROVED, CallState.PUBLISHED, CallState.CLOSED)
"""States in which a call holds approved money; with results it is allotted instead."""


def present_drawdown(work: Work) -> Drawdown:
    """Return the drawdown as it stands (R64, R69)."""
    finals = _final_results(work)
    in_open_calls, without_fiche = _in_open_calls(work, finals)
    plan = [PlannedShare(row.fiche, row.name, row.percent) for row in shares(work)]
    return drawdown(
        plan,
        total=plan_total(work),
        allotted=_allotted(work, finals.values()),
        in_open_calls=in_open_calls,
        without_fiche=without_fiche,
    )


def limits_for(work: Work, call: Call, amount: Money | None = None) -> dict[str, Money]:
    """Return what the drawdown proposes for the fiches of a call; it does not bind (R70)."""
    return proposed_limits(present_drawdown(work), [fiche.code for fiche in call.fiches], amount)


def make_report(work: Work, report_id: UUID) -> DrawdownReport:
    """Keep the drawdown of this moment on a record for the director's signature (R69).

    Raises:
        NotEntitled, IdReused.
    """
    work.entitled(Act.REPORT_DRAWDOWN)
    if not work.creates(report_id, "drawdown_report", "drawdown"):
        return own(work, DrawdownReport, report_id)
    present = present_drawdown(work)
    report = DrawdownReport(
        id=report_id,
        organisation_id=work.organisation_id,
        facts=to_json(present),
        document_id=uuid4(),
        made_at=work.now,
        made_by=work.actor.name,
    )
    work.session.add(report)
    request = money_papers.drawdown_report(work, present)
    papers.request_document(work, report.document_id, request)
    work.audit("report_drawdown", ("drawdown_report", report_id))
    return report


def reports(work: Work) -> list[DrawdownReport]:
    """Return every report, the newest first."""
    query = select(DrawdownReport).where(DrawdownReport.organisation_id == work.organisation_id)
    return list(work.session.scalars(query.order_by(DrawdownReport.made_at.desc())))


def _final_results(work: Work) -> dict[UUID, Results]:
    """Return the newest results of each call that has some."""
    query = select(ResultsRow).where(ResultsRow.organisation_id == work.organisation_id)
    rows = work.session.scalars(query.order_by(ResultsRow.published_at, ResultsRow.id))
    return {row.call_id: from_json(Results, row.content) for row in rows}


def _allotted(work: Work, finals: Collection[Results]) -> dict[str, Money]:
    """Return what the results allot to each fiche; a withdrawn project draws nothing."""
    approved = {
        row.application_id: row.amount
        for results in finals
        for row in results.rows
        if row.outcome == APPROVED
    }
    query = select(Application.id, Application.fiche_code).where(
        Application.organisation_id == work.organisation_id,
        Application.id.in_(approved),
        Application.state != ApplicationState.WITHDRAWN.value,
    )
    found: dict[str, Money] = {}
    for application_id, fiche in work.session.execute(query):
        found[fiche] = found.get(fiche, Money.zero()) + approved[application_id]
    return found


def _in_open_calls(work: Work, finals: Collection[UUID]) -> tuple[dict[str, Money], Money]:
    """Return what calls without results hold by fiche, and what they hold for none."""
    query = select(Call).where(
        Call.organisation_id == work.organisation_id,
        Call.state.in_([state.value for state in OPEN_STATES]),
    )
    by_fiche: dict[str, Money] = {}
    without_fiche = Money.zero()
    for call in work.session.scalars(query):
        if call.id in finals:
            continue
        stated = {row.code: row.allocation for row in call.fiches if row.allocation is not None}
        for fiche, money in stated.items():
            by_fiche[fiche] = by_fiche.get(fiche, Money.zero()) + money
        rest = (call.approved_amount or Money.zero()) - Money.total(stated.values())
        # Where every fiche has its own, a difference only says that they are approximate (R66).
        if len(stated) < len(call.fiches) and rest.amount > 0:
            without_fiche += rest
    return by_fiche, without_fiche

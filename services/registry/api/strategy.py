"""The strategic plan, its drawdown, and versions of the regulation."""

from typing import Any
from uuid import UUID

from services.registry.api.blueprint import ANY_SERVICE, INSIDE, attributes, blp
from services.registry.desk import looking, make_documents, working
from services.registry.domain.drawdown import Drawdown
from services.registry.domain.strategy import PlannedShare
from services.registry.models import DrawdownReport, RegulationVersion
from services.registry.schemas import people as schemas
from services.registry.schemas import strategy as strategy_schemas
from services.registry.service import drawdown, strategy
from services.registry.service.loading import call_of
from services.registry.service.strategy import RegulationFacts
from services.registry.service.work import Work
from shared.auth import access, roles
from shared.money import Money

MONITORS = roles("director", "assistant", "programme_committee", "auditor")
"""Who may see how the plan is drawn; only the director reports it."""


@blp.get("/strategy")
@blp.response(200, schemas.StrategyOut)
@access(INSIDE, ANY_SERVICE)
def get_strategy() -> dict[str, Any]:
    """Return the planned shares of fiches."""
    return _strategy(looking())


@blp.put("/strategy")
@blp.arguments(schemas.StrategyIn)
@blp.response(200, schemas.StrategyOut)
@access(roles("director", "assistant"))
def put_strategy(body: dict[str, Any]) -> dict[str, Any]:
    """Replace the planned shares of fiches and the whole amount of the plan."""
    shares = [PlannedShare(**share) for share in body["shares"]]
    with working() as work:
        strategy.set_shares(work, shares, body["total"])
        work.session.flush()
        return _strategy(work)


@blp.get("/strategy/drawdown")
@blp.response(200, strategy_schemas.DrawdownOut)
@access(MONITORS)
def get_drawdown() -> Drawdown:
    """Return planned, allotted and missing, by fiche."""
    return drawdown.present_drawdown(looking())


@blp.get("/strategy/drawdown-reports")
@blp.response(200, strategy_schemas.DrawdownReportOut(many=True))
@access(MONITORS)
def get_drawdown_reports() -> list[DrawdownReport]:
    """Return every signed or waiting report, the newest first."""
    return drawdown.reports(looking())


@blp.put("/strategy/drawdown-reports/<uuid:report_id>")
@blp.response(200, strategy_schemas.MadeReportOut)
@access(roles("director"))
def put_drawdown_report(report_id: UUID) -> dict[str, Any]:
    """Keep the drawdown of this moment on a record for the director's signature."""
    with working() as work:
        report = drawdown.make_report(work, report_id)
        work.session.flush()
        answer = attributes(report, strategy_schemas.DrawdownReportOut)
    is_made = make_documents((answer["document_id"],))
    return {"report": answer, "is_document_made": is_made}


@blp.get("/calls/<uuid:call_id>/proposed-limits")
@blp.arguments(strategy_schemas.AmountQuery, location="query")
@blp.response(200, strategy_schemas.LimitsOut)
@access(roles("director"))
def get_proposed_limits(query: dict[str, Any], call_id: UUID) -> dict[str, Any]:
    """Return what the drawdown proposes for the fiches of a call; it does not bind."""
    work = looking()
    amount = Money.czk(query["amount"]) if "amount" in query else None
    limits = drawdown.limits_for(work, call_of(work, call_id), amount)
    return {"limits": [{"code": code, "allocation": m} for code, m in limits.items()]}


@blp.get("/regulations")
@blp.response(200, schemas.RegulationOut(many=True))
@access(INSIDE, ANY_SERVICE)
def get_regulations() -> list[RegulationVersion]:
    """Return every version of the regulation, the newest first."""
    return strategy.regulations(looking())


@blp.put("/regulations/<uuid:regulation_id>")
@blp.arguments(schemas.RegulationIn)
@blp.response(200, schemas.RegulationOut)
@access(roles("director", "assistant"))
def put_regulation(body: dict[str, Any], regulation_id: UUID) -> RegulationVersion:
    """Add a version of the regulation."""
    with working() as work:
        return strategy.add_regulation(work, regulation_id, RegulationFacts(**body))


def _strategy(work: Work) -> dict[str, Any]:
    return {"shares": strategy.shares(work), "total": strategy.plan_total(work)}

"""Cases: controls, decisions, deficiency calls."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.evaluation import desk
from services.evaluation.domain.controls import Finding
from services.evaluation.domain.deficiency import proposed_date
from services.evaluation.domain.states import ADMIN_CONTROL, CASE
from services.evaluation.schemas.cases import CaseDetailOut, CaseOut, DocumentsOut
from services.evaluation.schemas.controls import (
    ConclusionIn,
    ControlDecisionIn,
    ControlOut,
    ControlsOut,
    DeficiencyCallIn,
    DeficiencyProposalOut,
    FindingsIn,
    RepairIn,
)
from services.evaluation.service import control_end, controls, seeing
from services.evaluation.service.cases import get_case
from shared.auth import access, roles
from shared.web.reasons import why

blp = Blueprint("cases_api", __name__, url_prefix="/api/v1/cases", description="Cases")
READ = roles(*desk.READERS)
OFFICE = roles("director", "assistant")


@blp.get("/<uuid:case_id>")
@blp.response(200, CaseDetailOut)
@access(READ)
def show_case(case_id: UUID) -> Any:
    """Return one case with its documents and the acts possible now."""
    session, acting = desk.looking()
    case = get_case(session, acting.organisation_id, case_id)
    step = control_end.next_step(session, case) if case.state == ADMIN_CONTROL else None
    view = {name: getattr(case, name) for name in CaseOut().fields}
    work = seeing.Work.of(session, acting, case)
    sight = seeing.Sight.of(acting, work)
    return {
        **view,
        "acts": CASE.acts_from(case.state),
        "next_step": step,
        "records": seeing.seen_records(session, case, work=work, sight=sight),
    }


@blp.get("/<uuid:case_id>/controls")
@blp.response(200, ControlsOut)
@access(READ)
def list_controls(case_id: UUID) -> Any:
    """Return the controls of the present round and what they wait for."""
    session, acting = desk.looking()
    case = get_case(session, acting.organisation_id, case_id)
    work = seeing.Work.of(session, acting, case)
    present = seeing.seen_rounds(work, seeing.Sight.of(acting, work))[-1]
    return {
        "items": seeing.without_findings(present, list(ControlOut().fields)),
        "next_step": control_end.next_step(session, case),
    }


@blp.put("/<uuid:case_id>/controls/mine")
@blp.arguments(FindingsIn)
@blp.response(200, ControlOut)
@access(roles("controller"))
def save_findings(body: dict[str, Any], case_id: UUID) -> Any:
    """Keep the acting controller's half-filled control list."""
    with desk.working() as (session, acting):
        return controls.save_findings(
            session,
            acting=acting,
            case_id=case_id,
            findings=_findings(body),
            version=body.get("version"),
        )


@blp.post("/<uuid:case_id>/controls/mine/conclusion")
@blp.arguments(ConclusionIn)
@blp.response(200, DocumentsOut)
@access(roles("controller"))
def conclude_control(body: dict[str, Any], case_id: UUID) -> Any:
    """State the conclusion; the control list and the folder record wait for signature."""
    with desk.working() as (session, acting):
        ids = controls.conclude(
            session,
            acting=acting,
            case_id=case_id,
            findings=_findings(body),
            is_acceptable=body["is_acceptable"],
            version=body.get("version"),
        )
    return {"document_ids": ids, "are_made": desk.make_documents(ids)}


def _findings(body: dict[str, Any]) -> dict[str, Finding]:
    return {one["code"]: Finding(one["verdict"], one["note"]) for one in body["findings"]}


@blp.post("/<uuid:case_id>/control-decision")
@blp.arguments(ControlDecisionIn)
@blp.response(200, CaseOut)
@access(roles("director"))
def decide_disagreement(body: dict[str, Any], case_id: UUID) -> Any:
    """Decide about two controllers who disagree."""
    with desk.working() as (session, acting):
        return control_end.decide_disagreement(session, acting=acting, case_id=case_id, **body)


@blp.get("/<uuid:case_id>/deficiency-proposal")
@blp.response(200, DeficiencyProposalOut)
@access(OFFICE)
def propose_deficiency(case_id: UUID) -> Any:
    """Return the defects found and the earliest safe date, with its explanation."""
    session, acting = desk.looking()
    case = get_case(session, acting.organisation_id, case_id)
    deadline = proposed_date(acting.today, case.call.deadlines)
    return {
        "deficiencies": control_end.found_defects(session, case),
        "fixed_date": deadline.due,
        "explanation": why(deadline),
    }


@blp.post("/<uuid:case_id>/deficiency-calls")
@blp.arguments(DeficiencyCallIn)
@blp.response(201, DocumentsOut)
@access(OFFICE)
def call_deficiency(body: dict[str, Any], case_id: UUID) -> Any:
    """Call on the applicant to remove deficiencies until a fixed date."""
    signer = desk.signing_director()
    with desk.working() as (session, acting):
        record_id = control_end.call_deficiency(
            session, acting=acting, case_id=case_id, signer=signer, **body
        )
    return {"document_ids": [record_id], "are_made": desk.make_documents([record_id])}


@blp.post("/<uuid:case_id>/repairs")
@blp.arguments(RepairIn)
@blp.response(200, CaseOut)
@access(OFFICE)
def record_repair(body: dict[str, Any], case_id: UUID) -> Any:
    """Record the applicant's repair; the control goes on."""
    with desk.working() as (session, acting):
        return control_end.record_repair(session, acting=acting, case_id=case_id, **body)


@blp.post("/<uuid:case_id>/expiry")
@blp.response(200, CaseOut)
@access(OFFICE)
def expire_deficiency(case_id: UUID) -> Any:
    """Close a case whose deficiencies were not removed in time."""
    with desk.working() as (session, acting):
        return control_end.expire_deficiency(session, acting=acting, case_id=case_id)

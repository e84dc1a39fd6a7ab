"""Meeting, allocation runs, resolution, result notices."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.evaluation import desk
from services.evaluation.domain.recommendation import Transfer
from services.evaluation.domain.resolution import Line, Vote
from services.evaluation.schemas import selection as schemas
from services.evaluation.schemas.cases import CaseIdsIn, DocumentsOut
from services.evaluation.service import allocations, meetings, resolutions
from services.evaluation.service.cases import get_call
from services.evaluation.service.errors import MeetingMissing, MeetingNotSigned, NoSuchRow
from services.evaluation.service.seeing import sees_meeting
from shared.auth import access, roles

blp = Blueprint("selection_api", __name__, url_prefix="/api/v1", description="Selection")
READ = roles(*desk.READERS)
MINUTES = roles("committee", "assistant")
OFFICE = roles("director", "assistant")


@blp.get("/calls/<uuid:call_id>/meeting")
@blp.response(200, schemas.MeetingOut)
@access(READ)
def show_meeting(call_id: UUID) -> Any:
    """Return the committee's meeting with its recommendations."""
    session, acting = desk.looking()
    call = get_call(session, acting.organisation_id, call_id)
    meeting = meetings.meeting_of(session, call)
    if meeting is None:
        raise MeetingMissing(number=call.number)
    if not sees_meeting(acting, meeting):
        raise MeetingNotSigned(number=call.number)
    return _meeting(meeting, list(meetings.recommendations_of(session, meeting).values()))


def _meeting(meeting: Any, rows: list[Any]) -> dict[str, Any]:
    names = [name for name in schemas.MeetingOut().fields if name != "recommendations"]
    return {**{name: getattr(meeting, name) for name in names}, "recommendations": rows}


@blp.put("/calls/<uuid:call_id>/meeting")
@blp.arguments(schemas.MeetingIn)
@blp.response(200, schemas.MeetingOut)
@access(MINUTES)
def put_meeting(body: dict[str, Any], call_id: UUID) -> Any:
    """Open the committee's meeting, or correct its head."""
    version = body.pop("version", None)
    head = meetings.HeadInput(**body)
    with desk.working() as (session, acting):
        return meetings.open_meeting(
            session, acting=acting, call_id=call_id, head=head, version=version
        )


@blp.put("/cases/<uuid:case_id>/recommendation")
@blp.arguments(schemas.RecommendationIn)
@blp.response(200, schemas.RecommendationOut)
@access(MINUTES)
def put_recommendation(body: dict[str, Any], case_id: UUID) -> Any:
    """Record the committee's recommendation about one project."""
    version = body.pop("version")
    vote = meetings.VoteInput(**body)
    with desk.working() as (session, acting):
        return meetings.recommend(
            session, acting=acting, case_id=case_id, vote=vote, version=version
        )


@blp.post("/calls/<uuid:call_id>/meeting/closing")
@blp.arguments(schemas.MinutesIn)
@blp.response(200, DocumentsOut)
@access(MINUTES)
def close_meeting(body: dict[str, Any], call_id: UUID) -> Any:
    """Close the minutes; the chair signs them."""
    transfers = [
        Transfer(**{**one, "application_ids": tuple(one["application_ids"])})
        for one in body["transfers"]
    ]
    with desk.working() as (session, acting):
        record_id = meetings.close_meeting(
            session, acting=acting, call_id=call_id, transfers=transfers
        )
    return {"document_ids": [record_id], "are_made": desk.make_documents([record_id])}


@blp.put("/calls/<uuid:call_id>/allocation-runs/<uuid:run_id>")
@blp.arguments(schemas.AllocationRunIn)
@blp.response(200, schemas.AllocationRunOut)
@access(roles("director", "assistant", "committee"))
def put_run(body: dict[str, Any], call_id: UUID, run_id: UUID) -> Any:
    """Run the declared rule; the same id again returns the same run."""
    with desk.working() as (session, acting):
        return allocations.run(session, acting=acting, call_id=call_id, run_id=run_id, **body)


@blp.get("/calls/<uuid:call_id>/allocation-runs")
@blp.response(200, schemas.AllocationRunsOut)
@access(READ)
def list_runs(call_id: UUID) -> Any:
    """Return the runs of a call, newest first."""
    session, acting = desk.looking()
    call = get_call(session, acting.organisation_id, call_id)
    return {"items": allocations.runs_of(session, call)}


@blp.get("/allocation-runs/<uuid:run_id>")
@blp.response(200, schemas.AllocationRunOut)
@access(READ)
def show_run(run_id: UUID) -> Any:
    """Return one run, line by line."""
    session, acting = desk.looking()
    return allocations.get_run(session, acting.organisation_id, run_id)


@blp.put("/calls/<uuid:call_id>/resolutions/<uuid:resolution_id>")
@blp.arguments(schemas.ResolutionIn)
@blp.response(201, DocumentsOut)
@access(roles("assembly"))
def put_resolution(body: dict[str, Any], call_id: UUID, resolution_id: UUID) -> Any:
    """Record the assembly's resolution; without lines it follows the run exactly."""
    signer = desk.own_signer()
    with desk.working() as (session, acting):
        if "lines" in body:
            lines = [Line(**one) for one in body["lines"]]
        else:
            run = allocations.get_run(session, acting.organisation_id, body["run_id"])
            lines = resolutions.proposed_lines(run)
        given = resolutions.ResolutionInput(
            **{**body, "vote": Vote(**body["vote"]), "lines": lines}
        )
        record_id = resolutions.adopt(
            session,
            acting=acting,
            call_id=call_id,
            resolution_id=resolution_id,
            given=given,
            signer=signer,
        )
    return {"document_ids": [record_id], "are_made": desk.make_documents([record_id])}


@blp.get("/calls/<uuid:call_id>/resolution")
@blp.response(200, schemas.ResolutionOut)
@access(READ)
def show_resolution(call_id: UUID) -> Any:
    """Return the assembly's resolution about a call."""
    session, acting = desk.looking()
    call = get_call(session, acting.organisation_id, call_id)
    row = resolutions.resolution_of(session, call)
    if row is None:
        raise NoSuchRow(id=call_id)
    return row


@blp.post("/calls/<uuid:call_id>/result-notices")
@blp.arguments(CaseIdsIn)
@blp.response(200, DocumentsOut)
@access(OFFICE)
def make_result_notices(body: dict[str, Any], call_id: UUID) -> Any:
    """Make the notices of the result, for the director's signature."""
    signer = desk.signing_director()
    with desk.working() as (session, acting):
        ids = resolutions.prepare_result_notices(
            session, acting=acting, call_id=call_id, case_ids=body["case_ids"], signer=signer
        )
    return {"document_ids": ids, "are_made": desk.make_documents(ids)}

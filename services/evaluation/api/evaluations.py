"""Committee, interests, assignments, scores, visits, presentations."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.evaluation import desk
from services.evaluation.domain.onsite import Claim
from services.evaluation.domain.scores import Score
from services.evaluation.schemas import evaluations as schemas
from services.evaluation.schemas.cases import CaseOut, DocumentsOut
from services.evaluation.service import (
    declarations,
    evaluations,
    exclusions,
    interests,
    presentations,
    prints,
    scoring,
    spread,
    visits,
)
from services.evaluation.service.cases import get_call, get_case
from services.evaluation.service.errors import NoSuchRow
from services.evaluation.service.interests import LinkInput
from services.evaluation.service.seeing import Sight, Work
from shared.auth import access, delegates, roles

blp = Blueprint("evaluations_api", __name__, url_prefix="/api/v1", description="Evaluation")
READ = roles(*desk.READERS)
OFFICE = roles("director", "assistant")


@blp.put("/calls/<uuid:call_id>/committee")
@blp.arguments(schemas.CommitteeIn)
@blp.response(200, schemas.CommitteeOut)
@access(roles("director"))
def set_committee(body: dict[str, Any], call_id: UUID) -> Any:
    """Set the evaluation committee of a call."""
    people = desk.people()
    with desk.working() as (session, acting):
        members = interests.set_committee(
            session, acting=acting, call_id=call_id, people=people, **body
        )
        version = get_call(session, acting.organisation_id, call_id).committee_version
    return {"items": members, "version": version}


@blp.get("/calls/<uuid:call_id>/committee")
@blp.response(200, schemas.CommitteeOut)
@access(READ)
def show_committee(call_id: UUID) -> Any:
    """Return the evaluation committee of a call."""
    session, acting = desk.looking()
    call = get_call(session, acting.organisation_id, call_id)
    return {"items": interests.committee_of(session, call), "version": call.committee_version}


@blp.post("/calls/<uuid:call_id>/declarations")
@blp.arguments(schemas.DeclarationIn)
@blp.response(201, schemas.DeclarationOut)
@access(roles("evaluator", "committee", "controller"))
def declare_interests(body: dict[str, Any], call_id: UUID) -> Any:
    """Declare the acting person's interests for a call; it counts once it is signed."""
    links = [LinkInput(**link) for link in body["links"]]
    signer = desk.own_signer()
    with desk.working() as (session, acting):
        declaration, record_id = declarations.declare_interests(
            session, acting=acting, call_id=call_id, links=links, signer=signer
        )
        made = {name: getattr(declaration, name) for name in schemas.DECLARED}
    are_made = desk.make_documents([record_id])
    return {**made, "document_ids": [record_id], "are_made": are_made}


@blp.put("/interest-links/<uuid:link_id>")
@blp.arguments(schemas.PersonLinkIn)
@blp.response(200, schemas.LinkOut)
@access(OFFICE)
def put_link(body: dict[str, Any], link_id: UUID) -> Any:
    """Record a tie of a person that became known."""
    people = desk.people()
    person_id = body.pop("person_id")
    with desk.working() as (session, acting):
        return interests.add_link(
            session,
            acting=acting,
            person_id=person_id,
            people=people,
            link=LinkInput(id=link_id, **body),
        )


@blp.post("/interest-links/<uuid:link_id>/end")
@blp.arguments(schemas.LinkEndIn)
@blp.response(200, schemas.LinkOut)
@access(OFFICE)
def end_link(body: dict[str, Any], link_id: UUID) -> Any:
    """Say on which day a tie ended."""
    with desk.working() as (session, acting):
        return interests.end_link(session, acting=acting, link_id=link_id, **body)


@blp.get("/interest-links")
@blp.response(200, schemas.LinkOut(many=True))
@access(roles("director", "assistant", "auditor"))
def list_links() -> Any:
    """Return the register of interests."""
    session, acting = desk.looking()
    return interests.links_of(session, acting.organisation_id)


@blp.get("/calls/<uuid:call_id>/conflicts")
@blp.response(200, schemas.ConflictsOut)
@access(roles("director", "assistant", "committee", "auditor"))
def show_conflicts(call_id: UUID) -> Any:
    """Return who may evaluate which project, and why not."""
    session, acting = desk.looking()
    call = get_call(session, acting.organisation_id, call_id)
    picture = interests.conflict_picture(session, call, acting.today)
    items = [
        {
            "person_id": person_id,
            "case_id": case_id,
            "is_eligible": verdict.is_eligible,
            "reasons": [
                {
                    "rule": int(reason.rule),
                    "link_id": reason.link.link_id,
                    "link_type": reason.link.type.value,
                    "because_of": reason.because_of.application_id,
                }
                for reason in verdict.reasons
            ],
        }
        for (person_id, case_id), verdict in picture.matrix.items()
    ]
    return {"members": picture.members, "declared": list(picture.declared), "items": items}


@blp.put("/cases/<uuid:case_id>/assignment")
@blp.arguments(schemas.AssignmentIn)
@blp.response(200, CaseOut)
@access(roles("director"), delegates("assign_evaluators"))
def assign_evaluators(body: dict[str, Any], case_id: UUID) -> Any:
    """Assign a project to its evaluators; a conflicted one is impossible."""
    people = desk.people()
    with desk.working() as (session, acting):
        return evaluations.assign_evaluators(
            session, acting=acting, case_id=case_id, people=people, **body
        )


@blp.get("/cases/<uuid:case_id>/assignment")
@blp.response(200, schemas.AssignmentOut(many=True))
@access(READ)
def show_assignment(case_id: UUID) -> Any:
    """Return the evaluators of a project."""
    session, acting = desk.looking()
    case = get_case(session, acting.organisation_id, case_id)
    return evaluations.assignments_of(session, [case.id])


@blp.post("/cases/<uuid:case_id>/material")
@blp.arguments(schemas.MaterialIn)
@blp.response(200, schemas.AssignmentOut)
@access(roles("evaluator"))
def open_material(body: dict[str, Any], case_id: UUID) -> Any:
    """Record that the evaluator took over the written material."""
    with desk.working() as (session, acting):
        if body["wants_print"]:
            prints.ask_for_print(session, acting=acting, case_id=case_id)
        return evaluations.open_material(session, acting=acting, case_id=case_id)


@blp.post("/cases/<uuid:case_id>/print-request")
@blp.response(200, schemas.AssignmentOut)
@access(roles("evaluator"))
def ask_for_print(case_id: UUID) -> Any:
    """Ask for the written material on paper."""
    with desk.working() as (session, acting):
        return prints.ask_for_print(session, acting=acting, case_id=case_id)


@blp.post("/cases/<uuid:case_id>/prints")
@blp.arguments(schemas.HandOverIn)
@blp.response(201, DocumentsOut)
@access(OFFICE)
def hand_over_print(body: dict[str, Any], case_id: UUID) -> Any:
    """Record that a print was handed over; the evaluator signs the receipt."""
    with desk.working() as (session, acting):
        record_id = prints.hand_over_print(session, acting=acting, case_id=case_id, **body)
    return {"document_ids": [record_id], "are_made": desk.make_documents([record_id])}


@blp.get("/cases/<uuid:case_id>/score-sheets/mine")
@blp.response(200, schemas.ScoreSheetOut)
@access(roles("evaluator"))
def show_scores(case_id: UUID) -> Any:
    """Return the acting evaluator's score sheet."""
    session, acting = desk.looking()
    case = get_case(session, acting.organisation_id, case_id)
    evaluations.own_assignment(session, acting, case)
    sheet = evaluations.own_sheet(session, acting, case)
    if sheet is None:
        raise NoSuchRow(id=case_id)
    return sheet


@blp.put("/cases/<uuid:case_id>/score-sheets/mine")
@blp.arguments(schemas.ScoresIn)
@blp.response(200, schemas.ScoreSheetOut)
@access(roles("evaluator"))
def save_scores(body: dict[str, Any], case_id: UUID) -> Any:
    """Keep the acting evaluator's half-filled score sheet."""
    with desk.working() as (session, acting):
        return evaluations.save_scores(
            session,
            acting=acting,
            case_id=case_id,
            scores=_scores(body),
            note=body["note"],
            version=body.get("version"),
        )


@blp.post("/cases/<uuid:case_id>/score-sheets/mine/closing")
@blp.arguments(schemas.ScoresIn)
@blp.response(200, DocumentsOut)
@access(roles("evaluator"))
def close_scores(body: dict[str, Any], case_id: UUID) -> Any:
    """Close the score sheet; it waits for the evaluator's signature."""
    with desk.working() as (session, acting):
        record_id = evaluations.close_scores(
            session,
            acting=acting,
            case_id=case_id,
            scores=_scores(body),
            note=body["note"],
            version=body.get("version"),
        )
    return {"document_ids": [record_id], "are_made": desk.make_documents([record_id])}


@blp.post("/cases/<uuid:case_id>/score-sheets/<uuid:evaluator_id>/exclusion")
@blp.arguments(schemas.ExclusionIn)
@blp.response(200, CaseOut)
@access(roles("director"))
def exclude_sheet(body: dict[str, Any], case_id: UUID, evaluator_id: UUID) -> Any:
    """Exclude the sheet of an evaluator whose conflict came out later."""
    with desk.working() as (session, acting):
        return exclusions.exclude_sheet(
            session, acting=acting, case_id=case_id, evaluator_id=evaluator_id, **body
        )


def _scores(body: dict[str, Any]) -> dict[str, Score]:
    return {one["code"]: Score(one["points"], one["reason"]) for one in body["scores"]}


@blp.get("/cases/<uuid:case_id>/spread")
@blp.response(200, schemas.SpreadOut)
@access(roles("director", "assistant", "committee", "auditor"))
def show_spread(case_id: UUID) -> Any:
    """Return how far the evaluators lie apart, and what that waits for."""
    session, acting = desk.looking()
    case = get_case(session, acting.organisation_id, case_id)
    work = Work.of(session, acting, case)
    if not Sight.of(acting, work).scores:
        raise NoSuchRow(id=case_id)
    return scoring.spread_among(session, case, work.sheets, work.assignments)


@blp.post("/cases/<uuid:case_id>/spread-decision")
@blp.arguments(schemas.SpreadDecisionIn)
@blp.response(200, CaseOut)
@access(roles("director"))
def decide_spread(body: dict[str, Any], case_id: UUID) -> Any:
    """Decide about evaluators whose points lie far apart."""
    with desk.working() as (session, acting):
        return spread.decide_spread(session, acting=acting, case_id=case_id, **body)


@blp.post("/cases/<uuid:case_id>/onsite-check")
@blp.arguments(schemas.OnsiteIn)
@blp.response(201, DocumentsOut)
@access(roles("evaluator", "director", "assistant"))
def record_onsite(body: dict[str, Any], case_id: UUID) -> Any:
    """Record the ex-ante check; its evaluators sign it."""
    visit = visits.OnsiteInput(**{**body, "claims": [Claim(**one) for one in body["claims"]]})
    with desk.working() as (session, acting):
        record_id = visits.record_onsite(session, acting=acting, case_id=case_id, visit=visit)
    return {"document_ids": [record_id], "are_made": desk.make_documents([record_id])}


@blp.get("/calls/<uuid:call_id>/presentations")
@blp.response(200, schemas.PresentationsOut)
@access(READ)
def show_presentations(call_id: UUID) -> Any:
    """Return the date, order and record of the presentations."""
    session, acting = desk.looking()
    call = get_call(session, acting.organisation_id, call_id)
    held = presentations.session_of(session, call)
    order = held.order if held else [case.id for case in presentations.presenting(session, call)]
    return {
        "presentation_at": call.presentation_at,
        "presentation_place": call.presentation_place,
        "order": order,
        "entries": held.entries if held else [],
        "closed_at": held.closed_at if held else None,
        "signed_at": held.signed_at if held else None,
    }


@blp.put("/calls/<uuid:call_id>/presentations/order")
@blp.arguments(schemas.OrderIn)
@blp.response(204)
@access(OFFICE)
def order_presentations(body: dict[str, Any], call_id: UUID) -> None:
    """Set in which order the projects are presented."""
    with desk.working() as (session, acting):
        presentations.set_order(session, acting=acting, call_id=call_id, **body)


@blp.put("/calls/<uuid:call_id>/presentation-changes/<uuid:change_id>")
@blp.arguments(schemas.PresentationChangeIn)
@blp.response(201, DocumentsOut)
@access(roles("director"))
def change_presentation(body: dict[str, Any], call_id: UUID, change_id: UUID) -> Any:
    """Change the date of presentations, publish it and write to the applicants."""
    signer = desk.signing_director()
    with desk.working() as (session, acting):
        ids = presentations.change_date(
            session,
            acting=acting,
            call_id=call_id,
            given=presentations.ChangeInput(id=change_id, **body),
            signer=signer,
        )
    return {"document_ids": ids, "are_made": desk.make_documents(ids)}


@blp.post("/calls/<uuid:call_id>/presentations/record")
@blp.arguments(schemas.PresentationRecordIn)
@blp.response(201, DocumentsOut)
@access(OFFICE)
def record_presentations(body: dict[str, Any], call_id: UUID) -> Any:
    """Record the presentations; they count once the record is signed."""
    entries = [presentations.PresentationEntry(**one) for one in body.pop("entries")]
    signer = desk.own_signer()
    with desk.working() as (session, acting):
        record_id = presentations.record_presentations(
            session, acting=acting, call_id=call_id, entries=entries, signer=signer, **body
        )
    return {"document_ids": [record_id], "are_made": desk.make_documents([record_id])}

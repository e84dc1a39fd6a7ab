"""Reviews that applicants ask for, and the book for the committee."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.evaluation import desk
from services.evaluation.schemas import reviews as schemas
from services.evaluation.schemas.cases import DocumentsOut
from services.evaluation.service import book, reviews
from services.evaluation.service.cases import get_case
from shared.auth import access, roles

blp = Blueprint("reviews_api", __name__, url_prefix="/api/v1", description="Reviews and the book")
OFFICE = roles("director", "assistant")


@blp.post("/calls/<uuid:call_id>/book")
@blp.response(200, DocumentsOut)
@access(OFFICE)
def make_book(call_id: UUID) -> Any:
    """Make the book for the committee; one that still says the same is returned again."""
    signer = desk.own_signer()
    with desk.working() as (session, acting):
        made = book.make_book(session, acting=acting, call_id=call_id, signer=signer)
    return {"document_ids": [made], "are_made": desk.make_documents([made])}


@blp.get("/cases/<uuid:case_id>/reviews")
@blp.response(200, schemas.ReviewsOut)
@access(roles(*desk.READERS))
def list_reviews(case_id: UUID) -> Any:
    """Return the reviews of a case."""
    session, acting = desk.looking()
    case = get_case(session, acting.organisation_id, case_id)
    return {"items": reviews.reviews_of(session, case)}


@blp.put("/cases/<uuid:case_id>/reviews/<uuid:review_id>")
@blp.arguments(schemas.ReviewIn)
@blp.response(200, schemas.ReviewOut)
@access(OFFICE)
def put_review(body: dict[str, Any], case_id: UUID, review_id: UUID) -> Any:
    """Take in a request for a review; the same again changes nothing."""
    given = reviews.RequestInput(**body)
    with desk.working() as (session, acting):
        return reviews.take_in(
            session, acting=acting, case_id=case_id, review_id=review_id, given=given
        )


@blp.post("/reviews/<uuid:review_id>/decision")
@blp.arguments(schemas.ReviewDecisionIn)
@blp.response(200, DocumentsOut)
@access(roles("programme_committee", "assembly"))
def decide_review(body: dict[str, Any], review_id: UUID) -> Any:
    """Record the decision on a review; who records it signs it, and the applicant gets it."""
    version = body.pop("version")
    signer = desk.own_signer()
    with desk.working() as (session, acting):
        made = reviews.decide(
            session,
            acting=acting,
            review_id=review_id,
            given=reviews.DecisionInput(**body),
            signer=signer,
            version=version,
        )
    return {"document_ids": [made], "are_made": desk.make_documents([made])}

"""Money for data messages: what is approved, what was spent, what waits."""

from typing import Any
from uuid import UUID

from services.documents.api.blueprint import CALLERS, DIRECTORS, LEADERS, READERS, blp
from services.documents.desk import looking, tools, working
from services.documents.domain.estimates import Estimate, Expected
from services.documents.domain.postage import Terms
from services.documents.models import PostageTerms
from services.documents.schemas.postage import (
    DocumentPostageOut,
    EstimateOut,
    PostageOut,
    PostageTermsIn,
    PostageTermsOut,
)
from services.documents.service import estimates
from services.documents.service.batches import batch_of
from services.documents.service.loading import document_of
from services.documents.service.postage import set_terms
from services.documents.service.postage_panel import PostagePanel, postage_panel
from shared.auth import SIGNED_IN, access


@blp.put("/postage-terms")
@blp.arguments(PostageTermsIn)
@blp.response(200, PostageTermsOut)
@access(DIRECTORS)
def put_postage_terms(body: dict[str, Any]) -> PostageTerms:
    """Approve what paid data messages may cost, one and all of a month (R38)."""
    with working() as work:
        version = body.pop("version")
        return set_terms(work, Terms(**body), version)


@blp.get("/postage")
@blp.response(200, PostageOut)
@access(READERS)
def get_postage() -> PostagePanel:
    """Return the price, what is approved, what this month cost and how many messages wait."""
    return postage_panel(looking(), tools().settings.paid_price)


@blp.get("/documents/<uuid:document_id>/postage")
@blp.response(200, DocumentPostageOut)
@access(CALLERS, SIGNED_IN)
def get_document_postage(document_id: UUID) -> dict[str, Expected | None]:
    """Return how a document would leave and what it may cost, before anybody signs it."""
    work = looking()
    found = document_of(work, document_id)
    told = estimates.of_documents(work, [found], tools().settings.paid_price)
    return {"postage": told.each.get(document_id)}


@blp.get("/batches/<uuid:batch_id>/postage")
@blp.response(200, EstimateOut)
@access(CALLERS, LEADERS)
def get_batch_postage(batch_id: UUID) -> Estimate:
    """Return how the documents of a batch that are not issued would leave, and the money for it."""
    work = looking()
    batch_of(work, batch_id)
    return estimates.of_batch(work, batch_id, tools().settings.paid_price).estimate

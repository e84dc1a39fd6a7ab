"""Evidence bundles: asking, looking, fetching."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from services.documents.api.blueprint import blp
from services.documents.desk import bundle_answer, looking, tools, working
from services.documents.models import Bundle
from services.documents.schemas import bundles as schemas
from services.documents.service.bundles import (
    ask_for_bundle,
    bundle_of,
    bundles_about,
    cancel_bundle,
    keep_request,
    pause_bundle,
    resume_bundle,
)
from services.documents.service.call_papers import papers_of_calls
from shared.auth import Rule, access, roles, service
from shared.contracts.bundles import BundleRequest

ASKER: Rule = service("evaluation")
INSPECTORS: Rule = roles("director", "auditor")


@blp.put("/bundles/<uuid:bundle_id>")
@blp.arguments(schemas.BundleIn)
@blp.response(200, schemas.BundleOut)
@access(ASKER)
def put_bundle(body: dict[str, Any], bundle_id: UUID) -> Bundle:
    """Have a bundle made; the same id with the same request returns the same bundle."""
    request = schemas.bundle_request(body)
    try:
        return _ask(bundle_id, request)
    except IntegrityError:
        # Somebody asked with the same id at the same moment.
        return _ask(bundle_id, request)


def _ask(bundle_id: UUID, request: BundleRequest) -> Bundle:
    kept = keep_request(tools().files, request)
    with working() as work:
        return ask_for_bundle(work, bundle_id, request, kept)


@blp.post("/bundles/<uuid:bundle_id>/pause")
@blp.response(200, schemas.BundleOut)
@access(ASKER, INSPECTORS)
def post_bundle_pause(bundle_id: UUID) -> Bundle:
    """Have nobody work on a bundle until somebody resumes; what is written stays."""
    with working() as work:
        return pause_bundle(work, bundle_id)


@blp.post("/bundles/<uuid:bundle_id>/resumption")
@blp.response(200, schemas.BundleOut)
@access(ASKER, INSPECTORS)
def post_bundle_resumption(bundle_id: UUID) -> Bundle:
    """Go on where a bundle was paused, or where it could not be made."""
    with working() as work:
        return resume_bundle(work, bundle_id)


@blp.post("/bundles/<uuid:bundle_id>/cancellation")
@blp.response(200, schemas.BundleOut)
@access(ASKER, INSPECTORS)
def post_bundle_cancellation(bundle_id: UUID) -> Bundle:
    """Give up a bundle that is not ready."""
    with working() as work:
        return cancel_bundle(work, bundle_id)


@blp.get("/bundles/<uuid:bundle_id>")
@blp.response(200, schemas.BundleOut)
@access(ASKER, INSPECTORS)
def get_bundle(bundle_id: UUID) -> Bundle:
    """Return where a bundle stands."""
    return bundle_of(looking(), bundle_id)


@blp.get("/bundles")
@blp.arguments(schemas.BundleQuery, location="query")
@blp.response(200, schemas.BundlePageOut)
@access(ASKER, INSPECTORS)
def get_bundles(query: dict[str, Any]) -> dict[str, Any]:
    """Return bundles, the newest first."""
    work = looking()
    found = bundles_about(work, query.get("subject_id"), query.get("call_id"))
    total = work.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page, size = query["page"], query["page_size"]
    rows = work.session.scalars(found.limit(size).offset((page - 1) * size)).all()
    return {"items": rows, "total": total, "page": page, "page_size": size}


@blp.get("/bundles/<uuid:bundle_id>/file")
@blp.response(200, content_type="application/vnd.etsi.asic-e+zip")
@access(INSPECTORS)
def get_bundle_file(bundle_id: UUID) -> Response:
    """Return the container; who took it stays in the audit trail."""
    return bundle_answer(bundle_id)


@blp.get("/call-papers")
@blp.arguments(schemas.CallPapersQuery, location="query")
@blp.response(200, schemas.CallPapersListOut)
@access(ASKER, INSPECTORS)
def get_call_papers(query: dict[str, Any]) -> dict[str, Any]:
    """Count the documents and deliveries of calls."""
    wanted = [UUID(one) for one in query["call_ids"].split(",")]
    return {"items": papers_of_calls(looking(), wanted)}

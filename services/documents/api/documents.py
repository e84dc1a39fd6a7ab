"""Documents: making, reading, signing, cancelling."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import func, select

from services.documents.acts import Wanted, sign_documents
from services.documents.api.blueprint import CALLERS, DIRECTORS, LEADERS, blp
from services.documents.desk import PDF, bench, file_answer, looking, tools, working
from services.documents.domain.content_json import content_of
from services.documents.domain.documents import DRAFT
from services.documents.domain.numbering import file_name
from services.documents.domain.records import FileNotReady
from services.documents.making import make_document, make_translation
from services.documents.models import Document, Translation
from services.documents.schemas import incoming, outgoing
from services.documents.service.approving import approve
from services.documents.service.issuing import cancel_document
from services.documents.service.loading import document_of, is_due_to, visible_documents
from services.documents.service.translating import (
    TranslatedText,
    newest_translation,
)
from shared.auth import SIGNED_IN, access


@blp.put("/documents/<uuid:document_id>")
@blp.arguments(incoming.DocumentIn)
@blp.response(200, outgoing.DocumentOut)
@access(CALLERS)
def put_document(body: dict[str, Any], document_id: UUID) -> Document:
    """Make a document; the same id with the same request returns the same document."""
    return make_document(bench(), document_id, incoming.document_facts(body))


@blp.get("/documents/<uuid:document_id>")
@blp.response(200, outgoing.DocumentOut)
@access(CALLERS, SIGNED_IN)
def get_document(document_id: UUID) -> Document:
    """Return one document with its signers and its delivery."""
    return document_of(looking(), document_id)


@blp.get("/documents")
@blp.arguments(incoming.DocumentQuery, location="query")
@blp.response(200, outgoing.DocumentPageOut)
@access(CALLERS, SIGNED_IN)
def get_documents(query: dict[str, Any]) -> dict[str, Any]:
    """Return documents, the newest first."""
    work = looking()
    found = visible_documents(work)
    for name in ("case_id", "call_id", "state"):
        if name in query:
            found = found.where(getattr(Document, name) == query[name])
    if "waiting_for" in query:
        found = found.where(is_due_to(work, query["waiting_for"]))
    total = work.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    page, size = query["page"], query["page_size"]
    newest = found.order_by(Document.created_at.desc(), Document.id)
    rows = work.session.scalars(newest.limit(size).offset((page - 1) * size)).all()
    return {"items": rows, "total": total, "page": page, "page_size": size}


@blp.get("/documents/<uuid:document_id>/preview.pdf")
@blp.response(200, content_type=PDF)
@access(CALLERS, SIGNED_IN)
def get_preview(document_id: UUID) -> Response:
    """Return the present revision: exactly the bytes that a signature would cover."""
    document = document_of(looking(), document_id)
    content = tools().files.get(document.sha256)
    return file_answer(content, file_name(document.number, document.title), PDF, is_shown=True)


@blp.get("/documents/<uuid:document_id>/file.pdf")
@blp.response(200, content_type=PDF)
@access(CALLERS, SIGNED_IN)
def get_file(document_id: UUID) -> Response:
    """Return the present revision once somebody has signed it."""
    document = document_of(looking(), document_id)
    if document.state == DRAFT or document.sha256 == document.preview_sha256:
        raise FileNotReady(number=document.number)
    content = tools().files.get(document.sha256)
    return file_answer(content, file_name(document.number, document.title), PDF)


@blp.post("/documents/<uuid:document_id>/signatures")
@blp.arguments(incoming.SignatureIn)
@blp.response(201, outgoing.DocumentOut)
@access(SIGNED_IN)
def post_signature(body: dict[str, Any], document_id: UUID) -> Document:
    """Sign the document as the signed-in person."""
    wanted = Wanted(document_id, body["expected_sha256"])
    secret, most = body["signing_secret"], body["expected_most"]
    return sign_documents(bench(), [wanted], secret, most)[0]


@blp.post("/documents/<uuid:document_id>/approval")
@blp.arguments(incoming.ApprovalIn)
@blp.response(200, outgoing.DocumentOut)
@access(DIRECTORS)
def post_approval(body: dict[str, Any], document_id: UUID) -> Document:
    """Approve the bytes that the director saw; only then they can be signed."""
    with working() as work:
        return approve(work, document_id, body["expected_sha256"], tools().settings.paid_price)


@blp.put("/documents/<uuid:document_id>/translations/<any(cs,en,de):language>")
@blp.arguments(incoming.TranslationIn)
@blp.response(200, outgoing.TranslationOut)
@access(CALLERS, LEADERS)
def put_translation(body: dict[str, Any], document_id: UUID, language: str) -> Translation:
    """Make the document in another language, for information."""
    text = TranslatedText(language, body["title"], content_of(body["content"]), body["content"])
    return make_translation(bench(), document_id, text)


@blp.get("/documents/<uuid:document_id>/translations/<any(cs,en,de):language>.pdf")
@blp.response(200, content_type=PDF)
@access(CALLERS, SIGNED_IN)
def get_translation(document_id: UUID, language: str) -> Response:
    """Return the newest translation into a language."""
    document = document_of(looking(), document_id)
    found = newest_translation(document, language)
    name = file_name(f"{document.number}-{language}", found.title)
    return file_answer(tools().files.get(found.sha256), name, PDF)


@blp.get("/documents/<uuid:document_id>/facts.json")
@blp.response(200, content_type="application/json")
@access(CALLERS, SIGNED_IN)
def get_facts(document_id: UUID) -> Response:
    """Return the canonical facts of the document, as they are attached to it or lie beside it."""
    document = document_of(looking(), document_id)
    content = tools().files.get(document.facts_sha256)
    return file_answer(content, f"{document.number}.json", "application/json")


@blp.post("/documents/<uuid:document_id>/cancellation")
@blp.arguments(incoming.CancellationIn)
@blp.response(200, outgoing.DocumentOut)
@access(CALLERS, LEADERS)
def post_cancellation(body: dict[str, Any], document_id: UUID) -> Document:
    """Cancel a document that was not issued; its number stays used."""
    with working() as work:
        return cancel_document(work, document_id, body["reason"])

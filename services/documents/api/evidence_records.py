"""Evidence records of documents, for whoever verifies them without us."""

from typing import Any
from uuid import UUID

from flask import Response

from services.documents.api.blueprint import CALLERS, blp
from services.documents.desk import BINARY, looking, record_answer
from services.documents.schemas.incoming import EvidenceRecordQuery
from shared.auth import SIGNED_IN, access


@blp.get("/documents/<uuid:document_id>/evidence-record")
@blp.arguments(EvidenceRecordQuery, location="query")
@blp.response(200, content_type=BINARY)
@access(CALLERS, SIGNED_IN)
def get_evidence_record(query: dict[str, Any], document_id: UUID) -> Response:
    """Return the evidence record (RFC 4998) of the present revision, or of the one named."""
    return record_answer(looking(), document_id, query.get("sha256"))

"""Counter-signed copies of agreements: what other parties sent back."""

from typing import Any
from uuid import UUID

from flask import Response

from services.documents.api.blueprint import CALLERS, OFFICE, blp
from services.documents.countersigned import take_countersigned
from services.documents.desk import bench, file_answer, looking, read_scan, tools
from services.documents.models import CountersignedCopy
from services.documents.schemas import incoming, outgoing
from services.documents.service.countersigning import Countersigned, copy_of
from services.documents.service.loading import document_of
from shared.auth import SIGNED_IN, access
from shared.uploads import safe_name


@blp.post("/documents/<uuid:document_id>/countersigned-copies")
@blp.arguments(incoming.CountersignedIn, location="form")
@blp.arguments(incoming.CopyIn, location="files")
@blp.response(201, outgoing.CountersignedOut)
@access(OFFICE)
def post_countersigned(
    body: dict[str, Any], upload: dict[str, Any], document_id: UUID
) -> CountersignedCopy:
    """Keep what the other party of an agreement signed and sent back, as it came.

    A PDF is judged as anybody's file; whatever the verdict, it is kept and shown with it.
    """
    file = upload["copy"]
    came = Countersigned(read_scan(file), safe_name(file.filename or ""), **body)
    return take_countersigned(bench(), document_id, came)


@blp.get("/documents/<uuid:document_id>/countersigned-copies")
@blp.response(200, outgoing.CountersignedOut(many=True))
@access(CALLERS, SIGNED_IN)
def get_countersigned(document_id: UUID) -> list[CountersignedCopy]:
    """Return the counter-signed copies of an agreement, in the order in which they came."""
    return document_of(looking(), document_id).copies


@blp.get("/documents/<uuid:document_id>/countersigned-copies/<uuid:copy_id>/file")
@blp.response(200, content_type="application/octet-stream")
@access(CALLERS, SIGNED_IN)
def get_countersigned_file(document_id: UUID, copy_id: UUID) -> Response:
    """Return a counter-signed copy as it came."""
    copy = copy_of(looking(), document_id, copy_id)
    return file_answer(tools().files.get(copy.sha256), copy.file_name, copy.media_type)

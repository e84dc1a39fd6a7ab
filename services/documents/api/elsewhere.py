"""Signing elsewhere: the signed file comes back."""

from typing import Any
from uuid import UUID

from services.documents.api.blueprint import blp
from services.documents.desk import bench, read_upload
from services.documents.models import Document
from services.documents.other_ways import take_upload
from services.documents.schemas import incoming, outgoing
from shared.auth import SIGNED_IN, access
from shared.uploads import PDF


@blp.post("/documents/<uuid:document_id>/signed-file")
@blp.arguments(incoming.NothingElse, location="form")
@blp.arguments(incoming.SignedFileIn, location="files")
@blp.response(201, outgoing.DocumentOut)
@access(SIGNED_IN)
def post_signed_file(_form: dict[str, Any], upload: dict[str, Any], document_id: UUID) -> Document:
    """Take over the document as the signed-in person signed it elsewhere.

    The file is the preview as it was fetched and one update that signs the person's own field.
    """
    return take_upload(bench(), document_id, read_upload(upload["signed"], PDF))

"""The file of an evidence bundle for people; where it is asked for is evaluation."""

from uuid import UUID

from flask import Response

from services.documents.desk import bundle_answer
from services.documents.web import pages
from shared.auth import access, roles


@pages.get("/bundles/<uuid:bundle_id>/file")
@access(roles("director", "auditor"))
def bundle_file(bundle_id: UUID) -> Response:
    """Download the container; who took it stays in the audit trail."""
    return bundle_answer(bundle_id)

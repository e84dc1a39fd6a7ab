"""Files of an application for those who work on it."""

from uuid import UUID

from flask import Blueprint, Response

from services.evaluation import desk
from services.evaluation.service import material
from shared.auth import access, current_actor, roles
from shared.web.downloads import attachment

blueprint = Blueprint("material", __name__)


@blueprint.get("/cases/<uuid:case_id>/files/<uuid:file_id>")
@access(roles(*desk.READERS))
def file(case_id: UUID, file_id: UUID) -> Response:
    """Give one file; whoever opened it is noted before the bytes are fetched."""
    with desk.working() as (session, acting):
        found = material.open_file(session, acting=acting, case_id=case_id, file_id=file_id)
    content = desk.clients().registry.get_file(case_id, file_id, actor=current_actor())
    return attachment(content, found.name)

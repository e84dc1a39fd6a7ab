"""What registry gives to an evidence bundle; evaluation asks, for a director or an auditor."""

from dataclasses import replace
from uuid import UUID

from flask import current_app

from services.registry.api.blueprint import EVALUATION, blp
from services.registry.desk import looking
from services.registry.schemas.evidence import EvidenceOut, EvidenceQuery
from services.registry.service.evidence import (
    evidence_of_application,
    evidence_of_call,
    subjects_of_call,
)
from services.registry.service.work import Work
from shared.auth import access
from shared.contracts.bundles import EvidenceOf
from shared.evidence.extracts import log_parts


@blp.get("/applications/<uuid:application_id>/evidence")
@blp.arguments(EvidenceQuery, location="query")
@blp.response(200, EvidenceOut)
@access(EVALUATION)
def get_application_evidence(query: dict[str, bool], application_id: UUID) -> EvidenceOf:
    """Return facts, deadlines, expected records and the log's proof about one application."""
    work, is_whole = looking(), not query["is_brief"]
    found = evidence_of_application(work, application_id, with_parts=is_whole)
    return _with_log(work, found, [application_id]) if is_whole else found


@blp.get("/calls/<uuid:call_id>/evidence")
@blp.arguments(EvidenceQuery, location="query")
@blp.response(200, EvidenceOut)
@access(EVALUATION)
def get_call_evidence(query: dict[str, bool], call_id: UUID) -> EvidenceOf:
    """Return the same about a call and all applications to it."""
    work, is_whole = looking(), not query["is_brief"]
    found = evidence_of_call(work, call_id, with_parts=is_whole)
    return _with_log(work, found, subjects_of_call(work, call_id)) if is_whole else found


def _with_log(work: Work, found: EvidenceOf, about: list[UUID]) -> EvidenceOf:
    desk = current_app.extensions["vyzva-evidence"]
    log = log_parts(desk, "registry", work.organisation_id, about)
    return replace(found, parts=[*found.parts, *log])

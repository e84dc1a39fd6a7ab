"""What registry gives to an evidence bundle; evaluation asks, for a director or an auditor."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import current_app

from services.registry.api.blueprint import EVALUATION, blp
from services.registry.desk import clients, looking
from services.registry.schemas.evidence import EvidenceOut, EvidenceQuery, LogReachOut
from services.registry.service.evidence import (
    evidence_of_application,
    evidence_of_call,
    subjects_of_call,
)
from services.registry.service.work import Work
from shared.auth import access, current_actor
from shared.clients.stamping import DocumentsStamper
from shared.contracts.bundles import EvidenceOf
from shared.contracts.evidence import LogReach
from shared.evidence.extracts import log_parts
from shared.evidence.keeping import Desk
from shared.evidence.proving import prove_or_wait


@blp.post("/evidence-log/time-stamps")
@blp.response(200, LogReachOut)
@access(EVALUATION)
def post_log_time_stamp() -> LogReach:
    """See to it that the log is proven in time up to now; say how far that could be done."""
    stamper = DocumentsStamper(clients().documents)
    return prove_or_wait(_desk(), stamper, current_actor().organisation_id)


@blp.get("/applications/<uuid:application_id>/evidence")
@blp.arguments(EvidenceQuery, location="query")
@blp.response(200, EvidenceOut)
@access(EVALUATION)
def get_application_evidence(query: dict[str, Any], application_id: UUID) -> EvidenceOf:
    """Return facts, deadlines, expected records and the log's proof about one application."""
    work = looking()
    found = evidence_of_application(work, application_id, with_parts=not query["is_brief"])
    return found if query["is_brief"] else _with_log(work, found, [application_id], query)


@blp.get("/calls/<uuid:call_id>/evidence")
@blp.arguments(EvidenceQuery, location="query")
@blp.response(200, EvidenceOut)
@access(EVALUATION)
def get_call_evidence(query: dict[str, Any], call_id: UUID) -> EvidenceOf:
    """Return the same about a call and all applications to it."""
    work = looking()
    found = evidence_of_call(work, call_id, with_parts=not query["is_brief"])
    if query["is_brief"]:
        return found
    return _with_log(work, found, subjects_of_call(work, call_id), query)


def _with_log(
    work: Work, found: EvidenceOf, about: list[UUID], query: dict[str, Any]
) -> EvidenceOf:
    until = query["log_until"]
    log = log_parts(_desk(), "registry", work.organisation_id, about, until=until)
    return replace(found, parts=[*found.parts, *log])


def _desk() -> Desk:
    found: Desk = current_app.extensions["vyzva-evidence"]
    return found

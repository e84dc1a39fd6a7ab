"""Asking for an evidence bundle: gathered here and in registry, made by documents."""

from dataclasses import dataclass
from uuid import UUID

from flask import current_app

from services.evaluation import desk
from services.evaluation.models import Call, Case
from services.evaluation.service.cases import cases_of
from services.evaluation.service.evidence import (
    evidence_of_call,
    evidence_of_case,
    note_bundle,
)
from shared.contracts.bundles import BundlePart, BundleRequest, BundleView, EvidenceOf
from shared.evidence.extracts import log_parts
from shared.http import Conflict

CASE, CALL = "case", "call"


@dataclass(frozen=True)
class _Wanted:
    """A bundle to be asked for, as plain values: no row outlives its transaction."""

    kind: str
    title: str
    call_id: UUID
    case_ids: list[UUID]
    own: EvidenceOf


def ask_for_bundle(subject: Call | Case, bundle_id: UUID) -> BundleView:
    """Have the bundle of a project or of a call made, in the name of the acting person.

    No transaction is open while other services are asked. Sent again with the same id, the
    same bundle is returned.

    Raises:
        ClientError: registry or documents does not answer, or refuses.
    """
    session, acting = desk.looking()
    wanted, subject_id, clients = _wanted(subject), subject.id, desk.clients()
    about = [wanted.call_id, *wanted.case_ids] if wanted.kind == CALL else wanted.case_ids
    evidence = current_app.extensions["vyzva-evidence"]
    log = list(log_parts(evidence, "evaluation", acting.organisation_id, about))
    session.rollback()
    if wanted.kind == CALL:
        theirs = clients.registry.get_call_evidence(subject_id, actor=acting.actor)
    else:
        theirs = clients.registry.get_application_evidence(subject_id, actor=acting.actor)
    request = _joined(wanted, theirs, log)
    try:
        made = clients.documents.put_bundle(bundle_id, request, actor=acting.actor)
    except Conflict:
        # The form came twice, and what there is to tell changed in between: one bundle is enough.
        return clients.documents.get_bundle(bundle_id, actor=acting.actor)
    with desk.working() as (writing, _):
        note_bundle(writing, acting, wanted.kind, subject_id, made)
    return made


def _wanted(subject: Call | Case) -> _Wanted:
    session, _ = desk.looking()
    if isinstance(subject, Case):
        title = f"{subject.number} {subject.title}"
        own = evidence_of_case(session, subject)
        return _Wanted(CASE, title, subject.call_id, [subject.id], own)
    case_ids = list(session.scalars(cases_of(subject).with_only_columns(Case.id)))
    return _Wanted(CALL, subject.name, subject.id, case_ids, evidence_of_call(session, subject))


def _joined(wanted: _Wanted, theirs: EvidenceOf, log: list[BundlePart]) -> BundleRequest:
    return BundleRequest(
        kind=wanted.kind,
        title=wanted.title,
        call_id=wanted.call_id,
        case_ids=wanted.case_ids,
        parts=[*theirs.parts, *wanted.own.parts, *log],
        deadlines=[*theirs.deadlines, *wanted.own.deadlines],
        expected=[*theirs.expected, *wanted.own.expected],
    )

"""Asking for an evidence bundle: gathered here and in registry, made by documents."""

from dataclasses import dataclass, replace
from datetime import datetime
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
from shared.actors import Actor
from shared.calendar_cz import PRAGUE
from shared.clients.stamping import DocumentsStamper
from shared.contracts.bundles import BundlePart, BundleRequest, BundleView, EvidenceOf
from shared.contracts.evidence import LogReach
from shared.evidence.extracts import log_parts
from shared.evidence.keeping import Desk
from shared.evidence.proving import prove_or_wait
from shared.http import Conflict

CASE, CALL = "case", "call"


@dataclass(frozen=True)
class AskedFor:
    """A bundle with what its extracts of the logs still lack."""

    bundle: BundleView
    waits: list[datetime]
    """When at the latest a time stamp will have been asked for again, for each log that has none
    over its newest entries; empty where all that the bundle tells is proven in time."""


@dataclass(frozen=True)
class _Wanted:
    """A bundle to be asked for, as plain values: no row outlives its transaction."""

    kind: str
    title: str
    call_id: UUID
    case_ids: list[UUID]
    own: EvidenceOf


def ask_for_bundle(subject: Call | Case, bundle_id: UUID) -> AskedFor:
    """Have the bundle of a project or of a call made, in the name of the acting person.

    First the logs are proven in time up to now, here and in registry; documents does it for its
    own when it makes the bundle. No transaction is open while other services are asked. Sent again
    with the same id, the same bundle is returned.

    Raises:
        ClientError: registry or documents does not answer, or refuses.
    """
    session, acting = desk.looking()
    wanted, subject_id, clients = _wanted(subject), subject.id, desk.clients()
    session.rollback()
    theirs, waits = _of_registry(wanted, subject_id, acting.actor)
    log, waits_here = _own_log(wanted, acting.actor)
    request, waits = _joined(wanted, theirs, log), [*waits, *waits_here]
    try:
        made = clients.documents.put_bundle(bundle_id, request, actor=acting.actor)
    except Conflict:
        # The form came twice, and what there is to tell changed in between: one bundle is enough.
        return AskedFor(clients.documents.get_bundle(bundle_id, actor=acting.actor), waits)
    with desk.working() as (writing, _):
        note_bundle(writing, acting, wanted.kind, subject_id, made)
    return AskedFor(made, waits)


def _of_registry(
    wanted: _Wanted, subject_id: UUID, actor: Actor
) -> tuple[EvidenceOf, list[datetime]]:
    registry = desk.clients().registry
    reach = registry.prove_log(actor=actor)
    ask = registry.get_call_evidence if wanted.kind == CALL else registry.get_application_evidence
    found = ask(subject_id, actor=actor, log_until=reach.until)
    return replace(found, parts=_told(found.parts, reach)), _waits(reach)


def _own_log(wanted: _Wanted, actor: Actor) -> tuple[list[BundlePart], list[datetime]]:
    evidence: Desk = current_app.extensions["vyzva-evidence"]
    stamper = DocumentsStamper(desk.clients().documents)
    reach = prove_or_wait(evidence, stamper, actor.organisation_id)
    about = [wanted.call_id, *wanted.case_ids] if wanted.kind == CALL else wanted.case_ids
    log = log_parts(evidence, "evaluation", actor.organisation_id, about, until=reach.until)
    parts = _told(list(log), reach)
    evidence.session().rollback()
    return parts, _waits(reach)


def _waits(reach: LogReach) -> list[datetime]:
    return [reach.waits_until] if reach.waits_until is not None else []


def _told(parts: list[BundlePart], reach: LogReach) -> list[BundlePart]:
    """Say in the titles of extracts until when they wait for their time stamp, if they do."""
    if reach.waits_until is None:
        return parts
    start = f"log/{reach.log.partition('/')[0]}-"
    at = reach.waits_until.astimezone(PRAGUE)
    until = f"{at.day}. {at.month}. {at.year} {at:%H:%M}"
    words = f"čeká na časové razítko, nejpozději {until} se o ně znovu požádá"
    return [
        replace(one, title=f"{one.title} ({words})") if one.name.startswith(start) else one
        for one in parts
    ]


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

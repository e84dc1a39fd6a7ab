"""What registry gives to an evidence bundle: facts, deadlines, expected records."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.registry.domain.evidence import needs_of_application, needs_of_call
from services.registry.models import (
    AllocationDecision,
    ApplicantSignatureRow,
    Application,
    ApplicationFile,
    Base,
    Call,
    ControlSheet,
    Decision,
    DocumentRef,
    FolderEntryRow,
    IdentityRow,
    PreliminaryCheckRow,
    PresentationChangeRow,
    ReceivedList,
    ResultsRow,
    Snapshot,
    Submission,
)
from services.registry.service.loading import application_of, call_of
from services.registry.service.settings import rules_of
from services.registry.service.views import application_view, call_view
from services.registry.service.work import Work
from shared.calendar_cz import prague_day
from shared.contracts.bundles import BundlePart, DeadlineLine, EvidenceOf, ExpectedRecord
from shared.contracts.codec import to_json
from shared.deadlines import earliest_close
from shared.missing_records import Need, Paper, expected_record

OF_APPLICATION: Sequence[type[Base]] = (
    Submission,
    ApplicationFile,
    IdentityRow,
    PreliminaryCheckRow,
    ApplicantSignatureRow,
    ControlSheet,
    Decision,
    FolderEntryRow,
)
OF_CALL: Sequence[type[Base]] = (
    AllocationDecision,
    PresentationChangeRow,
    ReceivedList,
    ResultsRow,
    Snapshot,
)
UNTOLD = frozenset({"organisation_id", "stored_as"})
JSON = "application/json"
AT_ONCE = 200
"""Applications read together."""
CLOSING = {
    "cs": "Výzva byla otevřená nejméně po stanovenou dobu",
    "en": "The call was open for at least the set period",
    "de": "Der Aufruf war mindestens die festgelegte Zeit offen",
}
LISTING = {
    "cs": "Zveřejnění seznamu přijatých žádostí",
    "en": "Publication of the list of received applications",
    "de": "Veröffentlichung der Liste der eingegangenen Anträge",
}


def evidence_of_application(
    work: Work, application_id: UUID, *, with_parts: bool = True
) -> EvidenceOf:
    """Return what there is about one application.

    Args:
        with_parts: also the facts, which are long.

    Raises:
        RecordUnknown: none in this organisation.
    """
    application = application_of(work, application_id)
    call, parts = application.call, list[BundlePart]()
    if with_parts:
        parts = [_call_part(work, call), *_application_parts(work, [application])]
    return EvidenceOf(
        parts=parts,
        expected=_expected_of_applications(work, [application]),
        deadlines=_deadlines_of_call(work, call),
    )


def evidence_of_call(work: Work, call_id: UUID, *, with_parts: bool = True) -> EvidenceOf:
    """Return what there is about a call and every application to it.

    Args:
        with_parts: also the facts, which are long.

    Raises:
        RecordUnknown: none in this organisation.
    """
    call = call_of(work, call_id)
    query = select(Application).where(
        Application.organisation_id == work.organisation_id, Application.call_id == call.id
    )
    found = list(work.session.scalars(query.order_by(Application.received_order, Application.id)))
    parts = [_call_part(work, call)] if with_parts else []
    expected = _expected_of_call(work, call)
    for start in range(0, len(found), AT_ONCE):
        batch = found[start : start + AT_ONCE]
        parts += _application_parts(work, batch) if with_parts else []
        expected += _expected_of_applications(work, batch)
    return EvidenceOf(parts, _deadlines_of_call(work, call), expected)


def subjects_of_call(work: Work, call_id: UUID) -> list[UUID]:
    """Return the ids under which the log speaks of a call and its applications."""
    query = select(Application.id).where(
        Application.organisation_id == work.organisation_id, Application.call_id == call_id
    )
    return [call_id, *work.session.scalars(query)]


def _call_part(work: Work, call: Call) -> BundlePart:
    told = {kind.__tablename__: _rows(work, kind, "call_id", [call.id]) for kind in OF_CALL}
    facts = {"call": to_json(call_view(work, call)), **{k: v[call.id] for k, v in told.items()}}
    return _json(f"facts/call-{call.number}.json", f"Výzva {call.number}", facts)


def _application_parts(work: Work, applications: Sequence[Application]) -> list[BundlePart]:
    ids = [one.id for one in applications]
    told = {kind: _rows(work, kind, "application_id", ids) for kind in OF_APPLICATION}
    parts = []
    for application in applications:
        facts = {kind.__tablename__: rows[application.id] for kind, rows in told.items()}
        # The files stand among the rows, with their hashes.
        facts["application"] = to_json(application_view(application, []))
        name, title = _named(application)
        parts.append(_json(f"facts/{name}.json", f"{title}: údaje registru", facts))
    return parts


def _named(application: Application) -> tuple[str, str]:
    if application.number is None:
        return f"received-{application.id}", application.title
    return application.number.replace("/", "-"), f"Žádost {application.number}"


def _rows(
    work: Work, kind: type[Base], column: str, ids: Sequence[UUID]
) -> dict[UUID, list[dict[str, Any]]]:
    table = kind.__table__
    owned = (table.c.organisation_id == work.organisation_id, table.c[column].in_(ids))
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in work.session.execute(select(table).where(*owned).order_by(table.c.id)).mappings():
        told = {name: value for name, value in row.items() if name not in UNTOLD}
        found[row[column]].append(to_json(told))
    return found


def _json(name: str, title: str, facts: Any) -> BundlePart:
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1)
    return BundlePart(name, title, JSON, text)


def _expected_of_applications(
    work: Work, applications: Sequence[Application]
) -> list[ExpectedRecord]:
    ids = [one.id for one in applications]
    query = select(DocumentRef).where(
        DocumentRef.organisation_id == work.organisation_id, DocumentRef.application_id.in_(ids)
    )
    papers: dict[UUID | None, list[Paper]] = defaultdict(list)
    for row in work.session.scalars(query):
        papers[row.application_id].append(Paper(row.id, row.kind, row.state))
    return [
        expected_record(need, papers[one.id], one.number or one.title)
        for one in applications
        for need in needs_of_application(one.state, was_registered=one.registered_at is not None)
    ]


def _expected_of_call(work: Work, call: Call) -> list[ExpectedRecord]:
    query = select(DocumentRef).where(
        DocumentRef.organisation_id == work.organisation_id,
        DocumentRef.call_id == call.id,
        DocumentRef.application_id.is_(None),
    )
    papers = [Paper(row.id, row.kind, row.state) for row in work.session.scalars(query)]
    needs: Sequence[Need] = needs_of_call(
        is_published=call.published_at is not None, is_closed=call.closed_at is not None
    )
    return [expected_record(need, papers, str(call.number)) for need in needs]


def _deadlines_of_call(work: Work, call: Call) -> list[DeadlineLine]:
    """Return D1 and D2, as the call's own rules count them."""
    lines = []
    if call.published_at is not None and call.closes_at is not None:
        published = prague_day(call.published_at)
        earliest = earliest_close(published, rules_of(work, call))
        lines.append(
            DeadlineLine(
                what=CLOSING,
                about=str(call.number),
                source="R3 (D1)",
                direction="at_least",
                due=earliest.due,
                done=prague_day(call.closes_at),
            )
        )
    query = select(ReceivedList).where(
        ReceivedList.organisation_id == work.organisation_id, ReceivedList.call_id == call.id
    )
    lists = list(work.session.scalars(query.order_by(ReceivedList.made_at, ReceivedList.id)))
    lines += [
        DeadlineLine(
            what=LISTING,
            about=str(call.number),
            source="R22 (D2)",
            direction="at_most",
            due=one.due,
            done=prague_day(one.published_at) if one.published_at else None,
            note=one.late_reason,
        )
        for one in lists
        if one.state != "cancelled"
    ]
    return lines

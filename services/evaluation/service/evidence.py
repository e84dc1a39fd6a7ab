"""What evaluation gives to an evidence bundle: facts of cases, deadlines, expected records."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain.evidence import (
    CaseProgress,
    needs_of_case,
    needs_of_whole_call,
)
from services.evaluation.domain.states import CASE
from services.evaluation.models import (
    AllocationRun,
    Assignment,
    Audit,
    Base,
    Call,
    Case,
    CommitteeMember,
    Control,
    ControlDecision,
    DeficiencyCall,
    Meeting,
    OnsiteCheck,
    PresentationChange,
    PresentationSession,
    Recommendation,
    Record,
    Resolution,
    Review,
    ScoreSheet,
)
from shared.calendar_cz import prague_day
from shared.contracts.bundles import (
    BundlePart,
    BundleView,
    DeadlineLine,
    EvidenceOf,
    ExpectedRecord,
)
from shared.contracts.codec import to_json
from shared.deadlines import deadline_from_json, earliest_presentation
from shared.missing_records import Paper, expected_record

from .acting import Acting
from .cases import get_call, get_case, trace
from .evidence_words import NOTICE, PRESENTATION, REPAIR, REPAIRED, REVIEW

OF_CASE: Sequence[type[Base]] = (
    Control,
    ControlDecision,
    DeficiencyCall,
    Assignment,
    ScoreSheet,
    OnsiteCheck,
    Recommendation,
    Review,
)
OF_CALL: Sequence[type[Base]] = (
    PresentationSession,
    PresentationChange,
    Meeting,
    AllocationRun,
    Resolution,
)
JSON = "application/json"
AT_ONCE = 200
"""Cases read together."""
MOVES = [move.act for move in CASE.transitions]


def evidence_of_case(session: Session, case: Case, *, with_parts: bool = True) -> EvidenceOf:
    """Return what there is about one project, and what its call must have for it.

    Args:
        with_parts: also the facts, which are long.
    """
    return _evidence(session, case.call, [case], with_parts=with_parts)


def evidence_of_call(session: Session, call: Call, *, with_parts: bool = True) -> EvidenceOf:
    """Return what there is about a call and all its projects.

    Args:
        with_parts: also the facts, which are long.
    """
    query = select(Case).where(Case.call_id == call.id).order_by(Case.received_order, Case.id)
    return _evidence(session, call, list(session.scalars(query)), with_parts=with_parts)


def note_bundle(
    session: Session, acting: Acting, kind: str, subject_id: UUID, made: BundleView
) -> None:
    """Leave the trace of a bundle that was asked for."""
    read = get_call if kind == "call" else get_case
    details = {"bundle_id": str(made.id), "missing": made.missing}
    trace(
        session,
        acting,
        "ask_for_bundle",
        read(session, acting.organisation_id, subject_id),
        details,
    )


def _evidence(
    session: Session, call: Call, cases: Sequence[Case], *, with_parts: bool
) -> EvidenceOf:
    parts, expected, deadlines, acts = [], [], [], set[str]()
    for start in range(0, len(cases), AT_ONCE):
        batch = cases[start : start + AT_ONCE]
        told = _Told(session, batch)
        acts |= {act for found in told.acts.values() for act in found}
        expected += [one for case in batch for one in told.expected(case)]
        deadlines += [one for case in batch for one in told.deadlines(case)]
        parts += [told.part(case) for case in batch] if with_parts else []
    expected += _expected_of_call(session, call, acts)
    deadlines += _deadlines_of_call(session, call)
    parts += [_call_part(session, call)] if with_parts else []
    return EvidenceOf(parts, deadlines, expected)


class _Told:
    """Everything about some cases, read in a bounded number of queries."""

    def __init__(self, session: Session, cases: Sequence[Case]) -> None:
        self._ids = [case.id for case in cases]
        self._rows = {kind: self._of(session, kind) for kind in OF_CASE}
        self._records = self._of(session, Record)
        self.acts: dict[UUID, set[str]] = defaultdict(set)
        query = select(Audit.subject_id, Audit.act).where(
            Audit.organisation_id == cases[0].organisation_id,
            Audit.subject_id.in_(self._ids),
            Audit.act.in_(MOVES),
        )
        for case_id, act in session.execute(query):
            self.acts[case_id].add(act)

    def _of(self, session: Session, kind: type[Any]) -> dict[UUID, list[Any]]:
        found: dict[UUID, list[Any]] = defaultdict(list)
        for row in session.scalars(
            select(kind).where(kind.case_id.in_(self._ids)).order_by(kind.id)
        ):
            found[row.case_id].append(row)
        return found

    def expected(self, case: Case) -> list[ExpectedRecord]:
        """Tell which records the project must have, and which of them are missing."""
        papers = [_paper(row) for row in self._records[case.id]]
        sheets = [one for one in self._rows[ScoreSheet][case.id] if one.excluded_at is None]
        progress = CaseProgress(
            acts=self.acts[case.id],
            controls=sum(
                one.concluded_at is not None and one.released_at is None
                for one in self._rows[Control][case.id]
            ),
            deficiency_calls=len(self._rows[DeficiencyCall][case.id]),
            score_sheets=sum(one.closed_at is not None for one in sheets),
            reviews=sum(one.outcome is not None for one in self._rows[Review][case.id]),
            prints=sum(one.print_handed_at is not None for one in self._rows[Assignment][case.id]),
        )
        return [expected_record(need, papers, case.number) for need in needs_of_case(progress)]

    def deadlines(self, case: Case) -> list[DeadlineLine]:
        """Tell the periods of the project: notice, repair, and how long the repair was."""
        lines = [] if case.notice_due is None else [self._notice(case)]
        for call in self._rows[DeficiencyCall][case.id]:
            lines += _repair(case, call)
        return lines + [_review(case, review) for review in self._rows[Review][case.id]]

    def _notice(self, case: Case) -> DeadlineLine:
        sent = [
            prague_day(row.dispatched_at)
            for row in self._records[case.id]
            if row.kind == "control_notice" and row.dispatched_at is not None
        ]
        due, done = case.notice_due, max(sent, default=None)
        assert due is not None  # noqa: S101 - the caller asks for those that have one
        return DeadlineLine(NOTICE, case.number, "R36 (D4)", "at_most", due, done)

    def part(self, case: Case) -> BundlePart:
        """Return all facts of the project as a file."""
        told = {kind.__tablename__: [_row(r) for r in rows[case.id]] for kind, rows in self.rows()}
        facts = {**told, "project_case": _row(case)}
        name = f"evaluation/{case.number.replace('/', '-').lower()}.json"
        return _json(name, f"Žádost {case.number}: údaje hodnocení", facts)

    def rows(self) -> Sequence[tuple[type[Base], dict[UUID, list[Any]]]]:
        """Return the rows by their tables."""
        return list(self._rows.items())


def _repair(case: Case, call: DeficiencyCall) -> list[DeadlineLine]:
    earliest = deadline_from_json(call.deadline).due
    return [
        DeadlineLine(REPAIR, case.number, "R35 (D3)", "at_least", earliest, call.fixed_date),
        DeadlineLine(
            *(REPAIRED, case.number, "R33, R34", "at_most", call.fixed_date, call.repaired_on),
            note=call.repair_note,
        ),
    ]


def _review(case: Case, review: Review) -> DeadlineLine:
    due = deadline_from_json(review.deadline).due
    return DeadlineLine(REVIEW, case.number, "1.13 (7)", "at_most", due, review.received_on)


def _expected_of_call(session: Session, call: Call, acts: set[str]) -> list[ExpectedRecord]:
    query = select(Record).where(Record.call_id == call.id, Record.case_id.is_(None))
    papers = [_paper(row) for row in session.scalars(query)]
    members = select(CommitteeMember.id).where(CommitteeMember.call_id == call.id)
    count = len(session.scalars(members).all())
    needs = needs_of_whole_call(acts, count)
    return [expected_record(need, papers, str(call.number)) for need in needs]


def _deadlines_of_call(session: Session, call: Call) -> list[DeadlineLine]:
    query = select(PresentationChange).where(PresentationChange.call_id == call.id)
    changes = session.scalars(query.order_by(PresentationChange.decided_at))
    return [
        DeadlineLine(
            PRESENTATION,
            str(call.number),
            "R59 (D5)",
            "at_least",
            earliest_presentation(prague_day(one.decided_at), call.deadlines).due,
            prague_day(one.new_at),
            note=one.override_reason,
        )
        for one in changes
    ]


def _call_part(session: Session, call: Call) -> BundlePart:
    facts: dict[str, Any] = {"call": _row(call)}
    for kind in OF_CALL:
        table = kind.__table__
        found = session.execute(select(table).where(table.c.call_id == call.id)).mappings()
        facts[kind.__tablename__] = [to_json(dict(row)) for row in found]
    return _json(f"evaluation/call-{call.number}.json", f"Výzva {call.number}: hodnocení", facts)


def _paper(row: Record) -> Paper:
    is_delivered = row.delivery_state == "delivered"
    return Paper(row.id, row.kind, row.state, is_delivered)


def _row(row: Any) -> Any:
    return to_json({column.name: getattr(row, column.key) for column in row.__table__.columns})


def _json(name: str, title: str, facts: Any) -> BundlePart:
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1)
    return BundlePart(name, title, JSON, text)

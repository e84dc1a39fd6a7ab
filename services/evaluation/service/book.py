"""The book for the selection committee: made before the meeting, anew when something changed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain import book as rules
from services.evaluation.domain import states
from services.evaluation.letters import book as letters
from services.evaluation.models import Case, OnsiteCheck, ScoreSheet
from shared.contracts.codec import to_json
from shared.contracts.documents import Signer

from .acting import Acting
from .cases import cases_of, lock_call, lock_cases, lock_meeting, trace
from .interests import ConflictPicture, conflict_picture
from .meetings import check_ready
from .records import live_record, request_record, withdraw_record
from .scoring import points_of

MADE_ANEW = "Kniha byla sestavena znovu, protože se změnily podklady."


def make_book(session: Session, *, acting: Acting, call_id: UUID, signer: Signer) -> UUID:
    """Make the book for the committee, or return the one that still says the same (R61, R63).

    A book that says something else is taken back, so that nobody decides by it.

    Returns:
        Id of the document to sign.

    Raises:
        MeetingTooEarly, BookTooLate, NothingForBook: See the classes.
    """
    call = lock_call(session, acting.organisation_id, call_id)
    meeting = lock_meeting(session, call)
    check_ready(session, call)
    cases = lock_cases(session, cases_of(call, (states.PRESENTED,)))
    rules.check_book(len(cases), meeting.closed_at if meeting else None)
    points = points_of(session, cases)
    entries = [
        rules.Entry(c.id, c.fiche, points[c.id].total, c.requested, c.received_order) for c in cases
    ]
    fiches = rules.placed_in_fiches(entries)
    picture = conflict_picture(session, call, acting.today, cases)
    told = _told(session, cases, picture)
    request = letters.committee_book(call, fiches, told, signer=signer)
    live = live_record(session, call.organisation_id, letters.KIND, call.id)
    if live is not None and _says(live.request) == _says(to_json(request)):
        return live.id
    if live is not None:
        withdraw_record(session, live, MADE_ANEW)
        session.flush()
    record = request_record(session, acting, request, subject_id=call.id)
    trace(session, acting, "make_book", call, {"projects": len(cases)})
    return record.id


def _says(request: Mapping[str, Any]) -> str:
    """Return what stands in a document, in one spelling."""
    return json.dumps(request["content"], sort_keys=True)


def _told(
    session: Session, cases: Sequence[Case], picture: ConflictPicture
) -> dict[UUID, letters.Told]:
    ids = [case.id for case in cases]
    sheets: dict[UUID, list[ScoreSheet]] = {key: [] for key in ids}
    query = select(ScoreSheet).where(ScoreSheet.case_id.in_(ids))
    for sheet in session.scalars(query.order_by(ScoreSheet.evaluator_name, ScoreSheet.id)):
        if sheet.counts:
            sheets[sheet.case_id].append(sheet)
    visits = session.scalars(select(OnsiteCheck).where(OnsiteCheck.case_id.in_(ids)))
    checks = {check.case_id: check for check in visits}
    return {
        case.id: letters.Told(
            case,
            sheets[case.id],
            checks.get(case.id),
            [member.name for member in picture.conflicted(case.id)],
        )
        for case in cases
    }

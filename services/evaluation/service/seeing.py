"""What a person may see of others' work on a case: nothing before the own work is done.

Two people who control or score the same project do so each for himself (R25, R41). Whoever has
yet to conclude therefore sees neither findings nor points of the others, whatever roles he has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain.spread import FIRST_ROUND
from services.evaluation.models import Case, Control, Meeting, Record, ScoreSheet

from .acting import Acting
from .controls import controls_of
from .evaluations import assignments_of, is_scorable, own_sheet, sheets_of

SEES_ALL_SCORES = ("director", "assistant", "committee", "auditor")
SEES_MEETING = ("committee", "director", "assistant", "auditor")
"""Roles that see what the committee does before its minutes are signed."""
OF_CONTROL, OF_SCORING = ("control_list", "control_entry"), ("score_sheet",)


@dataclass(frozen=True)
class Sight:
    """What of the others' work on one case is open to the person."""

    controls: bool
    scores: bool

    @classmethod
    def of(cls, session: Session, acting: Acting, case: Case) -> "Sight":
        """Judge it from the person's own unfinished work and roles."""
        return cls(
            controls=not _is_controlling(session, acting, case),
            scores=acting.actor.has_role(*SEES_ALL_SCORES)
            and not _is_scoring(session, acting, case),
        )


def _is_controlling(session: Session, acting: Acting, case: Case) -> bool:
    return any(
        control.controller_id == acting.actor.person_id and control.concluded_at is None
        for control in controls_of(session, case)
    )


def _is_scoring(session: Session, acting: Acting, case: Case) -> bool:
    assigned = {row.evaluator_id for row in assignments_of(session, [case.id])}
    if acting.actor.person_id not in assigned or not is_scorable(session, case):
        return False
    sheet = own_sheet(session, acting, case)
    # The second round is scored by all together (A15).
    return sheet is None or (sheet.closed_at is None and sheet.round == FIRST_ROUND)


@dataclass(frozen=True)
class SeenControl:
    """A control as the person may see it."""

    control: Control
    is_open: bool
    """Whether its findings and conclusion are shown."""


def seen_controls(
    session: Session, acting: Acting, case: Case, *, of_round: int | None = None
) -> list[SeenControl]:
    """Return the controls of a round; half-filled findings belong to their author alone."""
    sight = Sight.of(session, acting, case)
    seen = []
    for control in controls_of(session, case, of_round=of_round):
        is_own = control.controller_id == acting.actor.person_id
        is_former = control.round < case.control_round
        is_told = control.concluded_at is not None and (sight.controls or is_former)
        seen.append(SeenControl(control, is_own or is_told))
    return seen


def seen_sheets(session: Session, acting: Acting, case: Case) -> list[ScoreSheet]:
    """Return the score sheets that the person may see."""
    sight = Sight.of(session, acting, case)
    mine = acting.actor.person_id
    return [s for s in sheets_of(session, case) if sight.scores or s.evaluator_id == mine]


def seen_records(session: Session, acting: Acting, case: Case) -> list[Record]:
    """Return the documents of a case, without those that would tell what is hidden."""
    sight = Sight.of(session, acting, case)
    hidden = (() if sight.controls else OF_CONTROL) + (() if sight.scores else OF_SCORING)
    query = (
        select(Record)
        .where(Record.case_id == case.id)
        .order_by(Record.requested_at, Record.kind, Record.id)
    )
    mine = str(acting.actor.person_id)
    return [r for r in session.scalars(query) if r.kind not in hidden or mine in r.signer_ids]


def sees_meeting(acting: Acting, meeting: Meeting | None) -> bool:
    """Tell whether the person sees votes and recommendations of the meeting."""
    is_public = meeting is not None and meeting.signed_at is not None
    return is_public or acting.actor.has_role(*SEES_MEETING)


def without_findings(seen: Sequence[SeenControl], names: Sequence[str]) -> list[dict[str, object]]:
    """Return the named facts of controls; of a closed one nothing that it found."""
    closed: dict[str, object] = {"findings": {}, "is_acceptable": None}
    return [
        {name: getattr(one.control, name) for name in names} | ({} if one.is_open else closed)
        for one in seen
    ]

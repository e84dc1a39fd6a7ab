"""What a person may see of others' work on a case: nothing before the own work is done.

Two people who control or score the same project do so each for himself (R25, R41). Whoever has
yet to conclude therefore sees neither findings nor points of the others, whatever roles he has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain.spread import FIRST_ROUND
from services.evaluation.models import Assignment, Case, Control, Meeting, Record, ScoreSheet

from .acting import Acting
from .controls import rounds_of
from .evaluations import assignments_of, is_scorable, sheets_of

SEES_ALL_SCORES = ("director", "assistant", "committee", "auditor")
SEES_MEETING = ("committee", "director", "assistant", "auditor")
"""Roles that see what the committee does before its minutes are signed."""
OF_CONTROL, OF_SCORING = ("control_list", "control_entry"), ("score_sheet",)


@dataclass(frozen=True)
class Work:
    """What controllers and evaluators have done on one case, read once, and the person's part."""

    person_id: UUID | None
    """The acting person; ``None`` when a service acts on its own."""
    rounds: Sequence[Sequence[Control]]
    """Controls of every round, the present one last."""
    assignments: Sequence[Assignment]
    sheets: Sequence[ScoreSheet]
    is_evaluator: bool
    """Whether the project is assigned to the person."""
    may_score: bool
    """Whether the person, as its evaluator, can score it now."""

    @classmethod
    def of(cls, session: Session, acting: Acting, case: Case) -> "Work":
        """Read the work on the case."""
        me, assignments = acting.actor.person_id, assignments_of(session, [case.id])
        is_evaluator = any(row.evaluator_id == me for row in assignments)
        return cls(
            person_id=me,
            rounds=rounds_of(session, case),
            assignments=assignments,
            sheets=sheets_of(session, case),
            is_evaluator=is_evaluator,
            may_score=is_evaluator and is_scorable(session, case),
        )

    @property
    def is_controlling(self) -> bool:
        """Tell whether the person has yet to conclude in the present round."""
        return any(
            control.controller_id == self.person_id and control.concluded_at is None
            for control in self.rounds[-1]
        )

    @property
    def is_scoring(self) -> bool:
        """Tell whether the person has yet to close a sheet, alone or with all together."""
        sheet = self.own_sheet
        return self.may_score and (sheet is None or sheet.closed_at is None)

    @property
    def own_sheet(self) -> ScoreSheet | None:
        """The person's sheet, if it was begun."""
        return next((one for one in self.sheets if one.evaluator_id == self.person_id), None)


@dataclass(frozen=True)
class Sight:
    """What of the others' work on one case is open to the person."""

    controls: bool
    scores: bool

    @classmethod
    def of(cls, acting: Acting, work: Work) -> "Sight":
        """Judge it from the person's own unfinished work and roles."""
        sheet = work.own_sheet
        # The second round is scored by all together (A15).
        is_alone = sheet is None or sheet.round == FIRST_ROUND
        return cls(
            controls=not work.is_controlling,
            scores=acting.actor.has_role(*SEES_ALL_SCORES) and not (work.is_scoring and is_alone),
        )


@dataclass(frozen=True)
class SeenControl:
    """A control as the person may see it."""

    control: Control
    is_open: bool
    """Whether its findings and conclusion are shown."""


def seen_rounds(work: Work, sight: Sight) -> list[list[SeenControl]]:
    """Return the controls by round; half-filled findings belong to their author alone."""
    present = len(work.rounds)
    return [
        [
            SeenControl(one, _is_told(one, is_open=sight.controls or number < present, work=work))
            for one in controls
        ]
        for number, controls in enumerate(work.rounds, start=1)
    ]


def _is_told(control: Control, *, is_open: bool, work: Work) -> bool:
    is_own = control.controller_id == work.person_id
    return is_own or (is_open and control.concluded_at is not None)


def seen_sheets(work: Work, sight: Sight) -> list[ScoreSheet]:
    """Return the score sheets that the person may see."""
    return [one for one in work.sheets if sight.scores or one.evaluator_id == work.person_id]


def seen_records(session: Session, case: Case, *, work: Work, sight: Sight) -> list[Record]:
    """Return the documents of a case, without those that would tell what is hidden."""
    hidden = (() if sight.controls else OF_CONTROL) + (() if sight.scores else OF_SCORING)
    query = (
        select(Record)
        .where(Record.case_id == case.id)
        .order_by(Record.requested_at, Record.kind, Record.id)
    )
    mine = str(work.person_id)
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

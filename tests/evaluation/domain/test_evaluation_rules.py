"""Committee, assignments, scores, visits, presentations, recommendations, states."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain import (
    assignments,
    committee,
    onsite,
    presentations,
    recommendation,
    scores,
    states,
)
from services.evaluation.domain.conflicts import Conflicted, Eligible
from services.evaluation.domain.onsite import Claim, ClaimVerdict, Effect
from services.evaluation.domain.recommendation import Recommendation, Transfer
from services.evaluation.domain.scores import Criterion, Score, ScoreSheet
from shared.errors import DomainError
from shared.states import ActNotAllowed

pytestmark = pytest.mark.one_database

PEOPLE = [UUID(int=number) for number in range(1, 10)]
SEVEN = PEOPLE[:7]
A, B, C = PEOPLE[:3]


@pytest.mark.parametrize(
    ("members", "error"),
    [
        (PEOPLE[:6], committee.WrongCommitteeSize),
        (PEOPLE[:8], committee.WrongCommitteeSize),
        ([*PEOPLE[:6], A], committee.MemberTwice),
    ],
)
def test_the_committee_has_seven_members(members: list[UUID], error: type[DomainError]) -> None:
    with pytest.raises(error):
        committee.check_committee(members)
    committee.check_committee(SEVEN)
    committee.check_committee(PEOPLE[:5], size=5)


FREE = dict.fromkeys(PEOPLE, Eligible())


@pytest.mark.parametrize(
    ("people", "changes", "error"),
    [
        ([A], {}, assignments.TooFewEvaluators),
        ([A, A], {}, assignments.EvaluatorTwice),
        ([A, PEOPLE[8]], {}, assignments.NotCommitteeMember),
        ([A, B], {"declared": [A]}, assignments.DeclarationMissing),
        (
            [A, B],
            {"eligibility": {A: Eligible(), B: Conflicted(())}},
            assignments.EvaluatorConflicted,
        ),
        ([A, B], {"eligibility": {A: Eligible()}}, assignments.EvaluatorConflicted),
        ([A, B], {"minimum": 3}, assignments.TooFewEvaluators),
    ],
)
def test_an_assignment_that_breaks_a_rule_is_impossible(
    people: list[UUID], changes: dict[str, object], error: type[DomainError]
) -> None:
    given_facts = {"committee": SEVEN, "declared": SEVEN, "eligibility": FREE, **changes}
    with pytest.raises(error):
        assignments.check_assignment(people, **given_facts)  # type: ignore[arg-type]


def test_an_evaluator_who_has_scored_stays() -> None:
    with pytest.raises(assignments.EvaluatorHasScored):
        assignments.check_removal([A, B], [B])
    assignments.check_removal([A], [B])


CRITERIA = (
    Criterion("need", "Potřebnost", Decimal(30)),
    Criterion("spl", "Soulad se SPL", Decimal(20), "1.2"),
)


def sheet(person: UUID, need: str, spl: str) -> ScoreSheet:
    return ScoreSheet(
        person, {"need": Score(Decimal(need), "proto"), "spl": Score(Decimal(spl), "proto")}
    )


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        ({"need": Score(Decimal(1), "x")}, scores.CriterionNotScored),
        ({"x": Score(Decimal(1), "x")}, scores.UnknownCriterion),
        ({"need": Score(Decimal(31), "x"), "spl": Score(Decimal(1), "x")}, scores.PointsOutOfRange),
        ({"need": Score(Decimal(-1), "x"), "spl": Score(Decimal(1), "x")}, scores.PointsOutOfRange),
        (
            {"need": Score(Decimal("NaN"), "x"), "spl": Score(Decimal(1), "x")},
            scores.PointsOutOfRange,
        ),
        (
            {"need": Score(Decimal("1.001"), "x"), "spl": Score(Decimal(1), "x")},
            scores.PointsTooFine,
        ),
        (
            {"need": Score(Decimal(1), " "), "spl": Score(Decimal(1), "x")},
            scores.ScoreWithoutReason,
        ),
    ],
)
def test_a_sheet_that_cannot_be_signed(entries: dict[str, Score], error: type[DomainError]) -> None:
    with pytest.raises(error):
        scores.check_sheet(ScoreSheet(A, entries), CRITERIA)


def test_points_are_the_mean_over_evaluators_of_the_sum_over_criteria() -> None:
    combined = scores.combine(
        [sheet(A, "20", "10"), sheet(B, "25", "15"), sheet(C, "21", "11")],
        spread_threshold=Decimal(9),
    )

    assert combined.points == Fraction(102, 3)
    assert (combined.spread, combined.needs_joint_scoring) == (Decimal(10), True)


def test_one_sheet_is_too_few() -> None:
    with pytest.raises(scores.TooFewSheets):
        scores.combine([sheet(A, "1", "1")])
    with pytest.raises(scores.TooFewSheets):
        scores.combine([sheet(A, "1", "1"), sheet(A, "2", "2")])


def test_a_deduction_never_goes_below_zero() -> None:
    low = scores.combine([sheet(A, "1", "1"), sheet(B, "1", "1")], deduction=Decimal(5))

    assert (low.mean, low.points) == (2, 0)


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (Fraction(200, 3), "66.67"),
        (Fraction(1, 200), "0.01"),
        (Fraction(1, 201), "0.00"),
        (Fraction(88), "88.00"),
    ],
)
def test_points_are_rounded_only_for_the_eye(points: Fraction, text: str) -> None:
    assert str(scores.shown(points)) == text


tenths = st.integers(0, 200).map(lambda n: str(Decimal(n) / 10))


@given(st.permutations(PEOPLE[:4]), st.lists(st.tuples(tenths, tenths), min_size=4, max_size=4))
def test_the_order_of_evaluators_does_not_change_points(
    order: list[UUID], points: list[tuple[str, str]]
) -> None:
    sheets = [sheet(p, need, spl) for p, (need, spl) in zip(PEOPLE[:4], points, strict=True)]
    by_person = {s.evaluator_id: s for s in sheets}

    first = scores.combine(sheets)

    assert scores.combine([by_person[p] for p in order]) == first
    assert min(s.total for s in sheets) <= first.points <= max(s.total for s in sheets)


TRUE = Claim("Budova stojí.", ClaimVerdict.TRUE)
FALSE = Claim("Stroj je nový.", ClaimVerdict.NOT_TRUE, "z roku 2004", Effect.POINTS, Decimal(3))
FATAL = Claim("Pozemek je žadatele.", ClaimVerdict.NOT_TRUE, "není", Effect.NOT_RECOMMENDED)


def judge(claims: list[Claim], present: list[UUID]) -> onsite.OnsiteOutcome:
    return onsite.judge_visit(
        claims,
        present=present,
        evaluators=[A, B],
        committee=SEVEN,
        most_points=Decimal(100),
    )


@pytest.mark.parametrize(
    ("claims", "present", "error"),
    [
        ([TRUE], [A], onsite.EvaluatorsAbsent),
        ([TRUE], [A, B, PEOPLE[8]], onsite.AttendeeNotMember),
        ([], [A, B], onsite.NoClaims),
        ([Claim("x", ClaimVerdict.NOT_VERIFIABLE)], [A, B], onsite.ClaimWithoutNote),
        (
            [Claim("x", ClaimVerdict.TRUE, "", Effect.NOT_RECOMMENDED)],
            [A, B],
            onsite.EffectOnTrueClaim,
        ),
        (
            [Claim("x", ClaimVerdict.NOT_TRUE, "n", Effect.POINTS)],
            [A, B],
            onsite.DeductionInvalid,
        ),
        (
            [Claim("x", ClaimVerdict.NOT_TRUE, "n", Effect.NONE, Decimal(1))],
            [A, B],
            onsite.DeductionInvalid,
        ),
    ],
)
def test_a_visit_that_proves_nothing(
    claims: list[Claim], present: list[UUID], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        judge(claims, present)


def test_no_more_points_are_taken_off_than_the_project_can_have() -> None:
    most = [
        Claim("x", ClaimVerdict.NOT_TRUE, "n", Effect.POINTS, Decimal(part)) for part in (60, 40)
    ]
    more = [*most, Claim("y", ClaimVerdict.NOT_TRUE, "n", Effect.POINTS, Decimal("0.5"))]

    assert judge(most, [A, B]).deduction == 100
    with pytest.raises(onsite.DeductionAboveMaximum) as caught:
        judge(more, [A, B])
    assert caught.value.params == {"deduction": Decimal("100.5"), "maximum": Decimal(100)}


def test_a_visit_needs_the_evaluators_or_the_whole_committee() -> None:
    by_two = judge([TRUE, FALSE], [A, B])
    by_all = judge([FATAL], SEVEN)

    assert (by_two.deduction, by_two.whole_committee) == (Decimal(3), False)
    assert not by_two.forbids_recommendation
    assert by_all.forbids_recommendation
    assert by_all.whole_committee


OLD = (datetime(2026, 5, 20, 8, tzinfo=UTC), "Kadaň")
NEW = (datetime(2026, 5, 27, 8, tzinfo=UTC), "Kadaň")


@pytest.mark.parametrize(
    ("new", "told", "reason", "override", "error"),
    [
        (NEW, date(2026, 5, 20), " ", "", presentations.ChangeWithoutReason),
        (OLD, date(2026, 5, 1), "nemoc", "", presentations.ChangeToSameDate),
        (NEW, date(2026, 5, 21), "nemoc", "", presentations.ChangeTooLate),
        (NEW, date(2026, 5, 28), "nemoc", "musí to být", presentations.ChangeTooLate),
    ],
)
def test_a_bad_change_of_date(
    new: tuple[datetime, str], told: date, reason: str, override: str, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        presentations.check_change(
            OLD,
            new,
            new_day=date(2026, 5, 27),
            told_on=told,
            reason=reason,
            override_reason=override,
        )


@pytest.mark.parametrize(
    ("told", "override", "is_overridden"),
    [(date(2026, 5, 20), "", False), (date(2026, 5, 25), "uzavřený sál", True)],
)
def test_a_change_a_week_ahead_or_with_a_recorded_exception(
    told: date, override: str, is_overridden: bool
) -> None:
    change = presentations.check_change(
        OLD, NEW, new_day=date(2026, 5, 27), told_on=told, reason="nemoc", override_reason=override
    )

    assert change.is_overridden is is_overridden


def test_the_order_of_presentations_has_every_project_once() -> None:
    presentations.check_order([B, A], [A, B])
    for order in ([A], [A, A], [A, B, C]):
        with pytest.raises(presentations.OrderIncomplete):
            presentations.check_order(order, [A, B])


def test_attendance_is_recorded_after_the_session_and_for_everybody() -> None:
    held, later = OLD[0], NEW[0]
    presentations.check_record({A: True, B: False}, [A, B], held_at=held, now=later)
    with pytest.raises(presentations.PresentationNotHeldYet):
        presentations.check_record({A: True, B: True}, [A, B], held_at=later, now=held)
    with pytest.raises(presentations.AttendanceIncomplete):
        presentations.check_record({A: True}, [A, B], held_at=held, now=later)


@pytest.mark.parametrize(
    "work", ["open_controls", "open_scores", "open_onsite", "open_presentations"]
)
def test_the_committee_meets_only_after_everything_is_closed(work: str) -> None:
    recommendation.check_may_meet()
    with pytest.raises(recommendation.MeetingTooEarly) as refused:
        recommendation.check_may_meet(**{work: ["8/001"]})
    assert refused.value.params["numbers"] == ["8/001"]


YES = Recommendation(A, True, "přínosný")
NO = Recommendation(B, False, "nepřínosný")


@pytest.mark.parametrize(
    ("items", "transfers", "present", "error"),
    [
        ([YES, NO], [], [], recommendation.NobodyPresent),
        ([YES], [], [C], recommendation.ProjectNotDiscussed),
        ([YES, YES, NO], [], [C], recommendation.RecommendedTwice),
        ([YES, NO, Recommendation(C, True, "x")], [], [C], recommendation.ProjectNotInCall),
        ([YES, NO], [Transfer("F1", "F2", (), "x")], [C], recommendation.TransferWithoutProjects),
        ([YES, NO], [Transfer("F1", "F2", (B,), "x")], [C], recommendation.TransferOfUnrecommended),
        ([YES, NO], [Transfer("F1", "F1", (A,), "x")], [C], recommendation.TransferWithinFiche),
    ],
)
def test_minutes_that_cannot_be_closed(
    items: list[Recommendation],
    transfers: list[Transfer],
    present: list[UUID],
    error: type[DomainError],
) -> None:
    with pytest.raises(error):
        recommendation.check_minutes(items, transfers, projects=[A, B], present=present)


def test_minutes_with_each_project_decided_separately() -> None:
    transfers = [Transfer("F1", "F2", (A,), "zbylo")]
    recommendation.check_minutes([YES, NO], transfers, projects=[A, B], present=[C])


def test_a_recommendation_has_a_reason_and_respects_the_visit() -> None:
    with pytest.raises(recommendation.RecommendationWithoutReason):
        recommendation.check_recommendation(Recommendation(A, True, " "), is_forbidden=False)
    with pytest.raises(recommendation.RecommendationForbidden):
        recommendation.check_recommendation(YES, is_forbidden=True)
    recommendation.check_recommendation(NO, is_forbidden=True)


def test_a_conflicted_member_does_not_vote() -> None:
    recommendation.must_recuse(A, conflicted=[A], voters=[B])
    with pytest.raises(recommendation.MemberMustRecuse):
        recommendation.must_recuse(A, conflicted=[A], voters=[A, B])


def test_the_main_path_leads_from_registration_to_the_delivered_result() -> None:
    state = states.CASE.initial
    for act in (
        "appoint_controllers",
        "call_deficiency",
        "record_repair",
        "pass_control",
        "notify_control",
        "assign_evaluators",
        "complete_scores",
        "complete_onsite",
        "present",
        "discuss",
        "recommend",
        "approve",
        "notify_result",
    ):
        state = states.CASE.apply(state, act)

    assert state == states.RESULT_NOTIFIED


def test_every_act_outside_its_states_is_refused() -> None:
    declared = {(source, act) for source, act, _ in states.CASE.edges()}
    for state, act in product(states.CASE.states, states.CASE.acts()):
        if (state, act) not in declared:
            with pytest.raises(ActNotAllowed):
                states.CASE.apply(state, act)


def test_only_final_states_have_no_way_out() -> None:
    assert set(states.CASE.final_states()) == {
        states.EXCLUDED,
        states.RESULT_NOTIFIED,
        states.WITHDRAWN,
    }


@pytest.mark.parametrize(
    ("state", "facts", "acts"),
    [
        (states.ASSIGNED, (False, True, True), []),
        (states.ASSIGNED, (True, False, True), ["complete_scores"]),
        (states.ASSIGNED, (True, True, False), ["complete_scores", "complete_onsite"]),
        (states.EVALUATED, (True, True, True), ["complete_onsite", "present"]),
        (states.ADMIN_CONTROL, (True, True, True), []),
    ],
)
def test_facts_recorded_in_any_order_move_the_case_in_one_order(
    state: str, facts: tuple[bool, bool, bool], acts: list[str]
) -> None:
    assert states.acts_due(state, states.EvaluationFacts(*facts)) == acts

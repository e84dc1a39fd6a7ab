"""The administrative control: appointment, list, findings, conclusion, deficiency, end."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain import controls, deficiency
from services.evaluation.domain.controls import (
    Conclusion,
    ControlItem,
    Finding,
    ItemKind,
    NextStep,
    Verdict,
)
from shared.deadlines import delivery_by_fiction
from shared.errors import DomainError

pytestmark = pytest.mark.one_database

ANNA, BORIS, CYRIL = (UUID(int=number) for number in (1, 2, 3))
NINE = datetime(2026, 4, 3, 7, tzinfo=UTC)
TEN = datetime(2026, 4, 3, 8, tzinfo=UTC)

ITEMS = (
    ControlItem("A1", ItemKind.ACCEPTABILITY, "Projekt leží v území MAS.", is_repairable=False),
    ControlItem("A2", ItemKind.ACCEPTABILITY, "Žadatel je oprávněný."),
    ControlItem("P1", ItemKind.ATTACHMENT, "Rozpočet", attachment_code="budget"),
)
ALL_YES = {item.code: Finding(Verdict.YES) for item in ITEMS}


@pytest.mark.parametrize(
    ("people", "error"),
    [
        pytest.param([], controls.WrongNumberOfControllers, id="nobody"),
        pytest.param([ANNA], controls.WrongNumberOfControllers, id="one"),
        pytest.param([ANNA, BORIS, CYRIL], controls.WrongNumberOfControllers, id="three"),
        pytest.param([ANNA, ANNA], controls.SameControllerTwice, id="the same twice"),
    ],
)
def test_only_two_different_people_can_control(
    people: list[UUID], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        controls.appoint(people, registrar_id=None)


def test_a_registrar_may_control_but_it_is_reported() -> None:
    assert controls.appoint([ANNA, BORIS], registrar_id=BORIS).registrar_is_controller
    assert not controls.appoint([ANNA, BORIS], registrar_id=CYRIL).registrar_is_controller


@pytest.mark.parametrize(
    ("items", "attachments", "error"),
    [
        pytest.param(ITEMS[2:], ["budget"], controls.ControlListEmpty, id="no criterion"),
        pytest.param(
            ITEMS, ["budget", "map"], controls.AttachmentNotCovered, id="attachment left out"
        ),
        pytest.param((*ITEMS, ITEMS[0]), ["budget"], controls.DuplicateItemCode, id="code twice"),
    ],
)
def test_a_list_that_does_not_cover_the_fiche_is_refused(
    items: tuple[ControlItem, ...], attachments: list[str], error: type[DomainError]
) -> None:
    with pytest.raises(error):
        controls.check_control_list(items, attachments)


def test_a_list_is_frozen_once() -> None:
    assert controls.freeze(None, NINE) == NINE
    with pytest.raises(controls.ControlListFrozen):
        controls.freeze(NINE, TEN)


@pytest.mark.parametrize(
    ("findings", "acceptable", "error"),
    [
        pytest.param({}, True, controls.ControlListIncomplete, id="empty list"),
        pytest.param(
            {**ALL_YES, "X": Finding(Verdict.YES)},
            True,
            controls.UnknownControlItem,
            id="unknown item",
        ),
        pytest.param(
            {**ALL_YES, "P1": Finding(Verdict.NO, "  ")},
            False,
            controls.FindingWithoutNote,
            id="defect without words",
        ),
        pytest.param(
            {**ALL_YES, "P1": Finding(Verdict.NO, "chybí podpis")},
            True,
            controls.ConclusionContradictsFindings,
            id="acceptable with a defect",
        ),
        pytest.param(
            ALL_YES, False, controls.ConclusionContradictsFindings, id="unacceptable without one"
        ),
    ],
)
def test_no_conclusion_without_a_filled_list_that_carries_it(
    findings: dict[str, Finding], acceptable: bool, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        controls.conclude(ITEMS, findings, acceptable)


def test_a_conclusion_says_whether_the_defect_can_be_repaired() -> None:
    assert controls.conclude(ITEMS, {**ALL_YES, "A1": Finding(Verdict.NO, "mimo území")}, False)
    assert not controls.conclude(ITEMS, {**ALL_YES, "P1": Finding(Verdict.NO, "chybí")}, False)
    assert not controls.conclude(ITEMS, {**ALL_YES, "P1": Finding(Verdict.NOT_APPLICABLE)}, True)


YES, NO = Conclusion(ANNA, True, False, NINE), Conclusion(ANNA, False, False, NINE)
YES_2, NO_2 = Conclusion(BORIS, True, False, TEN), Conclusion(BORIS, False, False, TEN)
HARD_NO = Conclusion(BORIS, False, True, TEN)
UNSIGNED = Conclusion(BORIS, True, False, None)


@pytest.mark.parametrize(
    ("conclusions", "decision", "rounds_used", "step"),
    [
        pytest.param([], None, 0, NextStep.CONCLUSIONS, id="nobody yet"),
        pytest.param([YES], None, 0, NextStep.CONCLUSIONS, id="one of two"),
        pytest.param([YES, UNSIGNED], None, 0, NextStep.CONCLUSIONS, id="second not signed"),
        pytest.param([YES, YES_2], None, 0, NextStep.PASSED, id="both acceptable"),
        pytest.param([NO, NO_2], None, 0, NextStep.DEFICIENCY_CALL, id="repairable"),
        pytest.param([NO, NO_2], None, 1, NextStep.FAILED, id="repairable, no round left"),
        pytest.param([NO, HARD_NO], None, 0, NextStep.FAILED, id="cannot be repaired"),
        pytest.param([YES, NO_2], None, 0, NextStep.DIRECTOR_DECISION, id="they disagree"),
        pytest.param([YES, NO_2], True, 0, NextStep.PASSED, id="director: acceptable"),
        pytest.param([YES, NO_2], False, 0, NextStep.DEFICIENCY_CALL, id="director: repair"),
        pytest.param([YES, HARD_NO], False, 0, NextStep.FAILED, id="director: not acceptable"),
    ],
)
def test_what_follows_from_two_conclusions(
    conclusions: list[Conclusion], decision: bool | None, rounds_used: int, step: NextStep
) -> None:
    assert (
        controls.next_step(conclusions, decision, rounds_used=rounds_used, rounds_allowed=1) is step
    )


def test_the_director_decides_only_a_disagreement_and_says_why() -> None:
    with pytest.raises(controls.NothingToDecide):
        controls.decide_disagreement(NextStep.PASSED, "důvod")
    with pytest.raises(controls.DecisionWithoutReason):
        controls.decide_disagreement(NextStep.DIRECTOR_DECISION, "  ")
    assert controls.decide_disagreement(NextStep.DIRECTOR_DECISION, " důvod ") == "důvod"


def test_the_control_ends_with_the_second_signature() -> None:
    assert controls.control_ended_at([YES]) is None
    assert controls.control_ended_at([YES, UNSIGNED]) is None
    assert controls.control_ended_at([YES_2, YES]) == TEN


class TestDeficiencyCall:
    """R33-R35 with A6."""

    def test_the_proposed_date_is_safe_under_delivery_by_fiction(self) -> None:
        assert deficiency.proposed_date(date(2026, 6, 1)).due == date(2026, 6, 18)

    @pytest.mark.parametrize(
        ("texts", "fixed", "used", "error"),
        [
            (["a"], date(2026, 6, 8), 0, deficiency.FixedDateTooEarly),
            (["a"], date(2026, 6, 17), 0, deficiency.FixedDateTooEarly),
            (["a"], date(2026, 6, 20), 0, deficiency.FixedDateNotWorkingDay),
            ([], date(2026, 6, 18), 0, deficiency.DeficiencyWithoutText),
            (["a", " "], date(2026, 6, 18), 0, deficiency.DeficiencyWithoutText),
            (["a"], date(2026, 6, 18), 1, deficiency.NoRoundLeft),
        ],
    )
    def test_a_bad_call_is_refused(
        self, texts: list[str], fixed: date, used: int, error: type[DomainError]
    ) -> None:
        with pytest.raises(error):
            deficiency.check_call(texts, fixed, dispatched_on=date(2026, 6, 1), rounds_used=used)

    @given(st.dates(date(2020, 1, 1), date(2034, 12, 31)))
    def test_the_proposed_date_always_leaves_seven_days_after_delivery(self, sent: date) -> None:
        fixed = deficiency.proposed_date(sent).due

        delivered = delivery_by_fiction(sent).due
        assert (fixed - delivered).days >= 7
        assert deficiency.is_long_enough(fixed, delivered)
        assert deficiency.check_call(["x"], fixed, dispatched_on=sent, rounds_used=0).due == fixed

    def test_a_repair_counts_until_the_end_of_the_fixed_date(self) -> None:
        fixed = date(2026, 6, 18)
        deficiency.check_repair(fixed, fixed)
        with pytest.raises(deficiency.RepairAfterFixedDate):
            deficiency.check_repair(date(2026, 6, 19), fixed)
        with pytest.raises(deficiency.NotYetExpired):
            deficiency.check_expired(fixed, fixed)
        deficiency.check_expired(date(2026, 6, 19), fixed)

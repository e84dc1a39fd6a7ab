"""Announcing a call: complete, long enough, with a usable rule (R1-R9)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain import allocation_rules as rules
from services.registry.domain.applicants import ApplicantKind
from services.registry.domain.calls import (
    AmountNotPositive,
    CallNotReady,
    CallNumberInvalid,
    CallOpenTooShort,
    CallPlan,
    ClosesOnDayOff,
    IntakeOpensBeforePublication,
    IntakeWindowReversed,
    MissingCallPart,
    PresentationBeforeClose,
    allocated_to_fiches,
    announcement_defects,
    check_announcement,
    check_call_number,
    recommendation_defects,
)
from services.registry.domain.fiches import (
    Attachment,
    Fiche,
    InvalidAllocation,
    InvalidMaximum,
    MissingCriteria,
    RepeatedCode,
    ScoringCriterion,
    fiche_defects,
)
from shared.calendar_cz import is_working_day
from shared.clock import PRAGUE
from shared.deadlines import weeks
from shared.errors import DomainError
from shared.money import Money

from .factories import call_plan, fiche, prague, rule

PUBLISHED = date(2026, 5, 7)


def kinds(defects: tuple[DomainError, ...]) -> set[type[DomainError]]:
    return {type(defect) for defect in defects}


def test_complete_call_is_announced() -> None:
    check_announcement(call_plan(), PUBLISHED)


@pytest.mark.parametrize(
    ("part", "nothing"),
    [
        ("title", "  "),
        ("fiches", ()),
        ("rule", None),
        ("intake_opens_at", None),
        ("intake_closes_at", None),
        ("intake_place", ""),
        ("presentation_at", None),
        ("presentation_place", " "),
        ("approved_amount", None),
        ("regulation_version_id", None),
    ],
)
def test_call_without_a_part_is_refused(part: str, nothing: object) -> None:
    defects = announcement_defects(call_plan(**{part: nothing}), PUBLISHED)

    missing = {d.params["part"] for d in defects if isinstance(d, MissingCallPart)}
    assert part.removesuffix("_id") in missing


@pytest.mark.parametrize(
    ("published", "closes", "is_refused"),
    [
        pytest.param(date(2012, 5, 4), prague(25, 5, year=2012), False, id="A1: exactly 3 weeks"),
        pytest.param(date(2012, 5, 4), prague(24, 5, year=2012), True, id="A1: a day less"),
        pytest.param(date(2026, 5, 8), prague(29, 5), False, id="Friday to Friday"),
        pytest.param(date(2026, 5, 9), prague(29, 5), True, id="published a day later"),
        pytest.param(
            date(2026, 11, 26), prague(17, 12), False, id="no holiday in the way of the close"
        ),
        pytest.param(date(2026, 12, 3), prague(24, 12), True, id="would close at Christmas"),
    ],
)
def test_call_is_open_at_least_three_weeks(
    published: date, closes: object, is_refused: bool
) -> None:
    plan = call_plan(
        intake_closes_at=closes,
        intake_opens_at=prague(published.day, published.month, 23, year=published.year),
        presentation_at=prague(1, 2, year=2027),
    )

    defects = announcement_defects(plan, published)

    assert (CallOpenTooShort in kinds(defects)) is is_refused


def test_refusal_names_the_first_permitted_day() -> None:
    defects = announcement_defects(call_plan(), date(2026, 5, 11))

    (short,) = [d for d in defects if isinstance(d, CallOpenTooShort)]
    assert short.params == {
        "published_on": date(2026, 5, 11),
        "closes_on": date(2026, 5, 29),
        "period": weeks(3),
        "earliest": date(2026, 6, 1),
    }


def test_close_on_a_day_off_is_refused() -> None:
    plan = call_plan(intake_closes_at=prague(30, 5))

    assert ClosesOnDayOff in kinds(announcement_defects(plan, PUBLISHED))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"intake_closes_at": prague(17, 5)}, IntakeWindowReversed, id="reversed"),
        pytest.param(
            {"intake_opens_at": prague(6, 5)}, IntakeOpensBeforePublication, id="opens too soon"
        ),
        pytest.param(
            {"presentation_at": prague(29, 5, 11)}, PresentationBeforeClose, id="presentation"
        ),
        pytest.param({"approved_amount": Money.czk(0)}, AmountNotPositive, id="no money"),
        pytest.param({"fiches": (fiche(), fiche())}, RepeatedCode, id="a fiche twice"),
    ],
)
def test_contradicting_call_is_refused(
    changes: dict[str, object], error: type[DomainError]
) -> None:
    assert error in kinds(announcement_defects(call_plan(**changes), PUBLISHED))


def test_all_defects_are_told_at_once() -> None:
    plan = CallPlan(number=8, title="")

    with pytest.raises(CallNotReady) as refusal:
        check_announcement(plan, PUBLISHED)

    assert len(refusal.value.params["defects"]) == 10


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(0, 60))
def test_accepted_close_is_a_working_day_three_weeks_later(published: date, days: int) -> None:
    closes_on = published + timedelta(days=days)
    noon = prague(closes_on.day, closes_on.month, year=closes_on.year).astimezone(PRAGUE)
    plan = call_plan(
        intake_opens_at=noon - timedelta(hours=1) if days == 0 else noon - timedelta(days=days),
        intake_closes_at=noon,
        presentation_at=noon + timedelta(days=20),
    )

    is_accepted = not announcement_defects(plan, published)

    assert is_accepted == (days >= 21 and is_working_day(closes_on))


def test_recommendation_needs_fiches_a_rule_and_an_amount() -> None:
    bare = CallPlan(number=8, title="8. výzva")

    assert kinds(recommendation_defects(bare, Money.czk(0))) == {
        MissingCallPart,
        AmountNotPositive,
    }
    assert recommendation_defects(call_plan(), Money.czk(8_890_000)) == ()


def test_fiches_may_get_another_sum_than_the_call() -> None:
    assert allocated_to_fiches(call_plan()) == Money.czk(2_000_000)
    assert announcement_defects(call_plan(), PUBLISHED) == ()


@pytest.mark.parametrize(
    ("value", "error"),
    [
        pytest.param(Fiche("F1", "x"), MissingCriteria, id="no criteria"),
        pytest.param(fiche(allocation=0), InvalidAllocation, id="no money"),
        pytest.param(
            Fiche("F1", "x", scoring=(ScoringCriterion("a", "a", 0),)),
            InvalidMaximum,
            id="no points",
        ),
        pytest.param(
            Fiche("F1", "x", attachments=(Attachment("a", "a"), Attachment("a", "b"))),
            RepeatedCode,
            id="attachment twice",
        ),
        pytest.param(
            Fiche("F1", "x", scoring=tuple(ScoringCriterion("a", text, 1) for text in "ab")),
            RepeatedCode,
            id="what is scored twice",
        ),
    ],
)
def test_unusable_fiche_is_refused(value: Fiche, error: type[DomainError]) -> None:
    assert error in kinds(fiche_defects(value))


FICHES = (fiche("F1"), fiche("F3"), fiche("F5"))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"tiers": (("F9",),)}, rules.UnknownFiche, id="unknown fiche in a tier"),
        pytest.param(
            {"consider_underdrawn": ("F9",)}, rules.UnknownFiche, id="unknown under-drawn"
        ),
        pytest.param(
            {"preferences": (rules.Preference("F9", ApplicantKind.NGO),)},
            rules.UnknownFiche,
            id="unknown fiche in a preference",
        ),
        pytest.param({"tiers": (("F1",), ())}, rules.EmptyTier, id="empty tier"),
        pytest.param({"tiers": (("F1",), ("F1",))}, rules.FicheInTwoTiers, id="in two tiers"),
        pytest.param(
            {"tiers": (("F1",),), "spill_over": rules.SpillOver(("F1",), ("F1",))},
            rules.FicheInTwoTiers,
            id="spills into itself",
        ),
        pytest.param(
            {"spill_over": rules.SpillOver(("F1",), ("F5",))},
            rules.SpillOverNeedsTiers,
            id="spill without tiers",
        ),
        pytest.param(
            {"ranking": rules.Ranking.REGARDLESS_OF_FICHE},
            rules.TransferNeedsFiches,
            id="transfer in one purse",
        ),
        pytest.param(
            {"underdrawn_mechanism": None}, rules.UnderdrawnWithoutMechanism, id="a mere wish"
        ),
        pytest.param(
            {"transfer": rules.TransferMode.NONE}, rules.MechanismNeedsTransfer, id="no transfer"
        ),
        pytest.param({"tie_break": ()}, rules.TieBreakNotTotal, id="ties remain"),
        pytest.param(
            {"tie_break": (rules.TieBreak.LOWER_REQUEST,)}, rules.TieBreakNotTotal, id="may tie"
        ),
        pytest.param({"min_points": Decimal(-1)}, rules.InvalidMinPoints, id="negative minimum"),
    ],
)
def test_unusable_rule_is_refused(changes: dict[str, object], error: type[DomainError]) -> None:
    assert error in kinds(rules.rule_defects(rule(**changes), FICHES))


def test_ranking_within_fiches_needs_their_money() -> None:
    defects = rules.rule_defects(rule(), (fiche("F3", allocation=None),))

    assert kinds(defects) == {rules.FicheWithoutAllocation}


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_call_number_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(CallNumberInvalid):
        check_call_number(number)

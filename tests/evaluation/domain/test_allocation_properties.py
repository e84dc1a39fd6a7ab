"""What must hold of every allocation run, whatever the candidates and the rule."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain import allocation_rule as rules
from services.evaluation.domain.allocation import (
    Candidate,
    CandidateTwice,
    NamedProjectNotEligible,
    NamedTransfersNotDeclared,
    Outcome,
    Phase,
    Reason,
    RequestNotPositive,
    run_allocation,
)
from services.evaluation.domain.allocation_rule import AllocationRule, Preference
from shared.contracts.allocation import (
    OnMisfit,
    Ranking,
    TieBreak,
    TransferMode,
    UnderdrawnMechanism,
)
from shared.errors import DomainError
from shared.money import Money
from tests.evaluation.domain.toy_call import CANDIDATES, ID_OF, NUMBER_OF

pytestmark = pytest.mark.one_database

FICHES = ("F1", "F2", "F3")
ZERO = Money.zero()
crowns = st.integers(min_value=1, max_value=60).map(Money.czk)


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    count = draw(st.integers(min_value=0, max_value=9))
    return [
        Candidate(
            application_id=UUID(int=index + 1),
            number=str(index),
            fiche=draw(st.sampled_from(FICHES)),
            points=Fraction(draw(st.integers(0, 12)), draw(st.sampled_from([1, 2, 3]))),
            requested=draw(crowns),
            applicant_kind=draw(st.sampled_from(["ngo", "farmer"])),
            received_order=index,
            is_recommended=draw(st.integers(0, 4)) > 0,
        )
        for index in range(count)
    ]


@st.composite
def allocation_rules(draw: st.DrawFn) -> AllocationRule:
    within = draw(st.booleans())
    transfer = (
        draw(st.sampled_from([TransferMode.NONE, TransferMode.AUTOMATIC]))
        if within
        else TransferMode.NONE
    )
    underdrawn = draw(st.sampled_from([(), ("F2",), ("F3", "F1")]))
    if transfer is TransferMode.AUTOMATIC:
        mechanism = draw(st.sampled_from(UnderdrawnMechanism))
    else:
        mechanism = draw(
            st.sampled_from([UnderdrawnMechanism.EXTRA_TIER, UnderdrawnMechanism.MANUAL])
        )
    return AllocationRule(
        amount=draw(st.integers(1, 150).map(Money.czk)),
        ranking=Ranking.WITHIN_FICHE if within else Ranking.REGARDLESS_OF_FICHE,
        on_misfit=draw(st.sampled_from(OnMisfit)),
        fiche_allocation=tuple((fiche, draw(crowns)) for fiche in FICHES) if within else (),
        tiers=draw(st.sampled_from([(), (("F2",),), (("F3",), ("F1", "F2"))])),
        others_last=draw(st.booleans()),
        preferences=draw(st.sampled_from([(), (Preference("F1", "ngo"),)])),
        transfer=transfer,
        consider_underdrawn=underdrawn,
        underdrawn_mechanism=mechanism if underdrawn else None,
        tie_break=draw(
            st.sampled_from([(TieBreak.LOWER_REQUEST,), (TieBreak.HIGHER_REQUEST,), ()])
        ),
        min_points=draw(st.sampled_from([None, Decimal(3)])),
    )


@given(candidates(), allocation_rules())
def test_money_is_conserved_and_never_overspent(
    projects: list[Candidate], rule: AllocationRule
) -> None:
    result = run_allocation(projects, rule)

    granted = Money.total(line.granted for line in result.lines)
    assert granted == result.granted == Money.total(step.granted for step in result.steps)
    assert granted + result.left == rule.amount
    assert result.left >= ZERO
    assert all(ZERO <= line.granted <= line.candidate.requested for line in result.lines)


@given(candidates(), allocation_rules())
def test_a_fiche_never_gets_more_than_its_amount_before_a_transfer(
    projects: list[Candidate], rule: AllocationRule
) -> None:
    for fiche in run_allocation(projects, rule).fiches:
        if fiche.allocation is not None:
            assert fiche.granted_in_fiche <= fiche.allocation
            assert fiche.left == fiche.allocation - fiche.granted_in_fiche
        else:
            assert fiche.granted_by_transfer == ZERO


@given(candidates(), allocation_rules())
def test_every_candidate_has_exactly_one_outcome_that_agrees_with_its_money(
    projects: list[Candidate], rule: AllocationRule
) -> None:
    result = run_allocation(projects, rule)

    assert Counter(line.candidate.application_id for line in result.lines) == Counter(
        candidate.application_id for candidate in projects
    )
    for line in result.lines:
        assert line.outcome is line.step.outcome
        assert (line.outcome is Outcome.FUNDED) == (line.granted == line.candidate.requested)
        partly = ZERO < line.granted < line.candidate.requested
        assert (line.outcome is Outcome.PARTIALLY_FUNDED) == partly


@given(candidates(), allocation_rules())
def test_within_one_queue_nobody_overtakes_unless_the_rule_skips(
    projects: list[Candidate], rule: AllocationRule
) -> None:
    result = run_allocation(projects, rule)
    rank = {line.candidate.application_id: line.rank for line in result.lines}

    for queue in {
        (step.phase, step.queue) for step in result.steps if step.phase is not Phase.ELIGIBILITY
    }:
        steps = [step for step in result.steps if (step.phase, step.queue) == queue]
        ranks = [rank[step.application_id] for step in steps]
        assert ranks == sorted(ranks)
        is_served = [step.reason is Reason.FITS for step in steps]
        if rule.on_misfit is not OnMisfit.SKIP:
            assert is_served == sorted(is_served, reverse=True)


@given(candidates(), allocation_rules())
def test_a_refusal_for_lack_of_money_is_true(
    projects: list[Candidate], rule: AllocationRule
) -> None:
    for step in run_allocation(projects, rule).steps:
        if step.reason in {Reason.DOES_NOT_FIT_CALL, Reason.DOES_NOT_FIT_FICHE}:
            assert step.needed > step.available
        if step.reason is Reason.FITS:
            assert step.granted == step.needed <= step.available


@given(candidates(), allocation_rules(), st.data())
def test_the_order_in_which_candidates_are_given_does_not_matter(
    projects: list[Candidate], rule: AllocationRule, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(projects))

    assert run_allocation(projects, rule) == run_allocation(shuffled, rule)


@given(candidates(), allocation_rules())
def test_a_transfer_says_where_each_crown_comes_from(
    projects: list[Candidate], rule: AllocationRule
) -> None:
    result = run_allocation(projects, rule)
    left = {fiche.fiche: fiche.left for fiche in result.fiches}

    drawn: Counter[str | None] = Counter()
    for transfer in result.transfers:
        assert Money.total(amount for _, amount in transfer.sources) == transfer.amount
        for fiche, amount in transfer.sources:
            drawn[fiche] += amount.hundredths
    for fiche, hundredths in drawn.items():
        if fiche is not None:
            rest = left[fiche]
            assert rest is not None
            assert hundredths <= rest.hundredths


@given(candidates(), allocation_rules())
def test_the_unrecommended_and_the_weak_get_nothing(
    projects: list[Candidate], rule: AllocationRule
) -> None:
    for line in run_allocation(projects, rule).lines:
        is_weak = rule.min_points is not None and line.candidate.points < rule.min_points
        if not line.candidate.is_recommended or is_weak:
            assert line.granted == ZERO
            assert line.outcome in {Outcome.NOT_RECOMMENDED, Outcome.BELOW_MINIMUM}


BASE = AllocationRule(Money.czk(100), Ranking.REGARDLESS_OF_FICHE, OnMisfit.STOP)
WITHIN = replace(
    BASE,
    ranking=Ranking.WITHIN_FICHE,
    fiche_allocation=tuple((f"F{number}", Money.czk(50)) for number in range(1, 10)),
)


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        pytest.param(replace(BASE, amount=ZERO), rules.AmountNotPositive, id="no money"),
        pytest.param(
            replace(WITHIN, fiche_allocation=(("F1", ZERO),)),
            rules.AmountNotPositive,
            id="fiche without money",
        ),
        pytest.param(
            replace(BASE, ranking=Ranking.WITHIN_FICHE),
            rules.FicheAllocationMissing,
            id="no amounts",
        ),
        pytest.param(
            replace(BASE, fiche_allocation=(("F1", Money.czk(1)),)),
            rules.FicheAllocationUnexpected,
            id="amounts that nothing uses",
        ),
        pytest.param(
            replace(BASE, tiers=(("F1",), ("F1", "F2"))), rules.FicheTwice, id="fiche in two tiers"
        ),
        pytest.param(
            replace(WITHIN, consider_underdrawn=("F3",)),
            rules.MechanismMissing,
            id="'will be considered' without saying how",
        ),
        pytest.param(
            replace(
                WITHIN,
                consider_underdrawn=("F3",),
                underdrawn_mechanism=UnderdrawnMechanism.TRANSFER_FIRST,
            ),
            rules.TransferMechanismWithoutTransfer,
            id="transfer order without a transfer",
        ),
        pytest.param(
            replace(BASE, transfer=TransferMode.AUTOMATIC),
            rules.TransferOutsideFiches,
            id="transfer without fiches",
        ),
    ],
)
def test_a_rule_that_leaves_a_question_open_is_refused(
    rule: AllocationRule, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        run_allocation(CANDIDATES, rule)


def test_two_candidates_with_one_order_of_receipt_are_refused() -> None:
    twin = replace(CANDIDATES[1], received_order=CANDIDATES[0].received_order)

    with pytest.raises(CandidateTwice):
        run_allocation([CANDIDATES[0], twin], BASE)


def test_a_request_for_nothing_is_refused() -> None:
    with pytest.raises(RequestNotPositive):
        run_allocation([replace(CANDIDATES[0], requested=ZERO)], BASE)


def test_a_committee_names_the_projects_that_a_transfer_pays() -> None:
    rule = replace(
        WITHIN,
        amount=Money.czk(3_000_000),
        fiche_allocation=(("F8", Money.czk(500_000)), ("F9", Money.czk(2_500_000))),
        transfer=TransferMode.NAMED,
    )
    projects = [c for c in CANDIDATES if c.fiche in {"F8", "F9"}]

    result = run_allocation(projects, rule, named_transfers=[ID_OF["p13"]])

    assert [(NUMBER_OF[t.application_id], t.to_fiche) for t in result.transfers] == [("p13", "F8")]
    assert result.transfers[0].sources == (("F9", Money.czk(400_000)),)


def test_naming_projects_needs_a_rule_that_allows_it() -> None:
    with pytest.raises(NamedTransfersNotDeclared):
        run_allocation(CANDIDATES, WITHIN, named_transfers=[ID_OF["p13"]])


def test_naming_a_project_that_is_not_recommended_is_refused() -> None:
    rule = replace(WITHIN, transfer=TransferMode.NAMED)
    projects = [replace(c, is_recommended=c.number != "p13") for c in CANDIDATES]

    with pytest.raises(NamedProjectNotEligible):
        run_allocation(projects, rule, named_transfers=[ID_OF["p13"]])


def test_a_borderline_project_is_named_and_gets_nothing() -> None:
    result = run_allocation(
        CANDIDATES,
        AllocationRule(Money.czk(3_000_000), Ranking.REGARDLESS_OF_FICHE, OnMisfit.BORDERLINE),
    )

    borderline = [line for line in result.lines if line.outcome is Outcome.BORDERLINE]
    assert [(line.candidate.number, line.granted) for line in borderline] == [("p07", ZERO)]


def test_a_partial_grant_takes_the_rest_and_ends_the_queue() -> None:
    result = run_allocation(
        CANDIDATES,
        AllocationRule(Money.czk(3_000_000), Ranking.REGARDLESS_OF_FICHE, OnMisfit.PARTIAL),
    )

    partial = [line for line in result.lines if line.outcome is Outcome.PARTIALLY_FUNDED]
    assert [(line.candidate.number, line.granted) for line in partial] == [
        ("p07", Money.czk(1_000_000))
    ]
    assert result.left == ZERO


@pytest.mark.parametrize(
    ("chain", "first"),
    [
        ((TieBreak.RECEIVED_ORDER,), "p09"),
        ((TieBreak.HIGHER_REQUEST,), "p15"),
        ((TieBreak.LOWER_REQUEST,), "p09"),
    ],
)
def test_equal_points_are_decided_by_the_declared_chain(
    chain: tuple[TieBreak, ...], first: str
) -> None:
    tied = [c for c in CANDIDATES if c.number in {"p09", "p15"}]

    result = run_allocation(tied, replace(BASE, tie_break=chain))

    assert result.lines[0].candidate.number == first

"""The general assembly's resolution: votes, coverage, amounts."""

from uuid import UUID

import pytest

from services.evaluation.domain import resolution
from services.evaluation.domain.resolution import Line, Proposal, Verdict, Vote
from shared.errors import DomainError
from shared.money import Money

pytestmark = pytest.mark.one_database

A, B, C = (UUID(int=number) for number in (1, 2, 3))
ZERO = Money.zero()
AMOUNT = Money.czk(1000)

PROPOSALS = [
    Proposal(A, "F1", Money.czk(600), Money.czk(600), is_recommended=True),
    Proposal(B, "F2", Money.czk(500), ZERO, is_recommended=True),
    Proposal(C, "F2", Money.czk(100), ZERO, is_recommended=False),
]
AS_PROPOSED = [
    Line(A, Verdict.APPROVED, Money.czk(600)),
    Line(B, Verdict.RESERVE, ZERO),
    Line(C, Verdict.REJECTED, ZERO),
]


@pytest.mark.parametrize(
    ("vote", "error"),
    [
        pytest.param(Vote(40, 30, 20, 5, 4), resolution.VotesDoNotAddUp, id="29 of 30"),
        pytest.param(Vote(40, 30, 31, -1, 0), resolution.VotesDoNotAddUp, id="negative"),
        pytest.param(Vote(20, 30, 30, 0, 0), resolution.MorePresentThanEntitled, id="too many"),
        pytest.param(Vote(40, 20, 20, 0, 0), resolution.NoQuorum, id="exactly half is no quorum"),
        pytest.param(Vote(40, 30, 15, 15, 0), resolution.NotCarried, id="half is no majority"),
        pytest.param(Vote(0, 0, 0, 0, 0), resolution.NoQuorum, id="nobody"),
    ],
)
def test_a_vote_that_decides_nothing(vote: Vote, error: type[DomainError]) -> None:
    with pytest.raises(error):
        resolution.check_vote(vote)


def test_a_carried_vote() -> None:
    resolution.check_vote(Vote(40, 21, 11, 5, 5))


def test_the_amounts_become_final_as_proposed() -> None:
    final = resolution.resolve(AS_PROPOSED, PROPOSALS, call_amount=AMOUNT)

    assert final.call == Money.czk(600)
    assert final.by_fiche == {"F1": Money.czk(600), "F2": ZERO}
    assert final.changed == ()


def replaced(line: Line) -> list[Line]:
    return [line if line.application_id == old.application_id else old for old in AS_PROPOSED]


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        pytest.param(AS_PROPOSED[:2], resolution.ProjectNotDecided, id="left out"),
        pytest.param([*AS_PROPOSED, AS_PROPOSED[0]], resolution.ProjectDecidedTwice, id="twice"),
        pytest.param(
            [*AS_PROPOSED, Line(UUID(int=9), Verdict.REJECTED, ZERO)],
            resolution.ForeignProject,
            id="foreign",
        ),
        pytest.param(
            replaced(Line(A, Verdict.APPROVED, Money.czk(601), "víc")),
            resolution.AmountAboveRequest,
            id="more than asked",
        ),
        pytest.param(
            replaced(Line(A, Verdict.APPROVED, Money.czk(500))),
            resolution.ChangeWithoutReason,
            id="less without a reason",
        ),
        pytest.param(
            replaced(Line(A, Verdict.APPROVED, ZERO, "x")),
            resolution.AmountWithoutApproval,
            id="approved nothing",
        ),
        pytest.param(
            replaced(Line(C, Verdict.REJECTED, Money.czk(1), "x")),
            resolution.AmountWithoutApproval,
            id="money for the rejected",
        ),
        pytest.param(
            replaced(Line(C, Verdict.RESERVE, ZERO)),
            resolution.ReserveOfUnrecommended,
            id="reserve of the unrecommended",
        ),
        pytest.param(
            replaced(Line(B, Verdict.APPROVED, Money.czk(500), "přání")),
            resolution.CallAmountExceeded,
            id="above the call",
        ),
    ],
)
def test_a_resolution_that_does_not_hold(lines: list[Line], error: type[DomainError]) -> None:
    with pytest.raises(error):
        resolution.resolve(lines, PROPOSALS, call_amount=AMOUNT)


def test_the_assembly_may_depart_with_reasons_even_above_the_preliminary_amount() -> None:
    lines = replaced(Line(B, Verdict.APPROVED, Money.czk(500), "hraniční projekt v plné výši"))

    final = resolution.resolve(
        lines, PROPOSALS, call_amount=AMOUNT, amount_change_reason="nevyčerpaná fiche z 7. výzvy"
    )

    assert (final.call, final.changed) == (Money.czk(1100), (B,))

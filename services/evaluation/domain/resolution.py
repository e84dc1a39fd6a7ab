"""The general assembly's resolution: only here do amounts become final."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.errors import DomainError
from shared.money import Money


class Verdict(StrEnum):
    """What the assembly decided about one project."""

    APPROVED = "approved"
    REJECTED = "rejected"
    RESERVE = "reserve"


class VotesDoNotAddUp(DomainError):
    """For, against and abstained together are not the number of those present."""


class MorePresentThanEntitled(DomainError):
    """More people are present than are entitled to vote."""


class NoQuorum(DomainError):
    """Too few are present."""


class NotCarried(DomainError):
    """The proposal did not get the required majority."""


class ProjectNotDecided(DomainError):
    """The resolution leaves out a project that is before the assembly."""


class ProjectDecidedTwice(DomainError):
    """The resolution names a project twice."""


class ForeignProject(DomainError):
    """The resolution names a project that is not before the assembly."""


class ChangeWithoutReason(DomainError):
    """The assembly departs from the proposal without saying why."""


class AmountWithoutApproval(DomainError):
    """An amount is given exactly to approved projects."""


class AmountAboveRequest(DomainError):
    """A project was given more than it asked for."""


class CallAmountExceeded(DomainError):
    """The approved amounts together exceed the call's amount, and no reason was given."""


class ReserveOfUnrecommended(DomainError):
    """Only a recommended project can wait in reserve."""


@dataclass(frozen=True)
class Vote:
    """The count of a vote."""

    entitled: int
    present: int
    in_favour: int
    against: int
    abstained: int


@dataclass(frozen=True)
class Proposal:
    """What the allocation run proposes for one project."""

    application_id: UUID
    fiche: str
    requested: Money
    granted: Money
    is_recommended: bool


@dataclass(frozen=True)
class Line:
    """What the assembly decides about one project."""

    application_id: UUID
    verdict: Verdict
    amount: Money
    reason: str = ""


@dataclass(frozen=True)
class FinalAmounts:
    """The amounts that the resolution made final."""

    call: Money
    by_fiche: Mapping[str, Money]
    changed: tuple[UUID, ...]
    """Projects where the assembly departed from the proposal."""


def check_vote(
    vote: Vote,
    *,
    quorum: Decimal = Decimal("0.5"),
    majority: Decimal = Decimal("0.5"),
) -> None:
    """Refuse a vote that does not add up, had no quorum, or did not carry.

    Args:
        quorum: Share of those entitled that must be *exceeded* by those present.
        majority: Share of those present that must be *exceeded* by votes in favour.

    Raises:
        VotesDoNotAddUp, MorePresentThanEntitled, NoQuorum, NotCarried: See the classes.

    Source:
        R68; A18 (quorum and majority come from the statutes, hence settings).
    """
    counts = (vote.entitled, vote.present, vote.in_favour, vote.against, vote.abstained)
    if min(counts) < 0 or vote.in_favour + vote.against + vote.abstained != vote.present:
        raise VotesDoNotAddUp(present=vote.present)
    if vote.present > vote.entitled:
        raise MorePresentThanEntitled(present=vote.present, entitled=vote.entitled)
    if vote.present <= vote.entitled * quorum:
        raise NoQuorum(present=vote.present, entitled=vote.entitled)
    if vote.in_favour <= vote.present * majority:
        raise NotCarried(in_favour=vote.in_favour, present=vote.present)


def resolve(
    lines: Sequence[Line],
    proposals: Sequence[Proposal],
    *,
    call_amount: Money,
    amount_change_reason: str = "",
) -> FinalAmounts:
    """Check a resolution against the proposal and return the final amounts.

    Args:
        lines: One decision per project.
        proposals: What the allocation run proposed for every project before the assembly.
        call_amount: The preliminary amount of the call.
        amount_change_reason: Why more than that is approved; empty when it is not.

    Raises:
        ProjectDecidedTwice, ForeignProject, ProjectNotDecided, AmountWithoutApproval,
        AmountAboveRequest, ReserveOfUnrecommended, ChangeWithoutReason,
        CallAmountExceeded: See the classes.

    Source:
        R68 (the final selection, and thereby the amount for the call and its fiches, is
        approved by the general assembly).
    """
    by_id = {proposal.application_id: proposal for proposal in proposals}
    _check_coverage([line.application_id for line in lines], by_id)
    for line in lines:
        _check_line(line, by_id[line.application_id])
    changed = tuple(
        line.application_id
        for line in lines
        if departs(line.amount, by_id[line.application_id].granted)
    )
    total = Money.total(line.amount for line in lines)
    if total > call_amount and not amount_change_reason.strip():
        raise CallAmountExceeded(total=total, call_amount=call_amount)
    fiches = sorted({proposal.fiche for proposal in proposals})
    return FinalAmounts(
        call=total,
        by_fiche={
            fiche: Money.total(
                line.amount for line in lines if by_id[line.application_id].fiche == fiche
            )
            for fiche in fiches
        },
        changed=changed,
    )


def _check_coverage(named: Sequence[UUID], known: Collection[UUID]) -> None:
    if len(set(named)) != len(named):
        raise ProjectDecidedTwice()
    foreign = set(named) - set(known)
    if foreign:
        raise ForeignProject(application_ids=sorted(map(str, foreign)))
    missing = set(known) - set(named)
    if missing:
        raise ProjectNotDecided(application_ids=sorted(map(str, missing)), count=len(missing))


def _check_line(line: Line, proposal: Proposal) -> None:
    is_approved = line.verdict is Verdict.APPROVED
    if is_approved != (line.amount > Money.zero()):
        raise AmountWithoutApproval(application_id=line.application_id)
    if line.amount > proposal.requested:
        raise AmountAboveRequest(
            application_id=line.application_id, amount=line.amount, requested=proposal.requested
        )
    if line.verdict is Verdict.RESERVE and not proposal.is_recommended:
        raise ReserveOfUnrecommended(application_id=line.application_id)
    if departs(line.amount, proposal.granted) and not line.reason.strip():
        raise ChangeWithoutReason(application_id=line.application_id)


def departs(amount: Money, granted: Money) -> bool:
    """Tell whether the amount departs from the proposed one, which the assembly must explain.

    Whether a project without money is rejected or put in reserve is the assembly's choice
    within the proposal; it changes no amount and needs no reason.

    Source:
        R68 (the assembly approves the final selection and the amounts).
    """
    return amount != granted

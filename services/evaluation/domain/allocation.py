"""The allocation run: candidates and a declared rule in, one reasoned line per candidate out.

A pure function. It proposes; the general assembly decides (R68).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts.allocation import OnMisfit, TransferMode
from shared.money import Money

from .allocation_queues import Queue, base_queues, ordered, transfer_queues
from .allocation_rule import AllocationRule, check_rule
from .allocation_values import (
    AllocationResult,
    Candidate,
    CandidateTwice,
    FicheTotals,
    Line,
    NamedProjectNotEligible,
    NamedTransfersNotDeclared,
    Outcome,
    Phase,
    Reason,
    RequestNotPositive,
    Step,
    TransferLine,
)

__all__ = [
    "AllocationResult",
    "Candidate",
    "CandidateTwice",
    "FicheTotals",
    "Line",
    "NamedProjectNotEligible",
    "NamedTransfersNotDeclared",
    "Outcome",
    "Phase",
    "Reason",
    "RequestNotPositive",
    "Step",
    "TransferLine",
    "run_allocation",
]


@dataclass
class _Run:
    """The state of a run while it goes."""

    rule: AllocationRule
    left: Money
    budgets: dict[str, Money]
    granted: dict[UUID, Money] = field(default_factory=dict)
    in_fiche: dict[UUID, Money] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def need(self, candidate: Candidate) -> Money:
        return candidate.requested - self.granted.get(candidate.application_id, self.zero)

    @property
    def zero(self) -> Money:
        return Money.zero(self.rule.amount.currency)


def run_allocation(
    candidates: Sequence[Candidate],
    rule: AllocationRule,
    named_transfers: Sequence[UUID] = (),
) -> AllocationResult:
    """Divide the money of a call among its candidates.

    Args:
        candidates: Every project the committee discussed, in any order.
        rule: The rule declared in the call.
        named_transfers: Projects that the committee names to be paid by transfer, in its
            order. Only with ``TransferMode.NAMED``.

    Returns:
        One line per candidate in order of rank, the steps in the order taken, transfers
        with the projects they pay, and the sums per fiche.

    Raises:
        CandidateTwice, RequestNotPositive, NamedProjectNotEligible,
        NamedTransfersNotDeclared: See the classes.
        DomainError: The rule leaves a question open; see ``check_rule``.

    Source:
        R63 (by points within fiches), R64-R68, section 1.9 of the process, A19-A22.
    """
    _check_candidates(candidates)
    check_rule(rule, {candidate.fiche for candidate in candidates})
    if named_transfers and rule.transfer is not TransferMode.NAMED:
        raise NamedTransfersNotDeclared()
    run = _Run(rule=rule, left=rule.amount, budgets=rule.budgets)
    competing = _set_aside(run, ordered(candidates, rule))
    for queue in base_queues(competing, rule):
        _serve(run, queue, Phase.BASE)
    _set_aside_unopened(run, competing)
    run.in_fiche = dict(run.granted)
    for queue in transfer_queues(competing, rule, named=_named(competing, named_transfers)):
        unpaid = [c for c in queue.candidates if run.need(c) > run.zero]
        _serve(run, Queue(queue.name, tuple(unpaid), is_bound_to_fiche=False), Phase.TRANSFER)
    return _result(run, candidates)


def _check_candidates(candidates: Sequence[Candidate]) -> None:
    ids = {candidate.application_id for candidate in candidates}
    orders = {candidate.received_order for candidate in candidates}
    if len(ids) != len(candidates) or len(orders) != len(candidates):
        raise CandidateTwice()
    for candidate in candidates:
        if candidate.requested <= Money.zero(candidate.requested.currency):
            raise RequestNotPositive(application_id=candidate.application_id)


def _named(competing: Sequence[Candidate], named: Sequence[UUID]) -> tuple[Candidate, ...]:
    by_id = {candidate.application_id: candidate for candidate in competing}
    unknown = [str(key) for key in named if key not in by_id]
    if unknown:
        raise NamedProjectNotEligible(application_ids=unknown)
    return tuple(by_id[key] for key in dict.fromkeys(named))


def _set_aside(run: _Run, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Note those that cannot get money whatever is left; return the others."""
    competing = []
    for candidate in candidates:
        if not candidate.is_recommended:
            _note(run, candidate, Outcome.NOT_RECOMMENDED, Reason.NOT_RECOMMENDED)
        elif run.rule.min_points is not None and candidate.points < run.rule.min_points:
            _note(run, candidate, Outcome.BELOW_MINIMUM, Reason.BELOW_MINIMUM)
        else:
            competing.append(candidate)
    return competing


def _set_aside_unopened(run: _Run, competing: Sequence[Candidate]) -> None:
    seen = {step.application_id for step in run.steps}
    for candidate in competing:
        if candidate.application_id not in seen:
            _note(run, candidate, Outcome.FICHE_NOT_OPEN, Reason.FICHE_NOT_OPEN)


def _note(run: _Run, candidate: Candidate, outcome: Outcome, reason: Reason) -> None:
    _add_step(run, candidate, ("", Phase.ELIGIBILITY), outcome, reason)


def _serve(run: _Run, queue: Queue, phase: Phase) -> None:
    """Walk one queue from the top; points order is never left except by ``skip``."""
    place, blocker = (queue.name, phase), None
    for candidate in queue.candidates:
        if blocker is not None:
            standing = _standing(run, candidate)
            _add_step(run, candidate, place, standing, Reason.AFTER_STOP, blocked_by=blocker)
        elif not _try(run, candidate, queue, place) and run.rule.on_misfit is not OnMisfit.SKIP:
            blocker = candidate.application_id


def _try(run: _Run, candidate: Candidate, queue: Queue, place: tuple[str, Phase]) -> bool:
    """Give the candidate what it needs, or say why not. Tell whether it was fully served."""
    need, available = run.need(candidate), _available(run, candidate, queue)
    if need <= available:
        _grant(run, candidate, need, queue)
        _add_step(
            run, candidate, place, Outcome.FUNDED, Reason.FITS, available=available, granted=need
        )
        return True
    if run.rule.on_misfit is OnMisfit.PARTIAL and available > run.zero:
        _grant(run, candidate, available, queue)
        _add_step(
            run,
            candidate,
            place,
            Outcome.PARTIALLY_FUNDED,
            Reason.REST_ONLY,
            available=available,
            granted=available,
        )
        return False
    is_call_short = not queue.is_bound_to_fiche or run.left <= available
    reason = Reason.DOES_NOT_FIT_CALL if is_call_short else Reason.DOES_NOT_FIT_FICHE
    borderline = run.rule.on_misfit is OnMisfit.BORDERLINE
    outcome = Outcome.BORDERLINE if borderline else _unpaid(run, candidate)
    _add_step(run, candidate, place, outcome, reason, available=available)
    return False


def _unpaid(run: _Run, candidate: Candidate) -> Outcome:
    """A candidate that gets nothing now may already hold a part."""
    got = run.granted.get(candidate.application_id, run.zero)
    return Outcome.PARTIALLY_FUNDED if got > run.zero else Outcome.NOT_FUNDED


def _standing(run: _Run, candidate: Candidate) -> Outcome:
    """A project marked borderline in its fiche stays so when a transfer does not reach it."""
    looks = [step for step in run.steps if step.application_id == candidate.application_id]
    return looks[-1].outcome if looks else _unpaid(run, candidate)


def _available(run: _Run, candidate: Candidate, queue: Queue) -> Money:
    if not queue.is_bound_to_fiche or candidate.fiche not in run.budgets:
        return run.left
    return min(run.left, run.budgets[candidate.fiche])


def _grant(run: _Run, candidate: Candidate, amount: Money, queue: Queue) -> None:
    before = run.granted.get(candidate.application_id, run.zero)
    run.granted[candidate.application_id] = before + amount
    run.left -= amount
    if queue.is_bound_to_fiche and candidate.fiche in run.budgets:
        run.budgets[candidate.fiche] -= amount


def _add_step(
    run: _Run,
    candidate: Candidate,
    place: tuple[str, Phase],
    outcome: Outcome,
    reason: Reason,
    *,
    available: Money | None = None,
    granted: Money | None = None,
    blocked_by: UUID | None = None,
) -> None:
    got = granted if granted is not None else run.zero
    run.steps.append(
        Step(
            order=len(run.steps) + 1,
            phase=place[1],
            queue=place[0],
            application_id=candidate.application_id,
            outcome=outcome,
            reason=reason,
            # The need before this step; what the step gave is already counted as granted.
            needed=run.need(candidate) + got,
            available=available if available is not None else run.zero,
            granted=got,
            call_left=run.left,
            blocked_by=blocked_by,
        )
    )


def _result(run: _Run, candidates: Sequence[Candidate]) -> AllocationResult:
    ranked = ordered(candidates, run.rule)
    deciding = {step.application_id: step for step in run.steps}  # the last look decides
    in_fiche: dict[str, int] = {}
    lines = []
    for rank, candidate in enumerate(ranked, start=1):
        in_fiche[candidate.fiche] = in_fiche.get(candidate.fiche, 0) + 1
        step = deciding[candidate.application_id]
        lines.append(
            Line(
                candidate=candidate,
                outcome=step.outcome,
                granted=run.granted.get(candidate.application_id, run.zero),
                rank=rank,
                fiche_rank=in_fiche[candidate.fiche],
                step=step,
            )
        )
    return AllocationResult(
        rule=run.rule,
        lines=tuple(lines),
        steps=tuple(run.steps),
        transfers=_transfers(run, ranked),
        fiches=_fiche_totals(run, ranked),
        granted=Money.total(run.granted.values(), run.rule.amount.currency),
        left=run.left,
    )


def _transfers(run: _Run, candidates: Sequence[Candidate]) -> tuple[TransferLine, ...]:
    """Say from which fiche's rest each transferred amount comes, in declared order."""
    by_id = {candidate.application_id: candidate for candidate in candidates}
    rests: dict[str | None, Money] = {fiche: rest for fiche, rest in run.budgets.items()}
    allocated = Money.total(run.rule.budgets.values(), run.rule.amount.currency)
    rests[None] = max(run.rule.amount - allocated, run.zero)
    lines = []
    for step in run.steps:
        if step.phase is Phase.TRANSFER and step.granted > run.zero:
            fiche = by_id[step.application_id].fiche
            sources = _draw(rests, step.granted)
            lines.append(TransferLine(step.application_id, fiche, step.granted, sources))
    return tuple(lines)


def _draw(rests: dict[str | None, Money], amount: Money) -> tuple[tuple[str | None, Money], ...]:
    sources = []
    for fiche, rest in rests.items():
        part = min(rest, amount)
        if part > Money.zero(amount.currency):
            rests[fiche] = rest - part
            amount -= part
            sources.append((fiche, part))
    return tuple(sources)


def _fiche_totals(run: _Run, candidates: Sequence[Candidate]) -> tuple[FicheTotals, ...]:
    named = [fiche for fiche, _ in run.rule.fiche_allocation]
    others = sorted({candidate.fiche for candidate in candidates} - set(named))
    return tuple(_totals_of(run, fiche, candidates) for fiche in (*named, *others))


def _totals_of(run: _Run, fiche: str, candidates: Sequence[Candidate]) -> FicheTotals:
    mine = [candidate for candidate in candidates if candidate.fiche == fiche]
    base = _sum(run.in_fiche, mine, run.zero)
    return FicheTotals(
        fiche=fiche,
        allocation=run.rule.budgets.get(fiche),
        requested=Money.total(c.requested for c in mine),
        recommended=Money.total(c.requested for c in mine if c.is_recommended),
        granted_in_fiche=base,
        granted_by_transfer=_sum(run.granted, mine, run.zero) - base,
        left=run.budgets.get(fiche),
    )


def _sum(amounts: Mapping[UUID, Money], candidates: Sequence[Candidate], zero: Money) -> Money:
    return Money.total((amounts.get(c.application_id, zero) for c in candidates), zero.currency)

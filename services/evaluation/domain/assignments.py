"""The assignment of projects to evaluators."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from shared.errors import DomainError

from .conflicts import Conflicted, Eligibility

DEFAULT_EVALUATORS_PER_PROJECT = 2


class TooFewEvaluators(DomainError):
    """A project must have at least two evaluators."""


class EvaluatorTwice(DomainError):
    """The same evaluator is named twice for one project."""


class NotCommitteeMember(DomainError):
    """The person is not a member of the evaluation committee."""


class DeclarationMissing(DomainError):
    """The person has not yet declared his or her interests for this call."""


class EvaluatorConflicted(DomainError):
    """A conflict of interest forbids the assignment."""


class EvaluatorHasScored(DomainError):
    """An evaluator who has already signed a score sheet cannot be taken off the project."""


def check_assignment(
    evaluators: Sequence[UUID],
    *,
    committee: Collection[UUID],
    declared: Collection[UUID],
    eligibility: Mapping[UUID, Eligibility],
    minimum: int = DEFAULT_EVALUATORS_PER_PROJECT,
) -> None:
    """Refuse an assignment that breaks a rule. There is no override.

    Args:
        evaluators: The people the director wants to assign to one project.
        committee: Members of the evaluation committee.
        declared: Those who have declared their interests for the call.
        eligibility: What the conflict rules say about each of them and this project.
        minimum: The least number of evaluators.

    Raises:
        EvaluatorTwice, TooFewEvaluators, NotCommitteeMember, DeclarationMissing: See the
            classes.
        EvaluatorConflicted: With the reasons, for the first conflicted person.

    Source:
        R41 (at least two), R42 (so that no conflict arises), R43 (from the committee),
        R44, R45, A12.
    """
    if len(set(evaluators)) != len(evaluators):
        raise EvaluatorTwice()
    if len(evaluators) < minimum:
        raise TooFewEvaluators(required=minimum, given=len(evaluators))
    for person in evaluators:
        _check_person(person, committee, declared, eligibility.get(person))


def _check_person(
    person: UUID,
    committee: Collection[UUID],
    declared: Collection[UUID],
    verdict: Eligibility | None,
) -> None:
    if person not in committee:
        raise NotCommitteeMember(person_id=person)
    if person not in declared:
        raise DeclarationMissing(person_id=person)
    if verdict is None or isinstance(verdict, Conflicted):
        raise conflicted(person, verdict)


def conflicted(person: UUID, verdict: Eligibility | None) -> EvaluatorConflicted:
    """Return the refusal with the reasons and the numbers of the rules behind them.

    Source:
        R42 (no conflict may arise), R44, R45, A12: the person learns which rule forbids it.
    """
    reasons = verdict.reasons if verdict is not None else ()
    rules = sorted({int(reason.rule) for reason in reasons})
    return EvaluatorConflicted(person_id=person, reasons=reasons, rules=rules)


def check_removal(removed: Collection[UUID], scored: Collection[UUID]) -> None:
    """Refuse to take off a project somebody who has already scored it.

    Raises:
        EvaluatorHasScored: A signed score sheet exists.

    Source:
        R52 (points from evaluators are signed records; they do not disappear).
    """
    lost = sorted(str(person) for person in set(removed) & set(scored))
    if lost:
        raise EvaluatorHasScored(person_ids=lost)


def propose(
    eligible: Mapping[UUID, Sequence[UUID]],
    *,
    per_project: int = DEFAULT_EVALUATORS_PER_PROJECT,
    busy: Mapping[UUID, int] | None = None,
) -> dict[UUID, tuple[UUID, ...]]:
    """Propose evaluators for each project, sharing the work evenly.

    Args:
        eligible: For each application the people who may evaluate it, in a fixed order.
        per_project: How many each project needs.
        busy: How many projects of the call a person has already; none if left out.

    Returns:
        For each application that many people with the least work so far; fewer only where
        fewer are eligible. Projects with the least choice are served first. The director
        decides; this only fills in the form.

    Source:
        R40-R42.
    """
    load = dict(busy or {})
    proposed: dict[UUID, tuple[UUID, ...]] = {}
    for application in sorted(eligible, key=lambda key: (len(eligible[key]), str(key))):
        people = sorted(
            eligible[application], key=lambda person: (load.get(person, 0), str(person))
        )
        chosen = tuple(people[:per_project])
        for person in chosen:
            load[person] = load.get(person, 0) + 1
        proposed[application] = chosen
    return proposed

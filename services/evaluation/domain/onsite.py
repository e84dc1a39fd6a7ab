"""The ex-ante check on site."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from shared.errors import DomainError


class ClaimVerdict(StrEnum):
    """What the visit showed about one statement of the application."""

    TRUE = "true"
    NOT_TRUE = "not_true"
    NOT_VERIFIABLE = "not_verifiable"


class Effect(StrEnum):
    """What an untrue statement leads to (A16)."""

    NONE = "none"
    POINTS = "points"
    NOT_RECOMMENDED = "not_recommended"


class EvaluatorsAbsent(DomainError):
    """An evaluator of the project did not take part, and the committee was not whole."""


class AttendeeNotMember(DomainError):
    """Somebody listed as present on behalf of the committee is not its member."""


class NoClaims(DomainError):
    """The record judges no statement of the application."""


class ClaimWithoutNote(DomainError):
    """A statement found untrue or not verifiable is not explained."""


class EffectOnTrueClaim(DomainError):
    """Only an untrue statement may have an effect."""


class DeductionInvalid(DomainError):
    """Points are taken off exactly when the effect is on points."""


class DeductionAboveMaximum(DomainError):
    """More points would be taken off than the project could have."""


@dataclass(frozen=True)
class Claim:
    """A statement of the application and what the visit showed."""

    statement: str
    verdict: ClaimVerdict
    note: str = ""
    effect: Effect = Effect.NONE
    deduction: Decimal = Decimal(0)


@dataclass(frozen=True)
class OnsiteOutcome:
    """What follows from the visit for the project."""

    deduction: Decimal
    forbids_recommendation: bool
    whole_committee: bool


def judge_visit(
    claims: Sequence[Claim],
    *,
    present: Collection[UUID],
    evaluators: Collection[UUID],
    committee: Collection[UUID],
    most_points: Decimal,
) -> OnsiteOutcome:
    """Check the record of a visit and say what follows from it.

    Args:
        claims: At least one statement with a verdict.
        present: Members of the committee who took part.
        evaluators: The evaluators assigned to the project.
        committee: All members of the committee.
        most_points: The most points that a project of the fiche can have.

    Raises:
        AttendeeNotMember, EvaluatorsAbsent, NoClaims, ClaimWithoutNote,
        EffectOnTrueClaim, DeductionInvalid, DeductionAboveMaximum: See the classes.

    Source:
        R48 (the whole committee, or at least the evaluators concerned), R49 (whether the
        data in the application are true), A16 (the effect of an untrue statement).
    """
    _check_attendance(set(present), set(evaluators), set(committee))
    if not claims:
        raise NoClaims()
    for claim in claims:
        _check_claim(claim)
    deduction = sum((claim.deduction for claim in claims), Decimal(0))
    if deduction > most_points:
        raise DeductionAboveMaximum(deduction=deduction, maximum=most_points)
    return OnsiteOutcome(
        deduction=deduction,
        forbids_recommendation=any(c.effect is Effect.NOT_RECOMMENDED for c in claims),
        whole_committee=set(committee) <= set(present),
    )


def _check_attendance(present: set[UUID], evaluators: set[UUID], committee: set[UUID]) -> None:
    strangers = present - committee
    if strangers:
        raise AttendeeNotMember(person_ids=sorted(map(str, strangers)))
    absent = evaluators - present
    if absent and not committee <= present:
        raise EvaluatorsAbsent(person_ids=sorted(map(str, absent)))


def _check_claim(claim: Claim) -> None:
    if claim.verdict is not ClaimVerdict.TRUE and not claim.note.strip():
        raise ClaimWithoutNote(statement=claim.statement)
    if claim.verdict is not ClaimVerdict.NOT_TRUE and claim.effect is not Effect.NONE:
        raise EffectOnTrueClaim(statement=claim.statement)
    takes_points = claim.effect is Effect.POINTS
    if claim.deduction < 0 or takes_points != (claim.deduction > 0):
        raise DeductionInvalid(statement=claim.statement, deduction=claim.deduction)

"""What the allocation run takes and gives. Pure values."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from shared.errors import DomainError
from shared.money import Money

from .allocation_rule import AllocationRule


class CandidateTwice(DomainError):
    """Two candidates have the same id or the same order of receipt."""


class RequestNotPositive(DomainError):
    """A candidate asks for nothing."""


class NamedProjectNotEligible(DomainError):
    """A transfer names a project that is no eligible candidate."""


class NamedTransfersNotDeclared(DomainError):
    """Projects were named for a transfer, but the rule does not say that they may be."""


class Outcome(StrEnum):
    """How a candidate came out."""

    FUNDED = "funded"
    PARTIALLY_FUNDED = "partially_funded"
    BORDERLINE = "borderline"
    NOT_FUNDED = "not_funded"
    BELOW_MINIMUM = "below_minimum"
    NOT_RECOMMENDED = "not_recommended"
    FICHE_NOT_OPEN = "fiche_not_open"


class Reason(StrEnum):
    """Why, in a word that the pages translate; the numbers stand beside it in the line."""

    FITS = "fits"
    REST_ONLY = "rest_only"
    DOES_NOT_FIT_FICHE = "does_not_fit_fiche"
    DOES_NOT_FIT_CALL = "does_not_fit_call"
    AFTER_STOP = "after_stop"
    BELOW_MINIMUM = "below_minimum"
    NOT_RECOMMENDED = "not_recommended"
    FICHE_NOT_OPEN = "fiche_not_open"


class Phase(StrEnum):
    """In which part of the run a step was taken."""

    ELIGIBILITY = "eligibility"
    BASE = "base"
    TRANSFER = "transfer"


@dataclass(frozen=True)
class Candidate:
    """A project that the committee discussed."""

    application_id: UUID
    number: str
    fiche: str
    points: Fraction
    requested: Money
    applicant_kind: str
    received_order: int
    is_recommended: bool = True


@dataclass(frozen=True)
class Step:
    """One look at one candidate: what was available, what it got, and why."""

    order: int
    phase: Phase
    queue: str
    application_id: UUID
    outcome: Outcome
    reason: Reason
    needed: Money
    available: Money
    granted: Money
    call_left: Money
    """What the call has left after this step."""
    blocked_by: UUID | None = None
    """The candidate before it that did not fit."""


@dataclass(frozen=True)
class Line:
    """The final outcome of one candidate. ``step`` is the look that decided it."""

    candidate: Candidate
    outcome: Outcome
    granted: Money
    rank: int
    """Place among all candidates."""
    fiche_rank: int
    """Place within the fiche (R63)."""
    step: Step


@dataclass(frozen=True)
class TransferLine:
    """Money that a project gets from what other fiches left (R67)."""

    application_id: UUID
    to_fiche: str
    amount: Money
    sources: tuple[tuple[str | None, Money], ...]
    """By fiche; ``None`` is money of the call that no fiche was allocated."""


@dataclass(frozen=True)
class FicheTotals:
    """The money of one fiche."""

    fiche: str
    allocation: Money | None
    requested: Money
    recommended: Money
    granted_in_fiche: Money
    granted_by_transfer: Money
    left: Money | None
    """What the fiche did not use itself, before anything was transferred."""


@dataclass(frozen=True)
class AllocationResult:
    """The whole run."""

    rule: AllocationRule
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    transfers: tuple[TransferLine, ...]
    fiches: tuple[FicheTotals, ...]
    granted: Money
    left: Money

"""A fiche of a call: what it supports, what it demands and how it is scored. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from shared.errors import DomainError
from shared.money import Money


class RepeatedCode(DomainError):
    """A code is used twice in one list. Params: ``list``, ``code``."""


class MissingCriteria(DomainError):
    """A fiche has no criteria of a kind. Params: ``fiche``, ``kind``."""


class InvalidMaximum(DomainError):
    """The most points of a criterion must be more than zero. Params: ``fiche``, ``code``."""


class InvalidAllocation(DomainError):
    """An allocation must be more than zero. Params: ``fiche``."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment that the fiche knows."""

    code: str
    name: str
    is_mandatory: bool = True


@dataclass(frozen=True, slots=True)
class AcceptabilityCriterion:
    """A condition that two controllers check in the administrative control."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ScoringCriterion:
    """A criterion by which evaluators give points."""

    code: str
    text: str
    max_points: int
    spl_goal: str = ""
    """The goal or priority of the strategic plan that it serves (R51)."""


@dataclass(frozen=True, slots=True)
class Fiche:
    """One fiche as the call opens it."""

    code: str
    """Number of the fiche as people say it, e.g. ``F1``."""
    name: str
    allocation: Money | None = None
    """Approximate amount; ``None`` when the call has one purse for all fiches."""
    attachments: tuple[Attachment, ...] = ()
    acceptability: tuple[AcceptabilityCriterion, ...] = ()
    scoring: tuple[ScoringCriterion, ...] = ()

    def mandatory_attachments(self) -> tuple[Attachment, ...]:
        """Return the attachments without which nothing is registered (R18)."""
        return tuple(item for item in self.attachments if item.is_mandatory)


def fiche_defects(fiche: Fiche) -> tuple[DomainError, ...]:
    """Return everything that keeps the fiche from being announced.

    Source:
        R18 (attachments), R26 (acceptability criteria), R52 (points per criterion),
        R66 (allocation per fiche).
    """
    defects: list[DomainError] = []
    for kind, codes in _code_lists(fiche).items():
        defects += repeated_codes(kind, codes)
    if not fiche.acceptability:
        defects.append(MissingCriteria(fiche=fiche.code, kind="acceptability"))
    if not fiche.scoring:
        defects.append(MissingCriteria(fiche=fiche.code, kind="scoring"))
    for criterion in fiche.scoring:
        if criterion.max_points <= 0:
            defects.append(InvalidMaximum(fiche=fiche.code, code=criterion.code))
    if fiche.allocation is not None and fiche.allocation.amount <= 0:
        defects.append(InvalidAllocation(fiche=fiche.code))
    return tuple(defects)


def repeated_codes(kind: str, codes: Iterable[str]) -> tuple[RepeatedCode, ...]:
    """Return one error for each code that occurs more than once.

    Source:
        R15, R26, R52: lists, findings and points refer to a code, so it must be one.
    """
    counted = Counter(codes)
    return tuple(RepeatedCode(list=kind, code=code) for code, n in counted.items() if n > 1)


def _code_lists(fiche: Fiche) -> dict[str, list[str]]:
    return {
        "attachments": [item.code for item in fiche.attachments],
        "acceptability": [item.code for item in fiche.acceptability],
        "scoring": [item.code for item in fiche.scoring],
    }

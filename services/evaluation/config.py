"""Settings of evaluation: lengths and sizes that the process leaves open."""

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from shared.config import Settings


class EvaluationSettings(Settings):
    """What evaluation needs beyond the common settings.

    The rules of a call are pinned when the call is published: a later change of a setting
    does not touch calls that are already running.
    """

    service: ClassVar[str] = "evaluation"

    committee_size: int = Field(default=7, ge=1, le=50)
    """Members of the evaluation committee (R43)."""
    evaluators_per_project: int = Field(default=2, ge=2, le=20)
    """The least number of evaluators of one project (R41)."""
    staff_declaration: bool = True
    """Whether controllers must declare their interests before controlling (A5)."""
    deficiency_rounds: int = Field(default=1, ge=0, le=5)
    """How many times an applicant may be called on to repair defects (A6)."""
    review_days: int = Field(default=15, ge=1, le=365)
    """Calendar days from delivery of a notice in which its review can be asked for (1.13). The
    length is not confirmed."""
    spread_percent: Decimal | None = Field(default=Decimal(30), gt=0, le=100)
    """Difference between evaluators, in per cent of the most points, above which the director
    decides what next (A15); empty: never. The sources give no number; this one is ours."""

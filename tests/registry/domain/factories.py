"""Values for tests of the rules: a complete call that tests take something away from."""

from datetime import datetime
from uuid import UUID

from services.registry.domain.allocation_rules import AllocationRule
from services.registry.domain.calls import CallPlan
from services.registry.domain.fiches import (
    AcceptabilityCriterion,
    Attachment,
    Fiche,
    ScoringCriterion,
)
from shared.clock import PRAGUE
from shared.contracts.allocation import OnMisfit, Ranking, TransferMode, UnderdrawnMechanism
from shared.money import Money


def prague(day: int, month: int, hour: int = 12, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=PRAGUE)


def fiche(code: str = "F3", allocation: int | None = 1_000_000) -> Fiche:
    return Fiche(
        code=code,
        name="Podpora cestovního ruchu",
        allocation=None if allocation is None else Money.czk(allocation),
        attachments=(
            Attachment("budget", "Rozpočet projektu"),
            Attachment("title_deed", "Doklad o vlastnictví"),
            Attachment("photo", "Fotografie", is_mandatory=False),
        ),
        acceptability=(AcceptabilityCriterion("territory", "Projekt je na území MAS."),),
        scoring=(ScoringCriterion("need", "Potřebnost", 30),),
    )


def rule(**changes: object) -> AllocationRule:
    values: dict[str, object] = {
        "ranking": Ranking.WITHIN_FICHE,
        "on_misfit": OnMisfit.STOP,
        "transfer": TransferMode.AUTOMATIC,
        "consider_underdrawn": ("F3",),
        "underdrawn_mechanism": UnderdrawnMechanism.TRANSFER_FIRST,
    }
    return AllocationRule(**{**values, **changes})  # type: ignore[arg-type]  # one change each


def call_plan(**changes: object) -> CallPlan:
    """A call that may be announced on Friday 8 May 2026... no holiday moves its close."""
    values: dict[str, object] = {
        "number": 8,
        "title": "8. výzva",
        "fiches": (fiche("F1"), fiche("F3")),
        "rule": rule(),
        "intake_opens_at": prague(18, 5, 8),
        "intake_closes_at": prague(29, 5, 12),
        "intake_place": "Kancelář MAS, Náměstí 1",
        "presentation_at": prague(18, 6, 16),
        "presentation_place": "Kulturní dům",
        "approved_amount": Money.czk(8_890_000),
        "regulation_version_id": UUID(int=7),
    }
    return CallPlan(**{**values, **changes})  # type: ignore[arg-type]  # a table of one change

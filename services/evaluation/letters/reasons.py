"""Why a project got, or did not get, money: one Czech sentence per reason of the run."""

from collections.abc import Mapping
from typing import Any

from shared.money import Money

from .parts import crowns

SENTENCES = {
    "fits": "Požadavek {needed} se vešel do zbývajících {available}.",
    "rest_only": "Z požadavku {needed} zbylo jen {available}; projekt dostává zbytek.",
    "does_not_fit_fiche": "Požadavek {needed} přesahuje {available}, které ve fichi zbývaly.",
    "does_not_fit_call": "Požadavek {needed} přesahuje {available}, které ve výzvě zbývaly.",
    "after_stop": "Pořadí se zastavilo u projektu {blocker}, který se do zbývající částky nevešel.",
    "below_minimum": "Projekt nedosáhl minimálního počtu bodů.",
    "not_recommended": "Výběrová komise projekt nedoporučila.",
    "fiche_not_open": "Pravidlo výzvy pro tuto fichi prostředky neurčuje.",
}


def sentence(step: Mapping[str, Any], numbers: Mapping[str, str]) -> str:
    """Say why the step ended as it did.

    Args:
        step: A step of the run as stored.
        numbers: Registration numbers by application id, to name the project that blocked.
    """
    return SENTENCES[step["reason"]].format(
        needed=crowns(Money.from_json(step["needed"])),
        available=crowns(Money.from_json(step["available"])),
        blocker=numbers.get(step["blocked_by"] or "", ""),
    )

"""Why a project got, or did not get, money: one sentence per reason of the run."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.money import Money


def N_(message: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a Czech message for translation."""
    return message


SENTENCES = {
    "fits": N_(
        "Podle pořadí ještě zbývalo %(available)s, a celý požadavek %(needed)s se tedy vešel."
    ),
    "fits_transfer": N_(
        "Z částek, které jiné fiche nevyčerpaly, ještě zbývalo %(available)s, a celý požadavek "
        "%(needed)s se tedy vešel."
    ),
    "rest_only": N_("Z požadavku %(needed)s zbylo jen %(available)s; projekt dostává zbytek."),
    "does_not_fit_fiche": N_(
        "Požadavek %(needed)s přesahuje %(available)s, které ve fichi zbývaly."
    ),
    "does_not_fit_call": N_(
        "Požadavek %(needed)s přesahuje %(available)s, které ve výzvě zbývaly."
    ),
    "after_stop": N_(
        "Pořadí se zastavilo u projektu %(blocker)s, který se do zbývající částky nevešel."
    ),
    "below_minimum": N_("Projekt nedosáhl minimálního počtu bodů."),
    "not_recommended": N_("Výběrová komise projekt nedoporučila."),
    "fiche_not_open": N_("Pravidlo výzvy pro tuto fichi prostředky neurčuje."),
}


def sentence(
    step: Mapping[str, Any],
    numbers: Mapping[str, str],
    *,
    gettext: Callable[[str], str] = str,
    language: str = "cs",
) -> str:
    """Say why the step ended as it did.

    Args:
        step: A step of the run as stored.
        numbers: Registration numbers by application id, to name the project that blocked.
        gettext: Translates for a page; records and letters stay Czech.
        language: In which the amounts are written.
    """
    words = SENTENCES.get(f"{step['reason']}_{step['phase']}", SENTENCES[step["reason"]])
    return gettext(words) % {
        "needed": Money.from_json(step["needed"]).formatted(language),
        "available": Money.from_json(step["available"]).formatted(language),
        "blocker": numbers.get(step["blocked_by"] or "", ""),
    }

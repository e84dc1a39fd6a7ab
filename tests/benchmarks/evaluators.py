"""Who may evaluate what in the measured world: nobody with a tie, as in a real call."""

from functools import cache

from .world import EVALUATORS, MUNICIPALITIES, BenchApplication, BenchCall


def unconflicted(application: BenchApplication) -> list[str]:
    """Return the evaluators whom neither residence nor employer excludes (R43-R45), in turns."""
    first = application.order % len(EVALUATORS)
    turns = [*range(first, len(EVALUATORS)), *range(first)]
    return [
        EVALUATORS[position]
        for position in turns
        if position != application.order % MUNICIPALITIES
        and not any(_excludes(one, application) for one in _employer(application.call, position))
    ]


def _excludes(employer: BenchApplication, application: BenchApplication) -> bool:
    are_municipal = employer.kind == application.kind == "municipality"
    return employer.fiche == application.fiche or are_municipal


@cache
def _employer(call: BenchCall, position: int) -> list[BenchApplication]:
    """Return the applications of the employer of the evaluator at the position."""
    employer = f"{position:08d}"
    return [one for one in call.applications if one.view().applicant.ic == employer]

"""The kinds of episodes that ``python -m tests.simulation`` plays in turns."""

from dataclasses import replace
from datetime import timedelta

from tests.simulation.episode import Plan
from tests.simulation.isds import Weather

MINUTE = timedelta(minutes=1)
SKEWS = (0 * MINUTE, 0 * MINUTE, MINUTE / 3, -MINUTE / 2, 10 * MINUTE, -10 * MINUTE)
HELD: dict[str, object] = {}
UNHELD: dict[str, object] = {"isds_clock_seconds": 86_400}
"""Nothing is held because a clock is wrong: the periods alone must be right."""


def with_odd_clocks(plan: Plan, settings: dict[str, object]) -> Plan:
    """Give each machine a clock of its own, which somebody sets now and then."""
    skews = (*SKEWS, 60 * MINUTE, -60 * MINUTE)
    return replace(plan, skews=skews, sets_clock=0.01, settings=settings)


def with_people(plan: Plan) -> Plan:
    """Let a person send by hand whatever waits, while the list often cannot be had."""
    return replace(plan, by_hand=1.0, weather=Weather(list_fails=0.9))


def with_outages(plan: Plan) -> Plan:
    """Let ISDS be gone for hours, unannounced, while a person sends by hand what waits."""
    return replace(plan, by_hand=1.0, weather=Weather(goes_away=0.02))


def plan_of(seed: int) -> Plan:
    """Return how the episode of a seed is played."""
    plain = Plan()
    plans = (
        plain,
        with_odd_clocks(plain, HELD),
        with_odd_clocks(plain, UNHELD),
        with_people(plain),
        with_outages(plain),
    )
    return plans[seed % len(plans)]

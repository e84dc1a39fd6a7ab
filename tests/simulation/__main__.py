"""Play episodes until enough steps were made: ``python -m tests.simulation --steps 1000000``."""

import argparse
import sys
import time
from collections import Counter

from tests.simulation.episode import Broken, run_episode
from tests.simulation.plans import plan_of


def main() -> int:
    """Play, say what was played; 1 if a promise was broken."""
    words = argparse.ArgumentParser(prog="python -m tests.simulation")
    words.add_argument("--steps", type=int, default=1_000_000)
    words.add_argument("--seed", type=int, default=0, help="the first one; the others follow")
    given = words.parse_args()
    counted: Counter[str] = Counter()
    seed, begun = given.seed, time.monotonic()
    while counted["steps"] < given.steps:
        try:
            told = run_episode(seed, plan_of(seed))
        except Broken as error:
            sys.stdout.write(f"seed {seed}: {error}\n")
            return 1
        counted.update(vars(told))
        counted["episodes"] += 1
        seed += 1
        if counted["episodes"] % 50 == 0:
            _say(counted, begun)
    _say(counted, begun)
    return 0


def _say(counted: Counter[str], begun: float) -> None:
    facts = ", ".join(f"{value} {name}" for name, value in counted.items())
    sys.stdout.write(f"{facts}; {time.monotonic() - begun:.0f} s\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

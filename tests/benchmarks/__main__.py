"""``python -m tests.benchmarks [NAME...]``: measure, print, compare with the targets."""

import logging
import sys
from collections.abc import Callable

from .bundles import bundles
from .decade import decade
from .delivery import delivery, delivery_growth
from .evidence import evidence
from .guard import guard
from .letters import letters
from .pages import run
from .processes import idle, story
from .signing import signing
from .simulator import simulator
from .throughput import growth, throughput
from .verifier import verifier

KNOWN: dict[str, Callable[[], bool]] = {
    "idle": idle,
    "story": story,
    "pages": run,
    "evidence": evidence,
    "verifier": verifier,
    "throughput": throughput,
    "growth": growth,
    "guard": guard,
    "simulator": simulator,
    "decade": decade,
    "signing": signing,
    "bundles": bundles,
    "delivery": delivery,
    "delivery-growth": delivery_growth,
    "letters": letters,
}
ASKED_FOR = (
    *("throughput", "growth", "decade", "signing", "bundles"),
    *("delivery", "delivery-growth", "letters"),
)
"""Long; the first two need what only ``make bench-throughput`` installs."""


def main(words: list[str]) -> int:
    """Run the named benchmarks, or all; return 0 when every target is met."""
    unknown = [word for word in words if word not in KNOWN]
    if unknown:
        sys.stderr.write(f"Unknown: {', '.join(unknown)}. Known: {', '.join(KNOWN)}.\n")
        return 2
    logging.disable(logging.WARNING)
    usual = [word for word in KNOWN if word not in ASKED_FOR]
    # A list, not a generator: one missed target must not skip the other benchmarks.
    met = [KNOWN[word]() for word in words or usual]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

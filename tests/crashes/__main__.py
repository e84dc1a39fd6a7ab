"""All combinations of place, failure and database: ``python -m tests.crashes``."""

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.crashes.playing import expected, play
from tests.crashes.scenarios import PLACES, acts_at
from tests.crashes.stage import Stage, open_stage
from tests.databases import sqlite_address, start_cluster


def main() -> int:
    """Play them, say what came of each, and return 1 if one ended otherwise than it must."""
    words = argparse.ArgumentParser(prog="python -m tests.crashes")
    words.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    words.add_argument("--place", action="append", help="only these places")
    given = words.parse_args()
    logging.disable(logging.CRITICAL)
    bad = 0
    for kind in given.database or ("sqlite", "postgresql"):
        begun = time.monotonic()
        counted = _on(kind, given.place or list(PLACES))
        _say(f"{kind}: {dict(counted)}, {time.monotonic() - begun:.0f} s")
        bad += counted["wrong"]
    return 1 if bad else 0


def _on(kind: str, places: list[str]) -> Counter[str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "sqlite":
            with open_stage(folder, sqlite_address(folder)) as stage:
                return _all(stage, places)
        cluster = start_cluster()
        try:
            with open_stage(folder, cluster.create_database()) as stage:
                return _all(stage, places)
        finally:
            cluster.stop()


def _all(stage: Stage, places: list[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for place in places:
        for act in acts_at(place):
            fault = _play(stage, place, act)
            counted["wrong" if fault else "right"] += 1
            counted[act] += 1
            if fault:
                _say(f"WRONG {place} {act}: {fault}")
        _say(f"{place}: {counted['right']} right, {counted['wrong']} wrong so far")
    return counted


def _play(stage: Stage, place: str, act: str) -> str:
    """Play one combination; return what is wrong with its end, empty if nothing is."""
    ends, messages, status = expected(place, act)
    try:
        found = play(stage, place, act)
    except TimeoutError as error:
        return str(error)
    is_good = (found.state, found.reason) == ends and found.messages == messages
    return "" if is_good and found.came and found.failed == status else str(found)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

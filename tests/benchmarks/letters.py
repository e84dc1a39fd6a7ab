"""5 000 letters in one approval: seen with their cost, typed, paused in the middle, resumed.

``python -m tests.benchmarks letters``. ISDS runs in a process of its own. A person prepares the
batch by the API, looks at the sum and at one document, types the number, pauses when half of the
letters have left and goes on; one process makes, seals, judges and sends them and fetches their
proofs. At the end the ledger of ISDS has every letter exactly once. ``BENCH_MANY`` takes another
number, ``VYZVA_TEST_DATABASE=postgresql`` another database.
"""

import os
import resource
import tempfile
import time
from pathlib import Path

from tests.databases import chosen_kind
from tests.documents.many_letters import PRICE, Story, tell
from tests.documents.paid_office import approve, open_paid_office

from .delivery import chosen_database, simulator_apart

MANY = int(os.environ.get("BENCH_MANY", "5000"))
LONGEST_ACT = 10.0
"""Seconds that a person's act may take, whatever the number of letters."""


def letters() -> bool:
    """Tell the story; print what the acts took, and return whether none took too long."""
    with (
        tempfile.TemporaryDirectory() as name,
        simulator_apart(Path(name) / "isds") as (running, _),
        chosen_database(Path(name)) as address,
    ):
        office = open_paid_office(running, Path(name), address)
        approve(office, PRICE, 2 * PRICE * MANY)
        story, begun = Story(office, running, MANY), time.perf_counter()
        paused = tell(story)
        seconds = time.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{MANY} letters, {chosen_kind()}, load {os.getloadavg()[0]:.1f}")
    for act, took in story.seconds.items():
        print(f"  {act:<22} {took:6.2f} s")
    print(f"  right after the pause: {paused}")
    print(f"  all of it {seconds:.0f} s, cpu {time.process_time():.0f} s, peak {memory:.0f} MB")
    print(f"  in the ledger of ISDS, each once: {MANY + 2}, two of them before the batch")
    return max(story.seconds.values()) <= LONGEST_ACT

"""Ten simulated years with a look every month: what they cost, and whether all is proved."""

import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

import time_machine

from tests.documents.decade import Decade
from tests.documents.offices import NOW, open_office
from tests.validators.panel import absent, judge


def decade() -> bool:
    """Let ten years pass; tell whether every document passes and no renewal was late."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/decade.sqlite"
        open_with = partial(open_office, Path(folder) / "var", address)
        begun = time.process_time()
        with time_machine.travel(NOW, tick=False) as real:
            played = Decade(open_with, Path(folder), real, every=1, papers=3)
            played.live()
            verdicts = Counter(verdict.value for verdict in played.verdicts().values())
            problems, ended = played.problems(), played.ended_certificates()
            files = played.revisions()
            exhibits = [played.exhibit(one) for one in played.made]
            trust = played.trust()
        spent = time.process_time() - begun
        told = [] if "EU DSS" in absent() else judge(exhibits, trust, ["EU DSS"])
    sys.stdout.write(
        f"{len(played.made)} documents, {files} files, {played.keys} keys of a person, "
        f"{ended} ended certificates in the oldest; verdicts {dict(verdicts)}, "
        f"{len(problems)} not proved, {len(played.missed)} late renewals; "
        f"EU DSS passes {sum(one.passed for one in told)} of {len(told)}; {spent:.0f} s\n"
    )
    is_passed = all(one.passed for one in told)
    return is_passed and not problems and not played.missed and len(verdicts) == 1

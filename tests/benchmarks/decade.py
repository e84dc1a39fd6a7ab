"""Ten simulated years with a look every month: what they cost, and whether all is proved."""

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import time_machine

from tests.documents.decade import SETTINGS, Decade
from tests.documents.offices import NOW, open_office


def decade() -> bool:
    """Let ten years pass; tell whether every document passes and no renewal was late."""
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/decade.sqlite"
        office = open_office(Path(folder) / "var", address, **SETTINGS)
        begun = time.process_time()
        with time_machine.travel(NOW, tick=False) as real:
            played = Decade(office, real, every=1, papers=6)
            played.live()
            verdicts = Counter(verdict.value for verdict in played.verdicts().values())
            problems, ended = played.problems(), played.ended_certificates()
            files = played.revisions()
        spent = time.process_time() - begun
    sys.stdout.write(
        f"{len(played.made)} documents, {files} files, {played.keys} keys of a person, "
        f"{ended} ended certificates in the oldest; verdicts {dict(verdicts)}, "
        f"{len(problems)} not proved, {len(played.missed)} late renewals; {spent:.0f} s\n"
    )
    return not problems and not played.missed and len(verdicts) == 1

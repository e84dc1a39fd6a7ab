"""The sandbox with a meter: what each confined process took, as the kernel accounts for it.

The meter stands in the process that forks: the usage of a forked child is its own. That of a
spawned one is not, because Linux hands the peak of the starting process down to it.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from services.documents.verification import sandbox
from services.documents.verification.confinement import Limits
from services.documents.verification.report import Report
from services.documents.verification.sandbox import Sandbox
from services.documents.verification.verifier import Question
from services.documents.verification.zygote import main as answer_jobs

START = "from tests.benchmarks.watched import main; main({!r})"


@dataclass(frozen=True)
class Cost:
    """What the verdict on one file took."""

    seconds: float
    """Of the processor."""
    memory: float
    """Most resident megabytes, the interpreter and its libraries included."""


@dataclass(frozen=True)
class Meter:
    """Judges files one at a time and tells what each took."""

    sandbox: Sandbox
    notes: Path

    def judge(self, question: Question) -> tuple[Report, Cost]:
        """Judge a file; one that is too large to be read costs nothing."""
        self.notes.unlink(missing_ok=True)
        report = self.sandbox.verify(question)
        if not self.notes.exists():
            return report, Cost(0.0, 0.0)
        return report, Cost(**json.loads(self.notes.read_text("ascii")))


@contextmanager
def metered(limits: Limits | None = None) -> Iterator[Meter]:
    """Give a sandbox of one process with a meter."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "cost.json"
        start = patch.object(sandbox, "START", START.format(str(notes)))
        with start, closing(Sandbox(slots=1, limits=limits)) as opened:
            yield Meter(opened, notes)


def main(notes: str) -> None:
    """Answer jobs as the process above the confined ones does; note what each of them took."""

    def wait(child: int, options: int) -> tuple[int, int]:
        found, status, usage = os.wait4(child, options)
        seconds, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
        Path(notes).write_text(json.dumps({"seconds": seconds, "memory": memory}), "ascii")
        return found, status

    with patch.object(os, "waitpid", wait):
        answer_jobs()

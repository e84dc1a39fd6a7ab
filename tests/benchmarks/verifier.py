"""The verifier: seconds for each file in the sandbox, memory, and 10 000 mutants.

Files of others come from the corpora beside the project; without them only our own are judged.
"""

import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic

from services.documents.verification.confinement import Limits
from services.documents.verification.report import Profile, Report, Verdict
from services.documents.verification.trust import Trust
from services.documents.verification.verifier import Question
from tests.documents.corpora import ABSENT, HERE
from tests.documents.issued import PATIENT, Issued, issue, open_house
from tests.documents.mutants import Mutant, judged_mutants
from tests.documents.samples import AT

from .watched import Cost, Meter, metered

MOST_SECONDS = 2.0
MOST_MEMORY_MB = 512
SHARES = (4_000, 4_500, 1_500)
"""Of 10 000 mutants: of a document without people, of one person, of three."""
MOST_SECONDS_OF_MUTANTS = 900
REPEATS = 20


def verifier() -> bool:
    """Measure and print; tell whether every target is met."""
    with tempfile.TemporaryDirectory() as folder:
        house = open_house(Path(folder))
        papers = [issue(house, signers) for signers in (0, 1, 3)]
        met = [_files(papers), _mutants(papers)]
    return all(met)


@dataclass(frozen=True)
class Taken:
    """What was taken for the files of one kind."""

    clock: list[float]
    cost: list[Cost]


def judged_files(
    papers: list[Issued], repeats: int, limits: Limits | None = None
) -> dict[str, Taken]:
    """Judge our own documents so often, and every file of the corpora; return the cost by kind."""
    took: dict[str, Taken] = {}
    with metered(limits) as meter:
        meter.judge(Question(b"%PDF-1.7", Trust(at=AT)))
        for paper in papers * repeats:
            known = paper.registered()
            question = Question(paper.pdf, paper.trust(), Profile.OWN, known, seconds=PATIENT)
            report = _timed(meter, question, took, f"own, {paper.signers} signers")
            assert report.verdict is Verdict.PASSED, report
        for path in foreign_files():
            question = Question(path.read_bytes(), Trust(at=AT))
            report = _timed(meter, question, took, path.parent.name)
            assert report.verdict is not Verdict.PASSED, path
    return took


def _timed(meter: Meter, question: Question, took: dict[str, Taken], kind: str) -> Report:
    begun = monotonic()
    report, cost = meter.judge(question)
    found = took.setdefault(kind, Taken([], []))
    found.clock.append(monotonic() - begun)
    found.cost.append(cost)
    return report


def foreign_files() -> list[Path]:
    """Return the files of the corpora, if they are there."""
    return sorted(path for path in HERE.rglob("*.pdf") if path.stat().st_size)


def _files(papers: list[Issued]) -> bool:
    took = judged_files(papers, REPEATS)
    sys.stdout.write(
        "| files | number | median ms | p99 ms | slowest ms | cpu p99 ms | peak MB |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    for kind, found in took.items():
        sys.stdout.write(_line(kind, found))
    if not foreign_files():
        sys.stdout.write(f"\n{ABSENT}\n")
    clocks = [one for found in took.values() for one in found.clock]
    return p99(clocks) < MOST_SECONDS and most_memory(took) < MOST_MEMORY_MB


def most_memory(took: dict[str, Taken]) -> float:
    """Return the most resident megabytes of a confined process."""
    return max(one.memory for found in took.values() for one in found.cost)


def p99(values: Iterable[float]) -> float:
    """Return the value that one in a hundred exceeds."""
    ordered = sorted(values)
    return ordered[int(len(ordered) * 0.99)]


def _line(kind: str, found: Taken) -> str:
    times = (median(found.clock), p99(found.clock), max(found.clock))
    times = (*times, p99(one.seconds for one in found.cost))
    figures = " | ".join(f"{1000 * one:.0f}" for one in times)
    memory = max(one.memory for one in found.cost)
    return f"| {kind} | {len(found.clock)} | {figures} | {memory:.0f} |\n"


def _mutants(papers: list[Issued]) -> bool:
    """Judge a share of the mutants of each paper; say after each share how far it is."""
    begun, number = monotonic(), 0
    believed: list[Mutant] = []
    sys.stdout.write("\n| mutants of | signed place | elsewhere | believed | s |\n")
    sys.stdout.write("|---|---|---|---|---|\n")
    for paper, share in zip(papers, SHARES, strict=True):
        found = list(judged_mutants(paper, range(number, number + share)))
        number += share
        wrong = [one for one in found if one.is_believed]
        signed = sum(one.is_signed for one in found)
        line = f"| {paper.signers} signers | {signed} | {share - signed} | {len(wrong)} "
        sys.stdout.write(f"{line}| {monotonic() - begun:.0f} |\n")
        sys.stdout.flush()
        believed += wrong
    sys.stdout.write(f"\nSeeds of what was believed: {[one.seed for one in believed]}\n")
    return not believed and monotonic() - begun < MOST_SECONDS_OF_MUTANTS

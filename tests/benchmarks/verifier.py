"""The verifier: seconds for each file in the sandbox, memory, and 10 000 mutants.

Files of others come from the corpora beside the project; without them only our own are judged.
"""

import resource
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from time import monotonic

from services.documents.verification.report import Profile, Verdict
from services.documents.verification.sandbox import Sandbox
from services.documents.verification.trust import Trust
from services.documents.verification.verifier import Question
from tests.documents.corpora import HERE
from tests.documents.issued import Issued, issue, open_house
from tests.documents.mutants import Mutant, judged_mutants
from tests.documents.samples import AT

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


def _files(papers: list[Issued]) -> bool:
    foreign = [(path.parent.name, path.read_bytes()) for path in sorted(HERE.rglob("*.pdf"))]
    took: dict[str, list[float]] = {}
    with closing(Sandbox(slots=1)) as sandbox:
        sandbox.verify(Question(b"%PDF-1.7", Trust(at=AT)))
        for paper in papers * REPEATS:
            known = paper.registered()
            question = Question(paper.pdf, paper.trust(), Profile.OWN, known)
            seconds, verdict = _timed(sandbox, question)
            assert verdict is Verdict.PASSED
            took.setdefault(f"own, {paper.signers} signers", []).append(seconds)
        for kind, data in foreign:
            seconds, _ = _timed(sandbox, Question(data, Trust(at=AT)))
            took.setdefault(kind, []).append(seconds)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(
        "| files | number | median ms | p99 ms | slowest ms |\n|---|---|---|---|---|\n"
    )
    for kind, seconds_of in took.items():
        sys.stdout.write(_line(kind, sorted(seconds_of)))
    sys.stdout.write(f"\nLargest resident memory of a process: {memory:.0f} MB\n")
    every = sorted(one for seconds_of in took.values() for one in seconds_of)
    return every[int(len(every) * 0.99)] < MOST_SECONDS and memory < MOST_MEMORY_MB


def _timed(sandbox: Sandbox, question: Question) -> tuple[float, Verdict]:
    begun = monotonic()
    report = sandbox.verify(question)
    return monotonic() - begun, report.verdict


def _line(kind: str, took: list[float]) -> str:
    median, high = took[len(took) // 2], took[int(len(took) * 0.99)]
    figures = " | ".join(f"{1000 * one:.0f}" for one in (median, high, took[-1]))
    return f"| {kind} | {len(took)} | {figures} |\n"


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

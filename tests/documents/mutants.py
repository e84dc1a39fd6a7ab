"""One flipped bit at a place that a seed decides, and what the verifier says of it."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.documents.verification.raw import read_raw
from services.documents.verification.report import Verdict
from tests.documents.issued import Issued


@dataclass(frozen=True)
class Mutant:
    """A file with one flipped bit, judged."""

    seed: int
    is_signed: bool
    """Whether the last signature covers the place; it leaves out only its own container."""
    passes_as_ours: bool
    passes_as_anybodys: bool

    @property
    def is_believed(self) -> bool:
        """Tell whether it passes where it must not: as ours never, as anybody's where signed."""
        return self.passes_as_ours or (self.is_signed and self.passes_as_anybodys)


def mutant(pdf: bytes, seed: int) -> tuple[int, bytes]:
    """Return the place of the flipped bit, and the file with it."""
    chance = random.Random(seed)
    return flipped(pdf, chance.randrange(len(pdf)), chance.randrange(8))


def flipped(pdf: bytes, place: int, bit: int) -> tuple[int, bytes]:
    """Return the place, and the file with one bit of its byte flipped."""
    changed = bytearray(pdf)
    changed[place] ^= 1 << bit
    return place, bytes(changed)


def judged_mutants(paper: Issued, seeds: Iterable[int]) -> Iterator[Mutant]:
    """Judge one mutant for each seed, as ours and as anybody's."""
    for seed in seeds:
        yield judged(paper, seed, *mutant(paper.pdf, seed))


def judged(paper: Issued, seed: int, place: int, changed: bytes) -> Mutant:
    """Judge a changed file."""
    start, end = last_gap(paper.pdf)
    return Mutant(
        seed,
        is_signed=not start <= place < end,
        passes_as_ours=paper.judge(changed).verdict is Verdict.PASSED,
        passes_as_anybodys=paper.judge_as_foreign(changed).verdict is Verdict.PASSED,
    )


def last_gap(pdf: bytes) -> tuple[int, int]:
    """Return where the container of the last signature begins and ends."""
    return max(read_raw(pdf).signatures, key=lambda item: item.end).gap


def telling_places(pdf: bytes) -> list[int]:
    """Return one place in each kind of structure that a reader decides by.

    Of each type of object: its head, the value under every key, its stream and its end. Of the
    file: its header, every end of a revision and what stands before it (cross-references,
    trailer). Of each signature: both edges and the middle of its container, and its ranges.
    """
    raw = read_raw(pdf)
    found: dict[tuple[str, str], int] = {("file", "header"): 5, ("file", "last"): len(pdf) - 1}
    for item in raw.objects:
        if item.is_packed or item.is_unreadable:
            continue
        value = item.value if isinstance(item.value, dict) else {}
        kind = str(value.get("Type") or value.get("FT") or "")
        found.setdefault((kind, "head"), item.start)
        found.setdefault((kind, "end"), item.end - 1)
        for key, (start, end) in item.spans.items():
            found.setdefault((kind, key), (start + end) // 2)
        if item.stream is not None:
            found.setdefault((kind, "stream"), sum(item.stream) // 2)
    for number, end in enumerate(raw.ends):
        for back in (1, 8, 20, 60, 200):
            found["end", f"{number}-{back}"] = end - back
    for number, one in enumerate(raw.signatures):
        start, end = one.gap
        places = (start, start + 1, (start + end) // 2, end - 1, end)
        found |= {("gap", f"{number}-{place}"): place for place in places}
    return sorted(set(found.values()))

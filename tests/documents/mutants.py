"""One flipped bit at a place that a seed decides."""

import random
from collections.abc import Iterable

from services.documents.verification.raw import read_raw
from services.documents.verification.report import Verdict
from tests.documents.issued import Issued


def mutant(pdf: bytes, seed: int) -> tuple[int, bytes]:
    """Return the place of the flipped bit, and the file with it."""
    chance = random.Random(seed)
    place = chance.randrange(len(pdf))
    changed = bytearray(pdf)
    changed[place] ^= 1 << chance.randrange(8)
    return place, bytes(changed)


def passing_mutants(paper: Issued, seeds: Iterable[int]) -> list[int]:
    """Return the seeds of the mutants that pass where they must not.

    As our own document none may pass. As anybody's, none may whose signed bytes changed; the last
    signature leaves out only its own container.
    """
    start, end = max(read_raw(paper.pdf).signatures, key=lambda item: item.end).gap
    return [seed for seed in seeds if _passes(paper, seed, (start, end))]


def _passes(paper: Issued, seed: int, gap: tuple[int, int]) -> bool:
    place, changed = mutant(paper.pdf, seed)
    if paper.judge(changed).verdict is Verdict.PASSED:
        return True
    is_signed = not gap[0] <= place < gap[1]
    return is_signed and paper.judge_as_foreign(changed).verdict is Verdict.PASSED

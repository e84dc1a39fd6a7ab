"""A share of ``python -m tests.benchmarks verifier`` in every run; nothing hangs on a clock.

Our own documents, mutants of them, and every file of the corpora where they are.
"""

from statistics import median

import pytest

from services.documents.verification.confinement import Limits
from services.documents.verification.verifier import Question
from tests.benchmarks.verifier import (
    MOST_MEMORY_MB,
    Taken,
    judged_files,
    most_memory,
    p99,
)
from tests.benchmarks.watched import metered
from tests.documents.issued import Issued, issue, open_house
from tests.documents.mutants import judged_mutants

pytestmark = pytest.mark.one_database
SHARES = {0: range(20_000, 20_030), 1: range(20_030, 20_070), 3: range(20_070, 20_090)}
"""Seeds of the mutants by the number of people who signed; not those of the benchmark."""
REPEATS = 5
MOST_TIMES = 40.0
"""Times that one file in a hundred may cost what a document of ours costs; 2 s are some 20."""
LEAST_MEMORY_MB = 20.0
"""A Python interpreter alone takes as much: less would mean that nothing was measured."""


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> list[Issued]:
    house = open_house(tmp_path_factory.mktemp("house"))
    return [issue(house, signers) for signers in SHARES]


@pytest.fixture(scope="module")
def took(papers: list[Issued]) -> dict[str, Taken]:
    """Judge everything once; what passes without an authority fails here already."""
    return judged_files(papers, REPEATS, Limits(seconds=60))


def test_no_mutant_is_believed(papers: list[Issued]) -> None:
    found = [one for paper in papers for one in judged_mutants(paper, SHARES[paper.signers])]

    assert len(found) == sum(map(len, SHARES.values()))
    assert {one.is_signed for one in found} == {True, False}
    assert [one.seed for one in found if one.is_believed] == []


def test_no_file_takes_more_memory_than_it_may(took: dict[str, Taken]) -> None:
    most = most_memory(took)

    print(f"most resident memory of a confined process: {most:.0f} MB")
    assert LEAST_MEMORY_MB < most < MOST_MEMORY_MB


def test_no_file_takes_many_times_what_our_own_takes(took: dict[str, Taken]) -> None:
    own = median(one.seconds for one in took["own, 1 signers"].cost)
    slow = p99(one.seconds for found in took.values() for one in found.cost)

    print(f"own {1000 * own:.0f} ms of the processor, one in a hundred {1000 * slow:.0f} ms")
    assert own > 0
    assert slow < MOST_TIMES * own


def test_the_meter_tells_what_a_child_took_and_not_its_parent(papers: list[Issued]) -> None:
    """Else the limit would be held against the size of whoever measures."""
    ballast = bytearray(200 * 2**20)
    ballast[::4096] = b"x" * (len(ballast) // 4096)

    with metered() as meter:
        _, cost = meter.judge(Question(papers[0].pdf, papers[0].trust()))

    assert len(ballast) / 2**20 > cost.memory > LEAST_MEMORY_MB
    assert Limits().memory_mb <= MOST_MEMORY_MB

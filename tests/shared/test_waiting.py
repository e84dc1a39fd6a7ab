"""A first page shows what a person can handle, and says when more is waiting."""

from dataclasses import dataclass

import pytest

from shared.waiting import MOST_OF_A_KIND, READ_OF_A_KIND, Waits, cut


@dataclass(frozen=True)
class Thing(Waits):
    """Something that waits."""

    number: int


def things(count: int) -> list[Thing]:
    return [Thing(number) for number in range(count)]


@pytest.mark.parametrize(
    ("count", "shown", "has_more"),
    [
        (0, 0, []),
        (1, 1, [False]),
        (3, 3, [False, False, False]),
        (4, 3, [False, False, True]),
        (99, 3, [False, False, True]),
    ],
)
def test_the_first_are_shown_and_the_last_tells_of_more(
    count: int, shown: int, has_more: list[bool]
) -> None:
    found = list(cut(things(count), 3))

    assert [one.number for one in found] == list(range(shown))
    assert [one.has_more for one in found] == has_more


def test_a_cut_of_what_was_cut_still_tells_of_more() -> None:
    once = list(cut(things(4), 3))

    assert list(cut(once, 3))[-1].has_more


def test_a_query_reads_one_more_than_is_shown() -> None:
    assert len(list(cut(things(READ_OF_A_KIND)))) == MOST_OF_A_KIND
    assert READ_OF_A_KIND == MOST_OF_A_KIND + 1

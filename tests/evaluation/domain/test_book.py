"""R63: the order within fiches, and when a book makes sense."""

from datetime import UTC, datetime
from fractions import Fraction
from uuid import uuid4

import pytest

from services.evaluation.domain.book import (
    BookTooLate,
    Entry,
    NothingForBook,
    check_book,
    placed_in_fiches,
)
from shared.money import Money


def entry(fiche: str, points: str, received: int, crowns: int = 100_000) -> Entry:
    return Entry(uuid4(), fiche, Fraction(points), Money.czk(crowns), received)


def test_each_fiche_has_its_own_order_and_its_own_sum() -> None:
    entries = [
        entry("F2", "70", 1),
        entry("F1", "60", 2, 300_000),
        entry("F1", "88", 3, 200_000),
    ]

    placed = placed_in_fiches(entries)

    assert list(placed) == ["F1", "F2"]
    assert [(one.first, one.entry.received_order) for one in placed["F1"]] == [(1, 3), (2, 2)]
    assert [one.running for one in placed["F1"]] == [Money.czk(200_000), Money.czk(500_000)]
    assert placed["F2"][0].running == Money.czk(100_000)


def test_equal_points_share_their_places_whatever_came_first() -> None:
    third = "241/3"
    placed = placed_in_fiches(
        [entry("F1", third, 9), entry("F1", "90", 5), entry("F1", third, 2), entry("F1", "10", 1)]
    )["F1"]

    assert [(one.first, one.last) for one in placed] == [(1, 1), (2, 3), (2, 3), (4, 4)]
    assert [one.entry.received_order for one in placed] == [5, 2, 9, 1]


def test_a_book_comes_before_the_end_of_the_meeting_and_has_projects() -> None:
    check_book(1, None)

    with pytest.raises(BookTooLate):
        check_book(1, datetime(2026, 7, 15, tzinfo=UTC))
    with pytest.raises(NothingForBook):
        check_book(0, None)

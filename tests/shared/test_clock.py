"""Clocks: one moved demonstration clock for all processes; Prague days; no naive instants."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shared.clock import FrozenClock, ShiftedClock, SystemClock

pytestmark = pytest.mark.one_database
SHORT = timedelta(seconds=5)


def test_move_is_seen_by_a_second_instance(tmp_path: Path) -> None:
    first, second = ShiftedClock(tmp_path / "clock.json"), ShiftedClock(tmp_path / "clock.json")
    assert abs(second.now() - datetime.now(UTC)) < SHORT
    there = datetime(2030, 5, 1, 8, tzinfo=UTC)

    first.move_to(there)

    assert abs(second.now() - there) < SHORT
    assert second.today() == date(2030, 5, 1)


def test_quick_moves_are_all_seen(tmp_path: Path) -> None:
    writer, reader = ShiftedClock(tmp_path / "clock.json"), ShiftedClock(tmp_path / "clock.json")

    for year in range(2027, 2077):
        there = datetime(year, 1, 1, tzinfo=UTC)
        writer.move_to(there)
        assert abs(reader.now() - there) < SHORT


def test_reset_returns_to_real_time_everywhere(tmp_path: Path) -> None:
    first, second = ShiftedClock(tmp_path / "clock.json"), ShiftedClock(tmp_path / "clock.json")
    first.move_to(datetime(2030, 5, 1, tzinfo=UTC))
    assert second.today() == date(2030, 5, 1)

    first.reset()

    assert abs(second.now() - datetime.now(UTC)) < SHORT


def test_clock_that_never_moved_needs_no_file(tmp_path: Path) -> None:
    clock = ShiftedClock(tmp_path / "deep" / "clock.json")
    assert clock.offset() == timedelta(0)

    clock.move_to(datetime(2030, 5, 1, tzinfo=UTC))

    assert clock.today() == date(2030, 5, 1)
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["clock.json"]


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), date(2026, 2, 1)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), date(2026, 8, 1)),
    ],
)
def test_day_begins_at_midnight_in_prague(instant: datetime, day: date) -> None:
    assert FrozenClock(instant).today() == day


def test_system_clock_is_aware() -> None:
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_naive_instants_are_refused(tmp_path: Path) -> None:
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point of the test

    with pytest.raises(ValueError, match="naive"):
        FrozenClock(naive)
    with pytest.raises(ValueError, match="naive"):
        ShiftedClock(tmp_path / "clock.json").move_to(naive)

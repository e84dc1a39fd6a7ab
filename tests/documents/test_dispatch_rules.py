"""When ISDS is closed, how long to rest: tables and properties."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.outages import BackOff, Outage, Weekly, reopening, rest_after

pytestmark = pytest.mark.one_database

FRIDAY = datetime(2026, 4, 2, 22, 30, tzinfo=UTC)  # 0:30 in Prague on Friday 3 April
instants = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: FRIDAY + timedelta(minutes=minutes)
)


def outage(begins: datetime, hours: float) -> Outage:
    return Outage(begins, begins + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("now", "announced", "weekly", "expected"),
    [
        pytest.param(FRIDAY, [], None, None, id="nothing announced"),
        pytest.param(FRIDAY, [], Weekly(), datetime(2026, 4, 2, 23, tzinfo=UTC), id="weekly"),
        pytest.param(FRIDAY - timedelta(hours=1), [], Weekly(), None, id="before it"),
        pytest.param(FRIDAY + timedelta(minutes=30), [], Weekly(), None, id="its end is open"),
        pytest.param(
            FRIDAY, [outage(FRIDAY, 96)], None, FRIDAY + timedelta(hours=96), id="four days"
        ),
        pytest.param(
            FRIDAY,
            [outage(FRIDAY - timedelta(hours=1), 2), outage(FRIDAY + timedelta(hours=1), 3)],
            None,
            FRIDAY + timedelta(hours=4),
            id="two that touch",
        ),
        pytest.param(
            FRIDAY - timedelta(days=3),
            [outage(FRIDAY - timedelta(days=4), 95.5)],
            Weekly(),
            datetime(2026, 4, 2, 23, tzinfo=UTC),
            id="one that runs into the weekly one",
        ),
    ],
)
def test_when_isds_opens_again(
    now: datetime, announced: list[Outage], weekly: Weekly | None, expected: datetime | None
) -> None:
    assert reopening(now, announced, weekly) == expected


@given(
    instants,
    st.lists(st.tuples(st.integers(-100, 100), st.integers(1, 96)), max_size=6),
    st.booleans(),
)
def test_it_is_open_when_it_is_said_to_open(
    now: datetime, spans: list[tuple[int, int]], has_weekly: bool
) -> None:
    announced = [outage(now + timedelta(hours=start), hours) for start, hours in spans]
    weekly = Weekly() if has_weekly else None

    found = reopening(now, announced, weekly)

    assert found is None or (found > now and reopening(found, announced, weekly) is None)
    if found is None:
        assert not any(one.begins <= now < one.ends for one in announced)


def test_an_outage_must_end_after_it_begins() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Outage(FRIDAY, FRIDAY)


@given(st.integers(1, 1000), st.uuids())
def test_rest_grows_and_stays_within_its_bounds(failures: int, key: UUID) -> None:
    rules = BackOff()
    whole = min(rules.first * 2 ** min(failures - 1, 20), rules.longest)

    assert whole * (1 - rules.spread) <= rest_after(failures, key, rules) <= whole


def test_what_failed_together_does_not_come_back_together() -> None:
    keys = [UUID(int=number) for number in range(1000)]
    rests = [rest_after(5, key) for key in keys]

    assert len(set(rests)) > 990
    assert max(rests) - min(rests) > timedelta(minutes=2)
    assert rests == [rest_after(5, key) for key in keys]

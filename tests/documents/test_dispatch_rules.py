"""What a message costs, when ISDS is closed, how long to rest: tables and properties."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain.outages import (
    BackOff,
    Outage,
    Weekly,
    coming,
    reopening,
    rest_after,
)
from services.documents.domain.postage import (
    FREE,
    HOLD_APPROVAL,
    HOLD_CREDIT,
    HOLD_LIMIT,
    HOLD_PRICE,
    PAID,
    Purse,
    Terms,
    affordable,
    month_of,
    postage,
    why_held,
)
from shared.money import Money

pytestmark = pytest.mark.one_database

TEN = Money.czk(10)
FRIDAY = datetime(2026, 4, 2, 22, 30, tzinfo=UTC)  # 0:30 in Prague on Friday 3 April
instants = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: FRIDAY + timedelta(minutes=minutes)
)


@pytest.mark.parametrize(
    ("sender", "recipient", "kind", "price"),
    [
        pytest.param(20, 10, FREE, 0, id="association to a town"),
        pytest.param(20, 14, FREE, 0, id="association to a notary"),
        pytest.param(10, 40, FREE, 0, id="town to a person"),
        pytest.param(20, 20, PAID, 10, id="association to a company"),
        pytest.param(20, 40, PAID, 10, id="association to a person"),
        pytest.param(20, 30, PAID, 10, id="association to a person in business"),
        pytest.param(20, 0, PAID, 10, id="unknown type"),
    ],
)
def test_who_pays(sender: int, recipient: int, kind: str, price: int) -> None:
    found = postage(sender_type=sender, recipient_type=recipient, price=TEN)

    assert (found.kind, found.price) == (kind, Money.czk(price))


def test_a_negative_price_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="negative"):
        postage(sender_type=20, recipient_type=20, price=-TEN)


FULL = Purse(may_send=True, credit=None)


def terms(price: int = 10, limit: int | None = 100, *, asks: bool = False) -> Terms:
    return Terms(Money.czk(price), None if limit is None else Money.czk(limit), asks)


@pytest.mark.parametrize(
    ("given_terms", "price", "agreed", "purse", "spent", "reason"),
    [
        pytest.param(terms(), 10, None, FULL, 90, None, id="the last one that fits"),
        pytest.param(terms(), 10, None, FULL, 91, HOLD_LIMIT, id="one too many"),
        pytest.param(terms(limit=None), 10, None, FULL, 9999, None, id="no limit"),
        pytest.param(terms(limit=0), 10, None, FULL, 0, HOLD_LIMIT, id="nothing may be spent"),
        pytest.param(terms(limit=0), 0, None, FULL, 500, None, id="a price of nothing"),
        pytest.param(None, 10, None, FULL, 0, HOLD_PRICE, id="nobody approved anything"),
        pytest.param(terms(), None, None, FULL, 0, HOLD_PRICE, id="nobody knows the price"),
        pytest.param(terms(), 11, None, FULL, 0, HOLD_PRICE, id="dearer than approved"),
        pytest.param(terms(), 11, 11, FULL, 0, HOLD_PRICE, id="dearer, whatever was agreed"),
        pytest.param(terms(), 9, None, FULL, 0, None, id="cheaper than approved"),
        pytest.param(terms(asks=True), 10, None, FULL, 0, HOLD_APPROVAL, id="each is asked for"),
        pytest.param(terms(asks=True), 10, 9, FULL, 0, HOLD_APPROVAL, id="agreed when cheaper"),
        pytest.param(terms(asks=True), 10, 10, FULL, 0, None, id="agreed"),
        pytest.param(terms(), 10, None, Purse(False, None), 0, HOLD_CREDIT, id="no right"),
        pytest.param(terms(), 10, None, Purse(True, Money.czk(9)), 0, HOLD_CREDIT, id="credit"),
        pytest.param(terms(), 10, None, Purse(True, Money.czk(10)), 0, None, id="just enough"),
    ],
)
def test_why_a_message_waits(
    given_terms: Terms | None,
    price: int | None,
    agreed: int | None,
    purse: Purse,
    spent: int,
    reason: str | None,
) -> None:
    found = why_held(
        price=None if price is None else Money.czk(price),
        agreed=None if agreed is None else Money.czk(agreed),
        terms=given_terms,
        purse=purse,
        spent=Money.czk(spent),
    )

    assert found == reason


@given(st.integers(1, 5000), st.integers(0, 10**6), st.integers(0, 10**6))
def test_what_is_affordable_is_never_held_and_one_more_is(
    price: int, spent: int, limit: int
) -> None:
    each = Money.from_hundredths(price)
    given_terms = Terms(each, Money.from_hundredths(limit), asks_each=False)
    count = affordable(each, spent=Money.from_hundredths(spent), limit=given_terms.monthly_limit)
    assert count is not None

    for number in (count - 1, count):  # how many went before
        if number < 0:
            continue
        so_far = Money.from_hundredths(spent + number * price)
        held = why_held(price=each, agreed=None, terms=given_terms, purse=FULL, spent=so_far)
        assert held == (HOLD_LIMIT if number == count else None)


def test_without_a_limit_any_number_is_affordable() -> None:
    assert affordable(TEN, spent=TEN, limit=None) is None
    assert affordable(Money.zero(), spent=TEN, limit=Money.zero()) is None


@given(st.dates(date(2024, 1, 1), date(2040, 12, 31)))
def test_every_day_is_in_its_month(day: date) -> None:
    first, after = month_of(day)

    assert first <= day < after
    assert first.day == after.day == 1
    assert after - first <= timedelta(days=31)


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


def test_outages_that_come_are_told_nearest_first_without_those_that_are_over() -> None:
    hour = timedelta(hours=1)
    over = Outage(FRIDAY - 3 * hour, FRIDAY - 2 * hour)
    lasting = Outage(FRIDAY - hour, FRIDAY + hour)
    later = Outage(FRIDAY + timedelta(days=30), FRIDAY + timedelta(days=31))

    assert coming(FRIDAY, [later, lasting, over]) == [lasting, later]
    weekly = coming(FRIDAY + timedelta(hours=2), [], Weekly())
    assert [outage.ends - outage.begins for outage in weekly] == [hour, hour]
    assert weekly[1].begins - weekly[0].begins == timedelta(days=7)

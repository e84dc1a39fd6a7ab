"""Rules of delivery for whatever may come: box ids, outcomes, days (F6, F15, C2, C3)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.documents.domain.boxes import BadBoxId, check_box_id
from services.documents.domain.isds_outcome import (
    CREATED,
    NOT_CREATED,
    REFUSALS,
    THROTTLED,
    UNKNOWN,
    Exchange,
    classify,
)
from services.documents.domain.legal_delivery import BoxEvent, legal_delivery
from services.documents.domain.refused_logins import LOGIN_FAULTS
from services.isds_simulator.domain.box_id import is_box_id
from services.isds_simulator.domain.fiction import fiction_instant

pytestmark = pytest.mark.one_database
REST = holidays.country_holidays("CZ", years=range(2009, 2036))
FIRST = datetime(2009, 7, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 26 * 365 * 24 * 60).map(lambda m: FIRST + timedelta(minutes=m))
FRIDAY = 4
LATE = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
"""Half an hour after midnight in Prague."""
BEFORE_SUMMER = datetime(2026, 3, 20, 22, 30, tzinfo=UTC)
"""Half an hour before midnight; the tenth day after it is one of summer time."""
PERSON = 30
LISTED = REFUSALS | THROTTLED
"""Codes after which ISDS has made no message, by its word."""
SERVER_TROUBLE = st.from_regex(r"\A9[0-9]{3}\Z")
ANY_CODE = st.from_regex(r"\A[0-9]{4}\Z")
EXCHANGES = st.builds(
    Exchange,
    request_started=st.booleans(),
    http_status=st.one_of(st.none(), st.sampled_from([200, 401, 403]), st.integers(100, 599)),
    code=st.one_of(
        *(st.none(), st.sampled_from(["0000", *sorted(LISTED)])),
        *(SERVER_TROUBLE, ANY_CODE, st.text(max_size=5)),
    ),
    message_id=st.one_of(st.none(), st.text(max_size=12)),
    login_fault=st.one_of(st.none(), st.sampled_from(sorted(LOGIN_FAULTS))),
)


def day_in_prague(instant: datetime) -> date:
    """Tell the day without the product's calendar."""
    return instant.astimezone(ZoneInfo("Europe/Prague")).date()


def first_working_day(day: date) -> date:
    """Count by a calendar of another library."""
    while day.weekday() > FRIDAY or day in REST:
        day += timedelta(days=1)
    return day


@given(INSTANTS)
@example(LATE)
@example(BEFORE_SUMMER)
def test_fiction_is_the_tenth_day_of_the_simulator_moved_by_another_calendar(
    put_in: datetime,
) -> None:
    """Two programs and a third calendar agree, over changes of the clock and leap days too."""
    told = fiction_instant(put_in)
    expected = first_working_day(day_in_prague(told))
    events = [BoxEvent("EV5", put_in), BoxEvent("EV2", told)]

    found = legal_delivery(recipient_type=PERSON, events=events, today=expected)
    day_before = expected - timedelta(days=1)

    assert found is not None
    assert (found.day, found.basis) == (expected, "fiction")
    assert legal_delivery(recipient_type=PERSON, events=events, today=day_before) is None


@given(INSTANTS, st.integers(0, 60 * 24 * 40), st.booleans())
@example(LATE, 0, False)
@example(BEFORE_SUMMER, 0, False)
def test_the_earlier_of_login_and_fiction_delivers(
    put_in: datetime, minutes: int, has_fiction: bool
) -> None:
    login = put_in + timedelta(minutes=minutes)
    events = [BoxEvent("EV5", put_in), BoxEvent("EV11", login)]
    if has_fiction:
        events.append(BoxEvent("EV2", fiction_instant(put_in)))

    found = legal_delivery(recipient_type=PERSON, events=events, today=date(2036, 1, 31))

    shifted = first_working_day(day_in_prague(fiction_instant(put_in)))
    wanted = min(day_in_prague(login), shifted) if has_fiction else day_in_prague(login)
    assert found is not None
    assert found.day == wanted


@given(EXCHANGES)
@example(Exchange(True, 500, "1214"))
@example(Exchange(True, 200, "9999"))
@example(Exchange(True, 401, "0000", "1"))
@example(Exchange(True, login_fault="certificate-refused"))
def test_every_exchange_has_one_fate_and_only_certain_ones_are_repeated(exchange: Exchange) -> None:
    """Once the request has begun, only a listed word of ISDS or a refused login is certain."""
    outcome = classify(exchange)

    is_answered = exchange.http_status == 200
    if not exchange.request_started or exchange.http_status in (401, 403):
        fate = NOT_CREATED
    elif is_answered and exchange.code == "0000" and exchange.message_id:
        fate = CREATED
    elif is_answered and exchange.code in LISTED:
        fate = NOT_CREATED
    else:
        fate = UNKNOWN
    assert outcome.kind == fate
    assert outcome.message_id == (exchange.message_id if fate == CREATED else None)
    assert (outcome.retry is None) == (fate != NOT_CREATED)


def test_trouble_of_the_server_is_no_listed_word() -> None:
    assert not [code for code in LISTED | {"0000"} if code.startswith("9")]
    assert "0000" not in LISTED


@given(st.text(alphabet="abcdefghijkmnpqrstuvwxyz23456789ABO01l ", min_size=6, max_size=8))
def test_client_and_simulator_agree_which_box_ids_are_spelt_right(text: str) -> None:
    try:
        is_accepted = check_box_id(text) == text
    except BadBoxId:
        is_accepted = False

    assert is_accepted == is_box_id(text)

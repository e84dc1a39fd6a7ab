"""When a message becomes delivered by itself, and when its content is erased."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.isds_simulator.domain.states import State

PRAGUE = ZoneInfo("Europe/Prague")
FICTION_DAYS = 10
ERASED_AFTER_DAYS = {
    State.LOGIN: 90,
    State.READ: 90,
    State.INFECTED: 90,
    State.UNDELIVERABLE: 90,
}
YEARS_WITHOUT_LOGIN = 3
LEAP_DAY_FALLBACK = 28


def fiction_instant(delivered_at: datetime) -> datetime:
    """Return the instant at which an unread message counts as delivered.

    Args:
        delivered_at: Aware instant at which the message was put into the box (dodání).

    Returns:
        Aware UTC instant: the tenth day, same time on a Prague wall clock, no
        fraction of a second.

    Source:
        Act No. 300/2008 Coll., s. 17(4); the sample in the ISDS manual of data
        messages keeps the wall-clock time over a change to summer time.
    """
    local = delivered_at.astimezone(PRAGUE).replace(microsecond=0, tzinfo=None)
    shifted = (local + timedelta(days=FICTION_DAYS)).replace(tzinfo=PRAGUE)
    return shifted.astimezone(UTC)


def erasure_instant(state: State, since: datetime) -> datetime | None:
    """Return when the content of a message in a state is erased.

    Args:
        state: State of the message.
        since: Aware instant: the login, or the dodání if nobody has logged in.

    Returns:
        Aware UTC instant of the first Prague midnight after the period, or ``None``
        for a state whose content is not kept or not erased.

    Source:
        ISDS Operating Rules, periods of keeping: 90 days after a login, 3 years
        without one.
    """
    day = since.astimezone(PRAGUE).date()
    if state in ERASED_AFTER_DAYS:
        last_day = day + timedelta(days=ERASED_AFTER_DAYS[state])
    elif state in {State.DELIVERED, State.FICTION}:
        year = day.year + YEARS_WITHOUT_LOGIN
        is_leap_day = (day.month, day.day) == (2, 29)
        last_day = day.replace(year=year, day=LEAP_DAY_FALLBACK if is_leap_day else day.day)
    else:
        return None
    midnight = datetime.combine(last_day + timedelta(days=1), time(), tzinfo=PRAGUE)
    return midnight.astimezone(UTC)

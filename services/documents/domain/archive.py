"""When files are gathered under one time stamp, and when that stamp is renewed. Pure.

Source:
    RFC 4998, section 5: a record is renewed before its newest time stamp, or its hash algorithm,
    loses its strength.
"""

from datetime import datetime, timedelta

from shared.calendar_cz import PRAGUE


def last_gathering(now: datetime, hour: int) -> datetime:
    """Return the newest instant at which files had to be gathered.

    Args:
        now: aware instant.
        hour: hour of the day in Prague, 0-23. Where the clocks skip it, the instant that would
            have been it; where they repeat it, the first of the two.
    """
    day = now.astimezone(PRAGUE).date()
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=PRAGUE)
    if moment.timestamp() > now.timestamp():
        before = day - timedelta(days=1)
        moment = datetime(before.year, before.month, before.day, hour, tzinfo=PRAGUE)
    return moment.astimezone(now.tzinfo)


def is_gathering_due(waits_since: datetime | None, now: datetime, hour: int) -> bool:
    """Tell whether a night has passed since the oldest file began to wait for its record.

    A night that was missed, because nothing ran then, is made up for at the next look.

    Args:
        waits_since: when it was kept; ``None`` when no file waits.
        hour: hour of the day in Prague.
    """
    return waits_since is not None and waits_since < last_gathering(now, hour)

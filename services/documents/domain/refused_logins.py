"""When a refused login may be tried again. Pure."""

from datetime import timedelta

from shared.pauses import doubled

FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=12)


def pause_after(refusals: int) -> timedelta:
    """Return how long nobody logs in after so many refusals one after another, at least one.

    Source:
        ISDS, HTTP answer 401: refused logins that are repeated lock the account for a time.
    """
    return doubled(FIRST_PAUSE, refusals - 1, LONGEST_PAUSE)

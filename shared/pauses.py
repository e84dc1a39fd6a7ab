"""How the pause between attempts grows. Pure."""

from datetime import timedelta

MOST_DOUBLINGS = 20
"""Beyond that every pause in use has long reached its bound; more would only overflow."""


def doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    """Return a pause that was doubled so many times, bounded by *longest*."""
    whole: timedelta = first * 2 ** min(times, MOST_DOUBLINGS)
    return min(whole, longest)

"""Dates as a document writes them in its own language, which need not be the reader's screen."""

from datetime import date, datetime

from shared.clock import PRAGUE

MONTHS = {
    "cs": (
        "ledna", "února", "března", "dubna", "května", "června",
        "července", "srpna", "září", "října", "listopadu", "prosince",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
}  # fmt: skip


def long_date(at: datetime, language: str) -> str:
    """Return the Prague day of an instant in words, such as ``3. dubna 2026``."""
    return day_in_words(at.astimezone(PRAGUE).date(), language)


def day_in_words(day: date, language: str) -> str:
    """Return a day in words, such as ``3. dubna 2026``."""
    month = MONTHS[language][day.month - 1]
    dot = "" if language == "en" else "."
    return f"{day.day}{dot}\u00a0{month}\u00a0{day.year}"


def exact_time(at: datetime, language: str) -> str:
    """Return an instant to the second in Prague time, with its distance from UTC."""
    local = at.astimezone(PRAGUE)
    hours = int((local.utcoffset() or local - local).total_seconds() // 3600)
    return f"{long_date(at, language)}, {local:%H:%M:%S} (UTC+{hours})"

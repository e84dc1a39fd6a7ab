"""Days and instants as people of the present language write them; always Prague time."""

from datetime import date, datetime

from flask_babel import format_date, format_datetime, get_locale

from shared.clock import PRAGUE

LONG = {"cs": "d. MMMM y", "en": "d MMMM y", "de": "d. MMMM y"}
SHORT = {"cs": "d. M. y", "en": "d MMMM y", "de": "d. M. y"}
"""For narrow columns; a month is written out where figures alone would be misread."""
# Figures alone are read as day and month by Czechs only.
PLAIN = {"cs": "d. M. y", "en": "d MMMM y", "de": "d. MMMM y"}


def day_text(value: date | datetime, patterns: dict[str, str] = PLAIN) -> str:
    """Write a Prague day: "3. 4. 2026", "3 April 2026", "3. April 2026"."""
    if isinstance(value, datetime):
        value = value.astimezone(PRAGUE).date()
    return str(format_date(value, patterns[str(get_locale() or "cs")]))


def moment_text(value: datetime) -> str:
    """Write a Prague day and time: "3. 4. 2026 9:12", "3 April 2026 9:12"."""
    return str(format_datetime(value, f"{PLAIN[str(get_locale() or 'cs')]} H:mm"))

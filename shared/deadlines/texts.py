"""Deadlines in words. Czech is the source; the caller passes its ``gettext``.

The one place of the engine with words for people, so that pages, letters and calendar feeds
say the same thing.
"""

from collections.abc import Callable
from datetime import date
from typing import Final

from shared.deadlines.periods import Period, Unit
from shared.deadlines.result import Deadline, Direction, LegalSource, Shift, SkippedDay
from shared.deadlines.rules import Event

Gettext = Callable[[str], str]
"""Takes the Czech message, returns it in the language of the reader, unformatted."""


def N_(message: str) -> str:  # noqa: N802 - message extraction looks for this name
    """Mark a message for translation where it is not yet translated."""
    return message


_MONTHS: Final = (
    N_("ledna"),
    N_("února"),
    N_("března"),
    N_("dubna"),
    N_("května"),
    N_("června"),
    N_("července"),
    N_("srpna"),
    N_("září"),
    N_("října"),
    N_("listopadu"),
    N_("prosince"),
)
_WEEKDAYS: Final = (
    N_("pondělí"),
    N_("úterý"),
    N_("středa"),
    N_("čtvrtek"),
    N_("pátek"),
    N_("sobota"),
    N_("neděle"),
)
_SINCE: Final = (
    N_("od pondělí %(date)s"),
    N_("od úterý %(date)s"),
    N_("od středy %(date)s"),
    N_("od čtvrtka %(date)s"),
    N_("od pátku %(date)s"),
    N_("od soboty %(date)s"),
    N_("od neděle %(date)s"),
)
# Czech has three forms, for 1, for 2-4 and for more; gettext with Czech as the source would
# offer only two, so each form is a message of its own.
_PERIODS: Final = {
    Unit.WORKING_DAYS: (
        N_("%(count)d pracovní den"),
        N_("%(count)d pracovní dny"),
        N_("%(count)d pracovních dnů"),
    ),
    Unit.CALENDAR_DAYS: (
        N_("%(count)d kalendářní den"),
        N_("%(count)d kalendářní dny"),
        N_("%(count)d kalendářních dnů"),
    ),
    Unit.WEEKS: (N_("%(count)d týden"), N_("%(count)d týdny"), N_("%(count)d týdnů")),
    Unit.MONTHS: (N_("%(count)d měsíc"), N_("%(count)d měsíce"), N_("%(count)d měsíců")),
}
_FEW: Final = range(2, 5)
_SHIFTS: Final = {
    Shift.SECTION_607: N_("lhůta proto končí až v nejbližší pracovní den: %(day)s"),
    Shift.DELIVERY_FICTION: N_("doručeno je proto až v nejbližší pracovní den: %(day)s"),
    Shift.CLOSE_ON_WORKING_DAY: N_("příjem může skončit jen v pracovní den: %(day)s"),
}
_EVENTS: Final[dict[str, str]] = {
    Event.CALL_PUBLISHED: N_("vyhlášení výzvy"),
    Event.INTAKE_CLOSED: N_("ukončení příjmu žádostí"),
    Event.PUT_IN_BOX: N_("dodání do datové schránky"),
    Event.DELIVERED: N_("doručení"),
    Event.CONTROL_ENDED: N_("ukončení kontroly"),
    Event.APPLICANTS_TOLD: N_("oznámení žadatelům"),
}
_SOURCES: Final = {
    LegalSource.DAYS: N_("§ 605 odst. 1 občanského zákoníku"),
    LegalSource.WEEKS_AND_MONTHS: N_("§ 605 odst. 2 občanského zákoníku"),
    LegalSource.LAST_DAY: N_("§ 607 občanského zákoníku"),
    LegalSource.FICTION: N_("§ 17 odst. 4 zákona č. 300/2008 Sb."),
    LegalSource.FICTION_LAST_DAY: N_(
        "rozhodnutí Nejvyššího správního soudu č. j. 4 Afs 264/2018-85"
    ),
}
_LIMITS: Final = {
    Direction.MINIMUM: N_("nejdříve %(date)s"),
    Direction.MAXIMUM: N_("nejpozději %(date)s"),
}


def date_words(day: date, gettext: Gettext) -> str:
    """Return the day as ``3. dubna 2026``."""
    month = gettext(_MONTHS[day.month - 1])
    words = {"day": day.day, "month": month, "year": day.year}
    return gettext(N_("%(day)d. %(month)s %(year)d")) % words


def deadline_label(deadline: Deadline, gettext: Gettext) -> str:
    """Return the limit alone: ``nejpozději 13. dubna 2026`` or ``nejdříve 18. června 2026``."""
    return gettext(_LIMITS[deadline.direction]) % {"date": date_words(deadline.due, gettext)}


def deadline_sentence(deadline: Deadline, gettext: Gettext, language: str = "cs") -> str:
    """Return why the deadline falls on its day.

    For example ``5 pracovních dnů od pátku 3. dubna 2026; 6. dubna je Velikonoční pondělí``.

    Args:
        deadline: The deadline to explain.
        gettext: Translates a Czech message; called without parameters.
        language: Language of the names of holidays: ``cs``, ``en`` or ``de``.
    """
    parts = [_counted(deadline, gettext)]
    parts += [_skipped(day, gettext, language) for day in _worth_saying(deadline)]
    if deadline.shift:
        parts.append(gettext(_SHIFTS[deadline.shift]) % {"day": _full_day(deadline.due, gettext)})
    own = "; ".join(parts)
    if deadline.after is None:
        return own
    return f"{_before(deadline.after, deadline.event, gettext, language)}; {own}"


def legal_basis(deadline: Deadline, gettext: Gettext) -> str:
    """Return the provisions behind the count, those of an earlier deadline first."""
    chain = [deadline]
    while chain[0].after:
        chain.insert(0, chain[0].after)
    sources = dict.fromkeys(source for one in chain for source in one.sources)
    return ", ".join(gettext(_SOURCES[source]) for source in sources)


def _before(after: Deadline, event: str, gettext: Gettext, language: str) -> str:
    """Return the clause about the deadline that gives the start of another one."""
    words = {
        "event": gettext(_EVENTS.get(event, event)),
        "limit": deadline_label(after, gettext),
        "reason": deadline_sentence(after, gettext, language),
    }
    return gettext(N_("%(event)s %(limit)s (%(reason)s)")) % words


def _counted(deadline: Deadline, gettext: Gettext) -> str:
    since = gettext(_SINCE[deadline.start.weekday()])
    return f"{period_words(deadline.period, gettext)} {since}" % {
        "date": date_words(deadline.start, gettext)
    }


def period_words(period: Period, gettext: Gettext) -> str:
    """Return the length in words: ``5 pracovních dnů``, ``3 týdny``."""
    one, few, many = _PERIODS[period.unit]
    form = one if period.count == 1 else few if period.count in _FEW else many
    return gettext(form) % {"count": period.count}


def _worth_saying(deadline: Deadline) -> list[SkippedDay]:
    """Everybody knows that weekends are no working days; say them only where they moved an end."""
    if deadline.shift:
        return list(deadline.skipped)
    return [day for day in deadline.skipped if not day.is_weekend]


def _skipped(skipped: SkippedDay, gettext: Gettext, language: str) -> str:
    name = (
        skipped.holiday.name(language)
        if skipped.holiday
        else gettext(_WEEKDAYS[skipped.day.weekday()])
    )
    words = {
        "day": skipped.day.day,
        "month": gettext(_MONTHS[skipped.day.month - 1]),
        "name": name,
    }
    return gettext(N_("%(day)d. %(month)s je %(name)s")) % words


def _full_day(day: date, gettext: Gettext) -> str:
    return f"{gettext(_WEEKDAYS[day.weekday()])} {date_words(day, gettext)}"

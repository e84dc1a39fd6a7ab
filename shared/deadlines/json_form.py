"""A deadline in JSON, as it stood: reading it back never counts anything again.

A later change of the rules or of the holidays must not rewrite the reason of an old day.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.calendar_cz import Holiday
from shared.deadlines.periods import Period
from shared.deadlines.result import Deadline, Direction, LegalSource, Shift, SkippedDay


def deadline_to_json(deadline: Deadline) -> dict[str, Any]:
    """Return the deadline as plain JSON values; days are ISO dates."""
    after = deadline.after
    return {
        "rule": str(deadline.rule),
        "direction": deadline.direction.value,
        "event": str(deadline.event),
        "start": deadline.start.isoformat(),
        "period": deadline.period.to_json(),
        "raw_end": deadline.raw_end.isoformat(),
        "due": deadline.due.isoformat(),
        "skipped": [_skipped_to_json(skipped) for skipped in deadline.skipped],
        "shift": deadline.shift.value if deadline.shift else None,
        "sources": [source.value for source in deadline.sources],
        "only_working_days": deadline.only_working_days,
        "after": deadline_to_json(after) if after else None,
    }


def deadline_from_json(value: Mapping[str, Any]) -> Deadline:
    """Return the deadline that `deadline_to_json` wrote.

    Raises:
        KeyError: A field is missing. The form is ours, so this is a fault, not bad input.
        ValueError: A value is not one that we write.
    """
    after, shift = value["after"], value["shift"]
    return Deadline(
        rule=value["rule"],
        direction=Direction(value["direction"]),
        event=value["event"],
        start=date.fromisoformat(value["start"]),
        period=Period.from_json(value["period"]),
        raw_end=date.fromisoformat(value["raw_end"]),
        due=date.fromisoformat(value["due"]),
        skipped=tuple(_skipped_from_json(skipped) for skipped in value["skipped"]),
        shift=Shift(shift) if shift else None,
        sources=tuple(LegalSource(source) for source in value["sources"]),
        only_working_days=value["only_working_days"],
        after=deadline_from_json(after) if after else None,
    )


def _skipped_to_json(skipped: SkippedDay) -> dict[str, Any]:
    holiday = skipped.holiday
    names = holiday and {
        "code": holiday.code,
        "name_cs": holiday.name_cs,
        "name_en": holiday.name_en,
        "name_de": holiday.name_de,
    }
    return {"day": skipped.day.isoformat(), "reason": skipped.reason.value, "holiday": names}


def _skipped_from_json(value: Mapping[str, Any]) -> SkippedDay:
    day, names = date.fromisoformat(value["day"]), value["holiday"]
    return SkippedDay(day, Holiday(day=day, **names) if names else None)

"""Cross-reference sections, read to see where a later revision makes numbers point.

Source: ISO 32000-1, 7.5.4 and 7.5.8.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.documents.verification.objects import Found, Ref
from services.documents.verification.packed import inflated
from services.documents.verification.raw import Outside, RawFile

MOST_BYTES = 8_000_000
PREDICTOR_UP = 2
FREE, PLAIN, PACKED = 0, 1, 2
_TABLE = re.compile(rb"(?<!start)xref[\x00\t\n\x0c\r ]+")
_SECTION = re.compile(rb"(\d{1,10}) (\d{1,7})[\t ]*(?:\r\n|\r|\n)")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])[\t ]*(?:\r\n|\r|\n)?[\t ]*")
_ROOT = re.compile(rb"/Root[\x00\t\n\x0c\r ]+(\d{1,10})[\x00\t\n\x0c\r ]+\d+[\x00\t\n\x0c\r ]+R")


class Unclear(Exception):
    """A cross-reference section that cannot be read."""


@dataclass(frozen=True)
class Entry:
    """Where a section says that an object is."""

    number: int
    kind: int
    place: int
    """Offset of a plain object; number of the container of a packed one."""


def roots(raw: RawFile) -> set[int]:
    """Return the numbers of all catalogues that any trailer names."""
    outside = Outside(raw.objects)
    found = {int(o.group(1)) for o in _ROOT.finditer(raw.data) if outside.holds(o.start())}
    for item in raw.objects:
        if item.is_a("XRef") and isinstance(item.value.get("Root"), Ref):
            found.add(item.value["Root"].number)
    return found


def entries_after(raw: RawFile, end: int) -> list[Entry]:
    """Return what the sections say that were written behind a place.

    Raises:
        Unclear: one of them cannot be read.
    """
    outside = Outside(raw.objects)
    found: list[Entry] = []
    for table in _TABLE.finditer(raw.data, end):
        if outside.holds(table.start()):
            found += _table(raw.data, table.end())
    for item in raw.objects:
        if item.is_a("XRef") and item.start >= end:
            found += _stream(raw.data, item)
    return found


def _table(data: bytes, at: int) -> Iterator[Entry]:
    while (section := _SECTION.match(data, at)) is not None:
        first, count = int(section.group(1)), int(section.group(2))
        at = section.end()
        for number in range(first, first + count):
            entry = _ENTRY.match(data, at)
            if entry is None:
                raise Unclear("table")
            kind = PLAIN if entry.group(3) == b"n" else FREE
            yield Entry(number, kind, int(entry.group(1)))
            at = entry.end()


def _stream(data: bytes, item: Found) -> Iterator[Entry]:
    widths = item.value.get("W")
    is_known = isinstance(widths, list) and len(widths) == 3
    if not is_known or not all(isinstance(n, int) and 0 <= n <= 8 for n in widths):
        raise Unclear("widths")
    rows = _rows(data, item, sum(widths))
    for number in _numbers(item):
        row = next(rows, None)
        if row is None:
            raise Unclear("too short")
        kind = int.from_bytes(row[: widths[0]], "big") if widths[0] else PLAIN
        yield Entry(number, kind, int.from_bytes(row[widths[0] : widths[0] + widths[1]], "big"))


def _numbers(item: Found) -> Iterator[int]:
    index = item.value.get("Index", [0, item.value.get("Size", 0)])
    if not isinstance(index, list) or not all(isinstance(n, int) for n in index):
        raise Unclear("index")
    for first, count in zip(index[::2], index[1::2], strict=False):
        yield from range(first, first + count)


def _rows(data: bytes, item: Found, width: int) -> Iterator[bytes]:
    content = inflated(data[slice(*item.stream or (0, 0))], item.value.get("Filter"), MOST_BYTES)
    parameters: Any = item.value.get("DecodeParms") or {}
    predictor = parameters.get("Predictor", 1) if isinstance(parameters, dict) else 0
    if content is None or not width or (predictor != 1 and predictor < 10):
        raise Unclear("filter")
    if predictor == 1:
        return (content[at : at + width] for at in range(0, len(content) - width + 1, width))
    return _unpredicted(content, width)


def _unpredicted(content: bytes, width: int) -> Iterator[bytes]:
    """Undo the PNG predictors none and up, the ones that writers use here."""
    above = bytes(width)
    for at in range(0, len(content) - width, width + 1):
        row = content[at + 1 : at + 1 + width]
        if content[at] == PREDICTOR_UP:
            row = bytes((one + two) & 0xFF for one, two in zip(row, above, strict=True))
        elif content[at]:
            raise Unclear("predictor")
        yield row
        above = row

"""Objects inside object streams (ISO 32000-1, 7.5.7), unpacked within limits."""

import zlib
from collections.abc import Iterable, Iterator

from services.documents.verification.objects import Found, Name, Reader, Unparsable, objects_in

MOST_UNPACKED = 24_000_000
"""Bytes that all object streams of a file may give together."""
MOST_OBJECTS = 200_000


class TooMuch(Exception):
    """The file holds more than is read."""


def all_objects(data: bytes) -> list[Found]:
    """Return every object of the file, those of object streams included.

    Raises:
        TooMuch: the file is beyond the limits.
    """
    found: list[Found] = []
    try:
        for item in objects_in(data):
            found.append(item)
            if len(found) > MOST_OBJECTS:
                raise TooMuch("objects")
    except Unparsable as error:
        raise TooMuch(str(error)) from error
    return [*found, *_unpacked(data, found)]


def _unpacked(data: bytes, found: Iterable[Found]) -> Iterator[Found]:
    left = MOST_UNPACKED
    for item in found:
        if not item.is_a("ObjStm") or item.stream is None:
            continue
        content = inflated(data[slice(*item.stream)], item.value.get("Filter"), left)
        if content is None:
            continue
        left -= len(content)
        if left <= 0:
            raise TooMuch("object streams")
        yield from _members(item, content)


def inflated(raw: bytes, filters: object, most: int) -> bytes | None:
    """Return a stream's content, cut at a number of bytes; ``None`` for other filters."""
    if isinstance(filters, list) and len(filters) == 1:
        filters = filters[0]
    if filters is None or filters == []:
        return raw[:most]
    if not isinstance(filters, Name) or filters not in ("FlateDecode", "Fl"):
        return None
    try:
        return zlib.decompressobj().decompress(raw, max(most, 1))
    except zlib.error:
        return None


def _members(container: Found, content: bytes) -> Iterator[Found]:
    reader = Reader(content)
    first, count = container.value.get("First"), container.value.get("N")
    if not isinstance(first, int) or not isinstance(count, int):
        return
    numbers = content[:first].split()[: 2 * min(count, MOST_OBJECTS)]
    for number, offset in zip(numbers[::2], numbers[1::2], strict=False):
        if not (number.isdigit() and offset.isdigit() and len(number + offset) < 20):
            continue
        try:
            value, _ = reader.value(first + int(offset))
        except Unparsable:
            continue
        yield Found(int(number), 0, container.start, container.end, value, is_packed=True)

"""Values of a PDF in a form in which two of them can be compared, references left as they are."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from pyhanko.pdf_utils import generic

Place: TypeAlias = tuple[int, int]
"""Number and generation of an object."""
DEEPEST = 60


def plain(value: Any, depth: int = 0) -> Any:
    """Return the value as nested tuples: equal for equal content, whoever wrote it.

    Raises:
        ValueError: it is nested too deeply to be honest.
    """
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, generic.IndirectObject):
        return ("reference", value.idnum, value.generation)
    if isinstance(value, generic.DictionaryObject):
        entries = tuple(sorted((str(k), plain(value.raw_get(k), depth + 1)) for k in value))
        if isinstance(value, generic.StreamObject):
            return ("stream", entries, value.encoded_data)
        return ("dictionary", entries)
    if isinstance(value, generic.ArrayObject):
        return ("array", tuple(plain(one, depth + 1) for one in raw_items(value)))
    return _simple(value)


def _simple(value: Any) -> Any:
    if isinstance(value, generic.ByteStringObject):
        return ("string", bytes(value))
    if isinstance(value, generic.TextStringObject):
        return ("text", str(value))
    if isinstance(value, generic.BooleanObject):
        return ("boolean", bool(value.value))
    if isinstance(value, generic.NullObject) or value is None:
        return ("null",)
    if isinstance(value, generic.NameObject):
        return ("name", str(value))
    return ("number", float(value))


def raw_items(value: generic.ArrayObject) -> Iterator[Any]:
    """Give the items of an array without following references."""
    return (value.raw_get(index) for index in range(len(value)))


def references(value: Any, depth: int = 0) -> Iterator[Place]:
    """Give the places to which a value refers itself, without following them."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, generic.IndirectObject):
        yield (value.idnum, value.generation)
    elif isinstance(value, generic.DictionaryObject):
        for key in value:
            yield from references(value.raw_get(key), depth + 1)
    elif isinstance(value, generic.ArrayObject):
        for one in raw_items(value):
            yield from references(one, depth + 1)


def keys_within(value: Any, depth: int = 0) -> Iterator[str]:
    """Give every key of a value's dictionaries, without following references."""
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, generic.DictionaryObject):
        for key in value:
            yield str(key)
            yield from keys_within(value.raw_get(key), depth + 1)
    elif isinstance(value, generic.ArrayObject):
        for one in raw_items(value):
            yield from keys_within(one, depth + 1)

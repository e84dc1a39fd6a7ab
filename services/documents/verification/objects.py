"""A small reader of PDF objects straight from the bytes, independent of any PDF library.

It follows no cross-reference table: every object that stands anywhere in the file is seen, also
one that a viewer would overlook. Source: ISO 32000-1, 7.2 and 7.3.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

MOST_NESTING = 64
MOST_TOKENS = 3_000_000

_SPACE = re.compile(rb"(?:[\x00\t\n\x0c\r ]+|%[^\r\n]*)*")
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)")
_REFERENCE = re.compile(rb"(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+R(?![A-Za-z0-9])")
_NAME = re.compile(rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]*)")
_HEX = re.compile(rb"<([0-9A-Fa-f\x00\t\n\x0c\r ]*)>")
_WORD = re.compile(rb"[A-Za-z]+")
_STRING_PART = re.compile(rb"[()\\]")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT = re.compile(
    rb"(?<!\d)(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj(?![A-Za-z])"
)
_STREAM = re.compile(rb"stream(?:\r\n|\n|\r)")
_END_OF_STREAM = re.compile(rb"[\x00\t\n\x0c\r ]*endstream")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.)|)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]")


class Unparsable(Exception):
    """The bytes are no PDF object, or one beyond the limits."""


class Name(str):
    """A PDF name, without the slash."""

    __slots__ = ()


@dataclass(frozen=True)
class Ref:
    """An indirect reference."""

    number: int
    generation: int


@dataclass(frozen=True)
class Found:
    """An object as it stands in the file."""

    number: int
    generation: int
    start: int
    """Where ``n g obj`` begins."""
    end: int
    value: Any
    """``None``, bool, int, float, bytes, ``Name``, ``Ref``, list or dict."""
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Where the values of a dictionary stand, by key."""
    repeated: tuple[str, ...] = ()
    """Keys that the dictionary has twice."""
    stream: tuple[int, int] | None = None
    is_unreadable: bool = False
    """Whether it could not be read; then it reaches to its ``endobj``."""
    is_packed: bool = False
    """Whether it came out of an object stream; then the places are those of the stream."""

    def is_a(self, kind: str) -> bool:
        """Tell whether it is a dictionary of this type."""
        return isinstance(self.value, dict) and self.value.get("Type") == kind


class Reader:
    """Reads objects at places of the bytes; all together no more than the limit of tokens."""

    def __init__(self, data: bytes, most_tokens: int = MOST_TOKENS) -> None:
        self.data = data
        self._left = most_tokens

    def skip(self, at: int) -> int:
        """Return the place after white space and comments."""
        found = _SPACE.match(self.data, at)
        return found.end() if found else at

    def value(self, at: int, depth: int = 0) -> tuple[Any, int]:
        """Return the object at a place, and the place after it.

        Raises:
            Unparsable: see the class.
        """
        self._left -= 1
        if depth > MOST_NESTING or self._left < 0:
            raise Unparsable("too complex")
        at = self.skip(at)
        first = self.data[at : at + 1]
        if first == b"<" and self.data[at + 1 : at + 2] == b"<":
            found, _, _, end = self.dictionary(at, depth)
            return found, end
        if first == b"[":
            return self._array(at + 1, depth)
        if first == b"(":
            return self._string(at + 1)
        return self._simple(at, first)

    def _simple(self, at: int, first: bytes) -> tuple[Any, int]:
        if first == b"/":
            return self._name(at)
        if first == b"<":
            return self._hexadecimal(at)
        if first in b"+-.0123456789" and first:
            return self._number(at)
        word = _WORD.match(self.data, at)
        known = {b"true": True, b"false": False, b"null": None}
        if word is None or word.group() not in known:
            raise Unparsable(f"no object at {at}")
        return known[word.group()], word.end()

    def _name(self, at: int) -> tuple[Name, int]:
        found = _NAME.match(self.data, at)
        if found is None:
            raise Unparsable(f"no name at {at}")
        raw = _ESCAPED.sub(lambda item: bytes([int(item.group(1), 16)]), found.group(1))
        return Name(raw.decode("latin-1")), found.end()

    def _hexadecimal(self, at: int) -> tuple[bytes, int]:
        found = _HEX.match(self.data, at)
        if found is None:
            raise Unparsable(f"no hexadecimal string at {at}")
        digits = _NOT_HEX.sub(b"", found.group(1))
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()), found.end()

    def _number(self, at: int) -> tuple[Any, int]:
        reference = _REFERENCE.match(self.data, at)
        if reference is not None:
            return Ref(int(reference.group(1)), int(reference.group(2))), reference.end()
        found = _NUMBER.match(self.data, at)
        if found is None:
            raise Unparsable(f"no number at {at}")
        text = found.group()[:40]
        return (float(text) if b"." in text else int(text)), found.end()

    def _array(self, at: int, depth: int) -> tuple[list[Any], int]:
        items: list[Any] = []
        at = self.skip(at)
        while self.data[at : at + 1] != b"]":
            item, at = self.value(at, depth + 1)
            items.append(item)
            at = self.skip(at)
        return items, at + 1

    def _string(self, at: int) -> tuple[bytes, int]:
        open_brackets, start = 1, at
        while open_brackets:
            found = _STRING_PART.search(self.data, at)
            if found is None:
                raise Unparsable("a string has no end")
            mark, at = found.group(), found.end()
            if mark == b"\\":
                at += 1
            else:
                open_brackets += 1 if mark == b"(" else -1
        return _ESCAPE.sub(_unescaped, self.data[start : at - 1]), at

    def dictionary(
        self, at: int, depth: int = 0
    ) -> tuple[dict[str, Any], dict[str, tuple[int, int]], tuple[str, ...], int]:
        """Return a dictionary, where its values stand, its repeated keys, the place after it.

        Raises:
            Unparsable: see the class.
        """
        items: dict[str, Any] = {}
        spans: dict[str, tuple[int, int]] = {}
        repeated: list[str] = []
        at = self.skip(at + 2)
        while self.data[at : at + 2] != b">>":
            key, at = self._name(at)
            start = self.skip(at)
            item, at = self.value(start, depth + 1)
            if key in items:
                repeated.append(key)
            items[key], spans[key] = item, (start, at)
            at = self.skip(at)
        return items, spans, tuple(repeated), at + 2


def _unescaped(found: re.Match[bytes]) -> bytes:
    """Return what an escape in a literal string means (ISO 32000-1, 7.3.4.2)."""
    if found.group(1):
        return bytes([int(found.group(1), 8) & 0xFF])
    sign = found.group(2) or b""
    return b"" if sign in (b"\r\n", b"\r", b"\n") else _LETTERS.get(sign, sign)


def objects_in(data: bytes, reader: Reader | None = None) -> Iterator[Found]:
    """Yield every indirect object of the file, in the order of the bytes.

    What stands between objects is passed over.

    Raises:
        Unparsable: all together are too complex.
    """
    reader = reader or Reader(data)
    at = 0
    while (head := _OBJECT.search(data, at)) is not None:
        try:
            found = _object(reader, head)
        except Unparsable as error:
            if str(error) == "too complex":
                raise
            found = _unreadable(data, head)
        yield found
        at = found.end


def _unreadable(data: bytes, head: re.Match[bytes]) -> Found:
    end = data.find(b"endobj", head.end())
    following = _OBJECT.search(data, head.end())
    reach = min(
        len(data) if end < 0 else end, len(data) if following is None else following.start()
    )
    return Found(
        int(head.group(1)), int(head.group(2)), head.start(), reach, None, is_unreadable=True
    )


def _object(reader: Reader, head: re.Match[bytes]) -> Found:
    number, generation = int(head.group(1)), int(head.group(2))
    at = reader.skip(head.end())
    if reader.data[at : at + 2] != b"<<":
        value, end = reader.value(at)
        return Found(number, generation, head.start(), end, value)
    value, spans, repeated, end = reader.dictionary(at)
    stream = _stream(reader, value, end)
    end = stream[1] if stream else end
    return Found(number, generation, head.start(), end, value, spans, repeated, stream)


def _stream(reader: Reader, header: dict[str, Any], at: int) -> tuple[int, int] | None:
    """Return where the stream's bytes stand: by its length if that is true, else by its end."""
    opening = _STREAM.match(reader.data, reader.skip(at))
    if opening is None:
        return None
    start = opening.end()
    length: Any = header.get("Length")
    is_possible = isinstance(length, int) and 0 <= length <= len(reader.data) - start
    if is_possible and _END_OF_STREAM.match(reader.data, start + length):
        return start, start + length
    end = reader.data.find(b"endstream", start)
    return (start, end) if end >= 0 else (start, len(reader.data))

"""What a signed PDF says about itself, read from its bytes alone."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.documents.verification.objects import Found, Ref
from services.documents.verification.packed import all_objects

HEADER_WITHIN = 1024
"""A viewer looks for the header in so many bytes (ISO 32000-1, annex H.3)."""
BLANK = b"\x00\t\n\x0c\r "
TIME_STAMP = "ETSI.RFC3161"

_END = re.compile(rb"%%EOF")
_HYBRID = re.compile(rb"/XRefStm(?![A-Za-z])")
_ENCRYPT = re.compile(rb"/Encrypt(?![A-Za-z])")
_TABLE = re.compile(rb"(?<!start)xref[\x00\t\n\x0c\r ]+\d+[\x00\t\n\x0c\r ]+\d+")
_HEX_ONLY = re.compile(rb"[0-9A-Fa-f\x00\t\n\x0c\r ]*")
_SPACES = re.compile(rb"[\x00\t\n\x0c\r ]+")


@dataclass(frozen=True)
class RawSignature:
    """A signature dictionary as it stands in the file."""

    found: Found
    field: str
    """Name of its field; empty when no field leads to it."""
    is_time_stamp: bool
    sub_filter: str
    contents: bytes
    gap: tuple[int, int]
    """The bytes that the signature leaves out; (0, 0) when that is not known."""
    end: int
    """Where the signed bytes end."""
    problems: tuple[str, ...]
    """Codes of what is wrong with its form."""

    def signed_bytes(self, data: bytes) -> tuple[memoryview, memoryview]:
        """Return the two pieces that the signature covers."""
        view = memoryview(data)
        return view[: self.gap[0]], view[self.gap[1] : self.end]


@dataclass(frozen=True)
class RawFile:
    """A PDF file without anybody's interpretation."""

    data: bytes
    objects: tuple[Found, ...]
    header_at: int
    """Where ``%PDF-`` stands; -1 when nowhere near the start."""
    ends: tuple[int, ...]
    """Where ``%%EOF`` of each revision ends, in order."""
    trailing: bytes
    """What follows the last revision, white space left out at both ends."""
    is_hybrid: bool
    is_encrypted: bool
    has_tables: bool
    has_streams: bool
    """Whether cross-reference tables and streams are in use."""
    signatures: tuple[RawSignature, ...]

    def end_of_revision(self, at: int) -> int:
        """Return where the revision ends in which a place lies, with its line break."""
        for end in self.ends:
            if end > at:
                return _after_line_break(self.data, end)
        return len(self.data)


def read_raw(data: bytes) -> RawFile:
    """Read a file.

    Raises:
        TooMuch: it is beyond the limits.
    """
    objects = tuple(all_objects(data))
    outside = Outside(objects)
    ends = tuple(item.end() for item in _END.finditer(data) if outside.holds(item.start()))
    loose = [item for item in objects if not item.is_packed]
    return RawFile(
        data=data,
        objects=objects,
        header_at=data.find(b"%PDF-", 0, HEADER_WITHIN),
        ends=ends,
        trailing=data[ends[-1] :].strip(BLANK) if ends else b"",
        is_hybrid=any(outside.holds(item.start()) for item in _HYBRID.finditer(data)),
        is_encrypted=_is_encrypted(data, outside, loose),
        has_tables=any(outside.holds(item.start()) for item in _TABLE.finditer(data)),
        has_streams=any(item.is_a("XRef") for item in loose),
        signatures=tuple(_signatures(data, objects, ends)),
    )


class Outside:
    """Tells which places lie outside objects, where trailers and ends of revisions belong."""

    def __init__(self, objects: Iterable[Found]) -> None:
        spans = sorted((item.start, item.end) for item in objects if not item.is_packed)
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def holds(self, at: int) -> bool:
        """Tell whether no object covers the place."""
        index = bisect_right(self._starts, at) - 1
        return index < 0 or self._ends[index] <= at


def _is_encrypted(data: bytes, outside: Outside, objects: Iterable[Found]) -> bool:
    if any(item.is_a("XRef") and "Encrypt" in item.value for item in objects):
        return True
    return any(outside.holds(item.start()) for item in _ENCRYPT.finditer(data))


def _after_line_break(data: bytes, end: int) -> int:
    if data[end : end + 2] == b"\r\n":
        return end + 2
    return end + 1 if data[end : end + 1] in (b"\r", b"\n") else end


def _signatures(
    data: bytes, objects: Sequence[Found], ends: tuple[int, ...]
) -> Iterable[RawSignature]:
    fields = _fields(objects)
    for item in objects:
        if _is_signature(item, fields):
            yield _signature(data, item, fields.get(item.number, ""), ends)


def _fields(objects: Iterable[Found]) -> dict[int, str]:
    """Return the names of signature fields by the number of the object that is their value."""
    names: dict[int, str] = {}
    for item in objects:
        value = item.value
        if isinstance(value, dict) and value.get("FT") == "Sig" and isinstance(value.get("V"), Ref):
            names[value["V"].number] = text_of(value.get("T"))
    return names


def text_of(value: Any) -> str:
    """Return a text string; what is none gives an empty text."""
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    return value.decode("utf-8" if value.startswith(b"\xef\xbb\xbf") else "latin-1", "replace")


def _is_signature(item: Found, fields: dict[int, str]) -> bool:
    if not isinstance(item.value, dict):
        return False
    is_marked = item.value.get("Type") in ("Sig", "DocTimeStamp") or "ByteRange" in item.value
    return is_marked or (item.number in fields and "FT" not in item.value)


def _signature(data: bytes, item: Found, name: str, ends: tuple[int, ...]) -> RawSignature:
    value, problems = item.value, []
    sub_filter = value.get("SubFilter")
    contents = value.get("Contents")
    if not isinstance(contents, bytes) or not contents.strip(b"\x00"):
        problems.append("contents-missing")
        contents = b""
    if not isinstance(sub_filter, str):
        problems.append("sub-filter-missing")
    if item.repeated:
        problems.append("repeated-keys")
    gap, end = (0, 0), 0
    covered = _covered(value.get("ByteRange"), len(data))
    if isinstance(covered, str):
        problems.append(covered)
    else:
        gap, end = covered
        problems += _faults_of_gap(data, item, contents, gap)
        problems += [] if _ends_a_revision(data, end, ends) else ["range-ends-elsewhere"]
    return RawSignature(
        found=item,
        field=name,
        is_time_stamp=sub_filter == TIME_STAMP or value.get("Type") == "DocTimeStamp",
        sub_filter=str(sub_filter or ""),
        contents=contents,
        gap=gap,
        end=end,
        problems=tuple(problems),
    )


def _covered(value: Any, size: int) -> tuple[tuple[int, int], int] | str:
    """Return the gap and the end that a byte range describes, or the code of its fault."""
    if not isinstance(value, list) or not all(type(item) is int for item in value):
        return "range-missing"
    if len(value) != 4:
        return "range-not-one-gap"
    start, first, second, length = value
    if start != 0:
        return "range-not-from-start"
    if first <= 0 or length <= 0 or second <= first:
        return "range-impossible"
    if second + length > size:
        return "range-beyond-file"
    return (first, second), second + length


def _faults_of_gap(data: bytes, item: Found, contents: bytes, gap: tuple[int, int]) -> list[str]:
    """Compare the gap with the string that it must be: ``<``, digits, ``>`` and nothing more."""
    hole = data[gap[0] : gap[1]]
    is_string = hole[:1] == b"<" and hole[-1:] == b">" and _HEX_ONLY.fullmatch(hole[1:-1])
    if not is_string:
        return ["gap-not-contents"]
    own = item.spans.get("Contents")
    if own is not None and own != gap:
        return ["gap-not-contents"]
    digits = _SPACES.sub(b"", hole[1:-1]).decode()
    is_same = bytes.fromhex(digits + "0" * (len(digits) % 2)) == contents
    return [] if is_same else ["gap-not-contents"]


def _ends_a_revision(data: bytes, end: int, ends: tuple[int, ...]) -> bool:
    return any(finish <= end <= len(data) and not data[finish:end].strip(BLANK) for finish in ends)

"""Reading and continuing PDF files of the one plain form that our own files have.

Typst writes classical cross-reference tables and one object after another; so do the sections
that we append. For such files a dictionary is read in one pass over its bytes and only what
changes is written again, which costs a tenth of a general object graph. Whatever looks otherwise
is refused, and the general library does the work: nothing is guessed here.

Source:
    ISO 32000-1, 7.2 to 7.5 (syntax, objects, file structure) and 7.5.6 (incremental updates).
"""

import hashlib
import re
from codecs import BOM_UTF16_BE
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyhanko.pdf_utils.generic import encode_pdfdocencoding

BLANK = rb"[\x00\t\n\x0c\r ]"
TOKEN = re.compile(
    rb"(?P<blank>" + BLANK + rb"+)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<text>\((?:[^()\\]|\\[\s\S])*\)|<[0-9A-Fa-f]*>)"
    rb"|(?P<link>[0-9]{1,10} 0 R(?![A-Za-z0-9]))"
    rb"|(?P<plain>[+-]?[0-9]*\.?[0-9]+(?![0-9A-Za-z.])|(?:true|false|null)(?![0-9A-Za-z]))"
)
LINK = re.compile(rb"([0-9]{1,10}) 0 R\Z")
COUNT = re.compile(rb"[0-9]{1,10}\Z")
LENGTH = re.compile(rb"[+-]?[0-9]{0,10}\.?[0-9]{1,10}\Z")
END = re.compile(rb"startxref" + BLANK + rb"+([0-9]{1,10})" + BLANK + rb"+%%EOF[\r\n]{0,2}\Z")
SECTION = re.compile(rb"([0-9]{1,10}) ([0-9]{1,10}) ?\r?\n")
ENTRY = re.compile(rb"([0-9]{10}) 00000 n[ \r][\r\n]")
ENTRY_LENGTH = 20
TAIL = 64
"""Octets in which the end of a file stands."""
TRAILER = frozenset({b"/Size", b"/Root", b"/Info", b"/ID", b"/Prev"})
DEEPEST = 32
PAIRS = {b"<<": b">>", b"[": b"]"}


class NotPlain(Exception):
    """The file is not of the one form that is read here; the general road can tell more."""


@dataclass(frozen=True)
class _Table:
    """One section of the cross-reference table: numbers from *first*, entries at *at*."""

    first: int
    count: int
    at: int


@dataclass
class Dictionary:
    """A dictionary whose values stay the bytes that they were."""

    entries: dict[bytes, bytes]

    def __getitem__(self, name: bytes) -> bytes:
        """Return a value as bytes.

        Raises:
            NotPlain: there is none of this name.
        """
        try:
            return self.entries[name]
        except KeyError:
            raise NotPlain(f"{name!r} is missing") from None

    def __contains__(self, name: bytes) -> bool:
        return name in self.entries

    def link(self, name: bytes) -> int:
        """Return the number of the object to which a value leads."""
        found = LINK.match(self[name])
        if found is None:
            raise NotPlain(f"{name!r} is no reference")
        return int(found[1])

    def number(self, name: bytes) -> int:
        """Return a whole number that is not negative."""
        value = self[name]
        if not COUNT.match(value):
            raise NotPlain(f"{name!r} is no number")
        return int(value)

    def array(self, name: bytes) -> list[bytes]:
        """Return the values of an array that stands in the dictionary itself."""
        value = self[name]
        found, end = read_array(value, 0)
        if end != len(value):
            raise NotPlain(f"{name!r} is no array")
        return found

    def lengths(self, name: bytes) -> list[float]:
        """Return the numbers of an array, such as the corners of a page in points."""
        found = self.array(name)
        if not all(LENGTH.match(value) for value in found):
            raise NotPlain(f"{name!r} holds more than numbers")
        return [float(value) for value in found]

    def links(self, name: bytes) -> list[int]:
        """Return the numbers of the objects to which an array leads."""
        found = [LINK.match(value) for value in self.array(name)]
        if None in found:
            raise NotPlain(f"{name!r} holds more than references")
        return [int(one[1]) for one in found if one is not None]

    def changed(self, **values: bytes) -> "Dictionary":
        """Return the dictionary with other values, by names without their slash."""
        return Dictionary({**self.entries, **{f"/{k}".encode(): v for k, v in values.items()}})

    def written(self) -> bytes:
        """Return the dictionary in the shortest spelling."""
        return b"<<" + b"".join(k + _spaced(v) for k, v in self.entries.items()) + b">>"


class PlainFile:
    """A file of the plain form, read where it is asked."""

    def __init__(self, pdf: bytes) -> None:
        """Read the ends of all sections, the newest first.

        Raises:
            NotPlain: the file has another form.
        """
        self.content = pdf
        found = END.search(pdf, max(0, len(pdf) - TAIL))
        if found is None:
            raise NotPlain("the end is missing")
        self.start = int(found[1])
        """Where the newest cross-reference table stands."""
        self._tables: list[_Table] = []
        self.trailer = self._read_section(self.start, found.start())
        older, limit = self.trailer, self.start
        while b"/Prev" in older:
            at = older.number(b"/Prev")
            if at >= limit:
                raise NotPlain("the sections are not in order")
            older, limit = self._read_section(at, None), at

    @property
    def size(self) -> int:
        """The first number that no object has."""
        return self.trailer.number(b"/Size")

    @property
    def root(self) -> int:
        """The number of the catalogue."""
        return self.trailer.link(b"/Root")

    def dictionary(self, number: int) -> Dictionary:
        """Return an object that is a dictionary and no stream.

        Raises:
            NotPlain: there is none of this number.
        """
        entries, end = read_dictionary(self.content, self._place(number))
        if not self.content.startswith(b"endobj", _skip(self.content, end)):
            raise NotPlain(f"object {number} is more than a dictionary")
        return Dictionary(entries)

    def body(self, number: int) -> tuple[bytes, bytes]:
        """Return the value of an object, and its stream with both words around it if it has one.

        Raises:
            NotPlain: there is none of this number, or its stream has another length.
        """
        pdf, at = self.content, self._place(number)
        end = _value_end(pdf, at)
        after = _skip(pdf, end)
        if not pdf.startswith(b"stream\n", after):
            return pdf[at:end], b""
        entries, _ = read_dictionary(pdf, at)
        stop = after + len(b"stream\n") + Dictionary(entries).number(b"/Length")
        if not pdf.startswith(b"\nendstream\nendobj", stop):
            raise NotPlain(f"the stream {number} has another length")
        return pdf[at:end], pdf[after : stop + len(b"\nendstream")]

    def _place(self, number: int) -> int:
        """Return where the content of an object begins."""
        for table in self._tables:
            if table.first <= number < table.first + table.count:
                entry = ENTRY.match(self.content, table.at + ENTRY_LENGTH * (number - table.first))
                at = int(entry[1]) if entry else len(self.content)
                head = b"%d 0 obj" % number
                if not self.content.startswith(head, at):
                    raise NotPlain(f"object {number} is not where it should be")
                return _skip(self.content, at + len(head))
        raise NotPlain(f"there is no object {number}")

    def _read_section(self, at: int, end: int | None) -> Dictionary:
        """Read a cross-reference table and return its trailer, which must end at *end*."""
        pdf = self.content
        if not pdf.startswith((b"xref\n", b"xref\r\n"), at):
            raise NotPlain("there is no cross-reference table")
        at = pdf.index(b"\n", at) + 1
        while not pdf.startswith(b"trailer", at):
            found = SECTION.match(pdf, at)
            if found is None:
                raise NotPlain("the cross-reference table is broken")
            table = _Table(int(found[1]), int(found[2]), found.end())
            self._tables.append(table)
            at = table.at + ENTRY_LENGTH * table.count
        entries, stop = read_dictionary(pdf, _skip(pdf, at + len(b"trailer")))
        if not entries.keys() <= TRAILER or (end is not None and _skip(pdf, stop) != end):
            raise NotPlain("the trailer is of another form")
        return Dictionary(entries)


def read_dictionary(pdf: bytes, at: int) -> tuple[dict[bytes, bytes], int]:
    """Return the values of the dictionary at a place, and where it ends.

    Raises:
        NotPlain: there is none, or a name stands in it twice.
    """
    if not pdf.startswith(b"<<", at):
        raise NotPlain("a dictionary is missing")
    entries: dict[bytes, bytes] = {}
    at = _skip(pdf, at + 2)
    while not pdf.startswith(b">>", at):
        name = TOKEN.match(pdf, at)
        if name is None or name.lastgroup != "name" or name[0] in entries:
            raise NotPlain("a dictionary is broken")
        start = _skip(pdf, name.end())
        end = _value_end(pdf, start)
        entries[name[0]] = pdf[start:end]
        at = _skip(pdf, end)
    return entries, at + 2


def read_array(pdf: bytes, at: int) -> tuple[list[bytes], int]:
    """Return the values of the array at a place, and where it ends.

    Raises:
        NotPlain: there is none.
    """
    if not pdf.startswith(b"[", at):
        raise NotPlain("an array is missing")
    found: list[bytes] = []
    at = _skip(pdf, at + 1)
    while not pdf.startswith(b"]", at):
        end = _value_end(pdf, at)
        found.append(pdf[at:end])
        at = _skip(pdf, end)
    return found, at + 1


def _value_end(pdf: bytes, at: int) -> int:
    """Return where the value ends that begins at a place."""
    waiting: list[bytes] = []
    while True:
        token = TOKEN.match(pdf, at)
        if token is None or len(waiting) > DEEPEST:
            raise NotPlain("a value is broken")
        kind, at = token.lastgroup, token.end()
        if kind == "open":
            waiting.append(PAIRS[token[0]])
        elif kind == "close" and (not waiting or waiting.pop() != token[0]):
            raise NotPlain("a value ends before it begins")
        if not waiting and kind != "blank":
            return at


def _skip(pdf: bytes, at: int) -> int:
    """Return the first place that is not blank."""
    token = TOKEN.match(pdf, at)
    return token.end() if token is not None and token.lastgroup == "blank" else at


def _spaced(value: bytes) -> bytes:
    """Part a value from the name before it where nothing else does."""
    return value if value[:1] in b"/<[(" else b" " + value


def name(word: str) -> bytes:
    """Return a name whose letters need no escape."""
    return f"/{word}".encode("ascii")


def text(words: str) -> bytes:
    """Return a text string as hexadecimal digits, so that nothing needs an escape.

    In the encoding that the general library would choose: a program that writes the object anew
    must not seem to change it.
    """
    try:
        encoded = encode_pdfdocencoding(words)
    except UnicodeEncodeError:
        encoded = BOM_UTF16_BE + words.encode("utf-16-be")
    return b"<" + bytes(encoded).hex().upper().encode("ascii") + b">"


def link(number: int) -> bytes:
    """Return a reference to an object."""
    return b"%d 0 R" % number


def array(values: "list[bytes]") -> bytes:
    """Return an array."""
    return b"[" + b" ".join(values) + b"]"


@dataclass
class Section:
    """What is appended to a file: changed objects and new ones."""

    file: PlainFile
    objects: dict[int, bytes] = field(default_factory=dict)
    _next: int = 0

    def __post_init__(self) -> None:
        self._next = self.file.size

    def new(self) -> int:
        """Return a number that no object has."""
        self._next += 1
        return self._next - 1

    def add(self, content: bytes) -> int:
        """Add an object and return its number."""
        number = self.new()
        self.objects[number] = content
        return number

    def replace(self, number: int, content: Dictionary) -> None:
        """Let an object be another dictionary from now on."""
        self.objects[number] = content.written()

    def written(self) -> tuple[bytes, Mapping[int, int]]:
        """Return the section, and where in the whole file the content of each object begins."""
        place, parts, heads = len(self.file.content), [], {}
        places: dict[int, int] = {}
        for number in sorted(self.objects):
            head = b"%d 0 obj\n" % number
            heads[number] = place
            places[number] = place + len(head)
            part = head + self.objects[number] + b"\nendobj\n"
            parts.append(part)
            place += len(part)
        parts += [_table(heads), self._trailer(), b"startxref\n%d\n%%%%EOF\n" % place]
        return b"".join(parts), places

    def _trailer(self) -> bytes:
        old = self.file.trailer
        first, _ = _two(old.array(b"/ID"))
        # Derived from what was there, so that equal input gives equal bytes.
        second = hashlib.sha256(self.file.content).hexdigest()[:32].encode()
        told = Dictionary(dict(old.entries)).changed(
            Size=b"%d" % self._next,
            ID=b"[" + first + b"<" + second + b">]",
            Prev=b"%d" % self.file.start,
        )
        return b"trailer\n" + told.written() + b"\n"


def _two(values: list[bytes]) -> tuple[bytes, bytes]:
    if len(values) != 2:
        raise NotPlain("the file has no identifier")
    return values[0], values[1]


def _table(places: Mapping[int, int]) -> bytes:
    """Return the cross-reference table of objects by number."""
    parts = [b"xref\n0 1\n0000000000 65535 f \n"]
    runs: list[list[int]] = []
    for number in places:
        if runs and runs[-1][-1] + 1 == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    for run in runs:
        parts.append(b"%d %d\n" % (run[0], len(run)))
        parts += [b"%010d 00000 n \n" % places[number] for number in run]
    return b"".join(parts)

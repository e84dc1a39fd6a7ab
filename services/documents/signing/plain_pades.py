"""A PAdES signature appended to a file of the plain form; see ``pades`` for what it means.

Source:
    ISO 32000-1, 12.7.4.5 (signature fields) and 12.8 (signature dictionaries, transforms);
    ETSI EN 319 142-1, clause 6.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC
from functools import lru_cache

from services.documents.rendering.plain import (
    TOKEN,
    Dictionary,
    NotPlain,
    PlainFile,
    Section,
    array,
    link,
)
from services.documents.signing.hand import Hand
from services.documents.signing.port import SignatureTask

ROOM_OF_RANGE = 48
"""Octets for four numbers and their brackets."""
CONTENTS = b"/Contents"
SIGNATURES_EXIST_AND_APPEND_ONLY = b"3"
NO_CHANGES, FILL_FORMS = b"1", b"2"
STAMPS_KEPT = 8
"""Pictures of stamps that stay read; a batch sealed within a second shows one and the same."""


def append_to_plain(task: SignatureTask, hand: Hand, room: int, *, is_last: bool) -> bytes:
    """Return the file with one signature appended.

    Args:
        room: Octets kept for the CMS.
        is_last: Nothing but validation data may follow.

    Raises:
        NotPlain: the file has another form, or lacks the empty field.
        NoRoom: the CMS is longer than *room*.
        SigningUnavailable: the key or the time stamp cannot be had.
    """
    file = _opened(task.pdf)
    section = Section(file)
    root = file.dictionary(file.root)
    form = file.dictionary(root.link(b"/AcroForm"))
    field = _find(file, form, task)
    value = _fill(section, field, task, picture_of(task.stamp))
    if task.is_first:
        if b"/Perms" in root:
            raise NotPlain("somebody has certified the file")
        section.replace(file.root, root.changed(Perms=b"<</DocMDP " + link(value) + b">>"))
        flags = form.changed(SigFlags=SIGNATURES_EXIST_AND_APPEND_ONLY)
        section.replace(root.link(b"/AcroForm"), flags)
    elif form[b"/SigFlags"] != SIGNATURES_EXIST_AND_APPEND_ONLY:
        raise NotPlain("the form does not know of its signatures")
    references = _references(task, field.others, file.root, is_last=is_last)
    section.objects[value] = _signature(task, references, room)
    appended, places = section.written()
    return _signed(task, hand, room, (appended, places[value] - len(task.pdf)))


@dataclass(frozen=True)
class _Field:
    """The field to be filled, and the names of those that stay empty."""

    number: int
    content: Dictionary
    others: list[bytes]


@dataclass(frozen=True)
class Picture:
    """What a stamp consists of, so that it can be put into any file under other numbers."""

    objects: tuple[tuple[tuple[bytes, ...], tuple[int, ...]], ...]
    """Each object in pieces; between them belong the numbers of the named objects."""


def _opened(pdf: bytes) -> PlainFile:
    if not pdf.endswith(b"\n"):
        raise NotPlain("the file does not end with its line")
    return PlainFile(pdf)


def _find(file: PlainFile, form: Dictionary, task: SignatureTask) -> _Field:
    wanted, found, others = b"(" + task.field.encode("ascii") + b")", [], []
    filled = 0
    for number in form.links(b"/Fields"):
        content = file.dictionary(number)
        if content[b"/FT"] != b"/Sig" or b"/Kids" in content:
            raise NotPlain("there are other fields")
        if b"/V" in content:
            filled += 1
            if b"/Lock" in content:
                raise NotPlain("the file is sealed")
        elif content[b"/T"] == wanted:
            found.append((number, content))
        else:
            others.append(content[b"/T"])
    if len(found) != 1 or task.is_first is not (filled == 0):
        raise NotPlain("the field is missing or filled")
    return _Field(*found[0], others)


def _fill(section: Section, field: _Field, task: SignatureTask, picture: Picture) -> int:
    """Show the stamp in the field and return the number that the signature will have."""
    numbers = [section.new() for _ in picture.objects]
    for number, (pieces, named) in zip(numbers, picture.objects, strict=True):
        links = [link(numbers[place]) for place in named]
        mixed = [part for pair in zip(pieces, [*links, b""], strict=True) for part in pair]
        section.objects[number] = b"".join(mixed)
    value = section.new()
    shown = field.content.changed(AP=b"<</N " + link(numbers[-1]) + b">>", V=link(value))
    section.replace(field.number, shown)
    return value


def _references(
    task: SignatureTask, others: list[bytes], root: int, *, is_last: bool
) -> list[bytes]:
    """Return what may still change; the same as on the general road."""
    permission = NO_CHANGES if is_last else FILL_FORMS
    fields = b"/Action/All" if is_last or not others else b"/Action/Exclude/Fields" + array(others)
    # Readers take the permission of a later signature from here, beside the field's lock.
    told = b"/P " + permission if task.is_first or is_last else b""
    head = b"<</Type/SigRef/TransformMethod"
    parameters = b"/TransformParams<</Type/TransformParams/V/1.2"
    lock = head + b"/FieldMDP/Data " + link(root) + parameters + fields + told + b">>>>"
    certificate = head + b"/DocMDP" + parameters + b"/P " + permission + b">>>>"
    return [certificate, lock] if task.is_first else [lock]


def _signature(task: SignatureTask, references: list[bytes], room: int) -> bytes:
    """Return the signature dictionary with room for what is not known yet."""
    return b"".join(
        (
            b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M",
            task.at.astimezone(UTC).strftime("(D:%Y%m%d%H%M%SZ)").encode("ascii"),
            b"/Reference" + array(references),
            b"/ByteRange" + b" " * ROOM_OF_RANGE,
            CONTENTS + b"<" + b"0" * (2 * room) + b">>>",
        )
    )


def _signed(task: SignatureTask, hand: Hand, room: int, appended: tuple[bytes, int]) -> bytes:
    """Fill in the signature over everything but itself.

    Args:
        appended: The section, and where in it the signature dictionary begins.
    """
    section, place = appended
    ranges = section.index(b"/ByteRange", place) + len(b"/ByteRange")
    gap = section.index(CONTENTS, ranges) + len(CONTENTS)
    rest = section[gap + 2 * room + 2 :]
    before = len(task.pdf) + gap
    told = b"[0 %d %d %d]" % (before, before + 2 * room + 2, len(rest))
    first = section[:ranges] + told.ljust(ROOM_OF_RANGE) + section[ranges + ROOM_OF_RANGE : gap]
    digest = hashlib.new(hand.digest, task.pdf)
    digest.update(first)
    digest.update(rest)
    container = hand.container(digest.digest(), task, room).hex().encode("ascii")
    filled = b"<" + container.ljust(2 * room, b"0") + b">"
    return b"".join((task.pdf, first, filled, rest))


@lru_cache(maxsize=STAMPS_KEPT)
def picture_of(stamp: bytes) -> Picture:
    """Return the picture on the page of a stamp; the picture itself comes last.

    Args:
        stamp: A one-page PDF of the plain form.

    Raises:
        NotPlain: it has another form.
    """
    file = PlainFile(stamp)
    pages = file.dictionary(file.dictionary(file.root).link(b"/Pages"))
    kids = pages.links(b"/Kids")
    if len(kids) != 1:
        raise NotPlain("a stamp has one page")
    page = file.dictionary(kids[0])
    drawing, stream = file.body(page.link(b"/Contents"))
    form = b"<</Type/XObject/Subtype/Form/BBox" + page[b"/MediaBox"]
    form += b"/Resources " + page[b"/Resources"] + drawing[2:] + b"\n" + stream
    order: dict[int, bytes] = {}
    _collect(file, page.link(b"/Resources"), order)
    places = {found: place for place, found in enumerate(order)}
    contents = [*order.values(), form]
    return Picture(tuple(_in_pieces(content, places) for content in contents))


def _collect(file: PlainFile, number: int, order: dict[int, bytes]) -> None:
    """Collect an object and everything to which it leads."""
    if number in order:
        return
    value, stream = file.body(number)
    order[number] = value + b"\n" + stream if stream else value
    for token in TOKEN.finditer(value):
        if token.lastgroup == "link":
            _collect(file, int(token[0].split()[0]), order)


def _in_pieces(content: bytes, places: dict[int, int]) -> tuple[tuple[bytes, ...], tuple[int, ...]]:
    """Cut an object at its references, which stand before its stream."""
    stop = content.find(b"\nstream\n")
    head = content if stop < 0 else content[:stop]
    pieces, named, at = [], [], 0
    for token in TOKEN.finditer(head):
        if token.lastgroup == "link":
            pieces.append(head[at : token.start()])
            named.append(places[int(token[0].split()[0])])
            at = token.end()
    return (*pieces, content[at:]), tuple(named)

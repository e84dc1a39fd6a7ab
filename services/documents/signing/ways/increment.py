"""What an upload appends to the file that was handed out: one signature, and nothing besides.

This is a check of our own on the bytes and objects; pyHanko serves as the parser only. Its
analysis of differences and the comparison of rendered pages come on top (``judging.py``).
"""

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefSectionType
from pyhanko.sign.fields import enumerate_sig_fields

from services.documents.domain.ways import (
    MoreThanSigned,
    NotAsHandedOut,
    NothingSigned,
    SeveralUpdates,
    ShutsOthersOut,
    SignatureDamaged,
    WrongField,
)
from services.documents.signing.ways.changes import Both, check_changes
from services.documents.signing.ways.values import Place

END = re.compile(rb"startxref[\r\n ]+(\d{1,10})[\r\n ]+%%EOF[\r\n ]{0,3}\Z")
LAST_START = re.compile(rb"startxref[\r\n ]+(\d{1,10})[\r\n ]+%%EOF\s*\Z")
MOST_ADDED = 4 * 1024 * 1024
"""Bytes that a signature with its picture may add."""
DETACHED = ("/ETSI.CAdES.detached", "/adbe.pkcs7.detached")
FILLING = 2  # DocMDP: fields may be filled and signed
NOT_READABLE = (
    *(PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError),
    *(RecursionError, ArithmeticError, AssertionError, NotImplementedError, struct.error),
    *(zlib.error, EOFError, UnicodeError),
)
"""What a parser raises on hostile bytes; each of them means: refused."""
T = TypeVar("T")


@dataclass(frozen=True)
class HandedOut:
    """What was given to the person to be signed."""

    pdf: bytes
    field: str
    """Name of the person's own field."""
    number: str
    """Of the document, for words."""


@dataclass(frozen=True)
class Appended:
    """The one signature that was appended."""

    container: bytes
    """The signature (CMS, DER) as it stands in the file."""
    signed: bytes
    """The bytes over which it was made."""
    claimed_at: str
    """Entry M of the signature, as written."""


def check_appended(handed: HandedOut, upload: bytes) -> Appended:
    """Return the one signature that the upload adds in the person's field.

    Raises:
        NotAsHandedOut, NothingSigned, SeveralUpdates, WrongField, MoreThanSigned,
        ShutsOthersOut, SignatureDamaged: what is wrong; see ``domain.ways``.
    """
    check_frame(handed, upload)
    return _reading(handed, lambda: _check_objects(handed, upload))


def check_frame(handed: HandedOut, upload: bytes) -> None:
    """Check what can be checked without a parser.

    Raises:
        NotAsHandedOut, NothingSigned, MoreThanSigned, SeveralUpdates: what is wrong.
    """
    number = handed.number
    if not upload.startswith(handed.pdf):
        raise NotAsHandedOut(number=number)
    added = upload[len(handed.pdf) :]
    if not added.strip():
        raise NothingSigned(number=number)
    if len(added) > MOST_ADDED:
        raise MoreThanSigned(number=number)
    if added.count(b"startxref") != 1 or END.search(added) is None:
        raise SeveralUpdates(number=number)


def _reading(handed: HandedOut, check: Callable[[], T]) -> T:
    try:
        return check()
    except NOT_READABLE as error:
        raise SignatureDamaged(number=handed.number) from error


def _check_objects(handed: HandedOut, upload: bytes) -> Appended:
    both = Both(
        before=PdfFileReader(io.BytesIO(handed.pdf)),
        after=PdfFileReader(io.BytesIO(upload)),
        number=handed.number,
    )
    _check_one_update(handed, upload, both)
    field, value = _filled_field(handed, both)
    check_changes(both, field, value)
    _check_permissions(both, value, handed)
    return _signature(handed, both, upload)


def _check_one_update(handed: HandedOut, upload: bytes, both: Both) -> None:
    """The update must point back to the end of the file that was handed out, at once."""
    last = both.before.xrefs.total_revisions
    before = LAST_START.search(handed.pdf)
    after = END.search(upload)
    if before is None or after is None:
        raise SeveralUpdates(number=handed.number)
    table = both.after.xrefs
    is_one = (
        table.total_revisions == last + 1
        and table.get_startxref_for_revision(last - 1) == int(before[1])
        and int(after[1]) >= len(handed.pdf)
        and table.get_xref_container_info(last).xref_section_type
        in (XRefSectionType.STANDARD, XRefSectionType.STREAM)
        and not table.hybrid_xrefs_present
    )
    if not is_one:
        raise SeveralUpdates(number=handed.number)
    if table.refs_freed_in_revision(last):
        raise MoreThanSigned(number=handed.number)


def _filled_field(handed: HandedOut, both: Both) -> tuple[Place, Place | None]:
    """Return the places of the person's field and of its new value."""
    before, after = _fields(both.before), _fields(both.after)
    if list(before) != list(after):
        raise WrongField(number=handed.number, field=_named_anew(before, after))
    filled = [name for name in after if after[name][1] is not None and before[name][1] is None]
    others = [name for name in filled if name != handed.field]
    if others:
        raise WrongField(number=handed.number, field=", ".join(others))
    if not filled:
        raise NothingSigned(number=handed.number)
    field, _ = after[handed.field]
    stored = both.at(field).raw_get("/V")
    if isinstance(stored, generic.IndirectObject):
        return field, (stored.idnum, stored.generation)
    return field, None


def _named_anew(before: Iterable[str], after: Iterable[str]) -> str:
    return ", ".join(sorted(set(after) - set(before))) or "–"


def _fields(reader: PdfFileReader) -> dict[str, tuple[Place, object]]:
    found = {}
    for name, value, reference in enumerate_sig_fields(reader):
        found[name] = ((reference.idnum, reference.generation), value)
    return found


def _check_permissions(both: Both, value: Place | None, handed: HandedOut) -> None:
    """The signature must leave the fields open that are still to be signed."""
    empty = [name for name, filled in _fields(both.after).items() if filled[1] is None]
    signature = both.value_of(value, handed.field)
    for reference in signature.get("/Reference", generic.ArrayObject()):
        method = str(reference["/TransformMethod"])
        parameters = reference.get("/TransformParams", generic.DictionaryObject())
        if method == "/DocMDP":
            is_open = not both.had_signatures and int(parameters.get("/P", 2)) == FILLING
        else:
            is_open = method == "/FieldMDP" and _leaves_open(parameters, empty)
        if not is_open:
            raise ShutsOthersOut(number=handed.number)


def _leaves_open(parameters: generic.DictionaryObject, empty: list[str]) -> bool:
    """Tell whether a lock of fields spares those that are still empty.

    A name also locks what is below it; names that merely begin alike are taken for locked,
    because some validators do (so this is stricter than the standard).
    """
    action, names = str(parameters["/Action"]), [str(n) for n in parameters.get("/Fields", [])]
    if action == "/Exclude":
        return all(name in names for name in empty)
    if action == "/Include":
        return not any(one.startswith(name) for name in names for one in empty)
    return not empty


def _signature(handed: HandedOut, both: Both, upload: bytes) -> Appended:
    """Return the signature after recomputing from raw bytes what it covers."""
    new = both.after.embedded_signatures[-1] if both.after.embedded_signatures else None
    if new is None or new.field_name != handed.field:
        raise WrongField(number=handed.number, field=getattr(new, "field_name", "–"))
    if str(new.sig_object.get("/SubFilter")) not in DETACHED:
        raise SignatureDamaged(number=handed.number)
    start, first, second, rest = (int(one) for one in new.sig_object["/ByteRange"])
    gap = upload[first:second]
    is_whole = start == 0 and len(handed.pdf) <= first < second and second + rest == len(upload)
    if not is_whole or not re.fullmatch(rb"<[0-9A-Fa-f]+>", gap):
        raise SignatureDamaged(number=handed.number)
    container = bytes.fromhex(gap[1:-1].decode("ascii"))
    if container != bytes(new.pkcs7_content):
        raise SignatureDamaged(number=handed.number)
    return Appended(
        container=container,
        signed=upload[:first] + upload[second:],
        claimed_at=str(new.sig_object.get("/M", "")),
    )

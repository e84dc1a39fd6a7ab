"""Our own files are continued without a PDF library: the same document as on the general road."""

import io
import random
from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from services.documents.rendering import fields, plain_fields
from services.documents.rendering.fields import reserve_in_any
from services.documents.rendering.incremental import with_final_newline
from services.documents.rendering.plain import Dictionary, NotPlain, PlainFile, read_dictionary
from services.documents.rendering.plain_fields import reserve_in_plain
from services.documents.rendering.port import FieldBox
from services.documents.signing import pades
from services.documents.signing.development_pki import DevelopmentPki
from services.documents.signing.hand import Hand
from services.documents.signing.plain_pades import append_to_plain, picture_of
from services.documents.signing.port import BadFile
from tests.documents.archival import violations
from tests.documents.samples import request
from tests.documents.test_signing import (
    ORGANISATION,
    ORGANISATION_ID,
    RENDERER,
    STAMP,
    open_pki,
    seal,
    sign,
    task,
    verdicts,
)

ROOM = 12_000


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentPki:
    return open_pki(tmp_path_factory.mktemp("var") / "pki")


def typeset(**more: Any) -> tuple[bytes, list[FieldBox]]:
    """Return a document before its fields are reserved, and their places."""
    found: list[tuple[bytes, list[FieldBox]]] = []

    def keep(pdf: bytes, boxes: list[FieldBox]) -> Any:
        found.append((with_final_newline(pdf), boxes))
        return plain_fields.reserve_in_plain(with_final_newline(pdf), boxes)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("services.documents.rendering.typst_renderer.reserve_fields", keep)
        RENDERER.render(request(**more))
    return found[0]


def told(pdf: bytes) -> dict[str, Any]:
    """Return what a reader finds of the form and its place in the structure."""
    root = PdfFileReader(io.BytesIO(pdf)).root
    tree, form = root["/StructTreeRoot"], root["/AcroForm"]
    numbers = list(tree["/ParentTree"]["/Nums"])
    owners = {int(key): value for key, value in zip(numbers[::2], numbers[1::2], strict=True)}
    return {
        "flags": int(form["/SigFlags"]),
        "next": int(tree["/ParentTreeNextKey"]),
        "kids": len(tree["/K"][0]["/K"]),
        "fields": [_field(field.get_object(), owners) for field in form["/Fields"]],
        "pages": [
            (len(page.get_object().get("/Annots", ())), page.get_object().get("/Tabs"))
            for page in root["/Pages"]["/Kids"]
        ],
    }


def _field(field: Any, owners: dict[int, Any]) -> dict[str, Any]:
    element = owners[int(field["/StructParent"])].get_object()
    # The library follows references when asked by name, not through get.
    lock = dict(field["/Lock"]) if field["/T"] == "Seal" else None
    return {
        **{name: field[name] for name in ("/T", "/TU", "/FT", "/Subtype", "/F")},
        "corners": [round(float(value), 2) for value in field["/Rect"]],
        "lock": lock,
        "element": (element["/S"], element["/Alt"], element["/K"]["/Type"]),
        "is_own": element["/K"].raw_get("/Obj").idnum == field.container_ref.idnum,
    }


@pytest.mark.parametrize("signers", [0, 1, 3])
@pytest.mark.parametrize("layout", ["record", "letter", "minutes", "list"])
def test_both_roads_reserve_the_same_fields(layout: str, signers: int) -> None:
    pdf, boxes = typeset(layout=layout, signers=signers)

    plain, general = reserve_in_plain(pdf, boxes), reserve_in_any(pdf, boxes)

    assert (plain.pages, plain.fields) == (general.pages, general.fields)
    assert told(plain.pdf) == told(general.pdf)
    assert plain.pdf.startswith(pdf)
    assert violations(plain.pdf) == violations(general.pdf) == []


def test_our_own_files_need_no_other_road(
    pki: DevelopmentPki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the rest of this file, and every batch, would tell of the slow road."""
    for module, name in ((fields, "reserve_in_any"), (pades, "append_to_any")):
        monkeypatch.delattr(module, name)

    for layout in ("record", "letter", "minutes", "list"):
        pdf = RENDERER.render(request(layout=layout, signers=2)).pdf
        first = sign(pki, pdf, "Signature1", is_first=True)
        seal(pki, sign(pki, first, "Signature2", is_first=False))


def through(pki: DevelopmentPki, signers: int) -> bytes:
    pdf = RENDERER.render(request(signers=signers)).pdf
    for number in range(signers):
        pdf = sign(pki, pdf, f"Signature{number + 1}", is_first=number == 0)
    return seal(pki, pdf, is_first=signers == 0)


def promises(pdf: bytes) -> list[Any]:
    """Return what each signature of a file lets others change, and what its field shows."""
    found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return [
        (
            one.field_name,
            one.docmdp_level,
            one.fieldmdp and (one.fieldmdp.action, one.fieldmdp.fields),
            one.sig_object["/SubFilter"],
            one.sig_object["/M"],
            len(one.sig_object["/Reference"]),
            one.sig_field["/AP"]["/N"].data,
            [float(value) for value in one.sig_field["/AP"]["/N"]["/BBox"]],
        )
        for one in found
    ]


@pytest.mark.parametrize("signers", [0, 1, 2])
def test_both_roads_sign_alike_and_validate_alike(
    pki: DevelopmentPki, monkeypatch: pytest.MonkeyPatch, signers: int
) -> None:
    plain = through(pki, signers)
    with monkeypatch.context() as patched:
        patched.setattr(pades, "append_to_plain", refuse)
        patched.setattr(fields, "reserve_in_plain", refuse)
        general = through(pki, signers)

    assert promises(plain) == promises(general)
    judged = [
        [(v.bottom_line, v.modification_level) for v in verdicts(pki, f)] for f in (plain, general)
    ]
    assert judged[0] == judged[1]
    assert all(good for good, _ in judged[0])
    assert violations(plain) == violations(general) == []


def refuse(*_given: Any, **_more: Any) -> bytes:
    raise NotPlain("a test wants the other road")


def test_a_signature_goes_onto_a_file_of_the_other_road(
    pki: DevelopmentPki, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(pades, "append_to_plain", refuse)
        patched.setattr(fields, "reserve_in_plain", refuse)
        signed = sign(pki, RENDERER.render(request()).pdf, "Signature1", is_first=True)
    monkeypatch.delattr(pades, "append_to_any")

    sealed = seal(pki, signed)

    assert [one.bottom_line for one in verdicts(pki, sealed)] == [True, True]


def test_the_same_file_gets_the_same_fields_byte_for_byte() -> None:
    pdf, boxes = typeset(signers=2)

    assert reserve_in_plain(pdf, boxes) == reserve_in_plain(pdf, boxes)


def test_what_is_appended_stays_small(pki: DevelopmentPki) -> None:
    """The fonts of the stamp, the container and three tables; nothing of the document again."""
    pdf, boxes = typeset(signers=0)
    reserved = reserve_in_plain(pdf, boxes).pdf
    sealed = seal(pki, reserved, is_first=True)

    assert len(reserved) - len(pdf) < 2_500
    assert len(sealed) - len(reserved) < 31_000


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(pdf: bytes) -> bytes:
        assert old in pdf
        return pdf.replace(old, new.ljust(len(old)))

    return change


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "no end": lambda pdf: pdf[:-10],
    "something after the end": lambda pdf: pdf + b"1 0 obj\n",
    "no table": replaced(b"xref\n0 1\n", b"xrex\n0 1\n"),
    "a hybrid file": replaced(b"/Prev", b"/XRefStm"[:5]),
    "encrypted": replaced(b"/Info ", b"/Encr "),
    "another generation": replaced(b" 00000 n", b" 00001 n"),
    "no form": replaced(b"/AcroForm", b"/AcroFork"),
    "no signature field": replaced(b"/FT/Sig", b"/FT/Txt"),
    "another field": replaced(b"(Seal)", b"(Sea1)"),
    "a comment in a dictionary": replaced(b"/SigFlags 1", b"/SigFlag%1"),
    "a name twice": replaced(b"/SigFlags 1", b"/Fields 1"),
    "a broken array": replaced(b"/Fields[", b"/Fields<"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_not_plain_is_refused(pki: DevelopmentPki, what: str) -> None:
    pdf = CHANGES[what](RENDERER.render(request(signers=0)).pdf)

    with pytest.raises(NotPlain):
        attempt(pki, pdf)


def attempt(pki: DevelopmentPki, pdf: bytes) -> bytes:
    hand = Hand(pki.seal_identity(ORGANISATION_ID, ORGANISATION), None)
    return append_to_plain(task(pdf, "Seal", is_first=True), hand, ROOM, is_last=True)


def test_a_file_is_sealed_once_and_certified_once(pki: DevelopmentPki) -> None:
    sealed = seal(pki, RENDERER.render(request(signers=0)).pdf, is_first=True)
    signed = sign(pki, RENDERER.render(request()).pdf, "Signature1", is_first=True)

    for pdf, is_first in ((sealed, True), (sealed, False), (signed, True)):
        with pytest.raises(BadFile):
            pades.append_to_any(
                task(pdf, "Seal", is_first=is_first),
                Hand(pki.seal_identity(ORGANISATION_ID, ORGANISATION), None),
                ROOM,
                is_last=True,
            )
        with pytest.raises(NotPlain):
            append_to_plain(
                task(pdf, "Seal", is_first=is_first),
                Hand(pki.seal_identity(ORGANISATION_ID, ORGANISATION), None),
                ROOM,
                is_last=True,
            )


def test_whatever_the_bytes_are_the_refusal_is_the_named_one(pki: DevelopmentPki) -> None:
    pdf = RENDERER.render(request(signers=0)).pdf
    chance, places = random.Random(7), range(len(pdf) - 4_500, len(pdf))
    refused = 0
    for _ in range(1_500):
        broken = bytearray(pdf)
        for place in chance.sample(places, 2):
            broken[place] = chance.randrange(256)
        try:
            attempt(pki, bytes(broken))
        except NotPlain:
            refused += 1

    assert refused > 300


def test_a_stamp_that_is_no_plain_page_is_refused() -> None:
    for pdf in (b"", b"%PDF-1.7\n", STAMP[:-6], STAMP.replace(b"/Kids", b"/Kins")):
        with pytest.raises(NotPlain):
            picture_of(pdf)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (b"<</A/B/C 1>>", {b"/A": b"/B", b"/C": b"1"}),
        (b"<< /A << /B [ 1 2 ] >> >>", {b"/A": b"<< /B [ 1 2 ] >>"}),
        (b"<</A(\\) >>)/B<feff>>>", {b"/A": b"(\\) >>)", b"/B": b"<feff>"}),
        (b"<</A[1 0 R 2 0 R]/B true>>", {b"/A": b"[1 0 R 2 0 R]", b"/B": b"true"}),
    ],
)
def test_a_dictionary_keeps_its_values_as_they_were(
    written: bytes, value: dict[bytes, bytes]
) -> None:
    found, end = read_dictionary(written, 0)

    assert (found, end) == (value, len(written))
    assert read_dictionary(Dictionary(found).written(), 0)[0] == value


@pytest.mark.parametrize(
    "written",
    [b"<</A>>", b"<</A 1", b"<</A 1/A 2>>", b"<<1 2>>", b"<</A[1>>]>>", b"<</A(1>>", b"</A 1>",
     b"<</A true1>>", b"<</A{1}>>", b"<</A" + b"[" * 40 + b"]" * 40 + b">>"],
)  # fmt: skip
def test_a_broken_dictionary_is_refused(written: bytes) -> None:
    with pytest.raises(NotPlain):
        read_dictionary(written, 0)


def test_sections_lead_back_in_order() -> None:
    pdf = RENDERER.render(request(signers=0)).pdf
    file = PlainFile(pdf)
    previous = b"/Prev %d" % file.trailer.number(b"/Prev")

    with pytest.raises(NotPlain, match="order"):
        PlainFile(pdf.replace(previous, b"/Prev %d" % file.start))

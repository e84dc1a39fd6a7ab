"""What may follow a signature: each change that an attacker appends is found by the analysis.

The attacks are built here, on our own documents, after one signer, after several and after the
seal; the judge is pyHanko's difference analysis (`SSA`, `EAA`, `ISA` and field swaps).
"""

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import SigFieldSpec, append_signature_field, enumerate_sig_fields

from services.documents.signing.cms import Identity
from services.documents.signing.development_pki import DevelopmentPki
from services.documents.signing.pades import append_signature
from tests.documents.samples import request
from tests.documents.test_signing import (
    RENDERER,
    open_pki,
    seal,
    sign,
    task,
    verdicts,
)

Attack = Callable[[DevelopmentPki, bytes], bytes]


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentPki:
    return open_pki(tmp_path_factory.mktemp("var") / "pki")


@pytest.fixture(scope="module")
def files(pki: DevelopmentPki) -> dict[str, bytes]:
    """Return the same document at each step of its way."""
    plain = RENDERER.render(request(signers=2)).pdf
    first = sign(pki, plain, "Signature1", is_first=True)
    second = sign(pki, first, "Signature2", is_first=False)
    single = RENDERER.render(request(signers=0)).pdf
    return {
        "one of two signed": first,
        "both signed": second,
        "sealed": seal(pki, second),
        "seal alone": seal(pki, single, is_first=True),
    }


def written(writer: IncrementalPdfFileWriter) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def opened(pdf: bytes) -> IncrementalPdfFileWriter:
    return IncrementalPdfFileWriter(io.BytesIO(pdf))


def add_field(_pki: DevelopmentPki, pdf: bytes) -> bytes:
    """Cover the page with a signature field that nobody signed."""
    writer = opened(pdf)
    spec = SigFieldSpec("Overlay", on_page=0, box=(50, 50, 500, 700))
    append_signature_field(writer, spec)
    return written(writer)


def add_signed_field(pki: DevelopmentPki, pdf: bytes) -> bytes:
    """Cover the page with a field and sign it with a certificate of one's own."""
    identity: Identity = pki.seal_identity(UUID(int=666), "Útočník")
    return append_signature(
        task(add_field(pki, pdf), "Overlay", is_first=False), identity, is_last=False
    )


def add_note(_pki: DevelopmentPki, pdf: bytes) -> bytes:
    """Lay a free text over the page."""
    writer = opened(pdf)
    page, _ = writer.find_page_for_modification(0)
    note = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/FreeText"),
            pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (50, 50, 400, 300))),
            pdf_name("/Contents"): generic.TextStringObject("Schváleno 9 000 000 Kč"),
            pdf_name("/DA"): generic.TextStringObject("/Helv 20 Tf 0 g"),
            pdf_name("/F"): generic.NumberObject(4),
        }
    )
    notes = page.get_object().get("/Annots", generic.ArrayObject())
    notes.append(writer.add_object(note))
    page.get_object()["/Annots"] = notes
    writer.update_container(page.get_object())
    writer.update_container(notes)
    return written(writer)


def add_content(_pki: DevelopmentPki, pdf: bytes) -> bytes:
    """Paint on the page."""
    writer = opened(pdf)
    page, _ = writer.find_page_for_modification(0)
    paint = writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 50 50 400 300 re f Q"))
    old = page.get_object().raw_get("/Contents")
    old = list(old) if isinstance(old, generic.ArrayObject) else [old]
    page.get_object()["/Contents"] = generic.ArrayObject([*old, paint])
    writer.update_container(page.get_object())
    return written(writer)


def add_text_field(_pki: DevelopmentPki, pdf: bytes) -> bytes:
    """Add a filled text field over the page."""
    writer = opened(pdf)
    page, _ = writer.find_page_for_modification(-1)
    field = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/Widget"),
                pdf_name("/FT"): pdf_name("/Tx"),
                pdf_name("/T"): generic.TextStringObject("Payee"),
                pdf_name("/V"): generic.TextStringObject("Attacker"),
                pdf_name("/Rect"): generic.ArrayObject(
                    map(generic.NumberObject, (50, 50, 400, 300))
                ),
                pdf_name("/F"): generic.NumberObject(4),
                pdf_name("/P"): page,
            }
        )
    )
    fields = writer.root["/AcroForm"]["/Fields"]
    fields.append(field)
    notes = page.get_object()["/Annots"]
    notes.append(field)
    for item in (fields, notes):
        writer.update_container(item)
    return written(writer)


def swap_appearance(_pki: DevelopmentPki, pdf: bytes) -> bytes:
    """Let the first signer's field show something else."""
    writer = opened(pdf)
    reference = next(iter(enumerate_sig_fields(writer, filled_status=True)))[2]
    picture = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 200, 40))),
        },
        stream_data=b"1 0 0 rg 0 0 200 40 re f",
    )
    field = reference.get_object()
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(picture)})
    writer.update_container(field)
    return written(writer)


def remove_lock(_pki: DevelopmentPki, pdf: bytes) -> bytes:
    """Take the lock of the seal's field away, so that later changes look allowed."""
    writer = opened(pdf)
    for name, _, reference in enumerate_sig_fields(writer):
        if name == "Seal":
            field = reference.get_object()
            del field["/Lock"]
            writer.update_container(field)
    return written(writer)


def attach_file(_pki: DevelopmentPki, pdf: bytes) -> bytes:
    """Replace the attached facts by others."""
    writer = opened(pdf)
    file = writer.root["/AF"][0]["/EF"].raw_get("/F")
    stream = file.get_object()
    fresh = generic.StreamObject(
        {key: stream.raw_get(key) for key in stream if key not in ("/Filter", "/Length")},
        stream_data=b'{"amount":"9"}',
    )
    writer.objects[(0, file.idnum)] = fresh
    return written(writer)


ATTACKS: list[Attack] = [
    add_field,
    add_signed_field,
    add_note,
    add_content,
    add_text_field,
    swap_appearance,
    remove_lock,
    attach_file,
]


def is_accepted(pki: DevelopmentPki, pdf: bytes) -> bool:
    """Tell whether every signature of the file is judged good: the document's verdict."""
    return all(verdict.bottom_line for verdict in verdicts(pki, pdf))


@pytest.mark.parametrize(
    "step", ["one of two signed", "both signed", "sealed", "seal alone"], ids=str
)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: str(attack.__name__))
def test_what_is_added_after_a_signature_is_found(
    pki: DevelopmentPki, files: dict[str, bytes], step: str, attack: Attack
) -> None:
    before = files[step]
    assert is_accepted(pki, before)

    attacked = attack(pki, before)

    assert attacked.startswith(before)
    assert not is_accepted(pki, attacked)


def test_the_first_signature_certifies_and_the_last_allows_nothing(
    files: dict[str, bytes],
) -> None:
    def permissions(pdf: bytes) -> list[str | None]:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        return [one.docmdp_level.name if one.docmdp_level else None for one in found]

    assert permissions(files["sealed"]) == ["FILL_FORMS", None, "NO_CHANGES"]
    assert permissions(files["seal alone"]) == ["NO_CHANGES"]


def test_each_signature_locks_every_field_but_those_that_wait(files: dict[str, bytes]) -> None:
    found = PdfFileReader(io.BytesIO(files["sealed"])).embedded_signatures
    locks = [(one.fieldmdp.action.name, list(one.fieldmdp.fields or ())) for one in found]

    assert locks == [("EXCLUDE", ["Signature2", "Seal"]), ("EXCLUDE", ["Seal"]), ("ALL", [])]


def test_the_seal_finds_nothing_but_awaited_signatures_before_it(
    pki: DevelopmentPki, files: dict[str, bytes]
) -> None:
    levels = [one.modification_level for one in verdicts(pki, files["sealed"])]

    assert levels[-1] == ModificationLevel.NONE
    assert set(levels[:-1]) <= {ModificationLevel.FORM_FILLING, ModificationLevel.NONE}

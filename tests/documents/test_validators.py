"""The gate: whatever we typeset and sign, validators that nobody of us wrote accept.

Each judge is also given files that it must refuse: a check that cannot fail shows nothing.
"""

import io
from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from services.documents.domain.content import LANGUAGES, LAYOUTS
from services.documents.rendering.port import RenderRequest
from tests.documents.raised_papers import JUDGED, RAISED, Archive
from tests.documents.samples import request
from tests.documents.signed_papers import RENDERER, Signatory
from tests.documents.variations import variations
from tests.validators.exhibits import Exhibit, Trust
from tests.validators.panel import judge
from tests.validators.verdicts import Verdict

pytestmark = pytest.mark.one_database

PEOPLE = (0, 1, 3)


@pytest.fixture
def signatory(tmp_path: Path) -> Signatory:
    return Signatory(tmp_path / "pki")


def test_every_judge_accepts_every_template(
    judges: list[str], signatory: Signatory, tmp_path: Path
) -> None:
    exhibits = [
        _exhibit(tmp_path, f"{layout}-{language}-{people}", signatory, layout, language, people)
        for layout, language, people in product(LAYOUTS, LANGUAGES, PEOPLE)
    ]
    exhibits.append(_draft(tmp_path))
    exhibits += [
        _variation(tmp_path, name, wanted, profiles) for name, wanted, profiles in variations()
    ]

    verdicts = judge(exhibits, signatory.trust(), judges)

    assert [str(verdict) for verdict in verdicts if not verdict.passed] == []
    assert {verdict.file for verdict in verdicts} == {exhibit.file for exhibit in exhibits}


def test_every_judge_accepts_every_template_at_every_level(
    judges: list[str], signatory: Signatory, tmp_path: Path
) -> None:
    archive = Archive(signatory, tmp_path)
    at_once: list[Exhibit] = []
    years_later: list[Exhibit] = []
    for (row, layout), (column, language) in product(enumerate(LAYOUTS), enumerate(LANGUAGES)):
        # Every template and every language meets every number of signatures.
        people = PEOPLE[(row + column) % len(PEOPLE)]
        signed = signatory.sign(request(layout, language=language, signers=people))
        raised, name = archive.raise_levels(signed), f"{layout}-{language}-{people}"
        count = people + 1
        at_once += [
            _raised(tmp_path / f"{name}-lt.pdf", raised.validation_info, count, 0),
            _raised(tmp_path / f"{name}-lta.pdf", raised.archival, count, 1),
        ]
        years_later.append(_raised(tmp_path / f"{name}-renewed.pdf", raised.renewed, count, 2))

    verdicts = judge(at_once, archive.trust(RAISED), judges)
    verdicts += judge(years_later, archive.trust(JUDGED), judges)

    assert [str(verdict) for verdict in verdicts if not verdict.passed] == []
    assert {verdict.file for verdict in verdicts} == {
        exhibit.file for exhibit in (*at_once, *years_later)
    }


def test_without_renewal_the_same_years_leave_nothing_proved(
    judges: list[str], signatory: Signatory, tmp_path: Path
) -> None:
    archive = Archive(signatory, tmp_path)
    raised = archive.raise_levels(signatory.sign(request("letter", signers=1)))
    exhibits = [
        _raised(tmp_path / "signed-lt.pdf", raised.validation_info, 2, 0),
        _raised(tmp_path / "signed-lta.pdf", raised.archival, 2, 1),
        _raised(tmp_path / "renewed.pdf", raised.renewed, 2, 2),
    ]
    asked = [name for name in judges if name == "EU DSS"]

    verdicts = judge(exhibits, archive.trust(JUDGED), asked)

    assert [verdict.passed for verdict in verdicts] == [False, False, True][: 3 * len(asked)]


def _raised(file: Path, content: bytes, signatures: int, stamps: int) -> Exhibit:
    file.write_bytes(content)
    return Exhibit(file, signatures=signatures, document_stamps=stamps)


def _exhibit(
    folder: Path, name: str, signatory: Signatory, layout: str, language: str, people: int
) -> Exhibit:
    file = folder / f"{name}.pdf"
    file.write_bytes(signatory.sign(request(layout, language=language, signers=people)))
    return Exhibit(file, signatures=people + 1)


def _variation(
    folder: Path, name: str, wanted: RenderRequest, profiles: tuple[str, ...]
) -> Exhibit:
    file = folder / f"{name}.pdf"
    file.write_bytes(RENDERER.render(wanted).pdf)
    return Exhibit(file, profiles=profiles)


def _draft(folder: Path) -> Exhibit:
    file = folder / "draft.pdf"
    file.write_bytes(RENDERER.render(request("letter", signers=3)).pdf)
    return Exhibit(file)


def without(*names: str) -> Callable[[bytes], bytes]:
    """Take an entry out of the catalogue, in a file written anew."""

    def act(pdf: bytes) -> bytes:
        writer = PdfWriter(clone_from=io.BytesIO(pdf))
        for name in names:
            del writer.root_object[name]
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    return act


def flipped(pdf: bytes) -> bytes:
    """Change one byte that every signature covers."""
    at = pdf.index(b"<rdf:RDF") + 3
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def overpainted(pdf: bytes) -> bytes:
    """Paint over the first page in a further revision: the signed bytes stay as they are."""
    writer = PdfWriter(io.BytesIO(pdf), incremental=True)
    stream = DecodedStreamObject()
    stream.set_data(b"/Artifact BMC 1 0 0 rg 100 500 300 200 re f EMC")
    page = writer.pages[0]
    page[NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(pdf)
    return out.getvalue()


def cut(pdf: bytes) -> bytes:
    """Lose the end of the file."""
    return pdf[: len(pdf) // 2]


def unsigned(pdf: bytes) -> bytes:
    """Return the file as it was before anybody signed."""
    return RENDERER.render(request("letter", signers=1)).pdf


HARMS: list[tuple[Callable[[bytes], bytes], set[str]]] = [
    (without("/OutputIntents"), {"veraPDF 3a"}),
    (without("/Lang"), {"veraPDF 3a", "veraPDF ua1"}),
    (flipped, {"EU DSS", "openssl", "pdfsig"}),
    (overpainted, {"EU DSS"}),
    (unsigned, {"EU DSS", "openssl", "pdfsig"}),
    (cut, {"veraPDF 3a", "veraPDF ua1", "EU DSS", "openssl", "pdfsig", "qpdf"}),
]


def test_every_judge_refuses_what_is_wrong(
    judges: list[str], signatory: Signatory, tmp_path: Path
) -> None:
    good = signatory.sign(request("letter", signers=1))
    exhibits = []
    for number, (harm, _) in enumerate(HARMS):
        file = tmp_path / f"{number}.pdf"
        file.write_bytes(harm(good))
        exhibits.append(Exhibit(file, signatures=2))

    verdicts = judge(exhibits, signatory.trust(), judges)

    for exhibit, (harm, refusing) in zip(exhibits, HARMS, strict=True):
        refused = _refused(verdicts, exhibit.file)
        installed = {name for name in refusing if name.startswith(tuple(judges))}
        assert installed <= refused, (harm, verdicts)


def test_a_stranger_s_signature_is_refused(
    judges: list[str], signatory: Signatory, tmp_path: Path
) -> None:
    exhibit = _exhibit(tmp_path, "strange", signatory, "letter", "cs", 1)
    other = Signatory(tmp_path / "other").trust()
    asked = [name for name in judges if name in ("EU DSS", "openssl")]

    verdicts = judge([exhibit], other, asked)

    assert _refused(verdicts, exhibit.file) == set(asked)


def test_a_file_with_an_attachment_is_not_the_plain_profile(tmp_path: Path) -> None:
    file = tmp_path / "attached.pdf"
    file.write_bytes(RENDERER.render(request("letter")).pdf)

    verdicts = judge([Exhibit(file, profiles=("2a",))], Trust(), ["veraPDF"])

    assert [(verdict.judge, verdict.passed) for verdict in verdicts] == [("veraPDF 2a", False)]
    assert "EF key" in str(verdicts[0])


def _refused(verdicts: list[Verdict], file: Path) -> set[str]:
    return {verdict.judge for verdict in verdicts if verdict.file == file and not verdict.passed}


def test_the_harmed_files_are_readable_where_only_their_rules_break(signatory: Signatory) -> None:
    good = signatory.sign(request("letter", signers=1))

    count = len(PdfReader(io.BytesIO(good)).pages)

    for harm in (without("/Lang"), overpainted):
        assert len(PdfReader(io.BytesIO(harm(good))).pages) == count

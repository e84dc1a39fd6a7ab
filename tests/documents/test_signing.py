"""Signatures: only in reserved fields, only over the previewed bytes, judged valid by others."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from services.documents.domain.secrets import WrongSecret
from services.documents.rendering.port import StampRequest
from services.documents.rendering.typst_renderer import TypstRenderer
from services.documents.signing.certificates import Services, facts_of
from services.documents.signing.development_pki import (
    DevelopmentPki,
    DevelopmentSeal,
    ForbiddenInProduction,
)
from services.documents.signing.port import BadFile, Holder, SignatureTask
from services.documents.signing.stamp_desk import StampDesk
from shared.clock import FrozenClock
from tests.documents.samples import AT, ORGANISATION, request

RENDERER = TypstRenderer()
SECRET = "kůň-v-zahradě-9"
ORGANISATION_ID = UUID(int=77)
STAMP = RENDERER.stamp(StampRequest("Elektronický podpis", "3. 4. 2026", "1"))


CLOCK = FrozenClock(AT)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentPki:
    return open_pki(tmp_path_factory.mktemp("var") / "pki")


@pytest.fixture(autouse=True)
def clock() -> Iterator[FrozenClock]:
    yield CLOCK
    CLOCK.move_to(AT)


def open_pki(folder: Path, *, is_production: bool = False) -> DevelopmentPki:
    services = Services("http://localhost/documents/pki")
    return DevelopmentPki(folder, now=CLOCK.now, is_production=is_production, services=services)


def desk(pki: DevelopmentPki) -> StampDesk:
    return StampDesk([pki.stamp_source()], Path("unused: the source has no quota"))


def task(pdf: bytes, field: str, *, is_first: bool, at: datetime = AT) -> SignatureTask:
    return SignatureTask(pdf=pdf, field=field, at=at, stamp=STAMP, is_first=is_first)


def sign(
    pki: DevelopmentPki, pdf: bytes, field: str, *, is_first: bool, at: datetime = AT
) -> bytes:
    CLOCK.move_to(at)
    holder = Holder(uuid4(), "Ing. Jana Malá", ORGANISATION)
    key = pki.enrol(holder, SECRET)
    return pki.open(key, SECRET, holder.person_id).sign(task(pdf, field, is_first=is_first, at=at))


def seal(pki: DevelopmentPki, pdf: bytes, *, is_first: bool = False, at: datetime = AT) -> bytes:
    asked = task(pdf, "Seal", is_first=is_first, at=at)
    return DevelopmentSeal(pki, desk(pki)).seal(ORGANISATION_ID, ORGANISATION, asked)


def verdicts(pki: DevelopmentPki, pdf: bytes, at: datetime = AT) -> list[PdfSignatureStatus]:
    root = x509.Certificate.load(pki.root_certificate)

    def context() -> ValidationContext:
        return ValidationContext(trust_roots=[root], moment=at, allow_fetching=False)

    found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return [validate_pdf_signature(item, context(), context()) for item in found]


@pytest.mark.parametrize("signers", [0, 1, 2, 7])
def test_all_signatures_and_the_seal_are_valid(pki: DevelopmentPki, signers: int) -> None:
    pdf = RENDERER.render(request(signers=signers)).pdf
    for n in range(signers):
        pdf = sign(pki, pdf, f"Signature{n + 1}", is_first=n == 0)

    sealed = seal(pki, pdf, is_first=signers == 0)

    found = verdicts(pki, sealed)
    assert len(found) == signers + 1
    assert all(verdict.bottom_line for verdict in found)
    assert found[-1].timestamp_validity.trusted
    assert found[-1].timestamp_validity.timestamp == AT
    assert found[-1].modification_level == ModificationLevel.NONE


def test_signers_may_sign_in_any_order(pki: DevelopmentPki) -> None:
    pdf = RENDERER.render(request(signers=3)).pdf
    for n, field in enumerate(("Signature3", "Signature1", "Signature2")):
        pdf = sign(pki, pdf, field, is_first=n == 0)

    assert all(verdict.bottom_line for verdict in verdicts(pki, seal(pki, pdf)))


def test_the_signed_file_begins_with_the_previewed_bytes(pki: DevelopmentPki) -> None:
    preview = RENDERER.render(request()).pdf

    signed = sign(pki, preview, "Signature1", is_first=True)

    assert signed.startswith(preview)
    assert seal(pki, signed).startswith(signed)


def test_the_signature_covers_the_previewed_bytes(pki: DevelopmentPki) -> None:
    preview = RENDERER.render(request()).pdf
    signed = sign(pki, preview, "Signature1", is_first=True)

    signature = PdfFileReader(io.BytesIO(signed)).embedded_signatures[0]

    start, length, *_ = signature.byte_range
    assert start == 0
    assert length > len(preview)


@pytest.mark.parametrize(
    "at", [datetime(2021, 6, 1, 12, tzinfo=UTC), datetime(2034, 6, 1, tzinfo=UTC)]
)
def test_the_time_comes_from_the_given_clock(pki: DevelopmentPki, at: datetime) -> None:
    signed = sign(pki, RENDERER.render(request()).pdf, "Signature1", is_first=True, at=at)
    sealed = seal(pki, signed, at=at)

    person, organisation = verdicts(pki, sealed, at)
    assert person.signer_reported_dt == at
    assert organisation.timestamp_validity.timestamp == at
    assert organisation.bottom_line


def test_a_changed_byte_is_noticed(pki: DevelopmentPki) -> None:
    signed = bytearray(sign(pki, RENDERER.render(request()).pdf, "Signature1", is_first=True))
    place = signed.index(b"<xmp:CreatorTool>") + len("<xmp:CreatorTool>")
    signed[place] ^= 1

    assert not verdicts(pki, bytes(signed))[0].intact


def test_a_filled_field_cannot_be_signed_again(pki: DevelopmentPki) -> None:
    signed = sign(pki, RENDERER.render(request()).pdf, "Signature1", is_first=True)

    with pytest.raises(BadFile):
        sign(pki, signed, "Signature1", is_first=False)


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7 nonsense", b"x" * 1000])
def test_a_broken_file_is_refused(pki: DevelopmentPki, broken: bytes) -> None:
    with pytest.raises(BadFile):
        sign(pki, broken, "Signature1", is_first=True)


def test_a_missing_field_is_refused(pki: DevelopmentPki) -> None:
    with pytest.raises(BadFile):
        sign(pki, RENDERER.render(request()).pdf, "Signature9", is_first=True)


def test_the_key_opens_only_with_its_secret_and_for_its_person(pki: DevelopmentPki) -> None:
    holder = Holder(uuid4(), "Ing. Jana Malá", ORGANISATION)
    key = pki.enrol(holder, SECRET)

    with pytest.raises(WrongSecret):
        pki.open(key, SECRET + "x", holder.person_id)
    with pytest.raises(WrongSecret):
        pki.open(key, SECRET, uuid4())


def test_certificates_say_that_they_mean_nothing(pki: DevelopmentPki) -> None:
    key = pki.enrol(Holder(uuid4(), "Jana Malá " + "x" * 80, ORGANISATION), SECRET)
    certificate = x509.Certificate.load(key.certificate)

    assert "bez právních účinků" in certificate.subject.human_friendly
    assert "bez právních účinků" in certificate.issuer.human_friendly
    assert facts_of(key.certificate).issuer == "Výzva – vývojová vydávající autorita"


def test_production_refuses_the_development_pki(tmp_path: Path) -> None:
    with pytest.raises(ForbiddenInProduction):
        open_pki(tmp_path / "pki", is_production=True)
    assert not (tmp_path / "pki").exists()


def test_the_pki_survives_a_restart(tmp_path: Path) -> None:
    first = open_pki(tmp_path / "pki")
    seal_facts = DevelopmentSeal(first, desk(first)).facts(ORGANISATION_ID, ORGANISATION)

    second = open_pki(tmp_path / "pki")

    assert second.root_certificate == first.root_certificate
    assert DevelopmentSeal(second, desk(second)).facts(ORGANISATION_ID, ORGANISATION) == seal_facts
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "pki").iterdir())


@pytest.mark.parametrize("tool", ["qpdf", "pdfsig"])
def test_other_tools_agree(pki: DevelopmentPki, tmp_path: Path, tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    path = tmp_path / "sealed.pdf"
    signed = sign(pki, RENDERER.render(request()).pdf, "Signature1", is_first=True)
    path.write_bytes(seal(pki, signed))

    arguments = ["qpdf", "--check", str(path)] if tool == "qpdf" else ["pdfsig", str(path)]
    outcome = subprocess.run(arguments, capture_output=True, text=True, check=False)

    if tool == "qpdf":
        assert outcome.returncode == 0, outcome.stdout
    else:
        assert outcome.stdout.count("Signature is Valid") == 2

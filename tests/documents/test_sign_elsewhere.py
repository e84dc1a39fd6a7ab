"""Signing elsewhere: programs that are not ours sign, and nothing but one signature comes back."""

import io
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    MDPPerm,
)
from pyhanko.sign.fields import SigSeedSubFilter as SubFilter
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from werkzeug.test import TestResponse

from services.documents.desk import tools
from services.documents.models import db
from services.documents.service.register import document_with, registered
from services.documents.verification.issued import revision_hashes
from services.documents.verification.report import Verdict
from services.documents.verifying import judge_own
from shared.actors import Actor
from tests.conftest import IS_CI
from tests.validators import dss
from tests.validators.verdicts import JudgeMissing

from .authorities import (
    QC_SEAL,
    Authority,
    Owner,
    as_asn1,
    make_authority,
    self_signed,
    stock_sign,
)
from .forgeries import CHANGES, FIELD, HOSTILE, Forgery, open_writer, written
from .offices import CONTROLLER, DIRECTOR, STRANGER, Office, open_office, record
from .test_signing_keys import long_signed_in


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def office(tmp_path: Path, database_url: str, authority: Authority) -> Office:
    anchors = authority.anchors(tmp_path / "anchors")
    office = open_office(tmp_path / "var", database_url, accepted_authorities=anchors)
    office.clock.move_to(datetime.now(UTC))
    return office


@pytest.fixture
def card(authority: Authority) -> Owner:
    return authority.issue(DIRECTOR.name)


def handed_out(office: Office, document_id: str, actor: Actor) -> bytes:
    return office.api("GET", f"/documents/{document_id}/preview.pdf", actor).data


def upload(office: Office, document_id: str, actor: Actor, pdf: bytes) -> TestResponse:
    return office.client.post(
        f"/api/v1/documents/{document_id}/signed-file",
        data={"signed": (io.BytesIO(pdf), "podepsane.pdf")},
        content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {office.person_token(actor)}"},
    )


def slug(reply: TestResponse) -> str:
    return str(reply.json["type"].rpartition(":")[2])


def refuses(office: Office, document: dict[str, Any], actor: Actor, pdf: bytes) -> str:
    """Upload what must be refused; check that nothing changed, and return the slug."""
    before = office.stored()

    reply = upload(office, document["id"], actor, pdf)

    assert reply.status_code in (403, 404, 409, 422), reply.json
    assert office.stored() == before
    assert "%(" not in reply.json["detail"]
    return slug(reply)


@pytest.mark.parametrize("subfilter", [SubFilter.PADES, SubFilter.ADOBE_PKCS7_DETACHED])
def test_a_file_signed_by_a_foreign_program_is_taken_over_and_sealed(
    office: Office, authority: Authority, card: Owner, subfilter: SubFilter
) -> None:
    document = office.put(record(DIRECTOR))
    pdf = handed_out(office, document["id"], DIRECTOR)
    signed = stock_sign(pdf, card, FIELD, subfilter=subfilter)

    reply = upload(office, document["id"], DIRECTOR, signed)
    office.work(2)

    assert reply.status_code == 201, reply.json
    assert office.view(document["id"])["state"] == "issued"
    sealed = office.api("GET", f"/documents/{document['id']}/file.pdf", DIRECTOR).data
    assert sealed.startswith(signed)
    assert verdicts(office, authority, sealed) == [True, True]


def may_leave(office: Office, pdf: bytes) -> None:
    """Have the guard before dispatch judge the file."""
    with office.context():
        document = document_with(db.session(), revision_hashes(pdf))
        assert document is not None
        report = judge_own(tools(), registered(db.session(), document), pdf)
    assert report.verdict is Verdict.PASSED, report.findings


def verdicts(office: Office, authority: Authority, pdf: bytes) -> list[bool]:
    """Return what pyHanko says of each signature; the file must also pass our own guard."""
    may_leave(office, pdf)
    ours = office.app.extensions["documents-tools"].trust_anchors[0]
    roots = [asn1_x509.Certificate.load(ours), as_asn1(authority.root.certificate)]
    return [
        bool(
            validate_pdf_signature(
                one, ValidationContext(trust_roots=roots, moment=office.clock.now())
            ).bottom_line
        )
        for one in PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    ]


def test_dss_signs_as_well(office: Office, card: Owner, tmp_path: Path) -> None:
    try:
        dss.build()
    except JudgeMissing as missing:
        if IS_CI:
            raise
        pytest.skip(str(missing))
    document = office.put(record(DIRECTOR))
    (tmp_path / "in.pdf").write_bytes(handed_out(office, document["id"], DIRECTOR))
    (tmp_path / "card.p12").write_bytes(card.pkcs12("heslo"))

    files = [str(tmp_path / name) for name in ("in.pdf", "out.pdf", "card.p12")]
    subprocess.run([*dss.java("vyzva.Sign"), *files, "heslo", FIELD], check=True)

    signed = (tmp_path / "out.pdf").read_bytes()
    reply = upload(office, document["id"], DIRECTOR, signed)
    assert reply.status_code == 201, reply.json


def test_our_key_and_a_card_sign_one_document(
    office: Office, authority: Authority, card: Owner
) -> None:
    office.make_key(CONTROLLER)
    document = office.put(record(CONTROLLER, DIRECTOR))
    assert office.sign(document["id"], CONTROLLER).status_code == 201
    pdf = handed_out(office, document["id"], DIRECTOR)

    reply = upload(office, document["id"], DIRECTOR, stock_sign(pdf, card, "Signature2"))
    office.work(2)

    assert reply.status_code == 201, reply.json
    sealed = office.api("GET", f"/documents/{document['id']}/file.pdf", DIRECTOR).data
    assert verdicts(office, authority, sealed) == [True, True, True]


def test_a_card_signs_before_our_key(office: Office, authority: Authority, card: Owner) -> None:
    office.make_key(CONTROLLER)
    document = office.put(record(CONTROLLER, DIRECTOR))
    pdf = handed_out(office, document["id"], DIRECTOR)
    lock = {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS}

    first = upload(office, document["id"], DIRECTOR, stock_sign(pdf, card, "Signature2", **lock))
    second = office.sign(document["id"], CONTROLLER)
    office.work(2)

    assert (first.status_code, second.status_code) == (201, 201), first.json
    sealed = office.api("GET", f"/documents/{document['id']}/file.pdf", DIRECTOR).data
    assert verdicts(office, authority, sealed) == [True, True, True]


def test_a_file_goes_stale_when_a_colleague_signs_first(office: Office, card: Owner) -> None:
    office.make_key(CONTROLLER)
    document = office.put(record(CONTROLLER, DIRECTOR))
    pdf = handed_out(office, document["id"], DIRECTOR)
    office.sign(document["id"], CONTROLLER)

    assert refuses(office, document, DIRECTOR, stock_sign(pdf, card, "Signature2")) == (
        "file-is-stale"
    )


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_a_change_within_the_signing_update_is_refused(
    office: Office, card: Owner, change: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    document = office.put(record(DIRECTOR))
    writer = open_writer(handed_out(office, document["id"], DIRECTOR))
    change(writer)
    signed = stock_sign(b"", card, FIELD, writer)

    assert refuses(office, document, DIRECTOR, signed) == "more-than-signed"


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.__name__)
def test_an_update_before_or_after_the_signature_is_refused(
    office: Office, card: Owner, change: Callable[[IncrementalPdfFileWriter], None]
) -> None:
    document = office.put(record(DIRECTOR))
    pdf = handed_out(office, document["id"], DIRECTOR)
    before, after = open_writer(pdf), open_writer(stock_sign(pdf, card, FIELD))
    for writer in (before, after):
        change(writer)

    signed_later = stock_sign(written(before), card, FIELD)

    assert refuses(office, document, DIRECTOR, signed_later) == "several-updates"
    assert refuses(office, document, DIRECTOR, written(after)) == "several-updates"
    assert refuses(office, document, DIRECTOR, written(before)) == "nothing-signed"


@pytest.mark.parametrize(("forge", "slugs"), HOSTILE, ids=lambda one: getattr(one, "__name__", ""))
def test_hostile_uploads_are_refused_in_words(
    office: Office, card: Owner, forge: Forgery, slugs: set[str]
) -> None:
    document = office.put(record(DIRECTOR, CONTROLLER))
    pdf = handed_out(office, document["id"], DIRECTOR)

    assert refuses(office, document, DIRECTOR, forge(pdf, card)) in slugs


def test_another_document_is_refused(office: Office, card: Owner) -> None:
    document, other = office.put(record(DIRECTOR)), office.put(record(DIRECTOR, title="Jiný"))
    signed = stock_sign(handed_out(office, other["id"], DIRECTOR), card, FIELD)

    assert refuses(office, document, DIRECTOR, signed) == "not-as-handed-out"


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"ends": timedelta(days=-1)}, "certificate-out-of-time"),
        ({"begins": timedelta(days=1)}, "certificate-out-of-time"),
        ({"statements": QC_SEAL}, "certificate-not-personal"),
    ],
    ids=["expired", "not yet valid", "seal"],
)
def test_a_certificate_that_does_not_do_is_refused(
    office: Office, authority: Authority, given: dict[str, Any], refusal: str
) -> None:
    document = office.put(record(DIRECTOR))
    pdf = handed_out(office, document["id"], DIRECTOR)
    card = authority.issue(DIRECTOR.name, **given)

    assert refuses(office, document, DIRECTOR, stock_sign(pdf, card, FIELD)) == refusal


def test_a_weak_key_is_refused(office: Office, authority: Authority) -> None:
    document = office.put(record(DIRECTOR))
    weak = authority.issue(DIRECTOR.name, key=rsa.generate_private_key(65537, 1024))  # noqa: S505
    signed = stock_sign(handed_out(office, document["id"], DIRECTOR), weak, FIELD)

    assert refuses(office, document, DIRECTOR, signed) == "algorithm-too-weak"


def test_an_unknown_authority_is_refused(office: Office) -> None:
    document = office.put(record(DIRECTOR))
    pdf = handed_out(office, document["id"], DIRECTOR)
    foreign = make_authority("Zkušební").issue(DIRECTOR.name)

    for owner in (self_signed(DIRECTOR.name), foreign):
        signed = stock_sign(pdf, owner, FIELD)
        assert refuses(office, document, DIRECTOR, signed) == "authority-not-accepted"


def test_a_claimed_time_that_cannot_be_is_refused(office: Office, card: Owner) -> None:
    document = office.put(record(DIRECTOR))
    signed = stock_sign(handed_out(office, document["id"], DIRECTOR), card, FIELD)
    office.clock.move_to(datetime.now(UTC) - timedelta(minutes=10))

    assert refuses(office, document, DIRECTOR, signed) == "claimed-time-wrong"


def test_only_the_own_certificate_signs(office: Office, authority: Authority, card: Owner) -> None:
    document = office.put(record(DIRECTOR))
    pdf = handed_out(office, document["id"], DIRECTOR)
    stranger = authority.issue("Cizí Osoba")

    assert refuses(office, document, DIRECTOR, stock_sign(pdf, stranger, FIELD)) == "name-differs"
    assert refuses(office, document, CONTROLLER, stock_sign(pdf, card, FIELD)) == "not-found"
    assert refuses(office, document, STRANGER, stock_sign(pdf, card, FIELD)) == "not-found"


def test_a_certificate_bound_to_a_colleague_signs_for_nobody_else(
    office: Office, authority: Authority
) -> None:
    namesake = Actor(
        organisation_id=DIRECTOR.organisation_id,
        organisation_name=DIRECTOR.organisation_name,
        name="Jana Malá",
        person_id=CONTROLLER.person_id,
        roles=DIRECTOR.roles,
    )
    card = authority.issue("Jana Malá")
    first, second = office.put(record(DIRECTOR)), office.put(record(namesake))
    pdf = handed_out(office, first["id"], DIRECTOR)
    assert upload(office, first["id"], DIRECTOR, stock_sign(pdf, card, FIELD)).status_code == 201

    signed = stock_sign(handed_out(office, second["id"], namesake), card, FIELD)

    assert refuses(office, second, namesake, signed) == "certificate-of-another"


def test_a_session_alone_binds_no_certificate(office: Office, card: Owner) -> None:
    document = office.put(record(DIRECTOR))
    signed = stock_sign(handed_out(office, document["id"], DIRECTOR), card, FIELD)

    assert refuses(office, document, long_signed_in(DIRECTOR), signed) == "certificate-not-bound"
    assert upload(office, document["id"], DIRECTOR, signed).status_code == 201
    again = office.put(record(DIRECTOR))
    signed = stock_sign(handed_out(office, again["id"], DIRECTOR), card, FIELD)
    assert upload(office, again["id"], long_signed_in(DIRECTOR), signed).status_code == 201


def test_damage_anywhere_in_the_update_is_a_refusal_and_no_crash(
    office: Office, card: Owner
) -> None:
    """Flip bytes all over the update; whatever the parser makes of it, nothing is signed."""
    document = office.put(record(DIRECTOR))
    pdf = handed_out(office, document["id"], DIRECTOR)
    signed = stock_sign(pdf, card, FIELD)
    end = signed.index(b"/Contents <", len(pdf))
    places = [*range(len(pdf), end, 211), *range(len(signed) - 700, len(signed) - 7, 71)]

    for place in places:
        mutant = bytearray(signed)
        mutant[place] ^= 0x15
        assert upload(office, document["id"], DIRECTOR, bytes(mutant)).status_code == 422, place


def test_the_page_hands_out_and_takes_over(office: Office, card: Owner) -> None:
    document = office.put(record(DIRECTOR))
    browser = office.browser(DIRECTOR)
    page = browser.get(f"/{document['id']}/sign-elsewhere")
    pdf = browser.get(f"/{document['id']}/file.pdf?sha256={document['sha256']}").data

    refused = browser.post(
        f"/{document['id']}/sign-elsewhere", data={"signed": (io.BytesIO(pdf), "a.pdf")}
    )
    done = browser.post(
        f"/{document['id']}/sign-elsewhere",
        data={"signed": (io.BytesIO(stock_sign(pdf, card, FIELD)), "a.pdf")},
    )

    assert f"file.pdf?sha256={document['sha256']}" in page.text
    assert refused.status_code == 422
    assert "není podepsaný" in refused.text
    assert (done.status_code, done.location) == (303, f"/{document['id']}")

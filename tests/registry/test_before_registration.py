"""R12, R13: the preliminary check, and how the applicant signed; what the folder then offers."""

from datetime import UTC, datetime
from io import BytesIO
from time import process_time
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from services.demonstration.files import paper
from services.registry.adapters.pdf_signatures import count_signatures

from .browser import Browser
from .office import PDF, Office, expect, problem_of


@pytest.fixture(scope="module")
def unsigned_pdf() -> bytes:
    return paper("Žádost o dotaci")


@pytest.fixture(scope="module")
def signed_pdf(unsigned_pdf: bytes) -> bytes:
    """A PDF with a real signature, of somebody whom nobody vouches for."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Petr Novák")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    secret = b"heslo"
    bundle = pkcs12.serialize_key_and_certificates(
        b"x", key, certificate, None, BestAvailableEncryption(secret)
    )
    signer = signers.SimpleSigner.load_pkcs12_data(bundle, other_certs=[], passphrase=secret)
    assert signer is not None
    meta = signers.PdfSignatureMetadata(field_name="Podpis")
    writer = IncrementalPdfFileWriter(BytesIO(unsigned_pdf))
    return bytes(signers.sign_pdf(writer, meta, signer=signer).getvalue())


def received(office: Office) -> UUID:
    return office.submit(office.open_call())


def upload(office: Office, application_id: UUID, content: bytes, code: str = "application") -> str:
    found: str = expect(office.registrar.upload(application_id, code, content), 201)["id"]
    return found


def record(office: Office, application_id: UUID, manner: str, file_id: object) -> Any:
    body = {"manner": manner, "file_id": str(file_id)}
    return office.registrar.call("PUT", f"/applications/{application_id}/applicant-signature", body)


def folder(office: Office, application_id: UUID) -> str:
    browser = Browser(office.app).sign_in(office.director.login)
    return browser.get(f"/registry/office/applications/{application_id}").text


# R13: how the applicant signed


def test_r13_signatures_in_a_pdf_are_counted(signed_pdf: bytes, unsigned_pdf: bytes) -> None:
    assert count_signatures(signed_pdf, "application/pdf") == 1
    assert count_signatures(unsigned_pdf, "application/pdf") == 0
    assert count_signatures(signed_pdf, "image/png") is None


def test_r13_time_stamps_are_nobodys_signature(signed_pdf: bytes) -> None:
    stamp = b"/Type /DocTimeStamp /SubFilter /ETSI.RFC3161 /ByteRange [ 0 1 2 3 ]"

    assert count_signatures(signed_pdf + stamp, "application/pdf") == 1


def test_r13_a_hostile_pdf_is_counted_at_once() -> None:
    """No reader of PDF sees it: nested without end, and a table that points to itself."""
    hostile = b"%PDF-1.7\n" + b"[" * 5_000_000 + b"/ByteRange" * 500_000 + b"startxref\n0\n%%EOF"
    begun = process_time()

    assert count_signatures(hostile, "application/pdf") == 0
    assert process_time() - begun < 2


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7\n%test\n", b"%PDF-1.7\n" + b"\xff" * 999])
def test_r13_a_broken_pdf_bears_no_signature(broken: bytes) -> None:
    assert count_signatures(broken, "application/pdf") == 0


def test_r13_a_signature_in_the_file_is_found_and_nothing_is_vouched_for(
    office: Office, signed_pdf: bytes
) -> None:
    application_id = received(office)
    file_id = upload(office, application_id, signed_pdf)

    saved = expect(record(office, application_id, "electronic", file_id), 200)

    assert (saved["found"], saved["recorded_by"], len(saved["file_sha256"])) == (1, "Prijem", 64)
    shown = folder(office, application_id)
    assert "podpisů v souboru: 1, jejich platnost se posuzuje později" in shown


def test_r13_a_pdf_without_a_signature_is_not_taken_for_signed(
    office: Office, unsigned_pdf: bytes
) -> None:
    application_id = received(office)
    file_id = upload(office, application_id, unsigned_pdf)

    answer = problem_of(record(office, application_id, "electronic", file_id))

    assert answer == (422, "signature-not-found")
    assert "Není zaznamenáno, jak žadatel žádost podepsal." in folder(office, application_id)


def test_r13_a_print_signed_on_the_spot_is_scanned(office: Office) -> None:
    application_id = received(office)
    file_id = upload(office, application_id, PDF)

    saved = expect(record(office, application_id, "on_spot", file_id), 200)

    assert saved["found"] is None
    assert "na místě; podepsaný výtisk je naskenovaný: application.pdf" in folder(
        office, application_id
    )


@pytest.mark.parametrize(
    ("code", "manner", "answer"),
    [
        ("budget", "on_spot", (422, "signed-file-not-application")),
        ("application", "by_phone", (422, "invalid")),
    ],
)
def test_r13_what_bears_no_signature_of_the_application_is_refused(
    office: Office, code: str, manner: str, answer: tuple[int, str]
) -> None:
    application_id = received(office)
    file_id = upload(office, application_id, PDF, code)

    assert problem_of(record(office, application_id, manner, file_id)) == answer


def test_r13_a_file_of_another_application_is_unknown(office: Office) -> None:
    call_id = office.open_call()
    mine, other = office.submit(call_id), office.submit(call_id, title="Jiná")
    foreign = upload(office, other, PDF)

    assert problem_of(record(office, mine, "on_spot", foreign)) == (404, "not-found")
    assert problem_of(record(office, mine, "on_spot", uuid4())) == (404, "not-found")


def test_r13_taking_the_signed_file_out_takes_the_record_too(office: Office) -> None:
    application_id = office.complete(received(office))
    (file_id,) = [
        file["id"]
        for file in office.director.get(f"/applications/{application_id}")["files"]
        if file["kind"] == "application"
    ]

    path = f"/applications/{application_id}/files/{file_id}"
    assert office.registrar.call("DELETE", path).status_code == 204

    reply = office.director.call(
        "POST", f"/applications/{application_id}/registration", office.seen(application_id)
    )
    assert problem_of(reply) == (409, "not-registrable")
    assert [error["field"] for error in reply.get_json()["errors"]] == ["applicant_signature"]


def test_r13_a_new_submission_is_signed_anew(office: Office) -> None:
    application_id = office.complete(received(office))
    reasons = {"reasons": ["Chybí razítko."]}
    office.director.post(f"/applications/{application_id}/refusal", reasons)
    again = {"channel": "in_person", "submitter_name": "Petr Novák"}

    office.registrar.post(f"/applications/{application_id}/resubmission", again)

    assert "Není zaznamenáno, jak žadatel žádost podepsal." in folder(office, application_id)


def test_r13_a_registered_application_is_not_signed_again(office: Office) -> None:
    application_id = office.registered(office.open_call())
    file_id = office.director.get(f"/applications/{application_id}")["files"][0]["id"]

    answer = problem_of(record(office, application_id, "on_spot", file_id))

    assert answer == (409, "act-not-allowed")


def test_r13_the_page_asks_for_the_file_first(office: Office) -> None:
    application_id = received(office)
    browser = Browser(office.app).sign_in(office.registrar.login)
    path = f"/registry/office/applications/{application_id}/applicant-signature"
    assert "Nejdříve nahrajte podepsanou žádost" in browser.get(path).text
    upload(office, application_id, PDF)

    nothing = browser.submit(browser.get(path), "Zaznamenat podpis žadatele")
    refused = browser.submit(browser.get(path), "Zaznamenat podpis žadatele", manner="electronic")
    done = browser.submit(browser.get(path), "Zaznamenat podpis žadatele", manner="on_spot")

    assert "Jak žadatel podepsal" in nothing.errors()
    assert "žádný elektronický podpis nenašli" in refused.errors()
    assert done.status == 303


# R12: the preliminary check


def test_r12_the_note_says_who_when_and_what(office: Office) -> None:
    application_id = received(office)
    path = f"/registry/office/applications/{application_id}/preliminary-check"
    browser = Browser(office.app).sign_in(office.registrar.login)

    done = browser.submit(
        browser.get(path), "Zapsat předběžnou kontrolu", findings="V rozpočtu chybí součet."
    )

    assert done.status == 303, done.errors()
    shown = folder(office, application_id)
    assert "Předběžná kontrola: V rozpočtu chybí součet. Prijem" in shown
    assert "V rozpočtu chybí součet. Prijem, 20. 5. 2026 10:00" in shown


def test_r12_the_step_is_optional(office: Office) -> None:
    application_id = office.registered(office.open_call())

    (sheet,) = office.documents.of_kind("control_sheet")
    assert "Předběžná kontrola zjistila" not in str(sheet["content"])
    assert office.director.get(f"/applications/{application_id}")["state"] == "registered"


def test_r12_r13_the_control_sheet_says_both(office: Office, signed_pdf: bytes) -> None:
    application_id = office.complete(received(office))
    path = f"/applications/{application_id}/preliminary-check"
    office.registrar.put(path, {"findings": "Bez závad."})
    file_id = upload(office, application_id, signed_pdf)
    expect(record(office, application_id, "electronic", file_id), 200)

    office.director.post(
        f"/applications/{application_id}/registration", office.seen(application_id)
    )

    (sheet,) = office.documents.of_kind("control_sheet")
    rows = [
        tuple(row)
        for block in sheet["content"]["blocks"]
        if block["type"] == "facts"
        for row in block["rows"]
    ]
    assert ("Předběžně zkontroloval(a)", "Prijem, 20. května 2026 v 10:00") in rows
    assert ("Předběžná kontrola zjistila", "Bez závad.") in rows
    assert ("Podpis žadatele", "elektronický podpis v souboru") in rows
    assert ("Podpisů v souboru", "1; platnost se posuzuje později") in rows
    assert sheet["facts"]["signed"]["manner"] == "electronic"


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"findings": "  "}, (422, "findings-missing")),
        ({"findings": ""}, (422, "invalid")),
        ({"findings": "x" * 4001}, (422, "invalid")),
        ({}, (422, "invalid")),
        ({"findings": "V pořádku.", "by": "Petr"}, (422, "invalid")),
    ],
)
def test_r12_an_empty_note_is_refused(
    office: Office, body: dict[str, str], answer: tuple[int, str]
) -> None:
    path = f"/applications/{received(office)}/preliminary-check"

    assert problem_of(office.registrar.call("PUT", path, body)) == answer


def test_r12_r13_are_acts_of_the_office(office: Office) -> None:
    application_id = received(office)
    file_id = upload(office, application_id, PDF)
    note, signed = {"findings": "V pořádku."}, {"manner": "on_spot", "file_id": file_id}
    for person in (office.evaluator, office.committee):
        for path, body in (("preliminary-check", note), ("applicant-signature", signed)):
            reply = person.call("PUT", f"/applications/{application_id}/{path}", body)
            assert reply.status_code == 403


# What the folder offers


@pytest.mark.parametrize(
    ("state", "is_offered"),
    [("admin_control", True), ("recommended", True), ("approved", False), ("excluded", False)],
)
def test_withdrawal_is_offered_only_where_it_is_possible(
    office: Office, state: str, is_offered: bool
) -> None:
    application_id = office.registered(office.open_call())
    entry = {
        "kind": state,
        "text": "Stav v hodnocení",
        "actor_name": "Jana Malá",
        "happened_at": office.clock.now().isoformat(),
        "state": state,
    }
    path = f"/applications/{application_id}/folder-entries/{uuid4()}"
    expect(office.as_service("evaluation", "PUT", path, entry), 200)

    assert ("Zaznamenat stažení žádosti" in folder(office, application_id)) is is_offered
    reply = office.registrar.call(
        "POST", f"/applications/{application_id}/withdrawal", {"reason": "Rozmyslel se."}
    )
    assert (reply.status_code == 200) is is_offered
    if not is_offered:
        assert problem_of(reply) == (409, "decided-already")


def test_a_missing_attachment_is_named_once(office: Office) -> None:
    application_id = received(office)
    sheet = office.registrar.get(f"/applications/{application_id}/control-sheet")
    answers = [{"code": item["code"], "verdict": "no", "note": "Chybí."} for item in sheet["items"]]
    office.registrar.put(f"/applications/{application_id}/control-sheet", {"answers": answers})

    reply = office.director.call(
        "POST", f"/applications/{application_id}/registration", office.seen(application_id)
    )

    details = [error["detail"] for error in reply.get_json()["errors"]]
    assert [text for text in details if "Rozpočet projektu" in text] == [
        "Chybí povinná příloha: Rozpočet projektu"
    ]
    assert "Nesplněno: Fotografie" in details

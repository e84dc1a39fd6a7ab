"""Is it ours, and is it that one? Files under our seal or name, as everybody may ask."""

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from asn1crypto import x509
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError

from services.documents.desk import tools
from services.documents.models import BoundCertificate, Document, db
from services.documents.rendering.port import SEAL_FIELD, StampRequest
from services.documents.signing.port import SignatureTask
from services.documents.signing.ways.people import read
from services.documents.verify_command import verify
from services.documents.verifying import our_seals
from shared.db import transaction
from tests.documents.authorities import make_authority
from tests.documents.offices import DIRECTOR, ORGANISATION, Office, record
from tests.documents.prepared import approved
from tests.documents.samples import ORGANISATION as NAME
from tests.documents.samples import request
from tests.documents.test_verify_pages import ask, issued, visitor


def sealed(office: Office, pdf: bytes) -> bytes:
    """Seal a file with the key of the organisation, past all use cases."""
    with office.context():
        found = tools()
        stamp = found.renderer.stamp(StampRequest("Pečeť", "3. 4. 2026", "1"))
        task = SignatureTask(
            pdf=pdf, field=SEAL_FIELD, at=found.clock.now(), stamp=stamp, is_first=True
        )
        return found.seal.seal(ORGANISATION, NAME, task)


def typeset(office: Office, **more: Any) -> bytes:
    with office.context():
        return tools().renderer.render(replace(request(signers=0), **more)).pdf


def codes(verdict: dict[str, Any]) -> set[str]:
    return {item["code"] for item in verdict["findings"]}


def drop(office: Office, pdf: bytes, path: str = "/verify") -> str:
    """Drop a file on the public page; return the text of what it answers."""
    form = {"file": (io.BytesIO(pdf), "soubor.pdf")}
    reply = visitor(office).post(path, data=form, content_type="multipart/form-data")
    assert reply.status_code == 200
    html: str = reply.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<h1>")[1]))


def test_a_file_under_our_seal_that_the_register_does_not_know_fails(office: Office) -> None:
    forged = sealed(office, typeset(office, title="Podvržené rozhodnutí"))

    verdict, page = ask(office, forged), drop(office, forged)

    assert (verdict["verdict"], verdict["sub_indication"]) == ("TOTAL-FAILED", "HASH_FAILURE")
    assert verdict["profile"] == "own"
    assert {"sealed-not-issued", "not-issued"} <= codes(verdict)
    assert verdict["document"] is None
    assert "TOTAL-FAILED" in page
    assert "Soubor nese pečeť naší organizace, ale v evidenci vydaných dokumentů není." in page
    assert "jsme vydali" not in page


def test_a_seal_of_former_years_is_still_ours(office: Office) -> None:
    forged = sealed(office, typeset(office))
    with office.context():
        made = tools().pki
        assert made is not None
        (der,) = made.seal_certificates()
        for path in (tools().settings.var / "documents" / "pki").glob("seal-*.pem"):
            path.unlink()
        assert ask(office, forged)["profile"] == "in"

        with transaction(db.session()) as session:
            session.add(former_seal(der, office))
        fingerprint = x509.Certificate.load(der).sha256.hex()
        assert our_seals(tools(), db.session()) == (fingerprint,)

    assert ask(office, forged)["verdict"] == "TOTAL-FAILED"


def former_seal(der: bytes, office: Office) -> BoundCertificate:
    """Return the row that the worker's daily care kept of a seal, ended meanwhile."""
    found = read(x509.Certificate.load(der))
    now = office.clock.now()
    return BoundCertificate(
        id=uuid4(),
        organisation_id=ORGANISATION,
        person_id=None,
        name=NAME,
        way="service",
        kind="seal",
        certificate=der,
        chain=[],
        fingerprint=found.fingerprint,
        subject=found.name.shown,
        issuer=found.issuer,
        is_called_qualified=False,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        bound_at=now,
        bound_by="worker",
        evidence="settings",
        ended_at=now,
    )


@pytest.mark.parametrize("is_signed", [True, False])
def test_a_file_whose_facts_name_our_record_fails_and_tells_nothing(
    office: Office, is_signed: bool
) -> None:
    office.make_key(DIRECTOR)
    draft = office.put(record(DIRECTOR))
    facts = json.dumps({"id": draft["id"], "number": "MASZK-2026-000999"})
    places = request(signers=1).signers
    named = typeset(office, facts=facts, title="Jiné rozhodnutí", signers=places)
    card = make_authority().issue("Cizí Osoba", now=office.clock.now())
    forged = approved(named, card) if is_signed else named

    verdict, page = ask(office, forged), drop(office, forged)

    assert verdict["verdict"] == "TOTAL-FAILED"
    assert {"record-without-file", "not-issued"} <= codes(verdict)
    assert "Soubor se vydává za dokument z naší evidence, ale neshoduje se s ním." in page
    for secret in (draft["number"], draft["title"], DIRECTOR.name):
        assert secret not in page
        assert secret not in json.dumps(verdict, ensure_ascii=False)


def test_a_file_that_names_a_record_of_nobody_is_a_strangers(office: Office) -> None:
    verdict = ask(office, typeset(office, facts=json.dumps({"id": str(uuid4())})))

    assert (verdict["profile"], verdict["verdict"]) == ("in", "INDETERMINATE")


def test_a_translation_is_named_as_such_and_not_accused(office: Office) -> None:
    document_id, _ = issued(office)
    number = office.view(document_id)["number"]
    texts = {"title": "Receipt", "content": record(DIRECTOR)["content"]}
    office.service("PUT", f"/documents/{document_id}/translations/en", texts)
    reply = office.service("GET", f"/documents/{document_id}/translations/en.pdf")
    assert reply.status_code == 200, reply.json

    verdict, page = ask(office, reply.data), drop(office, reply.data, f"/verify/{document_id}")

    assert verdict["sub_indication"] == "SIGNED_DATA_NOT_FOUND"
    assert (verdict["document"]["number"], verdict["document"]["is_translation"]) == (number, True)
    assert "translation" in codes(verdict)
    assert "other-document" not in codes(verdict)
    assert f"Je to náš překlad dokumentu {number}, jen pro informaci." in page


@pytest.mark.parametrize("ends", [1, 201, 5000])
def test_appended_ends_make_nobody_elses_document_of_ours(office: Office, ends: int) -> None:
    _, pdf = issued(office)

    verdict = ask(office, pdf + b"%%EOF\n" * ends)

    assert (verdict["profile"], verdict["verdict"]) == ("own", "TOTAL-FAILED")
    assert "bytes-appended" in codes(verdict)


def test_the_page_and_the_api_name_the_document(office: Office) -> None:
    document_id, pdf = issued(office)
    view = office.view(document_id)

    verdict, page = ask(office, pdf), drop(office, pdf)

    assert verdict["document"] == {
        "record_id": document_id,
        "number": view["number"],
        "issued_at": view["issued_at"],
        "kind": "intake_record",
        "is_translation": False,
        "corrected_by": None,
    }
    for word in (view["number"], document_id, "záznam PŘÍJEM ŽÁDOSTI", "3. dubna 2026"):
        assert word in page


def test_the_qr_code_accepts_its_own_document_only(office: Office) -> None:
    asked, own = issued(office)
    other = office.put(record(DIRECTOR, title="Příjem žádosti 8/013"))
    assert office.sign(str(other["id"]), DIRECTOR).status_code == 201
    office.work()
    another = office.service("GET", f"/documents/{other['id']}/file.pdf").data
    assert ask(office, another)["verdict"] == "TOTAL-PASSED"

    form = visitor(office).get(f"/verify/{asked}").get_data(as_text=True)
    right, wrong = (drop(office, pdf, f"/verify/{asked}") for pdf in (own, another))

    assert f'action="/verify/{asked}"' in form
    assert "TOTAL-PASSED" in right
    assert "Je to dokument, který jsme vydali, bajt po bajtu." in right
    assert "TOTAL-FAILED" in wrong
    assert "Soubor je náš pravý dokument, ale patří k němu jiný QR kód." in wrong
    assert "Načtěte kód přímo z tohoto souboru" in wrong
    assert "bajt po bajtu" not in wrong
    assert office.view(str(other["id"]))["number"] in wrong


def test_the_api_accepts_the_expected_document_only(office: Office) -> None:
    asked, pdf = issued(office)

    right, wrong = (ask(office, pdf, record_id=one) for one in (asked, str(uuid4())))

    assert right["verdict"] == "TOTAL-PASSED"
    assert (wrong["verdict"], wrong["sub_indication"]) == ("TOTAL-FAILED", "HASH_FAILURE")
    assert "another-of-ours" in codes(wrong)
    assert wrong["integrity"] == "intact"
    assert wrong["text"] == "Soubor je náš pravý dokument, ale patří k němu jiný QR kód."


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("cs", "Podpisy jsou platné a dokument se od nich nezměnil."),
        ("en", "The signatures are valid"),
        ("de", "Die Signaturen sind gültig"),
    ],
)
def test_the_api_speaks_the_language_that_was_asked_for(
    office: Office, language: str, words: str
) -> None:
    _, pdf = issued(office)
    form = {"file": (io.BytesIO(pdf), "soubor.pdf")}

    reply = visitor(office).post(
        "/api/v1/verifications",
        data=form,
        content_type="multipart/form-data",
        headers={"Accept-Language": language},
    )

    assert words in reply.json["text"], reply.json["text"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("cs", "Soubor je prázdný."), ("en", "The file is empty."), ("de", "Die Datei ist leer.")],
)
def test_the_command_speaks_the_language_that_was_asked_for(
    tmp_path: Path, language: str, words: str
) -> None:
    empty = tmp_path / "prazdny.pdf"
    empty.write_bytes(b"")

    done = CliRunner().invoke(verify, [str(empty), "--lang", language])
    told = CliRunner().invoke(verify, [str(empty), "--lang", language, "--json"])

    assert words in done.output
    assert words in told.output


def corrected(office: Office, document_id: str) -> str:
    """Issue a correction of a document; return its id."""
    made = office.put(record(DIRECTOR, corrects_id=document_id, title="Oprava příjmu"))
    assert office.sign(str(made["id"]), DIRECTOR).status_code == 201
    office.work()
    assert office.view(str(made["id"]))["state"] == "issued"
    return str(made["id"])


def test_a_correction_is_said_wherever_the_document_is_verified(office: Office) -> None:
    document_id, pdf = issued(office)
    by = corrected(office, document_id)
    number = office.view(by)["number"]

    verdict, page = ask(office, pdf), drop(office, pdf)
    record_page = visitor(office).get(f"/verify/{document_id}").get_data(as_text=True)
    staff = office.browser(DIRECTOR).get(f"/{document_id}/verification").get_data(as_text=True)

    assert verdict["verdict"] == "TOTAL-PASSED"
    assert "corrected" in codes(verdict)
    assert verdict["document"]["corrected_by"]["record_id"] == by
    assert verdict["document"]["corrected_by"]["number"] == number
    assert f"Dokument byl opraven dokumentem {number}" in page
    assert f"Dokument byl opraven dokumentem {number}" in staff
    assert "Opravuje ho novější dokument" in record_page
    assert f"/verify/{by}" in record_page
    assert number not in record_page


def test_a_correction_that_is_not_issued_is_nobodys_business(office: Office) -> None:
    document_id, pdf = issued(office)
    office.put(record(DIRECTOR, corrects_id=document_id))

    assert "corrected" not in codes(ask(office, pdf))
    page = visitor(office).get(f"/verify/{document_id}").get_data(as_text=True)
    assert "Opravuje ho" not in page


def test_a_document_has_one_living_correction(office: Office) -> None:
    document_id, _ = issued(office)
    wanted = record(DIRECTOR, corrects_id=document_id)
    first = office.put(wanted)

    refused = office.service("PUT", f"/documents/{uuid4()}", wanted)

    assert refused.status_code == 409
    assert refused.json["type"].endswith(":corrected-already")
    assert first["number"] in refused.json["detail"]
    why = {"reason": "omyl"}
    cancelled = office.api("POST", f"/documents/{first['id']}/cancellation", DIRECTOR, why)
    assert cancelled.status_code == 200, cancelled.json
    assert office.service("PUT", f"/documents/{uuid4()}", wanted).status_code == 200


def test_the_database_itself_keeps_two_corrections_apart(office: Office) -> None:
    document_id, _ = issued(office)
    corrections = [office.put(record(DIRECTOR)) for _ in range(2)]

    with office.context(), pytest.raises(IntegrityError), transaction(db.session()) as session:
        for one in corrections:
            session.get_one(Document, UUID(one["id"])).corrects_id = UUID(document_id)

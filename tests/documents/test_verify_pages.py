"""The public page of verification, its API, the staff's page, and the guard before dispatch."""

import io
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from services.documents.desk import tools
from services.documents.models import Document, db
from services.documents.service.register import document_with, registered
from services.documents.verification.issued import Stage
from services.documents.verification.report import Verdict
from services.documents.verification.sandbox import Busy, Sandbox
from services.documents.verifying import judge_own
from tests.documents.attacks import change_page
from tests.documents.offices import CONTROLLER, DIRECTOR, STRANGER, Office, record


def issued(office: Office, **more: Any) -> tuple[str, bytes]:
    """Make a document that the director signed; return its id and the issued file."""
    office.make_key(DIRECTOR)
    document_id = str(office.put(record(DIRECTOR, **more))["id"])
    assert office.sign(document_id, DIRECTOR).status_code == 201
    office.work()
    reply = office.service("GET", f"/documents/{document_id}/file.pdf")
    assert office.view(document_id)["state"] == "issued"
    return document_id, reply.data


def visitor(office: Office) -> FlaskClient:
    """Return a browser of somebody without an account."""
    office.app.config["WTF_CSRF_ENABLED"] = False
    return office.app.test_client()


def ask(office: Office, data: bytes, **more: str) -> dict[str, Any]:
    reply = office.client.post(
        "/api/v1/verifications",
        data={"file": (io.BytesIO(data), "soubor.pdf"), **more},
        content_type="multipart/form-data",
    )
    assert reply.status_code == 200, reply.json
    verdict: dict[str, Any] = reply.json
    return verdict


def test_everybody_may_verify_an_issued_document(office: Office) -> None:
    _, pdf = issued(office)
    before = office.stored()

    verdict = ask(office, pdf)

    assert (verdict["verdict"], verdict["integrity"]) == ("TOTAL-PASSED", "intact")
    assert verdict["profile"] == "own"
    assert verdict["signatures"][0]["signer"] == DIRECTOR.name
    assert office.stored() == before


def test_a_changed_document_fails_as_ours(office: Office) -> None:
    _, pdf = issued(office)

    verdict = ask(office, change_page(pdf))

    assert verdict["verdict"] == "TOTAL-FAILED"
    assert {"bytes-appended", "page-content-differs"} <= {f["code"] for f in verdict["findings"]}
    assert verdict["differences"][0]["page"] == 1


def test_an_unfinished_revision_fails(office: Office) -> None:
    document_id, _ = issued(office)
    with office.context():
        found = db.session().get_one(Document, UUID(document_id))
        half = tools().files.get(found.signatures[0].sha256 or "")
    verdict = ask(office, half)

    assert verdict["verdict"] == "TOTAL-FAILED"
    assert "earlier-revision" in {f["code"] for f in verdict["findings"]}


@pytest.mark.parametrize("data", [b"", b"text", b"%PDF-1.7 nothing"])
def test_what_is_no_signed_file_gets_a_verdict(office: Office, data: bytes) -> None:
    assert ask(office, data)["verdict"] != "TOTAL-PASSED"


def test_the_page_says_it_in_words_and_shows_both_pages(office: Office) -> None:
    _, pdf = issued(office)
    form = {"file": (io.BytesIO(change_page(pdf)), "změněno.pdf")}

    reply = visitor(office).post("/verify", data=form, content_type="multipart/form-data")

    text = reply.get_data(as_text=True)
    assert reply.status_code == 200
    assert "TOTAL-FAILED" in text
    assert "Strana 1 má nyní jiný obsah, než byl podepsán." in text
    assert text.count("data:image/png;base64,") == 2
    assert "data:application/pdf;base64," in text
    assert "změněno.pdf" in text


@pytest.mark.parametrize("is_own", [True, False])
def test_the_page_says_that_the_office_issued_exactly_this(office: Office, is_own: bool) -> None:
    _, pdf = issued(office)
    form = {"file": (io.BytesIO(pdf if is_own else change_page(pdf)), "soubor.pdf")}

    reply = visitor(office).post("/verify", data=form, content_type="multipart/form-data")

    text = reply.get_data(as_text=True)
    assert ("Je to dokument, který jsme vydali, bajt po bajtu." in text) is is_own
    assert "Ověřit další soubor" in text


def test_the_page_asks_for_a_file(office: Office) -> None:
    reply = visitor(office).post("/verify", data={}, content_type="multipart/form-data")

    assert reply.status_code == 422
    assert "Vyberte soubor PDF." in reply.get_data(as_text=True)


def test_the_qr_code_leads_to_hashes_and_to_no_content(office: Office) -> None:
    document_id, _ = issued(office)
    view = office.view(document_id)

    text = visitor(office).get(f"/verify/{document_id}").get_data(as_text=True)

    assert view["sha256"] in text
    assert "vydaný" in text
    for secret in (view["number"], view["title"], DIRECTOR.name, "Abertamy"):
        assert secret not in text


def test_a_document_that_was_not_issued_is_unknown(office: Office) -> None:
    office.make_key(DIRECTOR)
    draft = office.put(record(DIRECTOR))

    for key in (draft["id"], uuid4()):
        text = visitor(office).get(f"/verify/{key}").get_data(as_text=True)
        assert "Takový dokument jsme nevydali." in text
        assert draft["sha256"] not in text


def test_staff_verify_the_stored_file(office: Office) -> None:
    document_id, _ = issued(office)

    reply = office.browser(DIRECTOR).get(f"/{document_id}/verification")

    assert "TOTAL-PASSED" in reply.get_data(as_text=True)
    for other in (STRANGER, CONTROLLER):
        assert office.browser(other).get(f"/{document_id}/verification").status_code == 404


def test_a_full_queue_is_said_so(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_given: object) -> None:
        raise Busy

    monkeypatch.setattr(Sandbox, "verify", busy)
    reply = office.client.post(
        "/api/v1/verifications",
        data={"file": (io.BytesIO(b"%PDF-1.7"), "x.pdf")},
        content_type="multipart/form-data",
    )

    assert reply.status_code == 503
    assert reply.json["type"].endswith("verifier-busy")


def test_the_register_knows_every_revision(office: Office) -> None:
    document_id, _ = issued(office)
    with office.context():
        found = db.session().get_one(Document, UUID(document_id))
        known = registered(db.session(), found)
        hashes = [found.preview_sha256, found.signatures[0].sha256 or "", found.sha256]

        assert [known.stage_of(item) for item in hashes] == [
            Stage.UNFINISHED,
            Stage.UNFINISHED,
            Stage.ISSUED,
        ]
        assert all(document_with(db.session(), [item]) is found for item in hashes)
        assert document_with(db.session(), ["0" * 64]) is None


def test_only_the_issued_document_may_leave(office: Office) -> None:
    document_id, pdf = issued(office)
    with office.context():
        found = db.session().get_one(Document, UUID(document_id))
        known = registered(db.session(), found)
        half = tools().files.get(found.signatures[0].sha256 or "")
        others = (half, pdf + b"\n", change_page(pdf), b"")
        judged = [judge_own(tools(), known, one).verdict for one in (pdf, *others)]

    assert [one is Verdict.PASSED for one in judged] == [True, *([False] * len(others))]

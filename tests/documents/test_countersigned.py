"""Agreements that another party signs too: its copy is kept as it came, judged and shown."""

import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pyhanko.sign.signers import PdfSigner
from pypdf import PdfWriter, generic
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError
from werkzeug.http import parse_options_header
from werkzeug.test import TestResponse

from services.documents import countersigned
from services.documents.domain.bundles import PartNameTaken, check_part_names
from services.documents.domain.risks import MISSING
from services.documents.models import Audit, CountersignedCopy, db
from services.documents.service.risk_notices import note_check
from services.documents.verification.findings import finding
from services.documents.verification.report import Report
from services.documents.verification.sandbox import Busy
from services.documents.verification.verifier import Question, refusal, with_finding
from shared.actors import Actor
from shared.audit import row_hash
from shared.db import transaction
from tests.documents.authorities import make_authority, stock_sign
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    SCAN,
    STRANGER,
    Office,
    record,
)
from tests.documents.test_bundles import CALL, CASE, ask, fetch, opened
from tests.documents.test_lasting import agreement

GIVEN = {"facts/8-012.json"}
"""What the caller put into the bundle; and everything else the bundle named itself."""
BY = {"signed_by": "Karel  Tichý, starosta", "received_on": "2026-04-03"}


def approved(office: Office, **more: Any) -> dict[str, Any]:
    """Return an agreement that the director let be sealed."""
    made = office.put(agreement(**more))
    shown = {"expected_sha256": made["sha256"]}
    reply = office.api("POST", f"/documents/{made['id']}/approval", DIRECTOR, shown)
    assert reply.status_code == 200, reply.json
    return made


def issued(office: Office, **more: Any) -> dict[str, Any]:
    made = approved(office, **more)
    office.work(2)
    view = office.view(made["id"])
    assert view["state"] == "issued"
    return view


def attach(
    office: Office, document_id: str, content: bytes, actor: Actor = ASSISTANT, **changes: Any
) -> TestResponse:
    data = {**BY, **changes}
    name = data.pop("name", "Smlouva podepsaná.pdf")
    return office.client.post(
        f"/api/v1/documents/{document_id}/countersigned-copies",
        data={**data, "copy": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {office.person_token(actor)}"},
    )


def slug(reply: TestResponse) -> str:
    return str(reply.json["type"].rpartition(":")[2])


def of_partner(office: Office) -> bytes:
    """Return a file that another organisation sealed: its own copy of the agreement."""
    made = office.service("PUT", f"/documents/{uuid4()}", record(), actor=STRANGER).json
    office.work(2)
    return office.api("GET", f"/documents/{made['id']}/file.pdf", STRANGER).data


def flipped(pdf: bytes) -> bytes:
    """Return the file with one letter of a signed stream changed."""
    at = pdf.index(b"stream\n") + 40
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def test_a_signed_copy_is_judged_kept_and_shown(office: Office) -> None:
    document = issued(office)
    copy = of_partner(office)
    browser = office.browser(ASSISTANT)
    path = f"/{document['id']}/countersigned-copies"
    given = {"copy": (io.BytesIO(copy), "Smlouva podepsaná.pdf"), **BY}

    reply = browser.post(f"{path}/new", data=given, content_type="multipart/form-data")

    assert reply.status_code == 303, reply.text
    (kept,) = office.api("GET", f"/documents{path}", AUDITOR).json
    assert (kept["verdict"], kept["ordinal"]) == ("TOTAL-PASSED", 1)
    assert (kept["signed_by"], kept["kept_by"]) == ("Karel Tichý, starosta", ASSISTANT.name)
    assert kept["sha256"] == hashlib.sha256(copy).hexdigest()
    assert kept["report"]["profile"] == "in"
    page = office.browser(AUDITOR).get(f"/{document['id']}").text
    for words in ("podpisy jsou platné", "TOTAL-PASSED", "Karel Tichý", "Smlouva podepsaná.pdf"):
        assert words in page
    assert "Uloženo vyhotovení podepsané druhou stranou" in page
    file = browser.get(f"{path}/{kept['id']}")
    assert (file.data, file.mimetype) == (copy, "application/pdf")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "TOTAL-PASSED" in browser.get(f"{path}/{kept['id']}/verification").text
    assert office.api("GET", f"/documents{path}/{kept['id']}/file", AUDITOR).data == copy


@pytest.mark.parametrize("name", ["Smlouva Příšerně žluťoučký kůň.pdf", "Smlouva – podepsaná.pdf"])
def test_a_copy_is_downloaded_under_the_name_under_which_it_came(office: Office, name: str) -> None:
    document = issued(office)
    kept = attach(office, document["id"], SCAN, name=name).json
    path = f"/{document['id']}/countersigned-copies/{kept['id']}"

    for reply in (
        office.browser(ASSISTANT).get(path),
        office.api("GET", f"/documents{path}/file", AUDITOR),
    ):
        assert (reply.status_code, reply.data) == (200, SCAN)
        for value in reply.headers.values():
            value.encode("latin-1")  # as the server does; it has no other letters
        said = parse_options_header(reply.headers["Content-Disposition"])
        assert said == ("attachment", {"filename": name})


def test_only_the_office_is_offered_to_attach_one(office: Office) -> None:
    document, other = issued(office), office.put(record(ASSISTANT))
    path = f"/{document['id']}/countersigned-copies/new"

    assert path in office.browser(ASSISTANT).get(f"/{document['id']}").text
    assert path not in office.browser(AUDITOR).get(f"/{document['id']}").text
    assert "countersigned" not in office.browser(ASSISTANT).get(f"/{other['id']}").text
    form = office.browser(ASSISTANT).get(path)
    assert form.status_code == 200
    assert 'name="version"' not in form.text  # a copy is only added: no version is to be checked
    assert office.browser(AUDITOR).get(path).status_code == 403
    no_agreement = f"/{other['id']}/countersigned-copies/new"
    assert office.browser(ASSISTANT).get(no_agreement).status_code == 404


def test_what_is_signed_by_hand_has_no_verdict(office: Office) -> None:
    document = issued(office)

    reply = attach(office, document["id"], b"\x89PNG\r\n\x1a\n a scan", name="sken.png")
    again = attach(office, document["id"], unsigned())

    assert (reply.status_code, again.status_code) == (201, 201), again.json
    assert reply.json["report"] == {}
    assert [one["code"] for one in again.json["report"]["findings"]] == ["not-signed"]
    assert [one.json["verdict"] for one in (reply, again)] == ["", ""]
    assert [one.json["ordinal"] for one in (reply, again)] == [1, 2]
    assert "bez elektronického podpisu" in office.browser(AUDITOR).get(f"/{document['id']}").text


def encrypted(writer: PdfWriter) -> None:
    writer.encrypt("heslo", algorithm="RC4-128")


def active(writer: PdfWriter) -> None:
    script = {"/S": generic.NameObject("/JavaScript"), "/JS": generic.TextStringObject("beep()")}
    action = {generic.NameObject(name): value for name, value in script.items()}
    writer.root_object[generic.NameObject("/OpenAction")] = generic.DictionaryObject(action)


def unsigned(change: Callable[[PdfWriter], None] | None = None) -> bytes:
    """Return a PDF with one page and no signature."""
    writer, made = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    if change is not None:
        change(writer)
    writer.write(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "verdict", "code"),
    [
        (unsigned(encrypted), "INDETERMINATE", "encrypted"),
        (unsigned() + b"something else" * 9, "INDETERMINATE", "trailing-bytes"),
        (unsigned(active), "TOTAL-FAILED", "active-content-unsigned"),
    ],
    ids=["encrypted", "trailing", "active"],
)
def test_a_file_without_signatures_that_hides_something_is_no_scan(
    office: Office, content: bytes, verdict: str, code: str
) -> None:
    document = issued(office)

    kept = attach(office, document["id"], content).json

    assert kept["verdict"] == verdict
    assert {"not-signed", code} <= {one["code"] for one in kept["report"]["findings"]}
    page = office.browser(AUDITOR).get(f"/{document['id']}").text
    assert "bez elektronického podpisu" not in page
    assert "Je to sken" not in page


def test_a_copy_that_fails_is_kept_and_told_loudly(office: Office) -> None:
    document = issued(office)
    copy = flipped(of_partner(office))
    given = {"copy": (io.BytesIO(copy), "a.pdf"), **BY}
    path = f"/{document['id']}/countersigned-copies/new"

    browser = office.browser(ASSISTANT)
    reply = browser.post(path, data=given, content_type="multipart/form-data")

    assert reply.status_code == 303
    page = browser.get(f"/{document['id']}").text
    assert "podpisy neplatí" in page
    assert "TOTAL-FAILED" in page


def test_our_own_file_with_their_signature_is_judged_as_what_they_sent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our seal forbids it, so only a program that does not care can do it."""
    monkeypatch.setattr(PdfSigner, "_enforce_certification_constraints", lambda *_given: None)
    document = issued(office)
    ours = office.api("GET", f"/documents/{document['id']}/file.pdf", DIRECTOR).data
    partner = make_authority().issue("Karel Tichý")
    copy = stock_sign(ours, partner, "Partner", is_new_field=True)

    kept = attach(office, document["id"], copy).json

    assert kept["verdict"] != "TOTAL-PASSED"
    assert kept["report"]["profile"] == "in"
    codes = {one["code"] for one in kept["report"]["findings"]}
    assert not codes & {"bytes-appended", "sealed-not-issued", "record-without-file"}
    assert "Karel Tichý" in {one["signer"] for one in kept["report"]["signatures"]}


def of_no_agreement(office: Office) -> tuple[str, bytes]:
    made = office.put(record())
    office.work(2)
    return str(made["id"]), SCAN


def not_issued(office: Office) -> tuple[str, bytes]:
    return str(approved(office)["id"]), SCAN


def our_own_file(office: Office) -> tuple[str, bytes]:
    made = issued(office)
    return made["id"], office.api("GET", f"/documents/{made['id']}/file.pdf", DIRECTOR).data


def the_same_twice(office: Office) -> tuple[str, bytes]:
    made = issued(office)
    assert attach(office, made["id"], SCAN).status_code == 201
    return made["id"], SCAN


def sound(office: Office) -> tuple[str, bytes]:
    return issued(office)["id"], SCAN


@pytest.mark.parametrize(
    ("made", "changes", "told"),
    [
        (of_no_agreement, {}, (409, "not-an-agreement")),
        (not_issued, {}, (409, "agreement-not-issued")),
        (our_own_file, {}, (422, "not-countersigned")),
        (the_same_twice, {}, (409, "copy-kept-already")),
        (sound, {"received_on": "2026-04-04"}, (422, "proof-from-future")),
        (sound, {"received_on": "2026-04-02"}, (422, "proof-before-issue")),
        (sound, {"signed_by": " "}, (422, "countersigner-missing")),
        (sound, {"name": "smlouva.png"}, (415, "file-type-mismatch")),
        (sound, {"actor": STRANGER}, (404, "not-found")),
        (sound, {"actor": AUDITOR}, (403, "not-allowed")),
        (sound, {"actor": CONTROLLER}, (403, "not-allowed")),
    ],
)
def test_what_is_no_counter_signed_copy_is_refused_and_changes_nothing(
    office: Office,
    made: Callable[[Office], tuple[str, bytes]],
    changes: dict[str, Any],
    told: tuple[int, str],
) -> None:
    document_id, content = made(office)
    before = office.stored()

    reply = attach(office, document_id, content, **changes)

    assert (reply.status_code, slug(reply)) == told
    assert "%(" not in reply.json["detail"]
    assert office.stored() == before


def test_while_many_files_are_judged_nothing_is_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, copy = issued(office), of_partner(office)
    before = office.stored()

    class Full:
        def verify(self, _question: object) -> None:
            raise Busy

    monkeypatch.setattr(countersigned, "sandbox", Full)
    reply = attach(office, document["id"], copy)

    assert (reply.status_code, slug(reply)) == (503, "verifier-busy")
    assert office.stored() == before


@pytest.mark.parametrize("code", sorted(countersigned.PASSING))
def test_a_passing_overload_is_never_kept_as_the_verdict(
    office: Office, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    document, copy = issued(office), of_partner(office)
    before = office.stored()

    class Overloaded:
        def verify(self, question: Question) -> Report:
            return refusal(question, code)

    with monkeypatch.context() as patch:
        patch.setattr(countersigned, "sandbox", Overloaded)
        reply = attach(office, document["id"], copy)

    assert (reply.status_code, slug(reply)) == (503, "copy-not-judged")
    assert int(reply.headers["Retry-After"]) > 0
    assert office.stored() == before
    again = attach(office, document["id"], copy)
    assert (again.status_code, again.json["verdict"]) == (201, "TOTAL-PASSED")


def test_a_file_that_fails_is_kept_though_the_verifier_had_no_time_for_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, copy = issued(office), of_partner(office)

    class Overloaded:
        def verify(self, question: Question) -> Report:
            return with_finding(refusal(question, "out-of-time"), finding("digest-mismatch"))

    monkeypatch.setattr(countersigned, "sandbox", Overloaded)

    assert attach(office, document["id"], copy).json["verdict"] == "TOTAL-FAILED"


def test_the_act_binds_all_that_is_kept_beside_the_copy(office: Office) -> None:
    document = issued(office)
    attach(office, document["id"], of_partner(office))

    with office.context():
        (row,) = db.session().query(CountersignedCopy)
        (act,) = db.session().query(Audit).filter_by(act="keep_countersigned")
        bound = act.details["row_sha256"]
        assert bound == row_hash(row)
        for name, value in {
            "signed_by": "Někdo jiný",
            "file_name": "jiny.pdf",
            "report": {**row.report, "text": "Platné."},
        }.items():
            was = getattr(row, name)
            setattr(row, name, value)
            assert row_hash(row) != bound
            setattr(row, name, was)
        db.session().rollback()
        assert "Tichý" not in json.dumps(act.details, ensure_ascii=False)
        assert str(row.id) not in json.dumps(act.details)


def test_a_copy_of_another_organisation_is_nobodys_else(office: Office) -> None:
    document = issued(office)
    kept = attach(office, document["id"], SCAN).json
    path = f"/{document['id']}/countersigned-copies/{kept['id']}"

    for actor in (STRANGER, CONTROLLER):
        assert office.api("GET", f"/documents{path}/file", actor).status_code == 404
        assert office.browser(actor).get(path).status_code == 404
        assert office.browser(actor).get(f"{path}/verification").status_code == 404
    with office.context():
        (row,) = db.session().query(CountersignedCopy)
        assert str(row.organisation_id) == str(DIRECTOR.organisation_id)


@pytest.mark.parametrize(
    "change", [update(CountersignedCopy).values(verdict=""), delete(CountersignedCopy)]
)
def test_the_database_forbids_to_change_what_was_kept(office: Office, change: Any) -> None:
    attach(office, issued(office)["id"], SCAN)

    with office.context(), pytest.raises(DatabaseError):
        db.session().execute(change)


def test_a_copy_that_the_store_lost_puts_its_document_at_risk(office: Office) -> None:
    document = issued(office)
    kept = attach(office, document["id"], SCAN).json
    with office.context(), transaction(db.session()) as session:
        note_check(session, {kept["sha256"]: MISSING}, 1, office.clock.now())

    (risk,) = office.api("GET", "/at-risk", DIRECTOR).json["items"]

    assert risk["number"] == document["number"]
    assert [one["reason"] for one in risk["risks"]] == ["file_missing"]


def test_an_evidence_record_and_every_bundle_hold_it(office: Office) -> None:
    document = issued(office, case_id=str(CASE), call_id=str(CALL))
    copy = of_partner(office)
    kept = attach(office, document["id"], copy).json
    office.clock.move_to(office.clock.now() + timedelta(days=1))
    office.work()
    bundle = ask(office)
    office.work(3)

    files = opened(fetch(office, bundle["id"]).data)

    facts = json.loads(files[f"documents/{document['number']}.json"])
    (told,) = facts["countersigned"]
    assert (told["sha256"], told["verdict"]) == (kept["sha256"], "TOTAL-PASSED")
    assert told["name"] == f"countersigned/{document['number']}/01-Smlouva-podepsana.pdf"
    assert files[told["name"]] == copy
    for name in files.keys() - GIVEN:
        with pytest.raises(PartNameTaken):
            check_part_names([name])
    index = json.loads(files["index.json"])
    (paper,) = index["documents"]
    assert told["name"] in paper["names"]
    described = [files[name].decode() for name in files if "EvidenceRecordManifest" in name]
    assert sum(f'URI="{told["name"]}"' in one for one in described) == 1
    log = b"".join(content for name, content in files.items() if name.startswith("log/"))
    assert b"keep_countersigned" in log

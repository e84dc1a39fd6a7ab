"""What a document keeps for ever: its template, its facts, its corrections, its translations."""

import io
import json
from pathlib import Path
from uuid import uuid4

import pytest
from pypdf import PdfReader

from services.documents.models import Document, db
from services.documents.rendering import templates
from services.documents.rendering.templates import (
    CURRENT,
    FOLDER,
    TemplateChanged,
    hash_of,
    template,
)
from services.documents.rendering.typst_renderer import TypstRenderer
from services.documents.service.printing import Press, print_request
from services.documents.tools import Tools
from tests.documents.archival import violations
from tests.documents.offices import (
    ASSISTANT,
    CONTROLLER,
    DIRECTOR,
    STRANGER,
    Office,
    letter,
    open_office,
    record,
)
from tests.documents.test_rendering import text_of

TEXT = {"reference": [], "blocks": [{"type": "paragraph", "text": "The grant was approved."}]}


def issued(office: Office, body: dict[str, object] | None = None) -> dict[str, object]:
    made = office.put(body or record())
    office.work(2)
    return office.view(str(made["id"]))


def agreement(*signers: object, **more: object) -> dict[str, object]:
    return record(*signers, kind="cooperation_agreement", **more)  # type: ignore[arg-type]


@pytest.mark.one_database
def test_the_files_of_a_version_are_those_that_were_released() -> None:
    told = json.loads((FOLDER / "versions.json").read_text())

    assert {name: hash_of(FOLDER / f"v{name}") for name in told} == told
    assert str(CURRENT) in told


@pytest.mark.one_database
def test_a_changed_version_makes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "v7").mkdir()
    (tmp_path / "v7" / "labels.json").write_text("{}")
    (tmp_path / "v7" / "characters.json").write_text("[[32, 126]]")
    (tmp_path / "versions.json").write_text(json.dumps({"7": hash_of(tmp_path / "v7")}))
    monkeypatch.setattr(templates, "FOLDER", tmp_path)
    assert template.__wrapped__(7).version == 7

    (tmp_path / "v7" / "labels.json").write_text('{"cs": {}}')

    with pytest.raises(TemplateChanged, match="version 7"):
        template.__wrapped__(7)


def press_of(office: Office) -> Press:
    tools: Tools = office.app.extensions["documents-tools"]
    return Press(TypstRenderer(), tools.files, True, "3a", "http://other.example/documents/verify")


def test_what_is_kept_of_a_document_gives_its_bytes_again(office: Office) -> None:
    made = office.put(letter(DIRECTOR, CONTROLLER))
    body = {"name": "MAS po přejmenování", "code": "NOVA", "accent": "#123456"}
    assert office.api("PUT", "/letterhead", DIRECTOR, body).status_code == 200

    with office.context():
        found = db.session.get_one(Document, db.session.query(Document.id).scalar())
        press = press_of(office)
        again = press.renderer.render(print_request(press, found)).pdf
        kept = press.files.get(found.preview_sha256)

    assert made["template"] == CURRENT
    assert again == kept


def test_a_document_of_another_template_is_not_printed_by_this_one(office: Office) -> None:
    office.put(record())
    with office.context():
        found = db.session.query(Document).one()
        found.template_sha256 = "0" * 64

        with pytest.raises(TemplateChanged):
            print_request(press_of(office), found)


def test_the_facts_lie_beside_the_file_as_they_are_attached(office: Office) -> None:
    made = office.put(record(DIRECTOR))

    beside = office.api("GET", f"/documents/{made['id']}/facts.json", DIRECTOR)
    preview = office.api("GET", f"/documents/{made['id']}/preview.pdf", DIRECTOR).data

    attached = PdfReader(io.BytesIO(preview)).attachments["facts.json"][0]
    assert beside.data == attached
    told = json.loads(attached)
    assert told["facts"] == {"application": "8/012"}
    assert told["template"] == {"version": CURRENT, "sha256": template(CURRENT).sha256}


def test_a_setting_leaves_the_attachment_out(tmp_path: Path, database_url: str) -> None:
    office = open_office(tmp_path / "var", database_url, profile="2a")
    made = office.put(record(DIRECTOR))

    preview = office.api("GET", f"/documents/{made['id']}/preview.pdf", DIRECTOR).data
    facts = office.api("GET", f"/documents/{made['id']}/facts.json", DIRECTOR).json

    assert dict(PdfReader(io.BytesIO(preview)).attachments) == {}
    assert violations(preview) == ["pdfaid:part is ['2']"]
    assert facts["facts"] == {"application": "8/012"}


def test_a_correction_is_a_new_document_and_the_old_one_stays(office: Office) -> None:
    old = issued(office)

    new = office.put(record(title="Příjem žádosti 8/012 (oprava)", corrects_id=old["id"]))

    assert new["number"] != old["number"]
    assert new["corrects"] == {"id": old["id"], "number": old["number"], "state": "issued"}
    after = office.view(str(old["id"]))
    assert (after["state"], after["sha256"]) == ("issued", old["sha256"])
    assert [one["number"] for one in after["corrections"]] == [new["number"]]
    preview = office.api("GET", f"/documents/{new['id']}/preview.pdf", DIRECTOR).data
    assert f"Opravuje dokument {old['number']} ze dne 3. dubna 2026" in text_of(preview)
    facts = office.api("GET", f"/documents/{new['id']}/facts.json", DIRECTOR).json
    assert facts["corrects"] == {"id": old["id"], "number": old["number"]}


def test_only_an_issued_document_of_the_same_kind_is_corrected(office: Office) -> None:
    draft, done = office.put(record(DIRECTOR)), issued(office)
    other = {"kind": "score_sheet", "corrects_id": done["id"]}

    refused = [
        office.service("PUT", f"/documents/{uuid4()}", record(**more))
        for more in ({"corrects_id": draft["id"]}, other, {"corrects_id": str(uuid4())})
    ]

    kinds = [(reply.status_code, reply.json["type"].rpartition(":")[2]) for reply in refused]
    assert kinds == [(409, "corrects-unissued"), (409, "corrects-other-kind"), (404, "not-found")]


def test_nobody_signs_before_the_director_has_approved(office: Office) -> None:
    office.make_key(ASSISTANT)
    made = office.put(agreement(ASSISTANT))
    path = f"/documents/{made['id']}/approval"

    early = office.sign(str(made["id"]), ASSISTANT)
    others = [office.api("POST", path, who, shown(made)) for who in (ASSISTANT, STRANGER)]
    wrong = office.api("POST", path, DIRECTOR, {"expected_sha256": "0" * 64})
    approved = office.api("POST", path, DIRECTOR, shown(made))
    again = office.api("POST", path, DIRECTOR, shown(made))
    late = office.sign(str(made["id"]), ASSISTANT)

    assert early.json["type"].endswith(":not-approved")
    assert [reply.status_code for reply in others] == [403, 404]
    assert wrong.json["type"].endswith(":document-changed")
    assert approved.json["approved_at"] and approved.json["sha256"] == made["sha256"]
    assert again.json["type"].endswith(":approval-not-awaited")
    assert late.status_code == 201
    assert "document.approved" in office.events()


def shown(made: dict[str, object]) -> dict[str, object]:
    return {"expected_sha256": made["sha256"]}


def test_a_document_that_nobody_signs_is_sealed_only_after_its_approval(office: Office) -> None:
    made = issued(office, agreement())
    assert made["state"] == "draft"

    office.api("POST", f"/documents/{made['id']}/approval", DIRECTOR, shown(made))
    office.work(2)

    assert office.view(str(made["id"]))["state"] == "issued"


def test_an_approval_is_for_kinds_that_need_one(office: Office) -> None:
    made = office.put(record(DIRECTOR))

    reply = office.api("POST", f"/documents/{made['id']}/approval", DIRECTOR, shown(made))

    assert reply.json["type"].endswith(":approval-not-awaited")


def test_a_translation_bears_the_record_and_says_that_czech_decides(office: Office) -> None:
    made = issued(office, letter())
    path = f"/documents/{made['id']}/translations/en"
    body = {"title": "Notice of the result", "content": TEXT}

    reply = office.api("PUT", path, DIRECTOR, body)
    again = office.api("PUT", path, DIRECTOR, body)

    pdf = office.api("GET", f"{path}.pdf", DIRECTOR).data
    assert reply.status_code == again.status_code == 200
    assert reply.json["sha256"] == again.json["sha256"] != made["sha256"]
    assert violations(pdf) == []
    text = text_of(pdf)
    for words in ("Only the Czech text", str(made["number"]), "The grant was approved."):
        assert words in text
    assert str(made["id"]) in text.replace(" ", "")
    assert PdfReader(io.BytesIO(pdf)).get_fields() in (None, {})
    after = office.view(str(made["id"]))
    assert after["sha256"] == made["sha256"]
    assert [one["language"] for one in after["translations"]] == ["en"]


def test_a_text_is_not_translated_into_its_own_language(office: Office) -> None:
    made = office.put(record(DIRECTOR))
    path = f"/documents/{made['id']}/translations"
    body = {"title": "Totéž", "content": TEXT}

    own = office.api("PUT", f"{path}/cs", DIRECTOR, body)
    unknown = office.api("PUT", f"{path}/fr", DIRECTOR, body)
    missing = office.api("GET", f"{path}/de.pdf", DIRECTOR)
    by_controller = office.api("PUT", f"{path}/de", CONTROLLER, body)

    assert own.json["type"].endswith(":no-translation")
    assert [r.status_code for r in (unknown, missing, by_controller)] == [404, 404, 403]


def test_a_newer_translation_does_not_take_the_older_one_away(office: Office) -> None:
    made = office.put(record(DIRECTOR))
    path = f"/documents/{made['id']}/translations/de"

    for title in ("Erste Fassung", "Zweite Fassung"):
        office.api("PUT", path, DIRECTOR, {"title": title, "content": TEXT})

    kept = office.view(str(made["id"]))["translations"]
    newest = text_of(office.api("GET", f"{path}.pdf", DIRECTOR).data)
    assert [one["title"] for one in kept] == ["Erste Fassung", "Zweite Fassung"]
    assert "Zweite Fassung" in newest

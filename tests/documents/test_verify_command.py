"""The command line verifier: by authorities alone, and by the register of the installation."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result

from services.documents.models import Document, db
from services.documents.verify_command import language_of, verify
from shared.clock import ShiftedClock
from shared.db import transaction
from tests.documents.attacks import appended
from tests.documents.offices import DIRECTOR, Office, record
from tests.documents.test_verify_identity import sealed, typeset
from tests.documents.test_verify_pages import ask, issued

Call = Callable[..., Result]


@pytest.fixture
def call(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Give the command, run where the installation of the office is."""
    settings = office.app.extensions["vyzva-settings"]
    monkeypatch.setenv("VYZVA_VAR", str(settings.var))
    monkeypatch.setenv("VYZVA_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("VYZVA_PUBLIC_URL", settings.public_url)

    def called(pdf: bytes, *words: str) -> Result:
        file = tmp_path / "soubor.pdf"
        file.write_bytes(pdf)
        ShiftedClock(settings.var / "clock.json").move_to(office.clock.now())
        return CliRunner().invoke(verify, [str(file), *words], env={"LANGUAGE": "cs"})

    return called


def told(done: Result) -> dict[str, Any]:
    (found,) = json.loads(done.output)
    del found["file"]
    result: dict[str, Any] = found
    return result


def folder_of(office: Office) -> dict[str, bytes]:
    var: Path = office.app.extensions["vyzva-settings"].var
    every = (one for one in var.rglob("*") if one.is_file())
    return {str(one): one.read_bytes() for one in every if ".db" not in one.name}


@pytest.mark.parametrize("kind", ["issued", "appended", "draft", "forged", "foreign"])
def test_the_register_says_on_the_command_line_what_it_says_to_everybody(
    office: Office, call: Call, kind: str
) -> None:
    document_id, pdf = issued(office)
    files = {
        "issued": lambda: pdf,
        "appended": lambda: appended(pdf, {9000: b"(appended)"}),
        "draft": lambda: file_of(office, str(office.put(record(DIRECTOR))["id"])),
        "forged": lambda: sealed(office, typeset(office, title="Podvržené rozhodnutí")),
        "foreign": lambda: typeset(office, facts=json.dumps({"id": str(uuid4())})),
    }
    data = files[kind]()

    found, shown = told(call(data, "--register", "--json")), ask(office, data)

    assert found.get("document") == shown.pop("document")
    found.pop("document", None)
    assert found == shown
    wanted = {"issued": "TOTAL-PASSED", "foreign": "INDETERMINATE"}
    assert found["verdict"] == wanted.get(kind, "TOTAL-FAILED")
    assert document_id


def file_of(office: Office, document_id: str) -> bytes:
    data: bytes = office.service("GET", f"/documents/{document_id}/preview.pdf").data
    assert data.startswith(b"%PDF")
    return data


def test_it_names_the_document_and_ends_with_the_status_of_the_worst(
    office: Office, call: Call
) -> None:
    document_id, pdf = issued(office)
    number = office.view(document_id)["number"]

    good = call(pdf, "--register", "--language", "de")
    other = call(pdf, "--register", "--record", str(uuid4()))
    right = call(pdf, "--register", "--record", document_id)

    assert (good.exit_code, other.exit_code, right.exit_code) == (0, 1, 0)
    assert f"Aktenzeichen: {number}" in good.output and document_id in good.output
    assert "patří k němu jiný QR kód" in other.output


def test_the_day_of_issue_is_the_day_in_this_country(office: Office, call: Call) -> None:
    document_id, pdf = issued(office)
    with office.context(), transaction(db.session()) as session:
        row = session.get_one(Document, UUID(document_id))
        row.issued_at = datetime(2026, 4, 3, 22, 30, tzinfo=UTC)

    shown = call(pdf, "--register").output

    assert "Vydáno: 2026-04-04" in shown


def test_it_changes_nothing(office: Office, call: Call) -> None:
    _, pdf = issued(office)
    call(pdf, "--register")
    before, files = office.stored(), folder_of(office)

    call(pdf, "--register")

    now = folder_of(office)
    assert office.stored() == before
    assert {k: v for k, v in now.items() if "clock.json" not in k} == {
        k: v for k, v in files.items() if "clock.json" not in k
    }


def test_without_an_installation_it_says_so_and_makes_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VYZVA_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("VYZVA_DATABASE_URL", raising=False)
    file = tmp_path / "soubor.pdf"
    file.write_bytes(b"%PDF-1.7")

    done = CliRunner().invoke(verify, [str(file), "--register", "--language", "en"])

    assert done.exit_code == 1
    assert "The settings lead to no register of documents" in done.output
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    "words", [("--register", "--trust", "."), ("--record", str(uuid4())), ("--language", "fr")]
)
def test_words_that_contradict_each_other_are_a_wrong_command(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = tmp_path / "soubor.pdf"
    file.write_bytes(b"%PDF-1.7")

    assert CliRunner().invoke(verify, [str(file), *words]).exit_code == 2


def test_a_file_that_is_no_certificate_is_named_in_the_language_of_the_system(
    tmp_path: Path,
) -> None:
    file, anchor = tmp_path / "soubor.pdf", tmp_path / "root.pem"
    file.write_bytes(b"%PDF-1.7")
    anchor.write_bytes(b"no certificate")

    words = [str(file), "--trust", str(anchor)]
    done = CliRunner().invoke(verify, words, env={"LANGUAGE": "", "LC_ALL": "en_GB.UTF-8"})

    assert done.exit_code == 1
    assert f"The file {anchor} is no certificate." in done.output


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "cs"),
        ({"LANG": "C.UTF-8"}, "cs"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de_AT.UTF-8", "LC_MESSAGES": "en_IE"}, "en"),
        ({"LC_ALL": "cs_CZ.UTF-8", "LC_MESSAGES": "en_IE"}, "cs"),
        ({"LANGUAGE": "sk:en:cs", "LC_ALL": "cs_CZ.UTF-8"}, "en"),
        ({"LANGUAGE": "", "LANG": "fr_FR.UTF-8"}, "cs"),
    ],
)
def test_the_language_is_that_of_the_system(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language

"""Bytes of uploads: there as long as a record of them is, and not a moment longer."""

from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.registry.models import Audit, db
from tests.registry.office import PDF, Office, problem_of

pytestmark = pytest.mark.one_database


def kept(office: Office) -> list[bytes]:
    """Return the bytes of every file in the store."""
    folder: Path = office.app.extensions["vyzva-settings"].var / "files" / "registry"
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def submitted(office: Office) -> UUID:
    return office.submit(office.open_call())


def test_a_file_taken_out_before_registration_leaves_no_bytes(office: Office) -> None:
    application_id = submitted(office)
    before = kept(office)
    added: dict[str, Any] = office.registrar.upload(application_id, "budget").get_json()

    during = kept(office)
    reply = office.registrar.call("DELETE", f"/applications/{application_id}/files/{added['id']}")

    assert (before, during, kept(office)) == ([], [PDF], [])
    assert reply.status_code == 204
    with office.app.app_context():
        entry = db.session.query(Audit).filter_by(act="remove_file").one()
        assert entry.details["sha256"] == added["sha256"]


def test_a_refused_upload_leaves_no_bytes(office: Office) -> None:
    application_id = submitted(office)

    unknown = office.registrar.upload(application_id, "other")
    foreign = office.registrar.upload(UUID(int=9), "budget")

    assert problem_of(unknown) == (422, "unknown-attachment")
    assert problem_of(foreign) == (404, "not-found")
    assert kept(office) == []


def test_a_double_click_keeps_one_file(office: Office) -> None:
    application_id = submitted(office)

    first = office.registrar.upload(application_id, "budget").get_json()
    second = office.registrar.upload(application_id, "budget").get_json()

    assert (first["id"], kept(office)) == (second["id"], [PDF])


def test_a_file_of_a_registered_application_stays(office: Office) -> None:
    call_id = office.open_call()
    application_id = office.registered(call_id)
    file_id = office.director.get(f"/applications/{application_id}")["files"][0]["id"]
    before = kept(office)

    reply = office.registrar.call("DELETE", f"/applications/{application_id}/files/{file_id}")

    assert reply.status_code == 409
    assert kept(office) == before
    assert before

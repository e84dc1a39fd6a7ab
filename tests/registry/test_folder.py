"""The project folder and the regulation that its acts follow (R19, R20, R54)."""

from uuid import uuid4

from sqlalchemy import select

from services.registry.models import FolderEntryRow, db

from .browser import Browser
from .office import Office, problem_of


def test_r19_registration_opens_the_folder(office: Office) -> None:
    application_id = office.registered(office.open_call())

    with office.app.app_context():
        (entry,) = db.session.scalars(
            select(FolderEntryRow)
            .where(FolderEntryRow.application_id == application_id)
            .where(FolderEntryRow.kind == "registered")
        )
        assert "založena složka projektu" in entry.text
        assert (entry.actor_name, entry.state) == ("Jana Malá", "registered")


def test_r20_the_paper_folder_has_a_cover_with_a_register_of_its_contents(office: Office) -> None:
    application_id = office.registered(office.open_call())
    browser = Browser(office.app).sign_in(office.director.login)

    cover = browser.get(f"/registry/office/applications/{application_id}/cover")

    assert cover.status == 200
    listed = [" ".join(row.text_content().split()) for row in cover.tree.xpath("//tbody/tr")]
    for paper in ("budget.pdf", "title_deed.pdf", "Kontrolní arch", "PŘÍJEM ŽÁDOSTI"):
        assert any(paper in row for row in listed), paper
    assert "Složka projektu 8/001" in cover.text


def test_r54_a_version_of_the_regulation_never_changes(office: Office) -> None:
    regulation_id = uuid4()
    facts = {
        "title": "Předpis pro transparentnost",
        "label": "verze 1",
        "valid_from": "2026-01-01",
        "text": "Původní znění.",
    }
    office.assistant.put(f"/regulations/{regulation_id}", facts)

    changed = {**facts, "text": "Jiné znění."}
    same_id = office.assistant.call("PUT", f"/regulations/{regulation_id}", changed)
    same_label = office.assistant.call("PUT", f"/regulations/{uuid4()}", changed)

    assert problem_of(same_id) == (409, "id-reused")
    assert problem_of(same_label) == (409, "already-exists")
    texts = [version["text"] for version in office.director.get("/regulations")]
    assert texts == ["Původní znění."]

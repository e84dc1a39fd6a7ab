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


def test_the_folder_tells_who_uploaded_checked_and_filled_in_what_and_when(office: Office) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    browser = Browser(office.app).sign_in(office.director.login)

    page = browser.get(f"/registry/office/applications/{application_id}")

    told = [" ".join(li.text_content().split()) for li in page.tree.xpath("//ol/li")]
    for text in (
        "Nahrán soubor: budget.pdf",
        "Ověřena totožnost podávající osoby.",
        "Kontrolní arch vyplněn.",
    ):
        (line,) = [one for one in told if text in one]
        assert line.startswith("20. 5. 2026 10:00") and line.endswith("Prijem"), line


def test_an_incomplete_sheet_says_what_it_lacks_and_leads_there(office: Office) -> None:
    application_id = office.submit(office.open_call())
    browser = Browser(office.app).sign_in(office.assistant.login)
    folder = f"/registry/office/applications/{application_id}"

    done = browser.submit(browser.get(f"{folder}/control-sheet"), "Uložit kontrolní arch")
    page = browser.follow(done)

    assert done.location == f"{folder}/control-sheet"
    assert "Uloženo, chybí 7 odpovědí." in page.text
    links = page.tree.xpath("//section[@aria-labelledby='left']//a/@href")
    assert len(links) == 7
    assert all(page.tree.xpath(f"//*[@id='{link[1:]}']") for link in links)
    assert "vyplněn" not in browser.get(folder).text


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

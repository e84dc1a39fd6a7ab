"""The story in the browser: from an empty installation to a published list, in Czech forms."""

import io
from uuid import UUID

import pytest
from sqlalchemy import select

from services.registry.models import Application, DocumentRef, db

from .browser import Browser, Page
from .office import PDF, Office, prague


@pytest.fixture
def director(office: Office) -> Browser:
    return Browser(office.app).sign_in(office.director.login)


@pytest.fixture
def committee(office: Office) -> Browser:
    return Browser(office.app).sign_in(office.committee.login)


def make_call(director: Browser) -> str:
    """Fill in a call in the forms and return its address."""
    page = director.get("/registry/office/regulations")
    director.submit(page, "Uložit novou verzi předpisu", label="1/2026", text="Znění předpisu.")
    page = director.get("/registry/office/calls/new")
    done = director.submit(page, "Založit výzvu", number="8", title="8. výzva", based_on="")
    address = done.location
    page = director.get(f"{address}/fiches/new")
    done = director.submit(
        page,
        "Zapsat fichi",
        code="F3",
        name="Podpora cestovního ruchu",
        allocation="1,9 mil",
        attachments="Rozpočet projektu\nFotografie (nepovinná)",
        acceptability="Projekt je na území MAS",
        scoring="Potřebnost projektu – 30\nSoulad se SPL - 20 bodů",
    )
    assert done.status == 303, done.errors()
    page = director.get(f"{address}/rule")
    done = director.submit(
        page,
        "Zapsat pravidlo výběru",
        ranking="within_fiche",
        on_misfit="stop",
        transfer="automatic",
        consider_underdrawn=["F3"],
        underdrawn_mechanism="transfer_first",
    )
    assert done.status == 303, done.errors()
    return address


def fill_plan(director: Browser, address: str, **changes: str) -> Page:
    page = director.get(f"{address}/plan")
    regulation = page.tree.xpath("//select[@name='regulation_version_id']/option/@value")[1]
    values = {
        "opens_at": "2026-05-18T08:00",
        "closes_at": "2026-05-29T12:00",
        "intake_place": "Kancelář MAS",
        "presentation_at": "2026-06-18T16:00",
        "presentation_place": "Kulturní dům",
        "regulation_version_id": regulation,
        "note": "Ukázka: částky jsou smyšlené.",
    }
    return director.submit(page, "Zapsat termíny a místa", **{**values, **changes})


def approve(director: Browser, committee: Browser, address: str) -> None:
    page = director.get(f"{address}/recommendation")
    done = director.submit(
        page,
        "Doporučit částku programovému výboru",
        amount="8 890 tis. Kč",
        reason="Podle čerpání SPL",
    )
    assert done.status == 303, done.errors()
    page = committee.get(f"{address}/decision")
    done = committee.submit(
        page, "Zaznamenat rozhodnutí výboru", outcome="approved", decided_on="7. 5. 2026"
    )
    assert done.status == 303, done.errors()


def test_a_call_from_draft_to_the_public_page(director: Browser, committee: Browser) -> None:
    address = make_call(director)
    fill_plan(director, address)
    approve(director, committee, address)

    page = director.get(f"{address}/announcement")
    for told in ("Co se stane", "8 890 000 Kč", "Kulturní dům", "Podpora cestovního ruchu"):
        assert told in page.text
    done = director.submit(page, "Vyhlásit výzvu 8")

    assert done.status == 303, done.errors()
    public = director.get("/registry/mas/szk/vyzvy/8").text
    for fact in ("Kancelář MAS", "18. 6. 2026 16:00", "8 890 000 Kč", "1 900 000 Kč", "smyšlené"):
        assert fact in public
    assert "Vyhlásili jsme: 8. výzva" in director.get("/registry/mas/szk").text


def test_short_call_is_refused_with_the_first_permitted_day(
    director: Browser, committee: Browser
) -> None:
    address = make_call(director)
    fill_plan(director, address, closes_at="2026-05-26T12:00")
    approve(director, committee, address)

    page = director.get(f"{address}/announcement")
    refused = director.submit(page, "Vyhlásit výzvu 8")

    assert refused.status == 422
    assert "Uzávěrka musí být nejdříve 28. 5. 2026" in refused.text
    assert page.form("Vyhlásit výzvu 8").xpath(".//button[@disabled]")
    assert page.tree.xpath(f"//a[@href='{address}/plan#closes_at']")
    assert director.get("/registry/mas/szk/vyzvy/8").status == 404


def test_an_application_from_the_counter_to_the_folder(office: Office, director: Browser) -> None:
    call_id = office.open_call()
    page = director.get(f"/registry/office/applications/new/{call_id}")
    values = {
        "fiche": "F3",
        "title": "Naučná stezka",
        "place": "Kovářská",
        "requested": "900 000",
        "applicant_name": "Obec Kovářská",
        "applicant_kind": "municipality",
        "ic": "002 62 978",
        "municipality": "Kovářská",
        "address": "č. p. 696\n431 86 Kovářská",
        "submitter_name": "Petr Novák",
        "channel": "in_person",
    }
    done = director.submit(page, "Přijmout žádost", **values)
    assert done.status == 303, done.errors()
    again = director.submit(page, "Přijmout žádost", **values)
    assert again.location == done.location, "a double click makes one application"
    folder = done.location

    for code in ("application", "budget", "title_deed"):
        page = director.get(f"{folder}/files")
        file = (io.BytesIO(PDF), f"{code}.pdf")
        done = director.submit(page, "Nahrát soubory", code=code, files=file)
        assert done.status == 303, done.errors()
    page = director.get(f"{folder}/applicant-signature")
    done = director.submit(page, "Zaznamenat podpis žadatele", manner="on_spot")
    assert done.status == 303, done.errors()
    page = director.get(f"{folder}/identity")
    director.submit(
        page, "Zaznamenat ověření totožnosti", document="identity_card", standing="statutory"
    )
    page = director.get(f"{folder}/control-sheet")
    verdicts = {f"verdict_{n}": "yes" for n in range(6)} | {"verdict_6": "n_a"}
    done = director.submit(page, "Uložit kontrolní arch", **verdicts)
    assert done.status == 303, done.errors()
    page = director.get(f"{folder}/registration")
    done = director.submit(page, "Zaregistrovat žádost")

    assert done.status == 303, done.errors()
    assert done.location.startswith("/documents/sign?ids=")
    shown = director.get(folder).text
    assert "8/001 Naučná stezka" in shown
    assert "Podepsat dokumenty (3)" in shown
    assert len(office.documents.of_cases()) == 3


def test_incomplete_application_is_refused_and_may_come_again(
    office: Office, director: Browser
) -> None:
    call_id = office.open_call()
    folder = f"/registry/office/applications/{office.submit(call_id)}"
    page = director.get(f"{folder}/registration")
    refused = director.submit(page, "Zaregistrovat žádost")
    assert refused.status == 409
    assert "Chybí povinná příloha: Rozpočet projektu" in refused.errors()

    page = director.get(f"{folder}/refusal")
    assert (
        "Chybí povinná příloha: Rozpočet projektu" in page.values("Odmítnout registraci")["reasons"]
    )
    done = director.submit(page, "Odmítnout registraci")
    assert done.location.startswith("/documents/sign?ids=")
    (letter,) = office.documents.of_kind("refusal")
    assert letter["delivery"]["recipient"]["data_box_id"] == "vqbab52"

    page = director.get(f"{folder}/resubmission")
    done = director.submit(
        page, "Přijmout opravenou žádost", channel="email", submitter_name="Petr Novák"
    )
    assert done.status == 303, done.errors()
    assert "2. podání" in director.get(folder).text


def test_list_is_made_signed_and_published(office: Office, director: Browser) -> None:
    call_id = office.open_call()
    office.registered(call_id)
    office.move_to(prague(29, 5, 13))
    office.run_worker()
    dashboard = director.get("/registry/office").text
    assert "Sestavit seznam přijatých žádostí" in dashboard
    assert "5. 6. 2026" in dashboard

    page = director.get(f"/registry/office/calls/{call_id}/received-list")
    done = director.submit(page, "Sestavit seznam přijatých žádostí")
    assert done.location.startswith("/documents/sign?ids=")
    document_id = done.location.split("ids=")[1].split("&")[0]
    office.documents.sign(document_id, office.organisation_id)
    back = director.get("/registry/office/returned?next=/registry/office")
    assert back.location == "/registry/office"
    assert "Podepsáno:" not in director.get("/registry/office").text
    back = director.get(f"/registry/office/returned?ids={document_id},x&next=/registry/office")
    shown = director.follow(back).text
    assert "Seznam je podepsaný." in shown and "Podepsáno: Seznam přijatých žádostí" in shown
    with office.app.app_context():
        ref = db.session.get(DocumentRef, UUID(document_id))
        assert ref is not None and ref.state == "signed"
    page = director.follow(director.get(f"/registry/office/calls/{call_id}/received-list"))
    done = director.submit(page, "Zveřejnit seznam přijatých žádostí")

    assert done.status == 303, done.errors()
    public = Browser(office.app).get("/registry/mas/szk/vyzvy/8/prijate-zadosti")
    heads = [" ".join(th.text_content().split()) for th in public.tree.xpath("//thead//th")]
    assert heads == [
        "Název žadatele",
        "Místo realizace projektu (NUTS5)",
        "Název projektu",
        "Název a číslo fiche",
        "Požadovaná částka dotace",
    ]
    cells = [td.text_content().replace("\u00a0", " ") for td in public.tree.xpath("//tbody//td")]
    assert cells == [
        "Obec Kovářská",
        "Kovářská",
        "Naučná stezka",
        "Podpora cestovního ruchu (F3)",
        "900 000 Kč",
    ]


def test_documents_that_do_not_answer_do_not_stop_registration(
    office: Office, director: Browser
) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    office.documents.is_down = True
    page = director.get(f"/registry/office/applications/{application_id}/registration")
    done = director.submit(page, "Zaregistrovat žádost")

    assert done.location.endswith(str(application_id))
    assert "Dokumenty teď neodpovídají" in director.follow(done).text
    with office.app.app_context():
        state = db.session.scalar(select(Application.state))
    assert state == "registered"

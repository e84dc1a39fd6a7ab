"""What other services hand in and read, through the typed client; and what registry hands over."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from services.registry.__main__ import commands
from services.registry.models import Application, DocumentRef, FolderEntryRow, Outbox, db
from shared.actors import Actor
from shared.clients.registry import RegistryClient
from shared.contracts.codec import to_json
from shared.contracts.registry import (
    ApplicationView,
    CallView,
    FolderEntry,
    PresentationChange,
    ResultRow,
    Results,
)
from shared.http import Conflict, InProcessTransport, NotFound
from shared.keys import KeyRing
from shared.money import Money

from .browser import Browser
from .office import Office, application, prague


@pytest.fixture
def client(office: Office) -> RegistryClient:
    keys = KeyRing(office.app.extensions["vyzva-settings"].keys_folder, "evaluation")
    return RegistryClient(InProcessTransport(office.app.wsgi_app), keys)


@pytest.fixture
def actor(office: Office) -> Actor:
    return Actor(organisation_id=office.organisation_id, name="Výzva")


def entry(day: int, state: str) -> FolderEntry:
    return FolderEntry("control", "Kontrola provedena.", "Karel", prague(day, 6), state)


def test_call_and_application_are_read_as_the_contract_says(
    office: Office, client: RegistryClient, actor: Actor
) -> None:
    call_id = office.open_call()
    application_id = office.registered(call_id)

    call = client.get_call(call_id, actor=actor)
    found = client.get_application(application_id, actor=actor)

    assert isinstance(call, CallView) and isinstance(found, ApplicationView)
    assert call.amount == Money.czk(8_890_000)
    assert call.rule["consider_underdrawn"] == ["F3"]
    assert [fiche.allocation for fiche in call.fiches] == [
        Money.czk(2_000_000),
        Money.czk(1_000_000),
    ]
    assert call.fiches[1].scoring[0].maximum == 30
    assert (found.number, found.fiche_number, found.received_order) == ("8/001", "F3", 1)
    assert client.get_file(application_id, found.files[0].id, actor=actor).startswith(b"%PDF")
    assert [p.name for p in client.list_people(actor=actor, role="director")] == ["Jana Malá"]


def test_events_carry_the_same_facts_as_the_views(
    office: Office, client: RegistryClient, actor: Actor
) -> None:
    call_id = office.open_call()
    application_id = office.registered(call_id)

    published, registered = client.events(0, actor=actor).events

    assert published.payload == to_json(client.get_call(call_id, actor=actor))
    assert registered.payload == to_json(client.get_application(application_id, actor=actor))
    assert client.events(registered.seq, actor=actor).events == []


def test_folder_entries_are_taken_over_once_and_the_newest_says_the_state(
    office: Office, client: RegistryClient, actor: Actor
) -> None:
    application_id = office.registered(office.open_call())
    entry_id = uuid4()

    client.put_folder_entry(application_id, entry_id, entry(10, "control_passed"), actor=actor)
    client.put_folder_entry(application_id, entry_id, entry(10, "control_passed"), actor=actor)
    late = entry(5, "admin_control")
    client.put_folder_entry(application_id, uuid4(), late, actor=actor)

    with office.app.app_context():
        rows = db.session.scalars(
            select(FolderEntryRow).where(FolderEntryRow.service == "evaluation")
        ).all()
        assert len(rows) == 2
        assert db.session.get_one(Application, application_id).case_state == "control_passed"
    with pytest.raises(Conflict):
        client.put_folder_entry(application_id, entry_id, entry(11, "notified"), actor=actor)
    with pytest.raises(NotFound):
        client.put_folder_entry(uuid4(), uuid4(), entry(11, "notified"), actor=actor)


def test_results_are_published_once_the_intake_is_over(
    office: Office, client: RegistryClient, actor: Actor
) -> None:
    call_id = office.open_call()
    application_id = office.registered(call_id)
    row = ResultRow(application_id, "77", "approved", Money.czk(900_000), "Nejvíc bodů.")
    results = Results("3/2026", date(2026, 7, 1), [row])
    with pytest.raises(Conflict):
        client.put_results(call_id, uuid4(), results, actor=actor)

    office.move_to(prague(1, 7))
    resolution_id = uuid4()
    client.put_results(call_id, resolution_id, results, actor=actor)
    client.put_results(call_id, resolution_id, results, actor=actor)

    page = office.client.get("/mas/szk/vyzvy/8/vysledky").get_data(as_text=True)
    assert "3/2026" in page and "Obec Kovářská" in page and "schválen" in page


def test_presentation_change_of_evaluation_is_published_as_decided_there(
    office: Office, client: RegistryClient, actor: Actor
) -> None:
    call_id = office.open_call()
    office.move_to(prague(17, 6))
    change = PresentationChange(prague(20, 6, 16), "Sokolovna", "Havárie", "Jana Malá")

    client.put_presentation_change(call_id, uuid4(), change, actor=actor)

    assert "Sokolovna" in office.client.get("/mas/szk/vyzvy/8").get_data(as_text=True)


def test_documents_are_made_later_when_they_do_not_answer_at_once(office: Office) -> None:
    application_id = office.complete(office.submit(office.open_call()))
    office.documents.is_down = True

    decided = office.director.post(
        f"/applications/{application_id}/registration", office.seen(application_id)
    )

    assert not decided["are_documents_made"]
    office.documents.is_down = False
    with office.app.app_context():
        for row in db.session.scalars(select(Outbox)):
            row.available_at = row.created_at
        db.session.commit()
    office.run_worker()
    assert set(office.documents.of_cases()) == set(decided["document_ids"])


def test_document_made_at_once_is_not_made_twice(office: Office) -> None:
    call_id = office.open_call()
    before = office.documents.puts
    office.registered(call_id)
    office.run_worker()

    assert office.documents.puts - before == 3


def test_replayed_and_late_events_of_documents_change_nothing(office: Office) -> None:
    application_id = office.registered(office.open_call())
    (document_id, *_others) = office.documents.of_cases()
    for kind in ("document.issued", "document.signed"):
        office.documents.sign(document_id, office.organisation_id, kind)
    office.documents.sign(str(uuid4()), office.organisation_id)

    office.run_worker()

    with office.app.app_context():
        ref = db.session.get_one(DocumentRef, UUID(document_id))
        assert (ref.state, ref.application_id) == ("issued", application_id)


def test_call_closes_by_itself_and_says_so_once(office: Office) -> None:
    office.published_call()
    office.move_to(prague(29, 5, 12, 1))

    office.run_worker()
    office.run_worker()

    feed = office.as_service("evaluation", "GET", "/events?after=0").get_json()["events"]
    closed = [event for event in feed if event["kind"] == "call.closed"]
    assert len(closed) == 1
    assert closed[0]["at"] == "2026-05-29T10:00:00+00:00"


def test_application_that_came_in_time_may_be_written_down_after_the_close(office: Office) -> None:
    call_id = office.open_call()
    office.move_to(prague(29, 5, 15))
    body = application(call_id)
    body["submission"] = {
        "channel": "email",
        "submitter_name": "Petr Novák",
        "received_at": prague(29, 5, 11, 59).isoformat(),
    }

    assert office.registrar.put(f"/applications/{uuid4()}", body)["state"] == "received"


def test_bootstrap_makes_the_first_director(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VYZVA_VAR", str(tmp_path))
    run = CliRunner()
    assert run.invoke(commands, ["migrate"]).exit_code == 0
    options = ["--name", "MAS", "--slug", "mas", "--login", "jana", "--director", "Jana Malá"]
    more = ["--email", "jana@mas.cz", "--password", "čtyři náhodná slova"]

    first = run.invoke(commands, ["bootstrap", *options, *more])
    second = run.invoke(commands, ["bootstrap", *options, *more])

    assert first.exit_code == 0, first.output
    assert second.exit_code == 1 and "AlreadyExists" in second.output


def test_folder_shows_who_signed_and_how_it_was_delivered(office: Office) -> None:
    application_id = office.submit(office.open_call())
    office.director.post(f"/applications/{application_id}/refusal", {"reasons": ["Chybí příloha."]})
    letter_id = next(key for key, body in office.documents.made.items() if body.get("delivery"))
    for kind in ("document.signed", "document.issued", "delivery.dispatched", "delivery.delivered"):
        office.documents.sign(letter_id, office.organisation_id, kind)

    office.run_worker()

    with office.app.app_context():
        rows = db.session.scalars(
            select(FolderEntryRow).where(FolderEntryRow.service == "documents")
        ).all()
        assert sorted(row.text.split(":")[0] for row in rows) == [
            "Doručeno",
            "Odesláno",
            "Podepsáno",
        ]
        assert {row.actor_name for row in rows} == {"Jana Malá", "Dokumenty"}


def test_what_could_not_be_handed_over_is_shown_and_tried_again(office: Office) -> None:
    office.registered(office.open_call())
    office.documents.made.clear()
    with office.app.app_context():
        row = db.session.scalars(select(Outbox)).first()
        assert row is not None
        row.delivered_at, row.dead_at = None, row.created_at
        db.session.commit()
    browser = Browser(office.app).sign_in(office.director.login)
    assert "Co se nepodařilo předat (1)" in browser.get("/registry/office").text

    page = browser.get("/registry/office/stuck")
    done = browser.submit(page, "Zkusit znovu")
    office.run_worker()

    assert done.status == 303
    assert len(office.documents.made) == 1

"""What providers' events carry is what their readers take, and what the fakes of tests say."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.clients.documents import DocumentsClient
from shared.contracts.codec import from_json
from shared.contracts.events import Event
from shared.contracts.registry import ApplicationView, CallView
from shared.keys import KeyRing
from tests.contracts.cases import posted_letter, request, signed_document
from tests.contracts.stage import Stage
from tests.documents.offices import DIRECTOR, ORGANISATION, record
from tests.evaluation.fakes import FakeDocuments


def events_of(stage: Stage, name: str) -> list[Event]:
    """Return everything that a provider has told, page by page."""
    client, found, after = stage.client(name), list[Event](), 0
    while (page := client.events(after, actor=stage.actor(name))).events:
        found += page.events
        after = page.next
    return found


def test_registry_tells_calls_and_applications_in_full(stage: Stage) -> None:
    client, actor = stage.client("registry"), stage.actor("registry")
    told = {event.kind: event for event in events_of(stage, "registry")}

    call = from_json(CallView, told["call.published"].payload)
    application = from_json(ApplicationView, told["application.registered"].payload)

    now = client.get_call(stage.call_id, actor=actor)
    assert replace(call, state=now.state, **_presentation(now)) == now
    assert application == client.get_application(stage.application_id, actor=actor)


def _presentation(call: CallView) -> dict[str, Any]:
    """Return what a change of the presentations may have changed since the call was told."""
    return {
        "presentation_at": call.presentation_at,
        "presentation_place": call.presentation_place,
    }


def test_fake_documents_tell_nothing_that_the_real_ones_do_not(stage: Stage) -> None:
    signed_document(stage)
    made = stage.documents.put(record(DIRECTOR))
    client, actor = stage.client("documents"), stage.actor("documents")
    client.cancel_document(UUID(made["id"]), "Omyl", actor=actor)
    delivery = posted_letter(stage)["delivery"]["id"]
    handed = {"handed_over_on": stage.documents.clock.today().isoformat(), "received_by": "Jan"}
    reply = stage.documents.prove(delivery, "hand-over", DIRECTOR, handed)
    assert reply.status_code == 200, reply.json
    real = {event.kind: event.payload for event in events_of(stage, "documents")}

    told = _fake_events(stage)

    assert {event["kind"] for event in told} <= real.keys()
    for event in told:
        assert event["payload"].keys() <= real[event["kind"]].keys(), event["kind"]
        known = {name: real[event["kind"]][name] for name in event["payload"]}
        assert {n for n, v in known.items() if v is None} == set(), event["kind"]


def _fake_events(stage: Stage) -> list[dict[str, Any]]:
    """Let the fake of documents tell everything that it can tell."""
    fake = FakeDocuments(stage.documents.clock, ORGANISATION)
    client = DocumentsClient(fake, KeyRing(stage.folder / "keys", "evaluation"))
    sent, cancelled = uuid4(), uuid4()
    for document_id in (sent, cancelled):
        client.put_document(document_id, request(), actor=stage.actor("documents"))
    fake.sign(sent)
    fake.deliver(sent, stage.documents.clock.today() + timedelta(days=1))
    fake.cancel(cancelled)
    return fake.feed.events


def test_registry_tells_who_registered_an_application(stage: Stage) -> None:
    told = {event.kind: event for event in events_of(stage, "registry")}

    registrar = told["application.registered"].payload["registered_by_id"]

    assert registrar == str(stage.registry.director.actor.person_id)

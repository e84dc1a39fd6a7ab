"""One good call and one refused call for each method of the clients.

A case makes what it needs through the provider's own use cases, so the cases of one stage may run
in any order and any number of times.
"""

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from shared.actors import Actor
from shared.clients.registry import Accepted
from shared.clock import SystemClock
from shared.contracts import bundles
from shared.contracts import documents as paper
from shared.contracts.events import Event
from shared.contracts.registry import FolderEntry, PresentationChange, ResultRow, Results
from shared.evidence.offline.notes import stamped
from shared.http import ClientError, Conflict, Invalid, NotFound, Refused
from shared.keys import KeyRing
from shared.money import Money
from shared.tokens import make_person_token
from tests.contracts.stage import Stage
from tests.documents.offices import DIRECTOR, NOW, letter, record
from tests.registry.office import PDF

Act = Callable[[Stage, Any], Any]


@dataclass(frozen=True)
class Case:
    """What a client's method is to do, and how it fails."""

    good: Act
    """Makes the call with the given client and looks at the answer."""
    error: type[ClientError]
    slug: str
    bad: Act
    """Makes a call that the provider refuses."""


# Registry.


def get_call(stage: Stage, client: Any) -> None:
    call = client.get_call(stage.call_id, actor=stage.actor("registry"))

    assert (call.id, call.number, call.amount) == (stage.call_id, 8, Money.czk(8_890_000))
    assert [fiche.number for fiche in call.fiches] == ["F1", "F3"]
    assert call.fiches[0].scoring[0].maximum == 30


def get_application(stage: Stage, client: Any) -> None:
    found = client.get_application(stage.application_id, actor=stage.actor("registry"))

    assert (found.id, found.call_id) == (stage.application_id, stage.call_id)
    assert (found.number, found.state, found.fiche_number) == ("8/001", "registered", "F3")
    assert found.applicant.ic == "00262978" and len(found.files) == 3


def get_application_file(stage: Stage, client: Any) -> None:
    actor = stage.actor("registry")
    file = client.get_application(stage.application_id, actor=actor).files[0]

    assert client.get_file(stage.application_id, file.id, actor=actor) == PDF


def list_people(stage: Stage, client: Any) -> None:
    actor = stage.actor("registry")

    assert [one.name for one in client.list_people(actor=actor, role="director")] == ["Jana Malá"]
    assert len(client.list_people(actor=actor)) == 5


def _entry(**changes: Any) -> FolderEntry:
    entry = FolderEntry("control", "Kontrola provedena.", "Karel", NOW, "control_passed", uuid4())
    return replace(entry, **changes)


def put_folder_entry(stage: Stage, client: Any) -> None:
    entry_id, entry, actor = uuid4(), _entry(), stage.actor("registry")

    for _ in range(2):
        answer = client.put_folder_entry(stage.application_id, entry_id, entry, actor=actor)
        assert answer == Accepted(entry_id)


def put_another_folder_entry(stage: Stage, client: Any) -> None:
    entry_id, actor = uuid4(), stage.actor("registry")
    client.put_folder_entry(stage.application_id, entry_id, _entry(), actor=actor)
    client.put_folder_entry(stage.application_id, entry_id, _entry(kind="other"), actor=actor)


def _results(stage: Stage) -> Results:
    row = ResultRow(stage.application_id, "77.5", "approved", Money.czk(900_000), "Nejvíc bodů.")
    return Results("3/2026", date(2026, 6, 16), [row])


def put_results(stage: Stage, client: Any) -> None:
    resolution_id, actor = uuid4(), stage.actor("registry")

    for _ in range(2):
        answer = client.put_results(stage.call_id, resolution_id, _results(stage), actor=actor)
        assert answer == Accepted(resolution_id)


def put_results_as_documents(stage: Stage, _client: Any) -> None:
    client, actor = stage.client("registry", caller="documents"), stage.actor("registry")
    client.put_results(stage.call_id, uuid4(), _results(stage), actor=actor)


def put_presentation_change(stage: Stage, client: Any) -> None:
    change_id, actor = uuid4(), stage.actor("registry")
    change = PresentationChange(stage.another_moment(), "Sokolovna", "Havárie", "Jana Malá")

    for _ in range(2):
        answer = client.put_presentation_change(stage.call_id, change_id, change, actor=actor)
        assert answer == Accepted(change_id)
    call = client.get_call(stage.call_id, actor=actor)
    assert (call.presentation_at, call.presentation_place) == (change.new_at, "Sokolovna")


def put_presentation_change_without_place(stage: Stage, client: Any) -> None:
    change = PresentationChange(stage.another_moment(), "", "Havárie", "Jana Malá")
    actor = stage.actor("registry")
    client.put_presentation_change(stage.call_id, uuid4(), change, actor=actor)


def read_registry_events(stage: Stage, client: Any) -> None:
    actor = stage.actor("registry")
    page = client.events(0, actor=actor)

    assert {"call.published", "application.registered"} <= {one.kind for one in page.events}
    assert page.next == page.events[-1].seq
    assert client.events(page.next, actor=actor).events == []


def signed_in(stage: Stage, actor: Actor) -> Actor:
    """Return the person as a service sees her that acts for her."""
    return replace(
        actor, token=make_person_token(KeyRing(stage.folder / "keys", "registry"), actor)
    )


def list_registry_tasks(stage: Stage, client: Any) -> None:
    tasks = client.list_tasks(actor=signed_in(stage, stage.registry.assistant.actor)).tasks

    assert "Sestavit seznam přijatých žádostí" in [one.what for one in tasks]
    assert all(one.url.startswith("/") for one in tasks)


def list_registry_tasks_as_documents(stage: Stage, _client: Any) -> None:
    client = stage.client("registry", caller="documents")
    client.list_tasks(actor=stage.registry.assistant.actor)


def registry_case(act: Callable[[Any, Any], Any]) -> Act:
    """Return a call for which the client and the actor are enough."""
    return lambda stage, client: act(client, stage.actor("registry"))


def get_application_evidence(stage: Stage, client: Any) -> None:
    actor = stage.actor("registry")

    found = client.get_application_evidence(stage.application_id, actor=actor)
    brief = client.get_application_evidence(stage.application_id, actor=actor, is_brief=True)

    assert [part.name for part in found.parts][:2] == ["facts/call-8.json", "facts/8-001.json"]
    assert found.parts[-1].name.startswith("log/registry")
    kinds = [(one.requirement, one.about) for one in found.expected]
    assert kinds == [("R97 (1)", "8/001"), ("R97 (2)", "8/001"), ("R98", "8/001")]
    assert (brief.parts, brief.expected) == ([], found.expected)


def prove_log(stage: Stage, client: Any) -> None:
    actor = stage.actor("registry")

    reach = client.prove_log(actor=actor)
    again = client.prove_log(actor=actor)

    assert reach.until and reach.waits_until is None
    assert again == reach  # a stamp is no reason for the next one
    found = client.get_application_evidence(
        stage.application_id, actor=actor, log_until=reach.until
    )
    (extract,) = [json.loads(one.text) for one in found.parts if one.name.startswith("log/")]
    assert extract["anchor"] is not None and extract["records"]
    first = extract["records"][0]["entry"]["index"]
    less = client.get_application_evidence(stage.application_id, actor=actor, log_until=first)
    assert not [one for one in less.parts if one.name.startswith("log/")]


def prove_log_as_documents(stage: Stage, _client: Any) -> None:
    stage.client("registry", caller="documents").prove_log(actor=stage.actor("registry"))


def get_call_evidence(stage: Stage, client: Any) -> None:
    actor = stage.actor("registry")

    found = client.get_call_evidence(stage.call_id, actor=actor)
    brief = client.get_call_evidence(stage.call_id, actor=actor, is_brief=True)

    assert "R97 (8)" in [one.requirement for one in found.expected]
    assert found.deadlines[0].source == "R3 (D1)" and found.deadlines[0].done is not None
    assert (brief.parts, brief.deadlines) == ([], found.deadlines)


REGISTRY = {
    "get_call": Case(
        get_call,
        NotFound,
        "not-found",
        registry_case(lambda client, actor: client.get_call(uuid4(), actor=actor)),
    ),
    "get_application": Case(
        get_application,
        NotFound,
        "not-found",
        registry_case(lambda client, actor: client.get_application(uuid4(), actor=actor)),
    ),
    "get_file": Case(
        get_application_file,
        NotFound,
        "not-found",
        lambda stage, client: client.get_file(
            stage.application_id, uuid4(), actor=stage.actor("registry")
        ),
    ),
    "list_people": Case(
        list_people,
        Invalid,
        "invalid",
        registry_case(lambda client, actor: client.list_people(actor=actor, role="king")),
    ),
    "prove_log": Case(prove_log, Refused, "not-allowed", prove_log_as_documents),
    "get_application_evidence": Case(
        get_application_evidence,
        NotFound,
        "not-found",
        registry_case(lambda client, actor: client.get_application_evidence(uuid4(), actor=actor)),
    ),
    "get_call_evidence": Case(
        get_call_evidence,
        NotFound,
        "not-found",
        registry_case(lambda client, actor: client.get_call_evidence(uuid4(), actor=actor)),
    ),
    "list_tasks": Case(
        list_registry_tasks, Refused, "not-allowed", list_registry_tasks_as_documents
    ),
    "put_folder_entry": Case(put_folder_entry, Conflict, "id-reused", put_another_folder_entry),
    "put_results": Case(put_results, Refused, "not-allowed", put_results_as_documents),
    "put_presentation_change": Case(
        put_presentation_change, Invalid, "invalid", put_presentation_change_without_place
    ),
    "events": Case(
        read_registry_events,
        Invalid,
        "invalid",
        registry_case(lambda client, actor: client.events(-1, actor=actor)),
    ),
}


# Documents.


def request(**changes: Any) -> paper.DocumentRequest:
    """Return a letter with a block of each kind, a signer and a recipient."""
    blocks = [
        paper.heading("Výsledek"),
        paper.statement("PŘÍJEM ŽÁDOSTI"),
        paper.paragraph("Žádost byla přijata."),
        paper.fact_rows(("Žadatel", "Obec Abertamy")),
        paper.table([("Číslo", "left"), ("Částka", "right")], [["8/001", "10 Kč"]], ["", "10 Kč"]),
        paper.checklist(("Je úplná?", "yes", ""), ("Je včas?", "n_a", "poštou")),
    ]
    recipient = paper.Recipient("Obec Abertamy", ["Farní 2", "362 35 Abertamy"], ic="00254398")
    person = paper.Signer(UUID(int=1), "Ing. Jana Malá", "ředitelka")
    whole = paper.DocumentRequest(
        kind="result_notice",
        layout="letter",
        title="Oznámení o výsledku",
        content=paper.Content([("Spisová značka", "8/001")], blocks),
        signers=[person],
        case_id=uuid4(),
        call_id=uuid4(),
        facts={"points": "77.5"},
        delivery=paper.DeliveryRequest(recipient, "Oznámení", dispatch_by=date(2026, 4, 30)),
    )
    return replace(whole, **changes)


def put_document(stage: Stage, client: Any) -> None:
    document_id, asked, actor = uuid4(), request(), stage.actor("documents")

    view = client.put_document(document_id, asked, actor=actor)

    assert (view.id, view.state, view.kind) == (document_id, "draft", "result_notice")
    assert (view.case_id, view.call_id) == (asked.case_id, asked.call_id)
    assert view.signers[0].person_id == UUID(int=1) and view.signers[0].signed_at is None
    assert view.delivery.state == "waiting_for_issue"
    assert client.put_document(document_id, asked, actor=actor) == view


def put_other_document(stage: Stage, client: Any) -> None:
    document_id, asked, actor = uuid4(), request(), stage.actor("documents")
    client.put_document(document_id, asked, actor=actor)
    client.put_document(document_id, replace(asked, title="Jiné"), actor=actor)


def signed_document(stage: Stage) -> UUID:
    """Return a record that the director has signed and the worker sealed."""
    office = stage.documents
    if office.api("GET", "/signing-key", DIRECTOR).status_code != 200:
        office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR, case_id=str(uuid4())))
    reply = office.sign(made["id"], DIRECTOR)
    assert reply.status_code == 201, reply.json
    office.work()
    return UUID(made["id"])


def posted_letter(stage: Stage) -> Any:
    """Return a letter that waits to be posted, because its recipient has no data box."""
    made = stage.documents.put(letter())
    stage.documents.work(2)
    view = stage.documents.view(made["id"])
    assert view["delivery"]["state"] == "needs_person"
    return view


def get_document(stage: Stage, client: Any) -> None:
    document_id = signed_document(stage)

    view = client.get_document(document_id, actor=stage.actor("documents"))

    assert (view.state, view.issued_at, view.delivery) == ("issued", NOW, None)
    assert view.signers[0].signed_at == NOW


def list_documents(stage: Stage, client: Any) -> None:
    actor, asked, document_id = stage.actor("documents"), request(), uuid4()
    view = client.put_document(document_id, asked, actor=actor)

    page = client.list_documents(actor=actor, case_id=asked.case_id, page_size=5)

    assert (page.items, page.total, page.page, page.page_size) == ([view], 1, 1, 5)


def get_document_file(stage: Stage, client: Any) -> None:
    file = client.get_file(signed_document(stage), actor=stage.actor("documents"))

    assert file.startswith(b"%PDF") and b"/ByteRange" in file


def get_unsigned_file(stage: Stage, client: Any) -> None:
    made = stage.documents.put(record(DIRECTOR))
    client.get_file(UUID(made["id"]), actor=stage.actor("documents"))


def cancel_document(stage: Stage, client: Any) -> None:
    made = stage.documents.put(record(DIRECTOR))

    view = client.cancel_document(UUID(made["id"]), "Omyl", actor=stage.actor("documents"))

    assert (view.state, view.number) == ("cancelled", made["number"])


def cancel_issued_document(stage: Stage, client: Any) -> None:
    client.cancel_document(signed_document(stage), "Omyl", actor=stage.actor("documents"))


def time_stamp(stage: Stage, client: Any) -> None:
    digest = sha256(b"a checkpoint").digest()

    stamp = client.time_stamp(digest.hex(), actor=stage.actor("documents"))

    at, _ = stamped(b64decode(stamp.token), digest, stamp.roots)
    assert abs(SystemClock().now() - at) < timedelta(minutes=1)


def read_documents_events(stage: Stage, client: Any) -> None:
    actor = stage.actor("documents")
    document_id = signed_document(stage)
    mine, after = list[Event](), 0
    while (page := client.events(after, actor=actor)).events:
        mine += [event for event in page.events if event.subject_id == document_id]
        after = page.next

    assert [event.kind for event in mine] == ["document.signed", "document.issued"]
    assert mine[0].payload["document_id"] == str(document_id)


def read_events_as_documents(stage: Stage, _client: Any) -> None:
    client = stage.client("documents", caller="documents")
    client.events(0, actor=stage.actor("documents"))


def list_documents_tasks(stage: Stage, client: Any) -> None:
    made = posted_letter(stage)

    tasks = client.list_tasks(actor=signed_in(stage, DIRECTOR)).tasks

    assert [one.button for one in tasks if made["number"] in one.subject] == ["Vyřídit doručení"]
    auditor = replace(DIRECTOR, roles=frozenset({"auditor"}))
    assert client.list_tasks(actor=signed_in(stage, auditor)).tasks == []


def list_documents_tasks_as_registry(stage: Stage, _client: Any) -> None:
    stage.client("documents", caller="registry").list_tasks(actor=stage.actor("documents"))


def documents_case(act: Callable[[Any, Any], Any]) -> Act:
    """Return a call for which the client and the actor are enough."""
    return lambda stage, client: act(client, stage.actor("documents"))


def bundle_request(**changes: Any) -> bundles.BundleRequest:
    """Return a request with one of everything."""
    words = {"cs": "Kontrolní list", "en": "Control list"}
    day = date(2026, 4, 30)
    whole = bundles.BundleRequest(
        kind="case",
        title="Žádost 8/012",
        call_id=uuid4(),
        case_ids=[uuid4()],
        parts=[bundles.BundlePart("facts/a.json", "Údaje", "application/json", "{}")],
        deadlines=[bundles.DeadlineLine(words, "8/012", "R36", "at_most", day, None)],
        expected=[bundles.ExpectedRecord(words, "8/012", "R97 (3)", [], {"cs": "Nevznikl."})],
    )
    return replace(whole, **changes)


MANY_ROUNDS = 1000
"""Others' bundles come first, and in random order many tests have left some."""


def put_bundle(stage: Stage, client: Any) -> None:
    bundle_id, asked, actor = uuid4(), bundle_request(), stage.actor("documents")

    view = client.put_bundle(bundle_id, asked, actor=actor)

    assert (view.id, view.state, view.missing) == (bundle_id, "waiting", 1)
    assert (view.subject_id, view.call_id) == (asked.case_ids[0], asked.call_id)
    assert client.put_bundle(bundle_id, asked, actor=actor) == view


def put_another_bundle(stage: Stage, client: Any) -> None:
    bundle_id, asked, actor = uuid4(), bundle_request(), stage.actor("documents")
    client.put_bundle(bundle_id, asked, actor=actor)
    client.put_bundle(bundle_id, replace(asked, title="Jiný"), actor=actor)


def steer_bundle(act: str, states: tuple[str, ...], *before: str) -> Callable[[Stage, Any], None]:
    """Return a case: ask for a bundle, do what comes before, then the act."""

    def run(stage: Stage, client: Any) -> None:
        bundle_id, actor = uuid4(), stage.actor("documents")
        client.put_bundle(bundle_id, bundle_request(), actor=actor)
        for one in before:
            getattr(client, one)(bundle_id, actor=actor)
        assert getattr(client, act)(bundle_id, actor=actor).state in states

    return run


def steer_what_is_over(act: str) -> Callable[[Stage, Any], None]:
    def run(stage: Stage, client: Any) -> None:
        bundle_id, actor = uuid4(), stage.actor("documents")
        client.put_bundle(bundle_id, bundle_request(), actor=actor)
        client.cancel_bundle(bundle_id, actor=actor)
        getattr(client, act)(bundle_id, actor=actor)

    return run


def get_bundle(stage: Stage, client: Any) -> None:
    bundle_id, actor = uuid4(), stage.actor("documents")
    client.put_bundle(bundle_id, bundle_request(), actor=actor)
    for _ in range(MANY_ROUNDS):
        stage.documents.work(1)
        view = client.get_bundle(bundle_id, actor=actor)
        if view.state == "ready":
            break

    assert view.state == "ready" and view.size > 0 and len(view.sha256) == 64


def list_bundles(stage: Stage, client: Any) -> None:
    asked, actor = bundle_request(), stage.actor("documents")
    made = client.put_bundle(uuid4(), asked, actor=actor)

    page = client.list_bundles(actor=actor, subject_id=asked.case_ids[0])

    assert ([one.id for one in page.items], page.total) == ([made.id], 1)


def count_papers(stage: Stage, client: Any) -> None:
    call, other, actor = uuid4(), uuid4(), stage.actor("documents")
    client.put_document(uuid4(), replace(request(), call_id=call), actor=actor)

    found = client.count_papers([other, call], actor=actor).items

    assert [(one.call_id, one.documents, one.issued) for one in found] == [
        (other, 0, 0),
        (call, 1, 0),
    ]


WHY = "Ve vzoru dopisu je chyba."


def new_batch(stage: Stage, client: Any, count: int = 1) -> tuple[UUID, list[UUID]]:
    """Prepare a batch of letters; return its id and theirs."""
    batch_id, actor = uuid4(), stage.actor("documents")
    client.put_batch(batch_id, "Oznámení výsledků", actor=actor)
    asked = [(uuid4(), request()) for _ in range(count)]
    client.put_batch_items(batch_id, asked, actor=actor)
    return batch_id, [key for key, _ in asked]


def put_batch(stage: Stage, client: Any) -> None:
    batch_id, actor = uuid4(), stage.actor("documents")

    view = client.put_batch(batch_id, "Oznámení výsledků", actor=actor)

    assert (view.id, view.state, view.counts.total) == (batch_id, "prepared", 0)
    assert client.put_batch(batch_id, "Oznámení výsledků", actor=actor) == view


def put_batch_items(stage: Stage, client: Any) -> None:
    batch_id, actor = uuid4(), stage.actor("documents")
    client.put_batch(batch_id, "Oznámení výsledků", actor=actor)
    asked = [(uuid4(), request()) for _ in range(2)]

    view = client.put_batch_items(batch_id, asked, actor=actor)

    assert view.counts.waiting == 2
    assert client.put_batch_items(batch_id, asked, actor=actor) == view


def get_batch(stage: Stage, client: Any) -> None:
    batch_id, _ = new_batch(stage, client)

    assert client.get_batch(batch_id, actor=stage.actor("documents")).counts.waiting == 1


def list_batch_items(stage: Stage, client: Any) -> None:
    batch_id, ids = new_batch(stage, client, 2)

    page = client.list_batch_items(batch_id, actor=stage.actor("documents"), page_size=1)

    assert ([one.document_id for one in page.items], page.total) == (ids[:1], 2)


def preview_batch_item(stage: Stage, client: Any) -> None:
    batch_id, ids = new_batch(stage, client)

    shown = client.preview_batch_item(batch_id, ids[0], actor=stage.actor("documents"))

    assert (shown.document_id, shown.state) == (ids[0], "waiting")


def confirm_batch(stage: Stage, client: Any) -> None:
    batch_id, _ = new_batch(stage, client)

    view = client.confirm_batch(batch_id, 1, actor=stage.actor("documents"))

    assert view.state in ("running", "done")


def confirm_with_another_count(stage: Stage, client: Any) -> None:
    batch_id, _ = new_batch(stage, client)
    client.confirm_batch(batch_id, 2, actor=stage.actor("documents"))


def pause_batch(stage: Stage, client: Any) -> None:
    batch_id, _ = new_batch(stage, client)
    actor = stage.actor("documents")
    version = client.confirm_batch(batch_id, 1, actor=actor).version

    assert client.pause_batch(batch_id, WHY, version, actor=actor).state == "paused"


def pause_what_does_not_run(stage: Stage, client: Any) -> None:
    batch_id, _ = new_batch(stage, client)
    actor = stage.actor("documents")
    version = client.get_batch(batch_id, actor=actor).version
    client.pause_batch(batch_id, WHY, version, actor=actor)


def resume_batch(stage: Stage, client: Any) -> None:
    batch_id, _ = new_batch(stage, client)
    actor = stage.actor("documents")
    version = client.confirm_batch(batch_id, 1, actor=actor).version
    paused = client.pause_batch(batch_id, WHY, version, actor=actor)

    assert client.resume_batch(batch_id, WHY, paused.version, actor=actor).state == "running"


def resume_what_is_not_paused(stage: Stage, client: Any) -> None:
    batch_id, _ = new_batch(stage, client)
    actor = stage.actor("documents")
    version = client.get_batch(batch_id, actor=actor).version
    client.resume_batch(batch_id, WHY, version, actor=actor)


def unknown_batch(method: str, *given: Any) -> Act:
    """Return a call about a batch that is not there."""
    return documents_case(
        lambda client, actor: getattr(client, method)(uuid4(), *given, actor=actor)
    )


BATCHES = {
    "put_batch": Case(
        put_batch,
        Invalid,
        "invalid",
        documents_case(lambda client, actor: client.put_batch(uuid4(), "", actor=actor)),
    ),
    "put_batch_items": Case(
        put_batch_items,
        Invalid,
        "invalid",
        documents_case(lambda client, actor: client.put_batch_items(uuid4(), [], actor=actor)),
    ),
    "get_batch": Case(get_batch, NotFound, "not-found", unknown_batch("get_batch")),
    "list_batch_items": Case(
        list_batch_items, NotFound, "not-found", unknown_batch("list_batch_items")
    ),
    "preview_batch_item": Case(
        preview_batch_item, NotFound, "not-found", unknown_batch("preview_batch_item", uuid4())
    ),
    "confirm_batch": Case(confirm_batch, Invalid, "count-differs", confirm_with_another_count),
    "pause_batch": Case(pause_batch, Conflict, "act-not-allowed", pause_what_does_not_run),
    "resume_batch": Case(resume_batch, Conflict, "act-not-allowed", resume_what_is_not_paused),
}


DOCUMENTS = {
    **BATCHES,
    "put_document": Case(put_document, Conflict, "id-reused", put_other_document),
    "get_document": Case(
        get_document,
        NotFound,
        "not-found",
        documents_case(lambda client, actor: client.get_document(uuid4(), actor=actor)),
    ),
    "put_bundle": Case(put_bundle, Conflict, "bundle-id-reused", put_another_bundle),
    "get_bundle": Case(
        get_bundle,
        NotFound,
        "not-found",
        documents_case(lambda client, actor: client.get_bundle(uuid4(), actor=actor)),
    ),
    "pause_bundle": Case(
        steer_bundle("pause_bundle", ("paused",)),
        Conflict,
        "act-not-allowed",
        steer_what_is_over("pause_bundle"),
    ),
    "resume_bundle": Case(
        steer_bundle("resume_bundle", ("waiting", "making", "ready"), "pause_bundle"),
        Conflict,
        "act-not-allowed",
        steer_what_is_over("resume_bundle"),
    ),
    "cancel_bundle": Case(
        steer_bundle("cancel_bundle", ("cancelled",)),
        Conflict,
        "act-not-allowed",
        steer_what_is_over("cancel_bundle"),
    ),
    "list_bundles": Case(
        list_bundles,
        Invalid,
        "invalid",
        documents_case(lambda client, actor: client.list_bundles(actor=actor, colour="red")),
    ),
    "count_papers": Case(
        count_papers,
        Invalid,
        "invalid",
        documents_case(lambda client, actor: client.count_papers([], actor=actor)),
    ),
    "list_documents": Case(
        list_documents,
        Invalid,
        "invalid",
        documents_case(lambda client, actor: client.list_documents(actor=actor, colour="red")),
    ),
    "get_file": Case(get_document_file, Conflict, "file-not-ready", get_unsigned_file),
    "time_stamp": Case(
        time_stamp,
        Invalid,
        "invalid",
        documents_case(lambda client, actor: client.time_stamp("no digest", actor=actor)),
    ),
    "list_tasks": Case(
        list_documents_tasks, Refused, "not-allowed", list_documents_tasks_as_registry
    ),
    "cancel_document": Case(cancel_document, Conflict, "wrong-state", cancel_issued_document),
    "events": Case(read_documents_events, Refused, "not-allowed", read_events_as_documents),
}

CASES = {"registry": REGISTRY, "documents": DOCUMENTS}

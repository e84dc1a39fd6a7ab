"""The typed client against the real app: the same bytes, the same errors."""

from uuid import UUID, uuid4

import pytest

from shared.actors import Actor
from shared.clients.documents import DocumentsClient
from shared.contracts.documents import (
    Content,
    DeliveryRequest,
    DocumentRequest,
    Recipient,
    Signer,
    checklist,
    fact_rows,
    heading,
    paragraph,
    statement,
    table,
)
from shared.http import ClientError, InProcessTransport
from shared.keys import KeyRing
from tests.documents.offices import DIRECTOR, ORGANISATION, Office

WORKER = Actor(organisation_id=ORGANISATION, name="Ing. Jana Malá")


@pytest.fixture
def client(office: Office) -> DocumentsClient:
    keys = KeyRing(office.app.extensions["vyzva-settings"].keys_folder, "registry")
    return DocumentsClient(InProcessTransport(office.app), keys)


def request(*signers: Signer, delivery: DeliveryRequest | None = None) -> DocumentRequest:
    blocks = [
        statement("PŘÍJEM ŽÁDOSTI"),
        heading("Údaje"),
        paragraph("Žádost byla přijata."),
        fact_rows(("Žadatel", "Obec Abertamy"), ("IČO", "00254398")),
        table([("Soubor", "left"), ("Bajtů", "right")], [["a.pdf", "10"]], ["Celkem", "10"]),
        checklist(("Je úplná?", "yes", ""), ("Je včas?", "n_a", "bez lhůty")),
    ]
    return DocumentRequest(
        kind="intake_record",
        layout="record",
        title="Příjem žádosti",
        content=Content([("Výzva", "8. výzva")], blocks),
        signers=list(signers),
        facts={"files": [{"sha256": "ab"}]},
        case_id=uuid4(),
        delivery=delivery,
    )


def test_every_kind_of_block_is_taken(client: DocumentsClient) -> None:
    signer = Signer(DIRECTOR.person_id or UUID(int=0), DIRECTOR.name, "ředitelka")
    document_id, wanted = uuid4(), request(signer)

    made = client.put_document(document_id, wanted, actor=WORKER)

    assert (made.id, made.state, made.signers[0].name) == (document_id, "draft", DIRECTOR.name)
    assert client.put_document(document_id, wanted, actor=WORKER) == made
    assert client.get_document(document_id, actor=WORKER) == made
    listed = client.list_documents(actor=WORKER, case_id=wanted.case_id)
    assert [item.id for item in listed.items] == [document_id]


def test_another_request_under_the_same_id_is_a_conflict(client: DocumentsClient) -> None:
    document_id = uuid4()
    client.put_document(document_id, request(), actor=WORKER)

    with pytest.raises(ClientError) as refused:
        client.put_document(document_id, request(), actor=WORKER)

    assert (refused.value.status, refused.value.slug) == (409, "id-reused")


def test_a_posted_letter_is_told_to_its_sender(client: DocumentsClient, office: Office) -> None:
    recipient = Recipient("Jan Novák", ["Farní 3", "362 35 Abertamy"])
    made = client.put_document(
        uuid4(), request(delivery=DeliveryRequest(recipient, "Oznámení")), actor=WORKER
    )
    office.work(2)
    issued = client.get_document(made.id, actor=WORKER)
    assert issued.delivery is not None
    assert (issued.state, issued.delivery.state) == ("issued", "needs_person")

    slip = {"posted_on": "2026-04-03", "tracking_number": "RR123456785CZ"}
    office.prove(str(issued.delivery.id), "posting", DIRECTOR, slip)

    posted = client.get_document(made.id, actor=WORKER).delivery
    assert posted is not None
    assert (posted.channel, posted.state) == ("post", "sent")
    assert client.get_file(made.id, actor=WORKER).startswith(b"%PDF")
    kinds = [event.kind for event in client.events(0, actor=WORKER).events]
    assert kinds == [
        "document.signed",
        "document.issued",
        "delivery.needs_person",
        "delivery.dispatched",
    ]


def test_cancelling(client: DocumentsClient) -> None:
    signer = Signer(DIRECTOR.person_id or UUID(int=0), DIRECTOR.name, "ředitelka")
    made = client.put_document(uuid4(), request(signer), actor=WORKER)

    assert client.cancel_document(made.id, "chyba", actor=WORKER).state == "cancelled"


def test_a_missing_document_is_said_to_be_missing(client: DocumentsClient) -> None:
    with pytest.raises(ClientError) as refused:
        client.get_document(uuid4(), actor=WORKER)

    assert refused.value.status == 404

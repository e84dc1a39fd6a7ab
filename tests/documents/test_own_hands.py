"""Into the addressee's own hands: asked for with the document, seen at signing, in the envelope."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.documents.models import Delivery, db
from tests.documents.conftest import TOWN, Simulator
from tests.documents.offices import ASSISTANT, DIRECTOR, SCAN, Office, letter, open_office
from tests.documents.paid_office import approve, open_paid_office


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    office = open_paid_office(simulator, tmp_path, database_url)
    approve(office, 10, None)
    return office


def is_personal(office: Office, simulator: Simulator, made: dict[str, Any]) -> bool:
    """Read in the message as ISDS has sealed it whether it is for the addressee's own hands."""
    reference = f"{made['number']}/1"
    [sent] = simulator.control("GET", f"/messages?reference={reference}")["messages"]
    sealed: bytes = office.app.extensions["documents-tools"].gateway.signed_sent_message(sent["id"])
    [told] = re.findall(rb"dmPersonalDelivery>(true|false)</", sealed)
    return bool(told == b"true")


@pytest.mark.parametrize("own_hands", [True, False])
def test_what_was_asked_for_is_seen_at_signing_and_stands_in_the_envelope(
    sender: Office, simulator: Simulator, own_hands: bool
) -> None:
    sender.make_key(DIRECTOR)
    made = sender.put(letter(DIRECTOR, box=TOWN, own_hands=own_hands))
    page = sender.browser(DIRECTOR).get(f"/sign?ids={made['id']}").text
    told = sender.api("GET", f"/documents/{made['id']}/postage", DIRECTOR).json["postage"]

    sender.sign(made["id"], DIRECTOR)
    sender.work(2)

    assert ("do vlastních rukou" in page) is told["own_hands"] is own_hands
    assert sender.view(made["id"])["delivery"]["own_hands"] is own_hands
    assert is_personal(sender, simulator, made) is own_hands


def test_a_letter_of_a_batch_keeps_it(sender: Office, simulator: Simulator) -> None:
    batch, key = str(uuid4()), str(uuid4())
    sender.service("PUT", f"/batches/{batch}", {"title": "Rozhodnutí"})
    item = {"document_id": key, "request": letter(box=TOWN, own_hands=True)}
    sender.service("PUT", f"/batches/{batch}/items", {"items": [item]})

    told = sender.api("GET", f"/batches/{batch}/postage", ASSISTANT).json
    sender.service("POST", f"/batches/{batch}/confirmation", {"count": 1})
    sender.work(3)

    assert told["own_hands"] == 1
    assert is_personal(sender, simulator, sender.view(key))


def test_a_word_that_is_no_answer_is_refused(sender: Office) -> None:
    reply = sender.service("PUT", f"/documents/{uuid4()}", letter(box=TOWN, own_hands="ano"))

    assert reply.status_code == 422


def test_on_paper_it_goes_with_an_advice_and_no_day_is_presumed(
    tmp_path: Path, database_url: str
) -> None:
    office = open_office(tmp_path / "var", database_url)
    made = office.put(letter(own_hands=True))
    office.work(2)
    found = office.view(made["id"])["delivery"]
    page = office.browser(ASSISTANT).get(f"/deliveries/{found['id']}").text
    day = str(office.clock.today())

    told = {"posted_on": day, "tracking_number": "RR123456785CZ"}
    assert office.prove(found["id"], "posting", ASSISTANT, told, scan=SCAN).status_code == 200

    after = office.view(made["id"])["delivery"]
    table = office.browser(ASSISTANT).get(f"/posting-sheet/{day}.csv").text
    [item] = office.api("GET", "/posted-items", ASSISTANT, posted_on=day).json["items"]
    assert "doporučeně s dodejkou do vlastních rukou" in page
    assert "předejte ho jen adresátovi" in page
    with office.context():
        assert db.session.get_one(Delivery, UUID(found["id"])).presumed_on is None
    assert after["state"] == "sent"
    assert "doporučeně s dodejkou do vlastních rukou" in table
    assert (item["with_advice"], item["own_hands"]) == (True, True)

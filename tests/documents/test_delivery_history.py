"""One delivery with its whole history: what people decided and why, and what ISDS says."""

import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.documents.models import Audit, Delivery, Proof, db
from services.documents.worker import outbox
from shared.db import transaction
from tests.documents.conftest import TOWN, Simulator
from tests.documents.meanwhile import open_sender, told_of
from tests.documents.offices import AUDITOR, DIRECTOR, Office, letter

PUT_IN = "Datová zpráva byla dodána do datové schránky příjemce."
BY_ISDS = "podle doručenky z ISDS"


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    return open_sender(simulator, tmp_path, database_url, told_of(simulator))


def issue(office: Office) -> dict[str, Any]:
    made = office.put(letter(box=TOWN))
    office.work(2)
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    return found


def history(office: Office, found: dict[str, Any]) -> list[str]:
    """Return the lines of the history as people read them."""
    page = office.browser(AUDITOR).get(f"/deliveries/{found['id']}").text
    lines = re.findall(r"<li>(.*?)</li>", page.partition('id="history"')[2], re.DOTALL)
    return [
        re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", one))).strip().replace("\xa0", " ")
        for one in lines
    ]


def test_events_of_isds_stand_among_the_acts_with_their_words_and_times(
    sender: Office, simulator: Simulator
) -> None:
    found = issue(sender)

    told = history(sender, found)

    with sender.context():
        facts = db.session().query(Proof).filter_by(kind="delivery_info").one().facts
    assert [one["code"] for one in facts["events"]] == ["EV0", "EV5"]
    of_isds = [one for one in told if one.endswith(BY_ISDS)]
    assert [one.partition(" ")[0] for one in of_isds] == ["EV0:", "EV5:"]
    assert of_isds[1].startswith(f"EV5: {PUT_IN}")
    begun = next(n for n, one in enumerate(told) if one.startswith("Začalo odesílání"))
    assert begun < told.index(of_isds[0])
    day = date.fromisoformat(found["delivered_on"])
    delivered = f"Doručeno: {day.day}. {day.month}. {day.year}, dodáním do schránky orgánu"
    assert any(one.startswith(delivered) for one in told)


def test_while_nothing_happened_the_page_says_what_is_waited_for(sender: Office) -> None:
    made = sender.put(letter(box=TOWN))
    path = f"/deliveries/{sender.view(made['id'])['delivery']['id']}"
    assert "Zatím nic: dokument čeká na vydání." in sender.browser(AUDITOR).get(path).text

    with sender.context():
        outbox(sender.app.extensions["documents-tools"]).run_once()

    assert "vydaný a čeká na odeslání." in sender.browser(AUDITOR).get(path).text


def test_events_come_in_the_order_of_their_times(sender: Office, simulator: Simulator) -> None:
    found = issue(sender)
    with sender.context(), transaction(db.session()) as session:
        first = min(one.at for one in session.query(Audit).filter_by(act="begin_sending"))
        proof = session.query(Proof).filter_by(kind="delivery_info").one()
        times = {"EV0": first - timedelta(days=1), "EV5": first + timedelta(days=1)}
        events = [{**one, "at": times[one["code"]].isoformat()} for one in proof.facts["events"]]
        proof.facts = {**proof.facts, "events": list(reversed(events))}

    told = history(sender, found)

    assert told[0].startswith("EV0:")
    assert told[-1].startswith("EV5:")


def test_what_a_delivery_info_says_of_another_message_is_not_told(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("other_recipient", "GetSignedDeliveryInfo")
    found = issue(sender)

    told = history(sender, found)

    assert any("Uložen doklad: Doručenka (ZFO)" in one for one in told)
    assert not [one for one in told if one.endswith(BY_ISDS)]


def test_a_refusal_for_now_is_told_in_words(sender: Office, simulator: Simulator) -> None:
    simulator.fault("status", params={"code": "3008"}, times=1)
    found = issue(sender)

    told = history(sender, found)

    assert any(
        one.startswith("Odeslání se odkládá: ISDS je zahlcený a zprávu zatím nepřijal (kód 3008).")
        for one in told
    )


def test_what_a_person_wrote_is_shown_as_text_only(sender: Office, simulator: Simulator) -> None:
    simulator.fault("status", params={"code": "1214"}, times=1)
    found = issue(sender)
    why = "<b>Dlouhé</b> " + "nedělitelné" * 40
    body = {"to": "in_person", "reason": why, "version": found["version"]}

    reply = sender.api("POST", f"/deliveries/{found['id']}/channel", DIRECTOR, body)
    page = sender.browser(AUDITOR).get(f"/deliveries/{found['id']}").text

    assert reply.status_code == 200, reply.json
    assert "datovou schránkou → osobně" in page
    assert "&lt;b&gt;Dlouhé&lt;/b&gt; nedělitelné" in page
    assert "<b>Dlouhé" not in page


def test_paper_is_told_with_its_days_and_numbers(office: Office) -> None:
    made = office.put(letter(name="Jan Novák"))
    office.work(2)
    found = office.view(made["id"])["delivery"]
    today = str(office.clock.today())
    posted = {"posted_on": today, "tracking_number": "RR123456785CZ"}
    assert office.prove(found["id"], "posting", DIRECTOR, posted).status_code == 200
    with office.context():
        number = db.session().get_one(Delivery, UUID(found["id"])).tracking_number

    told = history(office, found)

    day = office.clock.today()
    line = f"Podáno na poště: {day.day}. {day.month}. {day.year}, {number}"
    assert any(one.startswith(line) for one in told)

"""A box is closed from a past day on: what counted as delivered by fiction does not (F13)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import GatewayUnavailable, StateChange
from services.documents.desk import tools
from services.documents.dispatch import overturning
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.overturning import Overturner
from services.documents.dispatch.proving import Proved, Stored
from services.documents.models import Delivery, StateLook, db
from services.documents.web.words import ACTS
from shared.db import read_only, transaction
from tests.documents.conftest import FARM, TOWN, Simulator
from tests.documents.offices import DIRECTOR, Office
from tests.documents.paid_office import approve, issue, open_paid_office

SENT_ON = datetime(2026, 4, 3, 8, tzinfo=UTC)
TENTH_DAY = datetime(2026, 4, 13, 12, tzinfo=UTC)
AFTERWARDS = datetime(2026, 4, 20, 8, tzinfo=UTC)


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    office = open_paid_office(simulator, tmp_path, database_url)
    approve(office, 10, None)
    return office


def move(office: Office, simulator: Simulator, moment: datetime) -> None:
    """Turn both clocks, and let the worker look at everything at once."""
    simulator.advance(now=moment.isoformat(), stopped=True)
    office.clock.move_to(moment)
    with office.context(), transaction(db.session()) as session:
        session.query(Delivery).update({"next_at": None})


def by_fiction(office: Office, simulator: Simulator) -> dict[str, Any]:
    """Return a letter that counts as delivered by fiction."""
    move(office, simulator, SENT_ON)
    made = issue(office)
    office.work(2)
    move(office, simulator, TENTH_DAY)
    office.work(2)
    found = delivery_of(office, made)
    assert (found["state"], found["delivery_basis"]) == ("delivered", "fiction")
    return made


def delivery_of(office: Office, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    return found


def close(office: Office, simulator: Simulator) -> None:
    move(office, simulator, AFTERWARDS)
    simulator.control("POST", f"/boxes/{FARM}/closure", {})


def infos(found: dict[str, Any]) -> list[dict[str, Any]]:
    return [proof for proof in found["proofs"] if proof["kind"] == "delivery_info"]


def test_a_delivery_is_taken_back_with_its_reason_and_both_proofs(
    sender: Office, simulator: Simulator
) -> None:
    made = by_fiction(sender, simulator)
    before = infos(delivery_of(sender, made))

    close(sender, simulator)
    sender.work()

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("needs_person", "undeliverable")
    assert (found["delivered_on"], found["delivery_basis"]) == (None, None)
    assert infos(found)[: len(before)] == before
    assert len(infos(found)) == len(before) + 1
    assert sender.events()[-1] == "delivery.overturned"
    with sender.context():
        row = db.session().query(Delivery).one()
        codes = [[event["code"] for event in proof.facts["events"]] for proof in row.proofs[1:]]
    assert any("EV2" in one for one in codes[:-1])
    assert "EV3" in codes[-1]
    assert "overturn" in ACTS
    page = sender.browser(DIRECTOR).get(f"/deliveries/{found['id']}").text.replace("\xa0", " ")
    assert "Doručeno: 13. 4. 2026, uplynutím desátého dne (fikcí)" in page
    told = "Zprávu nelze doručit: schránka byla zpětně znepřístupněna."
    taken_back = f"{told}, 13. 4. 2026, uplynutím desátého dne (fikcí)"
    assert f"Doručení fikcí zpětně padlo: {taken_back}" in page


def test_afterwards_it_goes_by_post_and_is_delivered_by_it(
    sender: Office, simulator: Simulator
) -> None:
    made = by_fiction(sender, simulator)
    close(sender, simulator)
    sender.work()
    place = delivery_of(sender, made)["id"]

    version = sender.api("GET", f"/deliveries/{place}", DIRECTOR).json["version"]
    why = {"to": "post", "reason": "Schránka je zpětně znepřístupněná.", "version": version}
    assert sender.api("POST", f"/deliveries/{place}/channel", DIRECTOR, why).status_code == 200
    posted = {"posted_on": "2026-04-20", "tracking_number": "RR123456785CZ"}
    assert sender.prove(place, "posting", DIRECTOR, posted).status_code == 200
    sender.work(2)
    on_its_way = delivery_of(sender, made)["state"]
    move(sender, simulator, datetime(2026, 4, 23, 12, tzinfo=UTC))
    sender.work(2)

    assert on_its_way == "sent"
    found = delivery_of(sender, made)
    assert (found["state"], found["delivery_basis"]) == ("delivered", "posted")
    assert len(simulator.messages()) == 1


def test_a_new_message_to_the_closed_box_is_refused(sender: Office, simulator: Simulator) -> None:
    made = by_fiction(sender, simulator)
    close(sender, simulator)
    sender.work()

    again = sender.retry(delivery_of(sender, made)["id"])

    assert again.status_code == 409


def test_a_proof_that_cannot_be_had_takes_nothing_back_and_is_asked_for_again(
    sender: Office, simulator: Simulator
) -> None:
    made = by_fiction(sender, simulator)
    close(sender, simulator)
    params = {"status": 503, "when": "before"}
    simulator.fault("http", "GetSignedDeliveryInfo", params=params, times=1)

    sender.work()
    meanwhile = delivery_of(sender, made)["state"]
    sender.work()

    assert meanwhile == "delivered"
    assert delivery_of(sender, made)["state"] == "needs_person"


def test_what_a_login_delivered_is_never_asked_about(sender: Office, simulator: Simulator) -> None:
    issue(sender, TOWN)
    sender.work(2)
    before = len(simulator.control("GET", "/ledger")["calls"])

    sender.work(2)

    assert len(simulator.control("GET", "/ledger")["calls"]) == before


def test_what_was_taken_back_while_the_worker_was_away_for_long_is_found(
    sender: Office, simulator: Simulator
) -> None:
    made, kept = by_fiction(sender, simulator), by_fiction(sender, simulator)
    sender.work()
    message = message_of(simulator, made)
    move(sender, simulator, AFTERWARDS)
    simulator.control("POST", f"/messages/{message}/closure", {})
    move(sender, simulator, AFTERWARDS + timedelta(days=40))

    sender.work()

    assert delivery_of(sender, made)["state"] == "needs_person"
    assert delivery_of(sender, kept)["state"] == "delivered"


def test_who_was_away_asks_each_message_once_and_not_at_every_start(
    sender: Office, simulator: Simulator
) -> None:
    by_fiction(sender, simulator)
    move(sender, simulator, AFTERWARDS + timedelta(days=40))
    sender.work()
    asked = questions(simulator)
    move(sender, simulator, AFTERWARDS + timedelta(days=50))

    sender.work()  # another process of the worker

    assert asked == 1
    assert questions(simulator) == asked


def test_what_could_not_be_proved_is_asked_for_again(sender: Office, simulator: Simulator) -> None:
    made = by_fiction(sender, simulator)
    move(sender, simulator, AFTERWARDS)
    simulator.control("POST", f"/messages/{message_of(simulator, made)}/closure", {})
    move(sender, simulator, AFTERWARDS + timedelta(days=40))
    params = {"status": 503, "when": "before"}
    simulator.fault("http", "GetSignedDeliveryInfo", params=params, times=1)

    sender.work()
    meanwhile = delivery_of(sender, made)["state"]
    sender.work()

    assert (meanwhile, delivery_of(sender, made)["state"]) == ("delivered", "needs_person")


def test_while_nobody_answers_it_is_asked_once_a_minute(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at every turn of the worker, which would fill the log of a long outage."""
    by_fiction(sender, simulator)
    asked: list[datetime] = []

    def silent(_gateway: object, since: datetime, _until: object) -> list[StateChange]:
        asked.append(since)
        raise GatewayUnavailable("Nobody answers.")

    monkeypatch.setattr(IsdsGateway, "state_changes", silent)
    with sender.context(), time_machine.travel(datetime.now(UTC), tick=False) as time:
        overturner = Overturner(DispatchDesk(db.session, tools()))
        for seconds in (0, 1, 58, 1, 1):
            time.shift(seconds)
            assert overturner.run_once() == 0

    assert len(asked) == 2


def test_what_cannot_be_taken_back_keeps_no_other_one_and_is_not_forgotten(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listened for forty days, and something unforeseen hinders one of three."""
    made = [by_fiction(sender, simulator) for _ in range(3)]
    move(sender, simulator, AFTERWARDS)
    for one in made:
        simulator.control("POST", f"/messages/{message_of(simulator, one)}/closure", {})
    move(sender, simulator, AFTERWARDS + timedelta(days=40))
    numbers = [delivery_of(sender, one)["message_id"] for one in made]
    store, is_broken = overturning.store, True

    def fails_for_the_first(desk: DispatchDesk, proofs: Sequence[Proved]) -> Stored:
        if is_broken and proofs[0].info.message_id == numbers[0]:
            raise ZeroDivisionError
        return store(desk, proofs)

    monkeypatch.setattr(overturning, "AT_ONCE", 1)
    monkeypatch.setattr(overturning, "store", fails_for_the_first)
    with sender.context(), time_machine.travel(datetime.now(UTC), tick=False) as time:
        before = seen_until()
        overturner = Overturner(DispatchDesk(db.session, tools()))
        for _ in range(3):
            overturner.run_once()
        meanwhile = [delivery_of(sender, one)["state"] for one in made]
        heard = [before, seen_until()]
        is_broken = False
        time.shift(overturning.SOON)
        overturner.run_once()
        heard.append(seen_until())

    assert meanwhile == ["delivered", "needs_person", "needs_person"]
    assert delivery_of(sender, made[0])["state"] == "needs_person"
    assert heard[0] == heard[1] < heard[2]


def seen_until() -> datetime:
    with read_only(db.session()) as session:
        return session.query(StateLook).one().seen_until


def message_of(simulator: Simulator, made: dict[str, Any]) -> str:
    found = [one for one in simulator.messages() if made["number"] in str(one)]
    assert len(found) == 1
    return str(found[0]["id"])


def questions(simulator: Simulator) -> int:
    rows = simulator.control("GET", "/ledger")["calls"]
    return sum(row["calls"] for row in rows if row["operation"] == "GetDeliveryInfo")

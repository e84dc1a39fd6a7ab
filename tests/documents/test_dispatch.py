"""The worker and the simulator together: sent once, proved, and never twice."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from asn1crypto import pem

from services.documents.delivery import proofs as isds_proofs
from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import DeliveryInfo, OutgoingMessage, Permit, SentRecord
from services.documents.domain.isds_outcome import Exchange
from services.documents.models import Delivery, db
from services.documents.worker import create_worker, outbox
from shared.calendar_cz import prague_day
from shared.clock import SystemClock
from shared.db import transaction
from tests.documents.conftest import (
    CLOSED,
    FARM,
    SENDER_LOGIN,
    TOWN,
    Simulator,
)
from tests.documents.offices import CONTROLLER, DIRECTOR, STRANGER, Office, letter, open_office

NOBODY = "Zbyhněv Bezschránkový"


class FlakyGateway(IsdsGateway):
    """The real client, whose process can be killed right after the message was created."""

    def __init__(self, account: IsdsAccount) -> None:
        super().__init__(account)
        self.is_killed_after_sending = False
        self.sleeps_after_list: Callable[[], object] = int

    def sent_messages(self, since: datetime, until: datetime) -> list[SentRecord]:
        found = super().sent_messages(since, until)
        self.sleeps_after_list()
        return found

    def create_message(self, message: OutgoingMessage, permit: Permit | None = None) -> Exchange:
        exchange = super().create_message(message, permit)
        if self.is_killed_after_sending:
            self.is_killed_after_sending = False
            raise KeyboardInterrupt  # passes through every handler, as a kill does
        return exchange


@pytest.fixture
def gateway(simulator: Simulator) -> FlakyGateway:
    return FlakyGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))


@pytest.fixture
def sender(
    simulator: Simulator, gateway: FlakyGateway, tmp_path: Path, database_url: str
) -> Iterator[Office]:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    office = open_office(tmp_path / "var", database_url, gateway, isds_seal_roots=roots)
    office.clock.move_to(datetime.now(UTC))
    yield office


def issue(office: Office, box: str | None, **more: Any) -> dict[str, Any]:
    """Make a letter that needs no signature, so that the seal issues it at once."""
    return office.put(letter(box=box, **more))


def delivery_of(office: Office, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    return found


def change(office: Office, made: dict[str, Any], **values: Any) -> None:
    """Turn the hands of a delivery's own clock."""
    with office.context(), transaction(db.session()) as session:
        row = session.query(Delivery).filter_by(sender_reference=f"{made['number']}/1").one()
        for name, value in values.items():
            setattr(row, name, value)


def long_ago() -> datetime:
    return SystemClock().now() - timedelta(minutes=1)


def test_a_message_to_a_town_is_delivered_when_put_in(sender: Office, simulator: Simulator) -> None:
    made = issue(sender, TOWN)

    sender.work(2)

    found = delivery_of(sender, made)
    assert (found["state"], found["delivery_basis"], found["channel"]) == (
        "delivered",
        "ovm",
        "data_box",
    )
    (message,) = simulator.messages()
    assert message["id"] == found["message_id"]
    assert sorted(proof["kind"] for proof in found["proofs"]) == ["delivery_info", "sent_message"]
    kinds = sender.events()
    assert kinds[-2:] == ["delivery.dispatched", "delivery.delivered"]


def test_a_file_that_is_not_the_issued_one_does_not_leave(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender, TOWN)
    with sender.context():
        outbox(sender.app.extensions["documents-tools"]).run_once()
    with sender.context(), transaction(db.session()) as session:
        row = session.get_one(Delivery, UUID(delivery_of(sender, made)["id"]))
        row.document.sha256 = row.document.preview_sha256

    sender.work(2)

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("needs_person", "unsound_file")
    assert simulator.messages() == []


def test_the_nearest_legal_deadline_goes_first(sender: Office, simulator: Simulator) -> None:
    days = ["2026-05-03", None, "2026-05-01", "2026-05-02"]
    made = [issue(sender, TOWN, **({"dispatch_by": day} if day else {})) for day in days]

    sender.work(2)

    sent = [message["sender_reference"] for message in simulator.messages()]
    assert sent == [f"{made[order]['number']}/1" for order in (2, 3, 0, 1)]


def test_proofs_can_be_fetched_as_they_came(sender: Office) -> None:
    made = issue(sender, TOWN)
    sender.work(2)
    found = delivery_of(sender, made)

    for proof in found["proofs"]:
        path = f"/deliveries/{found['id']}/proofs/{proof['id']}"
        reply = sender.api("GET", path, DIRECTOR)
        assert reply.status_code == 200
        assert reply.headers["Content-Disposition"].startswith("attachment")
        assert reply.data[:1] == b"0"  # DER
        assert sender.api("GET", path, CONTROLLER).status_code == 403


def test_a_farm_is_delivered_by_login(sender: Office, simulator: Simulator) -> None:
    made = issue(sender, FARM)
    sender.work(2)
    assert delivery_of(sender, made)["state"] == "sent"

    simulator.log_in(FARM)
    sender.work(2)

    found = delivery_of(sender, made)
    assert (found["state"], found["delivery_basis"]) == ("delivered", "login")


def test_an_unread_message_is_delivered_by_fiction_on_the_shifted_day(
    sender: Office, simulator: Simulator
) -> None:
    simulator.advance(now="2026-03-24T12:00:00+01:00", stopped=True)
    sender.clock.move_to(datetime(2026, 3, 24, 11, tzinfo=UTC))
    made = issue(sender, FARM)
    sender.work(2)

    simulator.advance(now="2026-04-03T18:00:00+02:00", stopped=True)
    sender.clock.move_to(datetime(2026, 4, 3, 16, tzinfo=UTC))
    change(sender, made, next_at=None)
    sender.work()
    waiting = delivery_of(sender, made)
    sender.clock.move_to(datetime(2026, 4, 7, 8, tzinfo=UTC))
    change(sender, made, next_at=None)
    sender.work()

    assert waiting["state"] == "sent"
    found = delivery_of(sender, made)
    assert (found["delivered_on"], found["delivery_basis"]) == ("2026-04-07", "fiction")


def test_what_changed_during_a_long_rest_is_asked_for_one_by_one(
    sender: Office, simulator: Simulator
) -> None:
    """ISDS tells the changes of 15 days; an office computer may be off for longer."""
    simulator.advance(now="2026-03-02T12:00:00+01:00", stopped=True)
    sender.clock.move_to(datetime(2026, 3, 2, 11, tzinfo=UTC))
    made = issue(sender, FARM)
    sender.work(2)
    assert delivery_of(sender, made)["state"] == "sent"

    simulator.advance(now="2026-04-20T12:00:00+02:00", stopped=True)
    sender.clock.move_to(datetime(2026, 4, 20, 10, tzinfo=UTC))
    sender.work(2)

    found = delivery_of(sender, made)
    assert (found["delivered_on"], found["delivery_basis"]) == ("2026-03-12", "fiction")


def test_the_box_is_found_by_the_number_of_the_organisation(sender: Office) -> None:
    made = issue(sender, None, ic="00254398")

    sender.work(2)

    found = delivery_of(sender, made)
    assert (found["data_box_id"], found["state"]) == (TOWN, "delivered")


@pytest.mark.parametrize(
    ("recipient", "requested", "reason"),
    [
        pytest.param({"name": NOBODY}, "auto", "no_box", id="nobody has a box"),
        pytest.param({"ic": "99999999"}, "auto", "no_box", id="unknown number"),
        pytest.param({"box": CLOSED}, "auto", "box_unusable", id="closed box"),
        pytest.param({"name": NOBODY}, "in_person", "requested", id="asked for"),
    ],
)
def test_without_a_usable_box_a_person_is_asked(
    sender: Office,
    simulator: Simulator,
    recipient: dict[str, str],
    requested: str,
    reason: str,
) -> None:
    made = issue(sender, **{"box": None, **recipient}, channel=requested)

    sender.work(2)

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("needs_person", reason)
    assert simulator.messages() == []
    assert "delivery.needs_person" in sender.events()


def test_a_usable_box_wins_over_paper(sender: Office) -> None:
    made = issue(sender, None, ic="00254398", channel="post")

    sender.work(2)

    assert delivery_of(sender, made)["channel"] == "data_box"


def page_after_work(status: int, body: str) -> dict[str, Any]:
    """Return the fault of a status of HTTP though the message was taken."""
    return {"kind": "http", "params": {"status": status, "body": body, "when": "after"}}


FAULTS = [
    pytest.param({"kind": "drop", "params": {"when": "after"}}, id="answer lost"),
    pytest.param({"kind": "truncated"}, id="answer cut"),
    pytest.param({"kind": "garbled"}, id="answer unreadable"),
    pytest.param({"kind": "no_id"}, id="no number in the answer"),
    pytest.param(page_after_work(200, "fault"), id="SOAP fault in a 200"),
    *(
        pytest.param(page_after_work(status, body), id=f"{status} after work, {body}")
        for status in (500, 502, 503, 504)
        for body in ("fault", "html", "empty")
    ),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_lost_answer_makes_no_second_message(
    sender: Office, simulator: Simulator, fault: dict[str, Any]
) -> None:
    simulator.fault(**fault, times=1)
    made = issue(sender, TOWN)

    sender.work()
    unclear = delivery_of(sender, made)["state"]
    sender.work(3)

    assert unclear == "unknown"
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "drop", "params": {"when": "before"}}, id="request lost"),
        pytest.param(
            {"kind": "http", "params": {"status": 500, "when": "before"}}, id="500 before"
        ),
    ],
)
def test_a_lost_request_is_sent_again_only_after_the_search(
    sender: Office, simulator: Simulator, fault: dict[str, Any]
) -> None:
    simulator.fault(**fault, times=1)
    made = issue(sender, TOWN)
    sender.work(2)
    searched = delivery_of(sender, made)["state"]

    # The look was early; only one at the end of the window counts, by both clocks.
    change(sender, made, lost_at=long_ago(), next_at=None, last_look_at=None)
    change(sender, made, lost_isds_at=long_ago())
    sender.work(4)

    assert searched == "unknown"
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_a_killed_worker_leaves_no_second_message(
    sender: Office, simulator: Simulator, gateway: FlakyGateway
) -> None:
    gateway.is_killed_after_sending = True
    made = issue(sender, TOWN)
    with pytest.raises(KeyboardInterrupt):
        sender.work()
    abandoned = delivery_of(sender, made)["state"]

    sender.work(2)  # the lease still runs: nobody may touch it
    untouched = delivery_of(sender, made)["state"]
    change(sender, made, leased_until=long_ago())
    sender.work(3)

    assert (abandoned, untouched) == ("sending", "sending")
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_a_slow_list_does_not_cause_a_second_message(sender: Office, simulator: Simulator) -> None:
    # However slow the machine is, the window does not end while the list lags.
    sender.app.extensions["documents-tools"].settings.look_up_seconds = 1800
    simulator.fault("drop", params={"when": "after"}, times=1)
    simulator.fault("list_lag", operation="GetListOfSentMessages", params={"seconds": 3600})
    made = issue(sender, TOWN)
    sender.work(3)
    searched = delivery_of(sender, made)["state"]
    simulator.control("DELETE", "/faults")
    change(sender, made, last_look_at=None, next_at=None)

    sender.work(2)

    assert searched == "unknown"
    assert len(simulator.messages()) == 1
    assert delivery_of(sender, made)["state"] == "delivered"


def test_a_worker_that_slept_over_a_list_does_not_believe_it(
    sender: Office, simulator: Simulator, gateway: FlakyGateway
) -> None:
    """The list was asked for early; the window ended while the worker slept (seed 224)."""
    sender.app.extensions["documents-tools"].settings.look_up_seconds = 1800
    simulator.fault("drop", params={"when": "after"}, times=1)
    simulator.fault("list_lag", operation="GetListOfSentMessages", params={"seconds": 3600})
    made = issue(sender, TOWN)
    sender.work()
    with time_machine.travel(SystemClock().now()) as traveller:
        gateway.sleeps_after_list = lambda: traveller.shift(timedelta(hours=1))
        sender.work()
        simulator.control("DELETE", "/faults")
        gateway.sleeps_after_list = int

        sender.work(3)

    assert len(simulator.messages()) == 1
    assert delivery_of(sender, made)["state"] == "delivered"


def test_throttling_is_waited_out(sender: Office, simulator: Simulator) -> None:
    simulator.fault("status", params={"code": "3008"}, times=1)
    made = issue(sender, TOWN)
    sender.work()
    waiting = delivery_of(sender, made)["state"]

    change(sender, made, next_at=None)
    sender.work(2)

    assert waiting == "ready"
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_a_definite_refusal_goes_to_a_person(sender: Office, simulator: Simulator) -> None:
    simulator.fault("status", params={"code": "1214"}, times=1)
    made = issue(sender, TOWN)

    sender.work(2)

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("needs_person", "refused")


def test_an_outage_opens_no_other_way(sender: Office, simulator: Simulator) -> None:
    simulator.fault("http", operation="*", params={"status": 503, "when": "before"})
    made = issue(sender, TOWN)

    sender.work(2)

    found = delivery_of(sender, made)
    assert found["state"] == "ready"
    body = {"posted_on": str(sender.clock.today()), "tracking_number": "RR123456785CZ"}
    reply = sender.prove(found["id"], "posting", DIRECTOR, body)
    assert (reply.status_code, reply.json["type"]) == (409, "urn:vyzva:problem:act-not-allowed")


def test_a_refused_login_is_not_tried_again_and_again(sender: Office, simulator: Simulator) -> None:
    first, second = issue(sender, TOWN), issue(sender, FARM)
    simulator.fault("blocked", operation="*")
    loop = create_worker(sender.app)
    for _ in range(5):
        loop.run_once()
        for made in (first, second):
            change(sender, made, next_at=None)

    calls = simulator.control("GET", "/ledger")["calls"]

    assert sum(row["calls"] for row in calls) == 1
    assert {delivery_of(sender, made)["state"] for made in (first, second)} == {"ready"}


def flip_a_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [Path.unlink, flip_a_bit])
def test_a_missing_or_altered_file_stops_only_its_own_delivery_and_is_told(
    sender: Office, simulator: Simulator, harm: Callable[[Path], None]
) -> None:
    first = str(sender.clock.today() + timedelta(days=10))
    broken, whole = issue(sender, TOWN, dispatch_by=first), issue(sender, TOWN)
    with sender.context():
        outbox(sender.app.extensions["documents-tools"]).run_once()
    folder = sender.app.extensions["vyzva-settings"].var / "documents" / "files"
    sha256 = sender.view(broken["id"])["sha256"]
    harm(folder / sha256[:2] / sha256)

    sender.work(2)
    change(sender, broken, failures=12)

    assert delivery_of(sender, broken)["state"] == "ready"
    assert delivery_of(sender, whole)["state"] == "delivered"
    assert len(simulator.messages()) == 1
    assert f"{broken['number']} –" in sender.browser(DIRECTOR).get("/").text


@pytest.mark.parametrize(
    ("step", "kept_as"), [("create_message", "sending"), ("signed_sent_message", "sent")]
)
def test_what_nobody_foresaw_stops_only_its_own_delivery(
    sender: Office,
    gateway: FlakyGateway,
    step: str,
    kept_as: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, usual, asked = [issue(sender, TOWN), issue(sender, TOWN)], getattr(gateway, step), []

    def breaks_for_the_first(*given: Any) -> Any:
        asked.append(given)
        return 1 // 0 if len(asked) == 1 else usual(*given)

    monkeypatch.setattr(gateway, step, breaks_for_the_first)
    sender.work(1)

    assert {delivery_of(sender, one)["state"] for one in made} == {kept_as, "delivered"}
    with sender.context():
        row = db.session().query(Delivery).filter_by(state=kept_as).one()
        assert (row.failures, row.last_error) == (1, "ZeroDivisionError, see the log.")


def test_an_infected_message_goes_to_a_person(sender: Office, simulator: Simulator) -> None:
    simulator.fault("infected", times=1)
    made = issue(sender, TOWN)

    sender.work(2)

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("needs_person", "infected")
    retry = sender.retry(found["id"])
    assert retry.json["type"] == "urn:vyzva:problem:retry-not-allowed"


def test_a_forged_seal_delivers_nothing(
    simulator: Simulator, gateway: FlakyGateway, tmp_path: Path, database_url: str
) -> None:
    other = open_office(tmp_path / "other", f"sqlite:///{tmp_path / 'other.sqlite'}")
    anchor = other.app.extensions["documents-tools"].trust_anchors[0]
    foreign = tmp_path / "foreign.pem"
    foreign.write_bytes(pem.armor("CERTIFICATE", anchor))
    office = open_office(tmp_path / "var", database_url, gateway, isds_seal_roots=foreign)
    office.clock.move_to(datetime.now(UTC))
    made = issue(office, TOWN)

    office.work(3)

    found = delivery_of(office, made)
    assert (found["state"], found["delivered_on"], found["proofs"]) == ("sent", None, [])


def of_other_organisation(office: Office) -> dict[str, Any]:
    """Make a letter of the second organisation of the installation."""
    path = f"/documents/{uuid4()}"
    made: dict[str, Any] = office.service("PUT", path, letter(box=TOWN), STRANGER).json
    return made


def seen_by_other(office: Office, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = office.service("GET", f"/documents/{made['id']}", None, STRANGER).json
    return found["delivery"]


def test_a_letter_never_leaves_from_the_box_of_another_organisation(
    sender: Office, simulator: Simulator
) -> None:
    settings = sender.app.extensions["documents-tools"].settings
    settings.isds_organisation = DIRECTOR.organisation_id
    ours, theirs = issue(sender, TOWN), of_other_organisation(sender)

    sender.work(2)

    found = seen_by_other(sender, theirs)
    assert delivery_of(sender, ours)["state"] == "delivered"
    assert (found["state"], found["reason"]) == ("needs_person", "foreign_box")
    assert len(simulator.messages()) == 1
    page = sender.browser(STRANGER).get(f"/deliveries/{found['id']}").text
    assert "patří jiné organizaci" in page
    assert "Zkusit datovou schránku znovu" in page
    assert "Zapsat podání na poště" not in page


def test_nobody_sends_from_a_box_of_which_it_is_not_said_whose_it_is(
    sender: Office, simulator: Simulator
) -> None:
    ours, theirs = issue(sender, TOWN), of_other_organisation(sender)

    sender.work(2)

    assert delivery_of(sender, ours)["reason"] == "foreign_box"
    assert seen_by_other(sender, theirs)["reason"] == "foreign_box"
    assert simulator.messages() == []


def test_a_clock_that_was_ahead_keeps_nothing_from_being_delivered(sender: Office) -> None:
    sender.app.extensions["documents-tools"].settings.isds_clock_seconds = 3 * 86_400
    now = datetime.now(UTC)
    sender.clock.move_to(now + timedelta(days=2))
    made = issue(sender, TOWN)

    sender.work(2)

    found = delivery_of(sender, made)
    assert (found["state"], found["delivered_on"]) == ("delivered", str(prague_day(now)))
    assert found["dispatched_at"] < (now + timedelta(minutes=5)).isoformat()


def test_what_came_before_it_was_sent_needs_a_person(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = isds_proofs.delivery_info_of

    def the_day_before(body: Any) -> DeliveryInfo:
        info = real(body)
        moved = [replace(one, at=one.at - timedelta(days=2)) for one in info.events]
        return replace(info, events=tuple(moved))

    monkeypatch.setattr(isds_proofs, "delivery_info_of", the_day_before)
    made = issue(sender, TOWN)

    sender.work(2)

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"], found["delivered_on"]) == (
        "needs_person",
        "too_early",
        None,
    )
    page = sender.browser(DIRECTOR).get(f"/deliveries/{found['id']}").text
    assert "dřívější den, než kdy zpráva odešla" in page
    history = sender.browser(DIRECTOR).get(f"/{made['id']}").text
    assert "Uložen doklad: Doručenka (ZFO)" in history


def test_an_announced_outage_is_waited_out(
    simulator: Simulator, gateway: FlakyGateway, tmp_path: Path, database_url: str
) -> None:
    now = SystemClock().now()
    outage = {"begins": now - timedelta(hours=1), "ends": now + timedelta(hours=95)}
    office = open_office(tmp_path / "var", database_url, gateway, isds_outages=[outage])
    made = issue(office, TOWN)

    office.work(3)

    found = delivery_of(office, made)
    assert (found["state"], found["channel"]) == ("ready", "data_box")
    with office.context():
        row = db.session().query(Delivery).one()
        assert row.next_at == outage["ends"]
        assert row.failures == 0
    assert simulator.messages() == []
    assert simulator.control("GET", "/ledger")["calls"] == []


def test_rest_grows_with_each_failure(sender: Office, simulator: Simulator) -> None:
    simulator.fault("http", "FindDataBox2", params={"status": 503, "when": "before"})
    made = issue(sender, TOWN)
    rests = []
    for _ in range(4):
        change(sender, made, next_at=None)
        sender.work()
        with sender.context():
            row = db.session().query(Delivery).one()
            assert row.next_at is not None
            rests.append(row.next_at - SystemClock().now())

    assert rests[3] > rests[0] * 2
    assert delivery_of(sender, made)["state"] == "ready"


def test_a_proof_that_cannot_be_had_is_asked_for_with_growing_rests(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("forged_seal", "GetSignedDeliveryInfo")
    issue(sender, TOWN)
    loop, start = create_worker(sender.app), datetime.now(UTC)

    with time_machine.travel(start, tick=False) as hands:
        for second in range(0, 120, 5):
            hands.move_to(start + timedelta(seconds=second), tick=False)
            loop.run_once()

    calls = simulator.control("GET", "/ledger")["calls"]
    asked = sum(one["calls"] for one in calls if one["operation"] == "GetSignedDeliveryInfo")
    assert 2 <= asked <= 7  # rests of 10 to 20, 20 to 40, and 40 to 80 seconds


def test_what_cannot_leave_by_its_day_is_on_the_list_of_the_office(
    simulator: Simulator, tmp_path: Path, database_url: str
) -> None:
    account = IsdsAccount(simulator.base_url, SENDER_LOGIN[0], "spatne-heslo")
    office = open_office(tmp_path / "var", database_url, IsdsGateway(account))
    far, near = (str(office.clock.today() + timedelta(days=days)) for days in (30, 3))
    later = issue(office, TOWN, dispatch_by=far)
    office.work(2)
    urgent = issue(office, TOWN, dispatch_by=near)
    office.work(2)

    home = office.browser(DIRECTOR).get("/").text

    assert delivery_of(office, urgent)["state"] == "ready"
    assert f"{urgent['number']} –" in home
    assert f"{later['number']} –" not in home
    assert "Zjistit, proč dopis neodešel" in home


def test_what_is_not_proved_for_hours_is_on_the_list_of_the_office(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("forged_seal", "GetSignedDeliveryInfo")
    made = issue(sender, TOWN)
    sender.work(2)
    before = sender.browser(DIRECTOR).get("/").text

    change(sender, made, failures=12)

    assert "Zjistit, proč chybí doklad o doručení" not in before
    assert "Zjistit, proč chybí doklad o doručení" in sender.browser(DIRECTOR).get("/").text


def test_nobody_is_told_to_post_what_must_not_be_posted(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender, TOWN)
    sender.work(2)

    change(sender, made, state="needs_person", reason="duplicate")

    home = sender.browser(DIRECTOR).get("/").text
    assert "Odeslat poštou nebo předat" not in home
    assert "Rozhodnout o doručení" in home


def test_the_nearest_deadline_is_on_top_of_the_list_of_the_api(sender: Office) -> None:
    sender.put(letter(box=None))
    sender.put(letter(box=None, dispatch_by="2026-05-01"))

    items = sender.api("GET", "/deliveries", DIRECTOR).json["items"]

    assert [item["dispatch_by"] for item in items] == ["2026-05-01", None]


def test_the_password_of_the_account_is_in_no_text_about_it() -> None:
    assert SENDER_LOGIN[1] not in repr(IsdsAccount("https://isds.example/DS", *SENDER_LOGIN))

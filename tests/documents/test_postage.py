"""Money for data messages: nothing leaves at a price nobody approved, nothing above the limit."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import PaidRight
from services.documents.domain.postage import Terms
from services.documents.models import Delivery, db
from services.documents.service.postage import Payer, set_terms
from services.documents.service.work import Work
from shared.clock import FrozenClock
from shared.db import transaction
from shared.money import NBSP, Money
from tests.documents.conftest import SENDER, SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    NOW,
    Office,
    open_office,
)
from tests.documents.paid_office import approve, crowns, issue, open_paid_office, spent, state_of

MONTH = date(2026, 4, 1)


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    return open_paid_office(simulator, tmp_path, database_url)


LOOKED_ANEW = {"lost_isds_at": NOW - timedelta(hours=1), "last_look_at": None}
"""The loss was an hour ago by the clock of ISDS too, which stands still here."""


def tomorrow(office: Office, made: dict[str, Any], **values: Any) -> None:
    """Let the worker look at a delivery at once."""
    with office.context(), transaction(db.session()) as session:
        row = session.query(Delivery).filter_by(sender_reference=f"{made['number']}/1").one()
        row.next_at = None
        for name, value in values.items():
            setattr(row, name, value)


def test_a_message_to_a_town_costs_nothing_and_asks_nobody(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender, TOWN)

    sender.work(2)

    assert state_of(sender, made) == ("delivered", None)
    assert sender.view(made["id"])["delivery"]["price"] == crowns(0)
    assert spent(sender, MONTH) == 0
    asked = [call["operation"] for call in simulator.control("GET", "/ledger")["calls"]]
    assert "DataBoxCreditInfo" not in asked


def test_a_paid_message_waits_until_somebody_approves_its_price(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender)
    sender.work(3)
    before, messages = state_of(sender, made), simulator.messages()

    approve(sender, 10, 100)
    sender.work(2)

    assert (before, messages) == (("held", "price"), [])
    assert state_of(sender, made) == ("sent", None)
    assert spent(sender, MONTH) == 10
    assert sender.view(made["id"])["delivery"]["price"] == crowns(10)


@pytest.mark.parametrize("approved", [9, 0])
def test_a_dearer_message_waits_although_a_lower_price_was_approved(
    sender: Office, simulator: Simulator, approved: int
) -> None:
    approve(sender, approved, None)
    made = issue(sender)

    sender.work(3)

    assert state_of(sender, made) == ("held", "price")
    assert simulator.messages() == []


def test_without_a_known_price_nothing_paid_leaves(
    simulator: Simulator, tmp_path: Path, database_url: str
) -> None:
    simulator.advance(now=NOW.isoformat(), stopped=True)
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    office = open_office(tmp_path / "var", database_url, gateway, isds_paid_price=None)
    paid, free = issue(office), issue(office, TOWN)

    office.work(3)

    assert state_of(office, paid) == ("held", "price")
    assert state_of(office, free)[0] in ("sent", "delivered")
    assert len(simulator.messages()) == 1


def test_the_month_s_limit_stops_and_the_most_urgent_goes_first(
    sender: Office, simulator: Simulator
) -> None:
    urgent = issue(sender, dispatch_by="2026-04-07")
    later = issue(sender, dispatch_by="2026-04-20")
    sender.work(2)
    approve(sender, 10, 15)

    sender.work(4)

    assert state_of(sender, urgent) == ("sent", None)
    assert state_of(sender, later)[0] == "held"
    assert (spent(sender, MONTH), len(simulator.messages())) == (10, 1)


def test_after_the_limit_is_raised_the_rest_goes_on(sender: Office, simulator: Simulator) -> None:
    approve(sender, 10, 15)
    made = [issue(sender) for _ in range(3)]
    sender.work(2)
    held = [state_of(sender, one) for one in made].count(("held", "limit"))

    approve(sender, 10, 30)
    sender.work(2)

    assert held == 2
    assert {state_of(sender, one) for one in made} == {("sent", None)}
    assert spent(sender, MONTH) == 30


def test_a_new_month_goes_on_by_itself(sender: Office, simulator: Simulator) -> None:
    approve(sender, 10, 10)
    made = [issue(sender) for _ in range(2)]
    sender.work(3)
    waiting = [state_of(sender, one)[0] for one in made].count("held")

    sender.clock.move_to(datetime(2026, 4, 30, 22, 30, tzinfo=UTC))  # 0:30 on 1 May in Prague
    simulator.advance(now="2026-05-01T00:30:00+02:00", stopped=True)
    sender.work(2)

    assert waiting == 1
    assert [state_of(sender, one)[0] for one in made].count("held") == 0
    assert (spent(sender, MONTH), spent(sender, date(2026, 5, 1))) == (10, 10)


def test_a_message_of_unknown_fate_counts(sender: Office, simulator: Simulator) -> None:
    approve(sender, 10, 10)
    simulator.fault("drop", params={"when": "before"}, times=1)
    unclear, next_one = issue(sender), issue(sender)

    sender.work()

    states = {state_of(sender, unclear)[0], state_of(sender, next_one)[0]}
    assert states == {"unknown", "held"}
    assert spent(sender, MONTH) == 10
    assert simulator.messages() == []


def test_what_was_certainly_not_created_is_given_back(sender: Office, simulator: Simulator) -> None:
    approve(sender, 10, 10)
    simulator.fault("status", params={"code": "3008"}, times=1)
    made = issue(sender)
    sender.work()
    after_refusal = spent(sender, MONTH)

    tomorrow(sender, made)
    sender.work(2)

    assert after_refusal == 0
    assert state_of(sender, made) == ("sent", None)
    assert spent(sender, MONTH) == 10


def test_a_lost_message_that_was_not_there_is_charged_once(
    sender: Office, simulator: Simulator
) -> None:
    approve(sender, 10, 10)
    simulator.fault("drop", params={"when": "before"}, times=1)
    made = issue(sender)
    sender.work(2)
    long_ago = datetime.now(UTC) - timedelta(hours=1)

    tomorrow(sender, made, lost_at=long_ago, **LOOKED_ANEW)
    sender.work(4)

    assert state_of(sender, made) == ("sent", None)
    assert (spent(sender, MONTH), len(simulator.messages())) == (10, 1)


def test_what_was_not_found_and_is_tried_again_is_charged_once(
    sender: Office, simulator: Simulator
) -> None:
    approve(sender, 10, 20)
    simulator.fault("drop", params={"when": "before"}, times=1)
    made = issue(sender)
    sender.work(2)
    long_ago = datetime.now(UTC) - timedelta(hours=1)
    tomorrow(sender, made, lost_at=long_ago, attempts=3, **LOOKED_ANEW)
    sender.work(2)
    found = sender.view(made["id"])["delivery"]
    assert (found["state"], found["reason"]) == ("needs_person", "not_found")

    assert sender.retry(found["id"]).status_code == 200
    sender.work(2)

    assert state_of(sender, made) == ("sent", None)
    assert (spent(sender, MONTH), len(simulator.messages())) == (10, 1)


def test_without_credit_paid_messages_wait_and_go_on(sender: Office, simulator: Simulator) -> None:
    approve(sender, 10, None)
    simulator.control("POST", f"/boxes/{SENDER}/credit", {"amount": 500 - 100_000})
    made = issue(sender)
    sender.work(2)
    waiting = state_of(sender, made)

    simulator.control("POST", f"/boxes/{SENDER}/credit", {"amount": 5000})
    sender.work(2)  # another process of the worker, which asks anew

    assert waiting == ("held", "credit")
    assert state_of(sender, made) == ("sent", None)


def test_credit_that_ends_among_many_letters_holds_the_rest_and_opens_no_paper(
    sender: Office, simulator: Simulator
) -> None:
    """The box was asked about its credit before the first of them only."""
    approve(sender, 10, None)
    simulator.control("POST", f"/boxes/{SENDER}/credit", {"amount": 2500 - 100_000})
    made = [issue(sender) for _ in range(5)]

    sender.work(3)
    states = sorted(state_of(sender, one) for one in made)
    simulator.control("POST", f"/boxes/{SENDER}/credit", {"amount": 5000})
    sender.work(2)  # another process of the worker, which asks anew

    assert states == [("held", "credit")] * 3 + [("sent", None)] * 2
    assert {state_of(sender, one) for one in made} == {("sent", None)}
    assert (spent(sender, MONTH), len(simulator.messages())) == (50, 5)


def test_a_box_that_says_it_can_pay_and_is_refused_goes_to_a_person_without_paper(
    sender: Office, simulator: Simulator
) -> None:
    approve(sender, 10, None)
    simulator.fault("status", params={"code": "1233"})
    made = issue(sender)

    sender.work(6)

    found = sender.view(made["id"])["delivery"]
    assert (found["state"], found["reason"]) == ("needs_person", "sender_refused")
    assert (spent(sender, MONTH), len(simulator.messages())) == (0, 0)
    body = {"posted_on": "2026-04-03", "tracking_number": "RR123456785CZ"}
    refused = sender.api("POST", f"/deliveries/{found['id']}/posting", ASSISTANT, body)
    assert refused.status_code in (409, 422)


def test_in_what_isds_tells_the_credit_is_a_setting(sender: Office, simulator: Simulator) -> None:
    sender.app.extensions["documents-tools"].settings.isds_credit_unit = "crown"
    approve(sender, 10, None)
    simulator.control("POST", f"/boxes/{SENDER}/credit", {"amount": 1_500 - 100_000})
    made = issue(sender)
    sender.work(2)

    assert state_of(sender, made) == ("sent", None)
    assert "1 500 Kč" in sender.browser(DIRECTOR).get("/data-box").text.replace(NBSP, " ")


def test_an_organisation_may_approve_each_paid_dispatch(
    sender: Office, simulator: Simulator
) -> None:
    approve(sender, 10, 100, asks=True)
    made = issue(sender)
    sender.work(3)
    waiting, messages = state_of(sender, made), simulator.messages()

    tomorrow(sender, made, agreed_price=Money.czk(10))
    sender.work(2)

    assert (waiting, messages) == (("held", "approval"), [])
    assert state_of(sender, made) == ("sent", None)


def test_a_message_that_waits_for_money_never_goes_by_post(sender: Office) -> None:
    made = issue(sender)
    sender.work(2)
    delivery_id = sender.view(made["id"])["delivery"]["id"]

    data = {"posted_on": "2026-04-03", "tracking_number": "RR123456785CZ"}
    reply = sender.prove(delivery_id, "posting", DIRECTOR, data)

    assert reply.status_code == 409
    assert state_of(sender, made) == ("held", "price")


def test_only_the_director_approves_money(sender: Office) -> None:
    body = {"price": crowns(10), "monthly_limit": None, "version": None}

    assert sender.api("PUT", "/postage-terms", ASSISTANT, body).status_code == 403
    assert sender.browser(ASSISTANT).post("/data-box/postage", data={}).status_code == 403
    assert sender.api("GET", "/postage", AUDITOR).json["terms"] is None
    negative = {"price": {"amount": "-1.00", "currency": "CZK"}, "version": None}
    assert sender.api("PUT", "/postage-terms", DIRECTOR, negative).status_code == 422


def test_the_page_says_what_waits_what_it_costs_and_approves_it(sender: Office) -> None:
    made = issue(sender)
    sender.work(2)
    browser = sender.browser(DIRECTOR)

    shown = browser.get("/data-box").text
    assert "na schválení ceny" in shown
    assert "čeká 1 zpráva za 10" in shown.replace("\xa0", " ")
    assert "zatím nikdo nic neschválil" in shown
    reply = browser.post("/data-box/postage", data={"price": "10", "monthly_limit": "500"})
    assert reply.status_code == 303
    sender.work(2)

    assert state_of(sender, made) == ("sent", None)
    after = browser.get("/data-box").text.replace("\xa0", " ")
    assert "utraceno 10 Kč, zbývá 490 Kč" in after
    assert "Ing. Jana Malá" in after
    assert SENDER in after
    delivery = browser.get(f"/deliveries/{sender.view(made['id'])['delivery']['id']}").text
    assert "placená (poštovní datová zpráva), 10" in delivery.replace("\xa0", " ")


def test_a_stale_approval_changes_nothing(sender: Office) -> None:
    approve(sender, 10, 100)
    browser = sender.browser(DIRECTOR)

    reply = browser.post("/data-box/postage", data={"price": "99", "version": "7"})

    assert reply.status_code == 409
    assert sender.api("GET", "/postage", DIRECTOR).json["terms"]["price"] == crowns(10)


def test_the_approval_is_in_the_audit_trail(sender: Office) -> None:
    with sender.context(), transaction(db.session()) as session:
        work = Work(session, DIRECTOR, FrozenClock(NOW))
        set_terms(work, Terms(Money.czk(10), Money.czk(50), asks_each=False), None)
        table = work.tables.audit

        entry = session.query(table).filter_by(act="set_postage_terms").all()[-1]
        assert entry.actor_name == DIRECTOR.name
        assert entry.details["monthly_limit"]["amount"] == "50.00"


def test_the_page_tells_the_outages_that_are_known(tmp_path: Path, database_url: str) -> None:
    now = datetime.now(UTC)
    outage = {"begins": now - timedelta(hours=1), "ends": now + timedelta(hours=3)}
    quiet = open_office(tmp_path / "quiet", database_url)
    none = quiet.browser(DIRECTOR).get("/data-box").text
    office = open_office(tmp_path / "var", database_url, isds_outages=[outage])

    page = office.browser(DIRECTOR).get("/data-box").text

    assert "Žádná ohlášená odstávka není známá" in none
    assert "má ohlášenou odstávku do" in page
    assert "právě trvá" in page


def test_an_approval_of_money_names_what_it_was_made_upon(sender: Office) -> None:
    body = {"price": crowns(10), "monthly_limit": crowns(100), "asks_each": False}

    first = sender.api("PUT", "/postage-terms", DIRECTOR, {**body, "version": None})
    blind = sender.api("PUT", "/postage-terms", DIRECTOR, {**body, "version": None})
    silent = sender.api("PUT", "/postage-terms", DIRECTOR, body)
    seen = {**body, "monthly_limit": crowns(900), "version": first.json["version"]}

    assert (first.status_code, blind.status_code, silent.status_code) == (200, 409, 422)
    assert blind.json["type"] == "urn:vyzva:problem:stale"
    assert sender.api("PUT", "/postage-terms", DIRECTOR, seen).status_code == 200


@pytest.mark.parametrize(
    ("expires_at", "left", "pays"),
    [
        pytest.param(None, None, True, id="without end or count"),
        pytest.param(NOW + timedelta(days=1), 3, True, id="still good"),
        pytest.param(NOW, None, False, id="ended"),
        pytest.param(None, 0, False, id="used up"),
    ],
)
def test_a_right_pays_until_it_ends_or_is_used_up(
    expires_at: datetime | None, left: int | None, *, pays: bool
) -> None:
    right = PaidRight("K", "", expires_at, left)
    payer = Payer("ga2dqwf", "MAS", 20, (right,), may_send_paid=True, credit=Money.zero())

    assert (payer.purse(NOW).credit is None) is pays

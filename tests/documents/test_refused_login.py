"""A refused login: no process tries it again by itself too soon, whatever is started anew (F12)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain.refused_logins import LONGEST_PAUSE, pause_after
from services.documents.models import Audit, Delivery, LoginBreaker, db
from services.documents.service.breakers import claim_trial
from services.documents.worker import desk_of
from shared.db import transaction
from tests.documents.conftest import TOWN, Simulator
from tests.documents.offices import ASSISTANT, AUDITOR, DIRECTOR, STRANGER, Office
from tests.documents.paid_office import issue, open_paid_office, state_of

LOGIN = "GetOwnerInfoFromLogin2"
GOOD = {"refused": None, "ends": []}


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    return open_paid_office(simulator, tmp_path, database_url)


@pytest.fixture
def made(sender: Office, simulator: Simulator) -> dict[str, Any]:
    """Make a letter that waits because ISDS has refused the login."""
    waiting = issue(sender, TOWN)
    simulator.fault("blocked", operation="*")
    sender.work()
    assert calls(simulator) == 1
    return waiting


def calls(simulator: Simulator) -> int:
    return sum(row["calls"] for row in simulator.control("GET", "/ledger")["calls"])


def later(office: Office) -> None:
    """Let the pauses of the breaker and of the letter be over."""
    with office.context(), transaction(db.session()) as session:
        session.query(LoginBreaker).one().next_trial_at = datetime.now(UTC)
        session.query(Delivery).one().next_at = None


def acts(office: Office) -> list[tuple[str, str]]:
    with office.context():
        found = db.session().query(Audit).filter_by(subject_type="data_box_login")
        return [(row.act, row.actor_name) for row in found.order_by(Audit.recorded_at)]


def test_a_worker_that_is_started_anew_does_not_log_in(
    sender: Office, simulator: Simulator, made: dict[str, Any]
) -> None:
    for _ in range(3):
        with sender.context(), transaction(db.session()) as session:
            session.query(Delivery).one().next_at = None
        sender.work()  # each time another worker

    assert calls(simulator) == 1
    assert state_of(sender, made) == ("ready", None)
    assert acts(sender) == [("refuse_login", "Výzva")]


def test_another_worker_at_work_hears_of_a_refusal(sender: Office, simulator: Simulator) -> None:
    with sender.context():
        other = desk_of(sender.app)
        assert not other.is_breaker_open()
        _refuse(desk_of(sender.app))
        other.breaker_seen_at = datetime.now(UTC) - timedelta(seconds=1)

        assert other.is_breaker_open()


def test_of_two_workers_refused_together_one_counts_and_one_tries_again(sender: Office) -> None:
    with sender.context():
        first, second = desk_of(sender.app), desk_of(sender.app)
        _refuse(first)
        _refuse(second)
        row = db.session().query(LoginBreaker).one()
        assert row.refusals == 1
        due = row.next_trial_at
        claims = []
        for _ in range(2):
            with transaction(db.session()) as session:
                claims.append(claim_trial(session, first.account, due))

        assert claims == [True, False]


def _refuse(desk: DispatchDesk) -> None:
    desk.heed("401")


def test_after_the_pause_one_trial_is_made_and_a_longer_pause_follows(
    sender: Office, simulator: Simulator, made: dict[str, Any]
) -> None:
    later(sender)
    sender.work(2)

    asked = {row["operation"]: row["calls"] for row in simulator.control("GET", "/ledger")["calls"]}
    assert asked[LOGIN] == 1
    assert calls(simulator) == 2
    with sender.context():
        row = db.session().query(LoginBreaker).one()
        pause = row.next_trial_at - row.refused_at
        assert (row.refusals, row.code, pause) == (2, "401", timedelta(minutes=30))


def test_a_login_that_is_accepted_again_lets_everything_go_on(
    sender: Office, simulator: Simulator, made: dict[str, Any]
) -> None:
    simulator.control("DELETE", "/faults")
    later(sender)
    sender.work(2)

    assert state_of(sender, made) == ("delivered", None)
    assert acts(sender) == [("refuse_login", "Výzva"), ("accept_login", "Výzva")]
    assert sender.api("GET", "/data-box-login", AUDITOR).json == GOOD


def test_a_person_who_mended_the_login_lets_it_be_tried_at_once(
    sender: Office, simulator: Simulator, made: dict[str, Any]
) -> None:
    simulator.control("DELETE", "/faults")
    shown = sender.api("GET", "/data-box-login", AUDITOR).json["refused"]
    assert (shown["code"], shown["refusals"]) == ("401", 1)
    page = sender.browser(AUDITOR).get("/data-box").text
    assert "odmítl" in page
    assert "Přihlášení je opravené" not in page
    path = "/data-box-login/permission"
    assert sender.api("POST", path, AUDITOR).status_code == 403
    assert sender.api("GET", "/data-box-login", STRANGER).json == GOOD
    assert sender.api("POST", path, STRANGER).json == GOOD
    assert sender.api("GET", "/data-box-login", DIRECTOR).json["refused"] is not None

    assert sender.api("POST", path, ASSISTANT).json == GOOD
    with sender.context(), transaction(db.session()) as session:
        session.query(Delivery).one().next_at = None
    sender.work(2)

    assert state_of(sender, made) == ("delivered", None)
    assert acts(sender)[1:] == [("allow_login", ASSISTANT.name)]


def test_the_page_of_the_data_box_says_so_and_has_the_button(
    sender: Office, made: dict[str, Any]
) -> None:
    browser = sender.browser(DIRECTOR)
    assert "Přihlášení je opravené, zkusit hned" in browser.get("/data-box").text

    assert browser.post("/data-box/login").status_code == 303

    assert "odmítl" not in browser.get("/data-box").text


def test_pauses_grow_to_a_bound() -> None:
    pauses = [pause_after(refusals) for refusals in range(1, 40)]

    assert pauses[:3] == [timedelta(minutes=15 * n) for n in (1, 2, 4)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE

"""Twenty requests for the same thing at once, over a real server, have one effect (F17)."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests
import waitress

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.models import Audit, Delivery, Dispatch, Document, PostedItem, db
from shared import tokens
from shared.actors import Actor
from tests.documents.conftest import FARM, SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import DIRECTOR, SCAN, Office, letter, open_office
from tests.documents.paid_office import approve, crowns, forget_terms, issue

AT_ONCE = 20
PATIENCE = 120.0
GOOD = {200, 409}
Ask = Callable[[], requests.Response]


@pytest.fixture
def office(simulator: Simulator, tmp_path: Path, each_database_url: str) -> Office:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    more = {"isds_seal_roots": roots, "database_wait_seconds": PATIENCE}
    opened = open_office(tmp_path / "var", each_database_url, gateway, **more)
    opened.clock.move_to(datetime.now(UTC))
    return opened


@contextmanager
def served(office: Office) -> Iterator[str]:
    """Serve as the product is served, on any free port; give the address of the API."""
    threads = office.app.extensions["vyzva-settings"].threads
    server = waitress.create_server(office.app, host="127.0.0.1", port=0, threads=threads)
    loop = threading.Thread(target=server.run, daemon=True)
    loop.start()
    yield f"http://127.0.0.1:{server.effective_port}/api/v1"
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
    loop.join(PATIENCE)
    server.task_dispatcher.shutdown()


def at_once(ask: Ask) -> list[int]:
    """Ask many times at the same moment; return the status of each answer."""
    start = threading.Barrier(AT_ONCE)

    def run(_number: int) -> int:
        start.wait(PATIENCE)
        reply = ask()
        assert reply.status_code in GOOD, reply.text
        return reply.status_code

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def head(office: Office, actor: Actor = DIRECTOR) -> dict[str, str]:
    return {"Authorization": f"Bearer {office.person_token(actor)}"}


def count(office: Office, table: type[Any]) -> int:
    with office.context():
        found: int = db.session.query(table).count()
        db.session.remove()
        return found


def state_of(office: Office, made: dict[str, Any]) -> str:
    return str(office.view(made["id"])["delivery"]["state"])


def acts(office: Office, act: str) -> int:
    """Return how often an act stands in the audit trail."""
    with office.context():
        found: int = db.session.query(Audit).filter_by(act=act).count()
        db.session.remove()
        return found


def test_an_approved_dispatch_is_approved_once_and_each_message_leaves_once(
    office: Office, simulator: Simulator
) -> None:
    forget_terms(office)
    approve(office, 10, 1000, asks=True)
    made = [issue(office, FARM) for _ in range(3)]
    office.work(2)
    shown = office.api("GET", "/dispatches/proposal", DIRECTOR).json
    body = {"count": shown["count"], "digest": shown["digest"]}
    key = uuid4()

    with served(office) as address:
        place = f"{address}/dispatches/{key}"
        given = head(office)
        told = at_once(lambda: requests.put(place, json=body, headers=given, timeout=PATIENCE))
    office.work(3)

    assert 200 in told
    assert (count(office, Dispatch), acts(office, "approve_dispatch")) == (1, 1)
    assert office.api("GET", f"/dispatches/{key}", DIRECTOR).json["progress"]["sent"] == 3
    assert {state_of(office, one) for one in made} == {"sent"}
    assert len(simulator.messages()) == 3
    assert office.api("GET", "/postage", DIRECTOR).json["spent"] == crowns(30)


def test_a_letter_that_is_asked_for_at_once_is_made_once_and_leaves_once(
    office: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "SERVICE_LIFE", timedelta(minutes=10))  # on a slow machine, too
    key, body = uuid4(), letter(box=TOWN)
    with served(office) as address:
        place = f"{address}/documents/{key}"

        def ask() -> requests.Response:
            # A token between services is good for one request.
            token = office.service_token()
            given = {"Authorization": f"Bearer {token}"}
            return requests.put(place, json=body, headers=given, timeout=PATIENCE)

        told = at_once(ask)
    office.work(3)

    assert 200 in told
    assert (count(office, Document), count(office, Delivery)) == (1, 1)
    assert state_of(office, {"id": str(key)}) == "delivered"
    assert len(simulator.messages()) == 1


def test_a_posting_that_is_written_down_at_once_is_one(
    office: Office, simulator: Simulator
) -> None:
    made = office.put(letter(ic="99999999"))
    office.work(2)
    found = office.view(made["id"])["delivery"]
    day = str(office.clock.today())
    body = {"posted_on": day, "tracking_number": "RR123456785CZ"}
    with served(office) as address:
        place, given = f"{address}/deliveries/{found['id']}/posting", head(office)

        def ask() -> requests.Response:
            slip = {"slip": ("podaci-listek.pdf", SCAN)}
            return requests.post(place, data=body, files=slip, headers=given, timeout=PATIENCE)

        told = at_once(ask)
    after = office.view(made["id"])["delivery"]
    office.work(2)

    assert 200 in told
    assert (count(office, PostedItem), acts(office, "post")) == (1, 1)
    assert (after["state"], after["version"]) == ("sent", found["version"] + 1)
    assert len(after["proofs"]) == 1
    assert simulator.messages() == []

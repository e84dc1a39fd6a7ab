"""A simulator of ISDS on a real socket, for the client and the worker."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from services.documents import batching
from services.isds_simulator.app import create_app
from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.server import make_simulator_server
from tests.conftest import IS_CI
from tests.documents.offices import Office, open_office
from tests.documents.patience import PATIENCE
from tests.validators.panel import PANEL, absent

SENDER, SENDER_LOGIN = "ga2dqwf", ("mas001", "Heslo-mas-1")
TOWN, FARM, CLOSED, NO_PAID = "aydaadk", "vqbab52", "qrdae26", "4nwahuq"


class Simulator:
    """A running simulator with a few boxes, and its control interface."""

    def __init__(self, address: str, app: Flask | None = None) -> None:
        self.address = address
        self.base_url = f"{address}/DS"
        self.app = app
        """Where it runs in this process."""

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        reply = requests.request(
            method, f"{self.address}/control{path}", json=body, timeout=PATIENCE
        )
        assert reply.status_code < 300, reply.text
        return reply.json() if "json" in reply.headers.get("Content-Type", "") else reply.content

    def messages(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control("GET", "/messages")["messages"]
        return found

    def fault(self, kind: str, operation: str = "CreateMessage", **more: Any) -> None:
        self.control("POST", "/faults", {"operation": operation, "kind": kind, **more})

    def log_in(self, box: str) -> None:
        self.control("POST", f"/boxes/{box}/recipient-login", {})

    def advance(self, **clock: Any) -> None:
        self.control("POST", "/clock", clock)


BOXES: list[dict[str, Any]] = [
    {
        "id": SENDER,
        "type": "PO",
        "name": "MAS Sdružení Západní Krušnohoří, z. s.",
        "ic": "27017010",
        "credit": 100_000,
        "accepts_paid": True,
        "logins": [{"username": SENDER_LOGIN[0], "password": SENDER_LOGIN[1]}],
    },
    {"id": TOWN, "type": "OVM", "name": "Obec Abertamy", "ic": "00254398"},
    {
        "id": FARM,
        "type": "PO",
        "name": "Horský dvůr, s. r. o.",
        "ic": "25221213",
        "accepts_paid": True,
    },
    {"id": CLOSED, "type": "PO", "name": "Zaniklá, s. r. o.", "ic": "25221221", "state": 4},
    {"id": NO_PAID, "type": "FO", "name": "Jan Novák", "last_name": "Novák"},
]


@contextmanager
def run_simulator(folder: Path, **settings: Any) -> Iterator[Simulator]:
    """Run a simulator with a few boxes in a thread, on any free port."""
    app = create_app(SimulatorSettings(data_dir=folder, **settings))
    server = make_simulator_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    running = Simulator(f"http://127.0.0.1:{server.server_port}", app)
    for box in BOXES:
        running.control("POST", "/boxes", box)
    yield running
    server.shutdown()
    thread.join()


@pytest.fixture
def simulator(tmp_path: Path, socket_enabled: None) -> Iterator[Simulator]:
    with run_simulator(tmp_path / "isds") as running:
        yield running


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Office:
    """Return documents without a data box."""
    return open_office(tmp_path / "var", database_url)


@pytest.fixture
def judges() -> Iterator[list[str]]:
    """Give the judges that are installed; in CI all of them must be."""
    lacking = absent()
    if lacking and IS_CI:
        pytest.fail(f"CI must ask every judge: {lacking}")
    yield [name for name in PANEL if name not in lacking]
    if lacking:
        pytest.skip(f"The others were asked; left out: {lacking}")


@pytest.fixture
def small_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let one look make 25 documents of a batch, so that a small batch needs several."""
    monkeypatch.setattr(batching, "AT_ONCE", 25)

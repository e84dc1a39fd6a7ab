"""A simulator behind a real socket, with boxes of every kind that the rules tell apart."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.isds_simulator.app import create_app
from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.current import EXTENSION
from services.isds_simulator.domain.box_id import box_id_from
from services.isds_simulator.seal.authority import open_authority
from services.isds_simulator.server import SimulatorServer, make_simulator_server
from services.isds_simulator.service.office import Office

from .wire import Control, Wire

MAS_SECRET = "heslo-mas"
MAS = box_id_from("mas")
TOWN = box_id_from("town")
FARMER = box_id_from("farmer")
PERSON = box_id_from("person")
NOBODY = box_id_from("nobody")
BOXES: list[dict[str, Any]] = [
    {
        "id": MAS,
        "type": "PO",
        "name": "MAS Sdružení Západní Krušnohoří, z. s.",
        "ic": "22712321",
        "street": "náměstí Míru",
        "house": "1",
        "city": "Kovářská",
        "zip_code": "43186",
        "credit": 3000,
        "logins": [
            {"username": "mas", "password": "heslo-mas", "person": "Jana Malá"},
            {"username": "mas-cte", "password": "heslo-mas", "rights": 8},
        ],
    },
    {
        "id": TOWN,
        "type": "OVM",
        "name": "Město Kadaň",
        "ic": "00261912",
        "city": "Kadaň",
        "logins": [{"username": "mesto", "password": "heslo-mesto", "rights": 31}],
    },
    {
        "id": FARMER,
        "type": "PFO",
        "name": "Karel Pole",
        "given_names": "Karel",
        "last_name": "Pole",
        "ic": "12345678",
        "city": "Vejprty",
        "logins": [{"username": "rolnik", "password": "heslo-rolnik", "rights": 31}],
    },
    {"id": PERSON, "type": "FO", "name": "Eva Žlutá", "last_name": "Žlutá", "city": "Loučná"},
]


@contextmanager
def serving(server: SimulatorServer) -> Iterator[None]:
    """Serve for as long as the block lasts."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Simulator:
    """One running simulator."""

    def __init__(self, settings: SimulatorSettings) -> None:
        self.settings = settings
        self.app = create_app(settings)
        self._running = ExitStack()
        server = make_simulator_server(self.app, "127.0.0.1", 0)
        self._running.enter_context(serving(server))
        self.url = server.url
        self.control = Control(self.url)

    @property
    def office(self) -> Office:
        """The insides, for what cannot be seen from outside."""
        found: Office = self.app.extensions[EXTENSION]
        return found

    def wire(self, username: str = "mas", secret: str = MAS_SECRET) -> Wire:
        return Wire(self.url, username, secret)

    def stop(self) -> None:
        self._running.close()


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Certificates that all the simulators of a run share, because RSA keys take time."""

    folder = tmp_path_factory.mktemp("isds") / "pki"
    open_authority(folder, seal_key_bits=2048)
    return folder


@pytest.fixture
def settings(tmp_path: Path, pki: Path) -> SimulatorSettings:
    data = tmp_path / "simulator"
    data.mkdir()
    (data / "pki").symlink_to(pki)
    return SimulatorSettings(data_dir=data)


@pytest.fixture
def start(settings: SimulatorSettings) -> Iterator[Any]:
    """Start a simulator with changed settings."""
    running = []

    def run(**changes: Any) -> Simulator:
        simulator = Simulator(replace(settings, **changes))
        running.append(simulator)
        for box in BOXES:
            simulator.control.post("boxes", 201, **box)
        return simulator

    yield run
    for simulator in running:
        simulator.stop()


@pytest.fixture
def simulator(start: Any) -> Simulator:
    found: Simulator = start()
    return found


@pytest.fixture
def mas(simulator: Simulator) -> Wire:
    """The sender: a company (PO) with credit for three paid messages."""
    return simulator.wire()


@pytest.fixture
def town(simulator: Simulator) -> Wire:
    """A public authority (OVM)."""
    return simulator.wire("mesto", "heslo-mesto")


@pytest.fixture
def farmer(simulator: Simulator) -> Wire:
    """A person in business (PFO)."""
    return simulator.wire("rolnik", "heslo-rolnik")


@pytest.fixture
def control(simulator: Simulator) -> Control:
    return simulator.control

"""How many requests a second the ISDS simulator answers, and whether that falls as it fills."""

import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import requests

from services.isds_simulator.app import create_app
from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.current import EXTENSION
from services.isds_simulator.server import make_simulator_server
from services.isds_simulator.service.directory import BoxDraft, LoginDraft, enter_box
from services.isds_simulator.service.office import Office
from tests.simulator.wire import SOAP, V20, envelope_xml, file_xml
from tests.simulator.world import enter_recipients, send_many

STEPS = (1_000, 50_000)
BOXES = 1_000
CALLS = 150
SLOWER_AT_MOST = 1.5
SENDER_LOGIN = ("sender", "secret-password")


@dataclass(frozen=True)
class Probe:
    """A request that is repeated."""

    name: str
    service: str
    body: Callable[[int], str]


def _envelope(operation: str, inner: str) -> str:
    return (
        f'<s:Envelope xmlns:s="{SOAP}"><s:Body><{operation} xmlns="{V20}">{inner}</{operation}>'
        "</s:Body></s:Envelope>"
    )


def _probes(recipient: str, message_id: str) -> list[Probe]:
    since = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(time.time() - 5))
    recent = (
        f"<dmFromTime>{since}</dmFromTime><dmToTime/><dmSenderOrgUnitNum/>"
        "<dmStatusFilter>-1</dmStatusFilter><dmOffset/><dmLimit>20</dmLimit>"
    )

    def create(number: int) -> str:
        files = f"<dmFiles>{file_xml()}</dmFiles>"
        envelope = envelope_xml(recipient, dmSenderRefNumber=f"BENCH-{number}")
        return _envelope("CreateMessage", f"<dmEnvelope>{envelope}</dmEnvelope>{files}")

    def plain(operation: str, inner: str) -> Callable[[int], str]:
        return lambda _: _envelope(operation, inner)

    wanted = f"<dmID>{message_id}</dmID>"
    return [
        Probe("CreateMessage", "dz", create),
        Probe("GetListOfSentMessages", "dx", plain("GetListOfSentMessages", recent)),
        Probe("SignedSentMessageDownload", "dz", plain("SignedSentMessageDownload", wanted)),
        Probe("GetSignedDeliveryInfo", "dx", plain("GetSignedDeliveryInfo", wanted)),
        Probe("ISDSSearch3", "df", plain("ISDSSearch3", "<searchText>cislo 17</searchText>")),
        Probe("DummyOperation", "dz", plain("DummyOperation", "")),
    ]


def _rate(url: str, probe: Probe) -> float:
    """Return requests per second over one open connection, the better of two rounds."""
    best = 0.0
    with requests.Session() as session:
        session.auth = SENDER_LOGIN
        for _ in range(2):
            begun = time.perf_counter()
            for number in range(CALLS):
                reply = session.post(f"{url}/DS/{probe.service}", data=probe.body(number).encode())
                if reply.status_code != 200 or ">0000<" not in reply.text:
                    raise RuntimeError(f"{probe.name}: {reply.status_code} {reply.text[:300]}")
            best = max(best, CALLS / (time.perf_counter() - begun))
    return best


def _sender(office: Office) -> str:
    login = LoginDraft(*SENDER_LOGIN, rights=31)
    with office.ledger.writing() as connection:
        return enter_box(connection, BoxDraft("OVM", "Odesilatel", logins=(login,))).id


def simulator() -> bool:
    """Print requests per second at both sizes; return whether none fell too far."""
    rates: dict[int, dict[str, float]] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        app = create_app(SimulatorSettings(data_dir=folder))
        office: Office = app.extensions[EXTENSION]
        server = make_simulator_server(app, "127.0.0.1", 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.server_close)
        stack.callback(server.shutdown)
        sender, filled = _sender(office), 0
        recipients = enter_recipients(office, BOXES)
        for size in STEPS:
            send_many(office, sender, size - filled, recipients)
            filled = size
            probes = _probes(recipients[0], "1000001")
            rates[size] = {probe.name: _rate(server.url, probe) for probe in probes}
    small, large = (rates[size] for size in STEPS)
    print(f"{'requests per second':<28}" + "".join(f"{size:>12}" for size in STEPS) + "   slower")
    for name in small:
        print(
            f"{name:<28}{small[name]:>12.0f}{large[name]:>12.0f}{small[name] / large[name]:>8.2f}x"
        )
    return all(small[name] / large[name] <= SLOWER_AT_MOST for name in small)

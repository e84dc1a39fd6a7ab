"""``python -m services.isds_simulator --port P``: the simulator alone."""

import argparse
import sys
import threading
from pathlib import Path

from services.isds_simulator.app import create_app
from services.isds_simulator.config import SimulatorSettings, UnknownSetting, parsed
from services.isds_simulator.current import EXTENSION
from services.isds_simulator.greeting import greeting
from services.isds_simulator.ledger.connection import ForeignLedger
from services.isds_simulator.server import SimulatorServer, make_simulator_server
from services.isds_simulator.service.office import Office
from services.isds_simulator.tls import tls_context

DEFAULT_PORT = 5090
TURN = 0.001
"""Seconds after which one request lets another one go on: a question about a box does not wait
until a long message is sealed."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.isds_simulator",
        description="A local stand-in for the Czech system of data boxes. No legal effect.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes any free port")
    parser.add_argument("--ws2-port", type=int, help="a port of its own for ws2: vodz and arch")
    parser.add_argument("--https", action="store_true", help="TLS under the simulator's own root")
    parser.add_argument("--data", type=Path, default=Path("var/isds_simulator"))
    parser.add_argument("--seed", type=Path, help="JSON or CSV file with boxes and logins")
    parser.add_argument("--scenario", type=Path, help="JSON file with steps to be replayed")
    parser.add_argument("--control-token", help="bearer token that /control asks for")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="any other setting of config.py; durations in seconds, yes or no",
    )
    return parser


def _settings(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> SimulatorSettings:
    try:
        more = dict(parsed(assignment) for assignment in chosen.set)
    except UnknownSetting as error:
        parser.error(f"unknown setting: {error}")
    given = {
        "data_dir": chosen.data,
        "seed_file": chosen.seed,
        "scenario_file": chosen.scenario,
        "control_token": chosen.control_token,
        "ws2_port": chosen.ws2_port,
    }
    return SimulatorSettings(**{**given, **more})


def main() -> None:
    """Serve until interrupted."""
    sys.setswitchinterval(TURN)
    parser = _parser()
    chosen = parser.parse_args()
    try:
        app = create_app(_settings(chosen, parser))
    except ForeignLedger as error:
        parser.error(str(error))
    office: Office = app.extensions[EXTENSION]
    tls = tls_context(office.authority, chosen.host) if chosen.https else None
    ports = [chosen.port] if chosen.ws2_port is None else [chosen.port, chosen.ws2_port]
    servers = [make_simulator_server(app, chosen.host, port, tls) for port in ports]
    sys.stdout.write(greeting(office, [server.url for server in servers]))
    sys.stdout.flush()
    _serve(servers)


def _serve(servers: list[SimulatorServer]) -> None:
    """Serve on all ports; the first one in this thread, so that an interrupt reaches it."""
    first, *others = servers
    for server in others:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        first.serve_forever()
    except KeyboardInterrupt:
        for server in servers:
            server.server_close()


if __name__ == "__main__":
    main()

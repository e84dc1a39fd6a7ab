"""``python -m services.isds_simulator --port P --data DIR``: the simulator alone."""

import argparse
import sys
from pathlib import Path

from services.isds_simulator.app import create_app
from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.server import make_simulator_server

DEFAULT_PORT = 5090


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m services.isds_simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--data", type=Path, default=Path("var/isds_simulator"))
    parser.add_argument("--seed", type=Path, help="JSON file with boxes and logins")
    parser.add_argument("--control-token", help="bearer token that /control asks for")
    chosen = parser.parse_args()
    settings = SimulatorSettings(
        data_dir=chosen.data, seed_file=chosen.seed, control_token=chosen.control_token
    )
    server = make_simulator_server(create_app(settings), chosen.host, chosen.port)
    sys.stdout.write(f"The ISDS simulator listens on http://{server.host}:{server.port}/\n")
    sys.stdout.flush()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()

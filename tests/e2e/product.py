"""The product as a person would start it: one process, or each part alone behind nginx."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from services.embedded import SIMULATOR_LOGIN
from services.isds_simulator.seal.authority import SEAL_NAME
from tests.house.tree import ROOT, SERVICES

START_SECONDS = 90


@dataclass
class Product:
    """A running product."""

    url: str
    simulator_url: str
    var: Path
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    starters: dict[str, Callable[[], "subprocess.Popen[bytes]"]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a part, for the first time or again after it was killed."""
        self.processes[name] = self.starters[name]()

    def kill(self, name: str) -> None:
        """End a part without warning, as a power cut would."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait(60)

    def wait_for(self, service: str) -> None:
        """Wait until a service answers."""
        _wait_for(self, f"{self.url}/{service}/healthz")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def one_process(
    var: Path, databases: dict[str, str] | None = None, **settings: str
) -> Iterator[Product]:
    """Run ``python -m services run --empty``: everything in one process.

    Args:
        settings: Further settings as environment variables.
    """
    port, simulator_port = free_port(), free_port()
    environment = _environment(var, databases) | {
        "VYZVA_PORT": str(port),
        "VYZVA_PUBLIC_URL": f"http://127.0.0.1:{port}",
        **settings,
    }
    product = Product(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{simulator_port}", var)
    command = ["services", "run", "--empty", "--simulator-port", str(simulator_port)]
    with ExitStack() as stack:
        product.starters["all"] = _starter(stack, var, "all", command, environment)
        product.start("all")
        _wait_for(product, f"{product.url}/documents/healthz")
        yield product


@contextmanager
def each_alone(
    var: Path, databases: dict[str, str] | None = None, **settings: str
) -> Iterator[Product]:
    """Run three services, three workers and the simulator as processes behind nginx.

    Args:
        settings: Further settings as environment variables.
    """
    ports = {name: free_port() for name in (*SERVICES, "proxy", "simulator")}
    url = f"http://127.0.0.1:{ports['proxy']}"
    simulator_url = f"http://127.0.0.1:{ports['simulator']}"
    common = _environment(var, databases) | {
        "VYZVA_PUBLIC_URL": url,
        **{f"VYZVA_{name.upper()}_URL": f"http://127.0.0.1:{ports[name]}" for name in SERVICES},
        "VYZVA_DOCUMENTS_ISDS_URL": f"{simulator_url}/DS",
        "VYZVA_DOCUMENTS_ISDS_LOGIN": "password",
        "VYZVA_DOCUMENTS_ISDS_USER": SIMULATOR_LOGIN[0],
        "VYZVA_DOCUMENTS_ISDS_PAID_PRICE": "10",
        "VYZVA_DOCUMENTS_ISDS_PASSWORD": SIMULATOR_LOGIN[1],
        "VYZVA_DOCUMENTS_ISDS_SEAL_ROOTS": str(var / "isds_simulator" / "pki" / "root.pem"),
        "VYZVA_DOCUMENTS_ISDS_SEAL_HOLDERS": json.dumps([{"name": SEAL_NAME}]),
        **settings,
    }
    product = Product(url, simulator_url, var)
    with ExitStack() as stack:
        simulator = ["services.isds_simulator", "--port", str(ports["simulator"])]
        simulator += ["--data", str(var / "isds_simulator")]
        product.starters["simulator"] = _starter(stack, var, "simulator", simulator, common)
        product.start("simulator")
        for name in SERVICES:
            subprocess.run(
                [sys.executable, "-m", f"services.{name}", "migrate"],
                env=common,
                cwd=ROOT,
                check=True,
                timeout=120,
            )
        for name in SERVICES:
            own = common | {"VYZVA_PORT": str(ports[name])}
            for part in ("serve", "worker"):
                label = f"{name}-{part}"
                command = [f"services.{name}", part]
                product.starters[label] = _starter(stack, var, label, command, own)
                product.start(label)
        product.starters["proxy"] = lambda: _start_nginx(stack, var, ports)
        product.start("proxy")
        for name in SERVICES:
            _wait_for(product, f"{url}/{name}/healthz")
        yield product


def _environment(var: Path, databases: dict[str, str] | None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("VYZVA_")}
    named = {f"VYZVA_{name.upper()}_DATABASE_URL": url for name, url in (databases or {}).items()}
    return (
        kept | named | {"VYZVA_VAR": str(var), "PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"}
    )


def _starter(
    stack: ExitStack, var: Path, label: str, command: list[str], environment: dict[str, str]
) -> Callable[[], "subprocess.Popen[bytes]"]:
    var.mkdir(parents=True, exist_ok=True)
    log = stack.enter_context((var / f"{label}.log").open("wb"))

    def start() -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        stack.callback(_stop, process)
        return process

    return start


def _start_nginx(stack: ExitStack, var: Path, ports: dict[str, int]) -> "subprocess.Popen[bytes]":
    """Start nginx with the production file, its names and ports replaced by local ones."""
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    for name in SERVICES:
        text = text.replace(f"server {name}:8000;", f"server 127.0.0.1:{ports[name]};")
    start = text.index("  server {\n    listen 80;")
    end = text.index("  server {\n    listen 443")
    text = text[:start] + text[end:]
    lines = [line for line in text.splitlines() if not line.strip().startswith("ssl_")]
    text = "\n".join(lines).replace("listen 443 ssl;", f"listen 127.0.0.1:{ports['proxy']};")
    local = f"pid {var}/nginx.pid;\nerror_log {var}/nginx-error.log;\n"
    paths = "".join(
        f"  {kind}_temp_path {var}/nginx-{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = local + text.replace("http {\n", f"http {{\n  access_log off;\n{paths}")
    if os.geteuid() == 0:
        text = "user root;\n" + text
    path = var / "nginx.conf"
    path.write_text(text, "utf-8")
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert nginx, "nginx is missing; .ci/run installs it"
    process = subprocess.Popen([nginx, "-c", str(path), "-g", "daemon off;"])
    stack.callback(_stop, process)
    return process


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(60)


def _wait_for(product: Product, url: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        dead = [name for name, process in product.processes.items() if process.poll() is not None]
        if dead:
            logs = "\n".join(_tail(product.var / f"{name}.log") for name in dead)
            raise AssertionError(f"{dead} ended while starting:\n{logs}")
        try:
            if requests.get(url, timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{url} did not answer in {START_SECONDS} s")


def _tail(path: Path) -> str:
    return path.read_text("utf-8", errors="replace")[-3000:] if path.exists() else ""


def has_nginx() -> bool:
    """Tell whether the second shape can be run here; CI must be able to."""
    found: Any = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    return bool(found) or os.environ.get("CI") == "true"

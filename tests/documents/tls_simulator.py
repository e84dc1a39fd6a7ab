"""The simulator once more behind TLS, under the names of the real hosts, with its certificates."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from flask import Flask

from services.documents.isds_settings import IsdsSettings
from services.isds_simulator.current import EXTENSION
from services.isds_simulator.server import make_simulator_server
from services.isds_simulator.tls import tls_context
from tests.documents.conftest import SENDER, SENDER_LOGIN, Simulator

DOMAIN = "localhost"
NAME, PASSWORD = SENDER_LOGIN


@dataclass(frozen=True)
class Way:
    """A way to log in: its settings, and what ISDS must see of it."""

    login: str
    hosts: str
    """What follows the number in their names: ``c`` of ``ws1c``."""
    path: str
    issued: dict[str, str] | None = None
    """The certificate that is asked for."""
    is_for_all: bool = False
    user: str = ""
    password: str = ""

    @property
    def basic(self) -> str | None:
        """What stands in ``Authorization``."""
        if not self.user:
            return None
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return f"Basic {pair}"


WAYS = {
    "certificate": Way("certificate", "c", "/cert", {"kind": "system"}),
    "certificate_and_password": Way(
        "certificate_and_password",
        *("c", "/certds", {"kind": "user", "username": NAME}),
        user=NAME,
        password=PASSWORD,
    ),
    "hosted": Way("hosted", "c", "/hspis", {"kind": "hosted"}, is_for_all=True, user=SENDER),
    "password": Way("password", "", "", user=NAME, password=PASSWORD),
}


@dataclass
class Secure:
    """The simulator behind TLS, and everything that came to it."""

    plain: Simulator
    folder: Path
    port: int = 0
    heard: list[tuple[str, str, bool, str | None]] = field(default_factory=list)
    """Host, path, whether there was a client certificate, and ``Authorization``."""

    def seen(self) -> set[tuple[str, str, bool, str | None]]:
        """Tell what came, each host and path up to ``/DS`` once."""
        return {
            (host.partition(".")[0], path.partition("/DS/")[0], *rest)
            for host, path, *rest in self.heard
        }

    def root(self) -> Path:
        """Write the root of the server, of clients and of seals."""
        path = self.folder / "root.pem"
        path.write_bytes(self.plain.control("GET", "/root.pem"))
        return path

    def issue(self, way: Way) -> Path:
        """Have a certificate issued, and write it with its key as an administrator would."""
        place = "/certificates" if way.is_for_all else f"/boxes/{SENDER}/certificates"
        issued = self.plain.control("POST", place, way.issued)
        path = self.folder / f"{way.login}.pem"
        path.write_text(issued["certificate"] + issued["key"])
        return path

    def environment(self, way: Way) -> dict[str, str]:
        """Return the settings of a way as variables; the password lies in a file of its own."""
        secrets = self.folder / "secrets"
        secrets.mkdir(exist_ok=True)
        if way.password:
            (secrets / "isds_password").write_text(way.password)
        given = {
            "VYZVA_SECRETS_DIR": str(secrets),
            "VYZVA_DOCUMENTS_ISDS_DOMAIN": f"{DOMAIN}:{self.port}",
            "VYZVA_DOCUMENTS_ISDS_LOGIN": way.login,
            "VYZVA_DOCUMENTS_ISDS_TRUSTED": str(self.root()),
            "VYZVA_DOCUMENTS_ISDS_SEAL_ROOTS": str(self.root()),
        }
        if way.issued is not None:
            given["VYZVA_DOCUMENTS_ISDS_CERTIFICATE"] = str(self.issue(way))
        if way.user:
            given["VYZVA_DOCUMENTS_ISDS_USER"] = way.user
        return given


class Ear:
    """Hears what comes before the simulator does."""

    def __init__(self, app: Flask, heard: list[tuple[str, str, bool, str | None]]) -> None:
        self._app, self._heard = app, heard

    def __call__(self, environment: dict[str, Any], start: Any) -> Any:
        """Note the request and pass it on."""
        self._heard.append(
            (
                environment["HTTP_HOST"],
                environment["PATH_INFO"],
                "SSL_CLIENT_CERT" in environment,
                environment.get("HTTP_AUTHORIZATION"),
            )
        )
        return self._app(environment, start)


@contextmanager
def behind_tls(
    simulator: Simulator, folder: Path, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> Iterator[Secure]:
    """Serve the simulator over TLS, on any free port."""
    assert simulator.app is not None
    folder.mkdir()
    found = Secure(simulator, folder)
    ear = cast(Flask, Ear(simulator.app, found.heard))
    context = tls_context(simulator.app.extensions[EXTENSION].authority)
    context.maximum_version = newest
    server = make_simulator_server(ear, "127.0.0.1", 0, context)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def find_hosts_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the names of the hosts lead to this machine, as the name service of ISDS does.

    A domain has a weekly window of maintenance, in which no test would send anything.
    """
    real = socket.getaddrinfo

    def here(host: Any, *given: Any, **more: Any) -> Any:
        is_ours = isinstance(host, str) and host.endswith(f".{DOMAIN}")
        return real("127.0.0.1" if is_ours else host, *given, **more)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    monkeypatch.setattr(IsdsSettings, "weekly_maintenance", None)

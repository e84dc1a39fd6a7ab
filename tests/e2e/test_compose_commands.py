"""docker-compose.yml without containers: its commands, settings and secrets, on PostgreSQL."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import compose_spec
import psycopg
import pytest
import requests

from tests.databases import Cluster
from tests.e2e.product import free_port
from tests.house.tree import ROOT, SERVICES

PASSWORD = "vymyšlené heslo do databáze @/%#"
DIRECTOR = {"login": "reditelka", "password": "dlouhé heslo ředitelky 7"}
PUBLIC = {"VYZVA_PUBLIC_URL": "https://vyzva.test"}
START_SECONDS = 60


@dataclass
class Installation:
    """What an operator prepares beside the compose file, and the processes that it starts."""

    folder: Path
    cluster: Cluster
    ports: dict[str, int] = field(default_factory=lambda: {one: free_port() for one in SERVICES})
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def parts(self) -> dict[str, Any]:
        options = compose_spec.PyOptions()
        options.apply_merge = True
        text = (ROOT / "docker-compose.yml").read_text("utf-8")
        found: dict[str, Any] = options.from_yaml(text).to_dict()["services"]
        return {name: part for name, part in found.items() if name.startswith(SERVICES)}

    def environment(self, name: str) -> dict[str, str]:
        """Return the settings of a part; only places inside containers become local ones."""
        service = name.partition("-")[0]
        local = {
            "VYZVA_VAR": str(self.folder / service),
            "VYZVA_KEYS": str(self.folder / "secrets" / "keys" / service),
            "VYZVA_SECRETS_DIR": str(self.folder / "secrets"),
            "VYZVA_HOST": "127.0.0.1",
            **{
                f"VYZVA_{one.upper()}_URL": f"http://127.0.0.1:{self.ports[one]}"
                for one in SERVICES
            },
            **PUBLIC,
        }
        given = self.parts[name]["environment"]
        assert set(local) <= set(given), "the compose file names each place"
        kept = {key: value for key, value in os.environ.items() if not key.startswith("VYZVA_")}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        host = f"127.0.0.1:{self.cluster.port}"
        added = {"VYZVA_DATABASE_HOST": host, "VYZVA_PORT": str(self.ports[service]), "PATH": path}
        return {**kept, **{key: str(value) for key, value in given.items()}, **local, **added}

    def prepare(self) -> None:
        """Write the secrets and make the databases as docs/operations.md says."""
        folder = self.folder / "secrets"
        folder.mkdir()
        (folder / "secret_key").write_text(secrets.token_hex(32))
        for service in SERVICES:
            for role in (service, f"{service}_owner"):
                (folder / f"{role}_password").write_text(f"{PASSWORD}\n")
        command = [sys.executable, "-m", "services", "keys", str(folder / "keys")]
        subprocess.run(command, check=True, cwd=ROOT, timeout=60)
        place = {"PGHOST": "127.0.0.1", "PGPORT": str(self.cluster.port)}
        binaries = {"PATH": f"{self.cluster.binaries}:{os.environ['PATH']}"}
        script = [ROOT / "deploy" / "databases.sh"]
        environment = {**os.environ, **place, **binaries, "VYZVA_SECRETS_DIR": str(folder)}
        subprocess.run(["sh", *script], check=True, env=environment, timeout=60)

    def start(self, name: str) -> None:
        command = ["sh", *self.parts[name]["command"]]
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                command, env=self.environment(name), cwd=ROOT, stdout=log, stderr=log
            )

    def wait_for(self, service: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            log = (self.folder / f"{service}.log").read_text("utf-8", "replace")[-3000:]
            assert self.running[service].poll() is None, log
            try:
                if requests.get(self.url(service, "/healthz"), timeout=5).ok:
                    return
            except requests.ConnectionError:
                time.sleep(0.2)
        raise AssertionError(f"{service} did not answer")

    def migrate(self) -> None:
        names = [name for name in self.parts if name.endswith("-migrate")]
        for name in names:
            self.start(name)
        for name in names:
            assert self.running.pop(name).wait(START_SECONDS) == 0, self.log(name)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")[-3000:]

    def url(self, service: str, path: str) -> str:
        return f"http://127.0.0.1:{self.ports[service]}/{service}{path}"

    def stop(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(60)


@pytest.fixture
def installation(tmp_path: Path, postgres: Cluster) -> Iterator[Installation]:
    made = Installation(tmp_path, postgres)
    made.prepare()
    yield made
    made.stop()
    for service in SERVICES:
        postgres.drop_database(f"/{service}")


@pytest.mark.slow
@pytest.mark.one_database
def test_the_compose_file_starts_a_working_installation(installation: Installation) -> None:
    installation.migrate()
    for name in installation.parts:
        if not name.endswith("-migrate"):
            installation.start(name)
    for service in SERVICES:
        installation.wait_for(service)
    found_organisation(installation)

    token = requests.post(
        installation.url("registry", "/api/v1/sessions"), json=DIRECTOR, timeout=30
    ).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    answers = {
        path: requests.get(installation.url(service, path), headers=headers, timeout=30)
        for service, path in (
            ("registry", "/api/v1/calls"),
            ("documents", "/api/v1/documents"),
            ("evaluation", "/api/v1/interest-links"),
        )
    }

    assert {path: reply.status_code for path, reply in answers.items()} == dict.fromkeys(
        answers, 200
    )
    for service in SERVICES:
        place = installation.url(service, "/api/v1/clock")
        reply = requests.put(
            place, json={"at": "2030-01-01T00:00:00Z"}, headers=headers, timeout=30
        )
        assert reply.status_code == 404, f"{service}: the clock of a real installation stands"
    check_rights(installation)
    page = requests.get(installation.url("registry", "/sign-in"), timeout=30)
    assert "Secure" in page.headers["Set-Cookie"]
    for name, process in installation.running.items():
        assert process.poll() is None, (installation.folder / f"{name}.log").read_text("utf-8")


def check_rights(installation: Installation) -> None:
    """The role that serves owns nothing and cannot take evidence away."""
    for service in SERVICES:
        place = f"host=127.0.0.1 port={installation.cluster.port} dbname={service} user={service}"
        with psycopg.connect(place) as connection:
            connection.execute("SELECT count(*) FROM evidence")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("DELETE FROM evidence")


def found_organisation(installation: Installation) -> None:
    """Run the operator's command with the settings of the part that it belongs to."""
    environment = installation.environment("registry")
    login = f"registry:{quote(PASSWORD, safe='')}"
    host = environment["VYZVA_DATABASE_HOST"]
    environment["VYZVA_DATABASE_URL"] = f"postgresql+psycopg://{login}@{host}/registry"
    command = [
        *(sys.executable, "-m", "services.registry", "bootstrap"),
        *("--name", "MAS Zkušební", "--slug", "zk", "--ic", "90007298"),
        *("--login", DIRECTOR["login"], "--director", "Jana Malá"),
        *("--email", "reditelka@example.org", "--password", DIRECTOR["password"]),
        *("--address", "Náměstí 1, 431 00 Stará Huť"),
    ]
    subprocess.run(command, check=True, env=environment, cwd=ROOT, timeout=60)

"""Databases for tests: a fresh one for each test, on SQLite or on a throw-away PostgreSQL.

PostgreSQL runs from its installed binaries for the length of one test session: own folder, own
port, trusted local connections, nothing kept. With xdist each worker process has its own.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

KINDS = ("sqlite", "postgresql")
# Durability is not what these tests measure; a test database may die with the machine.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}

DURABLE = {name: FAST[name] for name in ("max_connections", "shared_buffers", "autovacuum")} | {
    "log_min_messages": "fatal"
}
"""What a commit says is on the disk, as in an installation."""


class PostgresMissing(Exception):
    """PostgreSQL is not installed here."""


def chosen_kind() -> str:
    """Return the database of this round: ``VYZVA_TEST_DATABASE``, SQLite by default."""
    kind = os.environ.get("VYZVA_TEST_DATABASE", "sqlite")
    if kind not in KINDS:
        raise ValueError(f"VYZVA_TEST_DATABASE must be one of {KINDS}, not {kind!r}.")
    return kind


def sqlite_address(folder: Path) -> str:
    """Return the address of an SQLite file that does not exist yet."""
    return f"sqlite:///{folder / 'test.sqlite'}"


@dataclass
class Cluster:
    """A running throw-away PostgreSQL."""

    folder: Path
    binaries: Path
    port: int
    _numbers: Iterator[int] = field(default_factory=count)

    def create_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"test_{next(self._numbers)}"
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def drop_database(self, address: str) -> None:
        """Drop a database, whoever is still connected."""
        name = sql.Identifier(address.rpartition("/")[2])
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def stop(self) -> None:
        """Stop the server and remove all that it wrote."""
        command = [self.binaries / "pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop"]
        _run(command, self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _execute(self, statement: sql.Composed) -> None:
        place = {"host": str(self.folder), "port": self.port, "user": "postgres"}
        with psycopg.connect(**place, dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


def start_cluster(settings: Mapping[str, str] = FAST) -> Cluster:
    """Start a PostgreSQL of our own on a unix socket and a free port of the loopback.

    Args:
        settings: Those of the server; what measures durable work leaves durability on.

    Raises:
        PostgresMissing: its programs are neither under /usr/lib/postgresql nor on the path.
    """
    binaries = find_binaries()
    # A short path: the address of a unix socket may have 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="vyzva-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    cluster = Cluster(folder, binaries, _free_port())
    initdb = [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"]
    _run([*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], folder)
    options = [f"-p {cluster.port}", f"-k {folder}", "-h 127.0.0.1"]
    options += [f"-c {name}={value}" for name, value in settings.items()]
    start = [binaries / "pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w"]
    _run([*start, "-o", " ".join(options), "start"], folder)
    return cluster


def find_binaries() -> Path:
    """Return the folder of the newest installed PostgreSQL's programs."""
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(installed, key=lambda path: float(path.parts[4]))
    on_path = shutil.which("initdb")
    if newest:
        return newest[-1].parent
    if on_path:
        return Path(on_path).resolve().parent
    raise PostgresMissing("PostgreSQL is not installed (no initdb).")


def _run(command: list[object], folder: Path) -> None:
    # PostgreSQL refuses to run as root; containers usually are root.
    words = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    words += [str(word) for word in command]
    subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

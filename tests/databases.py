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
from typing import Any, Literal, LiteralString

import psycopg
from psycopg import sql

KINDS = ("sqlite", "postgresql")
BEGIN = "postgresql+psycopg://postgres@127.0.0.1:"
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
    settings: Mapping[str, str]
    _numbers: Iterator[int] = field(default_factory=count)

    def create_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"test_{next(self._numbers)}"
        self._execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"{BEGIN}{self.port}/{name}"

    def drop_database(self, address: str) -> None:
        """Drop a database, whoever is still connected."""
        name = sql.Identifier(address.rpartition("/")[2])
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def address_of(self, other: str) -> str:
        """Return the address under which this cluster has the database of another one."""
        return f"{BEGIN}{self.port}/{other.rpartition('/')[2]}"

    def on_socket(self, address: str) -> str:
        """Return the address of a database of ours that needs no port, which others may take."""
        name = address.rpartition("/")[2]
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}&port={self.port}"

    def ask(self, question: LiteralString) -> list[tuple[Any, ...]]:
        """Return what the server answers; it may change its own settings, too."""
        return self._execute(sql.SQL(question).format())

    def promote(self) -> None:
        """Let a standby be the primary."""
        _run([self.binaries / "pg_ctl", "-D", self.folder / "data", "-w", "promote"], self.folder)

    def start(self) -> None:
        """Start the server and wait until it lets people in."""
        options = [f"-p {self.port}", f"-k {self.folder}", "-h 127.0.0.1"]
        options += [f"-c {name}={value}" for name, value in self.settings.items()]
        start = [self.binaries / "pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log"]
        _run([*start, "-w", "-o", " ".join(options), "start"], self.folder)

    def halt(self, mode: Literal["fast", "immediate"]) -> None:
        """End the server, whoever is connected: in order, or so that it has to recover."""
        command = [self.binaries / "pg_ctl", "-D", self.folder / "data", "-m", mode, "stop"]
        _run(command, self.folder)

    def die(self) -> None:
        """End the server as if its machine had lost its power."""
        self.halt("immediate")

    def stop(self) -> None:
        """Stop the server, unless it has died, and remove all that it wrote."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self.die()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _execute(self, statement: sql.Composed) -> list[tuple[Any, ...]]:
        place = {"host": str(self.folder), "port": self.port, "user": "postgres"}
        with psycopg.connect(**place, dbname="postgres", autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []


def start_cluster(settings: Mapping[str, str] = FAST) -> Cluster:
    """Start a PostgreSQL of our own on a unix socket and a free port of the loopback.

    Args:
        settings: Those of the server; what measures durable work leaves durability on.

    Raises:
        PostgresMissing: its programs are neither under /usr/lib/postgresql nor on the path.
    """
    binaries = find_binaries()
    folder = _new_folder()
    cluster = Cluster(folder, binaries, _free_port(), settings)
    initdb = [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"]
    _run([*initdb, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], folder)
    cluster.start()
    return cluster


def start_standby(primary: Cluster, settings: Mapping[str, str]) -> Cluster:
    """Start a cluster that follows another one by streaming, until it is cut off or promoted.

    Raises:
        PostgresMissing: the program that copies a running cluster is not installed.
    """
    if not (primary.binaries / "pg_basebackup").exists():
        raise PostgresMissing("PostgreSQL is not installed whole (no pg_basebackup).")
    cluster = Cluster(_new_folder(), primary.binaries, _free_port(), settings)
    copy = [primary.binaries / "pg_basebackup", "-D", cluster.folder / "data", "-R", "-X", "stream"]
    copy += ["-h", primary.folder, "-p", primary.port, "-U", "postgres", "-c", "fast", "--no-sync"]
    _run(copy, cluster.folder)
    cluster.start()
    return cluster


def _new_folder() -> Path:
    # A short path: the address of a unix socket may have 107 characters at most.
    folder = Path(tempfile.mkdtemp(prefix="vyzva-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    return folder


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

"""Copies of checkpoints and time stamps outside the database: one file for each log.

The folder belongs on another disk or machine than the database: what stands here cannot be
rewritten together with it. Each line is one record (JSON); lines are only ever added.
"""

import fcntl
import json
import os
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import SEEK_END
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.disk import synchronise

TAIL = 65_536
"""Bytes that are read at once from the end of a file."""


class DamagedCopy(Exception):
    """A line of the file is not a record."""


def checkpoint_line(note: str) -> str:
    """Return the record of a checkpoint."""
    return _line({"checkpoint": note})


def anchor_line(note: str, token: bytes, roots: str) -> str:
    """Return the record of a time stamp over a checkpoint."""
    stamp = {"checkpoint": note, "roots": roots, "token": b64encode(token).decode()}
    return _line({"anchor": stamp})


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, sort_keys=True, ensure_ascii=False)


@dataclass(frozen=True)
class Adding:
    """A file that this process holds."""

    file: int
    is_first: bool
    """Nothing was in it, or it was not there."""

    def lines(self, lines: Iterable[str]) -> None:
        """Add records and return when they are on the disk."""
        rest = "".join(f"{line}\n" for line in lines).encode()
        while rest:
            rest = rest[os.write(self.file, rest) :]
        os.fsync(self.file)


class Copies:
    """The files of one service."""

    def __init__(self, folder: Path, service: str) -> None:
        self.folder = folder / service

    def path(self, organisation_id: UUID) -> Path:
        """Return where the copies about a log lie."""
        return self.folder / f"{organisation_id}.jsonl"

    def organisations(self) -> list[UUID]:
        """Return of whose logs there are copies."""
        return sorted(UUID(path.stem) for path in self.folder.glob("*.jsonl"))

    def lines(self, organisation_id: UUID) -> Iterator[str]:
        """Return the records; a last line that was not written to its end is no record."""
        path = self.path(organisation_id)
        if path.exists():
            with path.open(encoding="utf-8", newline="\n") as file:
                yield from (line[:-1] for line in file if line.endswith("\n"))

    def notes(self, organisation_id: UUID) -> Iterator[str]:
        """Return the checkpoints, the oldest first.

        Raises:
            DamagedCopy: a line is no record.
        """
        for line in self.lines(organisation_id):
            kind, note = _read(line)
            if kind == "checkpoint":
                yield note

    def newest(self, organisation_id: UUID, wanted: str = "checkpoint") -> str | None:
        """Return the last checkpoint, reading no more of the file than that takes.

        Args:
            wanted: ``checkpoint``, or ``anchor`` for the last one that has a time stamp.

        Raises:
            DamagedCopy: a line is no record.
        """
        path = self.path(organisation_id)
        if path.exists():
            for line in _backwards(path):
                kind, note = _read(line)
                if kind == wanted:
                    return note
        return None

    def has(self, organisation_id: UUID, note: str) -> bool:
        """Tell whether the checkpoint is the last one here; a damaged file has none."""
        try:
            return self.newest(organisation_id) == note
        except DamagedCopy:
            return False

    def append(self, organisation_id: UUID, lines: Iterable[str]) -> None:
        """Add records and return when they are on the disk."""
        with self.adding(organisation_id) as add:
            add.lines(lines)

    @contextmanager
    def adding(self, organisation_id: UUID) -> Iterator["Adding"]:
        """Hold the file for this process alone, to look what it lacks and to add that."""
        with self._locked(organisation_id) as file:
            _cut_torn_line(file)
            yield Adding(file, is_first=os.fstat(file).st_size == 0)

    @contextmanager
    def _locked(self, organisation_id: UUID) -> Iterator[int]:
        """Open the file for this process alone; readable by its owner only."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.path(organisation_id)
        is_new = not path.exists()
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if is_new:
                synchronise(self.folder)
            yield file
        finally:
            os.close(file)


def _read(line: str) -> tuple[str, str]:
    """Return the kind of a record and the checkpoint that it is or is about."""
    try:
        ((kind, content),) = json.loads(line).items()
        note = content if kind == "checkpoint" else content["checkpoint"]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise DamagedCopy(line[:80]) from error
    return kind, str(note)


def _backwards(path: Path) -> Iterator[str]:
    """Return the whole lines of a file, the last one first."""
    with path.open("rb") as file:
        place, rest = file.seek(0, SEEK_END), b""
        is_end = True
        while place:
            begin = max(0, place - TAIL)
            file.seek(begin)
            first, *lines = (file.read(place - begin) + rest).split(b"\n")
            if is_end and lines:
                lines.pop()  # nothing, or a line that was not written to its end
                is_end = False
            yield from (line.decode() for line in reversed(lines))
            place, rest = begin, first
        if not is_end:
            yield rest.decode()


def _cut_torn_line(file: int) -> None:
    """Remove what a killed process began to write; nobody was told that it is there."""
    size = os.fstat(file).st_size
    end = size
    while end and os.pread(file, 1, end - 1) != b"\n":
        end -= 1
    if end != size:
        os.ftruncate(file, end)

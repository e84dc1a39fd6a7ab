"""Files by their content: the name is the SHA-256, so nothing is ever overwritten."""

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Protocol

NAME = re.compile(r"[0-9a-f]{64}")


class FileMissing(Exception):
    """The store lacks a file that the database speaks of: the backup must be looked at."""


class FileDamaged(Exception):
    """The stored bytes are not those of their name."""


class FileStore(Protocol):
    """Keeps files for ever."""

    def put(self, content: bytes) -> str:
        """Keep the content and return its SHA-256 (lower-case hex)."""
        ...

    def get(self, sha256: str) -> bytes:
        """Return the content.

        Raises:
            FileMissing, FileDamaged: the store is not what it was.
        """
        ...


class FolderStore:
    """Files in a folder; a file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep the content and return its SHA-256."""
        sha256 = hashlib.sha256(content).hexdigest()
        target = self._path(sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(target, content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the content, checked against its name."""
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing(sha256) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise FileDamaged(sha256)
        return content

    def _path(self, sha256: str) -> Path:
        if not NAME.fullmatch(sha256):
            raise FileMissing(sha256)
        return self._folder / sha256[:2] / sha256


def _write_whole(target: Path, content: bytes) -> None:
    """Write beside the target, push to the disk, then rename: a crash leaves no half file."""
    handle, temporary = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

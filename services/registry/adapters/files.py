"""The store of files: bytes under random ids, never under names that people chose."""

import os
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from shared.disk import synchronise


class FileStore(Protocol):
    """Keeps the original bytes of what came."""

    def put(self, content: bytes) -> UUID:
        """Keep the bytes and return their id; they are safe on disk when this returns."""
        ...

    def get(self, stored_as: UUID) -> bytes:
        """Return the bytes; ``FileNotFoundError`` when they are lost."""
        ...

    def remove(self, stored_as: UUID) -> None:
        """Put the bytes away for good; it does not matter if they are gone already."""
        ...


class FolderStore:
    """Files in folders named by the first two characters of their id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> UUID:
        """Write to a temporary name, force it to disk, then give it its own name."""
        stored_as = uuid4()
        path = self._path(stored_as)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
        synchronise(path.parent)
        return stored_as

    def get(self, stored_as: UUID) -> bytes:
        """Read the bytes."""
        return self._path(stored_as).read_bytes()

    def remove(self, stored_as: UUID) -> None:
        """Delete the bytes."""
        self._path(stored_as).unlink(missing_ok=True)

    def _path(self, stored_as: UUID) -> Path:
        return self._folder / stored_as.hex[:2] / stored_as.hex

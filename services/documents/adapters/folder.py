"""The store in a folder: a file appears whole or not at all, and only after it is on the disk."""

import errno
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from services.documents.adapters.files import (
    NAME,
    FileDamaged,
    FileMissing,
    StoreFull,
    StoreUnavailable,
    check_name,
    checked,
    sha256_of,
)
from shared.disk import synchronise

log = logging.getLogger(__name__)

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
UNFINISHED = ".part"
SURELY_DEAD_SECONDS = 3600
"""Nobody writes one file for so long: whoever began it was killed."""


class FolderStore:
    """Files in a folder of this machine, or of a file system that keeps what it synchronised."""

    def __init__(self, folder: Path, reserve: int = 0) -> None:
        """Open the store.

        Args:
            folder: Where the files are; made on first use, readable by this user only.
            reserve: Bytes that must stay free for work that has been begun.
        """
        self._folder = folder
        self._reserve = reserve

    def put(self, content: bytes) -> str:
        """Keep the content and return its SHA-256."""
        sha256 = sha256_of(content)
        target = self._path(sha256)
        with _told(sha256):
            if not self._is_kept(sha256):
                self._make_folder(target.parent)
                _write_whole(target, content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the content, checked against its name."""
        with _told(sha256):
            return checked(self._path(sha256).read_bytes(), sha256)

    def names(self) -> Iterator[str]:
        """Return the name of every file that is kept."""
        with _told("*"):
            found = list(self._folder.iterdir()) if self._folder.exists() else []
        for folder in found:
            with _told("*"):
                names = os.listdir(folder) if folder.is_dir() else []
            yield from (n for n in names if NAME.fullmatch(n) and n.startswith(folder.name))

    def check_room(self) -> None:
        """Refuse new work when less than the reserve is free."""
        with _told("*"):
            self._make_folder(self._folder)
            found = os.statvfs(self._folder)
        if found.f_bavail * found.f_frsize < self._reserve:
            raise StoreFull(reason="reserve")

    def sweep(self, now: float | None = None) -> int:
        """Remove what killed processes left half-written; return how many files that were.

        Other processes may be writing, so only what is old goes.
        """
        dead = (time.time() if now is None else now) - SURELY_DEAD_SECONDS
        count = 0
        for path in self._folder.glob(f"*/*{UNFINISHED}"):
            with suppress(FileNotFoundError):  # another process sweeps too
                if path.stat().st_mtime < dead:
                    path.unlink()
                    count += 1
        return count

    def _path(self, sha256: str) -> Path:
        return self._folder / check_name(sha256)[:2] / sha256

    def _is_kept(self, sha256: str) -> bool:
        """Tell whether the very content is there and on the disk already.

        Whoever wrote it may have been killed before the disk had it.
        """
        path = self._path(sha256)
        try:
            checked(path.read_bytes(), sha256)
        except FileNotFoundError:
            return False
        except FileDamaged:
            log.error("a damaged file is written anew", extra={"sha256": sha256})
            return False
        for place in (path, path.parent):
            synchronise(place)
        return True

    def _make_folder(self, folder: Path) -> None:
        """Make a folder and have its parent remember it."""
        if folder.is_dir():
            return
        if folder != self._folder:
            self._make_folder(self._folder)
        folder.mkdir(mode=0o700, parents=folder == self._folder, exist_ok=True)
        synchronise(folder.parent)


def _write_whole(target: Path, content: bytes) -> None:
    """Write beside the target, push to the disk, then rename: a crash leaves no half file.

    A failed ``fsync`` is never repeated on the same file: the kernel forgets what it could not
    write, and the second call would say that all is well. The next attempt is a new file.
    """
    handle, temporary = tempfile.mkstemp(dir=target.parent, suffix=UNFINISHED)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    try:
        synchronise(target.parent)
    except OSError:
        # Its name may be lost with the next crash; whoever comes next must write it anew.
        target.unlink(missing_ok=True)
        raise


@contextmanager
def _told(sha256: str) -> Iterator[None]:
    """Tell what the system says in the words of the port."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing(sha256=sha256) from error
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, "?")
        log.error("the store failed", extra={"sha256": sha256, "reason": reason})
        kind = StoreFull if error.errno in NO_ROOM else StoreUnavailable
        raise kind(reason=reason) from error

"""The store in a folder: a file appears whole or not at all, and only after it is on the disk."""

import errno
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

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

T = TypeVar("T")
AT_ONCE = 8
"""Places that are pushed to the disk at the same time."""
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
        return self.put_all([content])[0]

    def put_all(self, contents: Sequence[bytes]) -> list[str]:
        """Keep several contents and return their names in order.

        All are written before the first is pushed to the disk, and all are pushed before the
        first has its name: the disk then writes down its own books once instead of each time.
        """
        found = [sha256_of(content) for content in contents]
        with _told(found[0] if len(found) == 1 else "*"):
            new = {}
            for sha256, content in zip(found, contents, strict=True):
                if not self._is_kept(sha256):
                    self._make_folder(self._path(sha256).parent)
                    new[self._path(sha256)] = content
            _write_whole(new)
        return found

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


def _write_whole(contents: Mapping[Path, bytes]) -> None:
    """Write beside the targets, push to the disk, then rename: a crash leaves no half file.

    A failed ``fsync`` is never repeated on the same file: the kernel forgets what it could not
    write, and the second call would say that all is well. The next attempt is a new file.
    """
    unfinished: list[Path] = []
    try:
        _write_aside(contents, unfinished)
        for target, temporary in zip(contents, unfinished, strict=True):
            os.replace(temporary, target)
    except BaseException:
        for temporary in unfinished:
            temporary.unlink(missing_ok=True)
        raise
    try:
        _each(synchronise, list({target.parent for target in contents}))
    except OSError:
        # A name may be lost with the next crash; whoever comes next must write it anew.
        for target in contents:
            target.unlink(missing_ok=True)
        raise


def _write_aside(contents: Mapping[Path, bytes], unfinished: list[Path]) -> None:
    """Write the contents into new files beside their targets, and push them to the disk."""
    with ExitStack() as opened:
        files = []
        for target, content in contents.items():
            handle, name = tempfile.mkstemp(dir=target.parent, suffix=UNFINISHED)  # mode 0600
            unfinished.append(Path(name))
            files.append(opened.enter_context(os.fdopen(handle, "wb")))
            files[-1].write(content)
            files[-1].flush()
        _each(os.fsync, [file.fileno() for file in files])


def _each(push: Callable[[T], None], places: Sequence[T]) -> None:
    """Push many places to the disk at the same time: it then does for all what it does for one."""
    if len(places) == 1:
        push(places[0])
        return
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="store") as hands:
        list(hands.map(push, places))


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

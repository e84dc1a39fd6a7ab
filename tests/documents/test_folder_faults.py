"""The disk is full, breaks, or the process dies: a file is there whole, or it is not there."""

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from services.documents.adapters.files import FileMissing, StoreFull, StoreUnavailable
from services.documents.adapters.folder import SURELY_DEAD_SECONDS, FolderStore
from tests.house.tree import ROOT

pytestmark = pytest.mark.one_database
CONTENT = b"0123456789abcdef" * 8192  # 128 kB
NAME = hashlib.sha256(CONTENT).hexdigest()
PUT = """
import resource, sys
from pathlib import Path
from services.documents.adapters.files import StoreFull, StoreUnavailable
from services.documents.adapters.folder import FolderStore
limit = int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    sys.stdout.write(FolderStore(Path(sys.argv[1])).put(b"0123456789abcdef" * 8192))
except (StoreFull, StoreUnavailable) as error:
    sys.stdout.write(f"{type(error).__name__} {error.params['reason']}")
"""


def put_elsewhere(
    folder: Path, *inject: str, limit: int = 0, code: str = PUT, only: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    """Put the content in a process of its own, with faults injected into its system calls."""
    words = [sys.executable, "-c", code, str(folder), str(limit)]
    if inject:
        strace = shutil.which("strace")
        if strace is None:
            pytest.skip("strace is not installed")
        faults = [word for fault in inject for word in ("-e", f"inject={fault}")]
        words = [strace, "-f", "-qq", "-o", "/dev/null", *only, *faults, *words]
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_for_this_user_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        FolderStore(tmp_path / "files").put(CONTENT)
    finally:
        os.umask(before)

    [path] = kept(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_a_limit_on_the_size_of_files_is_no_room(tmp_path: Path) -> None:
    done = put_elsewhere(tmp_path, limit=50_000)

    assert done.stdout == "StoreFull EFBIG"
    assert kept(tmp_path) == []


@pytest.mark.parametrize("when", [1, 2, 3, 4], ids=["root", "folder", "file", "name"])
def test_what_the_disk_did_not_take_is_never_told_as_kept(tmp_path: Path, when: int) -> None:
    folder = tmp_path / "files"

    done = put_elsewhere(folder, f"fsync:error=EIO:when={when}")

    assert done.stdout == "StoreUnavailable EIO"
    assert kept(tmp_path) == []
    assert FolderStore(folder).put(CONTENT) == NAME


def test_there_are_four_places_where_the_disk_is_asked(tmp_path: Path) -> None:
    """Otherwise the test above would leave one out."""
    done = put_elsewhere(tmp_path / "files", "fsync:error=EIO:when=5")

    assert done.stdout == NAME


@pytest.mark.parametrize("code", ["ENOSPC", "EDQUOT", "EIO"])
def test_a_write_that_fails_leaves_nothing(tmp_path: Path, code: str) -> None:
    folder = tmp_path / "files"
    FolderStore(folder).put(b"another")
    (folder / NAME[:2]).mkdir()

    done = put_elsewhere(folder, f"rename:error={code}:when=1")

    kind = "StoreUnavailable" if code == "EIO" else "StoreFull"
    assert done.stdout == f"{kind} {code}"
    assert [path.name for path in kept(folder)] == [hashlib.sha256(b"another").hexdigest()]


@pytest.mark.parametrize(
    "fault",
    [*(f"fsync:signal=KILL:when={n}" for n in (1, 2, 3, 4)), "rename:signal=KILL:when=1"],
)
def test_killed_anywhere_the_file_is_whole_or_not_there(tmp_path: Path, fault: str) -> None:
    folder = tmp_path / "files"
    store = FolderStore(folder)

    done = put_elsewhere(folder, fault)

    assert (done.returncode != 0, done.stdout) == (True, "")
    try:
        assert store.get(NAME) == CONTENT
    except FileMissing:
        assert NAME not in list(store.names())
    assert store.put(CONTENT) == NAME
    store.sweep(now=os.stat(folder).st_mtime + SURELY_DEAD_SECONDS + 60)
    assert [path.name for path in kept(folder)] == [NAME]


def test_what_was_there_before_is_pushed_to_the_disk_too(tmp_path: Path) -> None:
    """Whoever wrote it may have been killed before the disk had it."""
    FolderStore(tmp_path).put(CONTENT)

    done = put_elsewhere(tmp_path, "fsync:error=EIO:when=1")

    assert done.stdout == "StoreUnavailable EIO"


@pytest.mark.parametrize("where", ["contents", "names"])
def test_of_several_files_none_is_told_as_kept_unless_the_disk_has_all(
    tmp_path: Path, where: str
) -> None:
    contents = [b"first", b"second", b"third"]
    names = [hashlib.sha256(content).hexdigest() for content in contents]
    for name in names:
        (tmp_path / name[:2]).mkdir()
    code = PUT.replace('.put(b"0123456789abcdef" * 8192)', f".put_all({contents!r})[0]")
    # Each content is pushed by a thread of its own, whose first call that is.
    only = () if where == "contents" else ("-P", str(tmp_path / names[1][:2]))

    done = put_elsewhere(tmp_path, "fsync:error=EIO:when=1", code=code, only=only)

    assert done.stdout == "StoreUnavailable EIO"
    assert kept(tmp_path) == []
    assert FolderStore(tmp_path).put_all(contents) == names


def test_only_what_is_surely_dead_is_swept(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put(CONTENT)
    old, new = (tmp_path / NAME[:2] / f"{name}.part" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    long_ago = new.stat().st_mtime - SURELY_DEAD_SECONDS - 1
    os.utime(old, (long_ago, long_ago))

    assert store.sweep() == 1

    assert {path.name for path in kept(tmp_path)} == {"new.part", NAME}
    assert list(store.names()) == [NAME]


def test_new_work_is_refused_while_there_is_room_for_what_was_begun(tmp_path: Path) -> None:
    everything = 2**60

    with pytest.raises(StoreFull):
        FolderStore(tmp_path, reserve=everything).check_room()

    assert FolderStore(tmp_path, reserve=everything).put(CONTENT) == NAME


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file in the place of the folder")

    with pytest.raises(StoreUnavailable) as told:
        FolderStore(tmp_path / "files").put(CONTENT)

    assert told.value.params["reason"] in {errno.errorcode[errno.ENOTDIR], "EEXIST"}


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a little disk here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_refuses_and_works_on_once_there_is_room(little_disk: Path) -> None:
    store = FolderStore(little_disk / "files")
    ballast = little_disk / "ballast"
    before = store.put(b"before")
    ballast.write_bytes(b"x" * 950_000)

    with pytest.raises(StoreFull) as told:
        store.put(CONTENT)

    assert told.value.params["reason"] == "ENOSPC"
    assert [path.name for path in kept(little_disk / "files")] == [before]
    ballast.unlink()
    assert store.put(CONTENT) == NAME
    assert {store.get(before), store.get(NAME)} == {b"before", CONTENT}

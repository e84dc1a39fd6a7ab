"""The operator compares the files with the database and moves them to another store."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from services.documents.adapters.files import FileStore, StoreFull, StoreUnavailable
from services.documents.adapters.folder import FolderStore
from services.documents.commands import files
from services.documents.storage.checking import file_columns
from services.documents.storage.copying import Copied, copy_all
from tests.documents.offices import DIRECTOR, Office, record
from tests.documents.stores import CREDENTIALS, new_bucket, s3_server

pytestmark = pytest.mark.one_database


@pytest.fixture
def folder(office: Office, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make three documents, one of them signed and sealed; return their files' folder."""
    settings = office.app.extensions["vyzva-settings"]
    monkeypatch.setenv("VYZVA_VAR", str(settings.var))
    monkeypatch.setenv("VYZVA_DATABASE_URL", settings.database_url)
    office.make_key(DIRECTOR)
    made = [office.put(record(DIRECTOR)), office.put(record())]
    office.sign(made[0]["id"], DIRECTOR)
    office.put(record(DIRECTOR))
    office.work()
    return Path(settings.var) / "documents" / "files"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the settings of an empty bucket."""
    with s3_server() as address:
        made = new_bucket(address)
        monkeypatch.setenv("VYZVA_DOCUMENTS_S3_ENDPOINT", address)
        monkeypatch.setenv("VYZVA_DOCUMENTS_S3_BUCKET", made.name)
        monkeypatch.setenv("VYZVA_DOCUMENTS_S3_REGION", CREDENTIALS.region)
        monkeypatch.setenv("VYZVA_DOCUMENTS_S3_ACCESS_KEY", CREDENTIALS.access_key)
        monkeypatch.setenv("VYZVA_DOCUMENTS_S3_SECRET_KEY", CREDENTIALS.secret_key)
        yield


def run(*words: str) -> Result:
    return CliRunner().invoke(files, words)


def stored(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_files_as_they_should_be(folder: Path) -> None:
    done = run("check")

    assert done.exit_code == 0, done.output
    assert done.output.endswith(
        f"V pořádku {len(stored(folder))}, chybí 0, poškozených 0, nikam nepatří 0.\n"
    )


def test_a_missing_a_damaged_and_an_orphaned_file_are_named(folder: Path) -> None:
    lost, hurt, *_ = stored(folder)
    lost.unlink()
    hurt.write_bytes(hurt.read_bytes()[:-1])
    orphan = FolderStore(folder).put(b"of nobody")

    done = run("check")

    assert done.exit_code == 1
    for line in (f"CHYBÍ: {lost.name}", f"POŠKOZEN: {hurt.name}", f"nikam nepatří: {orphan}"):
        assert line in done.output.splitlines()


def test_files_move_to_a_bucket_and_back(folder: Path, bucket: None, tmp_path: Path) -> None:
    names = [path.name for path in stored(folder)]

    there = run("copy", "folder", "s3")
    again = run("copy", "folder", "s3")
    whole = run("check", "--store", "s3")
    for path in stored(folder):
        path.unlink()
    back = run("copy", "s3", "folder")

    assert f"Zkopírováno {len(names)}, už tam bylo 0" in there.output
    assert f"Zkopírováno 0, už tam bylo {len(names)}" in again.output
    assert whole.exit_code == 0, whole.output
    assert f"Zkopírováno {len(names)}" in back.output
    assert [path.name for path in stored(folder)] == names
    assert run("check").exit_code == 0


class Dying(FolderStore):
    """Takes three files, then nothing."""

    left = 3

    def put(self, content: bytes) -> str:
        if not self.left:
            raise StoreUnavailable(reason="gone")
        self.left -= 1
        return super().put(content)


def test_an_interrupted_move_goes_on_where_it_ended(tmp_path: Path) -> None:
    source = FolderStore(tmp_path / "old")
    names = {source.put(f"{n}".encode()) for n in range(10)}
    with pytest.raises(StoreUnavailable):
        _last(source, Dying(tmp_path / "new"))

    done = _last(source, FolderStore(tmp_path / "new"))

    assert (done.copied, done.there) == (7, 3)
    assert set(FolderStore(tmp_path / "new").names()) == names


def test_what_is_damaged_is_told_and_not_carried_over(tmp_path: Path) -> None:
    source, target = FolderStore(tmp_path / "old"), FolderStore(tmp_path / "new")
    good, bad = source.put(b"good"), source.put(b"bad")
    (tmp_path / "old" / bad[:2] / bad).write_bytes(b"worse")

    done = _last(source, target)

    assert done.damaged == (bad,)
    assert list(target.names()) == [good]


def _last(source: FileStore, target: FileStore) -> Copied:
    *_, state = copy_all(source, target)
    return state


def test_a_store_is_not_copied_onto_itself(folder: Path) -> None:
    assert run("copy", "folder", "folder").exit_code == 2


def test_columns_that_name_files_are_found_by_their_names() -> None:
    looked_at = {f"{column.table.name}.{column.name}" for column in file_columns()}

    known = {"document.sha256", "document.preview_sha256", "signature.sha256", "proof.sha256"}
    assert known <= looked_at


def test_a_start_sweeps_what_was_left(office: Office, folder: Path) -> None:
    left = stored(folder)[0].parent / "left.part"
    left.write_bytes(b"half")
    os.utime(left, (time.time() - 7200,) * 2)

    run("check")

    assert not left.exists()


def test_a_document_whose_file_is_gone_says_so(office: Office, folder: Path) -> None:
    made = office.put(record(DIRECTOR))
    path = folder / made["sha256"][:2] / made["sha256"]

    path.write_bytes(b"changed")
    damaged = office.api("GET", f"/documents/{made['id']}/preview.pdf", DIRECTOR)
    path.unlink()
    missing = office.api("GET", f"/documents/{made['id']}/preview.pdf", DIRECTOR)

    assert (damaged.status_code, damaged.json["type"]) == (500, "urn:vyzva:problem:file-damaged")
    assert (missing.status_code, missing.json["type"]) == (500, "urn:vyzva:problem:file-missing")
    assert "správci" in missing.json["detail"]


def test_without_room_no_document_and_no_number(
    office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = office.app.extensions["documents-tools"].files
    wanted = uuid4()

    def full(_contents: object) -> str:
        raise StoreFull(reason="ENOSPC")

    with monkeypatch.context() as patched:
        patched.setattr(store, "put_all", full)
        refused = office.service("PUT", f"/documents/{wanted}", record(DIRECTOR))
    assert office.service("GET", f"/documents/{wanted}").status_code == 404
    made = office.put(record(DIRECTOR), wanted)

    assert (refused.status_code, refused.json["type"]) == (507, "urn:vyzva:problem:store-full")
    assert refused.headers["Retry-After"] == "60"
    assert "Nic se neztratilo" in refused.json["detail"]
    assert made["number"].endswith("-000004")

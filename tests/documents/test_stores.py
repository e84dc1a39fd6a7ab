"""Every store keeps the same promises."""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.documents.adapters.files import FileDamaged, FileMissing, FileStore
from services.documents.adapters.folder import FolderStore
from services.documents.adapters.s3 import Bucket
from tests.documents.stores import new_bucket, s3_server, stock_client, store_in

pytestmark = pytest.mark.one_database
CONTENT = b"%PDF-1.7 a document" * 5000
NAME = hashlib.sha256(CONTENT).hexdigest()
Spoil = Callable[[str, bytes | None], None]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.fixture
def bucket(server: str) -> Bucket:
    return new_bucket(server)


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[FileStore, Spoil]:
    """Give a store, and what puts other bytes (or none) in the place of a file."""
    if request.param == "folder":
        return FolderStore(tmp_path), lambda name, content: _spoil_file(tmp_path, name, content)
    bucket: Bucket = request.getfixturevalue("bucket")
    return store_in(bucket), lambda name, content: _spoil_object(bucket, name, content)


def _spoil_file(folder: Path, name: str, content: bytes | None) -> None:
    path = folder / name[:2] / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True) if content is None else path.write_bytes(content)


def _spoil_object(bucket: Bucket, name: str, content: bytes | None) -> None:
    client, key = stock_client(bucket.endpoint), f"{bucket.prefix}{name[:2]}/{name}"
    if content is None:
        client.delete_object(Bucket=bucket.name, Key=key)
    else:
        client.put_object(Bucket=bucket.name, Key=key, Body=content)


def test_what_was_put_is_got(place: tuple[FileStore, Spoil]) -> None:
    store, _ = place

    assert store.put(CONTENT) == NAME
    assert store.get(NAME) == CONTENT
    assert store.put(b"") == hashlib.sha256(b"").hexdigest()
    assert store.get(hashlib.sha256(b"").hexdigest()) == b""


def test_putting_twice_keeps_one(place: tuple[FileStore, Spoil]) -> None:
    store, _ = place

    assert store.put(CONTENT) == store.put(CONTENT)

    assert list(store.names()) == [NAME]


def test_several_are_kept_together(place: tuple[FileStore, Spoil]) -> None:
    store, _ = place
    store.put(b"there already")
    contents = [CONTENT, b"", b"there already", CONTENT, b"small"]

    names = store.put_all(contents)

    assert [store.get(name) for name in names] == contents
    assert sorted(store.names()) == sorted(set(names))


def test_an_empty_store_names_nothing_and_has_room(place: tuple[FileStore, Spoil]) -> None:
    store, _ = place

    store.check_room()

    assert list(store.names()) == []


@pytest.mark.parametrize("name", ["0" * 64, "../etc/passwd", "", NAME.upper(), f"{NAME}\n"])
def test_what_was_never_put_is_missing(place: tuple[FileStore, Spoil], name: str) -> None:
    store, _ = place
    store.put(CONTENT)

    with pytest.raises(FileMissing):
        store.get(name)


@pytest.mark.parametrize("other", [b"", CONTENT[:-1], CONTENT + b" ", b"x" + CONTENT[1:]])
def test_other_bytes_are_never_given(place: tuple[FileStore, Spoil], other: bytes) -> None:
    store, spoil = place
    store.put(CONTENT)

    spoil(NAME, other)

    with pytest.raises(FileDamaged):
        store.get(NAME)
    assert list(store.names()) == [NAME]


@pytest.mark.parametrize("before", [b"", CONTENT[:100]])
def test_half_a_file_of_another_machine_is_mended(
    place: tuple[FileStore, Spoil], before: bytes
) -> None:
    store, spoil = place
    spoil(NAME, before)

    assert store.put(CONTENT) == NAME

    assert store.get(NAME) == CONTENT


def test_a_lost_file_is_missing_and_can_be_put_again(place: tuple[FileStore, Spoil]) -> None:
    store, spoil = place
    store.put(CONTENT)
    spoil(NAME, None)

    with pytest.raises(FileMissing):
        store.get(NAME)

    store.put(CONTENT)
    assert store.get(NAME) == CONTENT


def test_many_put_the_same_at_once(place: tuple[FileStore, Spoil]) -> None:
    store, _ = place

    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: store.put(CONTENT), range(24)))

    assert names == {NAME}
    assert list(store.names()) == [NAME]
    assert store.get(NAME) == CONTENT


def test_names_are_all_of_many_and_nothing_foreign(place: tuple[FileStore, Spoil]) -> None:
    store, _ = place

    kept = {store.put(f"document {n}".encode()) for n in range(30)}

    assert set(store.names()) == kept
    assert len(list(store.names())) == 30


def test_a_list_of_several_pages_is_read_to_its_end(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = store_in(bucket)
    kept = {store.put(f"document {n}".encode()) for n in range(7)}
    foreign = {"Bucket": bucket.name, "Body": b"x"}
    client = stock_client(bucket.endpoint)
    client.put_object(Key=f"{bucket.prefix}read me.txt", **foreign)
    client.put_object(Key=f"elsewhere/{NAME[:2]}/{NAME}", **foreign)
    ask = store._ask

    def ask_little(method: str, key: str, content: bytes = b"", **more: object) -> object:
        query = more.get("query")
        if isinstance(query, dict):
            query["max-keys"] = "2"
        return ask(method, key, content, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "_ask", ask_little)

    assert sorted(store.names()) == sorted(kept)


def test_the_usual_client_finds_the_same_bytes(bucket: Bucket) -> None:
    store_in(bucket).put(CONTENT)

    found = stock_client(bucket.endpoint).get_object(
        Bucket=bucket.name, Key=f"vyzva/{NAME[:2]}/{NAME}", ChecksumMode="ENABLED"
    )

    assert found["Body"].read() == CONTENT

"""A bundle that leaves through a real server: whoever takes it can tell that it is not whole."""

import hashlib
import http.client
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
import requests
import waitress
from sqlalchemy import select

from services.documents.models import Audit, Bundle, db
from shared.auth import COOKIE
from shared.serving import mounted
from tests.documents.offices import AUDITOR, DIRECTOR, Office
from tests.documents.test_bundles import made

PATIENCE = 60
LEFT = "/documents/bundles/{}/file"


@pytest.fixture
def address(office: Office) -> Iterator[tuple[str, int]]:
    """Serve the office on a free port, as the command ``serve`` does."""
    server = waitress.create_server(
        mounted({"documents": office.app}, "documents"), host="127.0.0.1", port=0, threads=2
    )
    loop = threading.Thread(target=server.run, daemon=True)
    loop.start()
    yield "127.0.0.1", server.effective_port
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
    loop.join()
    server.task_dispatcher.shutdown()


def signed_in(office: Office) -> dict[str, str]:
    """Return the headers of a browser of the director, which asks for Czech."""
    kept = office.browser(DIRECTOR).get_cookie(COOKIE)
    assert kept is not None
    return {"Cookie": f"{COOKIE}={kept.value}", "Accept-Language": "cs"}


@contextmanager
def taken(office: Office, address: tuple[str, int], key: str) -> Iterator[http.client.HTTPResponse]:
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    try:
        connection.request("GET", LEFT.format(key), headers=signed_in(office))
        yield connection.getresponse()
    finally:
        connection.close()


def pieces_of(office: Office, key: str) -> list[Path]:
    """Return where the pieces lie on the disk."""
    folder = office.app.extensions["vyzva-settings"].var / "documents" / "files"
    with office.context():
        names = [piece.sha256 for piece in db.session.get_one(Bundle, UUID(key)).pieces]
    return [folder / name[:2] / name for name in names]


def acts_of(office: Office, key: str) -> list[tuple[str, str]]:
    with office.context():
        query = select(Audit.act, Audit.actor_name).where(Audit.subject_id == UUID(key))
        found = db.session.execute(query.order_by(Audit.recorded_at)).all()
    return [(act, name) for act, name in found if "download" in act]


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def changed(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


HARMS: list[Callable[[Path], None]] = [cut_short, changed, Path.unlink]


def harm_while_it_leaves(
    office: Office, monkeypatch: pytest.MonkeyPatch, harm: Callable[[], None]
) -> None:
    """Let it happen once the second piece is on its way; the store is the real one."""
    store = office.app.extensions["documents-tools"].files
    get, asked = store.get, list[str]()

    def watched(sha256: str) -> bytes:
        asked.append(sha256)
        content: bytes = get(sha256)
        if len(asked) == 2:
            harm()
        return content

    monkeypatch.setattr(store, "get", watched)


def test_a_whole_bundle_arrives_as_it_was_made(office: Office, address: tuple[str, int]) -> None:
    key = made(office)

    with taken(office, address, key) as reply:
        content = reply.read()

    assert reply.status == 200
    assert len(content) == int(reply.headers["Content-Length"])
    assert (
        hashlib.sha256(content).hexdigest()
        == (office.service("GET", f"/bundles/{key}").json["sha256"])
    )


@pytest.mark.parametrize("harm", HARMS, ids=["cut-short", "changed", "removed"])
def test_what_is_harmed_while_it_leaves_ends_before_its_length(
    office: Office,
    address: tuple[str, int],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Path], None],
) -> None:
    key = made(office)
    pieces = pieces_of(office, key)
    before = b"".join(path.read_bytes() for path in pieces[:-1])
    whole = len(before) + pieces[-1].stat().st_size
    harm_while_it_leaves(office, monkeypatch, lambda: harm(pieces[-1]))

    with (
        caplog.at_level(logging.ERROR),
        taken(office, address, key) as reply,
        pytest.raises(http.client.IncompleteRead) as cut,
    ):
        reply.read()
    with pytest.raises(requests.exceptions.ChunkedEncodingError):  # another client sees it as well
        url = f"http://{address[0]}:{address[1]}{LEFT.format(key)}"
        requests.get(url, headers=signed_in(office), timeout=PATIENCE)

    assert len(pieces) > 2
    assert (reply.status, reply.headers["Content-Length"]) == (200, str(whole))
    assert cut.value.partial == before, "not one octet of what is not as it was made"
    assert acts_of(office, key) == [("begin_download", DIRECTOR.name)] * 2
    told = [one for one in caplog.records if one.name == "services.documents.desk"]
    assert [one.message for one in told] == ["a bundle broke off while it was taken"] * 2
    assert {vars(one)["bundle_id"] for one in told} == {key}


@pytest.mark.parametrize("harm", HARMS, ids=["cut-short", "changed", "removed"])
def test_what_is_harmed_before_is_refused_on_a_page_before_the_first_octet(
    office: Office,
    address: tuple[str, int],
    caplog: pytest.LogCaptureFixture,
    harm: Callable[[Path], None],
) -> None:
    key = made(office)
    harm(pieces_of(office, key)[0])

    with caplog.at_level(logging.ERROR), taken(office, address, key) as reply:
        page = reply.read().decode()
    told = office.api("GET", f"/bundles/{key}/file", AUDITOR)

    assert (reply.status, reply.headers.get_content_type()) == (500, "text/html")
    assert "Důkazní balíček není ten, který byl vytvořen" in page
    assert "vyžádejte si nový" in page
    assert (told.status_code, told.json["type"]) == (500, "urn:vyzva:problem:bundle-changed")
    assert acts_of(office, key) == [
        ("refuse_download", DIRECTOR.name),
        ("refuse_download", AUDITOR.name),
    ]
    assert caplog.messages.count("a bundle is not what was made") == 2

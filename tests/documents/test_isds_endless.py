"""Answers without an end: a gigabyte, a bomb, a drip. Memory and time stay bounded (S4, L1)."""

import gzip
import re
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterable, Iterator
from itertools import repeat

import pytest

from services.documents.delivery import information
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import GatewayUnavailable
from services.documents.domain.isds_outcome import classify
from tests.documents.hostile_answers import BROKEN, XML, Spoil, gigabyte, http
from tests.documents.isds_calls import CALLS, MESSAGE, NOW, good_answer
from tests.documents.raw_answering import Spoiling, raw_answering
from tests.documents.test_isds_hostile import gateway

pytestmark = pytest.mark.one_database
MEBIBYTE = 1024 * 1024
GIGABYTE = 1_000_000_000
HEAD = f"HTTP/1.1 200 OK\r\n{XML}\r\n".encode()
ZIPPED = HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b" " * 50_000_000)


def _told(_body: bytes) -> Iterable[bytes]:
    yield HEAD + f"Content-Length: {GIGABYTE}\r\n\r\n".encode()
    yield from gigabyte()


def _untold(_body: bytes) -> Iterable[bytes]:
    yield HEAD + b"\r\n"
    yield from gigabyte()


def _one_text(body: bytes) -> Iterable[bytes]:
    yield HEAD + b"\r\n" + body[: body.index(b"StatusMessage>") + 14]
    yield from gigabyte(b"x" * 1_000_000)


def _bomb(_body: bytes) -> bytes:
    return ZIPPED


HUGE: dict[str, Spoil] = {"told": _told, "untold": _untold, "one text": _one_text, "zipped": _bomb}
ROOM = 64 * MEBIBYTE
"""What one answer may cost beside what the program has anyway."""
LARGE = (Operation.SIGNED_SENT_BIG_MESSAGE_DOWNLOAD, Operation.ARCHIVE_DOCUMENT)
TREES = ("very many elements", "very many attributes", "deep and closed", "an endless header")


@pytest.fixture
def server(socket_enabled: None) -> Iterator[Spoiling]:
    with raw_answering() as raw:
        yield raw


CHILD = textwrap.dedent(
    """
    import sys
    from services.documents.delivery.account import IsdsAccount
    from services.documents.delivery.isds import IsdsGateway
    from services.documents.delivery.operations import Operation
    from services.documents.delivery.port import GatewayRefused, GatewayUnavailable
    from services.documents.domain.isds_outcome import classify
    from tests.documents.isds_calls import CALLS

    def peak():
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))

    isds = IsdsGateway(IsdsAccount(sys.argv[1] + "/DS", "mas", "heslo", read_seconds=10))
    CALLS[Operation.DUMMY_OPERATION].call(isds)
    before = peak()
    operation = Operation[sys.argv[2]]
    try:
        found = CALLS[operation].call(isds)
        seen = found.values() if isinstance(found, dict) else [found]
        fate = " ".join(sorted({classify(one).kind for one in seen}))
    except (GatewayUnavailable, GatewayRefused) as error:
        fate = type(error).__name__
    print(fate, peak() - before)
    """
)


def in_a_child(server: Spoiling, operation: Operation, spoil: Spoil) -> tuple[str, int]:
    """Ask in a process of its own; return the fate, and the bytes that its peak rose by."""
    server.spoils, server.answer = operation, spoil
    done = subprocess.run(
        [sys.executable, "-c", CHILD, server.address, operation.name],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    fate, kilobytes = done.stdout.split()
    print(f"{operation.called}: {fate}, {int(kilobytes) // 1024} MiB")
    return fate, int(kilobytes) * 1024


@pytest.mark.parametrize("name", HUGE)
def test_a_gigabyte_costs_a_bounded_memory(server: Spoiling, name: str) -> None:
    fate, risen = in_a_child(server, Operation.CREATE_MESSAGE, HUGE[name])

    assert fate == "unknown"
    assert risen < ROOM


@pytest.mark.parametrize("operation", LARGE, ids=lambda operation: operation.called)
def test_a_gigabyte_in_the_place_of_a_large_message_does_too(
    server: Spoiling, operation: Operation
) -> None:
    fate, risen = in_a_child(server, operation, _untold)

    assert fate == "GatewayUnavailable"
    assert risen < 2 * 192 * MEBIBYTE + 64 * MEBIBYTE


@pytest.mark.parametrize("name", TREES)
def test_what_swells_while_it_is_read_costs_a_bounded_memory(server: Spoiling, name: str) -> None:
    fate, risen = in_a_child(server, Operation.GET_LIST_OF_SENT_MESSAGES, BROKEN[name])

    assert fate == "GatewayUnavailable"
    assert risen < ROOM


def test_the_largest_tree_that_is_read_at_all_is_bounded(server: Spoiling) -> None:
    most = good_answer(Operation.DUMMY_OPERATION).replace(
        b"</s:Body>", b"<a/>" * 999_900 + b"</s:Body>"
    )

    fate, risen = in_a_child(server, Operation.CREATE_MESSAGE, lambda _body: http(most))

    assert fate == "unknown"
    assert risen < 512 * MEBIBYTE


@pytest.mark.parametrize("operation", Operation, ids=lambda operation: operation.called)
def test_a_length_of_a_gigabyte_is_refused_before_it_is_read(
    server: Spoiling, operation: Operation
) -> None:
    sent: list[int] = []

    def told(_body: bytes) -> Iterable[bytes]:
        yield HEAD + f"Content-Length: {GIGABYTE}\r\n\r\n".encode()
        for piece in gigabyte():
            sent.append(len(piece))
            yield piece

    server.spoils, server.answer = operation, told
    try:
        found = CALLS[operation].call(gateway(server))
    except GatewayUnavailable as error:
        assert "too long" in str(error)
    else:
        seen = found.values() if isinstance(found, dict) else [found]
        assert {classify(one).kind for one in seen} == {"unknown"}  # type: ignore[arg-type]
    # What lies in the buffers of the sockets has left; nothing like the whole.
    assert sum(sent) < GIGABYTE / 10
    assert server.asked.count(operation) == 1


def _drip(start: bytes, piece: bytes) -> Spoil:
    def drops(_body: bytes) -> Iterable[bytes]:
        yield start
        for one in repeat(piece, 2_000):
            time.sleep(0.02)
            yield one

    return drops


DRIPS = {
    "the status line": _drip(b"HTTP/1.1 200 ", b"O"),
    "a header": _drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "headers": _drip(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n"),
    "patience": _drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "the body": _drip(HEAD + b"\r\n", b" "),
    "the chunks": _drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
}


@pytest.mark.parametrize("name", DRIPS)
def test_what_drips_ends_at_the_deadline_of_the_whole(server: Spoiling, name: str) -> None:
    server.spoils, server.answer = Operation.CREATE_MESSAGE, DRIPS[name]
    begun = time.monotonic()

    seen = gateway(server, whole_seconds=0.4).create_message(MESSAGE)

    assert classify(seen).kind == "unknown"
    assert 0.3 < time.monotonic() - begun < 10


def test_a_whole_answer_that_goes_on_dripping_is_not_waited_for(server: Spoiling) -> None:
    whole = HEAD + b"\r\n" + good_answer(Operation.CREATE_MESSAGE)
    server.spoils, server.answer = Operation.CREATE_MESSAGE, _drip(whole, b" ")

    seen = gateway(server, whole_seconds=0.4).create_message(MESSAGE)

    assert classify(seen).kind == "unknown"


def test_a_list_that_never_ends_is_given_up(
    server: Spoiling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(information, "MOST_PAGES", 12)
    one = b"<dmRecord><dmID>%d</dmID><dmMessageStatus>4</dmMessageStatus></dmRecord>"

    def full(body: bytes) -> bytes:
        page = b"".join(one % number for number in range(1_000))
        return http(re.sub(rb"<dmRecord>.*</dmRecord>", page, body))

    server.spoils, server.answer = Operation.GET_LIST_OF_SENT_MESSAGES, full
    isds = gateway(server)

    with pytest.raises(GatewayUnavailable, match="does not end"):
        isds.sent_messages(NOW, NOW)

    assert len(server.asked) == 12

"""A gigabyte, asked for or sent: the simulator as a program of its own, and its memory bounded."""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from .wire import PATIENCE, Control, Wire

ROOT = Path(__file__).parents[2]
MEBIBYTE = 1024 * 1024
GIGABYTE = 1_000_000_000
LARGEST = 8 * MEBIBYTE
ROOM = 64 * MEBIBYTE
"""What one call may cost beside what the program has anyway."""
HEAD = b"POST /DS/dz HTTP/1.1\r\nHost: x\r\nAuthorization: Basic bWFzOmhlc2xvLW1hcw==\r\n"


@dataclass
class Program:
    """The simulator in a process of its own."""

    url: str
    pid: int

    @property
    def peak(self) -> int:
        """The most memory that it ever had, in bytes."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024

    def connected(self) -> socket.socket:
        host, port = self.url.removeprefix("http://").split(":")
        return socket.create_connection((host, int(port)), timeout=PATIENCE)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, pki: Path) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("endless")
    (folder / "pki").symlink_to(pki)
    login = {"username": "mas", "password": "heslo-mas"}
    seed = folder / "seed.json"
    seed.write_text(json.dumps({"boxes": [{"type": "PO", "name": "MAS", "logins": [login]}]}))
    command = [sys.executable, "-m", "services.isds_simulator", "--port", "0"]
    command += ["--data", str(folder), "--seed", str(seed), "--set", f"largest_request={LARGEST}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://[\d.:]+", process.stdout.readline())
        assert found is not None
        yield Program(found[0], process.pid)
        process.terminate()


def test_an_answer_of_a_gigabyte_is_given_piece_by_piece(program: Program) -> None:
    wire, control = Wire(program.url), Control(program.url)
    assert wire.call("dz", "DummyOperation").code == "0000"
    before = program.peak
    control.fault("DummyOperation", "huge", times=1)

    reply = wire.post_raw("dz", "DummyOperation", stream=True)
    length = sum(len(piece) for piece in reply.iter_content(MEBIBYTE))

    assert (reply.status_code, length) == (200, GIGABYTE)
    assert program.peak - before < ROOM


def test_a_gigabyte_in_gzip_is_small_on_the_wire(program: Program) -> None:
    wire, control = Wire(program.url), Control(program.url)
    before = program.peak
    control.fault("DummyOperation", "huge", params={"gzip": True}, times=1)

    packed = wire.post_raw("dz", "DummyOperation", stream=True).raw.read(decode_content=False)

    # The last four bytes of gzip tell the length of what is packed.
    assert int.from_bytes(packed[-4:], "little") == GIGABYTE and len(packed) < 2 * MEBIBYTE
    assert program.peak - before < ROOM


def test_a_request_of_a_gigabyte_is_refused_before_it_is_read(program: Program) -> None:
    before = program.peak
    with program.connected() as connection:
        connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % GIGABYTE)

        assert connection.recv(100).startswith(b"HTTP/1.1 413")

    assert program.peak - before < ROOM
    assert Wire(program.url).call("dz", "DummyOperation").code == "0000"


def test_a_request_without_an_end_is_cut_off_at_the_limit(program: Program) -> None:
    before, sent = program.peak, 0
    chunk = b"%x\r\n" % MEBIBYTE + b" " * MEBIBYTE + b"\r\n"
    with program.connected() as connection, pytest.raises(OSError, match=r"reset|pipe|timed out"):
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        while sent < GIGABYTE:
            connection.sendall(chunk)
            sent += MEBIBYTE

    assert sent < GIGABYTE / 10
    assert program.peak - before < ROOM
    assert Wire(program.url).call("dz", "DummyOperation").code == "0000"


def test_the_largest_request_that_is_read_at_all_is_bounded(program: Program) -> None:
    """The most elements that are read, in the longest text."""
    before = program.peak
    body = b"<a>" + b"<a/>" * 199_000 + b" " * (LARGEST - 1_000_000) + b"</a>"

    reply = requests.post(
        f"{program.url}/DS/dz", data=body, auth=("mas", "heslo-mas"), timeout=PATIENCE
    )

    assert (reply.status_code, "Fault" in reply.text) == (500, True)
    assert program.peak - before < 2 * ROOM

"""The sandbox: what hostile bytes can do to the process is part of the verdict."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Thread

import pytest

from services.documents.verification.confinement import Limits, confine
from services.documents.verification.report import SubIndication, Verdict
from services.documents.verification.sandbox import Busy, Sandbox
from services.documents.verification.trust import Trust
from services.documents.verification.verifier import Question

pytestmark = pytest.mark.one_database
TRUST = Trust(at=datetime(2026, 4, 3, tzinfo=UTC))
HARMLESS = Question(b"%PDF-1.7\n%%EOF\n", TRUST)
FORBIDDEN = 13
NOWHERE = "no-such-file"
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the filter is Linux's")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    opened = Sandbox(slots=1)
    yield opened
    opened.close()


def confined(act: Callable[[], object]) -> int:
    """Do something in a confined child; return its exit status, negative for a signal."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            confine(Limits(processor_seconds=1, memory_mb=4096))
            act()
            status = 0
        except PermissionError:
            status = FORBIDDEN
        except OSError as error:
            status = error.errno or 1
        finally:
            os._exit(status)
    _, ended = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(ended)


@ON_LINUX
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(socket._socket.socket, id="a socket of the internet"),
        pytest.param(lambda: socket._socket.socket(socket.AF_UNIX), id="a socket of this machine"),
        pytest.param(socket._socket.socketpair, id="a pair of sockets"),
        pytest.param(lambda: os.open("/etc/hostname", os.O_RDONLY), id="reading a file"),
        pytest.param(lambda: os.open(NOWHERE, os.O_CREAT | os.O_WRONLY), id="writing a file"),
        pytest.param(
            lambda: os.execv("/bin/true", ["true"]),  # noqa: S606 - it must be refused
            id="another program",
        ),
        pytest.param(os.fork, id="another process"),
        pytest.param(lambda: os.kill(os.getppid(), 0), id="a signal"),
        pytest.param(lambda: os.unlink(NOWHERE), id="removing a file"),
        pytest.param(lambda: os.rename(NOWHERE, NOWHERE), id="renaming a file"),
    ],
)
def test_a_confined_process_may_not(act: Callable[[], object]) -> None:
    assert confined(act) == FORBIDDEN


@ON_LINUX
def test_a_confined_process_may_compute() -> None:
    assert confined(lambda: sum(range(1000))) == 0


def test_a_harmless_file_is_judged(sandbox: Sandbox) -> None:
    report = sandbox.verify(HARMLESS)

    assert report.codes == {"not-signed", "structure-odd"}
    assert report.verdict is Verdict.INDETERMINATE


def question_that(monkeypatch: pytest.MonkeyPatch, act: str) -> Sandbox:
    """Return a sandbox in whose processes the verification does something evil instead."""
    start = (
        "import services.documents.verification.zygote as z, os, time, ctypes\n"
        f"def evil(job):\n    {act}\n"
        "z.ERRANDS = {'verdict': evil}\nz.main()"
    )
    monkeypatch.setattr("services.documents.verification.sandbox.START", start)
    limits = Limits(seconds=2, processor_seconds=1, memory_mb=512)
    return Sandbox(slots=1, limits=limits)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        pytest.param("while True: pass", "out-of-time", id="computes without end"),
        pytest.param("time.sleep(60)", "out-of-time", id="waits without end"),
        pytest.param("return bytearray(2_000_000_000)", "out-of-memory", id="eats memory"),
        pytest.param("ctypes.string_at(0)", "crashed", id="crashes"),
        pytest.param("os._exit(3)", "crashed", id="ends silently"),
        pytest.param("raise SystemExit", "crashed", id="raises"),
        pytest.param("return None", "crashed", id="answers nothing"),
        pytest.param("return b'[]'", "crashed", id="answers nonsense"),
    ],
)
def test_what_the_process_suffers_is_a_verdict(
    monkeypatch: pytest.MonkeyPatch, act: str, code: str
) -> None:
    evil = question_that(monkeypatch, act)

    report = evil.verify(HARMLESS)

    assert report.codes == {code}
    assert (report.verdict, report.sub_indication) == (Verdict.INDETERMINATE, SubIndication.GENERIC)
    evil.close()


def test_the_process_above_may_die_and_the_next_file_is_judged(sandbox: Sandbox) -> None:
    sandbox.verify(HARMLESS)
    zygote = sandbox._slots.queue[0]
    zygote._process.kill()
    zygote._process.wait()

    assert "not-signed" in sandbox.verify(HARMLESS).codes


def test_no_child_is_left_behind(sandbox: Sandbox) -> None:
    sandbox.verify(HARMLESS)
    process = sandbox._slots.queue[0]._process

    sandbox.close()

    assert process.poll() is not None
    group = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, check=False
    )
    assert group.stdout == b""


def test_the_queue_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = question_that(monkeypatch, "time.sleep(60)")
    slow._room.acquire()
    for _ in range(7):
        slow._room.acquire()
    waiting = Thread(target=slow.verify, args=(HARMLESS,))
    waiting.start()

    with pytest.raises(Busy):
        slow.verify(HARMLESS)

    waiting.join()
    slow.close()

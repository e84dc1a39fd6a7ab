"""The sandbox: what hostile bytes can do to the process is part of the verdict."""

import ctypes
import faulthandler
import os
import platform
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from threading import Thread

import pytest

from services.documents.verification import confinement
from services.documents.verification.confinement import ALLOW, MACHINES, REFUSE, Limits, confine
from services.documents.verification.report import SubIndication, Verdict
from services.documents.verification.sandbox import Busy, Sandbox
from services.documents.verification.trust import Trust
from services.documents.verification.verifier import Question

pytestmark = pytest.mark.one_database
TRUST = Trust(at=datetime(2026, 4, 3, tzinfo=UTC))
HARMLESS = Question(b"%PDF-1.7\n%%EOF\n", TRUST)
FORBIDDEN = 13
READ = {"x86_64": 0, "aarch64": 63}
KILL_CALL = {"x86_64": 62, "aarch64": 129}
TKILL = {"x86_64": 200, "aarch64": 130}
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


def called(number: int, *given: int) -> None:
    """Make a system call by its number, past everything that Python or libc would say to it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, *given) != 0:
        raise OSError(ctypes.get_errno(), "refused")


THIS = MACHINES.get(platform.machine())


@ON_LINUX
@pytest.mark.parametrize("name", ["tgkill", "tkill", "kill", "its group", "everybody"])
def test_a_confined_process_signals_no_other_one(name: str) -> None:
    """Signal 0 harms nobody; whether it may be sent is judged all the same."""
    assert THIS is not None
    other = os.getpid()
    calls = {
        "tgkill": (THIS.to_itself, other, other, 0),
        "tkill": (TKILL[platform.machine()], other, 0),
        "kill": (KILL_CALL[platform.machine()], other, 0),
        "its group": (KILL_CALL[platform.machine()], 0, 0),
        "everybody": (KILL_CALL[platform.machine()], -1, 0),
    }
    called(*calls[name])  # unconfined it may

    assert confined(lambda: called(*calls[name])) == FORBIDDEN


@ON_LINUX
def test_a_confined_process_cannot_kill_its_sibling() -> None:
    assert THIS is not None
    number = THIS.to_itself
    with subprocess.Popen(["/bin/sleep", "60"]) as sibling:
        status = confined(lambda: called(number, sibling.pid, sibling.pid, signal.SIGKILL))
        is_alive = sibling.poll() is None
        sibling.kill()

    assert (status, is_alive) == (FORBIDDEN, True)


@ON_LINUX
def test_a_confined_process_may_end_itself() -> None:
    """As ``abort`` does, when a library finds that it is broken."""
    assert confined(lambda: signal.raise_signal(0)) == 0
    assert confined(lambda: (faulthandler.disable(), os.abort())) == -signal.SIGABRT


def filtered(program: bytes, architecture: int, number: int, argument: int = 0) -> int:
    """Run the filter as the kernel does, and return what it says to a call."""
    seen = {0: number, 4: architecture, 16: argument & 0xFFFFFFFF, 20: argument >> 32}
    place, value = 0, 0
    while True:
        code, on_true, on_false, operand = struct.unpack_from("HBBI", program, 8 * place)
        place += 1
        if code == confinement.RETURN:
            return operand
        if code == confinement.LOAD:
            value = seen[operand]
        else:
            is_equal = code == confinement.JUMP_EQUAL
            is_met = value == operand if is_equal else value >= operand
            place += on_true if is_met else on_false


@pytest.mark.parametrize("name", ["x86_64", "aarch64"])
def test_the_filter_says_the_same_on_both_architectures(name: str) -> None:
    """Read instruction by instruction, because a machine can only try the filter of its own."""
    machine, own, other = MACHINES[name], 4321, 1
    program = confinement.program_for(machine, own)
    architecture = machine.architecture

    def said(number: int, argument: int = 0) -> int:
        return filtered(program, architecture, number, argument)

    assert said(machine.to_itself, own) == ALLOW
    for pid in (other, own + 1, 0, 2**32 - 1, own << 32):
        assert said(machine.to_itself, pid) == REFUSE
    assert {said(number, own) for number in machine.refused} == {REFUSE}
    assert said(TKILL[name], own) == said(KILL_CALL[name], own) == REFUSE
    assert said(READ[name], other) == ALLOW
    assert said(confinement.X32) == said(confinement.X32 + 1) == REFUSE
    assert filtered(program, architecture + 1, READ[name]) == confinement.KILL


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
    late, other = SubIndication.TRY_LATER, SubIndication.GENERIC
    expected = late if code == "out-of-time" else other
    assert (report.verdict, report.sub_indication) == (Verdict.INDETERMINATE, expected)
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

"""What a process that reads hostile bytes may do: compute, and answer. Nothing else.

Limits of the kernel hold memory, time and files; a filter of system calls (seccomp) refuses
sockets, other programs, signals and files. Source: Linux prctl(2), seccomp(2).
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
MODE_FILTER = 2
LOAD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.EPERM
KILL = 0x80000000
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT = 0, 4, 16
"""Places in what the kernel shows to the filter; of an argument the lower half comes first."""
X32 = 0x40000000
"""Numbers from here on are the other table of x86-64, by which a filter could be passed."""


@dataclass(frozen=True)
class Machine:
    """A processor family and the numbers of the calls that are refused on it."""

    architecture: int
    refused: tuple[int, ...]
    to_itself: int
    """``tgkill``: a signal to a thread, with which a process also ends itself (``abort``)."""


# In both: open*, creat, socket family, fork family, exec*, kill, tkill, ptrace, changes of files
# and names, mounts, name spaces, io_uring, bpf, keys, other processes' memory.
def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split()))


MACHINES = {
    "x86_64": Machine(
        0xC000003E,
        _numbers("""
            2 41 42 43 44 46 49 50 53 56 57 58 59 62 76 77 82 83 84 85 86 87 88 90 92 94 101 112 129
            161 165 166 200 248 249 250 257 258 259 260 263 264 265 266 268 272 288 297 298 304 307
            308 310 311 316 321 322 323 424 425 426 427 428 429 434 435 437 438
        """),
        234,
    ),
    "aarch64": Machine(
        0xC00000B7,
        _numbers("""
            33 34 35 36 37 38 39 40 45 46 51 52 53
            54 55 56 97 117 129 130 138 157 198 199 200 201 202
            203 206 211 217 218 219 220 221 240 241 242 264 265 268 269 270 271 276 280 281 282 424
            425 426 427 428 429 434 435 437 438
        """),
        131,
    ),
}


@dataclass(frozen=True)
class Limits:
    """How much one file may cost."""

    seconds: float = 5.0
    """By the clock; then the process is killed."""
    processor_seconds: int = 4
    memory_mb: int = 512
    """Address space, the interpreter and its libraries included."""


class CannotConfine(Exception):
    """The kernel refuses the confinement; nothing hostile may be read then."""


def confine(limits: Limits) -> None:
    """Confine the calling process, for good.

    Elsewhere than on Linux only the limits hold; production runs on Linux.

    Raises:
        CannotConfine: see the class.
    """
    memory = limits.memory_mb * MEGABYTE
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    seconds = limits.processor_seconds
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        _die_with_parent()
        _filter_calls()


def _die_with_parent() -> None:
    parent = os.getppid()
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _filter_calls() -> None:
    machine = MACHINES.get(platform.machine())
    if machine is None:
        raise CannotConfine(f"no filter for {platform.machine()}")
    program = program_for(machine, os.getpid())
    code = ctypes.create_string_buffer(program)
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    _prctl(PR_SET_NO_NEW_PRIVS, 1)
    _prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.create_string_buffer(described))


def program_for(machine: Machine, process: int) -> bytes:
    """Return the filter in the kernel's small language: one instruction is eight bytes.

    Args:
        process: the only one to which a signal may go. The kernel takes no more of the number
            than the lower half, so no more is looked at.
    """
    refused = sorted(set(machine.refused))
    beyond = len(refused)
    steps = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (JUMP_EQUAL, 1, 0, machine.architecture),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NUMBER_AT),
        (JUMP_AT_LEAST, beyond + 4, 0, X32),
        *((JUMP_EQUAL, beyond + 3 - place, 0, number) for place, number in enumerate(refused)),
        (JUMP_EQUAL, 0, 2, machine.to_itself),
        (LOAD, 0, 0, FIRST_ARGUMENT_AT),
        (JUMP_EQUAL, 0, 1, process),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _prctl(option: int, first: int, second: object = 0) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(option, first, second, 0, 0) != 0:
        raise CannotConfine(os.strerror(ctypes.get_errno()))

"""The process above those that read foreign files: it loads everything once, forks for each file.

A forked child is confined before it sees the first hostile byte and ends with its one file, so
that a file cannot touch the next one. The parent of the children never reads a file itself.
"""

import importlib
import logging
import os
import pkgutil
import select
import signal
import sys
from time import monotonic
from typing import BinaryIO

import pyhanko_certvalidator

from services.documents.verification.confinement import Limits, confine
from services.documents.verification.errands import ERRANDS
from services.documents.verification.exchange import (
    MOST_ANSWER,
    Broken,
    read_frame,
    unpack_job,
    write_frame,
)

GOOD, OUT_OF_TIME, OUT_OF_MEMORY, CRASHED = b"+", b"t", b"m", b"c"
NO_MEMORY = 77
"""Exit status of a child that ran out of memory."""
PIECE = 1 << 16
ENCODINGS = ("ascii", "latin_1", "utf_8", "utf_16", "utf_16_be", "utf_16_le", "idna", "cp1252")
LATE = (
    "_strptime",
    "gzip",
    "lxml.etree",
    "pyhanko.pdf_utils.filters",
    "cryptography.hazmat.backends.openssl.backend",
    "cryptography.hazmat.bindings.openssl.binding",
    *(f"encodings.{name}" for name in ENCODINGS),
)
"""What libraries load when they need it. A confined child cannot open a file any more, not even
a module, so all of it is loaded before."""


def main() -> None:
    """Answer jobs from standard input until it ends."""
    logging.disable(logging.CRITICAL)  # libraries complain about hostile files; verdicts say it
    for name in LATE:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(pyhanko_certvalidator.__path__, "pyhanko_certvalidator."):
        importlib.import_module(module.name)
    answers = sys.stdout.buffer
    while True:
        try:
            packed = read_frame(sys.stdin.buffer)
        except Broken:
            return
        write_frame(answers, _answer(packed))


def _answer(packed: bytes) -> bytes:
    limits = unpack_job(packed).limits
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(packed, os.fdopen(writing, "wb"))
    os.close(writing)
    try:
        answer = _read(reading, child, limits)
    finally:
        os.close(reading)
        _, status = os.waitpid(child, 0)
    return _named(answer, status)


def _work(packed: bytes, pipe: BinaryIO) -> None:
    """Do the job in the child, which never returns from here."""
    try:
        job = unpack_job(packed)
        confine(job.limits)
        pipe.write(GOOD + ERRANDS[job.errand](job))
        pipe.flush()
    except MemoryError:
        os._exit(NO_MEMORY)
    except BaseException as error:  # noqa: BLE001 - nothing of the parent's may run in the child
        os.write(pipe.fileno(), CRASHED + type(error).__name__.encode())
        os._exit(1)
    os._exit(0)


def _read(pipe: int, child: int, limits: Limits) -> bytes:
    """Return what the child says in its time; afterwards the child is dead or ending."""
    until, size = monotonic() + limits.seconds, 0
    parts: list[bytes] = []
    while True:
        ready, _, _ = select.select([pipe], [], [], max(until - monotonic(), 0))
        if not ready or size > MOST_ANSWER:
            os.kill(child, signal.SIGKILL)
            return OUT_OF_TIME
        part = os.read(pipe, PIECE)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)


def _named(answer: bytes, status: int) -> bytes:
    """Return the answer, or by what the child ended."""
    if answer == OUT_OF_TIME or answer.startswith(CRASHED):
        return answer
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == NO_MEMORY:
        return OUT_OF_MEMORY
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        is_time = number in (signal.SIGXCPU, signal.SIGKILL)
        return OUT_OF_TIME if is_time else CRASHED + signal.Signals(number).name.encode()
    return answer or CRASHED + b"silence"

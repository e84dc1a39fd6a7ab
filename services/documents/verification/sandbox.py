"""Foreign files are read in processes of their own, a few at a time, with a bounded queue."""

import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue
from threading import BoundedSemaphore
from typing import BinaryIO, cast
from weakref import finalize

from services.documents.verification.confinement import Limits
from services.documents.verification.errands import verdict_job
from services.documents.verification.exchange import (
    Broken,
    Job,
    pack_job,
    read_frame,
    unpack_report,
    write_frame,
)
from services.documents.verification.report import Report
from services.documents.verification.verifier import MOST_BYTES, Question, refusal, verify
from services.documents.verification.zygote import CRASHED, GOOD, OUT_OF_MEMORY, OUT_OF_TIME
from shared.children import start_python

GRACE = 8.0
"""Seconds above a file's own limit after which the process above it is given up as well."""
START = "from services.documents.verification.zygote import main; main()"
CODES = {OUT_OF_TIME: "out-of-time", OUT_OF_MEMORY: "out-of-memory"}


class Busy(Exception):
    """So many files wait already that another one is not taken."""


class OutOfBounds(Exception):
    """The process did not end its job; ``code`` is that of a finding."""

    def __init__(self, code: str, what: str = "") -> None:
        super().__init__(code, what)
        self.code, self.what = code, what


class Sandbox:
    """Has files read in other processes."""

    def __init__(
        self,
        *,
        slots: int = 2,
        most_waiting: int = 8,
        patience: float = 10.0,
        limits: Limits | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            slots: Files that are read at the same time.
            most_waiting: Files that may wait for a slot.
            patience: Seconds that one waits.
            limits: What the verdict on one file may cost.
        """
        self._limits, self._patience = limits or Limits(), patience
        self._room = BoundedSemaphore(slots + most_waiting)
        self._slots: LifoQueue[_Zygote] = LifoQueue()
        for _ in range(slots):
            self._slots.put(_Zygote())

    def verify(self, question: Question) -> Report:
        """Judge a file; whatever it does to the process is part of the verdict.

        Raises:
            Busy: too many wait.
        """
        if len(question.data) > MOST_BYTES or not question.data:
            return verify(question)  # nothing of it is read
        try:
            return unpack_report(self.run(verdict_job(question, self._limits)))
        except Broken as broken:
            return refusal(question, "crashed", what=broken)
        except OutOfBounds as bounds:
            details = {"what": bounds.what} if bounds.what else {}
            return refusal(question, bounds.code, **details)

    def run(self, job: Job) -> bytes:
        """Return the answer to a job; who asks must still judge what it says.

        Raises:
            Busy: too many wait.
            OutOfBounds: time or memory ran out, or the process died.
        """
        with self._slot() as zygote:
            answer = zygote.ask(job)
        if answer.startswith(GOOD):
            return answer[1:]
        if answer in CODES:
            raise OutOfBounds(CODES[answer])
        raise OutOfBounds("crashed", answer.removeprefix(CRASHED).decode("ascii", "replace"))

    def close(self) -> None:
        """End the processes that rest; those at work end with their files."""
        while not self._slots.empty():
            self._slots.get().end()

    @contextmanager
    def _slot(self) -> "Iterator[_Zygote]":
        if not self._room.acquire(blocking=False):
            raise Busy
        try:
            zygote = self._slots.get(timeout=self._patience)
        except Empty:
            raise Busy from None
        else:
            try:
                yield zygote
            finally:
                self._slots.put(zygote)
        finally:
            self._room.release()


class _Zygote:
    """One process that forks for each file; started when it is needed, and anew when it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, job: Job) -> bytes:
        """Return the answer; a process that does not answer is ended."""
        try:
            write_frame(cast("BinaryIO", self._running().stdin), pack_job(job))
            return self._answer(job.limits.seconds + GRACE)
        except (Broken, OSError):
            self.end()
            return CRASHED + b"process"

    def _answer(self, seconds: float) -> bytes:
        pipe = cast("BinaryIO", self._running().stdout)
        ready, _, _ = select.select([pipe], [], [], seconds)
        if not ready:
            self.end()
            return OUT_OF_TIME
        return read_frame(pipe)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._process = start_python(START)
            finalize(self, _end, self._process)
        return self._process

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            _end(self._process)
            self._process = None


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()

"""A process beside this one: started again whenever it dies, and ended together with this one."""

import logging
import os
import subprocess
import threading
from collections.abc import Callable, Sequence
from types import TracebackType

log = logging.getLogger(__name__)

STANDARD_INPUT = 0


class Beside:
    """Keeps one process alive for as long as the block lasts.

    Its standard input is a pipe that nobody writes to. It ends when this process does, however
    that dies; see :func:`end_with_parent`.
    """

    def __init__(self, command: Sequence[str], pause: float) -> None:
        """Prepare.

        Args:
            command: Program and arguments.
            pause: Seconds before a process that died is started again.
        """
        self._command, self._pause = list(command), pause
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._keep, name="beside", daemon=True)

    def __enter__(self) -> "Beside":
        """Start the process."""
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Tell the process to end what it has in hand, and wait for it."""
        with self._lock:
            self._stop.set()
            if self._process is not None:
                self._process.terminate()
        self._thread.join()

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process is not None else None

    def _keep(self) -> None:
        while not self._stop.is_set():
            try:
                if not self._start():
                    return
            except OSError:  # no memory or no process to be had now
                log.exception("no process beside this one can be started")
                self._stop.wait(self._pause)
                continue
            status = self._wait()
            if not self._stop.is_set():
                log.error("a process beside this one died", extra={"status": status})
                self._stop.wait(self._pause)

    def _start(self) -> bool:
        with self._lock:
            if self._stop.is_set():
                return False
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                self._command, stdin=subprocess.PIPE
            )
            return True

    def _wait(self) -> int:
        process = self._process
        if process is None:
            raise RuntimeError("Nothing was started.")
        with process:  # closes the pipe at last
            # Not ``process.wait`` alone: the pipe must stay open until the process ends.
            status = process.wait()
        with self._lock:
            self._process = None
        return status


def end_with_parent(stop: Callable[[], None]) -> None:
    """Call *stop* once whoever started this process is gone: its end of the pipe is closed then."""

    def watch() -> None:
        # Without a buffer: its lock would be held when the interpreter ends before the parent does.
        while os.read(STANDARD_INPUT, 1):
            pass
        stop()

    threading.Thread(target=watch, name="parent", daemon=True).start()

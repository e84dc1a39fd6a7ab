"""The loop of a service's worker: outbox, feeds and timed tasks, one after another."""

import logging
import threading
from collections.abc import Callable, Sequence

from flask import Flask

from shared.db import reading
from shared.request_id import begin_request

log = logging.getLogger(__name__)

Task = Callable[[], int]
"""Does what is due and returns how much it did; runs inside the app context."""


class WorkerLoop:
    """Runs tasks until it is told to stop; one failing task does not stop the others."""

    def __init__(
        self, app: Flask, tasks: Sequence[Task], interval: float, at_end: Sequence[Task] = ()
    ) -> None:
        self._app, self._tasks, self._interval = app, tasks, interval
        self._at_end = at_end
        self._stop = threading.Event()

    def run_once(self) -> int:
        """Run each task once; return how much was done in all."""
        return sum(self._run(task) for task in self._tasks)

    def run(self) -> None:
        """Run until :meth:`stop`; pause only when there was nothing to do."""
        while not self._stop.is_set():
            if self.run_once() == 0:
                self._stop.wait(self._interval)
        self.end()

    def end(self) -> None:
        """Do what is to be done when nothing follows any more."""
        for task in self._at_end:
            self._run(task)

    def stop(self) -> None:
        """Let the present task finish, then end the loop."""
        self._stop.set()

    def start_thread(self) -> threading.Thread:
        """Run the loop in a thread of this process (the embedded default)."""
        name = f"worker-{self._app.extensions['vyzva-settings'].service}"
        thread = threading.Thread(target=self.run, name=name, daemon=True)
        thread.start()
        return thread

    def _run(self, task: Task) -> int:
        begin_request(None)  # one id for all that this turn writes and calls
        try:
            with self._app.app_context(), reading():
                return task()
        except Exception:  # the worker loop must survive any task
            # Cut off by the end of the process it goes on after the next start.
            level = logging.INFO if self._stop.is_set() else logging.WARNING
            log.log(level, "worker task failed", exc_info=True)
            self._stop.wait(self._interval)
            return 0

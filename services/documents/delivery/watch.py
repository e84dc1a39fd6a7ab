"""An end to every call: what a read time-out does not end, because bytes keep dripping.

A time-out of reading counts from the last byte. Whoever sends a header byte by byte, or says
``100 Continue`` for ever, would hold the sending worker as long as he likes.
"""

import socket
import ssl
import threading
from functools import partial
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.retry import Retry


class Watch:
    """Ends the connections of one call when its time is over, whatever they are doing."""

    def __init__(self, seconds: float) -> None:
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []
        self._is_over = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    @property
    def is_over(self) -> bool:
        """Whether the time has run out."""
        return self._is_over

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def add(self, line: socket.socket) -> None:
        """Watch a connection; the duplicate stays good when TLS is laid over the original."""
        with self._lock:
            self._lines.append(line.dup())
        if self._is_over:
            self._end()

    def _end(self) -> None:
        self._is_over = True
        with self._lock:
            for line in self._lines:
                try:
                    line.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side was faster


class _Http(HTTPConnection):
    def __init__(self, *given: Any, watch: Watch, **more: Any) -> None:
        super().__init__(*given, **more)
        self._watch = watch

    def _new_conn(self) -> socket.socket:
        line = super()._new_conn()
        self._watch.add(line)
        return line


class _Https(HTTPSConnection):
    def __init__(self, *given: Any, watch: Watch, **more: Any) -> None:
        super().__init__(*given, **more)
        self._watch = watch

    def _new_conn(self) -> socket.socket:
        line = super()._new_conn()
        self._watch.add(line)
        return line

    def request(self, *given: Any, **more: Any) -> None:
        """Send; who cuts us off meanwhile may have said why, so the answer is read all the same.

        Without TLS the library does so by itself. Of TLS it takes the end of the line for one
        of the answer, and the alert that says what is wrong with our certificate stays unread.
        """
        try:
            super().request(*given, **more)
        except ssl.SSLEOFError as error:
            raise BrokenPipeError(str(error)) from error


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class WatchedAdapter(HTTPAdapter):
    """Repeats nothing, follows nothing, and shows its connections to a watch."""

    def __init__(self, watch: Watch, context: ssl.SSLContext | None = None) -> None:
        self._watch, self._context = watch, context
        super().__init__(max_retries=Retry(0, redirect=False))

    def init_poolmanager(self, *given: Any, **more: Any) -> None:
        """Let every connection be one that is watched."""
        super().init_poolmanager(*given, ssl_context=self._context, **more)
        # The manager calls what stands here, and its type says a class.
        pools: Any = {
            "http": partial(_HttpPool, watch=self._watch),
            "https": partial(_HttpsPool, watch=self._watch),
        }
        self.poolmanager.pool_classes_by_scheme = pools

"""A small threaded HTTP server for the simulator: keeps connections open, speaks TLS."""

import socket
import ssl
import struct
import sys
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from flask import Flask
from werkzeug.exceptions import ClientDisconnected
from werkzeug.serving import DechunkedInput
from werkzeug.wsgi import LimitedStream

from services.isds_simulator.soap.views import CUT

IDLE_SECONDS = 30.0
HANDSHAKE_SECONDS = 10.0
MOST_DRAINED = 256 * 1024 * 1024
DRAINED_AT_ONCE = 1024 * 1024
RESET_AT_ONCE = struct.pack("ii", 1, 0)

Headers = list[tuple[str, str]]


class Handler(BaseHTTPRequestHandler):
    """Runs the WSGI application for each request of one connection."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    server: "SimulatorServer"
    is_cut = False

    def setup(self) -> None:
        """Send small packets at once: requests and answers take turns."""
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_message(self, *_parts: Any) -> None:
        """Say nothing; the ledger keeps a record of calls."""

    def handle_one_request(self) -> None:
        """Read one request and answer it; end the connection when it breaks or idles."""
        try:
            self._handle()
        except (ConnectionError, TimeoutError, ssl.SSLError, ClientDisconnected):
            self.close_connection = True

    def _handle(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
            return
        if not self.parse_request():
            return
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            self._handle_chunked()
        elif not length.isdecimal():
            self.close_connection = True
            self.send_error(HTTPStatus.BAD_REQUEST)
        else:
            body = LimitedStream(cast(Any, self.rfile), int(length))
            self._run(self._environment(cast(BinaryIO, body)) | {"CONTENT_LENGTH": length})
            if not self.is_cut:
                self._drain(body)

    def _handle_chunked(self) -> None:
        """Answer a request whose length nobody knew ahead; the connection ends with it."""
        self.close_connection = True
        body = DechunkedInput(cast(Any, self.rfile))
        environment = self._environment(cast(BinaryIO, body))
        self._run(environment | {"wsgi.input_terminated": True})

    def _environment(self, body: BinaryIO) -> dict[str, Any]:
        address = urlsplit(self.path)
        environment: dict[str, Any] = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http" if self.server.tls is None else "https",
            "wsgi.input": body,
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(address.path, "latin-1"),
            "QUERY_STRING": address.query,
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": self.server.host,
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": self.request_version,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            CUT: self._cut,
        }
        for name, value in self.headers.items():
            key = f"HTTP_{name.upper().replace('-', '_')}"
            if "_" not in name and key not in {"HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"}:
                known = environment.get(key)
                environment[key] = value if known is None else f"{known},{value}"
        certificate = self._client_certificate()
        if certificate is not None:
            environment["SSL_CLIENT_CERT"] = certificate
        return environment

    def _client_certificate(self) -> str | None:
        if not isinstance(self.connection, ssl.SSLSocket):
            return None
        encoded = self.connection.getpeercert(binary_form=True)
        return None if encoded is None else ssl.DER_cert_to_PEM_cert(encoded)

    def _run(self, environment: dict[str, Any]) -> None:
        begun: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, _error: Any = None) -> Callable[..., Any]:
            begun[:] = [(status, headers)]
            return self.wfile.write

        pieces: Iterable[bytes] = self.server.app(environment, start_response)
        try:
            if not self.is_cut:
                self._send(*begun[0], pieces)
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()

    def _send(self, status: str, headers: Headers, pieces: Iterable[bytes]) -> None:
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason)
        names = {name.lower() for name, _ in headers}
        if "date" not in names:
            self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        if "content-length" not in names:
            # Its end is the end of the connection.
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        for piece in pieces:
            self.wfile.write(piece)

    def _drain(self, body: LimitedStream) -> None:
        """Read what the application left of the request, so that the next one begins there."""
        left = MOST_DRAINED
        while left > 0 and (piece := body.read(DRAINED_AT_ONCE)):
            left -= len(piece)
        self.close_connection = self.close_connection or left <= 0

    def _cut(self, beginning: bytes, *, resets: bool) -> None:
        """Send a beginning, if any, and break the connection."""
        self.is_cut = self.close_connection = True
        if beginning:
            self.wfile.write(beginning)
        if resets:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
            # The socket closes, and resets, when nothing holds it any more.
            for holder in (self.rfile, self.wfile, self.connection):
                holder.close()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    def finish(self) -> None:
        """End the connection; it may have been broken on purpose."""
        if self.is_cut:
            return
        super().finish()


class SimulatorServer(ThreadingMixIn, TCPServer):
    """Handles each connection in a thread of its own."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, app: Flask, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        self.app = app
        self.host = host
        self.tls = tls
        self._open: set[socket.socket] = set()
        super().__init__((host, port), Handler)
        self.server_port = int(self.server_address[1])

    @property
    def url(self) -> str:
        """The address without a slash at the end."""
        return f"{'http' if self.tls is None else 'https'}://{self.host}:{self.server_port}"

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands, in the connection's own thread, and handle its requests."""
        if self.tls is not None:
            request.settimeout(HANDSHAKE_SECONDS)
            try:
                request = self.tls.wrap_socket(request, server_side=True)
            except OSError:
                # A stranger's certificate, plain HTTP, or nobody there any more.
                return
        self._open.add(request)
        try:
            super().finish_request(request, client_address)
        finally:
            self._open.discard(request)
            request.close()

    def server_close(self) -> None:
        """Stop listening and end the connections that are still open."""
        super().server_close()
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                # Its own thread was faster.
                continue


def make_simulator_server(
    app: Flask, host: str, port: int, tls: ssl.SSLContext | None = None
) -> SimulatorServer:
    """Return a server that handles each connection in a thread of its own.

    Args:
        app: The simulator.
        host: Address to listen on.
        port: Port, or 0 for any free one; ``server_port`` of the result tells which.
        tls: Makes it speak https, see ``tls_context``.

    Returns:
        A server to be run with ``serve_forever`` and ended with ``shutdown``.
    """
    return SimulatorServer(app, host, port, tls)

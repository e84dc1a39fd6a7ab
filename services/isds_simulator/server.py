"""A small threaded HTTP server for the simulator."""

from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Does not write a line per request, and does not wait for small packets to fill up."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing; the ledger keeps a record of calls."""


def make_simulator_server(app: Flask, host: str, port: int) -> BaseWSGIServer:
    """Return a server that handles each connection in a thread of its own.

    Args:
        app: The simulator.
        host: Address to listen on.
        port: Port, or 0 for any free one; ``server_port`` of the result tells which.

    Returns:
        A server to be run with ``serve_forever`` and ended with ``shutdown``.
    """
    return make_server(host, port, app, threaded=True, request_handler=QuietHandler)

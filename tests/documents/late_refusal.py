"""A server of TLS 1.3 that judges the client's certificate only when a request is under way."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from services.isds_simulator.seal.authority import Authority
from services.isds_simulator.tls import tls_context
from tests.documents.patience import PATIENCE

ENOUGH = 20_000
"""So many bytes are more than the end of the handshake and the head of a request."""


@contextmanager
def refusing_late(authority: Authority) -> Iterator[int]:
    """Serve one connection; give the port."""
    context = tls_context(authority)
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(PATIENCE)
        thread = threading.Thread(target=_serve, args=(door, context), daemon=True)
        thread.start()
        yield door.getsockname()[1]
        thread.join(PATIENCE)


def _serve(door: socket.socket, context: ssl.SSLContext) -> None:
    line, _ = door.accept()
    line.settimeout(PATIENCE)
    coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
    side = context.wrap_bio(coming, going, server_side=True)
    with line:
        while not going.pending:
            coming.write(line.recv(65_536))
            _shake(side)
        line.sendall(going.read())
        seen = b""
        while len(seen) < ENOUGH:
            seen += line.recv(65_536)
        coming.write(seen)
        _shake(side)
        line.sendall(going.read())
        try:
            while line.recv(65_536):
                pass
        except ConnectionResetError:
            return  # the client has heard enough


def _shake(side: ssl.SSLObject) -> None:
    try:
        side.do_handshake()
    except ssl.SSLError:
        return  # it waits for more, or it refuses; what it says then lies ready to go

"""The SOAP paths as a Flask blueprint."""

import socket
from collections.abc import Iterator

from flask import Blueprint, Response, request

from services.isds_simulator.current import current_office
from services.isds_simulator.soap.dispatch import Credentials, Reply, answer

SERVICES = "any(dz,dx,df,DsManage)"
SOCKETS = ("werkzeug.socket", "gunicorn.socket")
CHUNK = 64 * 1024


SOAP = Blueprint("soap", __name__)


@SOAP.post(f"/DS/<{SERVICES}:service>")
def operation(service: str) -> Response:
    """Answer one SOAP request."""
    login = request.authorization
    credentials = Credentials(
        None if login is None else login.username,
        None if login is None else login.password,
    )
    body = request.get_data(cache=False)
    return _response(answer(current_office(), service, credentials, body))


def _response(reply: Reply) -> Response:
    if reply.drop_after is not None:
        return _dropped(reply, reply.drop_after)
    if reply.padded_to is not None:
        return _padded(reply, reply.padded_to)
    response = Response(reply.body, reply.status, content_type=reply.content_type)
    response.headers.update(reply.headers)
    return response


def _padded(reply: Reply, length: int) -> Response:
    def pieces() -> Iterator[bytes]:
        yield reply.body
        for start in range(len(reply.body), length, CHUNK):
            yield b" " * min(CHUNK, length - start)

    response = Response(pieces(), reply.status, content_type=reply.content_type)
    response.headers["Content-Length"] = str(max(length, len(reply.body)))
    return response


def _dropped(reply: Reply, after: int) -> Response:
    """Send a beginning of the answer, if any, and cut the connection."""
    connection = next((request.environ[name] for name in SOCKETS if name in request.environ), None)
    if isinstance(connection, socket.socket):
        if after:
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {reply.content_type}\r\n"
            head += f"Content-Length: {len(reply.body)}\r\n\r\n"
            connection.sendall(head.encode() + reply.body[:after])
        connection.shutdown(socket.SHUT_RDWR)
        return Response(b"", 200)
    # Without the socket, promise more than is sent: the server must close the connection.
    response = Response(reply.body[:after], 200, content_type=reply.content_type)
    response.headers["Content-Length"] = str(len(reply.body) + 1)
    return response

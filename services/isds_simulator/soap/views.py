"""The SOAP paths as a Flask blueprint."""

import logging
import time
import zlib
from collections.abc import Iterator

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from services.isds_simulator.current import current_office
from services.isds_simulator.soap.answers import soap_fault
from services.isds_simulator.soap.cookies import COOKIE
from services.isds_simulator.soap.dispatch import Incoming, answer
from services.isds_simulator.soap.faults import cut_for, flag, number
from services.isds_simulator.soap.hosts import NAMES, host_of
from services.isds_simulator.soap.reply import XML, Drip, Reply
from services.isds_simulator.soap.signing_in import Credentials, Way

SERVICES = "any(dz,dx,df,DsManage,vodz,arch)"
WAYS = f"any({','.join(way for way in Way if way)})"
HOSTS = f"any({','.join(NAMES)})"
CHUNK = 64 * 1024
GZIP_WINDOW = 31
CUT = "simulator.cut"
"""Key of the function in the WSGI environment that cuts the connection."""


log = logging.getLogger(__name__)
SOAP = Blueprint("soap", __name__)


@SOAP.post(f"/DS/<{SERVICES}:service>")
@SOAP.post(f"/<{WAYS}:way>/DS/<{SERVICES}:service>")
@SOAP.post(f"/<{HOSTS}:host>/DS/<{SERVICES}:service>")
@SOAP.post(f"/<{HOSTS}:host>/<{WAYS}:way>/DS/<{SERVICES}:service>")
def operation(service: str, way: str = "", host: str | None = None) -> Response:
    """Answer one SOAP request."""
    office = current_office()
    cut = _cut_while_reading(service)
    if cut is not None:
        return cut
    port = request.environ.get("SERVER_PORT")
    incoming = Incoming(
        service=service,
        body=request.get_data(cache=False),
        credentials=_credentials(Way(way)),
        host=host_of(
            host, request.host, None if port is None else int(port), office.settings.ws2_port
        ),
        content_type=request.headers.get("Content-Type", ""),
        accept=request.headers.get("Accept", ""),
    )
    return _response(answer(office, incoming))


@SOAP.errorhandler(Exception)
def _broken(error: Exception) -> Response | HTTPException:
    """Answer a mistake of the simulator itself with a fault, and tell it in the log."""
    if isinstance(error, HTTPException):
        return error
    log.exception("A SOAP request broke the simulator.")
    return Response(soap_fault("Server", "Interní chyba simulátoru."), 500, content_type=XML)


def _credentials(way: Way) -> Credentials:
    login = request.authorization
    is_basic = login is not None and login.type == "basic"
    return Credentials(
        way,
        login.username if login is not None and is_basic else None,
        login.password if login is not None and is_basic else None,
        request.environ.get("SSL_CLIENT_CERT"),
        request.cookies.get(COOKIE),
    )


def _cut_while_reading(service: str) -> Response | None:
    """Cut the connection within the request; its operation is not known yet, only the service."""
    fault = cut_for(current_office(), service)
    if fault is None:
        return None
    request.stream.read(int(number(fault, "after_bytes")))
    return _dropped(Reply(b"", drop_after=0, resets=flag(fault, "reset")), 0)


def _response(reply: Reply) -> Response:
    if reply.drop_after is not None:
        return _dropped(reply, reply.drop_after)
    if reply.padded_to is not None:
        return _padded(reply, reply.padded_to)
    if reply.drip is not None:
        return _dripping(reply, reply.drip)
    response = Response(reply.body, reply.status, content_type=reply.content_type)
    response.headers.update(reply.headers)
    return response


def _padded(reply: Reply, length: int) -> Response:
    def pieces() -> Iterator[bytes]:
        yield reply.body
        for start in range(len(reply.body), length, CHUNK):
            yield b" " * min(CHUNK, length - start)

    if reply.is_zipped:
        response = Response(_zipped(pieces()), reply.status, content_type=reply.content_type)
        response.headers["Content-Encoding"] = "gzip"
        return response
    response = Response(pieces(), reply.status, content_type=reply.content_type)
    response.headers["Content-Length"] = str(max(length, len(reply.body)))
    return response


def _zipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=GZIP_WINDOW)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def _dripping(reply: Reply, drip: Drip) -> Response:
    def drops() -> Iterator[bytes]:
        for start in range(0, len(reply.body), drip.bytes):
            time.sleep(drip.seconds)
            yield reply.body[start : start + drip.bytes]

    response = Response(drops(), reply.status, content_type=reply.content_type)
    response.headers["Content-Length"] = str(len(reply.body))
    return response


def _dropped(reply: Reply, after: int) -> Response:
    """Send a beginning of the answer, if any, and cut the connection."""
    cut = request.environ.get(CUT)
    if cut is not None:
        head = f"HTTP/1.1 {reply.status} OK\r\nContent-Type: {reply.content_type}\r\n"
        head += f"Content-Length: {len(reply.body)}\r\n\r\n"
        cut(head.encode() + reply.body[:after] if after else b"", resets=reply.resets)
        return Response(b"")
    # Under a foreign server, promise more than is sent: it must close the connection.
    response = Response(reply.body[:after], 200, content_type=reply.content_type)
    response.headers["Content-Length"] = str(len(reply.body) + 1)
    return response

"""The server: connections stay open, broken clients do no harm, nothing hangs."""

import http.client
import socket
import time
from typing import Any

import pytest
import requests

from services.isds_simulator.server import IDLE_SECONDS

from .conftest import Simulator
from .wire import PATIENCE, SOAP, V20, Wire

DUMMY = (
    f'<s:Envelope xmlns:s="{SOAP}"><s:Body><DummyOperation xmlns="{V20}"/></s:Body></s:Envelope>'
)


def open_socket(simulator: Simulator) -> socket.socket:
    host, port = simulator.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def test_one_connection_serves_many_requests(simulator: Simulator) -> None:
    connection = http.client.HTTPConnection(simulator.url.removeprefix("http://"), timeout=PATIENCE)
    for _ in range(3):
        connection.request("GET", "/control/clock")
        reply = connection.getresponse()
        assert (reply.status, reply.will_close) == (200, False)
        reply.read()
    # A body that nobody reads does not spoil the next request.
    connection.request("POST", "/nowhere", body=b"x" * 100_000)
    assert connection.getresponse().read()
    connection.request("GET", "/control/clock")
    assert connection.getresponse().status == 200


def test_a_request_may_come_in_chunks(simulator: Simulator) -> None:
    pieces = iter([DUMMY[:50].encode(), DUMMY[50:].encode()])

    reply = requests.post(
        f"{simulator.url}/DS/dz", data=pieces, auth=("mas", "heslo-mas"), timeout=PATIENCE
    )

    assert (reply.status_code, "0000" in reply.text) == (200, True)


def test_a_client_that_waits_for_permission_gets_it(simulator: Simulator) -> None:
    with open_socket(simulator) as connection:
        head = "POST /control/clock HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: 17\r\nExpect: 100-continue\r\n\r\n".encode())
        assert b"100 Continue" in connection.recv(1000)
        connection.sendall(b'{"stopped": true}')
        assert b"200 OK" in connection.recv(1000)


def test_half_requests_and_noise_harm_nobody(simulator: Simulator, mas: Wire) -> None:
    beginnings = [
        b"",
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
        b"POST /DS/dz HTTP/1.1\r\nContent-Length: 100\r\n\r\nhalf",
        b"POST /DS/dz HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"GET " + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /DS/dz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ]
    for beginning in beginnings:
        with open_socket(simulator) as connection:
            connection.sendall(beginning)

    assert mas.call("dz", "DummyOperation").code == "0000"


def test_a_silent_client_keeps_nobody_waiting(simulator: Simulator, mas: Wire) -> None:
    silent = [open_socket(simulator) for _ in range(20)]
    begun = time.monotonic()

    assert mas.call("dz", "DummyOperation").code == "0000"

    assert time.monotonic() - begun < IDLE_SECONDS / 2
    for connection in silent:
        connection.close()


def test_a_stopped_simulator_answers_nobody_any_more(start: Any) -> None:
    simulator = start()
    session = requests.Session()
    assert session.get(f"{simulator.url}/control/clock", timeout=PATIENCE).status_code == 200

    simulator.stop()

    with pytest.raises(requests.ConnectionError):
        session.get(f"{simulator.url}/control/clock", timeout=10)

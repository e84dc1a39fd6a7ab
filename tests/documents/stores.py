"""Stores for tests: a folder, a bucket of a real S3 server, a server that does what it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer

from services.documents.adapters.s3 import Bucket, S3Store
from services.documents.adapters.sigv4 import Credentials

CREDENTIALS = Credentials("key-of-the-test", "secret-of-the-test", "eu-central-1")


@contextmanager
def s3_server() -> Iterator[str]:
    """Run moto's S3 on a socket of this machine and give its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def stock_client(endpoint: str) -> "boto3.client":
    """Return the usual client, to look at the bucket with other eyes."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=CREDENTIALS.region,
        aws_access_key_id=CREDENTIALS.access_key,
        aws_secret_access_key=CREDENTIALS.secret_key,
        config=Config(s3={"addressing_style": "path"}),
    )


def new_bucket(endpoint: str, prefix: str = "vyzva/") -> Bucket:
    """Make an empty bucket."""
    name = f"test-{uuid4().hex[:12]}"
    where = {"LocationConstraint": CREDENTIALS.region}
    stock_client(endpoint).create_bucket(Bucket=name, CreateBucketConfiguration=where)
    return Bucket(endpoint=endpoint, name=name, prefix=prefix)


def store_in(bucket: Bucket) -> S3Store:
    return S3Store(bucket, CREDENTIALS)


@dataclass
class Said:
    """One answer of the scripted server; ``cut`` sends that many bytes and hangs up."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


def error(status: int, code: str) -> Said:
    return Said(status, f"<Error><Code>{code}</Code></Error>".encode())


class ScriptedServer:
    """Gives the answers of a script in their order, the last one for ever."""

    def __init__(self, *script: Said) -> None:
        self.script = list(script)
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    def next(self) -> Said:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


@contextmanager
def scripted(*script: Said) -> Iterator[tuple[ScriptedServer, S3Store]]:
    """Run a scripted server and give it with a store that speaks to it."""
    told = ScriptedServer(*script)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, told))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    yield told, store_in(Bucket(endpoint=address, name="papers"))
    server.shutdown()
    server.server_close()
    thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, told: ScriptedServer, *given: object) -> None:
        self.told = told
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.told.asked.append((self.command, self.path, dict(self.headers)))
        said = self.told.next()
        self.send_response(said.status)
        self.send_header("Content-Length", str(len(said.body)))
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.body[: said.cut])

    def do_PUT(self) -> None:
        self.do_GET()

    def log_message(self, *_given: object) -> None:
        """Say nothing."""

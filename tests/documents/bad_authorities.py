"""Time stamp authorities over HTTP: certomancer's, and one that misbehaves as it is told."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from asn1crypto import x509 as asn1_x509
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import CertomancerConfig
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

REPLY = "application/timestamp-reply"
LONG = {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2050-01-01T00:00:00+0000"}
NAMES = ("root", "issuer", "stamper", "short", "signer")
FOR_STAMPS = {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}
Script = Callable[[bytes], Response]


def certomancer_config() -> dict[str, object]:
    """Return an authority of certomancer with good and bad time stampers below it."""

    def leaf(name: str, extensions: list[object], validity: dict[str, str]) -> dict[str, object]:
        return {
            "subject": name,
            "issuer": "issuer",
            "subject-key": name,
            "validity": validity,
            "extensions": extensions,
        }

    def authority(name: str, length: int) -> dict[str, object]:
        profile = {"id": "simple-ca", "params": {"max-path-len": length}}
        own = {"subject": name, "issuer": "root", "issuer-cert": "root", "validity": LONG}
        return {**own, "subject-key": name, "profiles": [profile]}

    short = {**LONG, "valid-to": "2026-04-03T07:00:00+0000"}
    usage = {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage"}}
    usage["smart-value"]["params"] = ["digital_signature"]  # type: ignore[index]
    return {
        "keysets": {"test": {"keys": {name: {"path": f"{name}.pem"} for name in NAMES}}},
        "pki-architectures": {
            "test": {
                "keyset": "test",
                "entity-defaults": {"country-name": "CZ", "organization-name": "Zkouška"},
                "entities": {name: {"common-name": f"Zkouška {name}"} for name in NAMES},
                "certs": {
                    "root": authority("root", 1),
                    "issuer": authority("issuer", 0),
                    "stamper": leaf("stamper", [usage, FOR_STAMPS], LONG),
                    "short": leaf("short", [usage, FOR_STAMPS], short),
                    "signer": leaf("signer", [usage], LONG),
                },
                "services": {
                    "time-stamping": {
                        name: {"signing-cert": name} for name in ("stamper", "short", "signer")
                    }
                },
            }
        },
    }


def make_keys(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        key = ec.generate_private_key(ec.SECP256R1())
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(plain)


class Certomancer:
    """An authority whose clock stands still; answers requests as bytes, or over HTTP."""

    def __init__(self, folder: Path, at: datetime) -> None:
        make_keys(folder)
        config = CertomancerConfig(certomancer_config(), key_search_dir=str(folder))
        self._arch = config.get_pki_arch("test")  # type: ignore[arg-type]
        self._folder = folder
        self.app = Animator(AnimatorArchStore({"test": self._arch}), at_time=at, with_web_ui=False)

    @property
    def trusted(self) -> Path:
        """PEM file with root and issuer."""
        lines = b""
        for name in ("root", "issuer"):
            der = self._arch.get_cert(name).dump()  # type: ignore[arg-type]
            lines += x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
        (self._folder / "trusted.pem").write_bytes(lines)
        return self._folder / "trusted.pem"

    def certificate(self, name: str) -> asn1_x509.Certificate:
        return self._arch.get_cert(name)  # type: ignore[arg-type]


class Scripted:
    """A WSGI app that answers each request by its path with a script."""

    def __init__(self, scripts: dict[str, Script]) -> None:
        self.scripts, self.asked = scripts, list[str]()

    def __call__(self, environ: dict[str, object], start: object) -> object:
        request = Request(environ)
        name = request.path.strip("/")
        self.asked.append(name)
        return self.scripts[name](request.get_data())(environ, start)  # type: ignore[arg-type]


def dripping(seconds: float) -> Script:
    """Answer one octet at a time, for longer than anybody should wait."""

    def body() -> Iterator[bytes]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            yield b"0"
            time.sleep(0.02)

    return lambda _request: Response(body(), mimetype=REPLY)


@contextmanager
def serving(app: object) -> Iterator[str]:
    """Serve a WSGI app on loopback; the address without a slash at the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True)  # type: ignore[arg-type]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


NOW = datetime(2026, 4, 3, 7, 12, 5, tzinfo=UTC)

"""TLS of the simulator: its own certificates for servers and for clients."""

import os
import ssl
import tempfile
from pathlib import Path

from services.isds_simulator.seal.authority import Authority
from services.isds_simulator.seal.certificates import PRIVATE_MODE, Signer

CIPHERS = "ECDHE+AESGCM"
"""What the real system has left of TLS 1.2; TLS 1.3 brings its own."""
PLAYED_HOSTS = ("ws1", "ws1c", "ws2", "ws2c", "www")
LOCAL_HOSTS = (
    *("localhost", "127.0.0.1", "::1"),
    *(f"{name}.localhost" for name in PLAYED_HOSTS),
)


def tls_context(authority: Authority, *hosts: str) -> ssl.SSLContext:
    """Return what makes a server speak https under a fresh certificate of the simulator's root.

    Args:
        authority: Keys; the root is also the one whose client certificates are taken.
        hosts: Names and addresses of the server besides the local ones.

    Returns:
        TLS 1.2 and 1.3, as of today; a client certificate is asked for, not required.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.load_verify_locations(cadata=authority.root_pem.decode())
    signer = authority.server_certificate(sorted({*LOCAL_HOSTS, *hosts}))
    with tempfile.TemporaryDirectory() as folder:
        # The library reads the key from files only; they are gone a moment later.
        path = Path(folder) / "server.pem"
        write_pair(path, signer)
        context.load_cert_chain(path)
    return context


def write_pair(path: Path, signer: Signer) -> None:
    """Write a key and its certificate into one file that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(signer.key_pem + signer.pem)

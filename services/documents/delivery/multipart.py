"""How a SOAP request is packed for HTTP: plainly, or with its file beside it (MTOM/XOP)."""

import secrets
from dataclasses import dataclass

from services.documents.delivery.operations import SOAP_11, Operation

ROOT = "root@vyzva"


@dataclass(frozen=True)
class Packed:
    """A request body and what it is."""

    body: bytes
    content_type: str


def plain(operation: Operation, envelope: bytes) -> Packed:
    """Pack an envelope that carries everything in itself."""
    kind = "text/xml" if operation.soap == SOAP_11 else "application/soap+xml"
    return Packed(envelope, f"{kind}; charset=utf-8")


def with_file(envelope: bytes, reference: str, file: bytes) -> Packed:
    """Pack an envelope beside the file to which its ``xop:Include`` refers.

    Args:
        envelope: SOAP 1.2, UTF-8.
        reference: Content id of the file, without ``cid:``.
        file: Raw bytes; a large attachment grows by a third in Base64 and is limited in raw bytes.

    Source:
        XOP and MTOM of the W3C; ISDS bulletin on large messages: the outer type is
        ``application/xop+xml``, the inner one ``application/soap+xml``.
    """
    boundary = f"vyzva-{secrets.token_hex(16)}"
    kind = "application/soap+xml"
    first = (
        f"--{boundary}\r\n"
        f'Content-Type: application/xop+xml; charset=UTF-8; type="{kind}"\r\n'
        "Content-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{ROOT}>\r\n\r\n"
    )
    second = (
        f"\r\n--{boundary}\r\n"
        "Content-Type: application/octet-stream\r\n"
        "Content-Transfer-Encoding: binary\r\n"
        f"Content-ID: <{reference}>\r\n\r\n"
    )
    parts = (first.encode(), envelope, second.encode(), file, f"\r\n--{boundary}--\r\n".encode())
    return Packed(
        b"".join(parts),
        f'multipart/related; type="application/xop+xml"; boundary="{boundary}"; '
        f'start="<{ROOT}>"; start-info="{kind}"',
    )

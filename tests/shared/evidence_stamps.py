"""Time stamps that only have the form of one, for logs whose own word is to be judged."""

from datetime import datetime, timedelta
from uuid import UUID

from shared.evidence.anchoring import Stamp
from tests.shared.evidence_world import AT


def der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    head = bytes([length]) if length < 128 else b"\x82" + length.to_bytes(2, "big")
    return bytes([tag]) + head + content


def token_over(digest: bytes, at: datetime, more: bytes = b"") -> bytes:
    """Return what has the form of a time stamp (RFC 3161); nobody has signed it."""
    imprint = der(0x30, der(0x30), der(0x04, digest))
    time = der(0x18, at.strftime("%Y%m%d%H%M%SZ").encode())
    info = der(0x30, der(2, b"\x01"), der(6, b"\x2a"), imprint, der(2, b"\x07"), time)
    content = der(0x30, der(6, b"\x2a"), der(0xA0, der(0x04, info)))
    signed_data = der(0x30, der(2, b"\x03"), der(0x31), content, der(0x31, der(0x04, more)))
    return der(0x30, der(6, b"\x2a"), der(0xA0, signed_data))


class Fake:
    """An authority whose stamps only have the form of one; each is made a day after another."""

    def __init__(self) -> None:
        self._at = AT

    def stamp(self, organisation_id: UUID, digest: bytes) -> Stamp:
        """Return a time stamp over the digest."""
        self._at += timedelta(days=1)
        return Stamp(token_over(digest, self._at), "roots")

"""Signatures in a PDF file, judged from its octets alone.

Sources: ISO 32000-2, 12.8.1 (byte range); ETSI EN 319 142-1 (PAdES).
"""

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from services.documents.evidence.offline.der import Doubt, Message, OpenSsl, Signer, first_value

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
HOLE = re.compile(rb"<[0-9A-Fa-f]+>")


@dataclass(frozen=True)
class Seal:
    """A signature, a seal or a time stamp over a file as it was then."""

    message: Message
    data: bytes
    """What it covers: the revision without the place of the signature."""
    revision: str
    """SHA-256 of the file up to the end of the revision."""
    end: int

    @property
    def stamp(self) -> Message | None:
        """The time stamp that tells when it was made, if it has one of its own."""
        if self.message.is_time_stamp:
            return self.message
        return next(iter(self.message.stamps), None)


@dataclass(frozen=True)
class Told:
    """What is known of a signature that holds."""

    signer: Signer | None
    """Whose certificate; ``None`` for a time stamp over the file."""
    at: datetime
    """When it surely existed: its own time stamp, or the next one after it."""
    revision: str
    """SHA-256 of the file that ends with it."""


def judge_paper(pdf: bytes, openssl: OpenSsl) -> list[Told]:
    """Judge every signature of a file; the first one signed comes first.

    Raises:
        Doubt: a signature is not valid, or does not cover what it must.
    """
    seals = seals_of(pdf)
    if not seals:
        raise Doubt("unsigned")
    told, at = list[Told](), None
    for seal in reversed(seals):
        at = _own_time(seal, openssl) or at
        if at is None:
            raise Doubt("unstamped")
        is_stamp = seal.message.is_time_stamp
        signer = None if is_stamp else openssl.check_signature(seal.message, seal.data, at)
        told.append(Told(signer, at, seal.revision))
    return told[::-1]


def seals_of(pdf: bytes) -> list[Seal]:
    """Return the signatures in the order of the revisions that they end.

    Raises:
        Doubt: one leaves out more than its own place, or they overlap.
    """
    found = sorted((_seal(pdf, match) for match in BYTE_RANGE.finditer(pdf)), key=lambda s: s.end)
    ends = [seal.end for seal in found]
    if len(set(ends)) < len(ends):
        raise Doubt("range")
    return found


def _seal(pdf: bytes, match: re.Match[bytes]) -> Seal:
    first, length, second, rest = (int(number) for number in match.groups())
    hole, end = pdf[first + length : second], second + rest
    is_whole = first == 0 and length <= second and end <= len(pdf)
    if not is_whole or not HOLE.fullmatch(hole) or not pdf[:end].rstrip().endswith(b"%%EOF"):
        raise Doubt("range")
    if not first <= match.start() < end or match.end() > end:
        raise Doubt("range")
    der = first_value(bytes.fromhex(hole[1:-1].decode() + "0" * (len(hole) % 2))).whole
    data = pdf[:length] + pdf[second:end]
    return Seal(Message(der), data, sha256(pdf[:end]).hexdigest(), end)


def _own_time(seal: Seal, openssl: OpenSsl) -> datetime | None:
    """Return the time of the signature's own time stamp, judged."""
    if seal.stamp is None:
        return None
    stamped = seal.data if seal.message.is_time_stamp else seal.message.signature
    time = seal.stamp.time
    openssl.check_stamp(seal.stamp, seal.stamp.stamps_data(stamped), time)
    return time

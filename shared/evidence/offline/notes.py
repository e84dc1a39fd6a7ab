"""Checkpoints and time stamps, read strictly: what could be written in two ways is refused.

Sources: C2SP signed-note and tlog-checkpoint (checkpoints), RFC 3161 (time stamps).
"""

import shutil
import subprocess
import tempfile
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from shared.evidence.offline.arithmetic import is_signed


class Bad(Exception):
    """Something that was given is not what it must be; the text says what, in one word."""


Keys = dict[tuple[str, bytes], bytes]


@dataclass(frozen=True)
class Note:
    """A signed checkpoint: so long was the log once, and this was its root."""

    text: str
    log: str
    epoch: int
    size: int
    root: bytes


def exact(encoded: str) -> bytes:
    """Decode Base64 that could not be written in another way."""
    decoded = b64decode(encoded, validate=True)
    if b64encode(decoded).decode() != encoded:
        raise ValueError("loose Base64")
    return decoded


def read_keys(text: str) -> Keys:
    """Read verifier keys, one a line: name, key id and public key, with ``+`` between."""
    keys: Keys = {}
    for line in text.splitlines():
        name, short, encoded = line.split("+", 2)
        key = exact(encoded)
        if key[:1] != b"\x01" or sha256(f"{name}\n".encode() + key).hexdigest()[:8] != short:
            raise Bad("checkpoint")
        keys[name, bytes.fromhex(short)] = key[1:]
    return keys


def read_note(text: str, keys: Keys) -> Note:
    """Read a checkpoint that a known key has signed."""
    body, _, signatures = text.rpartition("\n\n")
    try:
        origin, size, root = body.split("\n")
        is_good = text.endswith("\n") and str(int(size)) == size
        for line in signatures[:-1].split("\n"):
            dash, name, encoded = line.split(" ")
            signature = exact(encoded)
            key = keys.get((name, signature[:4])) if name == origin else None
            is_right = key and is_signed(key, f"{body}\n".encode(), signature[4:])
            is_good = is_good and bool(is_right) and dash == "—"
        service, organisation, *epoch = origin.split("/")
        if is_good:
            log, number = f"{service}/{organisation}", int(epoch[0]) if epoch else 0
            return Note(text, log, number, int(size), exact(root))
    except (ValueError, IndexError) as error:
        raise Bad("checkpoint") from error
    raise Bad("checkpoint")


def _parts(der: bytes) -> list[bytes]:
    """Return the contents of the values that stand one after another (DER)."""
    found, place = [], 0
    while place < len(der):
        length, begin = der[place + 1], place + 2
        if length & 128:
            begin += length & 127
            length = int.from_bytes(der[place + 2 : begin], "big")
        found.append(der[begin : begin + length])
        place = begin + length
    return found


def token_id(token: bytes) -> str:
    """Return the id under which the log speaks of a time stamp: half of its SHA-256."""
    return str(UUID(bytes=sha256(token).digest()[:16]))


def read_stamp(token: bytes, digest: bytes) -> datetime:
    """Return when the digest was stamped, as the time stamp says; its signature is not judged."""
    try:
        signed = _parts(_parts(_parts(_parts(token)[0])[1])[0])
        info = _parts(_parts(_parts(_parts(signed[2])[1])[0])[0])
        at = datetime.strptime(info[4][:14].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        is_about_it = _parts(info[2])[1] == digest
    except (ValueError, IndexError) as error:
        raise Bad("anchor") from error
    if not is_about_it:
        raise Bad("anchor")
    return at


def stamped(token: bytes, digest: bytes, roots: str, between: str = "") -> tuple[datetime, bool]:
    """Return when the digest was stamped, and whether the signature could be checked.

    Args:
        roots: certificates to believe, PEM.
        between: certificates that may lead to them, PEM; none of them is believed by itself.
    """
    at, openssl = read_stamp(token, digest), shutil.which("openssl")
    if openssl and not _is_trusted(openssl, (token, digest), (roots, between), at):
        raise Bad("anchor")
    return at, bool(openssl)


def _is_trusted(
    openssl: str, stamp: tuple[bytes, bytes], given: tuple[str, str], at: datetime
) -> bool:
    """Ask openssl; a stamp is judged at its own time, younger stamps carry it further."""
    token, digest = stamp
    words = f"ts -verify -digest {digest.hex()} -token_in -in token.der -CAfile roots.pem"
    words += " -untrusted between.pem" if given[1] else ""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "token.der").write_bytes(token)
        for name, text in zip(("roots.pem", "between.pem"), given, strict=True):
            Path(folder, name).write_text(text)
        command = [openssl, *words.split(), "-attime", str(int(at.timestamp()))]
        return subprocess.run(command, capture_output=True, check=False, cwd=folder).returncode == 0  # noqa: S603 - own words

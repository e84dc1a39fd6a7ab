"""Checkpoints: signed statements of how long a log is and what its root is.

Whoever keeps one can later prove that a log was cut, rewritten or put back.

Source:
    C2SP tlog-checkpoint (text) and signed-note (signatures, key ids, verifier keys).
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.evidence.merkle import Frontier
from shared.keys import EvidenceKeys

ED25519 = b"\x01"
"""Kind of signature in a signed note."""
ID_BYTES = 4
LOG_PARTS, EPOCH_PARTS = 2, 3
"""An origin is ``service/organisation``, after a restored backup with the epoch behind it."""


class BadCheckpoint(Exception):
    """The text is no checkpoint, or no key of ours has signed it."""


@dataclass(frozen=True)
class Checkpoint:
    """What is said about a log."""

    log: str
    epoch: int
    """How often a backup was restored before: a restored log is another log, because its old
    checkpoints speak of entries that it no longer has."""
    size: int
    root: bytes

    @property
    def origin(self) -> str:
        """The name under which the log is known outside; also the name of the key."""
        return f"{self.log}/{self.epoch}" if self.epoch else self.log

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def of(cls, log: str, epoch: int, tree: Frontier) -> "Checkpoint":
        """Return the checkpoint of a tree."""
        return cls(log, epoch, tree.size, tree.root)


def sign(checkpoint: Checkpoint, keys: EvidenceKeys) -> str:
    """Return the signed note."""
    name = checkpoint.origin
    signature = keys.sign(checkpoint.text.encode())
    signed = b64encode(_key_id(name, keys.public[0]) + signature).decode()
    return f"{checkpoint.text}\n— {name} {signed}\n"


def read(note: str, keys: EvidenceKeys) -> Checkpoint:
    """Return what a note says that one of our keys has signed, the present or a former one.

    Raises:
        BadCheckpoint: the text is no checkpoint or bears no such signature.
    """
    text, _, signatures = note.rpartition("\n\n")
    try:
        origin, size, root = text.split("\n")
        service, organisation, *epoch = origin.split("/")
        found = Checkpoint(
            f"{service}/{organisation}", int(*epoch or ("0",)), int(size), _decoded(root)
        )
    except (ValueError, TypeError) as error:
        raise BadCheckpoint("The text is no checkpoint.") from error
    is_text = found.text == f"{text}\n" and signatures.endswith("\n")
    if not is_text or not _is_signed(found, signatures[:-1], keys.public):
        raise BadCheckpoint("No key of ours has signed the checkpoint.")
    return found


def verifier_keys(origin: str, public: Sequence[bytes]) -> list[str]:
    """Return the keys with which the log of that name is verified, one text each."""
    return [
        f"{origin}+{_key_id(origin, key).hex()}+{b64encode(ED25519 + key).decode()}"
        for key in public
    ]


def _key_id(name: str, key: bytes) -> bytes:
    return sha256(f"{name}\n".encode() + ED25519 + key).digest()[:ID_BYTES]


def _is_signed(checkpoint: Checkpoint, lines: str, public: Sequence[bytes]) -> bool:
    """Tell whether a line is the signature of one of the keys and none of theirs is wrong."""
    known = {_key_id(checkpoint.origin, key): key for key in public}
    results = []
    for line in lines.split("\n"):
        start, _, signed = line.rpartition(" ")
        signature = _decoded(signed)
        key = known.get(signature[:ID_BYTES])
        if start == f"— {checkpoint.origin}" and key is not None:
            results.append(_is_right(key, signature[ID_BYTES:], checkpoint.text))
    return bool(results) and all(results)


def _is_right(key: bytes, signature: bytes, text: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def _decoded(text: str) -> bytes:
    """Decode Base64 that could not be written in another way; anything else is nothing."""
    try:
        decoded = b64decode(text, validate=True)
    except (NotBase64, ValueError):
        return b""
    return decoded if b64encode(decoded).decode() == text else b""

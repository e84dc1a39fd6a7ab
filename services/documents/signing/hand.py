"""Who signs a PDF, with whose time stamp, and how long the result can be."""

import hashlib
from dataclasses import dataclass

from services.documents.signing.cms import Identity
from services.documents.signing.port import SignatureTask, TimeStamper

SPARE = 64
"""Octets kept beyond the longest signature that the key can make."""
HEADERS = 64
"""Octets that a time stamp adds beside its token."""


class NoRoom(Exception):
    """The signature is longer than the place kept for it."""

    def __init__(self, needed: int) -> None:
        super().__init__(f"The signature needs {needed} octets.")
        self.needed = needed


@dataclass(frozen=True)
class Hand:
    """Who signs, with whose time stamp."""

    identity: Identity
    stamper: TimeStamper | None

    @property
    def digest(self) -> str:
        """Name of the hash function."""
        return self.identity.key.mechanism.digest.name

    def container(self, digest: bytes, task: SignatureTask, room: int) -> bytes:
        """Return the CMS over a digest of the signed bytes.

        Raises:
            NoRoom: it is longer than *room*.
            SigningUnavailable: the key or the time stamp cannot be had.
        """
        signature = self.identity.signature(digest)
        token = None
        if self.stamper is not None:
            imprint = hashlib.new(self.digest, signature).digest()
            token = self.stamper.stamp(imprint, self.digest, task.at)
        container = self.identity.assemble(digest, signature, token)
        if len(container) > room:
            raise NoRoom(len(container))
        return container

    def room(self) -> int:
        """Return how long the CMS will be at most, as far as can be told before."""
        token = 0 if self.stamper is None else self.stamper.room + HEADERS
        return self.identity.length_without_token + token + SPARE

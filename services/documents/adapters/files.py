"""Files by their content: the name is the SHA-256, so nothing is ever overwritten by another."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from shared.errors import DomainError

NAME = re.compile(r"[0-9a-f]{64}")


class FileMissing(DomainError):
    """The store lacks a file that the database speaks of: the backup must be looked at.

    Params: ``sha256``.
    """


class FileDamaged(DomainError):
    """The stored bytes are not those of their name. Params: ``sha256``."""


class StoreFull(DomainError):
    """The store has no room; nothing was kept. Params: ``reason``."""


class StoreUnavailable(DomainError):
    """The store does not answer, or refuses; nothing may be taken for kept. Params: ``reason``."""


class FileStore(Protocol):
    """Keeps files for ever. What ``put`` returned survives a crash of the machine."""

    def put(self, content: bytes) -> str:
        """Keep the content and return its SHA-256 (lower-case hex).

        A damaged file of that name is mended.

        Raises:
            StoreFull, StoreUnavailable: the content is not kept.
        """
        ...

    def put_all(self, contents: Sequence[bytes]) -> list[str]:
        """Keep several contents together, which costs less, and return their names in order.

        Raises:
            StoreFull, StoreUnavailable: not all of them are kept; some may be, which harms nobody.
        """
        ...

    def get(self, sha256: str) -> bytes:
        """Return the content, checked against its name.

        Raises:
            FileMissing, FileDamaged: the store is not what it was.
            StoreUnavailable: it cannot be told now.
        """
        ...

    def names(self) -> Iterator[str]:
        """Return the name of every file that is kept, in no order, damaged ones too.

        Raises:
            StoreUnavailable: the store cannot be read now.
        """
        ...

    def check_room(self) -> None:
        """Refuse new work while there is room for what has been begun only.

        Raises:
            StoreFull: less is free than must stay free.
            StoreUnavailable: it cannot be told now.
        """
        ...


def sha256_of(content: bytes) -> str:
    """Return the name of a content."""
    return hashlib.sha256(content).hexdigest()


def checked(content: bytes, sha256: str) -> bytes:
    """Return the content if it is the one of the name.

    Raises:
        FileDamaged: it is not.
    """
    if sha256_of(content) != sha256:
        raise FileDamaged(sha256=sha256)
    return content


def check_name(sha256: str) -> str:
    """Return a name that can be one.

    Raises:
        FileMissing: nothing of that name was ever kept.
    """
    if not NAME.fullmatch(sha256):
        raise FileMissing(sha256=sha256)
    return sha256

"""A key that an agent holds: a raw key like any other, until its time or its job is over."""

import json
import subprocess
from copy import copy
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self, cast
from uuid import UUID

from asn1crypto import x509

from services.documents.domain.secrets import WrongSecret
from services.documents.holding.agent import (
    HASHED,
    OPEN,
    WRONG,
    Broken,
    read_message,
    write_message,
)
from services.documents.signing.mechanisms import DIGESTS, Mechanism, mechanism_of
from services.documents.signing.port import PersonKey, SigningUnavailable
from shared.children import start_python

START = "from services.documents.holding.agent import main; main()"


class KeyGone(SigningUnavailable):
    """The agent ended: its time is over, or somebody ended it."""


@dataclass(frozen=True)
class Term:
    """For how long and how much a key is held."""

    seconds: int
    most: int
    """Signatures; then the agent ends, whoever asks."""


class HeldKey:
    """The raw key; ends its agent when it is closed."""

    def __init__(self, key: PersonKey, secret: str, person_id: UUID, term: Term) -> None:
        """Have an agent open the key.

        The agent dies with the thread that calls this.

        Raises:
            WrongSecret: the secret does not open it.
            KeyGone: no agent can be had.
        """
        self._public = x509.Certificate.load(key.certificate).public_key.dump()
        self.mechanism: Mechanism = mechanism_of(self._public, DIGESTS["sha256"])
        # not even an error of its own may tell anything
        self._process = start_python(START, errors=subprocess.DEVNULL)
        order = {
            "locked": key.locked.hex(),
            "certificate": key.certificate.hex(),
            "person_id": str(person_id),
            "secret": secret,
            "seconds": term.seconds,
            "most": term.most,
        }
        try:
            answer = self._answer(json.dumps(order).encode())
        except KeyGone:
            self.close()
            raise
        if answer != OPEN:
            self.close()
            raise WrongSecret() if answer == WRONG else KeyGone("The agent does not understand.")

    def sign(self, signed: bytes) -> bytes:
        """Return the signature of the octets.

        Raises:
            KeyGone: the time is over.
        """
        return self._answer(self.mechanism.digest.name.encode() + HASHED + signed)

    def hashing(self, digest: str) -> "HeldKey":
        """Return the key, held by the same agent, as one that hashes with another function."""
        other = copy(self)
        other.mechanism = mechanism_of(self._public, DIGESTS[digest])
        return other

    def close(self) -> None:
        """End the agent; the kernel wipes what it held."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)

    def __enter__(self) -> Self:
        """Hold the key."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Forget the key."""
        self.close()

    def _answer(self, message: bytes) -> bytes:
        try:
            write_message(cast("BinaryIO", self._process.stdin), message)
            return read_message(cast("BinaryIO", self._process.stdout))
        except (Broken, OSError, ValueError) as error:
            raise KeyGone("The key is not held any more.") from error


def _close(pipe: object) -> None:
    try:
        cast("BinaryIO", pipe).close()
    except BrokenPipeError:
        return  # what was still to be written has nobody to read it

"""What the register knows about a document of our own, as the verifier needs it."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

_END = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")
MOST_REVISIONS = 200


class Stage(StrEnum):
    """What a stored revision was."""

    UNFINISHED = "unfinished"
    """Typeset or signed by some, not issued yet."""
    ISSUED = "issued"
    """Sealed, or extended by proofs of validity later."""


@dataclass(frozen=True)
class Revision:
    """A revision of a document that the register knows."""

    sha256: str
    stage: Stage


@dataclass(frozen=True)
class ExpectedSigner:
    """A person who had to sign, in a field reserved for this person."""

    field: str
    name: str
    certificate_serial: str
    """As stored at signing: the first hexadecimal digits; empty when it is not known."""


@dataclass(frozen=True)
class IssuedDocument:
    """A document of the register."""

    number: str
    present_sha256: str
    revisions: tuple[Revision, ...]
    signers: tuple[ExpectedSigner, ...]
    seal_field: str
    is_cancelled: bool = False

    def stage_of(self, sha256: str) -> Stage | None:
        """Return what a file with this hash was, or ``None`` when the register knows none."""
        for item in self.revisions:
            if item.sha256 == sha256:
                return item.stage
        return None


def revision_hashes(data: bytes) -> list[str]:
    """Return SHA-256 of the file and of everything that may be an earlier revision of it.

    The file itself comes first, then the longest beginning. Of very many ends the first and the
    last count: whoever appends ends to a document of ours does not make it a stranger's. For
    looking a file up; what a revision is, is judged elsewhere.
    """
    digest, hashes, at = hashlib.sha256(), [], 0
    ends = [item.end() for item in _END.finditer(data)]
    for end in sorted({*ends[:MOST_REVISIONS], *ends[-MOST_REVISIONS:]}):
        digest.update(data[at:end])
        hashes.append(digest.copy().hexdigest())
        at = end
    digest.update(data[at:])
    whole = digest.hexdigest()
    return list(dict.fromkeys([whole, *reversed(hashes)]))

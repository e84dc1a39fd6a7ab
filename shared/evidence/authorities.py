"""Whose time stamps over its logs the installation believes, and the stamps judged by that.

What lies beside a stamp says only who claims to have made it: whoever can write the database can
write an authority of his own beside it.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from shared.config import Settings, SettingsError
from shared.evidence.entries import FaultKind
from shared.evidence.offline.notes import Bad, stamped

CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")


def authorities_of(settings: Settings) -> str:
    """Return the authorities that the settings believe for time stamps, PEM; maybe none.

    What an installation makes for itself in development is there after documents started once.

    Raises:
        SettingsError: a file cannot be read or holds no certificate.
    """
    own = settings.own_authorities
    files = [*settings.authority_files, *([own] if own is not None and own.exists() else [])]
    return "".join(_read(path) for path in files)


def _read(path: Path) -> str:
    """Return the certificates of a PEM file; a key in it stays where it is."""
    try:
        found = CERTIFICATE.findall(path.read_text("ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"  {path} cannot be read ({type(error).__name__}).") from error
    if not found:
        raise SettingsError(f"  {path} holds no certificate.")
    return "".join(f"{one}\n" for one in found)


@dataclass(frozen=True)
class StampJudge:
    """Judges time stamps by authorities; what was found good once is not judged again."""

    read: Callable[[], str] = str
    """Gives the certificates of the authorities to believe, PEM; nothing where there are none."""
    good: set[bytes] = field(default_factory=set, repr=False, compare=False)

    @property
    def can_judge(self) -> bool:
        """Whether there are authorities to judge by, and the program that checks signatures."""
        return bool(self.read()) and shutil.which("openssl") is not None

    def fault_of(self, token: bytes, digest: bytes, beside: str) -> FaultKind | None:
        """Return what is wrong with a time stamp, ``None`` when nothing is.

        Args:
            token: TimeStampToken, DER.
            digest: SHA-256 of what it must be over.
            beside: PEM of the authorities that were kept with it; they are believed only where
                the settings name none, and may else lead to one that is.
        """
        roots = self.read() or beside
        key = _mark(token, digest, roots.encode(), beside.encode())
        if key in self.good:
            return None
        try:
            _, is_checked = stamped(token, digest, roots, beside)
        except Bad:
            return _kind_of(token, digest, beside)
        if is_checked:
            self.good.add(key)
        return None


def _mark(*parts: bytes) -> bytes:
    """Return a short name of all of them together."""
    return sha256(b"".join(sha256(one).digest() for one in parts)).digest()


def _kind_of(token: bytes, digest: bytes, beside: str) -> FaultKind:
    """Tell a stamp of somebody else from one that is none."""
    try:
        stamped(token, digest, beside)
    except Bad:
        return FaultKind.ANCHOR
    return FaultKind.STRANGER

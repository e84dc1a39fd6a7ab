"""What the judges are given."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ARCHIVAL = ("3a", "ua1")
PLAIN = ("2a", "ua1")
"""Without an attachment."""


@dataclass(frozen=True)
class Exhibit:
    """A file and what it must be."""

    file: Path
    signatures: int = 0
    """How many signatures and seals it bears."""
    document_stamps: int = 0
    """How many archival time stamps it bears."""
    records: int = 0
    """How many evidence records it carries (containers only)."""
    profiles: tuple[str, ...] = ARCHIVAL
    """Profiles of veraPDF that it must keep."""


@dataclass(frozen=True)
class Trust:
    """Whom the judges may believe."""

    anchors: tuple[Path, ...] = ()
    """Certificates, DER."""
    revocations: tuple[Path, ...] = ()
    """Revocation lists, DER, beyond those in the files."""
    at: datetime | None = None
    """Another time of validation than now."""

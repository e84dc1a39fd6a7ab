"""What a verification says. Values only: frozen, and plain enough to cross a process border."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """The three answers of ETSI EN 319 102-1, 5.1.3."""

    PASSED = "TOTAL-PASSED"
    INDETERMINATE = "INDETERMINATE"
    FAILED = "TOTAL-FAILED"


class SubIndication(StrEnum):
    """Why it did not pass: the names of ETSI EN 319 102-1, tables 5 and 6."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    NOT_YET_VALID = "NOT_YET_VALID"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    GENERIC = "GENERIC"


class Integrity(StrEnum):
    """Whether what is seen is what was signed, whoever signed it."""

    INTACT = "intact"
    DOUBTFUL = "doubtful"
    BROKEN = "broken"
    UNSIGNED = "unsigned"


class Weight(IntEnum):
    """What a finding does to the verdict."""

    NOTE = 0
    DOUBT = 1
    FAULT = 2


class Profile(StrEnum):
    """By whose rules a file is judged."""

    OWN = "own"
    """A document that this installation issued."""
    IN = "in"
    """Anybody's document."""


class Level(StrEnum):
    """How long a signature can prove itself (ETSI EN 319 142-1)."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


@dataclass(frozen=True)
class Finding:
    """One thing that was noticed."""

    code: str
    weight: Weight
    sub_indication: SubIndication
    sentence: str
    """Czech msgid with places such as ``%(what)s``."""
    details: tuple[tuple[str, str], ...] = ()
    field: str = ""
    """The signature that it is about; empty for the whole file."""

    @property
    def text(self) -> str:
        """Return the Czech sentence."""
        return self.sentence % dict(self.details) if self.details else self.sentence


@dataclass(frozen=True)
class CertificateSeen:
    """A certificate of a chain."""

    subject: str
    issuer: str
    serial: str
    """Hexadecimal."""
    valid_from: datetime
    valid_to: datetime
    sha256: str


@dataclass(frozen=True)
class SignatureReport:
    """What one signature, seal or document time stamp says."""

    field: str
    is_time_stamp: bool
    signer: str
    claimed_at: datetime | None
    """What the signer said; proves nothing."""
    stamped_at: datetime | None
    """What a time stamp proves, believed or not."""
    stamped_by: str
    level: Level | None
    """``None`` for a time stamp."""
    chain: tuple[CertificateSeen, ...]
    """From the signer upwards, as far as the file goes."""
    covers_whole_file: bool
    signed_bytes: int
    """Length of the revision that it signs."""
    signed_sha256: str
    """Of that revision."""
    certification: int | None
    """DocMDP permission 1 to 3; ``None`` for an approval."""
    locks: str
    """``all``, ``some`` or empty: the fields that it locks."""
    verdict: Verdict
    sub_indication: SubIndication | None
    qualified: str = ""
    """``person`` or ``seal``: what the certificate was qualified for when it signed, or empty."""
    trust_list: str = ""
    """Version of the trust list that knows its issuer, or empty."""
    is_list_stale: bool = False
    """Whether a newer version of that list was due at the time of verification."""


@dataclass(frozen=True)
class PageDifference:
    """A page that looks otherwise now than when it was signed."""

    page: int
    """From 1."""
    signed_bytes: int
    """The revision that was signed."""
    is_content: bool
    """Whether the page itself changed, not only a form field or a remark upon it."""
    signed_picture: bytes = field(default=b"", repr=False)
    """PNG; empty unless pictures were asked for."""
    present_picture: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Report:
    """The whole answer about a file."""

    profile: Profile
    verdict: Verdict
    sub_indication: SubIndication | None
    integrity: Integrity
    sha256: str
    size: int
    revisions: int
    signatures: tuple[SignatureReport, ...]
    findings: tuple[Finding, ...]
    """The weightiest first."""
    differences: tuple[PageDifference, ...] = ()
    names_records: tuple[str, ...] = ()
    """Ids of records for which a foreign file gives itself out; nobody vouches for them."""

    @property
    def codes(self) -> frozenset[str]:
        """Return the codes of all findings."""
        return frozenset(item.code for item in self.findings)

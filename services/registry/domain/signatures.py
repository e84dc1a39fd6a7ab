"""How the applicant signed the application, and what the office found before. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from services.registry.domain.intake import APPLICATION_FORM
from shared.errors import DomainError


class Manner(StrEnum):
    """How the applicant signed."""

    ELECTRONIC = "electronic"
    """The signature is in the file itself."""
    ON_SPOT = "on_spot"
    """He signed a print on the spot, and its scan is among the files."""


class SignedFileNotApplication(DomainError):
    """The applicant signs the application, not an attachment. Params: ``name``."""


class SignatureNotFound(DomainError):
    """A PDF that is said to be signed bears no signature. Params: ``name``."""


class FindingsMissing(DomainError):
    """A note of the preliminary check says what was found."""


@dataclass(frozen=True, slots=True)
class SignedFile:
    """The file that bears the signature, or the scan of the signed print."""

    code: str
    name: str
    found: int | None
    """Signatures found in it; ``None`` where the format lets nothing be looked for."""


def check_signature(manner: Manner, file: SignedFile) -> int | None:
    """Return how many signatures were found where the signature is said to be electronic.

    That one is there says nothing about its validity: that is judged by the controllers.

    Raises:
        SignedFileNotApplication, SignatureNotFound.

    Source:
        R13 (the applicant signs; today by electronic signature, or on a print that is
        scanned).
    """
    if file.code != APPLICATION_FORM:
        raise SignedFileNotApplication(name=file.name)
    if manner is Manner.ON_SPOT:
        return None
    if file.found == 0:
        raise SignatureNotFound(name=file.name)
    return file.found


def check_findings(text: str) -> str:
    """Return what the preliminary check found, without blanks around it.

    Raises:
        FindingsMissing.

    Source:
        R12 (an optional check before the applicant signs).
    """
    if not text.strip():
        raise FindingsMissing()
    return text.strip()

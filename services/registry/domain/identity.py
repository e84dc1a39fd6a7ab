"""Verifying who submits: method and kind of document, never its number. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.errors import DomainError


class IdentityMethod(StrEnum):
    """How the identity of the person submitting was verified."""

    DOCUMENT = "document"
    """A personal document was shown."""
    DATA_BOX = "data_box"
    """The application came from the applicant's data box."""
    ELECTRONIC_SIGNATURE = "electronic_signature"
    """The application bears the person's verified electronic signature."""


class IdentityDocument(StrEnum):
    """Kind of the personal document that was shown."""

    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    DRIVING_LICENCE = "driving_licence"
    RESIDENCE_PERMIT = "residence_permit"


class Standing(StrEnum):
    """On what ground the person submits for the applicant."""

    APPLICANT = "applicant"
    STATUTORY = "statutory"
    AUTHORISED = "authorised"


class DocumentKindMissing(DomainError):
    """A personal document was shown, but not said which kind."""


class DocumentKindUnexpected(DomainError):
    """No personal document belongs to this method. Params: ``method``."""


class IdentityCheckedBeforeArrival(DomainError):
    """The identity cannot be verified before the submission. Params: ``received_at``."""


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """The verified identity of the person submitting.

    There is no field for the number of the document: the process needs to know that the
    identity was verified and how, and what is not kept cannot leak.
    """

    method: IdentityMethod
    document: IdentityDocument | None
    standing: Standing
    checked_at: datetime


def check_identity(check: IdentityCheck, *, received_at: datetime) -> IdentityCheck:
    """Return the check when it says what it must and nothing more.

    Raises:
        DocumentKindMissing, DocumentKindUnexpected, IdentityCheckedBeforeArrival.

    Source:
        R17 (the receiver verifies the identity); Regulation (EU) 2016/679, Art. 5(1)(c)
        (data minimisation: the number of the document is not kept).
    """
    if check.method is IdentityMethod.DOCUMENT and check.document is None:
        raise DocumentKindMissing()
    if check.method is not IdentityMethod.DOCUMENT and check.document is not None:
        raise DocumentKindUnexpected(method=check.method.value)
    if check.checked_at < received_at:
        raise IdentityCheckedBeforeArrival(received_at=received_at)
    return check

"""What must happen before a document is signed, and what a correction may correct."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.documents.domain.documents import ISSUED
from shared.errors import DomainError


class NotApproved(DomainError):
    """The director has not approved the document yet. Params: ``number``."""


class ApprovalNotAwaited(DomainError):
    """The document needs no approval, or has it. Params: ``number``."""


class CorrectsUnissued(DomainError):
    """Only an issued document is corrected; others are cancelled. Params: ``number``."""


class CorrectsOtherKind(DomainError):
    """A correction is of the kind of what it corrects. Params: ``number``."""


class CorrectedAlready(DomainError):
    """A document has one living correction; mend that one. Params: ``number``, ``by``."""


class NoTranslation(DomainError):
    """A text is not translated into its own language or for a cancelled document.

    Params: ``number``.
    """


@dataclass(frozen=True)
class Corrected:
    """What is known of the document that is to be corrected."""

    id: UUID
    number: str
    kind: str
    state: str
    living_correction: str | None = None
    """Number of the correction that is not cancelled, issued or not."""


def check_approved(*, needs_approval: bool, approved_at: datetime | None, number: str) -> None:
    """Refuse to sign what the director must see first.

    Args:
        approved_at: When the director approved these bytes (aware UTC).

    Raises:
        NotApproved: the approval is missing.

    Source:
        R98: letters that no rule composes leave in the organisation's name.
    """
    if needs_approval and approved_at is None:
        raise NotApproved(number=number)


def check_approval(
    *, needs_approval: bool, approved_at: datetime | None, is_draft: bool, number: str
) -> None:
    """Refuse an approval that nobody awaits.

    Raises:
        ApprovalNotAwaited: the kind needs none, it was given, or somebody signed already.

    Source:
        R98.
    """
    if not needs_approval or approved_at is not None or not is_draft:
        raise ApprovalNotAwaited(number=number)


def check_correction(corrected: Corrected, *, kind: str) -> None:
    """Refuse a correction of what can still be cancelled, of another kind, or a second one.

    Raises:
        CorrectsUnissued, CorrectsOtherKind, CorrectedAlready: see the classes.

    Source:
        R97: a signed record is never changed; a mistake is mended by another record.
    """
    if corrected.state != ISSUED:
        raise CorrectsUnissued(number=corrected.number)
    if corrected.kind != kind:
        raise CorrectsOtherKind(number=corrected.number)
    if corrected.living_correction is not None:
        raise CorrectedAlready(number=corrected.number, by=corrected.living_correction)


def check_translation(*, language: str, original: str, is_cancelled: bool, number: str) -> None:
    """Refuse a translation into the language of the document, or of a cancelled one.

    Raises:
        NoTranslation: see there.

    Source:
        The seed: pages of the organisation are Czech, English and German; Czech decides.
    """
    if language == original or is_cancelled:
        raise NoTranslation(number=number)

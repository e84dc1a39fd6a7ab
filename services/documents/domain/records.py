"""Records as such: not there, taken, or changed meanwhile. Pure."""

from shared.errors import DomainError


class RecordUnknown(DomainError):
    """There is no such record in the organisation, or it is not for this person."""


class IdReused(DomainError):
    """The id belongs to another document already. Params: ``number``."""


class RecordChanged(DomainError):
    """Somebody else changed the record after it was shown."""


class FileNotReady(DomainError):
    """The document is not issued yet, so there is no final file. Params: ``number``."""


class RecordNotYet(DomainError):
    """The revision waits for the evidence record of the coming night. Params: ``number``."""


class FileUnsound(DomainError):
    """The stored file is not the issued document. Params: ``number``, ``code`` of the finding."""


class VerifierBusy(DomainError):
    """So many files are being verified that another one has to wait."""


class WrongState(DomainError):
    """The act is not possible now. Params: ``number``, ``state``."""


class DocumentWaitsForNobody(DomainError):
    """The document needs no more signatures. Params: ``number``, ``state``."""


class NothingPosted(DomainError):
    """No posting of that day is recorded. Params: ``day``."""


class NotDelivered(DomainError):
    """Nothing proves yet that the document was delivered. Params: ``number``."""


class PaperNotAllowed(DomainError):
    """The delivery must not leave the data box for paper. Params: ``reason``."""


class LookNotAllowed(DomainError):
    """What became of the message is known, so another look says nothing. Params: ``reason``."""


class RetryNotAllowed(DomainError):
    """Trying again would make a second message. Params: ``reason``."""


class EndNotAllowed(DomainError):
    """The document itself can still be delivered. Params: ``reason``."""


def check_version(*, shown: int | None, present: int) -> None:
    """Refuse to act on a record that has changed since it was shown.

    Args:
        shown: Version that the person saw; ``None`` when the caller names none.
        present: Version of the record now.

    Raises:
        RecordChanged.

    Source:
        R97 (every record is what its author saw); a rule of this software, not of the seed.
    """
    if shown is not None:
        check_named_version(shown=shown, present=present)


def check_named_version(*, shown: int | None, present: int) -> None:
    """Refuse an act unless its author names exactly what he saw.

    Args:
        shown: Version that the person saw.
        present: Version of the record now.

    Raises:
        RecordChanged: the record has changed since, or no version was named.

    Source:
        R97 (every record is what its author saw); a rule of this software, not of the seed.
    """
    if shown != present:
        raise RecordChanged()

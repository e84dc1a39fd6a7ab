"""Errors about records as such, whatever they hold. Pure."""

from shared.errors import DomainError


class RecordUnknown(DomainError):
    """There is no such record in the organisation. Params: ``kind``."""


class RecordChanged(DomainError):
    """Somebody changed the record after it was shown. Params: ``kind``."""


class IdReused(DomainError):
    """The id was used before for something else. Params: ``kind``."""


class AlreadyExists(DomainError):
    """A record with this mark exists already. Params: ``kind``, ``mark``."""


def check_version(kind: str, *, shown: int | None, present: int) -> None:
    """Refuse to act on a record that has changed since it was shown.

    Args:
        shown: version that the person saw; ``None`` when the caller names none.

    Raises:
        RecordChanged.

    Source:
        R97 (every record is what its author saw); a rule of this software, not of the seed.
    """
    if shown is not None and shown != present:
        raise RecordChanged(kind=kind)


def check_named_version(kind: str, *, shown: int | None, present: int) -> None:
    """Refuse an act that binds for good unless its author names exactly what he saw.

    Raises:
        RecordChanged: the record has changed since, or no version was named.

    Source:
        R97 (every record is what its author saw); a rule of this software, not of the seed.
    """
    if shown != present:
        raise RecordChanged(kind=kind)

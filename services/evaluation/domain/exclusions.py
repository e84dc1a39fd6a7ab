"""A score sheet of an evaluator whose conflict of interest came out later."""

from shared.errors import DomainError


class SheetOfConflicted(DomainError):
    """A sheet that counts is by somebody who is in conflict. Params: ``number``, ``names``."""


class NothingToExclude(DomainError):
    """The person has no closed sheet that counts, or is in no conflict. Params: ``name``."""


class ExclusionWithoutReason(DomainError):
    """The director excluded a sheet without saying why."""


def check_exclusion(*, is_closed: bool, is_excluded: bool, is_conflicted: bool, reason: str) -> str:
    """Return the reason, if the sheet can be excluded.

    Only a conflict takes a sheet out of the count; nobody chooses among points.

    Raises:
        NothingToExclude, ExclusionWithoutReason: See the classes.

    Source:
        R42 (no conflict may arise), R44, R45; R52 (the sheet itself stays in the record); R100
        (every arrow is an act: who, when, why).
    """
    if not is_closed or is_excluded or not is_conflicted:
        raise NothingToExclude()
    if not reason.strip():
        raise ExclusionWithoutReason()
    return reason.strip()

"""The evaluation committee."""

from collections.abc import Sequence
from uuid import UUID

from shared.errors import DomainError

DEFAULT_COMMITTEE_SIZE = 7


class WrongCommitteeSize(DomainError):
    """The committee has more or fewer members than it must have."""


class MemberTwice(DomainError):
    """The same person is listed twice."""


def check_committee(members: Sequence[UUID], size: int = DEFAULT_COMMITTEE_SIZE) -> None:
    """Refuse a committee of another size, or with one person twice.

    Raises:
        MemberTwice: Somebody is listed twice.
        WrongCommitteeSize: There are not exactly ``size`` members.

    Source:
        R43 (7 members; the size is a setting).
    """
    repeated = sorted({str(member) for member in members if members.count(member) > 1})
    if repeated:
        raise MemberTwice(person_ids=repeated)
    if len(members) != size:
        raise WrongCommitteeSize(required=size, given=len(members))

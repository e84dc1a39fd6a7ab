"""The selection committee's meeting: one recommendation per project."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.errors import DomainError


class MeetingTooEarly(DomainError):
    """Some ex-ante check or presentation is still open."""


class MeetingAlreadyClosed(DomainError):
    """The minutes of the meeting are closed."""


class RecommendationWithoutReason(DomainError):
    """A project was recommended or refused without saying why."""


class RecommendedTwice(DomainError):
    """A project was decided twice at one meeting."""


class ProjectNotDiscussed(DomainError):
    """A project of the call has no recommendation."""


class ProjectNotInCall(DomainError):
    """A recommendation is about a project that is not before the committee."""


class RecommendationForbidden(DomainError):
    """An untrue statement found on site forbids recommending the project."""


class MemberMustRecuse(DomainError):
    """A member in conflict took part in deciding about the project."""


class TransferWithoutProjects(DomainError):
    """A transfer between fiches must name the projects it pays."""


class TransferOfUnrecommended(DomainError):
    """A transfer names a project that the committee does not recommend."""


class TransferWithinFiche(DomainError):
    """A transfer must go to another fiche."""


class NobodyPresent(DomainError):
    """The meeting has no members present."""


@dataclass(frozen=True)
class Recommendation:
    """What the committee says about one project."""

    application_id: UUID
    is_recommended: bool
    reason: str


@dataclass(frozen=True)
class Transfer:
    """The committee's proposal to pay projects of one fiche from what another left."""

    from_fiche: str
    to_fiche: str
    application_ids: tuple[UUID, ...]
    reason: str


def check_may_meet(open_onsite: Collection[str], open_presentations: Collection[str]) -> None:
    """Refuse a meeting that comes before the checks and presentations are over.

    Args:
        open_onsite: Numbers of applications whose ex-ante check is not closed.
        open_presentations: Numbers of applications not yet presented.

    Raises:
        MeetingTooEarly: With both lists.

    Source:
        R61 (after ex-ante checks and presentations the selection committee meets).
    """
    if open_onsite or open_presentations:
        raise MeetingTooEarly(
            open_onsite=sorted(open_onsite), open_presentations=sorted(open_presentations)
        )


def check_recommendation(item: Recommendation, *, is_forbidden: bool) -> None:
    """Check the recommendation of one project.

    Raises:
        RecommendationWithoutReason: The reason is empty.
        RecommendationForbidden: Recommended although the visit forbids it.

    Source:
        R62 (recommends or does not recommend, each separately), A16.
    """
    if not item.reason.strip():
        raise RecommendationWithoutReason(application_id=item.application_id)
    if item.is_recommended and is_forbidden:
        raise RecommendationForbidden(application_id=item.application_id)


def check_minutes(
    recommendations: Sequence[Recommendation],
    transfers: Sequence[Transfer],
    *,
    projects: Collection[UUID],
    present: Collection[UUID],
) -> None:
    """Check the whole meeting before its minutes are closed.

    Raises:
        NobodyPresent, RecommendedTwice, ProjectNotInCall, ProjectNotDiscussed,
        TransferWithoutProjects, TransferOfUnrecommended, TransferWithinFiche: See the
            classes.

    Source:
        R61, R62 (every project separately, no block vote), R67 (a transfer always names
        concrete projects).
    """
    if not present:
        raise NobodyPresent()
    named = [item.application_id for item in recommendations]
    if len(set(named)) != len(named):
        raise RecommendedTwice()
    foreign = set(named) - set(projects)
    if foreign:
        raise ProjectNotInCall(application_ids=sorted(map(str, foreign)))
    missing = set(projects) - set(named)
    if missing:
        raise ProjectNotDiscussed(application_ids=sorted(map(str, missing)), count=len(missing))
    recommended = {item.application_id for item in recommendations if item.is_recommended}
    for transfer in transfers:
        _check_transfer(transfer, recommended)


def _check_transfer(transfer: Transfer, recommended: Collection[UUID]) -> None:
    if not transfer.application_ids:
        raise TransferWithoutProjects(from_fiche=transfer.from_fiche, to_fiche=transfer.to_fiche)
    if transfer.from_fiche == transfer.to_fiche:
        raise TransferWithinFiche(fiche=transfer.to_fiche)
    wrong = set(transfer.application_ids) - set(recommended)
    if wrong:
        raise TransferOfUnrecommended(application_ids=sorted(map(str, wrong)))


def must_recuse(member: UUID, conflicted: Collection[UUID], voters: Collection[UUID]) -> None:
    """Refuse the vote of a member who is in conflict with the project.

    Raises:
        MemberMustRecuse: The member voted although conflicted.

    Source:
        R54 (regulation on the prevention of conflicts of interest); section 1.13 point 4
        of the process (recusal in votes); A18.
    """
    if member in conflicted and member in voters:
        raise MemberMustRecuse(person_id=member)

"""The selection committee's meeting: one recommendation per project."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.errors import DomainError


class MeetingTooEarly(DomainError):
    """Some control, score sheet, ex-ante check or presentation is still open."""


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


class NotMember(DomainError):
    """Somebody listed as present is not a member of the committee."""


class VoteCountWrong(DomainError):
    """The votes are not the number of those present who did not leave the vote."""


class VoteAgainstOutcome(DomainError):
    """The stated recommendation is not what the majority voted for."""


class VotesUnderOtherHead(DomainError):
    """Votes were taken by people, or under a chair, whom the head of the meeting does not name."""


class NobodyPresent(DomainError):
    """The meeting has no members present."""


@dataclass(frozen=True)
class Recommendation:
    """What the committee says about one project."""

    application_id: UUID
    is_recommended: bool
    reason: str


@dataclass(frozen=True)
class TakenVote:
    """Who took part when one project was voted about."""

    number: str
    voters: frozenset[UUID]
    recused: frozenset[UUID]


@dataclass(frozen=True)
class Transfer:
    """The committee's proposal to pay projects of one fiche from what another left."""

    from_fiche: str
    to_fiche: str
    application_ids: tuple[UUID, ...]
    reason: str


def check_may_meet(
    *,
    open_controls: Collection[str] = (),
    open_scores: Collection[str] = (),
    open_onsite: Collection[str] = (),
    open_presentations: Collection[str] = (),
) -> None:
    """Refuse a meeting that comes before the checks and presentations are over.

    Args:
        open_controls: Numbers of applications whose administrative control has not ended
            with a notice; the committee would leave them behind.
        open_scores: Numbers of applications without all signed score sheets.
        open_onsite: Numbers of applications whose ex-ante check is not signed.
        open_presentations: Numbers of applications not yet presented.

    Raises:
        MeetingTooEarly: With all lists.

    Source:
        R61 (after ex-ante checks and presentations the selection committee meets), R63 (it
        follows the points, so they must be there).
    """
    still_open = {*open_controls, *open_scores, *open_onsite, *open_presentations}
    if still_open:
        raise MeetingTooEarly(
            open_controls=sorted(open_controls),
            open_scores=sorted(open_scores),
            open_onsite=sorted(open_onsite),
            open_presentations=sorted(open_presentations),
            numbers=sorted(still_open),
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


def check_vote(
    is_recommended: bool, *, in_favour: int, against: int, abstained: int, voters: int
) -> None:
    """Check the count of the vote about one project.

    Raises:
        VoteCountWrong: The votes are not exactly those of the voters.
        VoteAgainstOutcome: "Recommended" without a majority of voters, or the reverse.

    Source:
        R62 (each project separately); A18 (majority: more than half of those voting).
    """
    if min(in_favour, against, abstained) < 0 or in_favour + against + abstained != voters:
        raise VoteCountWrong(voters=voters)
    if is_recommended != (in_favour * 2 > voters):
        raise VoteAgainstOutcome(in_favour=in_favour, voters=voters)


def is_under_head(vote: TakenVote, *, present: Collection[UUID], chair: UUID) -> bool:
    """Tell whether a recorded vote can have been taken under a head of the meeting.

    Everybody who took part was present, and the chair took part in it, or left it because of
    a conflict. Who came later may be added.

    Source:
        R61, R62 (the committee that meets is the one that recommends), A18.
    """
    took_part = vote.voters | vote.recused
    return took_part <= set(present) and chair in took_part


def check_head(votes: Iterable[TakenVote], *, present: Collection[UUID], chair: UUID) -> None:
    """Refuse a head of the meeting under which the recorded votes cannot have been taken.

    Raises:
        VotesUnderOtherHead: With the numbers of the projects to vote about again.

    Source:
        As in :func:`is_under_head`.
    """
    wrong = [vote.number for vote in votes if not is_under_head(vote, present=present, chair=chair)]
    if wrong:
        raise VotesUnderOtherHead(numbers=sorted(wrong))


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

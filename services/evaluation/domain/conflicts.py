"""Conflicts of interest: who may evaluate which project, and why not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from uuid import UUID

from shared.errors import DomainError


class LinkType(StrEnum):
    """How a person is tied to an applicant or to a project."""

    OWN_APPLICATION = "own_application"
    STATUTORY_BODY = "statutory_body"
    MEMBER = "member"
    EMPLOYEE = "employee"
    VOLUNTEER = "volunteer"
    OWNER = "owner"
    REPRESENTATIVE = "representative"
    FOUNDER = "founder"
    HELPED_PREPARE = "helped_prepare"
    FAMILY = "family"
    RESIDENCE = "residence"
    SUPPLIER = "supplier"
    SELF_DECLARED = "self_declared"
    COMMITTEE_DECISION = "committee_decision"


class LinkSource(StrEnum):
    """Where the knowledge of a link comes from."""

    DECLARATION = "declaration"
    REGISTER = "register"
    OWN_APPLICATION = "own_application"
    THIRD_PERSON = "third_person"


class Rule(IntEnum):
    """Which rule forbids the evaluation."""

    OWN_PROJECT = 0
    SAME_FICHE = 1
    MUNICIPALITIES = 2


class LinkWithoutTarget(DomainError):
    """A link must name exactly one of: applicant, project, municipality."""


class LinkPeriodReversed(DomainError):
    """The link ends before it begins."""


class LinkEndTooEarly(DomainError):
    """A link cannot end before the day on which it was written down. Params: ``earliest``."""


class EndWithoutEvidence(DomainError):
    """Nothing was said that proves the end of a link."""


class OwnLink(DomainError):
    """Nobody ends or changes a link of her own."""


@dataclass(frozen=True)
class Party:
    """An applicant or a founder, known by a stable key (identification number or id)."""

    key: str
    kind: str


@dataclass(frozen=True)
class Project:
    """The facts of an application that conflicts depend on."""

    application_id: UUID
    fiche: str
    applicant: Party
    founders: tuple[Party, ...] = ()
    seat_municipality: str | None = None


@dataclass(frozen=True)
class Link:
    """A tie between a person and an applicant, a project or a municipality of residence."""

    link_id: UUID
    person_id: UUID
    type: LinkType
    source: LinkSource
    party_key: str | None = None
    application_id: UUID | None = None
    municipality: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the link exists on a Prague calendar day, both ends included."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class ConflictSettings:
    """What counts (A10, A11). Each default is the safe side."""

    applicant_types: frozenset[LinkType] = frozenset(
        {
            LinkType.OWN_APPLICATION,
            LinkType.STATUTORY_BODY,
            LinkType.MEMBER,
            LinkType.EMPLOYEE,
            LinkType.VOLUNTEER,
            LinkType.OWNER,
            LinkType.REPRESENTATIVE,
            LinkType.FOUNDER,
            LinkType.FAMILY,
        }
    )
    """Links that make the person count as an applicant in rule 1."""
    representative_types: frozenset[LinkType] = frozenset(
        {
            LinkType.OWN_APPLICATION,
            LinkType.STATUTORY_BODY,
            LinkType.MEMBER,
            LinkType.EMPLOYEE,
            LinkType.REPRESENTATIVE,
            LinkType.FOUNDER,
        }
    )
    """Links that make the person a representative of a municipality in rule 2."""
    municipal_kinds: frozenset[str] = frozenset({"municipality", "municipal_body"})
    """Kinds of party that rule 2 treats as a municipality."""


DEFAULT_SETTINGS = ConflictSettings()


@dataclass(frozen=True)
class ConflictReason:
    """Why one person may not evaluate one project."""

    rule: Rule
    link: Link
    because_of: Project
    """The application the person is tied to. In rule 0 it is the project itself."""


@dataclass(frozen=True)
class Eligible:
    """Nothing known stands against the evaluation."""

    is_eligible = True
    reasons: tuple[ConflictReason, ...] = ()


@dataclass(frozen=True)
class Conflicted:
    """The evaluation is forbidden, for at least one reason."""

    reasons: tuple[ConflictReason, ...]
    is_eligible = False


Eligibility = Eligible | Conflicted


def check_link(link: Link) -> None:
    """Refuse a link that says nothing or cannot be.

    Raises:
        LinkWithoutTarget: It names none, or more than one, of applicant, project and
            municipality.
        LinkPeriodReversed: It ends before it begins.

    Source:
        R42-R45 and section 2.4 of the process (each link has a source and a period).
    """
    targets = (link.party_key, link.application_id, link.municipality)
    if sum(target is not None for target in targets) != 1:
        raise LinkWithoutTarget(link_type=link.type.value)
    if link.valid_from and link.valid_to and link.valid_to < link.valid_from:
        raise LinkPeriodReversed(valid_from=link.valid_from, valid_to=link.valid_to)


def check_end(
    link: Link, valid_to: date, *, recorded_on: date, evidence: str, by: UUID | None
) -> str:
    """Return the evidence, if the end of a link can be written down.

    What was known when people were assigned by it cannot be made unknown afterwards.

    Raises:
        OwnLink, EndWithoutEvidence, LinkEndTooEarly: See the classes.

    Source:
        R42-R45 and section 2.4 of the process (each link has a source and a period).
    """
    if by == link.person_id:
        raise OwnLink()
    if not evidence.strip():
        raise EndWithoutEvidence()
    if valid_to < recorded_on:
        raise LinkEndTooEarly(earliest=recorded_on, valid_to=valid_to)
    return evidence.strip()


def is_municipal(project: Project, settings: ConflictSettings = DEFAULT_SETTINGS) -> bool:
    """Tell whether the applicant is a municipality or an organisation founded by one.

    Source:
        R45 with A11 (default class: the municipality including its organisations).
    """
    parties = (project.applicant, *project.founders)
    return any(party.kind in settings.municipal_kinds for party in parties)


def reaches_further(link: Link, settings: ConflictSettings = DEFAULT_SETTINGS) -> bool:
    """Tell whether the link can forbid other projects than the one it leads to.

    Source:
        R44, R45 with A10 and A11: only an applicant or a representative is kept from others.
    """
    return link.type in settings.applicant_types | settings.representative_types


def eligibility(
    person_id: UUID,
    project: Project,
    *,
    projects: Sequence[Project],
    links: Iterable[Link],
    on: date,
    settings: ConflictSettings = DEFAULT_SETTINGS,
) -> Eligibility:
    """Say whether a person may evaluate a project, with every reason if not.

    Args:
        person_id: The evaluator.
        project: The project to be evaluated.
        projects: Every application of the call, whatever became of it: who applied has
            applied, even if the application failed or was withdrawn.
        links: Known links, of anybody.
        on: The Prague calendar day of the decision.
        settings: What counts as being an applicant, a representative, a municipality.

    Source:
        R44 (rule 1: an applicant does not evaluate the fiche he applied in), R45 (rule 2:
        a municipality's representative evaluates no municipality's project in any fiche),
        A12 (rule 0: never a project one is tied to).
    """
    return _judge(project, _ties_of(person_id, projects, links, on), settings)


def matrix(
    people: Sequence[UUID],
    projects: Sequence[Project],
    *,
    links: Sequence[Link],
    on: date,
    judged: Sequence[Project] | None = None,
    settings: ConflictSettings = DEFAULT_SETTINGS,
) -> dict[tuple[UUID, UUID], Eligibility]:
    """Say for every person and every project whether the person may evaluate it.

    Args:
        people: The evaluators.
        projects: Every application of the call; to judge a few, those few and all to which a
            link that ``reaches_further`` leads are enough.
        links: Known links, of anybody.
        on: The Prague calendar day of the decision.
        judged: The projects to be judged; every one if left out.
        settings: As in ``eligibility``.

    Returns:
        Keys are (person id, application id).

    Source:
        R42-R45: the director needs the whole picture to assign without a conflict.
    """
    found: dict[tuple[UUID, UUID], Eligibility] = {}
    for person in people:
        # What a person is tied to is the same for every project; looked up once for all of them.
        tied = _ties_of(person, projects, links, on)
        for project in projects if judged is None else judged:
            found[person, project.application_id] = _judge(project, tied, settings)
    return found


Tied = list[tuple[Link, list[Project]]]
"""Links of one person, each with the applications that it leads to."""


def _ties_of(person_id: UUID, projects: Sequence[Project], links: Iterable[Link], on: date) -> Tied:
    return [
        (link, [project for project in projects if _ties(link, project)])
        for link in links
        if link.person_id == person_id and link.holds_on(on)
    ]


def _judge(project: Project, ties: Tied, settings: ConflictSettings) -> Eligibility:
    reasons: list[ConflictReason] = []
    for link, tied in ties:
        if _ties(link, project):
            reasons.append(ConflictReason(Rule.OWN_PROJECT, link, project))
        reasons += [
            ConflictReason(rule, link, other)
            for other in tied
            if other.application_id != project.application_id
            for rule in _rules_by_application(link, other, project, settings)
        ]
    return Conflicted(_ordered(reasons)) if reasons else Eligible()


def _ties(link: Link, project: Project) -> bool:
    """Tell whether the link leads to this project, its applicant or the applicant's founder."""
    if link.application_id is not None:
        return link.application_id == project.application_id
    if link.municipality is not None:
        return link.municipality == project.seat_municipality
    keys = {project.applicant.key, *(founder.key for founder in project.founders)}
    return link.party_key in keys


def _rules_by_application(
    link: Link, other: Project, project: Project, settings: ConflictSettings
) -> list[Rule]:
    """Return the rules by which a tie to ``other`` forbids evaluating ``project``."""
    rules = []
    if link.type in settings.applicant_types and other.fiche == project.fiche:
        rules.append(Rule.SAME_FICHE)
    represents = link.type in settings.representative_types and is_municipal(other, settings)
    if represents and is_municipal(project, settings):
        rules.append(Rule.MUNICIPALITIES)
    return rules


def _ordered(reasons: list[ConflictReason]) -> tuple[ConflictReason, ...]:
    """Return the reasons in one order, whatever the order of the links was."""
    return tuple(
        sorted(
            reasons,
            key=lambda r: (r.rule, str(r.link.link_id), str(r.because_of.application_id)),
        )
    )

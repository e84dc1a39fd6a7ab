"""Committee, declarations of interest, links, and who may evaluate what (R42-R45)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from services.evaluation.domain import committee as committee_rules
from services.evaluation.domain import conflicts
from services.evaluation.domain.assignments import check_removal
from services.evaluation.domain.conflicts import Eligibility, Link, LinkSource, Party, Project
from services.evaluation.models import (
    Assignment,
    Call,
    Case,
    CommitteeMember,
    Declaration,
    InterestLink,
    LinkChange,
)
from shared.calendar_cz import prague_day
from shared.contracts.registry import ApplicantView

from .acting import Acting, People, choose
from .cases import cases_of, check_seen, get_case, lock_call, trace
from .errors import CommitteeMissing, IdTaken, NoSuchRow


@dataclass(frozen=True)
class LinkInput:
    """A link as somebody reports it."""

    id: UUID
    type: conflicts.LinkType
    source: LinkSource
    party_key: str | None = None
    party_name: str = ""
    application_id: UUID | None = None
    municipality: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    evidence: str = ""


def project_of(case: Case) -> Project:
    """Return the facts of a case that conflicts depend on."""
    applicant = case.applicant
    founders = (Party(applicant.founder_ic, "municipality"),) if applicant.founder_ic else ()
    return Project(
        application_id=case.id,
        fiche=case.fiche,
        applicant=Party(_key_of(applicant), applicant.kind),
        founders=founders,
        seat_municipality=applicant.municipality,
    )


def party_key(case: Case) -> str:
    """Return the applicant's stable key: the IČO, or registry's id of a natural person."""
    return _key_of(case.applicant)


def _key_of(applicant: ApplicantView) -> str:
    return applicant.ic or str(applicant.id)


def committee_of(session: Session, call: Call) -> list[CommitteeMember]:
    """Return the members of the call's committee by name."""
    query = select(CommitteeMember).where(CommitteeMember.call_id == call.id)
    return list(session.scalars(query.order_by(CommitteeMember.name, CommitteeMember.id)))


def set_committee(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    member_ids: Sequence[UUID],
    people: People,
    version: int | None,
) -> list[CommitteeMember]:
    """Set the evaluation committee of a call (R43).

    Raises:
        WrongCommitteeSize, MemberTwice, MissingRole, UnknownPerson: See the classes.
        EvaluatorHasScored: A member to be removed already has projects.
        StaleVersion: Somebody else has set the committee since it was shown.
    """
    call = lock_call(session, acting.organisation_id, call_id)
    check_seen(call.committee_version, version)
    committee_rules.check_committee(member_ids, call.rules["committee_size"])
    members = choose(people, member_ids, "evaluator")
    removed = {member.person_id for member in committee_of(session, call)} - set(member_ids)
    busy = select(Assignment.evaluator_id).join(Case, Case.id == Assignment.case_id)
    check_removal(removed, set(session.scalars(busy.where(Case.call_id == call.id))))
    call.committee_version += 1
    session.execute(delete(CommitteeMember).where(CommitteeMember.call_id == call.id))
    session.add_all(
        CommitteeMember(
            organisation_id=call.organisation_id,
            call_id=call.id,
            person_id=person.id,
            name=person.name,
            function=person.function,
        )
        for person in members
    )
    session.flush()
    trace(
        session,
        acting,
        "set_committee",
        call,
        {"members": [str(m) for m in member_ids]},
    )
    return committee_of(session, call)


def declarations_of(session: Session, call: Call) -> dict[UUID, Declaration]:
    """Return the declarations of interest for a call by person."""
    query = select(Declaration).where(Declaration.call_id == call.id)
    return {row.person_id: row for row in session.scalars(query)}


def add_link(
    session: Session, *, acting: Acting, person_id: UUID, people: People, link: LinkInput
) -> InterestLink:
    """Record a tie of a person that became known (R42).

    The same id with the same facts again returns the same link.

    Raises:
        UnknownPerson, LinkWithoutTarget, LinkPeriodReversed, IdTaken: See the classes.
    """
    person = people.get(person_id)
    if person is None:
        raise NoSuchRow(id=person_id)
    return store_link(session, acting, person.id, person.name, link)


def store_link(
    session: Session, acting: Acting, person_id: UUID, name: str, link: LinkInput
) -> InterestLink:
    """Keep a link of a person; the same id with the same facts again returns the same link.

    Raises:
        LinkWithoutTarget, LinkPeriodReversed, IdTaken: See the classes.
    """
    old = session.get(InterestLink, link.id)
    if old is not None:
        is_same = old.organisation_id == acting.organisation_id and old.person_id == person_id
        if not is_same or _facts(old) != _facts(link):
            raise IdTaken(id=link.id)
        return old
    if link.application_id is not None:
        get_case(session, acting.organisation_id, link.application_id)
    row = InterestLink(
        id=link.id,
        organisation_id=acting.organisation_id,
        person_id=person_id,
        person_name=name,
        type=link.type.value,
        source=link.source.value,
        party_key=link.party_key or None,
        party_name=link.party_name,
        application_id=link.application_id,
        municipality=link.municipality or None,
        valid_from=link.valid_from,
        valid_to=link.valid_to,
        evidence=link.evidence,
        recorded_at=acting.now,
        recorded_by=acting.actor.name,
    )
    conflicts.check_link(row.value)
    session.add(row)
    session.flush()
    trace(session, acting, "add_link", row, {"type": row.type})
    return row


def _facts(link: InterestLink | LinkInput) -> tuple[object, ...]:
    """Return what is said by a link, to tell a repeated request from another tie."""
    return (
        str(link.type),
        str(link.source),
        link.party_key or None,
        link.application_id,
        link.municipality or None,
        link.valid_from,
        link.valid_to,
        link.evidence,
    )


def end_link(
    session: Session, *, acting: Acting, link_id: UUID, valid_to: date, evidence: str
) -> InterestLink:
    """Say on which day a link ended, and what proves it; each change stays in the record.

    Raises:
        NoSuchRow, OwnLink, EndWithoutEvidence, LinkEndTooEarly, LinkPeriodReversed: See the
            classes.
    """
    query = select(InterestLink).where(
        InterestLink.id == link_id, InterestLink.organisation_id == acting.organisation_id
    )
    link = session.scalars(query.with_for_update()).first()
    if link is None:
        raise NoSuchRow(id=link_id)
    proof = conflicts.check_end(
        link.value,
        valid_to,
        recorded_on=prague_day(link.recorded_at),
        evidence=evidence,
        by=acting.actor.person_id,
    )
    before, link.valid_to = link.valid_to, valid_to
    conflicts.check_link(link.value)
    session.add(
        LinkChange(
            organisation_id=link.organisation_id,
            link_id=link.id,
            old_valid_to=before,
            new_valid_to=valid_to,
            evidence=proof,
            changed_at=acting.now,
            changed_by=acting.actor.name,
        )
    )
    details = {
        "valid_to": valid_to.isoformat(),
        "before": before.isoformat() if before else None,
        "evidence": proof,
    }
    trace(session, acting, "end_link", link, details)
    return link


def changes_of_links(session: Session, keys: Collection[UUID]) -> dict[UUID, list[LinkChange]]:
    """Return the changes of the links by link, the oldest first."""
    query = select(LinkChange).where(LinkChange.link_id.in_(keys))
    found: dict[UUID, list[LinkChange]] = {}
    for change in session.scalars(query.order_by(LinkChange.changed_at, LinkChange.id)):
        found.setdefault(change.link_id, []).append(change)
    return found


def links_of(session: Session, organisation_id: UUID) -> list[InterestLink]:
    """Return the register of interests, by person."""
    query = select(InterestLink).where(InterestLink.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(InterestLink.person_name, InterestLink.id)))


@dataclass(frozen=True)
class ConflictPicture:
    """Who may evaluate which project of a call, and why not."""

    call: Call
    cases: list[Case]
    """The judged ones."""
    members: list[CommitteeMember]
    declared: dict[UUID, Declaration]
    """The signed declarations by person."""
    case_by_id: dict[UUID, Case]
    """The judged cases, and those that reasons can name."""
    matrix: dict[tuple[UUID, UUID], Eligibility]

    def verdict(self, person_id: UUID, case_id: UUID) -> Eligibility:
        """Return what the rules say about one pair."""
        return self.matrix[person_id, case_id]

    def conflicted(self, case_id: UUID) -> list[CommitteeMember]:
        """Return the members who may not decide about a project."""
        return [m for m in self.members if not self.matrix[m.person_id, case_id].is_eligible]


def conflict_picture(
    session: Session, call: Call, on: date, cases: Sequence[Case] | None = None
) -> ConflictPicture:
    """Apply the conflict rules to the whole committee and to applications of a call.

    Args:
        call: The call.
        on: The day of the decision.
        cases: The applications to judge; all of the call if left out. The rules see the others
            too, as far as a member is tied to them.
    """
    members = committee_of(session, call)
    people = [member.person_id for member in members]
    mine = select(InterestLink).where(
        InterestLink.organisation_id == call.organisation_id, InterestLink.person_id.in_(people)
    )
    values = [link.value for link in session.scalars(mine.order_by(InterestLink.id))]
    judged = list(session.scalars(cases_of(call))) if cases is None else list(cases)
    known = {case.id: case for case in judged}
    if cases is not None:
        known |= {case.id: case for case in _tied(session, call, values)}
    projects = {case.id: project_of(case) for case in known.values()}
    return ConflictPicture(
        call=call,
        cases=judged,
        members=members,
        declared={
            person_id: declaration
            for person_id, declaration in declarations_of(session, call).items()
            if declaration.signed_at is not None
        },
        case_by_id=known,
        matrix=conflicts.matrix(
            people,
            list(projects.values()),
            links=values,
            on=on,
            judged=[projects[case.id] for case in judged],
        ),
    )


def _tied(session: Session, call: Call, links: Sequence[Link]) -> Sequence[Case]:
    """Return the applications of the call that count for other ones too."""
    far = [link for link in links if conflicts.reaches_further(link)]
    keys = {link.party_key for link in far if link.party_key}
    applicant = Case.facts["applicant"]
    places = [
        (applicant["ic"].as_string(), keys),
        (applicant["id"].as_string(), keys),
        (applicant["founder_ic"].as_string(), keys),
        (applicant["municipality"].as_string(), {link.municipality for link in far} - {None}),
        (Case.id, {link.application_id for link in far} - {None}),
    ]
    leads = [column.in_(wanted) for column, wanted in places if wanted]
    return session.scalars(cases_of(call).where(or_(*leads))).all() if leads else []


def require_committee(session: Session, call: Call) -> list[CommitteeMember]:
    """Return the committee, which must have been set.

    Raises:
        CommitteeMissing: It was not.
    """
    members = committee_of(session, call)
    if not members:
        raise CommitteeMissing(number=call.number)
    return members

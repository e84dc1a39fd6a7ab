"""People of the organisation, their roles, delegations and the members who get mail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from sqlalchemy import select

from services.registry.domain.accounts import (
    EmailByDirector,
    LoginUnusable,
    check_email,
    check_password,
    normalise_login,
)
from services.registry.domain.delegations import (
    NotEntitled,
    check_new_delegation,
    check_revocation,
)
from services.registry.domain.records import AlreadyExists
from services.registry.domain.roles import (
    DECIDING_ROLES,
    Act,
    Role,
    check_director_remains,
    check_role_change,
    parse_roles,
)
from services.registry.models import DelegationRow, Member, Person
from services.registry.service.loading import lock_organisation, own, person_of
from services.registry.service.notices import EMAIL_CHANGED, OWN_ROLES_CHANGED, tell_person
from services.registry.service.password_links import ask_link, choose_password, forget_password
from services.registry.service.passwords import keep_password, password_of
from services.registry.service.sign_in import end_every_session
from services.registry.service.work import Work, delegation_of
from shared.clock import SystemClock


@dataclass(frozen=True)
class PersonFacts:
    """What is said about a person."""

    name: str
    function: str
    email: str | None
    roles: tuple[str, ...]


def add_person(
    work: Work, person_id: UUID, facts: PersonFacts, *, login: str, password: str
) -> Person:
    """Give a person an account.

    Raises:
        NotEntitled, InvalidLogin, PasswordTooShort, LoginUnusable, UnknownRole, IdReused,
        DecidingRolesByDirector.
    """
    work.entitled(Act.MANAGE_PEOPLE)
    name = normalise_login(login)
    if not work.creates(person_id, "person", (name, facts)):
        return person_of(work, person_id)
    check_password(password, login=name)
    roles = parse_roles(facts.roles)
    check_role_change(changer=_own_roles(work), is_own=False, before=(), after=roles)
    if work.session.scalar(select(Person.id).where(Person.login == name)):
        # Whose it is stays unsaid: it may belong to another organisation.
        raise LoginUnusable()
    person = Person(
        id=person_id,
        organisation_id=work.organisation_id,
        login=name,
        name=facts.name,
        function=facts.function,
        email=check_email(facts.email) if facts.email else None,
        roles=_sorted(roles),
        created_at=work.now,
    )
    work.session.add(person)
    work.session.flush()
    # A person acts: entitled() knows nobody else.
    keep_password(work.session, person, password, set_by=cast(UUID, work.actor.person_id))
    work.audit("add_person", ("person", person_id), roles=person.roles)
    return person


def change_person(
    work: Work, person_id: UUID, facts: PersonFacts, *, is_active: bool, version: int | None
) -> Person:
    """Change what is said about a person, his roles, or whether he may sign in.

    Sessions end when roles are lost or the account is closed, so that it counts everywhere.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, UnknownRole, LastDirector, InvalidEmail,
        OwnRoles, DecidingRolesByDirector, EmailByDirector, PersonWithoutEmail.
    """
    lock_organisation(work)
    work.entitled(Act.MANAGE_PEOPLE)
    person = person_of(work, person_id, version)
    before = parse_roles(person.roles) if person.is_active else frozenset()
    roles = parse_roles(facts.roles)
    after = roles if is_active else frozenset()
    is_own = person_id == work.actor.person_id
    check_role_change(changer=_own_roles(work), is_own=is_own, before=before, after=after)
    _keep_a_director(work, person, after)
    person.name, person.function = facts.name, facts.function
    _change_email(work, person, facts.email)
    person.roles, person.is_active = _sorted(roles), is_active
    if before - after or not is_active:
        end_every_session(work.session, person.id, SystemClock().now())
    if (after - before) & DECIDING_ROLES:
        _have_own_password(work, person)
    if is_own and before != after:
        _tell_other_directors(work, person)
    work.audit(
        "change_person",
        ("person", person.id),
        roles=person.roles,
        former_roles=_sorted(before),
        is_active=is_active,
    )
    return person


def set_password(work: Work, person_id: UUID, password: str) -> None:
    """Set one's own password; nobody sets that of somebody else.

    Raises:
        NotEntitled, RecordUnknown, PasswordTooShort, PasswordTooLong, PasswordGuessable.
    """
    person = person_of(work, person_id)
    if person_id != work.actor.person_id:
        raise NotEntitled(act="set_password", roles=())
    choose_password(work.session, person, password)
    work.audit("set_password", ("person", person.id))


def send_password_link(work: Work, person_id: UUID) -> None:
    """Send a person a link with which only he sets a new password.

    Raises:
        NotEntitled, RecordUnknown, PersonWithoutEmail.
    """
    work.entitled(Act.MANAGE_PEOPLE)
    person = person_of(work, person_id)
    ask_link(work, person)


def people(work: Work, role: str | None = None) -> list[Person]:
    """Return by name the people who may sign in; with a role only those who have it."""
    query = select(Person).where(Person.organisation_id == work.organisation_id, Person.is_active)
    found = work.session.scalars(query.order_by(Person.name, Person.id))
    return [person for person in found if role is None or role in person.roles]


def names(work: Work, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of people of the organisation."""
    mine = Person.organisation_id == work.organisation_id
    query = select(Person.id, Person.name).where(mine, Person.id.in_(person_ids))
    return {key: name for key, name in work.session.execute(query)}


@dataclass(frozen=True)
class DelegationFacts:
    """Who may do what, and when."""

    act: str
    delegate_id: UUID
    valid_from: date
    valid_to: date


def delegate(work: Work, delegation_id: UUID, facts: DelegationFacts) -> DelegationRow:
    """Let a person do one act in a period (R14, A2).

    Raises:
        NotEntitled, RecordUnknown (delegate), ActNotDelegable, DelegationToOneself,
        DelegationEndsBeforeItStarts, DelegationInThePast, IdReused.
    """
    work.entitled(Act.DELEGATE)
    if not work.creates(delegation_id, "delegation", facts):
        return own(work, DelegationRow, delegation_id)
    delegator_id = work.actor.person_id or UUID(int=0)
    person_of(work, facts.delegate_id)
    check_new_delegation(
        Act(facts.act),
        delegator_id=delegator_id,
        delegate_id=facts.delegate_id,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        today=work.today,
    )
    row = DelegationRow(
        id=delegation_id,
        organisation_id=work.organisation_id,
        act=facts.act,
        delegator_id=delegator_id,
        delegate_id=facts.delegate_id,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        given_at=work.now,
    )
    work.session.add(row)
    work.audit("delegate", ("delegation", row.id), act_code=facts.act, to=facts.delegate_id)
    return row


def revoke_delegation(work: Work, delegation_id: UUID) -> DelegationRow:
    """Take a delegation back, from today on.

    Raises:
        NotEntitled, RecordUnknown, DelegationAlreadyRevoked.
    """
    work.entitled(Act.DELEGATE)
    row = own(work, DelegationRow, delegation_id)
    check_revocation(delegation_of(row))
    row.revoked_on = work.today
    work.audit("revoke_delegation", ("delegation", row.id))
    return row


def delegations(work: Work) -> list[DelegationRow]:
    """Return every delegation, the newest first."""
    query = select(DelegationRow).where(DelegationRow.organisation_id == work.organisation_id)
    return list(
        work.session.scalars(query.order_by(DelegationRow.given_at.desc(), DelegationRow.id))
    )


def put_member(
    work: Work, member_id: UUID, *, name: str, email: str, is_active: bool = True
) -> Member:
    """Add a member of the MAS, or change one (R6).

    Raises:
        NotEntitled, InvalidEmail, AlreadyExists (e-mail), RecordUnknown (foreign id).
    """
    work.entitled(Act.MANAGE_PEOPLE)
    address = check_email(email)
    same = select(Member.id).where(
        Member.organisation_id == work.organisation_id,
        Member.email == address,
        Member.id != member_id,
    )
    if work.session.scalar(same):
        raise AlreadyExists(kind="Member", mark=address)
    if work.session.get(Member, member_id) is None:
        member = Member(id=member_id, organisation_id=work.organisation_id, created_at=work.now)
        work.session.add(member)
    else:
        member = own(work, Member, member_id)
    member.name, member.email, member.is_active = name, address, is_active
    work.audit("put_member", ("member", member_id), is_active=is_active)
    return member


def set_member_active(work: Work, member_id: UUID, *, is_active: bool) -> Member:
    """Stop or resume telling a member about calls.

    Raises:
        NotEntitled, RecordUnknown.
    """
    member = own(work, Member, member_id)
    return put_member(work, member_id, name=member.name, email=member.email, is_active=is_active)


def members(work: Work, *, every: bool = False) -> list[Member]:
    """Return the members by name."""
    query = select(Member).where(Member.organisation_id == work.organisation_id)
    if not every:
        query = query.where(Member.is_active)
    return list(work.session.scalars(query.order_by(Member.name, Member.id)))


def _sorted(roles: Collection[Role]) -> list[str]:
    return sorted(role.value for role in roles)


def _own_roles(work: Work) -> frozenset[Role]:
    """Return the roles of the acting person as they are now; a token may be some minutes old."""
    person = work.session.get(Person, work.actor.person_id) if work.actor.person_id else None
    return parse_roles(person.roles) if person is not None else frozenset()


def _change_email(work: Work, person: Person, email: str | None) -> None:
    """Change the e-mail; the former one hears of it, for links with new passwords went there."""
    former, present = person.email, check_email(email) if email else None
    if former == present:
        return
    is_own = person.id == work.actor.person_id
    decides = bool(DECIDING_ROLES & parse_roles(person.roles))
    if (former or decides) and not is_own and Role.DIRECTOR not in _own_roles(work):
        raise EmailByDirector()
    person.email = present
    if former:
        tell_person(work, former, EMAIL_CHANGED, name=person.name, by=work.actor.name)


def _have_own_password(work: Work, person: Person) -> None:
    """Let nobody else know the password of a person who is to decide.

    The director may give a first password to those whom she appoints; one that the operator
    gave counts no longer, and the person gets a link instead.
    """
    password = password_of(work.session, person.id)
    if password is not None and password.set_by not in (person.id, work.actor.person_id):
        ask_link(work, person)
        forget_password(work.session, person)


def _tell_other_directors(work: Work, person: Person) -> None:
    for other in people(work, Role.DIRECTOR.value):
        if other.id != person.id and other.email:
            roles = ", ".join(person.roles) or "-"
            tell_person(work, other.email, OWN_ROLES_CHANGED, name=person.name, roles=roles)


def _keep_a_director(work: Work, person: Person, roles: Collection[Role]) -> None:
    others = [other for other in people(work, Role.DIRECTOR.value) if other.id != person.id]
    was_director = person.is_active and Role.DIRECTOR.value in person.roles
    if was_director and Role.DIRECTOR not in roles:
        check_director_remains(directors_left=len(others))

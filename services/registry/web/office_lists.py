"""Lists of calls, people, delegations and members: their columns and filters."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, Select, String, and_, cast, select
from sqlalchemy.orm import lazyload

from services.registry.domain.states import CallState
from services.registry.models import Call, DelegationRow, Member, Person, ResultsRow
from services.registry.service.work import Work
from services.registry.web.words import ACTS, CALL_STATES
from shared.web.role_words import ROLES
from shared.web.tables import Column, Filter, Listing, text_search

DECIDED = "decided"
ACTIVE, ENDED = "active", "ended"


def _call_is(code: str) -> ColumnElement[bool]:
    """Tell a call by the state under which people know it."""
    is_decided = Call.id.in_(select(ResultsRow.call_id))
    return is_decided if code == DECIDED else and_(Call.state == code, ~is_decided)


CALLS = Listing(
    columns=(
        Column("number", N_("Výzva"), Call.number),
        Column("state", N_("Stav"), Call.state),
        Column("published", N_("Vyhlášena"), Call.published_at),
        Column("closes", N_("Příjem do"), Call.closes_at),
        Column("amount", N_("Částka"), Call.approved_amount, "right"),
    ),
    default_sort="-number",
    tie=Call.id,
    filters=(
        Filter(
            "state",
            N_("Stav"),
            _call_is,
            [(code, word) for code, (word, _tone) in CALL_STATES.items() if code != "discarded"],
        ),
        text_search(Call.title),
    ),
)
PEOPLE = Listing(
    columns=(
        Column("name", N_("Jméno"), Person.name),
        Column("function", N_("Funkce"), Person.function),
        Column("roles", N_("Role")),
        Column("login", N_("Přihlašovací jméno"), Person.login),
        Column("state", N_("Stav"), Person.is_active),
    ),
    default_sort="name",
    tie=Person.id,
    filters=(
        Filter(
            "role",
            N_("Role"),
            lambda role: cast(Person.roles, String).contains(f'"{role}"'),
            list(ROLES.items()),
        ),
        Filter(
            "state",
            N_("Stav"),
            lambda code: Person.is_active.is_(code == ACTIVE),
            [(ACTIVE, N_("smí se přihlásit")), (ENDED, N_("účet uzavřen"))],
        ),
        text_search(Person.name, Person.function, Person.login),
    ),
)
MEMBERS = Listing(
    columns=(
        Column("name", N_("Člen"), Member.name),
        Column("email", N_("E-mail"), Member.email),
        Column("state", N_("Oznámení"), Member.is_active),
    ),
    default_sort="name",
    tie=Member.id,
    filters=(
        Filter(
            "state",
            N_("Oznámení"),
            lambda code: Member.is_active.is_(code == ACTIVE),
            [(ACTIVE, N_("dostává")), (ENDED, N_("nedostává"))],
        ),
        text_search(Member.name, Member.email),
    ),
)


def delegation_list(today: date) -> Listing:
    """Return how delegations may be looked at on the day."""
    lives = and_(DelegationRow.revoked_on.is_(None), DelegationRow.valid_to >= today)
    return Listing(
        columns=(
            Column("who", N_("Kdo"), Person.name),
            Column("act", N_("Co smí"), DelegationRow.act),
            Column("from", N_("Od"), DelegationRow.valid_from),
            Column("to", N_("Do"), DelegationRow.valid_to),
            Column("state", N_("Stav")),
        ),
        default_sort="-from",
        tie=(DelegationRow.given_at.desc(), DelegationRow.id),
        filters=(
            # Not "act": the form below the list has a field of that name.
            Filter("what", N_("Co smí"), lambda act: DelegationRow.act == act, list(ACTS.items())),
            Filter(
                "state",
                N_("Stav"),
                lambda code: lives if code == ACTIVE else ~lives,
                [(ACTIVE, N_("platí nebo začne")), (ENDED, N_("skončilo nebo odvoláno"))],
            ),
            text_search(Person.name),
        ),
    )


def calls_of(work: Work) -> Select[Any]:
    """Return every call but the discarded ones; their fiches are not needed."""
    mine = (Call.organisation_id == work.organisation_id, Call.state != CallState.DISCARDED.value)
    return select(Call).where(*mine).options(lazyload(Call.fiches))


def people_of(work: Work) -> Select[Any]:
    """Return everybody who has or had an account."""
    return select(Person).where(Person.organisation_id == work.organisation_id)


def delegations_of(work: Work) -> Select[Any]:
    """Return every delegation, with the person whom it lets act."""
    named = select(DelegationRow).join(Person, Person.id == DelegationRow.delegate_id)
    return named.where(DelegationRow.organisation_id == work.organisation_id)


def members_of(work: Work) -> Select[Any]:
    """Return every member, told about calls or not."""
    return select(Member).where(Member.organisation_id == work.organisation_id)

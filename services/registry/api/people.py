"""People, delegations and members."""

from typing import Any
from uuid import UUID

from services.registry.api.blueprint import ANY_SERVICE, INSIDE, OFFICE, blp, person_json
from services.registry.desk import looking, working
from services.registry.domain.delegations import NotEntitled
from services.registry.models import DelegationRow, Member
from services.registry.schemas import people as schemas
from services.registry.service import people
from services.registry.service.loading import person_of
from services.registry.service.people import DelegationFacts, PersonFacts
from services.registry.service.views import people_view
from services.registry.signing_in import change_own_password
from shared.auth import SIGNED_IN, access, current_actor, roles
from shared.contracts.registry import PersonView


@blp.get("/people")
@blp.arguments(schemas.RoleQuery, location="query")
@blp.response(200, schemas.ColleagueOut(many=True))
@access(INSIDE, ANY_SERVICE)
def get_people(query: dict[str, str]) -> list[PersonView]:
    """Return the people of the organisation by name, with what is delegated to them."""
    work = looking()
    return people_view(work, people.people(work, query.get("role")))


@blp.get("/people/me")
@blp.response(200, schemas.PersonOut)
@access(SIGNED_IN)
def get_me() -> dict[str, Any]:
    """Return the signed-in person as the token tells him."""
    actor = current_actor()
    return {
        "id": actor.person_id,
        "name": actor.name,
        "function": "",
        "email": None,
        "roles": sorted(actor.roles),
    }


@blp.put("/people/<uuid:person_id>")
@blp.arguments(schemas.NewPersonIn)
@blp.response(200, schemas.FullPersonOut)
@access(roles("director", "operator"))
def put_person(body: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Give a person an account; the same request twice makes one."""
    login, password = body.pop("login"), body.pop("password")
    with working() as work:
        person = people.add_person(
            work, person_id, _person_facts(body), login=login, password=password
        )
        work.session.flush()
        return person_json(person)


@blp.patch("/people/<uuid:person_id>")
@blp.arguments(schemas.ChangePersonIn)
@blp.response(200, schemas.FullPersonOut)
@access(roles("director", "operator"))
def patch_person(body: dict[str, Any], person_id: UUID) -> dict[str, Any]:
    """Change a person, the roles, or whether the person may sign in."""
    version, is_active = body.pop("version"), body.pop("is_active")
    with working() as work:
        facts = _person_facts(body)
        person = people.change_person(work, person_id, facts, is_active=is_active, version=version)
        work.session.flush()
        return person_json(person)


@blp.post("/people/<uuid:person_id>/password")
@blp.arguments(schemas.PasswordIn)
@blp.response(204)
@access(SIGNED_IN)
def post_password(body: dict[str, str], person_id: UUID) -> None:
    """Set one's own password; nobody sets that of somebody else."""
    person_of(looking(), person_id)
    if person_id != current_actor().person_id:
        raise NotEntitled(act="set_password", roles=())
    change_own_password(**body)


@blp.post("/people/<uuid:person_id>/password-link")
@blp.response(204)
@access(roles("director", "operator"))
def post_password_link(person_id: UUID) -> None:
    """Send the person a link for setting a new password, to the person's own e-mail."""
    with working() as work:
        people.send_password_link(work, person_id)


@blp.get("/delegations")
@blp.response(200, schemas.DelegationOut(many=True))
@access(INSIDE, ANY_SERVICE)
def get_delegations() -> list[DelegationRow]:
    """Return every delegation, the newest first."""
    return people.delegations(looking())


@blp.put("/delegations/<uuid:delegation_id>")
@blp.arguments(schemas.DelegationIn)
@blp.response(200, schemas.DelegationOut)
@access(roles("director"))
def put_delegation(body: dict[str, Any], delegation_id: UUID) -> DelegationRow:
    """Let a person do one act in a period."""
    with working() as work:
        return people.delegate(work, delegation_id, DelegationFacts(**body))


@blp.post("/delegations/<uuid:delegation_id>/revocation")
@blp.response(200, schemas.DelegationOut)
@access(roles("director"))
def post_revocation(delegation_id: UUID) -> DelegationRow:
    """Take a delegation back."""
    with working() as work:
        return people.revoke_delegation(work, delegation_id)


@blp.get("/members")
@blp.response(200, schemas.MemberOut(many=True))
@access(OFFICE)
def get_members() -> list[Member]:
    """Return the members by name."""
    return people.members(looking(), every=True)


@blp.put("/members/<uuid:member_id>")
@blp.arguments(schemas.MemberIn)
@blp.response(200, schemas.MemberOut)
@access(roles("director", "operator"))
def put_member(body: dict[str, Any], member_id: UUID) -> Member:
    """Add or change a member of the MAS."""
    with working() as work:
        return people.put_member(work, member_id, **body)


def _person_facts(body: dict[str, Any]) -> PersonFacts:
    return PersonFacts(**{**body, "roles": tuple(body["roles"])})

"""Who may act: own role or a delegation in force (R1, R14, A2)."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from services.registry.domain.delegations import (
    ActNotDelegable,
    Authority,
    Delegation,
    DelegationAlreadyRevoked,
    DelegationEndsBeforeItStarts,
    DelegationInThePast,
    DelegationToOneself,
    Entitlements,
    NotEntitled,
    check_new_delegation,
    check_revocation,
)
from services.registry.domain.roles import (
    ROLES_OF_ACT,
    Act,
    LastDirector,
    Role,
    UnknownRole,
    check_director_remains,
    holds_role_for,
    parse_roles,
)
from shared.errors import DomainError

DIRECTOR, DEPUTY = uuid4(), uuid4()
TODAY = date(2026, 5, 4)


def delegation(**changes: object) -> Delegation:
    values: dict[str, object] = {
        "id": UUID(int=1),
        "act": Act.REGISTER_APPLICATION,
        "delegate_id": DEPUTY,
        "valid_from": date(2026, 5, 1),
        "valid_to": date(2026, 5, 31),
        "revoked_on": None,
    }
    return Delegation(**{**values, **changes})  # type: ignore[arg-type]  # a table of one change


def test_director_acts_in_her_own_right() -> None:
    authority = Entitlements(DIRECTOR, {Role.DIRECTOR}, []).authority(Act.ANNOUNCE_CALL, TODAY)

    assert authority == Authority(Act.ANNOUNCE_CALL, None)


def test_delegate_acts_by_the_delegation() -> None:
    given = delegation()

    deputy = Entitlements(DEPUTY, {Role.REGISTRAR}, [given])

    authority = deputy.authority(Act.REGISTER_APPLICATION, TODAY)

    assert authority.delegation_id == given.id


@pytest.mark.parametrize("given", [[], [delegation()], [delegation(revoked_on=TODAY)]])
def test_entitlements_cover_what_has_an_authority_and_nothing_else(
    given: list[Delegation],
) -> None:
    deputy = Entitlements(DEPUTY, frozenset({Role.REGISTRAR}), given)

    covered = {act for act in Act if deputy.cover(act, TODAY)}

    own = {act for act in Act if Role.REGISTRAR in ROLES_OF_ACT[act]}
    is_in_force = bool(given) and given[0].revoked_on is None
    assert covered == own | ({Act.REGISTER_APPLICATION} if is_in_force else set())
    assert Act.REGISTER_APPLICATION not in own


@pytest.mark.parametrize(
    "given",
    [
        pytest.param([], id="no delegation"),
        pytest.param([delegation(valid_from=date(2026, 5, 5))], id="not yet"),
        pytest.param([delegation(valid_to=date(2026, 5, 3))], id="no longer"),
        pytest.param([delegation(revoked_on=TODAY)], id="revoked today"),
        pytest.param([delegation(act=Act.ANNOUNCE_CALL)], id="another act"),
        pytest.param([delegation(delegate_id=DIRECTOR)], id="another person"),
    ],
)
def test_without_role_and_delegation_nobody_registers(given: list[Delegation]) -> None:
    deputy = Entitlements(DEPUTY, {Role.REGISTRAR, Role.ASSISTANT}, given)

    with pytest.raises(NotEntitled) as refusal:
        deputy.authority(Act.REGISTER_APPLICATION, TODAY)

    assert refusal.value.params["roles"] == ("director",)


@pytest.mark.parametrize("on", [date(2026, 5, 1), date(2026, 5, 31)])
def test_first_and_last_day_belong_to_the_delegation(on: date) -> None:
    assert delegation().is_in_force(on)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"act": Act.APPROVE_ALLOCATION}, ActNotDelegable, id="act"),
        pytest.param({"delegate_id": DIRECTOR}, DelegationToOneself, id="oneself"),
        pytest.param({"valid_to": date(2026, 5, 3)}, DelegationEndsBeforeItStarts, id="reversed"),
        pytest.param({"valid_from": date(2026, 5, 3)}, DelegationInThePast, id="past"),
    ],
)
def test_senseless_delegation_is_refused(
    changes: dict[str, object], error: type[DomainError]
) -> None:
    values: dict[str, object] = {
        "delegator_id": DIRECTOR,
        "delegate_id": DEPUTY,
        "valid_from": TODAY,
        "valid_to": date(2026, 6, 1),
        "today": TODAY,
    }
    act = changes.pop("act", Act.REGISTER_APPLICATION)

    with pytest.raises(error):
        check_new_delegation(act, **{**values, **changes})  # type: ignore[arg-type]  # a table


def test_revocation_happens_once() -> None:
    check_revocation(delegation())
    with pytest.raises(DelegationAlreadyRevoked):
        check_revocation(delegation(revoked_on=TODAY))


def test_every_act_names_its_roles() -> None:
    assert set(ROLES_OF_ACT) == set(Act)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DIRECTOR])
def test_only_the_director_announces_by_role(role: Role) -> None:
    assert not holds_role_for(Act.ANNOUNCE_CALL, (role,))


def test_unknown_role_is_refused() -> None:
    assert parse_roles(["director"]) == {Role.DIRECTOR}
    with pytest.raises(UnknownRole):
        parse_roles(["director", "king"])


def test_a_director_must_remain() -> None:
    check_director_remains(directors_left=1)
    with pytest.raises(LastDirector):
        check_director_remains(directors_left=0)

"""Who a person is in an organisation, and which acts each role may do. Pure."""

from collections.abc import Collection
from enum import StrEnum

from shared.errors import DomainError


class Role(StrEnum):
    """Role of a person in one organisation. A person may have many."""

    DIRECTOR = "director"
    ASSISTANT = "assistant"
    REGISTRAR = "registrar"
    CONTROLLER = "controller"
    EVALUATOR = "evaluator"
    COMMITTEE = "committee"
    PROGRAMME_COMMITTEE = "programme_committee"
    ASSEMBLY = "assembly"
    AUDITOR = "auditor"
    OPERATOR = "operator"


class Act(StrEnum):
    """An act that somebody must be entitled to do."""

    ANNOUNCE_CALL = "announce_call"
    REGISTER_APPLICATION = "register_application"
    APPOINT_CONTROLLERS = "appoint_controllers"
    ASSIGN_EVALUATORS = "assign_evaluators"
    PREPARE_CALL = "prepare_call"
    RECOMMEND_ALLOCATION = "recommend_allocation"
    APPROVE_ALLOCATION = "approve_allocation"
    RECEIVE_APPLICATION = "receive_application"
    PUBLISH_LIST = "publish_list"
    CHANGE_PRESENTATION = "change_presentation"
    PUBLISH_RESULTS = "publish_results"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_STRATEGY = "manage_strategy"
    REPORT_DRAWDOWN = "report_drawdown"
    MANAGE_SETTINGS = "manage_settings"
    DELEGATE = "delegate"
    SEE_APPLICATIONS = "see_applications"


OFFICE = frozenset({Role.DIRECTOR, Role.ASSISTANT, Role.REGISTRAR})
EVERYBODY_INSIDE = frozenset(Role) - {Role.OPERATOR}

ROLES_OF_ACT: dict[Act, frozenset[Role]] = {
    Act.ANNOUNCE_CALL: frozenset({Role.DIRECTOR}),
    # The registrar receives and checks; to register he needs the director's delegation (R14).
    Act.REGISTER_APPLICATION: frozenset({Role.DIRECTOR}),
    Act.APPOINT_CONTROLLERS: frozenset({Role.DIRECTOR}),
    Act.ASSIGN_EVALUATORS: frozenset({Role.DIRECTOR}),
    Act.PREPARE_CALL: frozenset({Role.DIRECTOR, Role.ASSISTANT}),
    Act.RECOMMEND_ALLOCATION: frozenset({Role.DIRECTOR}),
    Act.APPROVE_ALLOCATION: frozenset({Role.PROGRAMME_COMMITTEE}),
    Act.RECEIVE_APPLICATION: OFFICE,
    Act.PUBLISH_LIST: OFFICE,
    Act.CHANGE_PRESENTATION: OFFICE,
    Act.PUBLISH_RESULTS: OFFICE,
    Act.MANAGE_PEOPLE: frozenset({Role.DIRECTOR, Role.OPERATOR}),
    Act.MANAGE_STRATEGY: frozenset({Role.DIRECTOR, Role.ASSISTANT}),
    Act.REPORT_DRAWDOWN: frozenset({Role.DIRECTOR}),
    Act.MANAGE_SETTINGS: frozenset({Role.DIRECTOR}),
    Act.DELEGATE: frozenset({Role.DIRECTOR}),
    Act.SEE_APPLICATIONS: EVERYBODY_INSIDE,
}
"""Who may do an act in his own right. An act that is missing here is allowed to nobody."""

DELEGABLE_ACTS = frozenset(
    {
        Act.ANNOUNCE_CALL,
        Act.REGISTER_APPLICATION,
        Act.APPOINT_CONTROLLERS,
        Act.ASSIGN_EVALUATORS,
    }
)
"""Acts that the director may delegate, each separately (A2)."""


DECIDING_ROLES = frozenset(Role) - {Role.AUDITOR, Role.OPERATOR}
"""Roles in which people decide about applications; technical care of accounts gives none."""


class UnknownRole(DomainError):
    """No such role exists. Params: ``role``."""


class LastDirector(DomainError):
    """The organisation would be left without a director who can sign in."""


class DecidingRolesByDirector(DomainError):
    """Only the director gives and takes roles in which people decide."""


class OwnRoles(DomainError):
    """Nobody but the director changes the own roles, or closes the own account."""


def parse_roles(codes: Collection[str]) -> frozenset[Role]:
    """Return the roles named by *codes*.

    Raises:
        UnknownRole: a code names no role.

    Source:
        R96 (the actors of the process).
    """
    known = {role.value for role in Role}
    for code in codes:
        if code not in known:
            raise UnknownRole(role=code)
    return frozenset(Role(code) for code in codes)


def holds_role_for(act: Act, roles: Collection[Role]) -> bool:
    """Tell whether one of *roles* entitles to *act* without a delegation.

    Source:
        R1, R14, R19, R25, R42, R65, R66 (who does what).
    """
    return bool(ROLES_OF_ACT.get(act, frozenset()) & set(roles))


def check_director_remains(*, directors_left: int) -> None:
    """Refuse a change of people or roles that leaves nobody to announce or delegate.

    Args:
        directors_left: active people with the role of director after the change.

    Raises:
        LastDirector: nobody would be left.

    Source:
        R1, R14 (the process cannot start without a director).
    """
    if directors_left < 1:
        raise LastDirector()


def check_role_change(
    *,
    changer: Collection[Role],
    is_own: bool,
    before: Collection[Role],
    after: Collection[Role],
) -> None:
    """Refuse that somebody makes himself, or anybody, a person who decides.

    Args:
        changer: roles of whoever makes the change.
        is_own: whether the change is about the own account.
        before: roles that counted until now; a closed account has none.
        after: roles that will count.

    Raises:
        OwnRoles, DecidingRolesByDirector.

    Source:
        R1, R14, R25, R42 (the director appoints those who decide).
    """
    changed = set(before) ^ set(after)
    if not changed or Role.DIRECTOR in changer:
        return
    if is_own:
        raise OwnRoles()
    if changed & DECIDING_ROLES:
        raise DecidingRolesByDirector()

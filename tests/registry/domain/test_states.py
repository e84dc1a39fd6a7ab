"""The declared states of registry: who does what, and that nothing else is possible."""

import pytest

from services.registry.domain.roles import Role
from services.registry.domain.states import (
    APPLICATION,
    CALL,
    MACHINES,
    ApplicationState,
    CallState,
)
from shared.states import ActNotAllowed, StateMachine


@pytest.mark.parametrize(
    ("machine", "source", "act", "target"),
    [(machine, *edge) for machine in MACHINES for edge in machine.edges()],
)
def test_every_arrow_leads_to_its_target(
    machine: StateMachine, source: str, act: str, target: str
) -> None:
    assert machine.apply(source, act) == target


@pytest.mark.parametrize(
    ("machine", "state", "act"),
    [
        (machine, state, act)
        for machine in MACHINES
        for state in machine.states
        for act in machine.acts()
        if not machine.allows(state, act)
    ],
)
def test_everything_else_is_refused(machine: StateMachine, state: str, act: str) -> None:
    with pytest.raises(ActNotAllowed):
        machine.apply(state, act)


@pytest.mark.parametrize(
    "actor", [item.actor for machine in MACHINES for item in machine.transitions if item.actor]
)
def test_actors_are_roles(actor: str) -> None:
    assert actor in set(Role)


def test_amount_is_approved_before_publication() -> None:
    assert CALL.sources_of("publish") == (CallState.ALLOCATION_APPROVED,)


def test_registered_application_cannot_be_changed_or_refused() -> None:
    assert APPLICATION.acts_from(ApplicationState.REGISTERED) == ("withdraw",)

"""The declared state machine: what it allows, what it refuses, what it draws."""

import pytest

from shared.states import ActNotAllowed, BadDeclaration, StateMachine, Transition

DOOR = StateMachine(
    name="door",
    states=("open", "closed", "locked", "burnt"),
    initial="open",
    transitions=(
        Transition("close", ("open",), "closed", requirement="R1", actor="porter"),
        Transition("lock", ("closed",), "locked", record="key_book"),
        Transition("open", ("closed", "locked"), "open"),
        Transition("knock", ("closed",), "closed"),
        Transition("burn", ("open", "closed"), "burnt"),
    ),
)


@pytest.mark.parametrize(("source", "act", "target"), list(DOOR.edges()))
def test_every_declared_arrow_leads_to_its_target(source: str, act: str, target: str) -> None:
    assert DOOR.apply(source, act) == target


@pytest.mark.parametrize(
    ("state", "act"),
    [(s, a) for s in DOOR.states for a in DOOR.acts() if not DOOR.allows(s, a)],
)
def test_every_other_act_is_refused_by_name(state: str, act: str) -> None:
    with pytest.raises(ActNotAllowed) as refusal:
        DOOR.apply(state, act)

    assert refusal.value.params == {
        "machine": "door",
        "state": state,
        "act": act,
        "allowed": DOOR.acts_from(state),
    }


def test_unknown_act_is_refused() -> None:
    with pytest.raises(ActNotAllowed):
        DOOR.apply("open", "paint")


def test_machine_tells_what_it_declares() -> None:
    assert DOOR.acts() == ("close", "lock", "open", "knock", "burn")
    assert DOOR.acts_from("closed") == ("lock", "open", "knock", "burn")
    assert DOOR.sources_of("open") == ("closed", "locked")
    assert DOOR.final_states() == ("burnt",)
    assert DOOR.transition("open", "close").actor == "porter"
    assert DOOR.transition("closed", "lock").record == "key_book"


def test_transition_of_an_impossible_act_is_refused() -> None:
    with pytest.raises(ActNotAllowed):
        DOOR.transition("burnt", "open")


def test_diagram_names_every_arrow_with_its_rule() -> None:
    drawing = DOOR.mermaid()

    assert drawing.startswith("stateDiagram-v2\n    [*] --> open\n")
    assert "    open --> closed: close (R1)\n" in drawing
    assert "    locked --> open: open\n" in drawing
    assert drawing.endswith("    burnt --> [*]\n")


@pytest.mark.parametrize(
    ("states", "transitions"),
    [
        pytest.param(("a", "a"), (), id="a state named twice"),
        pytest.param(("a",), (Transition("go", ("a",), "b"),), id="undeclared target"),
        pytest.param(("a",), (Transition("go", ("b",), "a"),), id="undeclared source"),
        pytest.param(("a", "b"), (), id="unreachable state"),
        pytest.param(
            ("a", "b"),
            (Transition("go", ("a",), "b"), Transition("go", ("a",), "a")),
            id="one act, two targets",
        ),
    ],
)
def test_contradicting_declaration_is_refused(
    states: tuple[str, ...], transitions: tuple[Transition, ...]
) -> None:
    with pytest.raises(BadDeclaration):
        StateMachine(name="bad", states=states, initial="a", transitions=transitions)

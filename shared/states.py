"""A declared state machine: which act leads from which state to which. Pure.

A service declares its states and acts once; the same declaration answers "may this act be
done now", tests every arrow, and draws the diagram in the documentation. Nothing here knows
what the states mean.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from shared.errors import DomainError


class ActNotAllowed(DomainError):
    """The act is not possible in the present state.

    Params: ``machine``, ``state``, ``act`` and ``allowed`` (acts that are possible now).
    """


class BadDeclaration(ValueError):
    """The machine contradicts itself. A programmer's mistake, found at import time."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One act and the states that it connects."""

    act: str
    """Code of the act, a verb, e.g. ``register``."""
    sources: tuple[str, ...]
    """States in which the act is possible."""
    target: str
    """State after the act. May equal the source for an act that changes no state."""
    requirement: str = ""
    """The rule that asks for the act, e.g. ``R18``."""
    actor: str = ""
    """Code of the role that does the act; empty when the passing of time does it."""
    record: str = ""
    """Kind of the record that the act leaves; empty for an act without a signed record."""


@dataclass(frozen=True)
class StateMachine:
    """States of one kind of thing and the acts between them.

    Raises:
        BadDeclaration: an unknown or unreachable state, a state named twice, or an act with
            two targets from one state.
    """

    name: str
    """What moves through the states, e.g. ``application``."""
    states: tuple[str, ...]
    """Every state, in the order in which people meet them."""
    initial: str
    """State of a thing that has just been made."""
    transitions: tuple[Transition, ...]
    """Every arrow."""

    def __post_init__(self) -> None:
        """Refuse a machine that contradicts itself, before anybody relies on it."""
        _refuse_repeated_states(self)
        _refuse_unknown_states(self)
        _refuse_ambiguous_acts(self)
        _refuse_unreachable_states(self)

    def apply(self, state: str, act: str) -> str:
        """Return the state after the act.

        Raises:
            ActNotAllowed: the act is not possible in this state.
        """
        transition = self._by_state_and_act.get((state, act))
        if transition is None:
            raise ActNotAllowed(
                machine=self.name, state=state, act=act, allowed=self.acts_from(state)
            )
        return transition.target

    def allows(self, state: str, act: str) -> bool:
        """Tell whether the act is possible in this state."""
        return (state, act) in self._by_state_and_act

    def transition(self, state: str, act: str) -> Transition:
        """Return the declared arrow: its requirement, actor and record.

        Raises:
            ActNotAllowed: the act is not possible in this state.
        """
        self.apply(state, act)
        return self._by_state_and_act[state, act]

    def acts_from(self, state: str) -> tuple[str, ...]:
        """Return the acts that are possible in this state, in declared order."""
        return tuple(item.act for item in self.transitions if state in item.sources)

    def acts(self) -> tuple[str, ...]:
        """Return every act once, in declared order."""
        return tuple(dict.fromkeys(item.act for item in self.transitions))

    def sources_of(self, act: str) -> tuple[str, ...]:
        """Return the states in which the act is possible, in declared order."""
        return tuple(state for state in self.states if self.allows(state, act))

    def final_states(self) -> tuple[str, ...]:
        """Return the states that no act leaves."""
        left = {source for source, _, target in self.edges() if source != target}
        return tuple(state for state in self.states if state not in left)

    def edges(self) -> Iterator[tuple[str, str, str]]:
        """Yield every arrow as ``(source, act, target)``; a test can walk them all."""
        for item in self.transitions:
            for source in item.sources:
                yield source, item.act, item.target

    def mermaid(self) -> str:
        """Return the diagram as Mermaid text, always the same for the same declaration."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for item in self.transitions:
            label = f"{item.act} ({item.requirement})" if item.requirement else item.act
            lines += [f"    {source} --> {item.target}: {label}" for source in item.sources]
        lines += [f"    {state} --> [*]" for state in self.final_states()]
        return "\n".join(lines) + "\n"

    @cached_property
    def _by_state_and_act(self) -> dict[tuple[str, str], Transition]:
        return {(source, item.act): item for item in self.transitions for source in item.sources}


def _refuse_repeated_states(machine: StateMachine) -> None:
    if len(set(machine.states)) != len(machine.states):
        raise BadDeclaration(f"{machine.name}: a state is named twice")


def _refuse_unknown_states(machine: StateMachine) -> None:
    named = {machine.initial}
    for source, _, target in machine.edges():
        named |= {source, target}
    unknown = named - set(machine.states)
    if unknown:
        raise BadDeclaration(f"{machine.name}: undeclared states {sorted(unknown)}")


def _refuse_ambiguous_acts(machine: StateMachine) -> None:
    seen: set[tuple[str, str]] = set()
    for source, act, _ in machine.edges():
        if (source, act) in seen:
            raise BadDeclaration(f"{machine.name}: {act} from {source} is declared twice")
        seen.add((source, act))


def _refuse_unreachable_states(machine: StateMachine) -> None:
    reached = {machine.initial}
    # Each round can reach at least one new state or nothing more will ever be reached.
    for _ in machine.states:
        reached |= {target for source, _, target in machine.edges() if source in reached}
    unreachable = set(machine.states) - reached
    if unreachable:
        raise BadDeclaration(f"{machine.name}: unreachable states {sorted(unreachable)}")

"""Whatever ISDS, or somebody in its place, answers: one fate, no surprise, no second request.

Every operation of the client meets every hostile answer over a real socket (S4, F5, F7).
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import GatewayRefused, GatewayUnavailable
from services.documents.domain.isds_outcome import Exchange, classify
from tests.documents.hostile_answers import BROKEN, REFUSED, WHOLE, Spoil
from tests.documents.isds_calls import CALLS
from tests.documents.raw_answering import Spoiling, raw_answering

pytestmark = pytest.mark.one_database
EVERY = pytest.mark.parametrize("operation", Operation, ids=lambda operation: operation.called)


@pytest.fixture
def server(socket_enabled: None) -> Iterator[Spoiling]:
    with raw_answering() as raw:
        yield raw


def gateway(server: Spoiling, **changes: float) -> IsdsGateway:
    account = IsdsAccount(f"{server.address}/DS", "mas", "heslo", read_seconds=10)
    return IsdsGateway(replace(account, **changes))  # type: ignore[arg-type]


def fate_of(server: Spoiling, operation: Operation, spoil: Spoil) -> object:
    """Ask for one operation with one hostile answer; return its value, or what it ends in."""
    server.spoils, server.answer = operation, spoil
    server.asked.clear()
    try:
        value = CALLS[operation].call(gateway(server))
    except (GatewayUnavailable, GatewayRefused) as error:
        return type(error)
    return value


def kinds(value: object) -> set[str]:
    """Return the fates of the messages that an operation was to create."""
    seen = list(value.values()) if isinstance(value, dict) else [value]
    assert all(isinstance(one, Exchange) for one in seen), value
    return {classify(one).kind for one in seen}


def test_every_operation_has_a_call() -> None:
    assert set(CALLS) == set(Operation)


@EVERY
def test_a_broken_answer_says_nothing_and_is_asked_for_once(
    server: Spoiling, operation: Operation
) -> None:
    wrong = {}
    for name, spoil in BROKEN.items():
        found = fate_of(server, operation, spoil)
        if CALLS[operation].creates:
            is_right = kinds(found) == {"unknown"}
        else:
            is_right = found is GatewayUnavailable
        if not is_right or server.asked.count(operation) != 1:
            wrong[name] = (found, server.asked.copy())

    assert not wrong


@EVERY
def test_an_odd_but_whole_answer_is_believed(server: Spoiling, operation: Operation) -> None:
    usual = fate_of(server, operation, WHOLE["as usual"])
    assert usual is not GatewayUnavailable
    wrong = {}
    for name, spoil in WHOLE.items():
        found = fate_of(server, operation, spoil)
        if found != usual or server.asked.count(operation) != 1:
            wrong[name] = found

    assert not wrong


@EVERY
def test_a_refused_login_is_told_as_such(server: Spoiling, operation: Operation) -> None:
    for spoil in REFUSED.values():
        found = fate_of(server, operation, spoil)

        if CALLS[operation].creates:
            assert kinds(found) == {"not_created"}
        else:
            assert found is GatewayRefused
        assert server.asked.count(operation) == 1

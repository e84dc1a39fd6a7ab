"""Each client against its real provider: within this process, and over a real socket."""

import dataclasses
import importlib
import inspect
import json
import pkgutil
import typing
from collections.abc import Iterator
from types import UnionType
from typing import Any

import pytest

import shared.clients
import shared.contracts
from shared.http import ServiceClient
from tests.contracts.cases import CASES, Case
from tests.contracts.stage import CLIENTS, Stage, on_sockets

every_case = pytest.mark.parametrize(
    ("name", "method"),
    [(name, method) for name, cases in CASES.items() for method in cases],
    ids=lambda value: value,
)


def modules_of(package: Any) -> Iterator[Any]:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(module.name)


def public_methods(client: type[ServiceClient]) -> set[str]:
    found = inspect.getmembers(client, inspect.isfunction)
    return {name for name, _method in found if not name.startswith("_")}


class Watched:
    """A client whose arguments and answers are kept, and whose raw answers are checked."""

    def __init__(self, client: Any) -> None:
        self._client, self.seen, self.missing = client, list[Any](), list[str]()

    def __getattr__(self, method: str) -> Any:
        act = getattr(self._client, method)
        promised = typing.get_type_hints(act)["return"]

        def call(*given: Any, **named: Any) -> Any:
            answer = act(*given, **named)
            self.seen += [*given, *named.values(), answer]
            if promised is not bytes:
                raw = json.loads(self._client._transport.last.body)
                self.missing += missing_fields(promised, raw, method)
            return answer

        return call


def missing_fields(promised: Any, raw: Any, place: str) -> list[str]:
    """Return the fields that a contract names and the answer lacks, defaults or not."""
    if raw is None or promised in (None, type(None)):
        return []
    if isinstance(promised, UnionType):
        real = [one for one in typing.get_args(promised) if one is not type(None)]
        return missing_fields(real[0], raw, place)
    if typing.get_origin(promised) is list:
        inner = typing.get_args(promised)[0]
        return [one for item in raw for one in missing_fields(inner, item, place)]
    if not dataclasses.is_dataclass(promised) or "amount" in raw:  # money has its own form
        return []
    hints = typing.get_type_hints(promised)
    lacking = [f"{place}.{name}" for name in hints if name not in raw]
    return lacking + [
        one
        for name, kind in hints.items()
        if name in raw
        for one in missing_fields(kind, raw[name], f"{place}.{name}")
    ]


def classes_in(value: Any) -> set[type]:
    """Return every dataclass of which something is within *value*."""
    if isinstance(value, list | tuple):
        return {kind for item in value for kind in classes_in(item)}
    if not dataclasses.is_dataclass(value):
        return set()
    inner = [getattr(value, one.name) for one in dataclasses.fields(value)]
    return {type(value)} | classes_in(inner)


@pytest.fixture(scope="module")
def socket_stage(stage: Stage) -> Iterator[Stage]:
    with on_sockets(dataclasses.replace(stage, transports={})) as opened:
        yield opened


@pytest.mark.one_database
def test_every_method_of_every_client_has_its_case() -> None:
    clients = {
        value
        for module in modules_of(shared.clients)
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, ServiceClient) and value.called
    }

    assert clients == set(CLIENTS.values())
    assert {name: set(cases) for name, cases in CASES.items()} == {
        client.called: public_methods(client) for client in clients
    }


@every_case
def test_good_calls_within_the_process(stage: Stage, name: str, method: str) -> None:
    CASES[name][method].good(stage, stage.client(name))


@pytest.mark.one_database
@every_case
def test_good_calls_over_a_socket(socket_stage: Stage, name: str, method: str) -> None:
    CASES[name][method].good(socket_stage, socket_stage.client(name))


def _refused(stage: Stage, name: str, case: Case) -> None:
    with pytest.raises(case.error) as caught:
        case.bad(stage, stage.client(name))

    assert (type(caught.value), caught.value.called) == (case.error, name)
    assert caught.value.slug == case.slug
    assert caught.value.detail


@every_case
def test_refused_calls_within_the_process(stage: Stage, name: str, method: str) -> None:
    _refused(stage, name, CASES[name][method])


@pytest.mark.one_database
@every_case
def test_refused_calls_over_a_socket(socket_stage: Stage, name: str, method: str) -> None:
    _refused(socket_stage, name, CASES[name][method])


def test_providers_give_and_take_every_contract_in_full(stage: Stage) -> None:
    promised = {
        value
        for module in modules_of(shared.contracts)
        for value in vars(module).values()
        if inspect.isclass(value)
        and dataclasses.is_dataclass(value)
        and value.__module__ == module.__name__
    }
    seen: set[type] = set()
    missing: list[str] = []
    for name, cases in CASES.items():
        for case in cases.values():
            watched = Watched(stage.client(name))
            case.good(stage, watched)
            seen |= classes_in(watched.seen)
            missing += watched.missing

    assert missing == []
    assert {kind.__name__ for kind in promised - seen} == set()

"""Generated requests against one service: what is sent, by whom, and what may come back."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import AcceptedNegativeData, Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.transport.serialization import Binary

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
]
GOOD, BAD = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


ANY_TEXT = {"type": "string", "minLength": 1}
METHODS = frozenset({"get", "put", "post", "delete", "patch"})


def can_be_spoilt(operation: dict[str, Any], of_path: list[dict[str, Any]]) -> bool:
    """Tell whether an operation takes anything that may be wrong; a text in a path cannot be."""
    parameters = [*operation.get("parameters", ()), *of_path]
    return "requestBody" in operation or any(
        one["in"] != "path" or not one["schema"].items() <= ANY_TEXT.items() for one in parameters
    )


def is_told(error: Any) -> bool:
    """Tell whether an error of a value says something, and not one letter of it."""
    return len(error["detail"]) > 2


def _fits(part: Any, shape: dict[str, Any]) -> bool:
    if shape.get("format") == "binary":
        return isinstance(part, Binary)
    return Draft202012Validator(shape, validate_formats=True).is_valid(part)


@dataclass
class Attack:
    """Generated requests to one service, in a fixed order with a fixed seed."""

    modes: ClassVar = (GOOD, BAD)
    share_known: ClassVar = {GOOD: 0.9, BAD: 0.6}
    """How often a value is one that exists; the others keep what was invented."""

    app: Flask
    description: dict[str, Any]
    known: dict[str, list[str]]
    """Values that exist, by the name of the part of the path or of the value in a body."""
    content: Callable[[], Any] = int
    """What the service holds; a refused request must leave it as it was."""
    statuses: dict[int, int] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    """The first fault of each kind at each operation, with the request that shows it."""
    done: set[tuple[str, str]] = field(default_factory=set)
    """Which operations did what they were asked for at least once."""

    def run(self, header: Callable[[], str], examples: int, *, until_done: int = 0) -> None:
        """Send *examples* good and as many bad requests to every operation that takes anything.

        Which requests are made hangs on everything that is imported, as its constants are tried
        too. An operation that none of them led to its end gets further good ones, so many times.
        """
        schema = schemathesis.openapi.from_dict(self.description)
        schema.app = self.app
        for found in schema.get_all_operations():
            operation = found.ok()
            described = self.description["paths"][operation.path]
            takes = can_be_spoilt(described[operation.method], described.get("parameters", []))
            for mode in self.modes if takes else (GOOD,):
                self._send(operation, mode, header, examples)
            for turn in range(until_done):
                if (operation.method.upper(), operation.path) not in self.done:
                    self._send(operation, GOOD, header, examples, turn)

    def _send(
        self,
        operation: Any,
        mode: GenerationMode,
        header: Callable[[], str],
        count: int,
        turn: int | None = None,
    ) -> None:
        share = self.share_known[mode]

        @settings(
            max_examples=count,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=operation.as_strategy(generation_mode=mode),
            choices=st.randoms(use_true_random=False),
        )
        def send(case: Case, choices: Any) -> None:
            for name in case.path_parameters or {}:
                if name in self.known and choices.random() < share:
                    case.path_parameters[name] = choices.choice(self.known[name])
            case.body = self._with_known(case.body, choices, share)
            before = self.content()
            reply = case.call(headers={"Authorization": header()})
            self._note(case, reply)
            self._judge(case, reply)
            if reply.status_code >= 400 and self.content() != before:
                self._keep(case, "refused and changed something", reply, "")

        (send if turn is None else seed(turn)(send))()

    def _note(self, case: Case, reply: Response) -> None:
        self.statuses[reply.status_code] = self.statuses.get(reply.status_code, 0) + 1
        if reply.status_code < 300:
            self.done.add((case.method, case.path))

    def never_done(self) -> set[tuple[str, str]]:
        """Return the operations that never did what they were asked for."""
        return {
            (method.upper(), path)
            for path, operations in self.description["paths"].items()
            for method in METHODS & operations.keys()
        } - self.done

    def _with_known(self, value: Any, choices: Any, share: float) -> Any:
        """Return a body in which every other id or named value is one that exists."""
        if isinstance(value, dict):
            return {
                name: choices.choice(self.known[name])
                if name in self.known and choices.random() < share
                else self._with_known(inner, choices, share)
                for name, inner in value.items()
            }
        if isinstance(value, list):
            return [self._with_known(inner, choices, share) for inner in value]
        is_id = isinstance(value, str) and UUID_TEXT.fullmatch(value)
        if not is_id or choices.random() < 0.5:
            return value
        return choices.choice([one for known in self.known.values() for one in known])

    def _judge(self, case: Case, reply: Response) -> None:
        try:
            case.validate_response(reply, checks=cast("Any", CHECKS))
        except FailureGroup as group:
            for failure in group.exceptions:
                if not (isinstance(failure, AcceptedNegativeData) and self._is_still_good(case)):
                    self._keep(case, cast("Failure", failure).title, reply, str(failure))
        kind = reply.headers.get("content-type", [""])[0]
        if reply.status_code >= 400 and not kind.startswith("application/problem+json"):
            self._keep(case, "not a problem", reply, kind)
        elif reply.status_code >= 400 and not all(map(is_told, reply.json().get("errors", ()))):
            self._keep(case, "errors that nobody understands", reply, "")

    def _is_still_good(self, case: Case) -> bool:
        """Tell whether a request that was to be spoilt is, as bytes, as good as any.

        That is so of a form whose file is spoilt: any bytes are a file. No part of the form may be
        unknown, none that is asked for may lack, its texts must be as described, and nothing may
        stand in the address; what is wrong in a path leads nowhere.
        """
        shape = self._form_of(case)
        if case.query or not isinstance(case.body, dict) or shape is None:
            return False
        if not set(shape.get("required", ())) <= set(case.body) <= set(shape["properties"]):
            return False
        return all(_fits(part, shape["properties"][name]) for name, part in case.body.items())

    def _form_of(self, case: Case) -> dict[str, Any] | None:
        operation = self.description["paths"][case.path][case.method.lower()]
        content = operation.get("requestBody", {}).get("content", {})
        shape = content.get("multipart/form-data", {}).get("schema")
        name = (shape or {}).get("$ref", "").rpartition("/")[2]
        return self.description["components"]["schemas"][name] if name else shape

    def _keep(self, case: Case, title: str, reply: Response, text: str) -> None:
        place = f"{case.method} {case.path}: {title} ({reply.status_code})"
        self.faults.setdefault(place, f"{case.as_curl_command()}\n{text}\n{reply.text[:600]}")

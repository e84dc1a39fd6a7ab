"""Generated requests against one service: what is sent, by whom, and what may come back."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar, cast

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

NOTHING_INVALID = "Invalid component: positive test case"
"""Said of a request that was to be spoilt and, once it was written as bytes, was not."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
]
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class Attack:
    """Generated requests to one service, in a fixed order with a fixed seed."""

    modes: ClassVar = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    share_known: ClassVar = 0.75
    """How often a part of the path is one that exists; the others keep what was invented."""

    app: Flask
    description: dict[str, Any]
    known: dict[str, list[str]]
    """Values that exist, by the name of the part of the path; others lead to a mere 404."""
    statuses: dict[int, int] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    """The first fault of each kind at each operation, with the request that shows it."""

    def run(self, header: Callable[[], str], examples: int) -> None:
        """Send *examples* good and as many bad requests to every operation."""
        schema = schemathesis.openapi.from_dict(self.description)
        schema.app = self.app
        for found in schema.get_all_operations():
            operation = found.ok()
            for mode in self.modes:
                # An operation without any input cannot be sent anything bad.
                with suppress(Unsatisfiable):
                    self._send(operation.as_strategy(generation_mode=mode), header, examples)

    def _send(self, cases: st.SearchStrategy[Case], header: Callable[[], str], count: int) -> None:
        @settings(
            max_examples=count,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases, choices=st.randoms(use_true_random=False))
        def send(case: Case, choices: Any) -> None:
            for name in case.path_parameters or {}:
                if name in self.known and choices.random() < self.share_known:
                    case.path_parameters[name] = choices.choice(self.known[name])
            case.body = self._with_known(case.body, choices)
            reply = case.call(headers={"Authorization": header()})
            self.statuses[reply.status_code] = self.statuses.get(reply.status_code, 0) + 1
            self._judge(case, reply)

        send()

    def _with_known(self, value: Any, choices: Any) -> Any:
        """Return a body in which every other id is one that exists."""
        if isinstance(value, dict):
            return {name: self._with_known(inner, choices) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._with_known(inner, choices) for inner in value]
        is_id = isinstance(value, str) and UUID_TEXT.fullmatch(value)
        if not is_id or choices.random() < 0.5:
            return value
        return choices.choice([one for known in self.known.values() for one in known])

    def _judge(self, case: Case, reply: Response) -> None:
        try:
            case.validate_response(reply, checks=cast("Any", CHECKS))
        except FailureGroup as group:
            for failure in group.exceptions:
                if NOTHING_INVALID not in str(failure):
                    self._keep(case, cast("Failure", failure).title, reply, str(failure))
        kind = reply.headers.get("content-type", [""])[0]
        if reply.status_code >= 400 and not kind.startswith("application/problem+json"):
            self._keep(case, "not a problem", reply, kind)

    def _keep(self, case: Case, title: str, reply: Response, text: str) -> None:
        place = f"{case.method} {case.path}: {title} ({reply.status_code})"
        self.faults.setdefault(place, f"{case.as_curl_command()}\n{text}\n{reply.text[:600]}")

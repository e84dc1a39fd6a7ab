"""The control interface as OpenAPI describes it; errors are told by the interface itself."""

import re
from http import HTTPStatus
from typing import Any

from flask import Flask
from flask_smorest import Api
from marshmallow import fields

from services.isds_simulator.web.shapes import ProblemOut

SETTINGS = {
    "API_TITLE": "ISDS simulator, control interface",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_JSON_PATH": None,
    "OPENAPI_URL_PREFIX": None,
}


class ControlApi(Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest without its own error answers."""

    ERROR_SCHEMA = ProblemOut

    def _init_spec(self, **options: Any) -> None:
        super()._init_spec(**options)
        self.ma_plugin.converter.add_attribute_function(_describe)

    def _register_error_handlers(self) -> None:
        """Leave errors to the control interface."""

    def _register_responses(self) -> None:
        """Give the one shape of errors its media type."""
        content = {"application/problem+json": {"schema": ProblemOut}}
        errors = [status.name for status in HTTPStatus if status >= 400]
        for name in ("DEFAULT_ERROR", *errors):
            told = {"description": "An error (RFC 9457)", "content": content}
            self.spec.components.response(name, told, lazy=True)


def _describe(_converter: Any, _field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    r"""Return a pattern of ``re.match`` as JSON Schema has it: searched, and without ``\Z``."""
    if "pattern" not in ret:
        return {}
    return {"pattern": re.sub(r"\\Z\Z", "$", f"^{ret['pattern']}")}


def described(app: Flask) -> dict[str, Any]:
    """Return the description of the control interface as OpenAPI."""
    api: ControlApi = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    with app.test_request_context():
        found: dict[str, Any] = api.spec.to_dict()
    return found

"""A person at the pages: opens them, fills the forms as they were shown, sends them."""

from collections.abc import Mapping
from typing import Any, Protocol

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from shared.auth import COOKIE
from tests.strict_html import check_html

Values = Mapping[str, str | list[str] | bool]

BASE = "http://localhost/evaluation"
"""The service is mounted under its own path; its form cookie is bound to it."""


class Seated(Protocol):
    """Whatever knows the app and gives people their tokens."""

    @property
    def app(self) -> Flask:
        """The app of evaluation."""
        ...

    def token(self, who: str) -> str:
        """Return the token of a person."""
        ...


class Browser:
    """One signed-in person with a cookie."""

    def __init__(self, house: Seated, who: str) -> None:
        self.client: FlaskClient = house.app.test_client()
        self.client.set_cookie(COOKIE, house.token(who))
        self.answer: TestResponse | None = None

    def open(self, path: str, status: int = 200) -> str:
        """Open a page and check that its HTML is strict."""
        self.answer = self.client.get(path, base_url=BASE)
        assert self.answer.status_code == status, (path, self.answer.status_code, self.answer.text)
        check_html(self.answer)
        return self.answer.text

    def send(
        self, path: str, values: Values | None = None, *, button: str = "", status: int = 303
    ) -> TestResponse:
        """Open a page, change the named fields of its form, send it with a button."""
        self.open(path)
        action, fields = self._form(button)
        for name, value in (values or {}).items():
            fields.poplist(name)
            if isinstance(value, list):
                fields.setlist(name, value)
            elif value is not False:
                fields[name] = "y" if value is True else value
        target = (action or path).removeprefix("/evaluation")
        self.answer = self.client.post(target, data=fields, base_url=BASE)
        assert self.answer.status_code == status, (path, self.answer.status_code, self._said())
        return self.answer

    def fields(self, button: str = "") -> MultiDict[str, str]:
        """Return what the form of the present page holds."""
        return self._form(button)[1]

    def _form(self, button: str) -> tuple[str, MultiDict[str, str]]:
        assert self.answer is not None
        page = html.fromstring(self.answer.text)
        main = page.get_element_by_id("content")
        forms = [f for f in main.forms if f.method == "POST"]
        for form in forms:
            for found in form.iter("button", "input"):
                words = (found.text_content() or found.get("value") or "").strip()
                is_button = found.tag == "button" or found.get("type") == "submit"
                if is_button and button in words:
                    return form.get("action") or "", _values(form, found)
        raise AssertionError(f"no button {button!r} in {self.answer.text}")

    def _said(self) -> str:
        assert self.answer is not None
        found = html.fromstring(self.answer.text).find_class("error-summary")
        return found[0].text_content() if found else self.answer.text

    @property
    def said(self) -> str:
        """What the error summary of the present page says."""
        assert self.answer is not None
        found = html.fromstring(self.answer.text).find_class("error-summary")
        return " ".join(found[0].text_content().split()) if found else ""


def _values(form: Any, pressed: Any) -> MultiDict[str, str]:
    values: MultiDict[str, str] = MultiDict()
    for name, value in form.form_values():
        values.add(name, value)
    for found in form.iter("input"):
        if found.get("type") == "submit":
            values.poplist(found.get("name"))
    if pressed.get("name"):
        values[pressed.get("name")] = pressed.get("value") or "y"
    return values

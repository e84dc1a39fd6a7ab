"""How the demonstration talks to the product: as people do, by JSON with a token or by forms."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from lxml import html

from services.demonstration.people import PASSWORD, Person

API = "/api/v1"
SIGN_IN = "/registry/sign-in"
PATIENCE_SECONDS = 60
PAUSE_SECONDS = 0.1
T = TypeVar("T")


class StoryBroken(Exception):
    """The product did not do what the story expects; the text says what it answered."""


class Visitor:
    """A person at the product: a browser with cookies, and a token for the JSON API."""

    def __init__(self, url: str, person: Person | None = None, password: str = PASSWORD) -> None:
        self.url, self.person, self._password = url.rstrip("/"), person, password
        self.browser = requests.Session()
        self.browser.headers["Accept-Language"] = "cs"
        self._token = ""

    def api(
        self,
        method: str,
        service: str,
        path: str,
        body: Any = None,
        *,
        files: Any = None,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call the JSON API as this person and return the parsed answer.

        Raises:
            StoryBroken: the answer is an error.
        """
        reply = self._send(method, service, path, body, files, query)
        if reply.status_code == 401 and self.person:
            self._token = ""  # tokens live two minutes; sign in again
            reply = self._send(method, service, path, body, files, query)
        if reply.status_code >= 400:
            raise StoryBroken(
                f"{self._who} {method} {service}{path}: {reply.status_code} {reply.text}"
            )
        if reply.status_code == 204:
            return None
        is_json = "json" in reply.headers.get("Content-Type", "")
        return reply.json() if is_json else reply.content

    def get(self, service: str, path: str, **query: Any) -> Any:
        """Read from the JSON API."""
        return self.api("GET", service, path, query=query)

    def try_get(self, service: str, path: str) -> Any:
        """Read something that may not be there yet; ``None`` when it is not."""
        reply = self._send("GET", service, path, None, None, None)
        if reply.status_code == 404:
            return None
        return self.get(service, path) if reply.status_code >= 400 else reply.json()

    def post(self, service: str, path: str, body: Any = None) -> Any:
        """Do an act through the JSON API."""
        return self.api("POST", service, path, {} if body is None else body)

    def put(self, service: str, path: str, body: Any) -> Any:
        """Put a record through the JSON API."""
        return self.api("PUT", service, path, body)

    def refused(self, method: str, service: str, path: str, body: Any = None) -> str:
        """Try an act that must be refused and return the product's own words.

        Raises:
            StoryBroken: it was not refused.
        """
        reply = self._send(method, service, path, body, None, None)
        if reply.status_code < 400 or reply.status_code >= 500:
            raise StoryBroken(f"{self._who} {method} {service}{path} was not refused: {reply.text}")
        problem = reply.json()
        reasons = [row["detail"] for row in problem.get("errors", [])]
        return " ".join([problem["detail"], *reasons])

    def page(self, path: str) -> html.HtmlElement:
        """Open a page and return it parsed; sign in first where the product asks for it."""
        reply = self.browser.get(self.url + path, timeout=60)
        if self.person and urlsplit(reply.url).path == SIGN_IN and path != SIGN_IN:
            self.sign_in()
            reply = self.browser.get(self.url + path, timeout=60)
        return self._parsed(reply)

    def submit(self, path: str, fields: Mapping[str, Any], *, button: str = "") -> html.HtmlElement:
        """Open a page, fill in its form and send it.

        Args:
            fields: Field name -> value; every name must be on the form.
            button: Part of the form's action, when the page holds several forms.
        """
        page = self.page(path)
        form = _form(page, fields, button)
        data = {name: value for name, value in form.form_values()}
        data.update({name: str(value) for name, value in fields.items()})
        action = form.get("action") or path
        target = action if action.startswith("http") else self.url + action
        reply = self.browser.post(
            target, data=data, timeout=60, headers={"Referer": self.url + path}
        )
        return self._parsed(reply)

    def sign_in(self) -> None:
        """Sign in through the form; the cookie is good for all three services."""
        if not self.person:
            raise StoryBroken("Nobody to sign in.")
        fields = {"login": self.person.login, "password": self._password}
        self.submit(SIGN_IN, fields)

    @property
    def _who(self) -> str:
        return self.person.login if self.person else "public"

    def _send(
        self, method: str, service: str, path: str, body: Any, files: Any, query: Any
    ) -> requests.Response:
        headers = {"Accept-Language": "cs"}
        if self.person:
            headers["Authorization"] = f"Bearer {self._fresh_token()}"
        return requests.request(
            method,
            f"{self.url}/{service}{API}{path}",
            json=body if files is None else None,
            data=body if files is not None else None,
            files=files,
            params=query,
            headers=headers,
            timeout=120,
        )

    def _fresh_token(self) -> str:
        if not self._token:
            assert self.person  # noqa: S101 - only called for a person
            body = {"login": self.person.login, "password": self._password}
            reply = requests.post(f"{self.url}/registry{API}/sessions", json=body, timeout=30)
            if reply.status_code >= 400:
                raise StoryBroken(f"sign-in of {self._who}: {reply.text}")
            self._token = reply.json()["token"]
        return self._token

    def _parsed(self, reply: requests.Response) -> html.HtmlElement:
        page = html.fromstring(reply.content)
        errors = page.xpath("//*[contains(@class, 'error-summary')]")
        if reply.status_code >= 400 or errors:
            text = " ".join(" ".join(e.text_content().split()) for e in errors)
            raise StoryBroken(f"{self._who} {reply.url}: {reply.status_code} {text}")
        return page


def _form(page: html.HtmlElement, fields: Mapping[str, Any], button: str) -> html.HtmlElement:
    for form in page.forms:
        if set(fields) <= set(form.fields.keys()) and button in (form.get("action") or ""):
            return form
    raise StoryBroken(f"No form with the fields {sorted(fields)}.")


def seen(visitor: Visitor, path: str) -> dict[str, int]:
    """Name the version of registry's record that the visitor's act rests on."""
    return {"version": visitor.get("registry", path)["version"]}


def wait_for(what: str, look: Callable[[], T | None], patience: float = PATIENCE_SECONDS) -> T:
    """Look again and again until there is something; workers act a moment after people.

    Raises:
        StoryBroken: nothing came in time.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(PAUSE_SECONDS)
    raise StoryBroken(f"{what} did not happen in {patience:.0f} s.")

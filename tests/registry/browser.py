"""A browser without JavaScript: follows links, fills forms, keeps cookies."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from lxml import html
from werkzeug.test import Client, TestResponse

from shared.serving import mounted
from tests.strict_html import check_html

from .office import PASSWORD


@dataclass
class Page:
    """An answer; one that is a page is strict HTML."""

    reply: TestResponse

    def __post_init__(self) -> None:
        if self.reply.data:
            check_html(self.reply)

    @property
    def status(self) -> int:
        return self.reply.status_code

    @property
    def tree(self) -> Any:
        return html.fromstring(self.reply.get_data(as_text=True))

    @property
    def text(self) -> str:
        return " ".join(self.tree.text_content().replace("\u00a0", " ").split())

    @property
    def location(self) -> str:
        return self.reply.headers.get("Location", "")

    def errors(self) -> str:
        found = self.tree.xpath("//*[@class='error-summary']")
        return " ".join(" ".join(item.text_content().split()) for item in found)

    def form(self, button: str) -> Any:
        """Return the form that the button with this text sends."""
        for form in self.tree.forms:
            texts = [" ".join(item.text_content().split()) for item in form.xpath(".//button")]
            if button in texts:
                return form
        raise AssertionError(f"no button {button!r} on the page: {self.text[:600]}")

    def values(self, button: str) -> dict[str, Any]:
        """Return what the form would send if nothing were changed."""
        values: dict[str, Any] = {}
        for name, value in self.form(button).form_values():
            values.setdefault(name, []).append(value)
        return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask) -> None:
        self._client = Client(mounted({"registry": app}, "registry"))

    def sign_in(self, login: str, password: str = PASSWORD) -> "Browser":
        page = self.get("/registry/sign-in")
        self.submit(page, "Přihlásit", login=login, password=password)
        return self

    def forget(self, cookie: str, path: str = "/") -> None:
        self._client.delete_cookie(cookie, path=path)

    def keep(self, cookie: str, value: str, path: str) -> None:
        self._client.set_cookie(cookie, value, path=path)

    def get(self, path: str, **more: Any) -> Page:
        return Page(self._client.get(path, **more))

    def post(self, path: str, data: Any = None, **more: Any) -> Page:
        return Page(self._client.post(path, data=data, **more))

    def submit(self, page: Page, button: str, **changes: Any) -> Page:
        """Fill the form in as a person would and press the button."""
        form = page.form(button)
        values = {**page.values(button), **changes}
        path = form.get("action") or page.reply.request.full_path.rstrip("?")
        if page.reply.request.script_root and not path.startswith("/registry"):
            path = page.reply.request.script_root + path
        sent = {name: value for name, value in values.items() if value is not None}
        return Page(self._client.post(path, data=sent))

    def follow(self, page: Page) -> Page:
        assert page.status in (302, 303, 307), page.text[:800]
        return self.get(page.location)

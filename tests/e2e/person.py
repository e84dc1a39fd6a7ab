"""A person at the product: a window of a real browser, used by labels and names of buttons."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, FilePayload, Locator, Page, ViewportSize, expect

from services.demonstration.people import PASSWORD, SIGNING_SECRET
from services.demonstration.people import Person as Account

WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PATIENCE_SECONDS = 20
SEND_TWICE = """async (button) => {
  const body = () => new URLSearchParams(new FormData(button.form));
  const send = async () => (await fetch(button.form.action, {method: "POST", body: body()})).url;
  return Promise.all([send(), send()]);
}"""
SERIOUS = ("serious", "critical")


@dataclass
class Looks:
    """What was found when pages were looked at."""

    picture: Callable[[str], Path | None]
    axe: Axe = field(default_factory=Axe)
    faults: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


class Person:
    """Somebody at a window; with an account they sign in when the product asks them to."""

    def __init__(
        self, browser: Browser, url: str, looks: Looks, account: Account | None = None
    ) -> None:
        self.account, self.looks, self.url = account, looks, url
        self._context = browser.new_context(locale="cs-CZ", viewport=WIDE, base_url=url)
        self._context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.page: Page = self._context.new_page()

    def leave(self) -> None:
        """Close the window."""
        self._context.close()

    def open(self, path: str) -> None:
        """Go to an address; sign in again when the product asks for it."""
        self.page.goto(path)
        self._sign_in_if_asked()

    def follow(self, name: str) -> None:
        """Click a link."""
        with self.page.expect_navigation():
            self.main.get_by_role("link", name=name).first.click()
        self._sign_in_if_asked()

    def press(self, name: str) -> None:
        """Press a button of the page."""
        with self.page.expect_navigation():
            self.main.get_by_role("button", name=name).first.click()

    def press_twice(self, name: str) -> list[str]:
        """Send the form of a button twice at the same moment; return where each one ended."""
        button = self.main.get_by_role("button", name=name).first
        ended: list[str] = button.evaluate(SEND_TWICE)
        return ended

    def fill(self, **values: str | bool | tuple[str, ...]) -> None:
        """Fill in fields by their names; a choice or several are chosen, a box is ticked."""
        for name, value in values.items():
            self._fill(self.main.locator(f"[name='{name.replace('__', '-')}']"), value)

    def label(self, text: str, value: str) -> None:
        """Fill in a field by its label."""
        self.main.get_by_label(text, exact=True).fill(value)

    def upload(self, name: str, files: list[FilePayload]) -> None:
        """Choose files from the disk."""
        self.main.locator(f"[name='{name}']").set_input_files(files)

    def sees(self, *texts: str) -> None:
        """Check that the page says this, whatever kind of space it uses."""
        for text in texts:
            expect(self.main).to_contain_text(spaced(text))

    def sees_heading(self, text: str) -> None:
        """Check the heading of the page."""
        expect(self.page.locator("h1")).to_contain_text(spaced(text))

    def sees_errors(self, *texts: str) -> None:
        """Check that the list of errors on top says this, and that it has the focus."""
        summary = self.page.locator(".error-summary")
        expect(summary).to_be_visible()
        for text in texts:
            expect(summary).to_contain_text(spaced(text))

    def sees_no_errors(self) -> None:
        """Fail with the product's own words if the page refuses something."""
        summary = self.page.locator(".error-summary")
        assert summary.count() == 0, f"{self.page.url}: {summary.inner_text()}"

    def waits_for(self, path: str, text: str) -> None:
        """Load a page again until it says this; workers act a moment after people."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            self.open(path)
            if spaced(text).search(self.main.inner_text()):
                return
            assert time.monotonic() < end, f"{path} never said {text!r}:\n{self.main.inner_text()}"
            time.sleep(0.3)

    def go_to_sign(self) -> None:
        """From the list of documents to the page that signs all that waits."""
        self.open("/documents/")
        words = re.compile("Podepsat (oba|všechny|všech)|Prohlédnout a podepsat")
        self.page.locator(".page a.btn-primary").filter(has_text=words).first.click()

    def sign(self) -> None:
        """On the signing page: look at the pages, type the secret, sign."""
        assert "/documents/sign" in self.page.url, f"{self.page.url}: {self.main.inner_text()}"
        expect(self.page.locator("img.page-image").first).to_be_visible()
        self.page.locator("[name='signing_secret']").fill(SIGNING_SECRET)
        self.page.get_by_role("button", name=re.compile("Podepsat")).first.click()
        self.page.wait_for_url(lambda address: "/documents/sign" not in address)
        self.sees_no_errors()

    def row(self, text: str) -> Locator:
        """Return the row of a table that says this."""
        return self.main.get_by_role("row").filter(has_text=text).first

    def reads_row(self, text: str, *texts: str) -> None:
        """Check that the row of a table that says the first says the others, too."""
        for other in texts:
            expect(self.row(text)).to_contain_text(spaced(other))

    def reads_fact(self, label: str, text: str) -> None:
        """Check what the list of facts says under a label."""
        term = self.main.locator("dt").filter(has_text=re.compile(f"^{re.escape(label)}$"))
        expect(term.locator("xpath=following-sibling::dd[1]")).to_contain_text(spaced(text))

    def cells(self, text: str) -> list[str]:
        """Return what stands in the cells of the row that says this."""
        return [plain(cell) for cell in self.row(text).get_by_role("cell").all_inner_texts()]

    @property
    def main(self) -> Locator:
        """The page without its head: its own part and what stands beside it."""
        return self.page.locator(".page")

    def look(self, name: str, *, is_phone: bool = False) -> None:
        """Take a picture of the page and check that everybody can use it."""
        if is_phone:
            self.page.set_viewport_size(PHONE)
            name = f"{name}-phone"
        self.looks.names.append(name)
        self._check_width(name)
        self._check_with_axe(name)
        target = self.looks.picture(f"{len(self.looks.names):02}-{name}")
        if target:
            self.page.screenshot(path=target, full_page=True)
        self.page.set_viewport_size(WIDE)

    def _check_width(self, name: str) -> None:
        over = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if over > 0:
            self.looks.faults.append(f"{name}: wider than its window by {over} px")

    def _check_with_axe(self, name: str) -> None:
        found: list[dict[str, Any]] = self.looks.axe.run(self.page).response["violations"]
        for item in found:
            if item["impact"] in SERIOUS:
                places = [node["html"][:160] for node in item["nodes"]]
                self.looks.faults.append(f"{name}: {item['id']} ({item['impact']}) {places[:3]}")

    def _sign_in_if_asked(self) -> None:
        if "/registry/sign-in" not in self.page.url or self.account is None:
            return
        self.page.get_by_label("Přihlašovací jméno").fill(self.account.login)
        self.page.get_by_label("Heslo", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Přihlásit").click()
        self.page.wait_for_url(lambda address: "/registry/sign-in" not in address)

    def _fill(self, found: Locator, value: str | bool | tuple[str, ...]) -> None:
        kind = found.first.get_attribute("type")
        tag = found.first.evaluate("element => element.tagName")
        if kind == "radio":
            found.and_(self.page.locator(f"[value='{value}']")).check()
        elif kind == "checkbox" and isinstance(value, bool):
            found.first.set_checked(value)
        elif tag == "SELECT":
            found.first.select_option(list(value) if isinstance(value, tuple) else str(value))
        else:
            found.first.fill(str(value))


def plain(text: str) -> str:
    """Return the text with simple spaces."""
    return " ".join(text.split())


def spaced(text: str) -> re.Pattern[str]:
    """Return a pattern in which any space stands for any other, a line's end included."""
    return re.compile(r"\s+".join(re.escape(word) for word in text.split()))

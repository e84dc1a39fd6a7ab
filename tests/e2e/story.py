"""What the people of the browser story know: who they are, what they apply for, which day it is."""

import sys
from dataclasses import dataclass, field, replace
from datetime import date

from playwright.sync_api import Browser

from services.demonstration.people import Person as Account
from services.demonstration.projects import PROJECTS, Project
from services.demonstration.stage import Stage
from tests.e2e.person import Looks, Person
from tests.e2e.product import Product

START = date(2026, 8, 3)
"""A Monday; the call is announced on it."""
TOWN = PROJECTS[5]
CARPENTER = replace(PROJECTS[11], fiche="F2", requested="6300000")
"""Comes without a mandatory attachment first; asks for more than the fiche holds."""
FARMER_WOMAN = replace(PROJECTS[13], requested="800000")
"""Has no data box. She, too, asks for more than the fiche holds, with fewer points than the
carpenter; but her fiche is under-drawn, and what is left is not enough for both."""
APPLICANTS = (TOWN, CARPENTER, FARMER_WOMAN)


@dataclass
class Story:
    """The running product with a window for each person."""

    product: Product
    browser: Browser
    looks: Looks
    stage: Stage
    call: str = ""
    """Id of the call."""
    cases: dict[str, str] = field(default_factory=dict)
    """Ids of the applications by their project's code."""
    _people: dict[str, Person] = field(default_factory=dict)

    def as_(self, account: Account) -> Person:
        """Return the person at a window of their own."""
        if account.login not in self._people:
            self._people[account.login] = Person(
                self.browser, self.product.url, self.looks, account
            )
        return self._people[account.login]

    def public(self) -> Person:
        """Return somebody who has no account."""
        if "" not in self._people:
            self._people[""] = Person(self.browser, self.product.url, self.looks)
        return self._people[""]

    def end(self) -> None:
        """Say where everybody stopped and close all windows; pytest shows it of a failed test."""
        for login, person in self._people.items():
            sys.stdout.write(f"{login or 'public'} stopped at {person.page.url}\n")
            target = self.looks.picture(f"last-{login or 'public'}")
            if target:
                person.page.screenshot(path=target, full_page=True)
            person.leave()

    def case(self, project: Project) -> str:
        """Return the address of a project's case in evaluation."""
        return f"/evaluation/cases/{self.cases[project.code]}"

    def in_call(self, path: str = "") -> str:
        """Return an address of the call in evaluation."""
        return f"/evaluation/calls/{self.call}{path}"


def last_part(url: str) -> str:
    """Return the id at the end of an address."""
    return url.partition("?")[0].rstrip("/").rpartition("/")[2]

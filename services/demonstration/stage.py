"""The stage of the demonstration: who is there, what time it is, what has happened so far."""

import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import requests

from services.demonstration.people import DIRECTOR, EVERYBODY, SIGNING_SECRET, Person
from services.demonstration.projects import DEFICIENT, PROJECTS, Project
from services.demonstration.web import Visitor, wait_for
from shared.calendar_cz import PRAGUE, next_working_day
from shared.contracts.codec import to_json
from shared.money import Money

WAITING = ("draft", "signing")


@dataclass
class Stage:
    """A running product with the people of the story signed in."""

    url: str
    simulator_url: str
    start: date
    """Day on which the call is announced."""
    number: int = 8
    """Number of the call."""
    projects: Sequence[Project] = PROJECTS
    """The applications of the call."""
    ids: dict[str, str] = field(default_factory=dict)
    """What the story has made so far, by name."""
    said: list[str] = field(default_factory=list)
    """What was told to the person at the terminal; it becomes the report."""
    began: float = field(default_factory=time.monotonic)
    today: date = field(init=False)

    def __post_init__(self) -> None:
        """Bring the people to the stage."""
        self.today = self.start
        self._visitors = {person.login: Visitor(self.url, person) for person in EVERYBODY}
        self.public = Visitor(self.url)

    @property
    def deficient(self) -> Project:
        """The application with a defect."""
        return next(project for project in self.projects if project.code == DEFICIENT)

    @property
    def sound(self) -> list[Project]:
        """The applications without one."""
        return [project for project in self.projects if project.code != DEFICIENT]

    def another(self, start: date, number: int) -> "Stage":
        """Return a stage for another call of the same organisation and people."""
        kept = {person.login: self.ids[person.login] for person in EVERYBODY}
        kept["regulation"] = self.id_of("regulation")
        return Stage(
            self.url, self.simulator_url, start, number, ids=kept, said=self.said, began=self.began
        )

    def as_(self, person: Person) -> Visitor:
        """Return the person as the product sees her."""
        return self._visitors[person.login]

    def id_of(self, name: str) -> str:
        """Return the id that the story chose for a thing; the same in every run of one start."""
        if name not in self.ids:
            self.ids[name] = str(uuid5(NAMESPACE_URL, f"vyzva-demo/{self.start}/{name}"))
        return self.ids[name]

    def tell(self, text: str) -> None:
        """Say what happened, with the story's day and the real seconds since the start."""
        line = f"{self.today.day:2}. {self.today.month:2}. {self.today.year}  {text}"
        self.said.append(line)
        sys.stdout.write(f"[{time.monotonic() - self.began:6.1f} s] {line}\n")
        sys.stdout.flush()

    def day(self, day: date, hour: int = 9, minute: int = 0) -> None:
        """Move the process clock and the simulator's clock to a Prague day and hour."""
        self.today = day
        at = instant(day, hour, minute)
        self.as_(DIRECTOR).put("registry", "/clock", {"at": at})
        reply = requests.post(f"{self.simulator_url}/control/clock", json={"now": at}, timeout=10)
        reply.raise_for_status()

    def to_real_time(self) -> None:
        """Let both clocks show real time again; letters of today must not arrive before today."""
        self.as_(DIRECTOR).api("DELETE", "registry", "/clock")
        reset_simulator_clock(self.simulator_url)

    def later(self, days: int, hour: int = 9) -> None:
        """Move on by days, and to a working day."""
        self.day(next_working_day(self.today + timedelta(days=days)), hour)

    def documents(self, person: Person, **filters: Any) -> list[dict[str, Any]]:
        """Return the documents that match, all pages."""
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            reply = self.as_(person).get(
                "documents", "/documents", page=page, page_size=100, **filters
            )
            found += reply["items"]
            if len(found) >= reply["total"] or not reply["items"]:
                return found
            page += 1

    def sign(self, person: Person, document_ids: Iterable[str]) -> None:
        """Let the person sign documents on the page that shows them, as soon as they are there."""
        visitor = self.as_(person)
        waiting = []
        for document_id in document_ids:
            document = wait_for(
                f"document {document_id}", partial(self._draft, visitor, document_id)
            )
            if document["state"] in WAITING:
                waiting.append(document_id)
        if waiting:
            path = f"/documents/sign?ids={','.join(waiting)}"
            visitor.submit(path, {"signing_secret": SIGNING_SECRET})

    def case(self, project: Project) -> dict[str, Any]:
        """Return the case of a project as evaluation sees it."""
        found: dict[str, Any] = self.as_(DIRECTOR).get(
            "evaluation", f"/cases/{self.id_of(project.code)}"
        )
        return found

    def wait_for_states(self, what: str, *states: str, of: Sequence[Project] | None = None) -> None:
        """Wait until every case, or each of the given, is in one of the states."""
        wanted = {self.id_of(project.code) for project in of or self.projects}

        def look() -> bool:
            cases = self.as_(DIRECTOR).get(
                "evaluation", f"/calls/{self.id_of('call')}/cases", page_size=200
            )["items"]
            there = {case["id"] for case in cases if case["state"] in states}
            return wanted <= there

        wait_for(what, look)

    def _draft(self, visitor: Visitor, document_id: str) -> dict[str, Any] | None:
        reply = visitor.try_get("documents", f"/documents/{document_id}")
        return reply if isinstance(reply, dict) else None


def reset_simulator_clock(simulator_url: str) -> None:
    """Let the clock of the data-box system show real time."""
    reply = requests.post(f"{simulator_url}/control/clock", json={"reset": True}, timeout=10)
    reply.raise_for_status()


def instant(day: date, hour: int, minute: int = 0) -> str:
    """Return a Prague day and hour as an RFC 3339 instant."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PRAGUE).isoformat()


def in_words(amount: Mapping[str, Any]) -> str:
    """Return whole crowns of the JSON API as a Czech reader writes them: 8 450 000 Kč."""
    return f"{Decimal(amount['amount']):,.0f} Kč".replace(",", " ")


def day_in_words(text: str) -> str:
    """Return a day of the JSON API as a Czech reader writes it: 10. 9. 2026."""
    day = date.fromisoformat(text)
    return f"{day.day}. {day.month}. {day.year}"


def crowns(text: str) -> Any:
    """Return whole crowns as the JSON API takes them."""
    return to_json(Money.czk(int(text)))


def link_id(*parts: str) -> str:
    """Return the id of a declared interest."""
    return str(uuid5(NAMESPACE_URL, "/".join(parts)))

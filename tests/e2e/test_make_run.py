"""``make run``: the command itself, killed on the way, and what a person then finds everywhere."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from services.demonstration.people import (
    ASSEMBLY,
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    EVERYBODY,
    PASSWORD,
    Person,
)
from services.demonstration.web import Visitor
from services.unfinished import MARK, WRITTEN
from tests.e2e.product import free_port
from tests.house.tree import ROOT

PATIENCE_SECONDS = 400
EMPTY = "//*[contains(concat(' ', @class, ' '), ' empty ')]"
UNUSED = {"/documents/certificates", "/documents/at-risk", "/documents/dispatches"}
"""Nobody in the demonstration signs with a certificate of one's own, nothing is neglected, and
nobody approves paid messages one by one."""
FIRST_PAGE = "/evaluation/"
LISTS = {
    "/registry/office/calls": 4,
    "/registry/office/applications": 15,
    "/evaluation/calls": 3,
    "/documents/list": 1,
    "/documents/deliveries": 5,
}
"""Lists in the menu, with the least number of rows that they show."""
TASKS = {FIRST_PAGE, "/registry/office", "/documents/"}
"""Pages of tasks: the first shows those of all services, the others only their own."""
PUBLIC = ("/registry/", "/registry/mas/szk", "/registry/mas/szk/vyzvy")
KEPT = {"keys", "secret.txt"}

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


@dataclass
class Terminal:
    """A person's terminal in which the product is started, again and again."""

    folder: Path
    port: int
    starts: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return (self.folder / f"terminal-{self.starts}").read_text("utf-8", "replace")

    def start(self, *words: str) -> None:
        """Type the command that ``make run`` runs."""
        self.starts += 1
        kept = {name: text for name, text in os.environ.items() if not name.startswith("VYZVA_")}
        own = {
            "VYZVA_VAR": str(self.var),
            "VYZVA_PORT": str(self.port),
            "VYZVA_PUBLIC_URL": self.url,
        }
        with (self.folder / f"terminal-{self.starts}").open("wb") as terminal:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "services", "run", *words],
                cwd=ROOT,
                env={**kept, **own},
                stdout=terminal,
                stderr=terminal,
            )

    def wait_for(self, is_there: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_there():
            assert self.process and self.process.poll() is None, self.said[-3000:]
            assert time.monotonic() < deadline, self.said[-3000:]
            time.sleep(0.1)

    def says(self, words: str) -> Callable[[], bool]:
        return lambda: words in self.said

    def end(self, how: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(30)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path, free_port())
    yield opened
    opened.end(signal.SIGKILL)


def test_an_interrupted_demonstration_is_played_anew(terminal: Terminal) -> None:
    (terminal.var / "notes").mkdir(parents=True)
    (terminal.var / "notes" / "own.txt").write_text("a person's own file")

    terminal.start("--short")
    terminal.wait_for(terminal.says("Organizace je založená"))
    terminal.end(signal.SIGKILL)
    assert PASSWORD not in terminal.said

    terminal.start("--short")
    terminal.wait_for(terminal.says("nebyla dohraná"))
    report = terminal.var / "demo" / "index.html"
    terminal.wait_for(lambda: report.exists() and is_announced(terminal, 9))
    terminal.end(signal.SIGKILL)
    assert PASSWORD not in terminal.said
    assert offset(terminal) != 0

    terminal.start("--short")
    terminal.wait_for(terminal.says("Konec: Ctrl+C"))
    assert "nebyla dohraná" in terminal.said
    check_the_terminal(terminal)
    check_the_folder(terminal)
    for person in EVERYBODY:
        check_pages(Visitor(terminal.url, person), person)
    check_public_pages(Visitor(terminal.url))

    terminal.end(signal.SIGINT)
    terminal.start()
    terminal.wait_for(terminal.says("Konec: Ctrl+C"))
    assert "přehrává" not in terminal.said
    check_the_terminal(terminal)
    check_pages(Visitor(terminal.url, EVERYBODY[0]), EVERYBODY[0])


def test_a_real_organisation_is_never_given_a_demonstration_nor_removed(
    terminal: Terminal,
) -> None:
    terminal.start("--empty")
    terminal.wait_for(terminal.says("Konec: Ctrl+C"))
    (code,) = re.findall(r"Kód k založení: (\S+)", terminal.said)
    found_real_organisation(terminal, code)
    terminal.end(signal.SIGTERM)

    terminal.start()
    terminal.wait_for(terminal.says("Konec: Ctrl+C"))
    assert "Organizace už je založená" in terminal.said
    assert "přehrává" not in terminal.said
    assert PASSWORD not in terminal.said
    terminal.end(signal.SIGTERM)

    (terminal.var / MARK).touch()
    terminal.start()
    terminal.wait_for(terminal.says("Konec: Ctrl+C"))
    assert "sama se nesmaže" in terminal.said
    assert "přehrává" not in terminal.said
    home = Visitor(terminal.url).page("/registry/mas/sokolovsko")
    assert "MAS Sokolovsko" in home.text_content()


def found_real_organisation(terminal: Terminal, code: str) -> None:
    form = {
        "code": code,
        "name": "MAS Sokolovsko",
        "slug": "sokolovsko",
        "director_name": "Jana Malá",
        "email": "reditelka@sokolovsko.cz",
        "login": "reditelka",
        "password": "dlouhé heslo ředitelky",
        "again": "dlouhé heslo ředitelky",
    }
    Visitor(terminal.url).submit("/registry/setup", form)


def is_announced(terminal: Terminal, number: int) -> bool:
    """Tell whether the public page of a call is there; the demonstration leaves work after it."""
    address = f"{terminal.url}/registry/mas/szk/vyzvy/{number}"
    return requests.get(address, timeout=30).status_code == 200


def offset(terminal: Terminal) -> float:
    found = json.loads((terminal.var / "clock.json").read_text("utf-8"))
    return float(found["offset_seconds"])


def check_the_terminal(terminal: Terminal) -> None:
    """Addresses, each account and both secrets are said."""
    assert f"{terminal.url}/registry/sign-in" in terminal.said
    assert all(re.search(rf"^  {one.login} .*{one.name}", terminal.said, re.M) for one in EVERYBODY)
    assert PASSWORD in terminal.said
    assert "Traceback" not in terminal.said


def check_the_folder(terminal: Terminal) -> None:
    """It is over, the clock shows real time, and nothing is written that could not be removed."""
    assert offset(terminal) == 0
    assert not (terminal.var / MARK).exists()
    assert (terminal.var / "notes" / "own.txt").read_text() == "a person's own file"
    assert {path.name for path in terminal.var.iterdir()} <= {*WRITTEN, *KEPT, "notes"}


def check_pages(visitor: Visitor, person: Person) -> None:
    """Something waits for whoever has acts to do, and nothing in the menu is empty for anybody."""
    first = visitor.page(FIRST_PAGE)
    has_acts = person not in (ASSEMBLY, AUDITOR)
    assert bool(first.xpath("//table[contains(@class, 'waiting')]//tbody/tr")) == has_acts, person
    pages = [visitor.page(path) for path in TASKS]
    links = {link for page in pages for link in page.xpath("//header//nav//a/@href")}
    menu = {link for link in links if "/language/" not in link}
    office = {"/documents/deliveries"} if person in (DIRECTOR, ASSISTANT, AUDITOR) else set()
    assert set(LISTS) & menu == (set(LISTS) - {"/documents/deliveries"}) | office, person
    for path in sorted(menu - TASKS):
        page = visitor.page(path)
        rows = page.xpath("//main//table//tbody/tr")
        assert path in UNUSED or not page.xpath(EMPTY), f"{person.login} {path}"
        assert len(rows) >= LISTS.get(path, 0), f"{person.login} {path}: {len(rows)}"


def check_public_pages(visitor: Visitor) -> None:
    """Calls of each kind can be read without an account, with the list and the results."""
    pages = {path: visitor.page(path) for path in PUBLIC}
    links = {link for page in pages.values() for link in page.xpath("//main//a/@href")}
    for number, last in ((8, "/vysledky"), (9, "/prijate-zadosti"), (10, "")):
        address = f"/registry/mas/szk/vyzvy/{number}{last}"
        assert address in links
        pages[address] = visitor.page(address)
    for path, page in pages.items():
        assert not page.xpath(EMPTY), path
    assert len(pages["/registry/mas/szk/vyzvy/9/prijate-zadosti"].xpath("//tbody/tr")) == 6
    assert len(pages["/registry/mas/szk/vyzvy/8/vysledky"].xpath("//tbody/tr")) >= 6

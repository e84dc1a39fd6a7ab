"""The whole story over HTTP, in both shapes of the product; parts of it are killed on the way."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
import requests
from sqlalchemy import column, create_engine, table, update

from services.demonstration.command import play, start_day
from services.demonstration.founding import found_organisation
from services.demonstration.people import ASSISTANT, DIRECTOR
from services.demonstration.projects import PROJECTS
from services.demonstration.stage import Stage
from shared.db import engine_options
from tests.e2e.product import Product, each_alone, has_nginx, one_process

OFFICE = "/registry/office"
BURST = 40
"""Members written one after another while registry is killed."""
IMPATIENT = {
    "VYZVA_DOCUMENTS_QUIET_SECONDS": "2",
    "VYZVA_DOCUMENTS_SECOND_LOOK_SECONDS": "2",
    "VYZVA_DOCUMENTS_POLL_SECONDS": "1",
}
"""How soon documents looks whether a message went out that a dead worker was sending."""


def ledger(stage: Stage) -> dict[str, Any]:
    """Return what the data-box system counted."""
    reply = requests.get(f"{stage.simulator_url}/control/ledger", timeout=10)
    reply.raise_for_status()
    found: dict[str, Any] = reply.json()
    return found


def check_the_end(stage: Stage, report: Path) -> None:
    """Everybody was told the result, nothing was sent twice, and the papers are there."""
    counted = ledger(stage)
    assert counted["duplicates"] == []
    boxes = sum(1 for project in PROJECTS if project.data_box)
    # Two notices for each box, a deficiency call and a refusal.
    assert counted["messages"] >= 2 * boxes + 1
    states = {stage.case(project)["state"] for project in PROJECTS}
    assert states == {"result_notified"}
    assert "8. výzva" in report.read_text("utf-8")
    assert list(report.parent.rglob("*.pdf"))


def post_twice(stage: Stage) -> None:
    """Send the form of a new member twice at the same moment, as a double click does."""
    visitor = stage.as_(DIRECTOR)
    visitor.sign_in()
    path = f"{OFFICE}/people/members"
    page = visitor.page(path)
    form = next(form for form in page.forms if "member_id" in form.fields)
    data = dict(form.form_values()) | {"name": "Dvojklik, z. s.", "email": "dvoj@example.org"}

    def send(_number: int) -> int:
        cookies = visitor.browser.cookies
        headers = {"Referer": visitor.url + path}
        reply = requests.post(
            visitor.url + path, data=data, cookies=cookies, headers=headers, timeout=30
        )
        return reply.status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(send, range(2))) == [200, 200]
    members = visitor.get("registry", "/members")
    assert sum(1 for member in members if member["name"] == "Dvojklik, z. s.") == 1


@pytest.mark.slow
def test_the_story_in_one_process(tmp_path: Path, databases: dict[str, str]) -> None:
    with one_process(tmp_path, databases) as product:
        found_organisation(product.var, **_settings(databases))
        stage = Stage(product.url, product.simulator_url, start_day())
        report = play(stage, tmp_path / "report")
        check_the_end(stage, report)
        post_twice(stage)
        register_twice(stage)


def register_twice(stage: Stage) -> None:
    """A second click on an act that is done already changes nothing."""
    assistant = stage.as_(ASSISTANT)
    path = f"/applications/{stage.id_of(PROJECTS[0].code)}"
    before = assistant.get("registry", path)
    again = assistant.post("registry", f"{path}/registration", {"version": before["version"]})
    assert again["application"]["number"] == before["number"]
    assert again["document_ids"] == []
    assert assistant.get("registry", path) == before


@dataclass
class Saboteur:
    """Kills a part of the product in the middle of its work and starts it again."""

    product: Product
    name: str
    is_busy: Callable[[], bool]
    let_leases_end: Callable[[], None]
    was_killed: bool = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Wait in another thread for the moment when the part is busy."""
        is_over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(is_over,))
        thread.start()
        yield
        is_over.set()
        thread.join()

    def _watch(self, is_over: threading.Event) -> None:
        while not is_over.is_set():
            with suppress(requests.RequestException):
                if self.is_busy():
                    self.product.kill(self.name)
                    self.let_leases_end()
                    self.product.start(self.name)
                    self.was_killed = True
                    return
            time.sleep(0.1)


def end_leases(address: str, name: str) -> None:
    """Let the minutes pass for which a dead worker holds its work; nobody waits for them here."""
    leased = table(name, column("leased_until"))
    engine = create_engine(address, **engine_options(address))
    with engine.begin() as connection:
        connection.execute(
            update(leased)
            .where(leased.c.leased_until.is_not(None))
            .values(leased_until="2000-01-01 00:00:00")
        )
    engine.dispose()


class Watched(Stage):
    """A stage that says when the story has come to a point."""

    hooks: dict[str, Callable[[], None]]

    def tell(self, text: str) -> None:
        """Say it, then do what belongs to this point of the story."""
        super().tell(text)
        for words, hook in list(self.hooks.items()):
            if words in text:
                del self.hooks[words]
                hook()


def lose_nothing(product: Product, stage: Stage) -> None:
    """Kill registry while it writes; all that it acknowledged is there afterwards."""
    director = stage.as_(DIRECTOR)
    ids = [str(uuid5(NAMESPACE_URL, f"burst/{number}")) for number in range(BURST)]
    acknowledged: list[str] = []

    def write() -> None:
        for number, member_id in enumerate(ids):
            body = {"name": f"Spolek {number}", "email": f"spolek{number}@example.org"}
            with suppress(Exception):
                director.put("registry", f"/members/{member_id}", body)
                acknowledged.append(member_id)

    thread = threading.Thread(target=write)
    thread.start()
    while len(acknowledged) < 5:
        time.sleep(0.01)
    product.kill("registry-serve")
    thread.join()
    assert len(acknowledged) < BURST, "registry was killed too late"
    product.start("registry-serve")
    product.wait_for("registry")
    write()  # as people do: what was not confirmed is sent again
    members = director.get("registry", "/members")
    names = [one["name"] for one in members if one["name"].startswith("Spolek ")]
    assert len(names) == len(set(names)) == BURST
    assert set(acknowledged) == set(ids)


def _settings(databases: dict[str, str]) -> dict[str, str]:
    return {f"VYZVA_{name.upper()}_DATABASE_URL": url for name, url in databases.items()}


@pytest.mark.slow
def test_the_story_in_parts_survives_kills(tmp_path: Path, databases: dict[str, str]) -> None:
    if not has_nginx():
        pytest.skip("nginx is not installed.")
    with each_alone(tmp_path, databases, **IMPATIENT) as product:
        found_organisation(product.var, **_settings(databases))
        stage = Watched(product.url, product.simulator_url, start_day())
        stage.hooks = {"Pekárna": lambda: lose_nothing(product, stage)}
        director = stage.as_(DIRECTOR)

        def address_of(service: str) -> str:
            return databases.get(service, f"sqlite:///{product.var}/{service}.sqlite")

        def controlled() -> bool:
            call = stage.ids.get("call")
            if call is None:
                return False
            cases = director.try_get("evaluation", f"/calls/{call}/cases") or {"items": []}
            return sum(1 for case in cases["items"] if case["state"] == "control_passed") >= 3

        sending = Saboteur(
            product,
            "documents-worker",
            lambda: ledger(stage)["messages"] >= 5,
            lambda: end_leases(address_of("documents"), "delivery"),
        )
        reading = Saboteur(
            product,
            "evaluation-worker",
            controlled,
            lambda: end_leases(address_of("evaluation"), "outbox"),
        )
        with sending.at_work(), reading.at_work():
            report = play(stage, tmp_path / "report")
        assert sending.was_killed
        assert reading.was_killed
        check_the_end(stage, report)
        slow_down_guessing(product)


def slow_down_guessing(product: Product) -> None:
    """One address that tries many names is slowed down by the proxy."""

    def guess(number: int) -> int:
        body = {"login": f"nikdo-{number}", "password": "uhodnuté heslo"}
        reply = requests.post(f"{product.url}/registry/api/v1/sessions", json=body, timeout=30)
        return reply.status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(guess, range(120)))
    assert set(statuses) <= {401, 429}
    assert statuses.count(429) > 20, statuses

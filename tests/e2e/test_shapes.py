"""The whole story over HTTP, in both shapes of the product; parts of it are killed on the way."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from services.demonstration.command import play, start_day
from services.demonstration.people import ASSISTANT, DIRECTOR
from services.demonstration.projects import PROJECTS
from services.demonstration.stage import Stage
from tests.e2e.bootstrap import found_organisation
from tests.e2e.ending import check_the_end
from tests.e2e.kills import (
    Saboteur,
    Watched,
    drafts,
    end_leases,
    interests,
    ledger,
    lose_nothing,
    members,
    sign_drafts,
)
from tests.e2e.product import Product, each_alone, has_nginx, one_process

OFFICE = "/registry/office"
HALF_WAY = "Pekárna"
"""The application at which the product is killed, in the midst of the intake."""
IMPATIENT = {
    "VYZVA_DOCUMENTS_QUIET_SECONDS": "2",
    "VYZVA_DOCUMENTS_SECOND_LOOK_SECONDS": "2",
    "VYZVA_DOCUMENTS_LOOK_UP_SECONDS": "4",
    "VYZVA_DOCUMENTS_POLL_SECONDS": "1",
}
"""How soon documents looks whether a message went out that a dead worker was sending."""
LEASED = {
    "registry": ("outbox",),
    "evaluation": ("outbox",),
    "documents": ("outbox", "delivery"),
}
"""Tables whose rows a worker holds for some minutes."""
BURST, PER_SECOND = 40, 5
"""What the proxy's configuration lets through of one address: at once, and later on."""
GUESSES = 150


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
    with one_process(tmp_path, databases, **IMPATIENT) as product:
        found_organisation(product.var, **_settings(databases))
        stage = Watched(product.url, product.simulator_url, start_day())

        def kill_everything() -> None:
            bursts = [members(stage), interests(stage), drafts(stage, product)]
            lose_nothing(product, "all", bursts, meanwhile=let_leases_end)
            sign_drafts(stage)

        def let_leases_end() -> None:
            for service, tables in LEASED.items():
                end_leases(_address(product, databases, service), *tables)

        stage.hooks = {HALF_WAY: kill_everything}
        report = play(stage, tmp_path / "report")
        assert stage.hooks == {}
        check_the_end(stage, report, product.var)
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


def _settings(databases: dict[str, str]) -> dict[str, str]:
    return {f"VYZVA_{name.upper()}_DATABASE_URL": url for name, url in databases.items()}


def _address(product: Product, databases: dict[str, str], service: str) -> str:
    return databases.get(service, f"sqlite:///{product.var}/{service}.sqlite")


@pytest.mark.slow
def test_the_story_in_parts_survives_kills(tmp_path: Path, databases: dict[str, str]) -> None:
    if not has_nginx():
        pytest.skip("nginx is not installed.")
    with each_alone(tmp_path, databases, **IMPATIENT) as product:
        found_organisation(product.var, **_settings(databases))
        stage = Watched(product.url, product.simulator_url, start_day())

        def kill_each() -> None:
            lose_nothing(product, "registry-serve", [members(stage)])
            lose_nothing(product, "evaluation-serve", [interests(stage)])
            lose_nothing(product, "documents-serve", [drafts(stage, product)])
            sign_drafts(stage)

        stage.hooks = {HALF_WAY: kill_each}
        sending, reading = saboteurs(product, stage, databases)
        with sending.at_work(), reading.at_work():
            report = play(stage, tmp_path / "report")
        assert stage.hooks == {}
        assert sending.was_killed
        assert reading.was_killed
        check_the_end(stage, report, product.var)
        slow_down_guessing(product)


def saboteurs(
    product: Product, stage: Stage, databases: dict[str, str]
) -> tuple[Saboteur, Saboteur]:
    """Kill the worker that sends letters, and the one that hears of signed findings."""
    director = stage.as_(DIRECTOR)

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
        lambda: end_leases(_address(product, databases, "documents"), "delivery"),
    )
    reading = Saboteur(
        product,
        "evaluation-worker",
        controlled,
        lambda: end_leases(_address(product, databases, "evaluation"), "outbox"),
    )
    return sending, reading


def slow_down_guessing(product: Product) -> None:
    """One address that tries many names is slowed down by the proxy, whatever the product says."""
    api, page = "/registry/api/v1/sessions", "/registry/sign-in"

    def guess(number: int) -> requests.Response:
        body = {"login": f"nikdo-{number}", "password": "uhodnuté heslo"}
        return requests.post(product.url + api, json=body, timeout=30)

    def look(_number: int) -> requests.Response:
        # The product itself never refuses to show this page.
        return requests.get(product.url + page, timeout=30)

    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        guessed = list(pool.map(guess, range(GUESSES)))
        seen = list(pool.map(look, range(GUESSES)))
    most = BURST + 1 + PER_SECOND * (time.monotonic() - began + 1)
    passed = [reply for reply in (*guessed, *seen) if not _is_by_proxy(reply)]
    assert {reply.status_code for reply in passed} <= {200, 401, 429}
    assert any(reply.status_code == 401 for reply in passed)
    assert len(passed) <= most, f"{len(passed)} of {2 * GUESSES} came through, {most:.0f} may"
    for replies in (guessed, seen):
        assert any(_is_by_proxy(reply) for reply in replies)


def _is_by_proxy(reply: requests.Response) -> bool:
    """Tell whether the proxy refused by itself: its page is bare, the product's is a problem."""
    is_problem = reply.headers["Content-Type"].startswith("application/problem+json")
    return reply.status_code == 429 and not is_problem and "nginx" in reply.text

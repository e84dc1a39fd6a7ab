"""The story of a call in a real browser, in Czech, by the people whose acts they are."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from services.demonstration import preparing
from services.demonstration.simulator import prepare_simulator
from services.demonstration.stage import Stage
from tests.e2e import steps_call, steps_control, steps_evaluation, steps_intake, steps_selection
from tests.e2e.bootstrap import found_organisation
from tests.e2e.person import Looks
from tests.e2e.product import one_process
from tests.e2e.story import START, Story

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=cs-CZ",
)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Start the system's Chromium; a machine without one skips, CI must have it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing; .ci/run installs it.")
        pytest.skip("Chromium is not installed.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def story(
    browser: Browser,
    databases: dict[str, str],
    tmp_path: Path,
    picture: Callable[[str], Path | None],
) -> Iterator[Story]:
    """Run the product with the organisation's accounts, on the day of the announcement.

    The demonstration makes them through the JSON API: thirteen accounts with their signatures,
    the letterhead, eight members, the regulation and a first version of the planned shares. In
    the browser the director adds one more person and writes the shares anew.
    """
    with one_process(tmp_path, databases) as product:
        addresses = {f"VYZVA_{name.upper()}_DATABASE_URL": url for name, url in databases.items()}
        found_organisation(product.var, **addresses)
        stage = Stage(product.url, product.simulator_url, START)
        prepare_simulator(stage)
        stage.day(START)
        preparing.prepare_organisation(stage)
        played = Story(product, browser, Looks(picture), stage)
        yield played
        played.end()


@pytest.mark.browser
@pytest.mark.slow
def test_people_play_the_story_in_their_browsers(story: Story) -> None:
    steps_call.welcome_newcomer(story)
    steps_call.plan_strategy(story)
    steps_call.prepare_call(story)
    steps_call.approve_amount(story)
    steps_call.announce_call(story)
    story.stage.later(2)
    steps_intake.take_in(story)
    story.stage.later(26, hour=13)
    steps_intake.publish_list(story)
    story.stage.later(1)
    steps_control.prepare_control(story)
    steps_control.control_everything(story)
    steps_control.call_on_applicant(story)
    story.stage.later(2)
    steps_control.repair_deficiency(story)
    steps_control.send_notices(story)
    story.stage.later(1)
    steps_evaluation.set_up_committee(story)
    steps_evaluation.assign(story)
    story.stage.later(3)
    steps_evaluation.score_everything(story)
    steps_evaluation.visit_everything(story)
    steps_evaluation.present_everything(story)
    story.stage.later(2, hour=17)
    steps_selection.open_meeting(story)
    steps_selection.recommend_everything(story)
    steps_selection.allocate(story)
    story.stage.later(5, hour=18)
    steps_selection.resolve(story)
    story.stage.later(1)
    steps_selection.tell_results(story)
    assert story.looks.faults == []

"""Chaos in short: workers killed at random places under bad weather, then nothing lost or twice."""

import random
from pathlib import Path

import pytest

from tests.crashes.campaign import STORM, Campaign, Plan, draw_weather, run_campaign
from tests.crashes.stage import open_stage
from tests.documents.conftest import TOWN

SHORT = Plan(notices=60, kills=6, hits=500)


def test_nothing_is_lost_twice_or_stuck(
    tmp_path: Path, database_url: str, socket_enabled: None
) -> None:
    report = run_campaign(tmp_path, database_url, SHORT)

    assert report.is_good, report
    assert report.messages == SHORT.notices
    assert report.kills > 0
    assert report.days > 4


def test_the_same_seed_draws_the_same_weather() -> None:
    one, two = random.Random(3), random.Random(3)

    drawn = [draw_weather(one, 600) for _ in range(20)]

    assert drawn == [draw_weather(two, 600) for _ in range(20)]
    assert len({str(faults) for faults in drawn}) > 10


@pytest.mark.parametrize("every", [2, 3])
def test_a_storm_refuses_some_letters_and_lets_others_through(
    tmp_path: Path, database_url: str, socket_enabled: None, every: int
) -> None:
    with open_stage(tmp_path, database_url) as stage:
        campaign = Campaign(stage, Plan(notices=12, kills=0))
        campaign.fill()
        for _ in range(3):
            campaign.turn([{**STORM, "every": every}], is_doomed=False)

        calls = campaign.judge().calls

    assert calls["CreateMessage 0000"] > 0 and calls["CreateMessage 3008"] > 0, calls


def test_the_judge_sees_what_is_lost_and_what_is_there_twice(
    tmp_path: Path, database_url: str, socket_enabled: None
) -> None:
    with open_stage(tmp_path, database_url) as stage:
        campaign = Campaign(stage, Plan(notices=3, kills=0))
        campaign.fill()
        made = {"reference": "MASZK-2026-000001/1"}
        stage.send_by_hand(made, TOWN)
        stage.send_by_hand(made, TOWN)

        report = campaign.judge()

    assert (report.duplicates, report.lost, report.stuck, report.unproved) == (1, 2, 3, 3)

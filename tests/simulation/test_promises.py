"""What the worker promises, whatever dies, hangs, lags or is lost; and that it would be noticed."""

from dataclasses import replace

import pytest

from services.documents.service import looking
from tests.simulation.episode import Broken, Plan, run_episode
from tests.simulation.plans import HELD, UNHELD, with_odd_clocks, with_outages, with_people

pytestmark = pytest.mark.one_database
SHORT = Plan(notices=4, stormy_steps=600)
SLEEPY = {"hang": 0.5, "hang_place": "call.begins"}
"""Workers stand still right before their request, longer than their lease."""


@pytest.mark.parametrize("seed", range(5))
def test_every_notice_is_sent_once_and_comes_to_an_end(seed: int) -> None:
    told = run_episode(seed, SHORT)

    assert told.kills > 0
    assert told.messages >= told.delivered
    assert told.delivered + told.asked == SHORT.notices


@pytest.mark.parametrize("seed", [0, 2])
def test_a_worker_that_wakes_after_its_lease_sends_nothing(seed: int) -> None:
    told = run_episode(seed, replace(SHORT, stormy_steps=500, **SLEEPY))

    assert told.delivered + told.asked == SHORT.notices


@pytest.mark.parametrize(
    ("seed", "settings"),
    [
        *((seed, HELD) for seed in range(3)),
        *((seed, UNHELD) for seed in range(3)),
    ],
)
def test_clocks_that_are_off_and_set_break_no_promise(
    seed: int, settings: dict[str, object]
) -> None:
    told = run_episode(seed, with_odd_clocks(SHORT, settings))

    assert told.clocks_set > 0
    assert told.delivered + told.asked == SHORT.notices


@pytest.mark.parametrize("seed", range(2))
def test_what_a_person_sends_by_hand_is_not_sent_again(seed: int) -> None:
    told = run_episode(seed, with_people(SHORT))

    assert told.by_hand > 0
    assert told.messages == SHORT.notices


@pytest.mark.parametrize("seed", range(2))
def test_an_unannounced_outage_loses_nothing_and_sends_nothing_twice(seed: int) -> None:
    told = run_episode(seed, with_outages(SHORT))

    assert told.calls_away > 0
    assert told.messages == SHORT.notices


def test_whoever_does_not_look_after_an_outage_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking.deliveries, "looks_first", lambda **_why: False)

    with pytest.raises(Broken, match=r"twice|ISDS holds 2"):
        for seed in range(12):
            run_episode(seed, with_outages(SHORT))


def test_periods_by_our_clock_alone_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "certainly_passed", lambda since, until: until.ours - since.ours)
    plan = with_odd_clocks(SHORT, UNHELD)

    with pytest.raises(Broken, match=r"twice|ISDS holds 2"):
        for seed in range(12):
            run_episode(seed, plan)


def test_the_same_seed_plays_the_same_again() -> None:
    assert run_episode(7, SHORT) == run_episode(7, SHORT)


@pytest.mark.parametrize(
    "harmful",
    [
        pytest.param(
            {"settings": {"quiet_seconds": 0, "second_look_seconds": 0, "look_up_seconds": 1}},
            id="a look that comes too early is believed",
        ),
        pytest.param(
            {"heeds_lease": False, **SLEEPY}, id="nobody asks at the last moment whether to go"
        ),
    ],
)
def test_what_would_break_a_promise_is_noticed_and_its_seed_replays(
    harmful: dict[str, object],
) -> None:
    plan = replace(SHORT, stormy_steps=500, **harmful)  # type: ignore[arg-type]

    with pytest.raises(Broken, match=r"twice|ISDS holds 2") as first:
        for seed in range(20):
            run_episode(seed, plan)
    with pytest.raises(Broken) as again:
        run_episode(seed, plan)

    assert str(again.value) == str(first.value)

"""A worker fails at a named place; another one finishes, and every notice is sent exactly once."""

from collections.abc import Iterator

import pytest

from tests.crashes.playing import expected, play
from tests.crashes.scenarios import ACTS, UNHEARD
from tests.crashes.stage import Stage, open_stage

CHOSEN = [
    *("recipients.written", "recipient.noted.written", "recipient.noted.committed"),
    *("send.channel.written", "send.intent.committed", "call.half_sent", "call.sent"),
    *(
        "call.answered",
        "send.outcome.written",
        "send.outcome.committed",
        "send.both.committed",
        "send.both.written",
        "delivery.kept.written",
        "outage.noted.written",
        "outage.ended.written",
        "abandoned.lost.committed",
        "doubt.written",
        "place.committed",
        "turn.written",
    ),
    *("look_up.planned.committed", "look_up.not_found.written", "adopt.fetched", "adopt.committed"),
    *(
        "look_up.duplicate.committed",
        "changes.committed",
        "message.committed",
        "proofs.written",
        "thought.committed",
    ),
]
"""One place of each step of the protocol; ``make crashes`` plays every place in all ways."""
COMMITS = (
    "send.intent",
    "send.outcome",
    "send.both",
    "abandoned.lost",
    "look_up.planned",
    "adopt",
    "proofs",
)
"""Commits of which nobody knows whether they were done."""
COMBINATIONS = [
    pytest.param(place, ACTS[order % len(ACTS)], id=f"{place}-{ACTS[order % len(ACTS)]}")
    for order, place in enumerate(CHOSEN)
]
COMBINATIONS += [
    pytest.param(place, act, id=f"{place}-{act}")
    for place, act in (
        *(("call.answered", "raise"), ("call.answered", "hang")),
        ("send.intent.written", "database"),
        *((f"{step}.written", UNHEARD) for step in COMMITS),
    )
]


@pytest.fixture(scope="module")
def stage(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(tmp_path_factory.mktemp("crashes"), module_database_url) as opened:
        yield opened


@pytest.mark.parametrize(("place", "act"), COMBINATIONS)
def test_whoever_fails_the_notice_is_sent_once_and_comes_to_its_end(
    stage: Stage, place: str, act: str, socket_enabled: None
) -> None:
    ends, messages, status = expected(place, act)

    ending = play(stage, place, act)

    assert ending.came
    assert ending.failed == status
    assert (ending.state, ending.reason) == ends
    assert ending.messages == messages

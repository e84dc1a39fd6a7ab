"""Thirty letters in one approval; ``python -m tests.benchmarks letters`` tells it of 5 000."""

from pathlib import Path

import pytest

from services.documents import batching
from services.documents.service import deliveries
from tests.documents.conftest import Simulator
from tests.documents.many_letters import PRICE, Story, tell
from tests.documents.paid_office import approve, open_paid_office

MANY = 30


def test_many_letters_leave_by_one_approval_and_each_once_in_spite_of_a_pause(
    simulator: Simulator, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker makes seven at a look and sends five: the pause comes into the middle of both."""
    monkeypatch.setattr(batching, "AT_ONCE", 7)
    monkeypatch.setattr(deliveries, "AT_ONCE", 5)
    office = open_paid_office(simulator, tmp_path, database_url)
    approve(office, PRICE, PRICE * MANY)

    paused = tell(Story(office, simulator, MANY))

    assert MANY // 2 <= paused["sent"] < MANY
    assert paused["paused"] > 0

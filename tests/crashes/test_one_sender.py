"""One process sends for a data box: others wait until it is gone, or silent for long (A11)."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.documents.adapters import processes
from services.documents.adapters.processes import SEPARATOR, is_gone, this_process
from services.documents.models import SenderTurn, db
from services.documents.service.turns import LASTS
from tests.crashes.playing import MOST_WORKERS
from tests.crashes.stage import AFTER_REST, Stage, open_stage
from tests.documents.conftest import TOWN

A_WHILE = LASTS + timedelta(minutes=1)


@pytest.fixture
def stage(tmp_path: Path, database_url: str, socket_enabled: None) -> Iterator[Stage]:
    with open_stage(tmp_path, database_url) as opened:
        yield opened


def test_while_one_sends_another_sends_nothing_until_the_first_is_silent_for_long(
    stage: Stage,
) -> None:
    first = stage.issue(TOWN)
    pid, orders = stage.hang(failpoint="send.intent.committed:hang:1")
    second = stage.issue(TOWN)

    assert stage.work() == 0
    meanwhile = [stage.view(one)["state"] for one in (first, second)]
    stage.ahead += A_WHILE
    assert stage.work() == 0
    afterwards = stage.view(second)["state"]
    assert stage.wake(pid, orders) == 0

    assert meanwhile == ["sending", "ready"]
    assert afterwards in {"sent", "delivered"}
    _finish(stage, first)
    assert [len(stage.messages(one)) for one in (first, second)] == [1, 1]


def test_whoever_was_told_to_stop_keeps_nobody_waiting_on_another_machine(stage: Stage) -> None:
    """Nobody there can know whether the process still lives."""
    stage.issue(TOWN)

    assert stage.work() == 0

    with stage.office.context():
        assert db.session().query(SenderTurn).count() == 0


def test_whoever_was_killed_keeps_nobody_waiting(stage: Stage) -> None:
    first = stage.issue(TOWN)
    assert stage.work(failpoint="send.intent.committed:kill:1") < 0
    second = stage.issue(TOWN)

    assert stage.work() == 0

    assert stage.view(first)["state"] == "sending"
    assert stage.view(second)["state"] in {"sent", "delivered"}
    assert [len(stage.messages(one)) for one in (first, second)] == [0, 1]


def _finish(stage: Stage, made: dict[str, object]) -> None:
    for _ in range(MOST_WORKERS):
        if stage.view(made)["state"] == "delivered":
            return
        stage.ahead += AFTER_REST
        stage.work()
    raise AssertionError(stage.view(made))


def test_a_process_is_gone_once_it_ended_and_not_before() -> None:
    code = "from services.documents.adapters.processes import this_process\n"
    code += "print(this_process(), flush=True)\ninput()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        alive = is_gone(name)
        child.kill()
        is_unwaited_gone = _is_gone_soon(name, child)
    assert not alive
    assert is_unwaited_gone
    assert is_gone(name)
    assert len(name) <= 200


def _is_gone_soon(name: str, child: subprocess.Popen[str]) -> bool:
    """Tell whether it counts as gone before anybody waited for it: it is a zombie then."""
    for _ in range(100_000):
        if is_gone(name):
            return child.returncode is None
    return False


def test_nobody_is_gone_of_whom_nothing_can_be_known(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = this_process()
    place, pid, _ = mine.rsplit(SEPARATOR, 2)

    assert not is_gone(mine)
    assert is_gone(SEPARATOR.join((place, pid, "1")))  # its number is used again
    assert not is_gone(SEPARATOR.join((f"another-{place}", pid, "1")))
    assert not is_gone("anything")
    monkeypatch.setattr(processes, "PROC", Path("/nowhere"))
    assert not is_gone(this_process())

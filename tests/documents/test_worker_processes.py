"""The command ``worker``: proofs are fetched in a process of their own, which lives as it does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it has no types
import pytest

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.worker import create_prover, create_sender
from shared.worker import WorkerLoop
from tests.documents.conftest import SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import letter, open_office
from tests.house.tree import ROOT

pytestmark = pytest.mark.one_database
PATIENCE = 60.0


@pytest.fixture
def command(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    own = {"VYZVA_VAR": str(tmp_path), "VYZVA_PUBLIC_URL": "http://localhost"}
    service = [sys.executable, "-m", "services.documents"]
    subprocess.run([*service, "migrate"], cwd=ROOT, env=os.environ | own, check=True)
    with subprocess.Popen([*service, "worker"], cwd=ROOT, env=os.environ | own) as process:
        yield process
        process.kill()


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_prover_is_started_again_and_ends_with_the_worker(
    command: subprocess.Popen[bytes],
) -> None:
    worker = psutil.Process(command.pid)
    _until(lambda: bool(worker.children()))
    first = worker.children()[0]
    assert first.cmdline()[-3:] == ["--only", "proofs", "--beside"]

    first.kill()
    _until(lambda: [one for one in worker.children() if one.pid != first.pid] != [])
    second = next(one for one in worker.children() if one.pid != first.pid)
    command.send_signal(signal.SIGTERM)

    assert command.wait(PATIENCE) in (0, -signal.SIGTERM)
    _until(lambda: not second.is_running())


def test_one_process_sends_and_the_other_one_proves(
    simulator: Simulator, tmp_path: Path, database_url: str
) -> None:
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    office = open_office(tmp_path / "var", database_url, gateway)
    office.clock.move_to(datetime.now(UTC))
    made = office.put(letter(box=TOWN))

    def state_after(process: WorkerLoop) -> str:
        process.run_once()
        return str(office.view(made["id"])["delivery"]["state"])

    assert state_after(create_prover(office.app)) == "waiting_for_issue"
    assert state_after(create_sender(office.app)) == "sent"
    assert state_after(create_sender(office.app)) == "sent"
    assert state_after(create_prover(office.app)) == "delivered"

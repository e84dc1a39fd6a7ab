"""A process beside another one: it lives as long as that one, and no longer."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from shared.beside import Beside
from tests.house.tree import ROOT

PATIENCE = 30.0
LIVES = """
import os, pathlib, sys, threading
from shared.beside import end_with_parent
over = threading.Event()
end_with_parent(over.set)
pathlib.Path(sys.argv[1], str(os.getpid())).touch()
over.wait()
pathlib.Path(sys.argv[1], f"{os.getpid()}-over").touch()
"""
"""Tells that it lives, and that it saw its parent go."""
PARENT = """
import sys, time
from shared.beside import Beside
with Beside(sys.argv[1:], 0.01):
    time.sleep(60)
"""


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def _seen(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_dies_is_started_again_and_ended_with_the_block(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIVES, str(tmp_path)]

    with Beside(command, 0.01) as beside:
        _until(lambda: len(_seen(tmp_path)) == 1)
        first = int(_seen(tmp_path)[0])
        os.kill(first, signal.SIGKILL)
        _until(lambda: len(_seen(tmp_path)) == 2)
        second = beside.pid

    assert second is not None
    assert second != first
    assert not Path(f"/proc/{second}").exists()


def test_what_cannot_be_started_now_is_started_later(tmp_path: Path) -> None:
    program = tmp_path / "program"

    with Beside([str(program), str(tmp_path)], 0.01) as beside:
        time.sleep(0.05)
        assert beside.pid is None
        program.write_text(f"#!{sys.executable}\n{LIVES}")
        program.chmod(0o755)
        _until(lambda: len(_seen(tmp_path)) == 2)

        assert beside.pid is not None


def test_it_ends_by_itself_when_its_parent_is_killed(tmp_path: Path) -> None:
    inner = [sys.executable, "-c", LIVES, str(tmp_path)]
    parent = subprocess.Popen([sys.executable, "-c", PARENT, *inner], cwd=ROOT)
    _until(lambda: len(_seen(tmp_path)) == 1)

    parent.kill()
    parent.wait()

    _until(lambda: len(_seen(tmp_path)) == 2)
    assert _seen(tmp_path)[1].endswith("-over")


def test_whoever_ends_before_its_parent_ends_in_order() -> None:
    """An interpreter that cannot close its standard input would be aborted."""
    code = "from shared.beside import end_with_parent\nend_with_parent(print)\nprint('done')"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        said, status = child.stdout.read(), child.wait()

    assert (said.strip(), status) == ("done", 0)

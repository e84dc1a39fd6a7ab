"""``make test`` says what it left out, and README.md says it beforehand."""

import re
import shutil
from pathlib import Path

import pytest

from tests import run
from tests.databases import PostgresMissing
from tests.house.tree import ROOT

LOOKED_FOR = re.compile(r"""which\(\s*"([a-z0-9-]+)\"""")
PARAMETERS = re.compile(r"""parametrize\(\s*"tool", \[([^]]*)\]""")


def programs_of_tests() -> set[str]:
    """Return the programs without which some test is skipped."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        text = path.read_text("utf-8")
        found |= set(LOOKED_FOR.findall(text))
        found |= set(re.findall(r"[a-z]+", " ".join(PARAMETERS.findall(text))))
    return found


def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_found() -> Path:
        raise PostgresMissing("none")

    monkeypatch.setattr(run, "find_binaries", none_found)
    monkeypatch.setattr(shutil, "which", lambda _name, path="": None)
    monkeypatch.setattr(run, "are_there", lambda: True)


def test_every_program_that_a_test_looks_for_is_in_the_summary() -> None:
    assert programs_of_tests() == {*run.NEEDS, *run.OTHER_NAMES.values()}


def test_what_is_left_out_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing_installed(monkeypatch)

    said = run.summary()

    assert said.startswith("LEFT OUT")
    assert "\n" not in said
    for name, what in run.NEEDS.items():
        assert f"{name} ({what})" in said


def test_with_every_program_nothing_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "find_binaries", lambda: Path("/usr"))
    monkeypatch.setattr(shutil, "which", lambda name, path="": f"/usr/bin/{name}")
    monkeypatch.setattr(run, "are_there", lambda: True)

    assert run.summary() == "Everything was there; nothing was left out."


def test_without_files_of_others_it_says_so_in_a_line_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing_installed(monkeypatch)
    monkeypatch.setattr(run, "are_there", lambda: False)

    programs, files = run.summary().splitlines()

    assert "not installed" in programs
    assert "JUDGED NO FILE OF OTHERS" in files and "CORPORA" in files


@pytest.mark.parametrize("status", [0, 1])
def test_the_summary_comes_last_however_the_tests_end(
    status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing_installed(monkeypatch)
    monkeypatch.setattr(run, "rounds", lambda: status)

    assert run.main() == status
    assert capsys.readouterr().out.splitlines()[-1] == run.summary()


def test_a_machine_without_postgresql_runs_one_round_and_ci_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nothing_installed(monkeypatch)
    monkeypatch.delenv("CI", raising=False)
    assert run.databases() == ["sqlite"]

    monkeypatch.setenv("CI", "true")
    with pytest.raises(SystemExit, match="PostgreSQL is missing"):
        run.databases()


def test_the_readme_names_each_program_and_what_is_left_out() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    for name, what in run.NEEDS.items():
        assert f"`{name}`" in readme
        assert what in readme

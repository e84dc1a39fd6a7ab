"""The first start: what is removed and what never, and how a failure is told."""

from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import pytest
import requests
from click.testing import CliRunner

from services import first_start
from services.__main__ import main
from services.demonstration import command
from services.demonstration.command import Performance
from services.demonstration.founding import found_on_page
from services.demonstration.people import DIRECTOR, EVERYBODY, PASSWORD
from services.demonstration.stage import Stage
from services.demonstration.web import StoryBroken, Visitor
from services.embedded import prepare_folder, running
from services.first_start import demonstrate
from services.unfinished import MARK, AlreadyRunning, held, marked
from shared.clock import ShiftedClock

LONG_AGO = date(2026, 3, 2)

pytestmark = pytest.mark.one_database


def break_down(url: str, simulator_url: str, code: str, _performance: Performance) -> None:
    """Stand for a story that founds its organisation, moves the clocks and goes wrong."""
    found_on_page(url, code)
    Stage(url, simulator_url, LONG_AGO).day(LONG_AGO)
    raise StoryBroken("reditelka POST registry/calls: 500")


def test_a_failed_demonstration_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(first_start, "perform", break_down)
    with running(var=tmp_path) as product:
        demonstrate(product, is_short=True)

        said = capsys.readouterr().out
        assert "UKÁZKA SE NEDOHRÁLA: reditelka POST registry/calls: 500" in said
        assert "Co dál: ukončete Výzvu" in said
        assert f"{product.settings.public_url}/registry/sign-in" in said
        assert all(person.login in said for person in EVERYBODY)
        assert PASSWORD in said
        check_real_time(tmp_path, product.simulator_url)
        assert (tmp_path / MARK).exists()


def check_real_time(var: Path, simulator_url: str) -> None:
    assert ShiftedClock(var / "clock.json").offset() == timedelta(0)
    there = requests.get(f"{simulator_url}/control/clock", timeout=10).json()["now"]
    assert abs(datetime.fromisoformat(there) - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_demonstration_cut_off_by_the_end_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(first_start, "perform", break_down)
    with running(var=tmp_path) as product:
        product.is_ending.set()
        demonstrate(product, is_short=True)
        first_start.say_goodbye(tmp_path)

    said = capsys.readouterr().out
    assert "NEDOHRÁLA" not in said
    assert said.splitlines()[-2:] == [
        "Výzva končí.",
        "Ukázka není dohraná; příští start ji smaže a přehraje od začátku.",
    ]


def test_the_next_start_removes_an_unfinished_demonstration_and_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with running(var=tmp_path) as product:
        found_on_page(product.url, product.founding_code or "")
        (tmp_path / MARK).touch()
        (tmp_path / "own.txt").write_text("a person's own file")
    secret = (tmp_path / "secret.txt").read_bytes()

    with running(var=tmp_path) as product:
        assert product.founding_code is not None

    assert "nebyla dohraná; smazala se" in capsys.readouterr().out
    assert not (tmp_path / MARK).exists()
    assert (tmp_path / "own.txt").exists()
    assert (tmp_path / "secret.txt").read_bytes() == secret


def test_without_the_mark_nothing_is_removed(tmp_path: Path) -> None:
    with running(var=tmp_path) as product:
        found_on_page(product.url, product.founding_code or "")

    with running(var=tmp_path) as product:
        assert product.founding_code is None


def test_a_demonstration_in_a_database_elsewhere_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VYZVA_EVALUATION_DATABASE_URL", f"sqlite:///{tmp_path}/elsewhere.sqlite")
    with running(var=tmp_path / "var"):
        (tmp_path / "var" / MARK).touch()

    with running(var=tmp_path / "var"):
        assert "sama se nesmaže" in capsys.readouterr().out

    assert (tmp_path / "var" / MARK).exists()


def test_a_demonstration_is_played_once_in_a_folder(tmp_path: Path) -> None:
    with running(var=tmp_path / "var") as product:
        found_on_page(product.url, product.founding_code or "")

    outcome = CliRunner().invoke(main, ["demo", "--target", str(tmp_path)])

    assert outcome.exit_code == 1
    assert f"Ve složce {tmp_path} už ukázka je" in outcome.output


def test_a_running_empty_product_is_founded_with_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def only_sign_in(stage: Stage, target: Path) -> Path:
        stage.as_(DIRECTOR).sign_in()
        return target / "index.html"

    monkeypatch.setattr(command, "play", only_sign_in)
    monkeypatch.setattr(command.selection, "ask_for_bundles", lambda _stage: None)
    with running(var=tmp_path / "var") as product:
        where = ["--url", product.url, "--simulator-url", product.simulator_url]
        code = ["--code", product.founding_code or ""]

        outcome = CliRunner().invoke(main, ["demo", *where, *code, "--target", str(tmp_path)])

        assert outcome.exit_code == 0, outcome.output
        assert "Organizace je založená" in outcome.output
        director = Visitor(product.url, DIRECTOR)
        assert director.get("registry", "/people/me")["name"] == DIRECTOR.name


def test_two_products_never_share_a_folder(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(AlreadyRunning), held(tmp_path):
        raise AssertionError("the second must not get it")

    with held(tmp_path), ExitStack() as stack, pytest.raises(click.ClickException, match="běží"):
        prepare_folder(stack, var=tmp_path)
    with held(tmp_path):
        assert tmp_path.exists()


def test_only_a_finished_demonstration_loses_its_mark(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), marked(tmp_path):
        raise ZeroDivisionError
    assert (tmp_path / MARK).exists()

    with marked(tmp_path):
        assert (tmp_path / MARK).exists()
    assert not (tmp_path / MARK).exists()

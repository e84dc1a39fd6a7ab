"""A service run alone: its log lines are JSON and carry the request id."""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from shared.audit import record_act
from shared.db import engine_options, prepare_engine, transaction
from shared.request_id import begin_request
from shared.serving import TALKATIVE, Service, command_line, set_up_logging
from shared.worker import WorkerLoop
from tests.databases import sqlite_address
from tests.shared.test_migrations import ENV, FIRST
from tests.shared.toy import LEDGER, Audit, Base, ToySettings, create_app, person

pytestmark = pytest.mark.one_database
NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)


@pytest.fixture
def _root_logger() -> Iterator[None]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.usefixtures("_root_logger")
def test_log_line_is_json_with_the_request_id(capsys: pytest.CaptureFixture[str]) -> None:
    own = begin_request(None)
    set_up_logging("INFO")

    logging.getLogger("vyzva").info("line one\nline two", extra={"case_id": "1"})

    [line] = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert entry["message"] == "line one\nline two"
    assert (entry["request_id"], entry["case_id"]) == (own, "1")


@pytest.mark.usefixtures("_root_logger")
@pytest.mark.parametrize("library", TALKATIVE)
def test_a_library_tells_its_troubles_and_not_its_steps(
    library: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging("DEBUG")

    logging.getLogger(f"{library}.deep").info("the certificate of Ing. Jana Malá")
    logging.getLogger(f"{library}.deep").warning("no answer")

    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "no answer"


@pytest.mark.usefixtures("_root_logger")
def test_migrate_makes_the_database_and_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = tmp_path / "service" / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions.parent / "env.py").write_text(ENV)
    (versions / "0001_first.py").write_text(FIRST)
    monkeypatch.setenv("VYZVA_VAR", str(tmp_path / "deep" / "var"))
    monkeypatch.setenv("VYZVA_DATABASE_URL", "")
    service = Service(ToySettings, tmp_path / "service", _app, _worker, LEDGER)

    result = CliRunner().invoke(command_line(service), ["migrate"])

    assert result.exit_code == 0, result.output
    assert (tmp_path / "deep" / "var" / "registry.sqlite").exists()


def test_wrong_settings_end_the_command_with_status_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VYZVA_REGISTRY_COLUOR", "red")
    service = Service(ToySettings, Path(), _app, _worker, LEDGER)

    assert CliRunner().invoke(command_line(service), ["migrate"]).exit_code == 2


def test_a_changed_audit_trail_is_named_and_ends_with_status_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sqlite_address(tmp_path)
    monkeypatch.setenv("VYZVA_REGISTRY_DATABASE_URL", address)
    check = command_line(Service(ToySettings, Path(), _app, _worker, LEDGER))
    engine = create_engine(address, **engine_options(address))
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session, transaction(session):
        for act in ("receive", "check"):
            actor, subject = person("director"), ("thing", UUID(int=1))
            record_act(session, Audit, actor=actor, act=act, subject=subject, at=NOON)

    whole = CliRunner().invoke(check, ["evidence"])
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit SET act = 'approve' WHERE act = 'check'"))
    broken = CliRunner().invoke(check, ["evidence"])
    engine.dispose()

    assert (whole.exit_code, "2 záznamů, 0 kontrolních bodů, beze změny" in whole.output) == (
        0,
        True,
    )
    assert (broken.exit_code, "PORUŠENO od záznamu 1: changed" in broken.output) == (1, True)


def _app(settings: ToySettings) -> Flask:
    return create_app(settings.var, settings.database)


def _worker(app: Flask) -> WorkerLoop:
    return WorkerLoop(app, [], 1)

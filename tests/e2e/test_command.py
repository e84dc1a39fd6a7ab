"""The command ``vyzva``: declared, installed by ``make setup``, and telling what it can do."""

import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from importlib.metadata import entry_points
from pathlib import Path
from uuid import UUID

import pytest

from services.__main__ import main
from services.documents.__main__ import SERVICE as DOCUMENTS
from services.evaluation.__main__ import SERVICE as EVALUATION
from services.registry.__main__ import SERVICE as REGISTRY
from shared.actors import Actor
from shared.audit import record_act
from shared.config import load
from shared.db import transaction
from shared.evidence.commands import opened
from shared.serving import migrate
from tests.house.tree import ROOT

COMMAND = Path(sys.executable).parent / "vyzva"

pytestmark = pytest.mark.one_database
NOON = datetime(2026, 5, 4, 10, tzinfo=UTC)
COMMANDS = {
    "run", "demo", "keys", "evidence", "files", "verify", "seals", "trust-lists",
    "rotate-evidence-key",
}  # fmt: skip


def vyzva(*words: str, folder: Path) -> str:
    """Run the installed command in a folder that is not the sources' own."""
    outcome = subprocess.run(
        [COMMAND, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


def test_the_command_is_declared_and_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    (installed,) = entry_points(group="console_scripts", name="vyzva")

    assert project["scripts"] == {"vyzva": installed.value}
    assert installed.load() is main


def test_the_command_lists_what_it_can_do(tmp_path: Path) -> None:
    said = vyzva("--help", folder=tmp_path)

    listed = said.partition("Commands:")[2].splitlines()
    assert {line.split()[0] for line in listed if line.strip()} == COMMANDS
    assert set(main.commands) == COMMANDS


def test_the_command_makes_the_keys_that_operations_asks_for(tmp_path: Path) -> None:
    said = vyzva("keys", "secrets/keys", folder=tmp_path)

    folders = sorted(path.name for path in (tmp_path / "secrets" / "keys").iterdir())
    assert folders == ["documents", "evaluation", "registry"]
    assert said.split() == [
        f"secrets/keys/{name}" for name in ("registry", "evaluation", "documents")
    ]


def test_the_logs_of_all_services_are_given_away_at_once(tmp_path: Path) -> None:
    for service in (REGISTRY, EVALUATION, DOCUMENTS):
        settings = load(service.settings, var=tmp_path / "var")
        migrate(service, settings)
        with opened(settings, service.ledger) as desk, transaction(desk.session()) as session:
            actor = Actor(organisation_id=UUID(int=7), name="Jana Malá")
            subject = ("call", UUID(int=1))
            record_act(session, desk.ledger.audit, actor=actor, act="try", subject=subject, at=NOON)

    said = vyzva("evidence", "export", "out", "--with-facts", folder=tmp_path)
    judged = subprocess.run(
        said.split(), cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )

    assert said == "python3 out/verify.py out\n"
    assert judged.returncode == 0, judged.stdout
    assert [line.split("/")[0] for line in judged.stdout.splitlines()[::2]] == [
        "documents",
        "evaluation",
        "registry",
    ]
    assert (
        "Jana Malá"
        in (tmp_path / "out" / "registry" / str(UUID(int=7)) / "entries.jsonl").read_text()
    )


@pytest.mark.parametrize("file", ["Makefile", "Dockerfile"])
def test_the_project_is_installed_without_the_network(file: str) -> None:
    lines = (ROOT / file).read_text("utf-8").splitlines()

    (install,) = [line for line in lines if line.endswith(" -e .")]
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(install.split())
    locked = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    assert "\nsetuptools==" in locked, "the build backend comes from the locked requirements"

"""A bundle that somebody asks for proves itself at once: the logs of all services are stamped."""

import io
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from services.documents.signing.port import SigningUnavailable
from services.documents.signing.stamp_desk import StampDesk
from tests.contracts.stage import Stage, open_stage
from tests.contracts.three import Everybody, open_evaluation
from tests.documents.offices import letter
from tests.evaluation.browser import Browser

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
HOLDS, NOT_PROVEN = 0, 3


@dataclass
class Place:
    """Evaluation with a person who sits at its pages."""

    app: Flask
    who: Everybody

    def token(self, _who: str) -> str:
        """Return the person's token."""
        return self.who.as_person().removeprefix("Bearer ")


@pytest.fixture
def own_stage(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Stage]:
    with open_stage(tmp_path, new_database(), new_database()) as opened:
        yield opened


@pytest.fixture
def place(own_stage: Stage, new_database: Callable[[], str]) -> Iterator[Place]:
    """Give a project with a letter that is sealed; nothing is stamped anywhere yet."""
    who = Everybody(own_stage)
    with open_evaluation(own_stage, new_database()) as app:
        paper = {**letter(), "case_id": str(own_stage.application_id)}
        made = own_stage.documents.service("PUT", f"/documents/{uuid4()}", paper, who.actor)
        assert made.status_code == 200, made.text
        own_stage.documents.work(2)
        yield Place(app, who)


def bundles(stage: Stage, place: Place) -> set[str]:
    """Return the ids of all bundles."""
    listed = stage.documents.api("GET", "/bundles", place.who.actor).json["items"]
    return {one["id"] for one in listed}


def asked(stage: Stage, place: Place) -> tuple[str, str]:
    """Ask for a bundle on its page; return its id and what the page then says."""
    path, browser = f"/cases/{stage.application_id}/evidence", Browser(place, "director")
    before = bundles(stage, place)
    browser.send(path)
    said = browser.open(path)
    (new,) = bundles(stage, place) - before
    return new, said


def judged(stage: Stage, place: Place, bundle_id: str, folder: Path) -> tuple[int, str]:
    """Have a bundle made and judged by the script in it, alone."""
    documents, reader = stage.documents, place.who.actor
    documents.work(5)
    content = documents.api("GET", f"/bundles/{bundle_id}/file", reader).data
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    command = [sys.executable, "-I", str(folder / "check.py"), str(folder), "--all"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_bundle_asked_for_now_proves_everything_now(
    own_stage: Stage, place: Place, tmp_path: Path
) -> None:
    bundle, said = asked(own_stage, place)

    status, told = judged(own_stage, place, bundle, tmp_path / "bundle")

    assert (status, "nemají časové razítko" in said) == (HOLDS, False), told
    for service in ("registry", "evaluation", "documents"):
        assert f"log/{service}-001.json" in told


def test_asked_for_while_no_authority_answers_it_waits_and_the_next_one_is_whole(
    own_stage: Stage, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_args: object) -> bytes:
        raise SigningUnavailable("away")

    with monkeypatch.context() as away:
        away.setattr(StampDesk, "stamp", nobody)
        bundle, said = asked(own_stage, place)
    early, told = judged(own_stage, place, bundle, tmp_path / "early")
    later, _ = asked(own_stage, place)
    late, _ = judged(own_stage, place, later, tmp_path / "late")

    assert (early, late) == (NOT_PROVEN, HOLDS), told
    assert "zatím nemají časové razítko" in said
    index = (tmp_path / "early" / "index.html").read_text("utf-8")
    assert index.count("čeká na časové razítko, nejpozději") == len(("registry", "evaluation"))

"""A seal is replaced before it ends: the file decides, the log tells, old documents stay valid."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from services.documents import commands, rotating
from services.documents.models import Audit, Document, db
from shared.keys import make_development_keys

from .offices import AUDITOR, DIRECTOR, NOW, ORGANISATION, Office, open_office
from .test_production import content, in_file, sealed, verdict
from .world import World, open_world

pytestmark = pytest.mark.one_database
LATER = NOW + timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path, socket_enabled: None) -> Iterator[World]:
    with open_world(tmp_path / "world", NOW) as opened:
        make_development_keys(tmp_path / "world" / "keys")
        yield opened


class Installation:
    """An office in production whose seals stand in a file."""

    def __init__(self, world: World, folder: Path, address: str, patch: pytest.MonkeyPatch) -> None:
        self.world, self.var, self.address = world, folder / "var", address
        self.file = folder / "seals.json"
        self.file.write_text(json.dumps([in_file(world, world.seal("Stará pečeť"), "old")]))
        self.settings = world.settings(seals=[], seals_file=str(self.file))
        for name, value in {**self.settings, "database_url": address, "var": self.var}.items():
            text = json.dumps(value) if isinstance(value, list) else str(value)
            patch.setenv(f"VYZVA_{name.upper()}", text)

    def started(self) -> Office:
        """Start, now or anew."""
        return open_office(self.var, self.address, **self.settings)

    def rotate(self, entry: dict[str, Any]) -> Result:
        """Give the command."""
        place = self.var.parent / "new.json"
        place.write_text(json.dumps(entry))
        with time_machine.travel(NOW, tick=False):
            return CliRunner().invoke(commands.seals, ["rotate", str(place)])

    @property
    def seals(self) -> list[dict[str, Any]]:
        """What the file says now."""
        found: list[dict[str, Any]] = json.loads(self.file.read_text("utf-8"))
        return found


@pytest.fixture
def place(
    world: World, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Installation:
    return Installation(world, tmp_path, database_url, monkeypatch)


def acts(office: Office, name: str) -> list[dict[str, Any]]:
    with office.context():
        query = select(Audit.details).where(
            Audit.organisation_id == ORGANISATION, Audit.act == name
        )
        return list(db.session.scalars(query))


def restarted(place: Installation) -> Office:
    office = place.started()
    office.clock.move_to(LATER)
    place.world.stamps.app.at_time = lambda _request: office.clock.now()
    return office


def test_the_new_seal_takes_over_and_what_the_old_one_sealed_stays_valid(
    place: Installation, world: World
) -> None:
    office = place.started()
    before = content(office, sealed(office))

    done = place.rotate(in_file(world, world.seal("Nová pečeť"), "new"))
    (world.folder / "old.p12").unlink()  # whoever has no key any more needs none

    office = restarted(place)
    after = content(office, sealed(office))
    assert (done.exit_code, "Spusťte" in done.output) == (0, True), done.output
    assert [one.get("retired") for one in place.seals] == [None, NOW.date().isoformat()]
    assert "Stará pečeť".encode().hex().encode() in before.lower()
    assert "Nová pečeť".encode().hex().encode() in after.lower()
    assert [verdict(office, one)[0] for one in (before, after)] == ["TOTAL-PASSED"] * 2


def test_panel_and_log_tell_of_both(place: Installation, world: World) -> None:
    office = place.started()
    sealed(office)
    place.rotate(in_file(world, world.seal("Nová pečeť"), "new"))

    office = restarted(place)
    sealed(office)

    told = office.api("GET", "/keys", AUDITOR).json
    page = office.browser(DIRECTOR).get("/keys").text
    (former,) = told["former_seals"]
    assert (former["subject"], told["coming_seals"]) == ("Stará pečeť", [])
    assert former["ended_at"].startswith("2026-04-04")
    assert [one["subject"] for one in told["keys"] if one["use"] == "seal"] == ["Nová pečeť"]
    assert "Dřívější pečeti" in page and former["fingerprint"] in page
    (act,) = acts(office, rotating.ROTATED)
    bound = acts(office, "bind_certificate")
    assert act["fingerprint"] == bound[-1]["fingerprint"] != former["fingerprint"]
    assert [one["fingerprint"] for one in acts(office, "end_certificate")] == [
        former["fingerprint"]
    ]


def at_risk(office: Office) -> dict[str, list[str]]:
    """Return the reasons by the number of each document on the list."""
    told = office.api("GET", "/at-risk", DIRECTOR).json["items"]
    return {one["number"]: [risk["reason"] for risk in one["risks"]] for one in told}


def change(office: Office, document: dict[str, Any], **columns: Any) -> None:
    with office.context():
        own = update(Document).where(Document.id == UUID(document["id"]))
        db.session.execute(own.values(**columns))
        db.session.commit()


def test_what_a_replaced_seal_sealed_is_at_risk_until_its_level_holds_it(
    place: Installation, world: World
) -> None:
    """A day after its issue, not only after the three that the ordinary care may take."""
    later = NOW + timedelta(days=30)
    office = place.started()
    old = sealed(office)
    change(office, old, care_due_at=later)  # the care does not come to it
    place.rotate(in_file(world, world.seal("Nová pečeť"), "new"))

    office = restarted(place)
    world.at = office.clock.now()
    new = sealed(office)
    change(office, new, care_due_at=later)
    a_day_old = at_risk(office)
    office.clock.move_to(NOW + timedelta(days=2, hours=1))
    both_low = at_risk(office)
    held = {"level": "B-LTA", "good_until": NOW + timedelta(days=1800)}
    change(office, old, **held, renew_by=NOW + timedelta(days=1600))
    held_by_level = at_risk(office)

    assert [one["level"] for one in (old, new)] == ["B-T", "B-T"]
    assert a_day_old == both_low == {old["number"]: ["seal_replaced"]}
    assert held_by_level == {}


def test_a_seal_for_later_waits_for_its_day(place: Installation, world: World) -> None:
    entry = in_file(world, world.seal("Nová pečeť"), "new", since="2026-04-04")
    place.started()

    place.rotate(entry)

    office = place.started()
    early = content(office, sealed(office))
    coming = office.api("GET", "/keys", AUDITOR).json["coming_seals"]
    page = office.browser(DIRECTOR).get("/keys").text
    later = restarted(place)
    late = content(later, sealed(later))
    assert coming == [{"subject": "Nová pečeť", "since": "2026-04-04"}]
    assert "Připravené pečeti" in page
    assert "Stará pečeť".encode().hex().encode() in early.lower()
    assert "Nová pečeť".encode().hex().encode() in late.lower()


@pytest.mark.parametrize("name", ["_replace", "_write_act"])
def test_killed_on_the_way_either_the_old_or_the_new_seal_seals(
    place: Installation, world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    sealed(place.started())  # an organisation that has anything has a log
    entry, old = in_file(world, world.seal("Nová pečeť"), "new"), place.seals

    with monkeypatch.context() as patch:
        patch.setattr(rotating, name, killed)
        broken = place.rotate(entry)
    left = place.seals
    again = place.rotate(entry)
    once_more = place.rotate(entry)

    assert isinstance(broken.exception, Killed)
    assert (left == old) == (name == "_replace")
    assert [one.exit_code for one in (again, once_more)] == [0, 0]
    assert [one.get("retired") for one in place.seals] == [None, NOW.date().isoformat()]
    assert len(acts(place.started(), rotating.ROTATED)) == 1


class Killed(Exception):
    """The process ended here."""


def killed(*_given: object) -> None:
    raise Killed


REFUSED: dict[str, tuple[Callable[[World], dict[str, Any]], str]] = {
    "a person's": (
        lambda world: in_file(world, world.person(DIRECTOR.name), "new"),
        "is not for sealing",
    ),
    "another password": (
        lambda world: {**in_file(world, world.seal(), "new"), "secret_file": str(world.trusted)},
        "its password is another one",
    ),
    "no such field": (lambda world: {**in_file(world, world.seal(), "new"), "x": 1}, "nelze"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_seal_changes_nothing(place: Installation, world: World, case: str) -> None:
    office = place.started()
    make, words = REFUSED[case]
    before = place.file.read_bytes()

    done = place.rotate(make(world))

    assert (done.exit_code, words in done.output) == (1, True), done.output
    assert place.file.read_bytes() == before
    assert acts(office, rotating.ROTATED) == []


def test_a_pin_in_a_wrong_entry_is_not_shown(place: Installation, world: World) -> None:
    place.started()

    done = place.rotate({**in_file(world, world.seal(), "new"), "secret": 1_234_567})

    assert (done.exit_code, "0.secret" not in done.output, "secret" in done.output) == (
        1,
        True,
        True,
    )
    assert "1234567" not in done.output


def test_seals_in_a_variable_are_not_rotated_by_a_command(
    place: Installation, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VYZVA_SEALS_FILE")
    monkeypatch.setenv("VYZVA_SEALS", json.dumps(place.seals))

    done = place.rotate(in_file(world, world.seal(), "new"))

    assert (done.exit_code, "VYZVA_DOCUMENTS_SEALS_FILE" in done.output) == (1, True)

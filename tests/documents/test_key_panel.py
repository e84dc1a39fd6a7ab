"""The panel of keys and certificates, and reminders of their ends, each exactly once."""

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding
from flask_babel import force_locale
from werkzeug.test import TestResponse

from services.__main__ import main
from services.documents.domain.breakers import Breaker
from services.documents.domain.stamp_faults import FAULTS
from services.documents.key_care import KeyCare
from services.documents.models import BoundCertificate, db
from services.documents.signing.port import AuthorityFailed, SigningUnavailable
from services.documents.web.stamp_words import STAMP_FAULTS
from shared.evidence.checking import check_and_record
from shared.evidence.keeping import Keeper
from shared.keys import make_development_keys
from tests.house.apps import app_of

from .authorities import self_signed
from .offices import ASSISTANT, AUDITOR, DIRECTOR, NOW, ORGANISATION, Office, open_office
from .test_holding import sign
from .test_production import in_file, production, sealed
from .trust_list_maker import plain, service, signed, state
from .world import World, open_world


@pytest.fixture
def world(tmp_path: Path, socket_enabled: None) -> Iterator[World]:
    with open_world(tmp_path / "world", NOW) as opened:
        make_development_keys(tmp_path / "world" / "keys")
        yield opened


def panel(office: Office) -> dict[str, Any]:
    told: dict[str, Any] = office.api("GET", "/keys", AUDITOR).json
    return told


def test_the_panel_shows_people_seal_stamps_and_evidence_keys(
    world: World, tmp_path: Path, database_url: str
) -> None:
    seals = [in_file(world, world.seal("Pečeť MAS"))]
    office = production(world, tmp_path, database_url, seals=seals)
    sign(office, world.person(DIRECTOR.name, days=20))
    office.work(2)

    told = panel(office)
    page = office.browser(DIRECTOR).get("/keys").text

    assert [(one["subject"], one["use"], one["warning"]) for one in told["keys"]] == [
        (DIRECTOR.name, "person", 30),
        ("Pečeť MAS", "seal", 0),
    ]
    assert [one["revocation"] for one in told["keys"]] == ["good", "good"]
    assert told["keys"][1]["holder"] == "Místní akční skupina"
    (stamps,) = told["stamps"]
    assert (stamps["name"], stamps["state"]) == ("Zkouška", "closed")
    assert stamps["succeeded_at"]
    assert [one["is_present"] for one in told["evidence"]] == [True]
    assert "zbývá 20" in page.replace("\xa0", " ")
    assert "Pečeť MAS" in page


def test_of_those_that_end_on_one_day_the_seal_comes_first(
    world: World, tmp_path: Path, database_url: str
) -> None:
    office = production(world, tmp_path, database_url, seals=[in_file(world, world.seal(days=90))])
    sign(office, world.person(DIRECTOR.name, days=90))
    office.work(2)

    assert [one["use"] for one in panel(office)["keys"]] == ["seal", "person"]


def test_only_those_who_look_after_keys_see_the_panel(tmp_path: Path, database_url: str) -> None:
    office = open_office(tmp_path / "var", database_url)

    assert office.api("GET", "/keys", ASSISTANT).status_code == 403
    assert office.api("GET", "/keys", AUDITOR).status_code == 200


@pytest.mark.parametrize("language", ["cs", "en", "de"])
def test_every_fault_of_an_authority_has_a_sentence_of_its_own(language: str) -> None:
    with app_of("documents").test_request_context(), force_locale(language):
        told = {code: str(words) for code, words in STAMP_FAULTS.items()}

    assert set(told) == set(FAULTS)
    assert len(set(told.values())) == len(FAULTS)
    if language != "cs":
        assert not {str(one) for one in STAMP_FAULTS.values()} & set(told.values())
    assert all(words.endswith(".") for words in told.values())


def test_the_panel_says_what_is_wrong_with_an_authority(
    world: World, tmp_path: Path, database_url: str
) -> None:
    office = production(world, tmp_path, database_url, seals=[in_file(world, world.seal())])
    stamps = office.app.extensions["documents-tools"].stamps
    authority = stamps._sources[0].authority

    for fault in FAULTS:
        said = AuthorityFailed(fault, "The text is for the log.")
        with patch.object(type(authority), "ask", side_effect=said):
            stamps._records[0].breaker = Breaker()
            with pytest.raises(SigningUnavailable):
                stamps.stamp(bytes(32), "sha256", office.clock.now())

        page = office.browser(DIRECTOR).get("/keys").text
        (told,) = panel(office)["stamps"]

        assert told["fault"] == fault
        assert str(STAMP_FAULTS[fault]) in page
        assert "The text" not in page


def test_a_refusal_of_an_authority_stays_visible(
    world: World, tmp_path: Path, database_url: str
) -> None:
    office = production(world, tmp_path, database_url, seals=[in_file(world, world.seal())])
    sealed(office)
    world.state = "revoked"
    office.clock.move_to(NOW + timedelta(minutes=11))
    world.stamps.app.at_time = lambda _request: office.clock.now()
    sealed(office)

    assert [one["revocation"] for one in panel(office)["keys"]] == ["revoked"]


def ends(office: Office) -> list[tuple[str | None, int]]:
    """Return whom the events of ends concern, and with which step."""
    told = office.service("GET", "/events").json["events"]
    return [
        (one["payload"]["person_id"], one["payload"]["days"])
        for one in told
        if one["kind"] == "signing_key.ends"
    ]


def look(office: Office) -> None:
    with office.context():
        KeyCare(db.session, office.app.extensions["documents-tools"]).run_once()


@pytest.mark.parametrize(
    ("days", "steps"),
    [
        pytest.param([100, 61, 60.5, 59, 58, 29, 28, 6, 5, 1, 0.5, -1], [60, 30, 7], id="daily"),
        pytest.param([100, 20, 19, 3], [30, 7], id="after a pause only the nearest step"),
        pytest.param([2, 1], [7], id="late"),
        pytest.param([-5], [7], id="ended already"),
    ],
)
def test_each_step_is_told_once(
    world: World, tmp_path: Path, database_url: str, days: list[float], steps: list[int]
) -> None:
    office = production(world, tmp_path, database_url, seals=[in_file(world, world.seal())])
    sign(office, world.person(DIRECTOR.name, days=300))
    for left in days:
        office.clock.move_to(NOW + timedelta(days=300 - left))
        look(office)
        look(office)

    assert ends(office) == [(str(DIRECTOR.person_id), step) for step in steps]


def test_the_end_of_the_seal_is_told_too_and_a_new_one_begins_anew(
    world: World, tmp_path: Path, database_url: str
) -> None:
    old = in_file(world, world.seal("Stará", days=20), "old")
    office = production(world, tmp_path, database_url, seals=[old])
    sealed(office)
    look(office)

    new = in_file(world, world.seal("Nová"), "new")
    later = production(world, tmp_path, database_url, seals=[new, old])
    look(later)

    assert ends(office) == [(None, 30)]
    with later.context():
        bound = db.session.query(BoundCertificate).order_by(BoundCertificate.bound_at).all()
        assert {one.subject: one.ended_at is None for one in bound} == {
            "Stará": False,
            "Nová": True,
        }


def test_another_evidence_key_signs_on_and_the_old_checkpoints_stay_valid(
    tmp_path: Path, database_url: str
) -> None:
    office = open_office(tmp_path / "var", database_url)
    keys = tmp_path / "var" / "keys"
    sealed(office)
    with office.context():
        Keeper(office.app.extensions["vyzva-evidence"]).keep(ORGANISATION)

    rotated = CliRunner().invoke(main, ["rotate-evidence-key", "documents", str(keys)])
    later = open_office(tmp_path / "var", database_url)
    sealed(later)
    with later.context():
        desk = later.app.extensions["vyzva-evidence"]
        Keeper(desk).keep(ORGANISATION)
        checked = list(check_and_record(desk))

    assert rotated.exit_code == 0, rotated.output
    assert [one["is_present"] for one in panel(later)["evidence"]] == [True, False]
    assert [(one.is_whole, one.marks) for one in checked] == [(True, 2)]


def test_a_list_is_imported_by_page_and_api_and_the_panel_says_qualified(
    world: World, tmp_path: Path, database_url: str
) -> None:
    operator = self_signed("Správce seznamu")
    pinned = tmp_path / "operator.pem"
    pinned.write_bytes(operator.certificate.public_bytes(Encoding.PEM))
    seals = [in_file(world, world.seal())]
    more = {"seals": seals, "trust_list_signers": pinned}
    office = production(world, tmp_path, database_url, **more)
    sealed(office)
    made = [
        signed(plain(service(state(world.issuer)), sequence=number), operator)
        for number in (41, 42)
    ]

    def upload(content: bytes) -> TestResponse:
        files = {"trust_list": (io.BytesIO(content), "TL.xml")}
        return office.browser(DIRECTOR).post("/keys", data=files)

    first, second = upload(made[0]), upload(made[1])
    older, foreign = upload(made[0]), upload(made[1].replace(b">42<", b">43<"))

    assert [one.status_code for one in (first, second, older, foreign)] == [303, 303, 422, 422]
    assert "Seznam nelze přijmout" in older.text
    (row,) = panel(office)["keys"]
    assert (row["qualified"], row["trust_list"]) == ("seal", "CZ 42")
    assert office.browser(AUDITOR).post("/keys", data={}).status_code == 403


def test_nobody_ends_the_seal_on_a_page(world: World, tmp_path: Path, database_url: str) -> None:
    office = production(world, tmp_path, database_url, seals=[in_file(world, world.seal())])
    sealed(office)
    look(office)
    with office.context():
        seal = db.session.query(BoundCertificate).one()

    reply = office.browser(DIRECTOR).post(f"/my-certificates/{seal.id}/end?of=office")

    assert reply.status_code == 404
    assert "Pečeť MAS" not in office.browser(DIRECTOR).get("/certificates").text
    assert [one["use"] for one in panel(office)["keys"]] == ["seal"]

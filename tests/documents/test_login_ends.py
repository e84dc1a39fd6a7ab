"""People hear in time that the certificate or the password of the data box ends (F12)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.documents.delivery.port import (
    BoxFacts,
    DataBoxGateway,
    GatewayUnavailable,
    LoginFacts,
)
from services.documents.login_care import REST, LoginCare
from services.documents.models import Audit, LoginEnd, db
from services.documents.worker import desk_of
from services.isds_simulator.seal.authority import open_authority
from services.isds_simulator.seal.certificates import elliptic_key, issue
from tests.documents.offices import ASSISTANT, AUDITOR, DIRECTOR, NOW, Office, letter, open_office

pytestmark = pytest.mark.one_database
BOX = BoxFacts("ga2dqwf", 20, "MAS", is_open=True)
STEPS = [
    pytest.param([100, 61, 60.5, 59, 58, 29, 28, 6, 5, 1, 0.5, -1], [60, 30, 7], id="daily"),
    pytest.param([100, 20, 19, 3], [30, 7], id="after a pause only the nearest step"),
    pytest.param([2, 1], [7], id="late"),
    pytest.param([-5], [7], id="ended already"),
]


class Box:
    """A data box of which only the login is asked."""

    def __init__(self) -> None:
        self.ends: datetime | None = None
        self.is_silent = False
        self.asked = 0

    def now(self) -> datetime | None:
        return None

    def login(self) -> LoginFacts:
        self.asked += 1
        if self.is_silent:
            raise GatewayUnavailable("Nobody answers.")
        return LoginFacts(BOX, "PRIMARY_USER", 255, self.ends)


class House:
    """An office whose worker looks at the login by a clock of its own."""

    def __init__(self, folder: Path, address: str, **settings: Any) -> None:
        self.box = Box()
        gateway = cast(DataBoxGateway, self.box)
        given = {"isds_domain": "isds.invalid", **settings}
        self.office: Office = open_office(folder / "var", address, gateway, **given)
        self.office.put(letter())  # so the installation knows whose it is
        self.seconds = 0.0
        with self.office.context():
            self.desk = desk_of(self.office.app)
        self.desk.steady = lambda: self.seconds
        self.care = LoginCare(self.desk)

    def look(self, at: datetime) -> None:
        self.office.clock.move_to(at)
        with self.office.context():
            self.care.run_once()

    def told(self) -> list[tuple[str, int]]:
        """Return which reminders went out, oldest first."""
        events = self.office.service("GET", "/events").json["events"]
        found = [one["payload"] for one in events if one["kind"] == "data_box_login.ends"]
        return [(one["kind"], one["days"]) for one in found]

    def reminded(self) -> int:
        with self.office.context():
            return db.session().query(Audit).filter_by(act="remind_login").count()


@pytest.fixture
def by_password(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setattr("services.documents.isds_settings.IsdsSettings.weekly_maintenance", None)
    login = {"isds_login": "password", "isds_user": "mas001", "isds_password": "Heslo-mas-1"}
    return House(tmp_path, database_url, **login)


def certificate(folder: Path, ends: datetime) -> Path:
    authority = open_authority(folder / "pki", seal_key_bits=2048)
    purposes = [ExtendedKeyUsageOID.CLIENT_AUTH]
    signer = issue(authority.issuer, elliptic_key(), "MAS", purposes=purposes, valid_until=ends)
    path = folder / "certificate.pem"
    path.write_bytes(signer.pem + signer.key_pem)
    return path


@pytest.mark.parametrize(("days", "steps"), STEPS)
def test_each_step_before_the_end_of_the_password_is_told_once(
    by_password: House, days: list[float], steps: list[int]
) -> None:
    by_password.box.ends = NOW + timedelta(days=300)

    for left in days:
        for _ in range(2):
            by_password.look(NOW + timedelta(days=300 - left))

    assert by_password.told() == [("password", step) for step in steps]
    assert by_password.reminded() == len(steps)
    assert by_password.box.asked <= len(days), "it is asked once a day"


@pytest.mark.parametrize(("days", "steps"), STEPS)
def test_each_step_before_the_end_of_the_certificate_is_told_once(
    tmp_path: Path, database_url: str, days: list[float], steps: list[int]
) -> None:
    ends = NOW + timedelta(days=300)
    house = House(tmp_path, database_url, isds_certificate=certificate(tmp_path, ends))

    for left in days:
        for _ in range(2):
            house.look(ends - timedelta(days=left))

    assert house.told() == [("certificate", step) for step in steps]
    assert house.box.asked == 0, "a certificate is read from its file"


def test_a_new_certificate_begins_anew_and_one_that_cannot_be_read_is_looked_at_again(
    tmp_path: Path, database_url: str
) -> None:
    path = certificate(tmp_path, NOW + timedelta(days=20))
    house = House(tmp_path, database_url, isds_certificate=path)
    house.look(NOW)
    path.unlink()
    house.look(NOW + timedelta(days=1))
    certificate(tmp_path, NOW + timedelta(days=25))

    house.look(NOW + timedelta(days=1))
    assert house.told() == [("certificate", 30)], "it rests after a look in vain"
    house.seconds += REST.total_seconds()
    house.look(NOW + timedelta(days=1))

    assert house.told() == [("certificate", 30)] * 2


def test_silence_is_no_end_and_is_asked_again_in_an_hour(by_password: House) -> None:
    by_password.box.ends = NOW + timedelta(days=40)
    by_password.look(NOW)
    by_password.box.is_silent = True
    tomorrow = NOW + timedelta(days=1)

    for _ in range(3):
        by_password.look(tomorrow)
    assert by_password.box.asked == 2
    assert [one["kind"] for one in shown(by_password.office)] == ["password"]

    by_password.box.is_silent, by_password.box.ends = False, None  # it never ends now
    by_password.seconds += REST.total_seconds()
    by_password.look(tomorrow)
    assert by_password.box.asked == 3
    assert shown(by_password.office) == []


def shown(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.api("GET", "/data-box-login", AUDITOR).json["ends"]
    return found


def test_the_end_is_on_the_page_of_the_data_box_and_waits_for_those_in_charge(
    by_password: House,
) -> None:
    by_password.box.ends = NOW + timedelta(days=20, hours=1)
    by_password.look(NOW)
    office = by_password.office

    (end,) = shown(office)
    page = office.browser(DIRECTOR).get("/data-box").text.replace("\xa0", " ")

    assert (end["kind"], end["left"], end["warning"]) == ("password", 20, 30)
    assert "Heslo k datové schránce" in page
    assert "zbývá 20" in page
    for actor, is_told in ((DIRECTOR, True), (ASSISTANT, False)):
        assert ("Obnovit přihlášení" in office.browser(actor).get("/").text) is is_told


def test_another_login_forgets_the_ends_of_the_former_one(
    by_password: House, tmp_path: Path
) -> None:
    by_password.box.ends = NOW + timedelta(days=20)
    by_password.look(NOW)
    office = by_password.office
    path = certificate(tmp_path, datetime(2050, 1, 1, tzinfo=UTC))
    settings = by_password.desk.tools.settings
    other = {"isds_login": "certificate", "isds_user": "", "isds_certificate": path}
    changed = settings.model_copy(update=other)
    object.__setattr__(by_password.desk.tools, "settings", changed)

    by_password.look(NOW + timedelta(days=1))

    with office.context():
        assert [one.kind for one in db.session().query(LoginEnd)] == ["certificate"]
    assert by_password.told() == [("password", 30)]

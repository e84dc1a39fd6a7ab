"""Certificates of people: whose name, bound by whom, when they end, and who sees them."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from werkzeug.test import TestResponse

from services.documents.domain.ways import SubjectName, names_person, warning_for
from services.documents.signing.ways.people import load_certificate, read
from shared.actors import Actor

from .authorities import QC_PERSON, QC_SEAL, Authority, Owner, make_authority
from .offices import ASSISTANT, CONTROLLER, DIRECTOR, STRANGER, Office, open_office, person
from .test_signing_keys import long_signed_in

NOW = datetime(2026, 4, 3, 7, 12, 5, tzinfo=UTC)
OPERATOR = person("Správce Systému", "operator")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def office(tmp_path: Path, database_url: str, authority: Authority) -> Office:
    anchors = authority.anchors(tmp_path / "anchors")
    return open_office(tmp_path / "var", database_url, accepted_authorities=anchors)


@pytest.mark.parametrize(
    ("common", "given", "surname", "name", "is_it"),
    [
        ("Ing. Jana Malá, Ph.D.", "", "", "Jana Malá", True),
        ("JANA MALÁ", "", "", "Ing. Jana Malá", True),
        ("Malá Jana", "", "", "Jana Malá", True),
        ("Certifikát č. 5", "Jana", "Malá", "Ing. Jana Malá, MBA", True),
        ("Jana Malá", "", "", "Jan Malý", False),
        ("Jana Mala", "", "", "Jana Malá", False),
        ("Jana Marie Malá", "", "", "Jana Malá", False),
        ("Jana", "", "", "Jana Malá", False),
        ("", "", "", "", False),
        ("Ing.", "", "", "Bc.", False),
        ("Anna-Marie Nová", "", "", "Anna-Marie Nová", True),
    ],
)
def test_a_certificate_names_a_person_by_the_same_words(
    common: str, given: str, surname: str, name: str, is_it: bool
) -> None:
    assert names_person(SubjectName(common, given, surname), name) is is_it


@pytest.mark.parametrize(
    ("days", "step"), [(61, 0), (60, 0), (59, 60), (30, 60), (29, 30), (7, 30), (6, 7), (-3, 7)]
)
def test_reminders_come_60_30_and_7_days_before_the_end(days: int, step: int) -> None:
    assert warning_for(NOW + timedelta(days=days, hours=1), NOW) == step


@pytest.mark.parametrize(
    ("statements", "kind", "is_qualified"),
    [(b"", "person", False), (QC_PERSON, "person", True), (QC_SEAL, "seal", True)],
)
def test_what_a_certificate_says_of_itself(
    authority: Authority, statements: bytes, kind: str, is_qualified: bool
) -> None:
    owner = authority.issue("Jana Malá", statements=statements, given=("Jana", "Malá"))

    found = read(load_certificate(owner.der))

    assert (found.kind, found.is_called_qualified) == (kind, is_qualified)
    assert found.name == SubjectName("Jana Malá", "Jana", "Malá")
    assert found.issuer == "Zkušební autorita"


def bind(office: Office, owner: Owner, actor: Actor) -> TestResponse:
    certificates = (owner.certificate, *owner.chain)
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in certificates)
    return post(office, pem, actor)


def post(office: Office, content: bytes, actor: Actor) -> TestResponse:
    data = {"certificate": (io.BytesIO(content), "a.cer")}
    return office.browser(actor).post("/my-certificates", data=data)


def test_a_person_binds_the_own_certificate_and_ends_it(
    office: Office, authority: Authority
) -> None:
    card = authority.issue(DIRECTOR.name, now=NOW)

    bound = bind(office, card, DIRECTOR)
    page = office.browser(DIRECTOR).get("/my-certificates").text
    again = bind(office, card, DIRECTOR)

    assert bound.status_code == 303, bound.text
    assert "Zkušební autorita" in page
    assert again.status_code == 409
    address = page[page.index("/my-certificates/") : page.index('/end"') + 4]
    assert office.browser(CONTROLLER).post(address).status_code == 404
    assert office.browser(long_signed_in(DIRECTOR)).post(address).location.endswith("&again=1")
    assert office.browser(DIRECTOR).post(address).status_code == 303
    assert "Zkušební autorita" not in office.browser(DIRECTOR).get("/my-certificates").text
    assert office.events(("signing_key",)) == ["signing_key.made", "signing_key.retired"]


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"no certificate", 422, "čitelný certifikát"),
        (b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", 422, "čitelný"),
        (b"0" * 200_000, 422, "čitelný certifikát"),
    ],
    ids=["text", "short PEM", "long"],
)
def test_a_file_that_is_no_certificate_is_refused(
    office: Office, content: bytes, status: int, words: str
) -> None:
    reply = post(office, content, DIRECTOR)

    assert reply.status_code == status
    assert words in reply.text


def test_a_certificate_in_another_name_is_refused(office: Office, authority: Authority) -> None:
    reply = bind(office, authority.issue("Cizí Osoba", now=NOW), DIRECTOR)

    assert reply.status_code == 403
    assert "Cizí Osoba" in reply.text
    assert DIRECTOR.name in reply.text


def test_a_session_alone_binds_nothing(office: Office, authority: Authority) -> None:
    card = authority.issue(DIRECTOR.name, now=NOW)
    before = office.stored()

    reply = bind(office, card, long_signed_in(DIRECTOR))

    assert reply.location.endswith("&again=1")
    assert office.stored() == before


def test_the_first_page_reminds_of_the_end(office: Office, authority: Authority) -> None:
    for days in (59, 100):
        card = authority.issue(DIRECTOR.name, now=NOW, ends=timedelta(days=days))
        assert bind(office, card, DIRECTOR).status_code == 303

    page = office.browser(DIRECTOR).get("/").text

    assert page.count("Obnovit certifikát") == 1
    assert re.search(r"1\.\s6\.(\s2026)?", page.replace("&nbsp;", " "))
    assert "Obnovit certifikát" not in office.browser(CONTROLLER).get("/").text


def test_the_office_sees_everybodys_and_others_do_not(office: Office, authority: Authority) -> None:
    bind(office, authority.issue(CONTROLLER.name, now=NOW), CONTROLLER)

    shown = office.browser(DIRECTOR).get("/certificates").text
    seen = office.browser(OPERATOR).get("/certificates").text

    assert CONTROLLER.name in shown
    assert "Zneplatnit" in shown
    assert CONTROLLER.name in seen
    assert "Zneplatnit" not in seen
    assert office.browser(ASSISTANT).get("/certificates").status_code == 403
    assert CONTROLLER.name not in office.browser(STRANGER).get("/certificates").text
    address = shown[shown.index("/my-certificates/") : shown.index("/end?") + 4]
    assert office.browser(STRANGER).post(address).status_code == 404
    assert office.browser(DIRECTOR).post(f"{address}?of=office").location == "/certificates"

"""What a person is told when a signing key in that name was made or put away."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select

from services.registry.models import SignInSession, db
from shared.tokens import read_person_token

from .browser import Browser
from .office import PASSWORD, Office, expect


def key_event(office: Office, kind: str, person_id: UUID, usable_from: str | None) -> None:
    office.documents.feed.append(
        {
            "seq": len(office.documents.feed) + 1,
            "id": str(uuid4()),
            "organisation_id": str(office.organisation_id),
            "kind": kind,
            "subject_id": str(uuid4()),
            "payload": {
                "person_id": str(person_id),
                "name": "Jana Malá",
                "usable_from": usable_from,
            },
            "at": "2026-04-03T07:12:05+00:00",
        }
    )


def mails(office: Office) -> list[tuple[str, str]]:
    folder = office.app.extensions["vyzva-settings"].var / "mail"
    found = [message_from_bytes(f.read_bytes(), policy=policy.default) for f in folder.glob("*")]
    return [(mail["To"], mail.get_content()) for mail in found]


@pytest.mark.parametrize(
    ("kind", "usable_from", "words"),
    [
        ("signing_key.retired", None, "3. 4. 2026 09:12 byl ve Výzvě odložen"),
        ("signing_key.made", None, "3. 4. 2026 09:12 vznikl ve Výzvě nový podpis"),
        ("signing_key.made", "2026-04-04T07:12:05+00:00", "půjde od 4. 4. 2026 09:12"),
    ],
)
def test_the_person_is_told(office: Office, kind: str, usable_from: str | None, words: str) -> None:
    assert office.director.actor.person_id
    key_event(office, kind, office.director.actor.person_id, usable_from)

    office.run_worker()

    [(to, text)] = mails(office)
    assert to == "reditelka@szk.cz"
    assert words in text
    assert "Pokud jste to nebyli vy" in text


def test_nobody_is_told_about_a_stranger(office: Office) -> None:
    key_event(office, "signing_key.made", uuid4(), None)

    office.run_worker()

    assert mails(office) == []


def test_renewing_does_not_say_that_the_password_was_typed(office: Office) -> None:
    body = {"login": office.director.login, "password": PASSWORD}
    opened = expect(office.client.post("/api/v1/sessions", json=body), 201)
    first = read_person_token(office.keys, opened["token"]).password_at
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)):
        renewal = {"session": opened["session"]}
        fresh = expect(office.client.post("/api/v1/sessions/renewal", json=renewal), 200)
        renewed = read_person_token(office.keys, fresh["token"]).password_at

    assert first is not None
    assert renewed == first


def test_typing_the_password_again_leads_back_and_leaves_one_session(office: Office) -> None:
    browser = Browser(office.app).sign_in(office.director.login)
    page = browser.get("/registry/sign-in?next=/documents/my-signature&again=1")

    done = browser.submit(page, "Přihlásit", login=office.director.login, password=PASSWORD)

    assert "Další krok mění podpis" in page.text
    assert done.location == "/documents/my-signature"
    with office.app.app_context():
        mine = SignInSession.person_id == office.director.actor.person_id
        open_ones = select(SignInSession).where(mine, SignInSession.device != "API")
        ended = [row.ended_at is not None for row in db.session.scalars(open_ones)]
    assert sorted(ended) == [False, True]


def test_holder_and_directors_hear_of_an_end(office: Office) -> None:
    for person_id in (None, office.director.actor.person_id):
        key_event(office, "signing_key.ends", person_id, None)  # type: ignore[arg-type]
        office.documents.feed[-1]["payload"] |= {
            "person_id": str(person_id) if person_id else None,
            "subject": "Pečeť MAS",
            "days": 30,
            "ends_on": "2026-05-03",
        }

    office.run_worker()

    told = mails(office)
    assert [to for to, _ in told] == ["reditelka@szk.cz"] * 2
    assert all("platí do 3. 5. 2026, zbývá nejvýš 30 dní" in text for _, text in told)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("certificate", "Certifikát, kterým se Výzva přihlašuje k datové schránce"),
        ("password", "Heslo, kterým se Výzva přihlašuje k datové schránce"),
    ],
)
def test_directors_and_operators_hear_of_the_end_of_the_login(
    office: Office, kind: str, words: str
) -> None:
    key_event(office, "data_box_login.ends", uuid4(), None)
    office.documents.feed[-1]["payload"] = {"kind": kind, "days": 7, "ends_on": "2026-05-03"}

    office.run_worker()

    [(to, text)] = mails(office)
    told = " ".join(text.split())
    assert to == "reditelka@szk.cz"
    assert f"{words}, platí do 3. 5. 2026, zbývá nejvýš 7 dní." in told


@pytest.mark.parametrize(
    ("first_on", "words"),
    [("2026-05-03", "prokazatelný 3. 5. 2026"), (None, "pomoci, nelze říct")],
)
def test_directors_and_operators_hear_of_documents_at_risk(
    office: Office, first_on: str | None, words: str
) -> None:
    key_event(office, "documents.at_risk", uuid4(), None)
    office.documents.feed[-1]["payload"] = {
        "count": 12,
        "fresh": 3,
        "days": 30,
        "first_on": first_on,
        "reasons": {"renewal_late": 12},
    }

    office.run_worker()

    [(to, text)] = mails(office)
    assert to == "reditelka@szk.cz"
    assert "v ohrožení je 12, z toho nově nebo naléhavěji 3" in " ".join(text.split())
    assert words in " ".join(text.split())

"""What staff, auditors and the public see of the evidence of a service."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from shared.actors import Actor
from shared.evidence.checkpoints import read
from shared.evidence.keeping import Desk
from shared.evidence.offline import verify as offline
from tests.shared.evidence_world import do, signed
from tests.shared.toy import ORGANISATION, person

SignIn = Callable[[FlaskClient, Actor], None]
Bearer = Callable[[Actor], dict[str, str]]


@pytest.fixture
def desk(app: Flask) -> Desk:
    found: Desk = app.extensions["vyzva-evidence"]
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        do(found, "receive", "check", "register")
        signed(found)
    return found


def page(client: FlaskClient) -> str:
    reply = client.get("/evidence")
    assert reply.status_code == 200
    return reply.get_data(as_text=True).replace("\N{NO-BREAK SPACE}", " ")


def test_the_page_says_in_what_state_the_log_is(
    app: Flask, client: FlaskClient, desk: Desk, sign_in: SignIn
) -> None:
    sign_in(client, person("auditor"))
    before = page(client)
    with app.app_context():
        do(desk, "late")

    reply = client.post("/evidence")

    assert (reply.status_code, reply.location) == (303, "/evidence")
    after = page(client)
    assert "zatím neověřeno" in before and "beze změny" not in before
    assert "<dd>4</dd>" in after and "záznamů: 3" in after
    assert "beze změny" in after and "proti 1 kontrolním bodům" in after
    assert "poslední bod je zkopírovaný" in after
    assert str(desk.copies.path(ORGANISATION)) in after


def test_a_broken_log_is_an_alarm_on_the_page(
    app: Flask, client: FlaskClient, desk: Desk, sign_in: SignIn
) -> None:
    sign_in(client, person("director"))
    with app.app_context():
        desk.session().execute(text("UPDATE audit SET act = 'approve' WHERE act = 'check'"))
        desk.session().commit()
    client.post("/evidence")

    said = page(client)

    assert "Kniha je porušená: záznam není takový, jaký byl zapsán." in said
    assert "má pořadí 1" in said and "beze změny" not in said


@pytest.mark.parametrize(
    ("role", "reads", "verifies"),
    [("assistant", 200, 403), ("auditor", 200, 303), ("evaluator", 403, 403)],
)
@pytest.mark.usefixtures("desk")
def test_only_those_who_answer_for_it_see_it(
    client: FlaskClient, sign_in: SignIn, role: str, reads: int, verifies: int
) -> None:
    sign_in(client, person(role))

    assert client.get("/evidence").status_code == reads
    assert client.post("/evidence").status_code == verifies


def test_anybody_may_take_a_checkpoint_and_the_keys_away(client: FlaskClient, desk: Desk) -> None:
    place = f"/api/v1/evidence/{ORGANISATION}"

    note, keys = client.get(f"{place}/checkpoint"), client.get(f"{place}/keys")

    assert (note.status_code, note.mimetype) == (200, "text/plain")
    taken = note.get_data(as_text=True)
    assert read(taken, desk.keys).size == 3
    known = offline.read_keys(keys.get_data(as_text=True))
    assert offline.read_note(taken, known).size == 3
    assert client.get(f"/api/v1/evidence/{uuid4()}/checkpoint").status_code == 404


def test_an_auditor_takes_a_proof_away_that_stands_alone(
    client: FlaskClient, desk: Desk, bearer: Bearer
) -> None:
    place = f"/api/v1/evidence/proof?subject={UUID(int=1)}&subject={UUID(int=2)}"

    reply = client.get(place, headers=bearer(person("auditor")))

    assert reply.status_code == 200 and reply.json is not None
    report = offline.judge_proof(reply.json, {}, [])
    assert (report.faults, report.size) == ([], 2)
    assert [one["entry"]["act"] for one in reply.json["records"]] == ["check", "register"]


@pytest.mark.parametrize(
    ("query", "role", "status"),
    [
        (f"subject={UUID(int=99)}", "auditor", 404),
        ("subject=no-id", "auditor", 400),
        ("", "auditor", 400),
        ("&".join(f"subject={UUID(int=number)}" for number in range(201)), "auditor", 400),
        (f"subject={UUID(int=1)}", "assistant", 403),
    ],
)
@pytest.mark.usefixtures("desk")
def test_a_proof_of_nothing_or_for_others_is_refused(
    client: FlaskClient, bearer: Bearer, query: str, role: str, status: int
) -> None:
    place = f"/api/v1/evidence/proof?{query}"

    assert client.get(place, headers=bearer(person(role))).status_code == status


def test_the_log_of_another_organisation_is_not_shown(
    app: Flask, client: FlaskClient, desk: Desk, bearer: Bearer
) -> None:
    with app.app_context():
        do(desk, *(f"foreign {number}" for number in range(9)), organisation=UUID(int=8))
        signed(desk, UUID(int=8))
    place = f"/api/v1/evidence/proof?subject={UUID(int=8)}"

    assert client.get(place, headers=bearer(person("auditor"))).status_code == 404

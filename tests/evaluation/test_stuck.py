"""What could not be handed over waits for a person, and is not given up too soon."""

from datetime import timedelta

import pytest

from services.evaluation.models import Audit, Outbox, Record, db
from services.evaluation.worker import outbox
from shared.auth import COOKIE
from shared.clock import SystemClock
from shared.outbox import PARKED, SETTLING, enqueue
from tests.evaluation.browser import Browser
from tests.evaluation.house import ORGANISATION, House

NUMBER = "p12"


@pytest.fixture
def refusing(house: House) -> House:
    """A house whose documents service refuses every document."""
    house.open_call([NUMBER])
    house.freeze_lists()
    house.appoint([NUMBER])
    house.documents.refuses_with = 422
    return house


def rows(house: House) -> list[tuple[bool, bool]]:
    """Tell of each document's message whether it is given up and whether it is delivered."""
    with house.app.app_context():
        kinds = ("control_list", "control_entry")
        papers = db.session.query(Record).filter(Record.kind.in_(kinds))
        wanted = {str(record.id) for record in papers}
        found = db.session.query(Outbox).filter_by(kind="document")
        return [
            (bool(one.dead_at), bool(one.delivered_at))
            for one in found
            if one.payload["record_id"] in wanted
        ]


def make_old(house: House) -> None:
    with house.app.app_context():
        for one in db.session.query(Outbox).filter(Outbox.delivered_at.is_(None)):
            one.created_at -= SETTLING + timedelta(minutes=1)
            one.available_at = SystemClock().now()
        db.session.commit()


def run(house: House) -> None:
    with house.app.app_context():
        outbox(house.app).run_once()
        db.session.remove()


def test_a_person_sees_what_was_refused_and_has_it_tried_again(refusing: House) -> None:
    house = refusing
    house.conclude(NUMBER, "controller")
    house.work()
    assert rows(house) == [(True, False)] * 2

    browser = Browser(house, "director")
    assert "2 zprávy" in browser.open("/")
    house.documents.refuses_with = 0
    for _ in range(2):
        assert "vytvoření dokumentu" in browser.open("/stuck")
        browser.send("/stuck", button="Zkusit znovu", status=303)
    house.work()

    assert rows(house) == [(False, True)] * 2
    assert "Všechno se podařilo předat" in browser.open("/stuck")
    with house.app.app_context():
        assert db.session.query(Audit).filter_by(act="try_again").count() == 2


def test_an_event_that_could_not_be_handled_is_seen_at_once(house: House) -> None:
    house.open_call([NUMBER])
    with house.app.app_context():
        parked = {"organisation_id": ORGANISATION, "kind": f"{PARKED}registry"}
        enqueue(db.session(), Outbox, **parked, payload={})
        db.session.commit()
    browser = Browser(house, "director")

    assert "1 zpráva" in browser.open("/")
    assert "zpráva z Registru" in browser.open("/stuck")


@pytest.mark.parametrize("status", [404, 409])
def test_what_is_missing_or_in_the_way_is_waited_for_some_hours(
    refusing: House, status: int
) -> None:
    refusing.documents.refuses_with = status
    refusing.conclude(NUMBER, "controller")

    run(refusing)
    assert rows(refusing) == [(False, False)] * 2

    make_old(refusing)
    run(refusing)
    assert rows(refusing) == [(True, False)] * 2


@pytest.mark.parametrize("who", ["assistant", "controller", "auditor"])
def test_only_the_director_and_the_operator_tend_them(house: House, who: str) -> None:
    client = house.app.test_client()
    client.set_cookie(COOKIE, house.token(who))

    assert client.get("/stuck").status_code == 403

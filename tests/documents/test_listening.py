"""How ISDS is listened to: from when on, how often, and what a contradiction comes to."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import StateChange
from services.documents.dispatch import following, overturning
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.following import OVERLAP, Follower
from services.documents.dispatch.overturning import SOON, Overturner
from services.documents.dispatch.proving import LOOK_BACK, Proved
from services.documents.models import Delivery, LoginBreaker, Recipient, StateLook, db
from services.documents.service import portions
from services.documents.service.breakers import claim_trial, is_trial_due
from services.documents.service.concluding import wake_changed
from services.documents.service.portions import in_portions
from services.documents.worker import create_worker, desk_of
from shared.db import transaction
from tests.documents.conftest import FARM, SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import DIRECTOR, Office, letter, open_office

pytestmark = pytest.mark.one_database
TRUE = datetime(2026, 4, 1, 8, tzinfo=UTC)
LIST = "GetListOfSentMessages"
CHANGES = "GetMessageStateChanges"


class Listening(IsdsGateway):
    """The real client, which remembers from when on changes were asked for."""

    def __init__(self, account: IsdsAccount) -> None:
        super().__init__(account)
        self.asked: list[datetime] = []
        self.ends: list[datetime | None] = []

    def state_changes(self, since: datetime, until: datetime | None = None) -> list[StateChange]:
        self.asked.append(since)
        self.ends.append(until)
        return super().state_changes(since, until)


@dataclass
class Post:
    """An office whose clock and that of ISDS a test turns together."""

    office: Office
    simulator: Simulator
    gateway: Listening
    hands: time_machine.Traveller
    now: datetime = field(default=TRUE)

    def wait(self, passed: timedelta) -> None:
        self.now += passed
        self.simulator.advance(now=self.now.isoformat(), stopped=True)
        self.office.clock.move_to(self.now)
        self.hands.move_to(self.now, tick=False)

    def issue(self, box: str = FARM) -> dict[str, Any]:
        made: dict[str, Any] = self.office.put(letter(box=box))
        self.office.work(2)
        return made

    def view(self, made: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self.office.view(made["id"])["delivery"]
        return found

    def change(self, **values: Any) -> None:
        with self.office.context(), transaction(db.session()) as session:
            for name, value in values.items():
                setattr(session.query(Delivery).one(), name, value)

    def calls(self, operation: str) -> int:
        rows = self.simulator.control("GET", "/ledger")["calls"]
        return sum(row["calls"] for row in rows if row["operation"] == operation)


@pytest.fixture
def post(simulator: Simulator, tmp_path: Path, database_url: str) -> Iterator[Post]:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = Listening(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    periods = {"quiet_seconds": 180, "second_look_seconds": 900, "look_up_seconds": 1800}
    with time_machine.travel(TRUE, tick=False) as hands:
        office = open_office(
            tmp_path / "var", database_url, gateway, isds_seal_roots=roots, **periods
        )
        found = Post(office, simulator, gateway, hands)
        found.wait(timedelta(0))
        yield found


def test_between_two_whole_readings_only_the_newest_changes_are_read(post: Post) -> None:
    post.issue()
    post.wait(timedelta(days=9))
    post.gateway.asked.clear()
    with post.office.context():
        follower = Follower(desk_of(post.office.app))
        for _ in range(6):
            follower.run_once()
            post.wait(timedelta(hours=5))

    ago = [TRUE + timedelta(days=9, hours=5 * turn) - at for turn, at in enumerate(_of(post))]
    newest = timedelta(hours=5) + OVERLAP
    is_whole = [one > timedelta(days=8) for one in ago]
    assert is_whole == [True, False, False, False, False, True]
    assert ago[1:5] == [newest] * 4
    assert all(one <= LOOK_BACK for one in ago)


@pytest.mark.parametrize("seconds", [1, 180, 240])
def test_no_change_falls_between_two_intervals_that_end_before_now(
    post: Post, seconds: int
) -> None:
    """What changes within the last minutes is heard by the next question, with an overlap."""
    object.__setattr__(
        post.office.app.extensions["documents-tools"].settings, "changes_until_seconds", seconds
    )
    lag = timedelta(seconds=seconds)
    made = post.issue()
    post.wait(timedelta(days=2))
    post.gateway.asked.clear()
    post.gateway.ends.clear()
    states = []
    with post.office.context():
        follower = Follower(desk_of(post.office.app))
        follower.run_once()
        post.wait(timedelta(minutes=5))
        post.simulator.log_in(FARM)
        follower.run_once()  # the change lies between the end of the interval and now
        states.append(post.view(made)["state"])
        post.wait(lag)
        follower.run_once()
        states.append(post.view(made)["state"])

    asked = [TRUE + timedelta(days=2, minutes=minutes) for minutes in (0, 5)]
    assert post.gateway.ends == [one - lag for one in (*asked, asked[1] + lag)]
    assert post.gateway.asked[1] == post.gateway.ends[0] - OVERLAP
    assert post.gateway.asked[2] == post.gateway.ends[1] - OVERLAP
    assert states == ["sent", "delivered"]


def test_what_was_sent_a_moment_ago_is_not_asked_about(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No interval ends before it begins, however wide the skew of the clocks is taken."""
    monkeypatch.setattr(following, "CLOCK_SKEW", timedelta(0))
    object.__setattr__(
        post.office.app.extensions["documents-tools"].settings, "changes_until_seconds", 180
    )
    post.issue()
    post.wait(timedelta(minutes=2))
    before = len(post.gateway.asked)
    with post.office.context():
        follower = Follower(desk_of(post.office.app))
        follower.run_once()
        early = len(post.gateway.asked) - before
        post.wait(timedelta(minutes=2))
        follower.run_once()

    assert early == 0
    assert len(post.gateway.asked) - before == 1


def test_the_list_of_what_is_taken_back_ends_before_now_too(
    post: Post, by_fiction: dict[str, Any]
) -> None:
    object.__setattr__(
        post.office.app.extensions["documents-tools"].settings, "changes_until_seconds", 180
    )
    post.gateway.asked.clear()
    post.gateway.ends.clear()
    with post.office.context():
        desk = desk_of(post.office.app)
        early = Overturner(desk).run_once()
        heard = db.session().get_one(StateLook, desk.account).seen_until
        db.session().rollback()
        post.wait(timedelta(hours=1))
        late = Overturner(desk).run_once()

    assert (early, late) == (0, 1)
    assert heard == TRUE - timedelta(minutes=3)
    looks = [post.now - timedelta(hours=1), post.now]
    assert post.gateway.ends == [one - timedelta(minutes=3) for one in looks]
    assert post.gateway.asked == [one - LOOK_BACK for one in looks]
    assert post.view(by_fiction)["reason"] == "undeliverable"


def _of(post: Post) -> list[datetime]:
    return post.gateway.asked


def test_many_changed_messages_are_compared_in_portions(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portions, "AT_ONCE", 3)
    post.issue()
    post.change(message_state=1)
    with post.office.context(), transaction(db.session()) as session:
        work = desk_of(post.office.app).everywhere(session)
        number = session.query(Delivery).one().message_id
        woken = wake_changed(work, {**{str(one): 4 for one in range(7)}, str(number): 5})

    assert woken == 1


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
def test_portions_are_all_of_it_and_small_enough(count: int) -> None:
    given = list(in_portions(range(count)))

    assert [one for some in given for one in some] == list(range(count))
    assert all(0 < len(some) <= portions.AT_ONCE for some in given)


@pytest.fixture
def by_fiction(post: Post) -> dict[str, Any]:
    """Return a letter that counted as delivered by fiction until its box was closed."""
    made = post.issue()
    today = post.office.clock.today()
    post.change(state="delivered", delivery_basis="fiction", delivered_on=today)
    (message,) = post.simulator.messages()
    post.simulator.control("POST", f"/messages/{message['id']}/closure", {})
    return made


def test_a_contradictory_proof_comes_to_a_person_with_both(
    post: Post, by_fiction: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, fetch = len(post.view(by_fiction)["proofs"]), overturning.fetch_delivery_info

    def of_another(desk: DispatchDesk, message_id: str) -> Proved:
        proof = fetch(desk, message_id)
        return replace(proof, info=replace(proof.info, recipient_box=TOWN))

    monkeypatch.setattr(overturning, "fetch_delivery_info", of_another)
    with post.office.context():
        taken_back = Overturner(desk_of(post.office.app)).run_once()

    found = post.view(by_fiction)
    assert taken_back == 1
    assert (found["state"], found["reason"]) == ("needs_person", "mismatch")
    assert (found["delivered_on"], found["delivery_basis"]) == (None, None)
    assert len(found["proofs"]) == before + 1
    assert post.office.events()[-1] == "delivery.overturned"


def test_whoever_got_no_answer_rests_before_the_next_question(
    post: Post, by_fiction: dict[str, Any]
) -> None:
    post.simulator.fault("http", CHANGES, params={"status": 503, "when": "before"})
    before = post.calls(CHANGES)
    with post.office.context():
        overturner = Overturner(desk_of(post.office.app))
        for _ in range(4):
            overturner.run_once()
        resting = post.calls(CHANGES) - before
        post.simulator.control("DELETE", "/faults")
        post.wait(SOON)
        overturner.run_once()

    assert resting == 1
    assert post.view(by_fiction)["reason"] == "undeliverable"


def test_a_person_who_asks_for_a_look_gets_it_at_once(post: Post) -> None:
    """The last one was made a minute ago, and the next one was not due for eleven."""
    post.simulator.fault("drop", params={"when": "before"}, times=1)
    made = post.issue()
    post.wait(timedelta(minutes=4))
    post.office.work(2)
    waiting, asked = post.view(made)["state"], post.calls(LIST)
    post.wait(timedelta(minutes=1))
    post.office.work(2)
    unasked = post.calls(LIST)

    place = f"/deliveries/{post.view(made)['id']}/look"
    reply = post.office.browser(DIRECTOR).post(place, data={"why": "Chci vědět, kde je."})
    post.office.work(1)

    assert reply.status_code == 303
    assert waiting == "unknown"
    assert (unasked - asked, post.calls(LIST) - unasked) == (0, 1)
    assert post.view(made)["state"] == "unknown"


def test_a_trial_of_the_login_is_not_put_off_by_a_clock_that_was_ahead(post: Post) -> None:
    with post.office.context():
        desk = desk_of(post.office.app)
        desk.heed("401")
        with transaction(db.session()) as session:
            session.query(LoginBreaker).one().next_trial_at = TRUE + timedelta(days=365)
        with transaction(db.session()) as session:
            is_due = is_trial_due(session, desk.account, TRUE)
            is_mine = claim_trial(session, desk.account, TRUE)
        with transaction(db.session()) as session:
            row = session.query(LoginBreaker).one()
            row.next_trial_at = TRUE + timedelta(days=365)
        desk.heed("401")
        refusals = db.session().query(LoginBreaker).one().refusals

    assert is_due
    assert is_mine
    assert refusals == 2


def test_a_question_is_not_put_off_by_a_clock_that_was_ahead(post: Post) -> None:
    post.issue(TOWN)
    with post.office.context(), transaction(db.session()) as session:
        row = session.query(Recipient).one()
        row.is_wanted, row.next_at = True, TRUE + timedelta(days=365)

    with post.office.context():
        create_worker(post.office.app).run_once()
        row = db.session().query(Recipient).one()

    assert (row.is_wanted, row.next_at) == (False, None)

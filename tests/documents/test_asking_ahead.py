"""One delivery ahead: questions that were begun early decide nothing too early."""

import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from services.documents.delivery.port import GatewayRefused
from services.documents.delivery.told_time import ToldTime
from services.documents.dispatch import ahead as asking
from services.documents.dispatch.ahead import FRESH_FOR, Ahead, one_ahead
from services.documents.dispatch.reading_ahead import NextLetters
from services.documents.models import Delivery, Recipient, db
from shared.db import transaction
from tests.documents.asking_office import House
from tests.documents.conftest import FARM, TOWN, Simulator
from tests.documents.patience import PATIENCE

pytestmark = pytest.mark.one_database
READ_TOGETHER = ("signature", "document_revision", "file_pass")
FIND, CAN_RECEIVE = "FindDataBox2", "CheckDataBox"
MESSAGE, INFO = "SignedSentMessageDownload", "GetSignedDeliveryInfo"


@pytest.fixture
def ahead(
    simulator: Simulator, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> House:
    # The clock of these tests stands still, but a thread that asks takes real time.
    monkeypatch.setattr(asking, "FRESH_FOR", 120.0)
    return House(simulator, tmp_path, database_url)


def test_each_letter_is_asked_about_once_sent_once_and_proved_once(ahead: House) -> None:
    ahead.known(TOWN)
    before = ahead.calls()
    letters = ahead.issue(*[TOWN] * 5)

    ahead.send()
    ahead.prove()

    assert ahead.states(letters) == ["delivered"] * 5
    counted = ahead.calls() - before
    assert [counted[name] for name in (FIND, CAN_RECEIVE, "CreateMessage")] == [5, 5, 5]
    assert [counted[name] for name in (MESSAGE, INFO)] == [5, 5]
    _, *sent = [one["sender_reference"] for one in ahead.simulator.messages()]
    with ahead.office.context():
        own = [db.session.get_one(Delivery, one).sender_reference for one in letters]
    assert sent == own


def test_the_next_letters_are_read_together(ahead: House) -> None:
    ahead.known(TOWN)
    letters, asked = ahead.issue(*[TOWN] * 6), Counter[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.update(table for table in READ_TOGETHER if f"FROM {table}" in statement)

    with ahead.office.context():
        event.listen(db.engine, "before_cursor_execute", note)
        ahead.send()
        event.remove(db.engine, "before_cursor_execute", note)

    assert ahead.states(letters) == ["sent"] * 6
    # Each file is judged for the first time here, which asks once more for a word about it.
    assert asked == {"signature": 2, "document_revision": 2, "file_pass": 6 + 1}


def test_what_was_read_long_ago_is_read_again(ahead: House) -> None:
    ahead.known(TOWN)
    letters = ahead.issue(*[TOWN] * 3)
    with ahead.office.context():
        known = NextLetters(ahead.desk, letters)
        first = known.take(letters[0])
        second = known.take(letters[1])
        ahead.seconds += FRESH_FOR
        third = known.take(letters[2])

    assert first is not None and second is not None and third is not None
    assert [one.read_at for one in (first, second, third)] == [0.0, 0.0, FRESH_FOR]


def test_a_letter_that_was_changed_after_it_was_asked_about_waits_for_the_next_turn(
    ahead: House,
) -> None:
    ahead.known(TOWN, FARM)
    letters, before = ahead.issue(TOWN, FARM), len(ahead.simulator.messages())

    def deny() -> None:
        """Somebody says that the farm's box is not that of this recipient."""
        with ahead.office.context(), transaction(db.session()) as session:
            recipient = session.get_one(Delivery, letters[1]).recipient
            assert recipient is not None
            session.get_one(Recipient, recipient.id).denied = [FARM]

    ahead.gateway.happens = deny
    ahead.send()

    assert ahead.states(letters) == ["sent", "ready"]
    ahead.send()
    assert ahead.states(letters) == ["sent", "needs_person"]
    assert len(ahead.simulator.messages()) == before + 1


def test_what_was_asked_long_ago_is_asked_again(ahead: House) -> None:
    ahead.known(TOWN)
    before = ahead.calls()
    letters = ahead.issue(TOWN, TOWN)

    def sleep() -> None:
        ahead.seconds += asking.FRESH_FOR

    ahead.gateway.happens = sleep
    ahead.send()

    assert ahead.states(letters) == ["sent", "sent"]
    assert (ahead.calls() - before)[FIND] == 3


def test_silence_is_heard_by_the_letter_that_was_asked_about(ahead: House) -> None:
    ahead.known(TOWN, FARM)
    letters = ahead.issue(TOWN, FARM, TOWN)
    ahead.gateway.unheard = FARM

    ahead.send()

    assert ahead.states(letters) == ["sent", "ready", "sent"]
    with ahead.office.context():
        row = db.session.get_one(Delivery, letters[1])
        assert (row.last_error, row.failures) == ("no answer", 1)


def test_a_message_that_nobody_gives_is_asked_for_again_and_the_others_are_proved(
    ahead: House,
) -> None:
    ahead.known(TOWN)
    letters = ahead.issue(*[TOWN] * 3)
    ahead.send()
    ahead.simulator.fault("http", MESSAGE, params={"status": 503}, times=1)

    ahead.prove()

    assert sorted(ahead.states(letters)) == ["delivered", "delivered", "sent"]
    with ahead.office.context(), transaction(db.session()) as session:
        session.query(Delivery).update({"next_at": None})
    ahead.prove()
    assert ahead.states(letters) == ["delivered"] * 3


def test_what_cannot_be_begun_is_no_trouble_of_the_one_before() -> None:
    def begin(number: int) -> str:
        if number == 2:
            raise ValueError
        return f"begun {number}"

    assert list(one_ahead([0, 1, 2, 3], begin)) == [
        (0, None), (1, "begun 1"), (2, None), (3, "begun 3"),
    ]  # fmt: skip


def test_nothing_is_begun_before_its_predecessor_has_its_turn() -> None:
    told: list[Any] = []

    for item, begun in one_ahead("abc", lambda one: told.append(f"begin {one}") or one):
        told.append(f"{item} with {begun}")

    assert told == ["begin b", "a with None", "begin c", "b with b", "c with c"]


def test_nothing_is_begun_before_isds_has_answered_well() -> None:
    seconds = [0.0]
    ahead = Ahead(lambda: seconds[0])
    assert ahead.begin(list) is None

    ahead.hear()
    begun = ahead.begin(list)
    assert begun is not None and begun.is_fresh

    seconds[0] += asking.FRESH_FOR
    assert ahead.begin(list) is None


def test_the_next_one_is_begun_once_the_former_one_is_answered() -> None:
    ahead = Ahead(lambda: 0.0)
    ahead.hear()
    release = threading.Event()
    first = ahead.begin(lambda: release.wait(PATIENCE))
    threading.Timer(0.1, release.set).start()

    second = ahead.begin(list)

    assert first is not None and second is not None
    assert first.is_fresh and second.is_fresh


def test_what_went_wrong_is_heard_before_anything_else_is_begun() -> None:
    ahead = Ahead(lambda: 0.0)
    ahead.hear()

    def refuse() -> None:
        raise GatewayRefused("401", "no")

    refused = ahead.begin(refuse, list)
    assert refused is not None and refused.is_fresh
    assert ahead.begin(list) is None

    ahead.hear()
    assert ahead.begin(list) is not None


def test_what_hangs_is_not_waited_for_and_nothing_else_is_begun_behind_it() -> None:
    seconds, release, done = [0.0], threading.Event(), list[str]()
    ahead = Ahead(lambda: seconds[0])
    ahead.hear()

    begun = ahead.begin(release.wait, lambda: done.append("second"))
    assert begun is not None
    assert ahead.begin(list) is None
    seconds[0] += asking.FRESH_FOR
    assert not begun.is_fresh

    release.set()
    assert begun.take(0) is not None


def test_after_a_bad_answer_no_further_question_is_asked() -> None:
    asked: list[str] = []
    ahead = Ahead(lambda: 0.0)
    ahead.hear()

    def refuse() -> None:
        raise GatewayRefused("401", "no")

    begun = ahead.begin(refuse, lambda: asked.append("second"))

    assert begun is not None and begun.is_fresh
    with pytest.raises(GatewayRefused):
        (begun.take(0) or list)()
    assert begun.take(1) is None
    assert asked == []


def test_a_login_that_ends_is_refused_once_more_at_most(ahead: House) -> None:
    ahead.known(TOWN, FARM)
    letters = ahead.issue(*[TOWN, FARM] * 3)
    before = ahead.calls()
    ahead.simulator.fault("http", FIND, params={"status": 401})

    ahead.send()
    ahead.send()

    assert (ahead.calls() - before)[FIND] <= 2
    assert ahead.states(letters) == ["ready"] * 6


def test_an_answer_that_took_longer_than_a_later_one_sets_no_clock_back() -> None:
    steady = [0.0]
    told = ToldTime(lambda: steady[0])
    slow = told.ask()
    steady[0] = 100.0
    told.hear("Mon, 23 Nov 2026 10:01:40 GMT", told.ask())

    told.hear("Mon, 23 Nov 2026 10:00:00 GMT", slow)

    assert told.now() == datetime(2026, 11, 23, 10, 1, 40, tzinfo=UTC)

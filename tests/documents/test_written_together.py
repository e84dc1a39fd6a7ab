"""One commit for an answer and the next intent, and for some proofs; alone where that fails."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.documents.adapters.files import StoreFull
from services.documents.adapters.folder import FolderStore
from services.documents.dispatch import ahead as asking
from services.documents.dispatch import keeping, sending
from services.documents.dispatch.desk import Change, DispatchDesk
from services.documents.dispatch.reading_ahead import NextRows
from services.documents.domain.deliveries import READY
from services.documents.domain.proof_faults import STORE_FULL
from services.documents.models import Audit, Delivery, Recipient, db
from shared.db import transaction
from tests.documents.asking_office import House
from tests.documents.conftest import FARM, TOWN, Simulator

BOTH, ANSWER, INTENT = "send.both", "send.outcome", "send.intent"
PROOFS = "proofs"


@pytest.fixture
def house(
    simulator: Simulator, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> House:
    # The clock of these tests stands still, but a thread that asks takes real time.
    monkeypatch.setattr(asking, "FRESH_FOR", 120.0)
    # Which of two answers comes first is a matter of luck: here all wait for the directory.
    monkeypatch.setattr(asking.Asked, "is_here", asking.Asked.is_over)
    return House(simulator, tmp_path, database_url)


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name the transactions of the desk that were committed, in their order."""
    found, one, some = list[str](), DispatchDesk.change, DispatchDesk.change_all

    def change(desk: DispatchDesk, delivery_id: UUID, act: Change, step: str) -> None:
        one(desk, delivery_id, act, step)
        found.append(step)

    def change_all(desk: DispatchDesk, acts: Mapping[UUID, Change], step: str, *more: Any) -> None:
        some(desk, acts, step, *more)
        found.append(step)

    monkeypatch.setattr(DispatchDesk, "change", change)
    monkeypatch.setattr(DispatchDesk, "change_all", change_all)
    return found


def rows(house: House, deliveries: Sequence[UUID], name: str) -> list[Any]:
    with house.office.context():
        return [getattr(db.session.get_one(Delivery, one), name) for one in deliveries]


def waiting(house: House, *boxes: str) -> list[UUID]:
    """Return letters whose files were judged, to boxes that are known."""
    house.known(*dict.fromkeys(boxes))
    letters = house.issue(*boxes)
    house.judge()
    return letters


def test_an_answer_is_committed_with_the_next_intent(house: House, commits: list[str]) -> None:
    letters = waiting(house, *[TOWN] * 4)
    commits.clear()

    house.send()

    assert house.states(letters) == ["sent"] * 4
    assert commits == [INTENT, BOTH, BOTH, BOTH, ANSWER]
    assert len(set(rows(house, letters, "message_id"))) == 4
    with house.office.context():
        acts = Counter(db.session.query(Audit.act, Audit.subject_id).all())
    for one in letters:
        assert acts["begin_sending", one] == acts["confirm_created", one] == 1


def test_an_answer_waits_for_no_verifier(house: House, commits: list[str]) -> None:
    """What has to be judged first may take its time."""
    house.known(TOWN)
    letters = house.issue(*[TOWN] * 3)
    commits.clear()

    house.send()

    assert house.states(letters) == ["sent"] * 3
    assert commits == [INTENT, ANSWER] * 3


def test_an_answer_waits_for_no_directory(
    house: House, commits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = waiting(house, *[TOWN] * 2)
    commits.clear()
    monkeypatch.setattr(asking.Asked, "is_here", False)

    house.send()

    assert house.states(letters) == ["sent"] * 2
    assert commits == [INTENT, ANSWER] * 2


def test_what_went_wrong_is_written_down_at_once(house: House, commits: list[str]) -> None:
    letters = waiting(house, *[TOWN] * 3)
    house.simulator.fault("status", "CreateMessage", params={"code": "1214"}, times=1)
    commits.clear()

    house.send()

    assert house.states(letters) == ["needs_person", "sent", "sent"]
    assert commits == [INTENT, ANSWER, INTENT, BOTH, ANSWER]


def test_the_answer_is_written_alone_where_the_next_letter_stays(
    house: House, commits: list[str]
) -> None:
    letters = waiting(house, TOWN, FARM, TOWN)
    commits.clear()

    def deny() -> None:
        """Somebody says that the farm's box is not that of this recipient."""
        with house.office.context(), transaction(db.session()) as session:
            recipient = session.get_one(Delivery, letters[1]).recipient
            assert recipient is not None
            session.get_one(Recipient, recipient.id).denied = [FARM]

    house.gateway.happens = deny
    house.send()

    assert house.states(letters) == ["sent", READY, "sent"]
    # The second transaction finds the recipient changed, and holds the first answer alone.
    assert commits == [INTENT, BOTH, INTENT, ANSWER]


def test_where_both_cannot_be_written_the_answer_is_and_the_letter_waits(
    house: House, commits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = waiting(house, *[TOWN] * 3)
    commits.clear()
    begin, begun = sending.steps.begin_sending, list[UUID]()

    def fail_once(work: Any, row: Delivery, sha256: str) -> UUID:
        begun.append(row.id)
        if len(begun) == 2:
            raise RuntimeError
        return begin(work, row, sha256)

    monkeypatch.setattr(sending.steps, "begin_sending", fail_once)
    house.send()

    assert house.states(letters) == ["sent", READY, "sent"]
    assert rows(house, letters, "failures") == [0, 1, 0]
    assert commits == [INTENT, ANSWER, "delivery.put_off", INTENT, ANSWER]
    assert len({*rows(house, letters, "message_id")}) == 3  # two numbers, and none


def test_an_answer_is_not_lost_with_the_turn(
    house: House, commits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = waiting(house, *[TOWN] * 2)
    commits.clear()
    has_turn, asked = DispatchDesk.has_turn, list[bool]()

    def fail(desk: DispatchDesk) -> bool:
        asked.append(True)
        if len(asked) == 2:
            raise RuntimeError
        return has_turn(desk)

    monkeypatch.setattr(DispatchDesk, "has_turn", fail)
    with pytest.raises(RuntimeError):
        house.send()

    assert house.states(letters) == ["sent", READY]
    assert commits == [INTENT, ANSWER]


def test_proofs_of_some_are_committed_together(house: House, commits: list[str]) -> None:
    letters = waiting(house, *[TOWN] * 6)
    house.send()
    commits.clear()

    house.prove()

    assert house.states(letters) == ["delivered"] * 6
    assert commits == [PROOFS] * 2
    with house.office.context():
        found = [db.session.get_one(Delivery, one).proofs for one in letters]
        for delivery_id, proofs in zip(letters, found, strict=True):
            number = db.session.get_one(Delivery, delivery_id).message_id
            assert [one.kind for one in proofs] == ["sent_message", "delivery_info"]
            assert {one.facts["message_id"] for one in proofs} == {number}


@pytest.mark.parametrize("limit", ["LONGEST", "LARGEST"])
def test_proofs_wait_for_no_others_where_isds_is_slow_or_files_are_large(
    house: House, commits: list[str], monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    letters = waiting(house, *[TOWN] * 3)
    house.send()
    commits.clear()
    monkeypatch.setattr(keeping, limit, 0)

    house.prove()

    assert house.states(letters) == ["delivered"] * 3
    assert commits == [PROOFS] * 3


def test_one_delivery_that_cannot_be_written_keeps_no_other(
    house: House, commits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = waiting(house, *[TOWN] * 4)
    house.send()
    commits.clear()
    keep = keeping.Stored.keep

    def fail_one(stored: keeping.Stored, work: Any, row: Delivery) -> None:
        if row.id == letters[2]:
            raise RuntimeError
        keep(stored, work, row)

    monkeypatch.setattr(keeping.Stored, "keep", fail_one)
    house.prove()

    assert house.states(letters) == ["delivered", "delivered", "sent", "delivered"]
    assert rows(house, letters, "failures") == [0, 0, 1, 0]
    assert Counter(commits) == {PROOFS: 3, "delivery.put_off": 1}
    monkeypatch.setattr(keeping.Stored, "keep", keep)
    with house.office.context(), transaction(db.session()) as session:
        session.query(Delivery).update({"next_at": None})
    house.prove()
    assert house.states(letters) == ["delivered"] * 4


def test_each_delivery_says_that_the_store_is_full(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = waiting(house, *[TOWN] * 3)
    house.send()

    def full(*_given: object) -> list[str]:
        raise StoreFull

    monkeypatch.setattr(FolderStore, "put_all", full)
    house.prove()

    assert house.states(letters) == ["sent"] * 3
    assert rows(house, letters, "last_error") == [STORE_FULL] * 3


def test_a_delivery_that_was_changed_meanwhile_is_left_for_the_next_turn(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = waiting(house, *[TOWN] * 3)
    house.send()
    store = keeping.store

    def changed(desk: DispatchDesk, proofs: Any) -> keeping.Stored:
        with house.office.context(), transaction(db.session()) as session:
            session.get_one(Delivery, letters[1]).failures += 1
        return store(desk, proofs)

    monkeypatch.setattr(keeping, "store", changed)
    house.prove()
    assert house.states(letters) == ["delivered", "sent", "delivered"]

    monkeypatch.setattr(keeping, "store", store)
    house.prove()
    assert house.states(letters) == ["delivered"] * 3


def test_the_next_rows_are_read_together_and_again_when_they_are_old(house: House) -> None:
    letters = waiting(house, *[TOWN] * 3)
    with house.office.context():
        known = NextRows(house.desk, letters)
        first, second = known.take(letters[0]), known.take(letters[1])
        house.seconds += asking.FRESH_FOR
        third = known.take(letters[2])

    assert first is not None and second is not None and third is not None
    assert [one.read_at for one in (first, second, third)] == [0.0, 0.0, asking.FRESH_FOR]
    assert [one.delivery.id for one in (first, second, third)] == letters

"""Each act leaves an entry in its own transaction, and the database lets nobody change one."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared.actors import Actor
from shared.audit import record_act
from shared.db import transaction
from shared.evidence.checking import check_logs
from shared.evidence.entries import Fault, FaultKind, Kept, first_fault
from shared.evidence.log import kept_entries
from tests.shared.evidence_world import closed, desk_of
from tests.shared.toy import ORGANISATION, Audit, Evidence, engine_for, sessions

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
LOG = Evidence.name_of(ORGANISATION)
NEIGHBOUR = uuid4()
Make = Callable[[], Session]


@pytest.fixture
def engine(each_database_url: str) -> Iterator[Engine]:
    with engine_for(each_database_url) as engine:
        yield engine


@pytest.fixture
def make(engine: Engine) -> Make:
    return sessions(engine)


def act(session: Session, name: str, organisation: UUID = ORGANISATION) -> None:
    actor = Actor(organisation_id=organisation, name="Jana Malá", person_id=UUID(int=7))
    details = {"amount": "900000", "share": 0.5, "names": ["Lipová", "Háj"]}
    subject = ("application", UUID(int=1))
    record_act(session, Audit, actor=actor, act=name, subject=subject, at=AT, details=details)


def do(make: Make, *names: str, organisation: UUID = ORGANISATION) -> None:
    with make() as session, transaction(session):
        for name in names:
            act(session, name, organisation)


def kept(make: Make, organisation: UUID = ORGANISATION) -> list[Kept]:
    with make() as session:
        return list(kept_entries(session, Evidence, Audit, organisation))


def fault(make: Make) -> Fault | None:
    return first_fault(LOG, kept(make))


def acts(make: Make) -> list[str]:
    return [one.entry.act for one in kept(make) if one.entry]


def test_every_act_has_an_entry_in_the_order_of_the_transactions(make: Make) -> None:
    do(make, "receive", "check")
    do(make, "register")

    assert acts(make) == ["receive", "check", "register"]
    assert fault(make) is None


def test_each_organisation_has_its_own_log(make: Make) -> None:
    do(make, "receive")
    do(make, "foreign", organisation=NEIGHBOUR)
    do(make, "check")

    assert acts(make) == ["receive", "check"]
    assert len(kept(make, NEIGHBOUR)) == 1
    assert fault(make) is None


def test_what_is_taken_back_leaves_nothing(make: Make) -> None:
    with make() as session:
        with pytest.raises(ZeroDivisionError), transaction(session):
            act(session, "lost")
            _ = 1 // 0
        with transaction(session):
            act(session, "kept")

    assert acts(make) == ["kept"]
    assert fault(make) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence SET place = place + 10",
        "UPDATE evidence SET hash = previous",
        "DELETE FROM evidence",
    ],
)
def test_the_database_refuses_to_change_the_log(make: Make, engine: Engine, statement: str) -> None:
    do(make, "receive")

    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))

    assert fault(make) is None
    assert len(kept(make)) == 1


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit SET act = 'approve' WHERE act = 'check'", Fault(FaultKind.CHANGED, 1)),
        ("UPDATE audit SET actor_name = 'Petr' WHERE act = 'check'", Fault(FaultKind.CHANGED, 1)),
        ("UPDATE audit SET actor_id = NULL WHERE act = 'register'", Fault(FaultKind.CHANGED, 2)),
        ("DELETE FROM audit WHERE act = 'check'", Fault(FaultKind.MISSING, 1)),
    ],
)
def test_a_changed_audit_trail_is_found(
    make: Make, engine: Engine, statement: str, found: Fault
) -> None:
    do(make, "receive", "check", "register")

    with engine.begin() as connection:
        connection.execute(text(statement))

    assert fault(make) == found


def test_an_act_written_past_the_log_is_found(make: Make, engine: Engine, tmp_path: Path) -> None:
    do(make, "receive")
    do(make, "foreign", organisation=NEIGHBOUR)
    desk = desk_of(engine, tmp_path)
    assert [one.is_whole for one in check_logs(desk)] == [True, True]
    with make() as session, transaction(session):
        act(session, "forged")
        session.info.clear()  # what the product would write at the end of the transaction

    found = {one.log: one for one in check_logs(desk)}
    closed(desk)

    assert (found[LOG].size, found[LOG].fault, found[LOG].unvouched) == (1, None, 1)
    assert not found[LOG].is_whole
    assert found[Evidence.name_of(NEIGHBOUR)].is_whole


def test_erased_with_its_salt_an_entry_still_holds_its_place(make: Make, engine: Engine) -> None:
    do(make, "receive", "check")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE audit SET salt = NULL, actor_name = '' WHERE act = 'receive'")
        )

    assert fault(make) is None


def test_writers_at_once_make_one_chain(make: Make) -> None:
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(5):
                do(make, f"{name}{number}", f"{name}{number} again")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert len(kept(make)) == 40
    assert fault(make) is None

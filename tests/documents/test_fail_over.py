"""The database fails over to its standby: nothing is sent twice, whatever was lost (D3)."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import pytest
import time_machine
from click.testing import CliRunner

from services.documents.__main__ import SERVICE
from services.documents.desk import tools
from services.documents.models import Delivery, db
from services.documents.worker import outbox
from shared.evidence.keeping import Keeper
from shared.evidence.restoring import BehindItsCopies, refuse_when_behind
from shared.serving import command_line
from tests.conftest import IS_CI
from tests.databases import FAST, Cluster, PostgresMissing, start_cluster, start_standby
from tests.documents.conftest import TOWN, Simulator
from tests.documents.meanwhile import Told, roots_of, told_of
from tests.documents.offices import (
    DIRECTOR,
    ORGANISATION,
    Office,
    letter,
    open_office,
    reopen_office,
)

pytestmark = pytest.mark.one_database
PATIENCE = 60.0
SETTINGS = {**FAST, "synchronous_commit": "on"}
WINDOW = timedelta(minutes=31)


class Pair:
    """A primary with a standby that follows it."""

    def __init__(self, stack: ExitStack) -> None:
        self.primary = start_cluster(SETTINGS)
        stack.callback(self.primary.stop)
        self.standby = start_standby(self.primary, SETTINGS)
        stack.callback(self.standby.stop)
        self.address = self.primary.create_database()
        self.later = self.standby.address_of(self.address)

    def follow_at_once(self) -> None:
        """Let no commit be confirmed from now on before the standby has it."""
        self.primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.ask("SELECT pg_reload_conf()")
        _until(self.primary, "SELECT sync_state = 'sync' FROM pg_stat_replication")

    def cut_off(self) -> None:
        """Let the standby have all that there is, and nothing that comes later."""
        caught_up: LiteralString = (
            "SELECT replay_lsn >= pg_current_wal_lsn() FROM pg_stat_replication"
        )
        _until(self.primary, caught_up)
        self.standby.ask("ALTER SYSTEM SET primary_conninfo = ''")
        self.standby.ask("SELECT pg_reload_conf()")
        _until(self.primary, "SELECT count(*) = 0 FROM pg_stat_replication")

    def stop_after_signing(self, office: Office) -> Callable[[], None]:
        """Return what signs the log and then ends the primary, once."""
        return self._once(lambda: sign(office))

    def stop_unsigned(self) -> Callable[[], None]:
        """Return what ends the primary before anything is signed, once."""
        return self._once(lambda: None)

    def _once(self, before: Callable[[], None]) -> Callable[[], None]:
        left = [self.primary]

        def stop() -> None:
            for cluster in left:
                before()
                cluster.die()
            left.clear()

        return stop

    def fail_over(self, var: Path, gateway: Told, settings: Mapping[str, Any]) -> Office:
        """Let the standby be the primary; the old one does not come back. Return the office."""
        self.standby.promote()
        after = reopen_office(var, self.later, gateway, **settings)
        after.clock.move_to(datetime.now(UTC))
        return after


def _until(cluster: Cluster, question: LiteralString) -> None:
    until = time.monotonic() + PATIENCE
    while cluster.ask(question) != [(True,)]:
        assert time.monotonic() < until, question
        time.sleep(0.05)


@pytest.fixture
def pair() -> Iterator[Pair]:
    with ExitStack() as stack:
        try:
            yield Pair(stack)
        except PostgresMissing as error:
            if IS_CI:
                pytest.fail(f"{error} CI must run on both databases.")
            pytest.skip(str(error))


@pytest.fixture
def gateway(simulator: Simulator) -> Told:
    return told_of(simulator)


@pytest.fixture
def settings(simulator: Simulator, tmp_path: Path) -> Mapping[str, Any]:
    return {"isds_seal_roots": roots_of(simulator, tmp_path), "look_up_seconds": 1800}


def ready_letters(office: Office, count: int) -> list[dict[str, Any]]:
    """Make letters that are ready to leave."""
    office.clock.move_to(datetime.now(UTC))
    made = [office.put(letter(box=TOWN)) for _ in range(count)]
    with office.context():
        outbox(tools()).run_once()
    assert states(office, made) == ["ready"] * count
    return made


def lose_while_sending(office: Office, gateway: Told, stop: Callable[[], None]) -> None:
    """Let the worker send until ISDS has taken the first letter; then the primary is gone."""
    gateway.meanwhile = stop
    office.work(1)
    gateway.meanwhile = Told.meanwhile


def states(office: Office, made: list[dict[str, Any]]) -> list[str]:
    return [office.view(one["id"])["delivery"]["state"] for one in made]


def sign(office: Office) -> None:
    """Sign what there is, as the worker does each minute; copies are kept beside the database."""
    with office.context():
        Keeper(office.app.extensions["vyzva-evidence"]).keep(ORGANISATION)
        db.session.remove()


def refuse(office: Office) -> None:
    """Do what each service does before it starts."""
    with office.context():
        refuse_when_behind(office.app.extensions["vyzva-evidence"])
        db.session.remove()


def work_later(office: Office, hands: Any, pause: timedelta) -> None:
    hands.shift(pause)
    office.clock.move_to(datetime.now(UTC))
    office.work(4)


def own_up(office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the command that docs/operations.md names for a restored database."""
    settings = office.app.extensions["vyzva-settings"]
    monkeypatch.setenv("VYZVA_VAR", str(folder))
    monkeypatch.setenv("VYZVA_DATABASE_URL", settings.database)
    words = ["evidence", "restored", "--reason", "Záložní databáze byla pozadu."]
    told = CliRunner().invoke(command_line(SERVICE), words)
    assert told.exit_code == 0, told.output
    return told.output


def test_a_standby_that_lags_behind_is_refused_and_then_looks_before_it_sends(
    pair: Pair,
    tmp_path: Path,
    simulator: Simulator,
    gateway: Told,
    settings: Mapping[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    var = tmp_path / "var"
    before = open_office(var, pair.address, gateway, **settings)
    made = ready_letters(before, 2)
    pair.cut_off()
    # Of two letters one leaves; that it did is on the primary only, and in a signed checkpoint.
    lose_while_sending(before, gateway, pair.stop_after_signing(before))
    sent = len(simulator.messages())
    after = pair.fail_over(var, gateway, settings)
    forgotten = states(after, made)
    with pytest.raises(BehindItsCopies):
        refuse(after)
    told = own_up(after, var, monkeypatch)
    refuse(after)
    after.work(3)
    looked_up, in_doubt = states(after, made), len(simulator.messages())
    with time_machine.travel(datetime.now(UTC)) as hands:
        for _ in range(2):
            work_later(after, hands, WINDOW)

    assert (sent, forgotten) == (1, ["ready", "ready"])
    assert "začíná epocha 1" in told
    assert (sorted(looked_up), in_doubt) == (["delivered", "unknown"], 1)
    assert states(after, made) == ["delivered", "delivered"]
    assert len(simulator.messages()) == 2


def test_what_a_standby_lacks_since_the_last_checkpoint_is_looked_for_all_the_same(
    pair: Pair,
    tmp_path: Path,
    simulator: Simulator,
    gateway: Told,
    settings: Mapping[str, Any],
) -> None:
    """No copy outside the database names what was lost, but the database knows that it moved."""
    var = tmp_path / "var"
    before = open_office(var, pair.address, gateway, **settings)
    before.work(1)
    made = ready_letters(before, 2)
    sign(before)
    pair.cut_off()
    lose_while_sending(before, gateway, pair.stop_unsigned())
    sent = len(simulator.messages())
    after = pair.fail_over(var, gateway, settings)
    forgotten = states(after, made)
    refuse(after)  # which lets it start
    paper = closed_paper(after, made[0])
    after.work(3)
    looked_up, in_doubt = states(after, made), len(simulator.messages())
    later = ready_letters(after, 1)
    with time_machine.travel(datetime.now(UTC)) as hands:
        for _ in range(2):
            work_later(after, hands, WINDOW)

    assert (sent, forgotten, paper) == (1, ["ready", "ready"], 409)
    assert (sorted(looked_up), in_doubt) == (["delivered", "unknown"], 1)
    assert states(after, [*made, *later]) == ["delivered"] * 3
    assert len(simulator.messages()) == 3
    with after.context():
        row = db.session.query(Delivery).filter_by(document_id=UUID(later[0]["id"])).one()
        assert (row.epoch, row.sender_reference[-2:]) == (1, "/2")


def closed_paper(office: Office, made: dict[str, Any]) -> int:
    """Try to leave the data box for paper; return how that is answered."""
    found = office.view(made["id"])["delivery"]
    body = {"to": "post", "reason": "Spěchá.", "version": found["version"]}
    return office.api("POST", f"/deliveries/{found['id']}/channel", DIRECTOR, body).status_code


def test_a_synchronous_standby_has_all_that_was_confirmed(
    pair: Pair,
    tmp_path: Path,
    simulator: Simulator,
    gateway: Told,
    settings: Mapping[str, Any],
) -> None:
    var = tmp_path / "var"
    before = open_office(var, pair.address, gateway, **settings)
    pair.follow_at_once()
    made = ready_letters(before, 3)
    lose_while_sending(before, gateway, pair.stop_after_signing(before))
    sent = len(simulator.messages())
    after = pair.fail_over(var, gateway, settings)
    kept = states(after, made)
    refuse(after)
    with time_machine.travel(datetime.now(UTC)) as hands:
        for _ in range(3):
            work_later(after, hands, WINDOW)

    assert (sent, sorted(kept)) == (1, ["ready", "ready", "sending"])
    assert states(after, made) == ["delivered"] * 3
    assert len(simulator.messages()) == 3

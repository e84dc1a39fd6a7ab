"""No answer gets slower with the ledger: every statement walks an index."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.isds_simulator.ledger.connection import Connection, Ledger

from .conftest import FARMER, MAS, TOWN, Simulator
from .wire import Control, Wire
from .world import fill

SCAN = re.compile(r"^SCAN (?!CONSTANT|step\b)(\w+)(?!.*VIRTUAL TABLE)")
WHOLE_TABLES_ALLOWED = {"fault", "setting", "call_count"}
"""Small tables: switches, settings, and one row for each kind of outcome."""


@pytest.fixture
def plans(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Collect how SQLite runs each statement of a request."""
    found: dict[str, list[str]] = {}
    reading, writing = Ledger.reading, Ledger.writing

    def watched(original: Any) -> Any:
        @contextmanager
        def wrapper(ledger: Ledger) -> Iterator[Any]:
            with original(ledger) as connection:
                yield Explaining(connection, found)

        return wrapper

    monkeypatch.setattr(Ledger, "reading", watched(reading))
    monkeypatch.setattr(Ledger, "writing", watched(writing))
    return found


class Explaining:
    """A connection that asks for the plan of each statement before it runs it."""

    def __init__(self, connection: Connection, found: dict[str, list[str]]) -> None:
        self._connection = connection
        self._found = found

    def execute(self, statement: str, values: Any = ()) -> Any:
        rows = self._connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        self._found.setdefault(statement, [row["detail"] for row in rows.fetchall()])
        return self._connection.execute(statement, values)

    def executemany(self, statement: str, values: Any) -> Any:
        return self._connection.executemany(statement, values)


def test_no_request_reads_a_whole_table(
    simulator: Simulator, plans: dict[str, list[str]], mas: Wire, farmer: Wire, control: Control
) -> None:
    fill(simulator.office, TOWN, 20, boxes=5)
    message_id = mas.sent_id(FARMER, dmSenderRefNumber="MAS-1", dmRecipientRefNumber="x")
    mas.list_sent(dmFromTime="2026-01-01T00:00:00", dmToTime="2036-01-01T00:00:00")
    mas.call("dx", "GetMessageStateChanges", "<dmFromTime/><dmToTime/>")
    mas.download_sent(message_id)
    mas.delivery_info(message_id)
    mas.call("df", "ISDSSearch3", "<searchText>kada</searchText>")
    mas.call("df", "ISDSSearch3", "<searchText>00261912</searchText><searchType>ICO</searchType>")
    for criteria in ("<ic>00261912</ic>", "<firmName>mesto</firmName>"):
        owner = f"<dbOwnerInfo><dbType>OVM</dbType>{criteria}</dbOwnerInfo>"
        mas.call("df", "FindDataBox2", owner)
    mas.call("df", "PDZInfo", f"<PDZSender>{MAS}</PDZSender>")
    mas.call("df", "DataBoxCreditInfo", f"<dbID>{MAS}</dbID><ciFromDate/><ciTodate/>")
    farmer.list_received()
    control.advance(days=12)
    mas.call("dz", "DummyOperation")

    whole = {
        statement: plan
        for statement, plan in plans.items()
        for line in plan
        if (scanned := SCAN.match(line)) and scanned[1] not in WHOLE_TABLES_ALLOWED
    }

    assert len(plans) > 30
    assert whole == {}


def test_lists_and_searches_sort_by_their_index(
    plans: dict[str, list[str]], mas: Wire, control: Control
) -> None:
    mas.list_sent()
    mas.call("dx", "GetMessageStateChanges", "<dmFromTime/><dmToTime/>")
    control.get("messages", sender=MAS)

    listed = [
        plan
        for statement, plan in plans.items()
        if "coalesce" in statement or "change" in statement
    ]
    assert listed and not any("TEMP B-TREE" in line for plan in listed for line in plan)

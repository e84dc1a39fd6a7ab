"""A clerk is killed between a stored scan and its row: nothing is lost, nothing doubled."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from services.documents import failpoints
from services.documents.models import db
from services.documents.storage.checking import check_store, named_files
from tests.documents.offices import DIRECTOR, SCAN, Office, letter, open_office
from tests.house.tree import ROOT

CLERK = """
import json, sys
from pathlib import Path
from services.documents.app import create_app
from services.documents.config import DocumentsSettings
from shared.clock import FrozenClock
from shared.config import load
from tests.documents.offices import DIRECTOR, NOW, Office
var, address, delivery, act, said, scan = sys.argv[1:]
given = {"var": Path(var), "database_url": address, "public_url": "http://localhost"}
office = Office(create_app(load(DocumentsSettings, **given, advice_of_receipt=True),
                           FrozenClock(NOW)), FrozenClock(NOW))
office.prove(delivery, act, DIRECTOR, json.loads(said), scan=Path(scan).read_bytes())
"""
POSTED = {"posted_on": "2026-04-03", "tracking_number": "RR123456785CZ"}
HANDED = {"handed_over_on": "2026-04-03", "received_by": "Jan Novák"}
RECEIVED = {"received_on": "2026-04-03"}
ADVICE = b"%PDF-1.7 an advice of receipt"
ACTS = [
    pytest.param("posting", POSTED, "paper.stored", id="slip stored"),
    pytest.param("posting", POSTED, "paper.kept", id="slip kept, not committed"),
    pytest.param("advice", RECEIVED, "paper.stored", id="advice stored"),
    pytest.param("hand-over", HANDED, "paper.stored", id="receipt stored"),
    pytest.param("hand-over", HANDED, "paper.kept", id="receipt kept, not committed"),
]


def killed(office: Office, act: list[str], place: str) -> int:
    """Let a clerk act in a process of its own until it is killed; return its status."""
    settings = office.app.extensions["vyzva-settings"]
    words = [sys.executable, "-c", CLERK, str(settings.var), settings.database_url, *act]
    environment = {**os.environ, failpoints.VARIABLE: f"{place}:kill:1"}
    ended = subprocess.run(
        words, env=environment, cwd=ROOT, capture_output=True, timeout=180, check=False
    )
    return ended.returncode


@pytest.mark.parametrize(("act", "said", "place"), ACTS)
def test_killed_between_file_and_row_the_act_is_done_once_when_done_again(
    tmp_path: Path, database_url: str, act: str, said: dict[str, str], place: str
) -> None:
    office = open_office(tmp_path / "var", database_url, advice_of_receipt=True)
    made = office.put(letter())
    office.work(2)
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    if act == "advice":
        office.prove(found["id"], "posting", DIRECTOR, POSTED)
    scan = {"posting": SCAN, "advice": ADVICE}.get(act) or office.receipt(found["id"])
    (tmp_path / "scan.pdf").write_bytes(scan)
    before, events = office.view(made["id"])["delivery"], office.events()

    status = killed(office, [found["id"], act, json.dumps(said), str(tmp_path / "scan.pdf")], place)
    half, told = office.view(made["id"])["delivery"], office.events()
    again = office.prove(found["id"], act, DIRECTOR, said, scan=scan)

    assert status == -signal.SIGKILL
    assert (half, told) == (before, events), "what was not committed has not happened"
    assert again.status_code == 200, again.json
    after = office.view(made["id"])["delivery"]
    assert len(after["proofs"]) == len(before["proofs"]) + 1
    items = office.api("GET", "/posted-items", DIRECTOR, posted_on="2026-04-03").json["items"]
    told = {"posting": [0], "advice": [1], "hand-over": []}[act]
    assert [len(item["outcomes"]) for item in items] == told
    last = {"posting": "sent", "advice": "delivered", "hand-over": "delivered"}[act]
    assert after["state"] == last
    assert office.events().count("delivery.dispatched") == 1
    assert office.events().count("delivery.delivered") == (last == "delivered")
    store = office.app.extensions["documents-tools"].files
    with office.context():
        (*_, whole) = check_store(store, named_files(db.session()))
    assert whole.is_good

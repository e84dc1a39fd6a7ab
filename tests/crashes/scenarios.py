"""Ways in which a delivery goes; each reaches other places of the worker."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from services.documents.models import Delivery, db
from shared.db import transaction
from tests.crashes.stage import AFTER_LEASE, AFTER_REST, Stage
from tests.documents.conftest import FARM, TOWN
from tests.documents.offices import DIRECTOR

Made = dict[str, Any]
DAY = timedelta(days=1)
SILENT: dict[str, Any] = {
    "kind": "http",
    "operation": "FindDataBox2",
    "params": {"status": 503, "when": "before"},
}
"""The directory does not answer."""


@dataclass(frozen=True)
class Scenario:
    """What happens before a worker fails, and what must have come of it at last."""

    prepare: Callable[[Stage], Made]
    ends: tuple[str, str | None] = ("delivered", None)
    """State and reason at the end."""
    messages: int = 1
    """How many messages the simulator's ledger then holds, those sent by hand included."""
    later: timedelta = timedelta()
    """How far the clock of the worker that fails is ahead."""
    rounds: int = 4
    rest: float = 0.0
    shown: timedelta = timedelta()
    """How far the process clock is ahead, for that worker and all after it."""
    faults: tuple[dict[str, Any], ...] = field(default=())
    """Set in the simulator until the first worker has ended, or hangs."""


def _letter(stage: Stage) -> Made:
    return stage.issue(TOWN)


def _letters(stage: Stage) -> Made:
    """Make letters that leave one right after another.

    More than needed: whether an answer waits for the next intent is a matter of milliseconds.
    """
    beside = [stage.issue(TOWN, dispatch_by=f"2026-01-0{day}") for day in range(1, 6)]
    return {**stage.issue(TOWN), "beside": beside}


def _sent_already(stage: Stage) -> Made:
    """Make a letter whose worker died before it could write down what ISDS answered."""
    made = stage.issue(TOWN)
    stage.work(failpoint="send.classified:kill:1")
    return made


def _by_hand_too(stage: Stage) -> Made:
    """Make a letter that somebody sent by hand while our answer was lost."""
    made = stage.issue(TOWN)
    stage.simulator.fault("drop", params={"when": "after"}, times=1)
    stage.work(rounds=1)
    stage.send_by_hand(made, TOWN)
    return made


def _by_hand_instead(stage: Stage) -> Made:
    """Make a letter whose request was lost, and that somebody sent by hand with another file."""
    made = stage.issue(TOWN)
    stage.simulator.fault("drop", params={"when": "before"}, times=1)
    stage.work(rounds=1)
    stage.send_by_hand(made, TOWN)
    return made


def _to_a_farm(stage: Stage) -> Made:
    """Make a letter that is put in and waits for the recipient, who then logs in."""
    made = stage.issue(FARM)
    stage.work()
    stage.simulator.log_in(FARM)
    return made


def _paid(stage: Stage) -> Made:
    return stage.issue(FARM)


def _too_dear(stage: Stage) -> Made:
    """Make a letter that is held, because its price rose above the approved one, and fell again."""
    made = stage.issue(FARM)
    stage.work(settings={**stage.orders().settings, "isds_paid_price": 10_000})
    assert stage.view(made)["state"] == "held"
    return made


def _unread(stage: Stage) -> Made:
    """Make a letter that waits for a recipient who does not come, until later he does."""
    made = stage.issue(FARM)
    stage.work()
    return made


def _no_box(stage: Stage) -> Made:
    return stage.issue(None, ic="99999999")


def _tampered(stage: Stage) -> Made:
    """Make a letter whose row names another file than the issued one."""
    made = stage.issue(TOWN)
    stage.work(rounds=1, failpoint="send.taken:raise:1")
    with stage.office.context(), transaction(db.session()) as session:
        row = session.get_one(Delivery, UUID(stage.view(made)["id"]))
        row.document.sha256 = row.document.preview_sha256
    return made


def _posted(stage: Stage) -> Made:
    """Make a letter that the office posted, because there is no box."""
    made = stage.issue(None, ic="99999999")
    stage.work()
    day = str(stage.office.clock.today())
    stage.prove(made, "posting", posted_on=day, tracking_number="RR123456785CZ")
    return made


def _taken_back(stage: Stage) -> Made:
    """Make a letter that counted as delivered by fiction until its box was closed from then on."""
    made = stage.issue(FARM)
    stage.work()
    today = stage.office.clock.today()
    stage.change(made, state="delivered", delivery_basis="fiction", delivered_on=today)
    (message,) = stage.messages(made)
    stage.simulator.control("POST", f"/messages/{message['id']}/closure", {})
    return made


def _delivered(stage: Stage) -> Made:
    made = stage.issue(TOWN)
    stage.work()
    assert stage.view(made)["state"] == "delivered"
    return made


def _restored(stage: Stage) -> Made:
    """Make a letter that was delivered, of which the restored backup says that it is ready."""
    made = _delivered(stage)
    stage.forget(made)
    return made


def _failed_over(stage: Stage) -> Made:
    """Make a letter that was delivered, of which the database in another place knows nothing."""
    made = _delivered(stage)
    stage.fail_over(made)
    return made


def _locked_out(stage: Stage) -> Made:
    """Make a letter that waits because ISDS refused the login, which is good again by now."""
    made = stage.issue(TOWN)
    stage.simulator.fault("blocked", operation="*", times=1)
    stage.work()
    return made


def _by_hand_meanwhile(stage: Stage) -> Made:
    """Make a letter that could not be sent, and that somebody sent by hand with another file."""
    made = stage.issue(TOWN)
    stage.simulator.fault(**SILENT)
    stage.work(rounds=1)
    stage.simulator.control("DELETE", "/faults")
    stage.send_by_hand(made, TOWN)
    return made


def _in_an_outage(stage: Stage) -> Made:
    """Make letters of which the first three find out that ISDS is away, and the others wait."""
    for _ in range(3):
        stage.issue(TOWN, dispatch_by="2026-01-01")
    return stage.issue(TOWN)


def _after_an_outage(stage: Stage) -> Made:
    """Make letters that waited for ISDS, which answers again by now."""
    made = _in_an_outage(stage)
    stage.simulator.fault(**SILENT)
    stage.work(rounds=1)
    stage.simulator.control("DELETE", "/faults")
    return made


def _tried_again(stage: Stage) -> Made:
    """Make a letter that ISDS refused, and that a person has tried again."""
    made = stage.issue(TOWN)
    stage.simulator.fault("status", params={"code": "1214"}, times=1)
    stage.work()
    reply = stage.office.retry(str(stage.view(made)["id"]))
    assert reply.status_code == 200, reply.json
    return made


def _namesake(stage: Stage) -> Made:
    """Make a letter to somebody known by name only, whose box a person has just chosen."""
    address = [f"Dům {uuid4()}"]  # somebody else each time
    made = stage.issue(None, name="Horský dvůr, s. r. o.", address=address)
    stage.work()
    assert stage.view(made)["reason"] == "ambiguous"
    _decide(stage, made, "choice", {"box_id": FARM, "reason": "Ověřeno telefonicky."})
    return made


def _asked_for(stage: Stage) -> Made:
    """Make a letter without a box, and let a person ask the directory once more."""
    made = stage.issue(None, ic="99999999")
    stage.work()
    _decide(stage, made, "question", None)
    return made


def _decide(stage: Stage, made: Made, act: str, body: dict[str, Any] | None) -> None:
    with stage.office.context():
        row = db.session().get_one(Delivery, UUID(stage.view(made)["id"]))
        recipient_id, version = row.recipient_id, row.recipient.version if row.recipient else 0
    given = None if body is None else {**body, "version": version}
    reply = stage.office.api("POST", f"/recipients/{recipient_id}/{act}", DIRECTOR, given)
    assert reply.status_code == 200, reply.json


SCENARIOS = {
    "letter": Scenario(_letter),
    "letters": Scenario(_letters),
    "lost answer": Scenario(
        _letter, faults=({"kind": "drop", "params": {"when": "after"}, "times": 1},)
    ),
    "lost request": Scenario(
        _letter,
        rounds=20,  # it is looked for until the clock of ISDS has shown another second, and a third
        rest=0.25,
        faults=({"kind": "drop", "params": {"when": "before"}, "times": 1},),
    ),
    "abandoned": Scenario(_sent_already, later=AFTER_LEASE),
    "by hand too": Scenario(_by_hand_too, ends=("needs_person", "duplicate"), messages=2),
    "by hand instead": Scenario(_by_hand_instead, ends=("needs_person", "duplicate")),
    "by hand meanwhile": Scenario(
        _by_hand_meanwhile, later=AFTER_LEASE, ends=("needs_person", "duplicate")
    ),
    "login": Scenario(_to_a_farm, later=timedelta(minutes=1)),
    "paid": Scenario(_paid, ends=("sent", None)),
    "too dear": Scenario(_too_dear, ends=("sent", None)),
    "unread": Scenario(_unread, later=DAY + AFTER_LEASE, ends=("sent", None)),
    "no box": Scenario(_no_box, ends=("needs_person", "no_box"), messages=0),
    "tampered": Scenario(_tampered, ends=("needs_person", "unsound_file"), messages=0),
    "posted": Scenario(_posted, messages=0, later=14 * DAY, shown=14 * DAY),
    "taken back": Scenario(_taken_back, ends=("needs_person", "undeliverable")),
    "tried again": Scenario(_tried_again),
    "namesake": Scenario(_namesake, ends=("sent", None)),
    "asked for": Scenario(_asked_for, ends=("needs_person", "no_box"), messages=0),
    "restored": Scenario(_restored),
    "failed over": Scenario(_failed_over),
    "unavailable": Scenario(
        _letter,
        faults=({**SILENT, "times": 1},),
    ),
    "outage": Scenario(_in_an_outage, rounds=1, faults=(SILENT,)),
    "after an outage": Scenario(_after_an_outage, later=AFTER_REST),
    "half proved": Scenario(
        _letter,
        faults=(
            {
                "kind": "http",
                "operation": "GetSignedDeliveryInfo",
                "params": {"status": 503, "when": "before"},
                "times": 1,
            },
        ),
    ),
    "locked out": Scenario(_locked_out, later=AFTER_REST),
    "blocked": Scenario(_letter, faults=({"kind": "blocked", "operation": "*", "times": 1},)),
}

PLACES: dict[str, str] = {
    "login.refused.written": "blocked",
    "login.refused.committed": "blocked",
    "login.claimed.written": "locked out",
    "login.claimed.committed": "locked out",
    "login.accepted.written": "locked out",
    "login.accepted.committed": "locked out",
    "place.written": "failed over",
    "place.committed": "failed over",
    "send.taken": "letter",
    "recipients.written": "letter",
    "recipients.committed": "no box",
    "directory.answered": "namesake",
    "recipient.noted.written": "asked for",
    "recipient.noted.committed": "namesake",
    "send.list_read": "by hand meanwhile",
    "send.suspected.written": "by hand meanwhile",
    "send.suspected.committed": "by hand meanwhile",
    "clock.noted.written": "letter",
    "clock.noted.committed": "letter",
    "send.box_found": "letter",
    "send.channel.written": "no box",
    "send.channel.committed": "no box",
    "payer.written": "paid",
    "payer.committed": "paid",
    "held.released.written": "too dear",
    "held.released.committed": "too dear",
    "send.judged": "letter",
    "send.refused.written": "tampered",
    "send.refused.committed": "tampered",
    "send.intent.written": "letter",
    "send.intent.committed": "tried again",
    "send.connected": "letter",
    "call.half_sent": "letter",
    "call.sent": "letter",
    "call.answered": "letter",
    "send.classified": "letter",
    "send.outcome.written": "letter",
    "send.outcome.committed": "letter",
    "send.both.written": "letters",
    "send.both.committed": "letters",
    "delivery.put_off.written": "unavailable",
    "delivery.put_off.committed": "blocked",
    "delivery.kept.written": "outage",
    "delivery.kept.committed": "outage",
    "turn.written": "letter",
    "turn.committed": "letter",
    "turn.ended.written": "letter",
    "turn.ended.committed": "letter",
    "outage.noted.written": "outage",
    "outage.noted.committed": "outage",
    "outage.ended.written": "after an outage",
    "outage.ended.committed": "after an outage",
    "doubt.written": "restored",
    "doubt.committed": "restored",
    "abandoned.found": "abandoned",
    "abandoned.lost.written": "abandoned",
    "abandoned.lost.committed": "abandoned",
    "look_up.due": "lost answer",
    "look_up.list_read": "lost answer",
    "look_up.planned.written": "lost request",
    "look_up.planned.committed": "lost request",
    "look_up.not_found.written": "lost request",
    "look_up.not_found.committed": "lost request",
    "look_up.duplicate.written": "by hand too",
    "look_up.duplicate.committed": "by hand too",
    "adopt.fetched": "lost answer",
    "adopt.verified": "by hand instead",
    "adopt.written": "lost answer",
    "adopt.committed": "lost answer",
    "changes.read": "login",
    "changes.written": "login",
    "changes.committed": "login",
    "message.fetched": "letter",
    "message.verified": "letter",
    "message.written": "half proved",
    "message.committed": "half proved",
    "info.fetched": "letter",
    "info.verified": "login",
    "proofs.stored": "letters",
    "proofs.written": "login",
    "proofs.committed": "letters",
    "thought.written": "unread",
    "thought.committed": "unread",
    "overturned.written": "taken back",
    "overturned.committed": "taken back",
    "overturned.heard.written": "taken back",
    "overturned.heard.committed": "taken back",
    "posted.written": "posted",
    "posted.committed": "posted",
}
"""Every place of the worker of deliveries, and the scenario that comes there."""

ACTS = ("kill", "raise", "hang", "database")
UNHEARD = "unheard"
"""The database commits, and its answer is lost; of places before a commit only."""


def acts_at(place: str) -> tuple[str, ...]:
    """Return the ways in which a worker can fail at a place."""
    return (*ACTS, UNHEARD) if place.endswith(".written") else ACTS

"""A letter is recalled while nobody knows yet whether ISDS has taken it (F16)."""

import io
import re
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from services.documents.models import Delivery, db
from shared.db import transaction
from tests.documents.conftest import TOWN, Simulator
from tests.documents.meanwhile import Told, open_sender, told_of
from tests.documents.offices import DIRECTOR, SCAN, Office, letter
from tests.documents.paid_office import approve, forget_terms, issue

WHY = "V dopise je chybná částka."
DAY = "2026-04-03"
POSTED = {"posted_on": DAY, "tracking_number": "RR123456785CZ"}
HANDED = {"handed_over_on": DAY, "received_by": "Jan Novák"}
ACTS = ("end", "retry", "look", "channel", "posting", "hand-over", "cancellation")
"""All by which a person takes a letter back, or has it leave otherwise."""


@pytest.fixture
def gateway(simulator: Simulator) -> Told:
    return told_of(simulator)


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str, gateway: Told) -> Office:
    # On no machine is the search over by itself, and nobody looks before it is time.
    patience = {"quiet_seconds": 600, "look_up_seconds": 1800}
    return open_sender(simulator, tmp_path, database_url, gateway, **patience)


def delivery_of(office: Office, made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    return found


def by_program(office: Office, made: dict[str, Any], act: str) -> tuple[int, str]:
    """Do an act by the API on what is shown now; return its status and in which words it ends."""
    found = delivery_of(office, made)
    if act == "cancellation":
        path, body = f"/documents/{made['id']}/{act}", {"reason": WHY}
    elif act in {"posting", "hand-over"}:
        given = POSTED if act == "posting" else HANDED
        reply = office.prove(found["id"], act, DIRECTOR, given)
        return reply.status_code, reply.json.get("detail", "")
    else:
        path = f"/deliveries/{found['id']}/{act}"
        body = {"reason": WHY, "version": found["version"]}
        body |= {"to": "post"} if act == "channel" else {}
    reply = office.api("POST", path, DIRECTOR, body)
    return reply.status_code, reply.json.get("detail", "")


def by_page(office: Office, made: dict[str, Any], act: str) -> tuple[int, str]:
    """Send the form of an act, as a page sends it that was open before; return status and text."""
    found = delivery_of(office, made)
    given: dict[str, Any] = {
        "channel": {"reason": WHY, "to": "post"},
        "posting": {**POSTED, "slip": (io.BytesIO(SCAN), "sken.pdf")},
        "hand-over": {**HANDED, "scan": (io.BytesIO(SCAN), "sken.pdf")},
    }.get(act, {"why": WHY})
    path, given["version"] = f"/deliveries/{found['id']}/{act}", str(found["version"])
    if act == "cancellation":
        path, given = f"/{made['id']}/{act}", {"reason": WHY}
    reply = office.browser(DIRECTOR).post(path, data=given, content_type="multipart/form-data")
    return reply.status_code, unescape(reply.text)


def recall(
    office: Office, made: dict[str, Any], acts: tuple[str, ...] = ACTS
) -> dict[str, list[int]]:
    """Try all of it, by API and by page, each on what was shown just before; return the answers.

    Each refusal says something to people, and the page says what the API does.
    """
    answers = {}
    for act in acts:
        before = office.stored()
        (status, words), (page_status, page) = (
            by_program(office, made, act),
            by_page(office, made, act),
        )
        answers[act] = [status, page_status]
        assert len(words.split()) > 2, (act, words)
        said = re.sub(r"\s+", " ", page)
        assert words in said, (act, words, page_status, re.findall(r"<li>(.*?)</li>", said))
        assert office.stored() == before, act
    return answers


def offered(office: Office, made: dict[str, Any]) -> list[str]:
    """Return the acts that the pages of the delivery and of its document offer."""
    browser, found = office.browser(DIRECTOR), delivery_of(office, made)
    pages = [browser.get(path).text for path in (f"/deliveries/{found['id']}", f"/{made['id']}")]
    return [act for act in ACTS if any(f'/{act}"' in text for text in pages)]


def due_now(office: Office) -> None:
    """Let the quiet period be over."""
    with office.context(), transaction(db.session()) as session:
        session.execute(update(Delivery).values(next_at=None, lost_at=None))


def test_while_it_is_being_sent_a_letter_cannot_be_recalled(
    sender: Office, gateway: Told, simulator: Simulator
) -> None:
    made = sender.put(letter(box=TOWN))
    seen: list[Any] = []

    def meanwhile() -> None:
        seen.append((delivery_of(sender, made)["state"], offered(sender, made)))
        seen.append(recall(sender, made))

    gateway.meanwhile = meanwhile
    sender.work(2)

    assert seen == [("sending", []), {act: [409, 409] for act in ACTS}]
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


def test_what_isds_refused_meanwhile_is_left_to_the_usual_choices(
    sender: Office, gateway: Told, simulator: Simulator
) -> None:
    simulator.fault("status", params={"code": "1214"}, times=1)
    made = sender.put(letter(box=TOWN))
    seen: list[Any] = []
    gateway.meanwhile = lambda: seen.append(recall(sender, made))

    sender.work(2)
    found, choices = delivery_of(sender, made), offered(sender, made)
    switched = by_program(sender, made, "channel")[0]

    assert seen == [{act: [409, 409] for act in ACTS}]
    assert (found["state"], found["reason"]) == ("needs_person", "refused")
    assert choices == ["retry", "channel"]
    assert switched == 200
    assert simulator.messages() == []


def test_while_its_fate_is_unknown_a_letter_can_only_be_looked_for(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("drop", params={"when": "after"}, times=1)
    made = sender.put(letter(box=TOWN))
    sender.work(2)
    state, choices = delivery_of(sender, made)["state"], offered(sender, made)
    others = tuple(act for act in ACTS if act != "look")

    answers = recall(sender, made, others)
    looked = by_program(sender, made, "look")[0]
    due_now(sender)
    sender.work(3)

    assert (state, choices) == ("unknown", ["look"])
    assert answers == {act: [409, 409] for act in others}
    assert looked == 200
    assert delivery_of(sender, made)["state"] == "delivered"
    assert len(simulator.messages()) == 1


@pytest.mark.parametrize("fate", ["taken", "unknown"])
def test_a_stop_of_everything_takes_nothing_back_and_keeps_the_next_one(
    sender: Office, gateway: Told, simulator: Simulator, fate: str
) -> None:
    made = sender.put(letter(box=TOWN))
    if fate == "unknown":
        simulator.fault("drop", params={"when": "after"}, times=1)
    replies: list[Any] = []

    def stop() -> None:
        replies.append(sender.api("POST", "/dispatches/stop", DIRECTOR, {"reason": WHY}))

    gateway.meanwhile = stop
    sender.work(1)
    state = delivery_of(sender, made)["state"]
    later = sender.put(letter(box=TOWN))
    due_now(sender)
    sender.work(3)
    kept = delivery_of(sender, later)["state"]
    sent = [one["id"] for one in simulator.messages()]
    stopped = replies[0].json["stop"]
    body = {"version": stopped["version"], "reason": WHY}
    ended = sender.api("POST", "/dispatches/stop/end", DIRECTOR, body)
    gateway.meanwhile = Told.meanwhile
    sender.work(3)

    assert [one.status_code for one in (*replies, ended)] == [200, 200]
    assert state == {"taken": "delivered", "unknown": "unknown"}[fate]
    assert (kept, len(sent)) == ("ready", 1)
    assert [delivery_of(sender, one)["state"] for one in (made, later)] == ["delivered"] * 2
    assert len(simulator.messages()) == 2


@pytest.mark.parametrize("fate", ["taken", "unknown"])
def test_a_pause_takes_nothing_back_and_keeps_the_next_one(
    sender: Office, gateway: Told, simulator: Simulator, fate: str
) -> None:
    forget_terms(sender)
    approve(sender, 10, 1000, asks=True)
    both = [issue(sender), issue(sender)]
    sender.work(2)
    place = _approved(sender)
    if fate == "unknown":
        simulator.fault("drop", params={"when": "after"}, times=1)
    replies: list[Any] = []

    def pause() -> None:
        version = sender.api("GET", place, DIRECTOR).json["version"]
        body = {"reason": WHY, "version": version}
        replies.append(sender.api("POST", f"{place}/pause", DIRECTOR, body))

    gateway.meanwhile = pause
    sender.work(1)
    gateway.meanwhile = Told.meanwhile
    due_now(sender)
    sender.work(3)
    states = sorted(delivery_of(sender, one)["state"] for one in both)
    sent = len(simulator.messages())
    version = sender.api("GET", place, DIRECTOR).json["version"]
    body = {"reason": WHY, "version": version}
    resumed = sender.api("POST", f"{place}/resumption", DIRECTOR, body)
    sender.work(3)

    assert [one.status_code for one in (*replies, resumed)] == [200, 200]
    assert (states, sent) == (["held", "sent"], 1)
    assert [delivery_of(sender, one)["state"] for one in both] == ["sent"] * 2
    assert len(simulator.messages()) == 2


def _approved(office: Office) -> str:
    """Let all that waits for an approval go; return the address of the approval."""
    shown = office.api("GET", "/dispatches/proposal", DIRECTOR).json
    place = f"/dispatches/{UUID(int=16)}"
    body = {"count": shown["count"], "digest": shown["digest"]}
    reply = office.api("PUT", place, DIRECTOR, body)
    assert reply.status_code == 200, reply.json
    return place

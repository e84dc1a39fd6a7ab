"""Of a message of unknown fate people see what the system found, and choose (R38, F10)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import OutgoingMessage
from services.documents.domain.matches import BOX, FILE, Match, obstacle
from services.documents.models import Audit, Delivery, db
from shared.db import transaction
from tests.documents.conftest import FARM, SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import AUDITOR, DIRECTOR, Office, letter, open_office

OTHER_FILE = b"%PDF-1.7 another one"
WHY = "Odeslala ji Eva ručně."
SEEN = datetime(2026, 4, 7, 8, tzinfo=UTC)
LONG_AGO = timedelta(hours=2)


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Iterator[Office]:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    office = open_office(tmp_path / "var", database_url, gateway, isds_seal_roots=roots)
    office.clock.move_to(datetime.now(UTC))
    # On no machine is the search over by itself.
    office.app.extensions["documents-tools"].settings.look_up_seconds = 1800
    yield office


def lost(office: Office, simulator: Simulator, when: str = "before") -> dict[str, Any]:
    """Return a delivery whose answer was lost."""
    simulator.fault("drop", params={"when": when}, times=1)
    made = office.put(letter(box=TOWN))
    office.work()
    return view(office, office.view(made["id"])["delivery"])


def view(office: Office, found: dict[str, Any]) -> dict[str, Any]:
    now: dict[str, Any] = office.api("GET", f"/deliveries/{found['id']}", DIRECTOR).json
    return now


def page_of(office: Office, found: dict[str, Any], who: Any = DIRECTOR) -> str:
    """Return the page's words, without its marks."""
    page = office.browser(who).get(f"/deliveries/{found['id']}").text
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def by_hand(
    office: Office,
    simulator: Simulator,
    found: dict[str, Any],
    *,
    box: str = TOWN,
    file: bytes | None = None,
) -> str:
    """Send a message under our reference, as a person in another program does."""
    with office.context():
        row = db.session().get_one(Delivery, UUID(found["id"]))
        reference, kept = row.sender_reference, row.document.sha256
    content = file or office.app.extensions["documents-tools"].files.get(kept)
    message = OutgoingMessage(box, "Oznámení", reference, "", "Obec", "dopis.pdf", content)
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    number = gateway.create_message(message).message_id
    assert number
    return number


def choose(office: Office, found: dict[str, Any], number: str, **more: Any) -> Any:
    """Press the button of a message."""
    data = {"message_number": number, "why": WHY, "version": str(found["version"]), **more}
    return office.browser(DIRECTOR).post(f"/deliveries/{found['id']}/look", data=data)


def buttons(office: Office, found: dict[str, Any], who: Any = DIRECTOR) -> list[str]:
    """Return the numbers of the messages that can be chosen."""
    page = office.browser(who).get(f"/deliveries/{found['id']}").text
    return re.findall(r'<button[^>]*name="message_number" value="(\d+)"', page)


def known(found: dict[str, Any]) -> dict[str, tuple[str, bool | None]]:
    return {
        one["message_id"]: (one["data_box_id"], one["carries_our_file"]) for one in found["matches"]
    }


def duplicate(office: Office, simulator: Simulator) -> tuple[dict[str, Any], str, str]:
    """Return a delivery with two messages under its reference: ours, and another one."""
    found = lost(office, simulator, "after")
    ours: str = simulator.messages()[0]["id"]
    foreign = by_hand(office, simulator, found, file=OTHER_FILE)
    office.work(3)
    return view(office, found), ours, foreign


def test_two_messages_are_shown_with_what_tells_them_apart(
    sender: Office, simulator: Simulator
) -> None:
    found, ours, foreign = duplicate(sender, simulator)

    page = page_of(sender, found)

    assert (found["state"], found["reason"]) == ("needs_person", "duplicate")
    assert known(found) == {ours: (TOWN, True), foreign: (TOWN, False)}
    assert {one["state"] for one in found["matches"]} == {4}
    assert all(one["put_in_at"] and one["seen_at"] for one in found["matches"])
    assert "našli jsme v něm 2 zprávy s naší značkou" in page
    for number in (ours, foreign):
        assert f"Zpráva {number}" in page
    assert page.count("dodaná do schránky") == 2
    assert "ano, podle zapečetěné kopie" in page
    assert "Převzít ji nejde: nese jiný soubor" in page
    assert "nehledali" not in page
    assert "zpráva v něm nebyla" not in page
    assert "Není-li naše žádná, ukončete doručování" in page
    # The history keeps the numbers, whatever a later look finds.
    assert f"{ours}, {foreign}" in page.partition("Historie")[2]


def test_the_message_of_a_pressed_button_is_taken_over_once_it_is_checked(
    sender: Office, simulator: Simulator
) -> None:
    found, ours, _foreign = duplicate(sender, simulator)

    without = choose(sender, found, ours, why=" ")
    offered = buttons(sender, found)
    pressed = choose(sender, found, ours)
    waiting = view(sender, found)
    sender.work(3)

    assert (without.status_code, pressed.status_code) == (422, 303)
    assert offered == [ours]
    assert (waiting["state"], waiting["message_id"], waiting["matches"]) == ("unknown", ours, [])
    after = view(sender, found)
    assert (after["state"], after["message_id"]) == ("delivered", ours)
    assert len(simulator.messages()) == 2
    with sender.context():
        acts = db.session().query(Audit).filter_by(act="look_again").one()
    assert (acts.details["why"], acts.details["message_id"]) == (WHY, ours)


def test_a_button_that_another_look_has_overtaken_does_nothing(
    sender: Office, simulator: Simulator
) -> None:
    found, ours, _foreign = duplicate(sender, simulator)
    again = sender.browser(DIRECTOR).post(
        f"/deliveries/{found['id']}/look", data={"why": WHY, "version": str(found["version"])}
    )
    later = view(sender, found)

    stale = choose(sender, found, ours)

    assert (again.status_code, stale.status_code) == (303, 409)
    assert view(sender, found) == later


def test_a_chosen_message_with_another_file_is_refused_and_both_are_still_shown(
    sender: Office, simulator: Simulator
) -> None:
    """As when somebody types its number, or the page was older than the check."""
    found, ours, foreign = duplicate(sender, simulator)

    choose(sender, found, foreign)
    sender.work(3)

    after = view(sender, found)
    assert (after["state"], after["reason"]) == ("needs_person", "duplicate")
    assert after["message_id"] is None
    assert foreign in known(after)
    assert ours in known(after)
    assert known(after)[foreign] == (TOWN, False)


def test_a_sealed_copy_that_cannot_be_had_leaves_the_choice_open(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("not_yet", "SignedSentMessageDownload", params={"seconds": 10**6})
    found, ours, foreign = duplicate(sender, simulator)
    page, offered = page_of(sender, found), buttons(sender, found)
    simulator.control("DELETE", "/faults")

    choose(sender, found, ours)
    sender.work(3)

    assert known(found) == {ours: (TOWN, None), foreign: (TOWN, None)}
    assert page.count("zatím nevíme, zapečetěnou kopii nejde získat") == 2
    assert sorted(offered) == sorted([ours, foreign])
    assert view(sender, found)["message_id"] == ours


def test_a_message_in_another_box_is_shown_and_cannot_be_chosen(
    sender: Office, simulator: Simulator
) -> None:
    found = lost(sender, simulator)
    number = by_hand(sender, simulator, found, box=FARM)
    sender.work(3)

    found = view(sender, found)
    page = page_of(sender, found)

    assert (found["state"], found["reason"]) == ("needs_person", "mismatch")
    assert known(found) == {number: (FARM, True)}
    assert "našli jsme v něm 1 zprávu s naší značkou" in page
    assert f"Zpráva {number} Schránka příjemce {FARM}" in page
    assert "ano, podle zapečetěné kopie" in page
    assert "leží v jiné schránce, než jakou adresát má" in page
    assert buttons(sender, found) == []
    assert "nehledali" not in page


def test_a_single_message_with_another_file_is_shown_and_cannot_be_chosen(
    sender: Office, simulator: Simulator
) -> None:
    found = lost(sender, simulator)
    number = by_hand(sender, simulator, found, file=OTHER_FILE)
    sender.work(3)

    found = view(sender, found)

    assert (found["state"], found["reason"]) == ("needs_person", "duplicate")
    assert known(found) == {number: (TOWN, False)}
    assert buttons(sender, found) == []


def test_a_message_whose_copy_is_awaited_is_shown_while_its_fate_is_unknown(
    sender: Office, simulator: Simulator
) -> None:
    simulator.fault("not_yet", "SignedSentMessageDownload", params={"seconds": 10**6})
    found = lost(sender, simulator, "after")
    number = simulator.messages()[0]["id"]
    sender.work(2)

    found = view(sender, found)

    assert found["state"] == "unknown"
    assert known(found) == {number: (TOWN, None)}
    assert "našli jsme v něm 1 zprávu s naší značkou" in page_of(sender, found)


def test_before_any_look_and_after_one_in_vain_the_page_says_so(
    sender: Office, simulator: Simulator
) -> None:
    found = lost(sender, simulator)
    waiting, early = page_of(sender, found), found
    begun = datetime.now(UTC) - LONG_AGO
    with sender.context(), transaction(db.session()) as session:
        row = session.get_one(Delivery, UUID(found["id"]))
        row.lost_at, row.lost_isds_at, row.next_at, row.attempts = begun, begun, None, 3
    sender.work(3)

    found = view(sender, found)
    page = page_of(sender, found)

    assert "na výsledek hledání se čeká" in waiting
    assert (early["last_look_at"], early["matches"]) == (None, [])
    assert (found["state"], found["reason"]) == ("needs_person", "not_found")
    assert found["last_look_at"] is not None
    assert found["matches"] == []
    assert "zpráva v něm nebyla, naposledy" in page
    assert buttons(sender, found) == []


@pytest.mark.parametrize("reason", ["duplicate", "mismatch", "not_found"])
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (None, "zatím jsme v něm nehledali"),
        ("1000001", "hledat v něm nebylo třeba, číslo zprávy známe"),
    ],
)
def test_where_nobody_looked_the_page_says_so(
    office: Office, reason: str, number: str | None, words: str
) -> None:
    made = office.put(letter())
    office.work(2)
    found = office.view(made["id"])["delivery"]
    with office.context(), transaction(db.session()) as session:
        row = session.get_one(Delivery, UUID(found["id"]))
        row.state, row.reason, row.message_id = "needs_person", reason, number

    page = page_of(office, found)

    assert words in page
    assert "Hledá se zpráva číslo" not in page


def test_who_may_not_choose_sees_the_same_facts(sender: Office, simulator: Simulator) -> None:
    found, ours, foreign = duplicate(sender, simulator)

    page = page_of(sender, found, AUDITOR)

    assert buttons(sender, found, AUDITOR) == []
    assert f"{ours}, {foreign}" in page
    refused = sender.browser(AUDITOR).post(
        f"/deliveries/{found['id']}/look", data={"message_number": ours, "why": WHY}
    )
    assert refused.status_code == 403


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("carries", "box", "known", "chosen", "ic", "expected"),
    [
        pytest.param(True, TOWN, TOWN, None, None, None, id="ours"),
        pytest.param(None, TOWN, TOWN, None, None, None, id="copy not read"),
        pytest.param(False, TOWN, TOWN, None, None, FILE, id="other file"),
        pytest.param(True, FARM, TOWN, None, None, BOX, id="other box"),
        pytest.param(True, FARM, TOWN, FARM, None, None, id="chosen box"),
        pytest.param(True, FARM, None, None, "00254398", None, id="box known by its IČO only"),
        pytest.param(True, FARM, None, None, None, BOX, id="nobody's box"),
    ],
)
def test_what_keeps_a_message_from_being_chosen(
    carries: bool | None,
    box: str,
    known: str | None,
    chosen: str | None,
    ic: str | None,
    expected: str | None,
) -> None:
    match = Match("1000001", box, 4, None, SEEN, carries)

    assert obstacle(match, known=known, chosen=chosen, ic=ic) == expected

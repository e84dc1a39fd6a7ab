"""The register of recipients: what the directory says, what a person decides, what follows."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from services.documents.delivery.port import BoxesFound, BoxFound, DataBoxGateway
from services.documents.dispatch.finding import look_up
from services.documents.domain.recipients import Wanted
from services.documents.models import BoxLookup, Delivery, Recipient, db
from services.documents.service import recipients as service
from services.documents.service.work import Work
from tests.documents.conftest import CLOSED, FARM, TOWN, Simulator
from tests.documents.directory_office import (
    HOURS,
    NOBODY,
    NOVAK,
    WHY,
    act,
    add_box,
    delivery_of,
    issue,
    later,
    listed,
    open_directory_office,
    the_one,
)
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    ORGANISATION,
    STRANGER,
    Office,
    letter,
)


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Iterator[Office]:
    yield open_directory_office(simulator, tmp_path, database_url)


def test_two_letters_to_the_same_office_have_one_recipient(sender: Office) -> None:
    issue(sender, ic="00254398")
    issue(sender, ic="254398", name="Obec Abertamy, IČO bez nul")

    found = the_one(sender)

    assert (found["outcome"], found["box_id"], found["found_by"]) == ("usable", TOWN, "ic")
    assert (found["kind"], found["box_name"]) == ("authority", "Obec Abertamy")
    assert [one["outcome"] for one in found["lookups"]] == ["usable"]


def test_the_same_answer_again_moves_only_the_times(sender: Office) -> None:
    issue(sender, ic="00254398")
    before = the_one(sender)
    later(sender, 5)

    issue(sender, ic="00254398")

    after = the_one(sender)
    assert after["version"] == before["version"]
    assert after["answered_at"] > before["answered_at"]
    assert after["lookups"] == before["lookups"]
    assert after["found_at"] == before["found_at"]


@pytest.mark.parametrize(
    ("recipient", "outcome", "box"),
    [
        pytest.param({"box": TOWN}, "usable", TOWN, id="named box"),
        pytest.param({"box": CLOSED}, "unusable", CLOSED, id="closed box"),
        pytest.param({"ic": "25221221"}, "unusable", CLOSED, id="closed box by number"),
        pytest.param({"ic": "99999999"}, "none", None, id="nobody has the number"),
        pytest.param({"name": NOBODY}, "none", None, id="nobody has the name"),
        pytest.param({"name": "Jan Novák"}, "ambiguous", None, id="namesakes"),
        pytest.param({"box": FARM, "ic": "00254398"}, "ambiguous", None, id="another one's box"),
        pytest.param({"box": CLOSED, "ic": "25221221"}, "unusable", CLOSED, id="both, closed"),
    ],
)
def test_what_the_directory_says_is_kept(
    sender: Office, recipient: dict[str, str], outcome: str, box: str | None
) -> None:
    issue(sender, **recipient)

    found = the_one(sender)

    assert (found["outcome"], found["box_id"]) == (outcome, box)


def test_several_boxes_of_one_number_are_for_a_person(sender: Office, simulator: Simulator) -> None:
    for box in ("9nqab6b", "xhzkdqv"):
        add_box(simulator, box, "Dvojí, z. s.", ic="26000001")

    made = issue(sender, ic="26000001")

    assert delivery_of(sender, made)["reason"] == "ambiguous"
    found = the_one(sender)
    assert {one["box_id"] for one in found["candidates"]} == {"9nqab6b", "xhzkdqv"}
    assert simulator.messages() == []


def test_a_closed_box_hides_no_open_one_of_the_same_number(
    sender: Office, simulator: Simulator
) -> None:
    add_box(simulator, "9nqab6b", "Škola", ic="26000001", type="OVM", state=4)
    add_box(simulator, "xhzkdqv", "Škola", ic="26000001")

    issue(sender, ic="26000001")

    found = the_one(sender)
    assert (found["outcome"], found["box_id"]) == ("usable", "xhzkdqv")


def test_a_box_of_which_the_search_does_not_know_yet_is_among_the_candidates(
    sender: Office, simulator: Simulator
) -> None:
    """The index of the search is hours old; an open box must not look like none."""
    gateway = sender.app.extensions["documents-tools"].gateway
    for box, kind in (("9nqab6b", "OVM"), ("xhzkdqv", "PFO")):
        add_box(simulator, box, "Exekutor", ic="26000001", type=kind)
    gateway.search = lambda _text, *, kind, page: BoxesFound((), 0)

    issue(sender, ic="26000001")
    found = the_one(sender)
    assert {one["box_id"] for one in found["candidates"]} == {"9nqab6b", "xhzkdqv"}

    reply = act(sender, found, "denial", reason=WHY)
    assert reply.status_code == 200, reply.json
    sender.work(2)
    assert the_one(sender)["outcome"] == "none"
    assert simulator.messages() == []


class Crowd:
    """A directory with many of one name, of whom only the last one can receive."""

    def __init__(self, count: int) -> None:
        self.boxes = [
            BoxFound(f"box{number}", 20, "Jan Novák", "", "", "DISABLED") for number in range(count)
        ]

    def search(self, _text: str, *, kind: str, page: int) -> BoxesFound:
        return BoxesFound(tuple(self.boxes[50 * page : 50 * (page + 1)]), len(self.boxes))


@pytest.mark.parametrize(
    ("count", "is_last_open", "outcome"),
    [(120, True, "ambiguous"), (120, False, "none"), (600, False, "ambiguous")],
)
def test_nobody_has_no_box_before_all_of_the_name_were_looked_at(
    count: int, is_last_open: bool, outcome: str
) -> None:
    crowd = Crowd(count)
    if is_last_open:
        crowd.boxes[-1] = replace(crowd.boxes[-1], send_options="PDZ")

    answer = look_up(cast(DataBoxGateway, crowd), Wanted(name="Jan Novák"))

    assert answer.outcome == outcome
    assert [one.box_id for one in answer.candidates] == (["box119"] if is_last_open else [])


def test_a_document_that_names_a_wrong_box_waits_for_its_correction(
    sender: Office, simulator: Simulator
) -> None:
    made = issue(sender, box="9nqab6b", ic="00254398")  # nobody has that box

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("needs_person", "wrong_box")
    assert the_one(sender)["box_id"] == TOWN
    assert simulator.messages() == []


def test_a_name_alone_sends_nothing_and_asks_a_person(sender: Office, simulator: Simulator) -> None:
    made = issue(sender, name="Jan Novák")

    found = delivery_of(sender, made)
    assert (found["state"], found["reason"]) == ("needs_person", "ambiguous")
    one = the_one(sender)
    assert [c["box_id"] for c in one["candidates"]] == list(NOVAK)
    assert simulator.messages() == []
    page = sender.browser(DIRECTOR).get("/").text
    assert page.count("Vybrat datovou schránku adresáta") == 1
    assert "Odeslat poštou nebo předat" not in page


def test_a_letter_that_waits_for_signatures_already_asks_who_is_meant(sender: Office) -> None:
    sender.put(letter(CONTROLLER, name="Jan Novák"))

    sender.work()

    sender.work()
    assert the_one(sender)["outcome"] == "ambiguous"
    assert "Vybrat datovou schránku adresáta" in sender.browser(DIRECTOR).get("/").text


def test_the_chosen_box_gets_the_letter_and_is_remembered(
    sender: Office, simulator: Simulator
) -> None:
    first = issue(sender, name="Jan Novák")

    reply = act(sender, the_one(sender), "choice", box_id=NOVAK[1], reason=WHY)
    sender.work(2)
    second = issue(sender, name="Jan Novák")

    assert reply.status_code == 200, reply.json
    sent = [message["recipient_id"] for message in simulator.messages()]
    assert sent == [NOVAK[1], NOVAK[1]]
    assert {delivery_of(sender, one)["state"] for one in (first, second)} == {"sent"}
    found = the_one(sender)
    assert (found["found_by"], found["outcome"]) == ("person", "usable")
    assert [one["outcome"] for one in found["lookups"]] == ["usable", "ambiguous"]


def test_when_none_of_them_is_it_paper_opens(sender: Office) -> None:
    made = issue(sender, name="Jan Novák")

    reply = act(sender, the_one(sender), "denial", reason=WHY)
    sender.work(2)

    assert reply.status_code == 200, reply.json
    found = delivery_of(sender, made)
    assert (found["state"], found["reason"], found["channel"]) == ("needs_person", "no_box", "post")
    assert sender.api("GET", f"/deliveries/{found['id']}/letter.pdf", DIRECTOR).status_code == 200
    assert the_one(sender)["outcome"] == "none"


def test_a_new_namesake_is_asked_about_although_the_others_were_denied(
    sender: Office, simulator: Simulator
) -> None:
    issue(sender, name="Jan Novák")
    act(sender, the_one(sender), "denial", reason=WHY)
    sender.work(2)
    add_box(simulator, "9nqab6b", "Jan Novák", type="PFO")

    act(sender, the_one(sender), "question")
    sender.work()

    found = the_one(sender)
    assert [one["box_id"] for one in found["candidates"]] == ["9nqab6b"]
    slug = sender.api("GET", f"/deliveries/{_only(sender)}/letter.pdf", DIRECTOR).json["type"]
    assert slug.endswith("box-unclear")


def _only(office: Office) -> str:
    with office.context():
        return str(db.session().scalars(select(Delivery.id)).one())


@pytest.mark.parametrize(
    ("what", "body", "status", "slug"),
    [
        ("choice", {"box_id": TOWN, "reason": WHY}, 422, "candidate-unknown"),
        ("choice", {"box_id": NOVAK[0], "reason": "ano"}, 422, "reason-missing"),
        ("choice", {"box_id": NOVAK[0], "reason": WHY, "version": 99}, 409, "stale"),
        ("choice", {"box_id": NOVAK[0], "version": None}, 422, "invalid"),
        ("denial", {"reason": "  a "}, 422, "reason-missing"),
        ("denial", {"reason": WHY, "version": 1_000}, 409, "stale"),
    ],
)
def test_a_bad_decision_changes_nothing(
    sender: Office, what: str, body: dict[str, Any], status: int, slug: str
) -> None:
    issue(sender, name="Jan Novák")
    found, before = the_one(sender), sender.stored()

    reply = act(sender, found, what, **body)

    assert (reply.status_code, reply.json["type"]) == (status, f"urn:vyzva:problem:{slug}")
    assert sender.stored() == before


def test_there_is_nothing_to_decide_about_a_known_box(sender: Office) -> None:
    issue(sender, ic="00254398")

    for what, body in (("choice", {"box_id": TOWN}), ("denial", {})):
        reply = act(sender, the_one(sender), what, reason=WHY, **body)
        assert reply.json["type"].endswith("nothing-to-decide")


def test_only_the_office_decides_and_others_see_nothing(sender: Office) -> None:
    issue(sender, name="Jan Novák")
    found, before = the_one(sender), sender.stored()

    for actor in (AUDITOR, CONTROLLER):
        reply = act(sender, found, "denial", actor, reason=WHY)
        assert reply.status_code == 403
    assert act(sender, found, "denial", STRANGER, reason=WHY).status_code == 404
    assert sender.api("GET", f"/recipients/{found['id']}", STRANGER).status_code == 404
    assert sender.api("GET", "/recipients", STRANGER).json["items"] == []
    assert sender.api("GET", "/recipients", CONTROLLER).status_code == 403
    assert sender.stored() == before


def test_a_person_enters_a_recipient_before_the_first_letter(sender: Office) -> None:
    key = str(uuid4())
    entry = {"name": "Obec Abertamy", "ic": "254398", "address": ["Farní 2"]}

    made = sender.api("PUT", f"/recipients/{key}", ASSISTANT, entry)
    again = sender.api("PUT", f"/recipients/{key}", ASSISTANT, entry)
    twin = sender.api("PUT", f"/recipients/{uuid4()}", ASSISTANT, entry)
    sender.work()

    assert (made.status_code, made.json["outcome"], made.json["is_wanted"]) == (
        *(200, "not_asked"),
        True,
    )
    assert again.json["version"] == made.json["version"]
    assert twin.json["type"].endswith("recipient-exists")
    assert (the_one(sender)["outcome"], the_one(sender)["is_wanted"]) == ("usable", False)


def test_a_number_that_a_person_adds_finds_the_box_and_the_letter_goes(
    sender: Office, simulator: Simulator
) -> None:
    add_box(simulator, "9nqab6b", "Jan Novák", type="PFO", ic="26000003")
    made = issue(sender, name="Jan Novák")
    found = the_one(sender)
    entry = {"name": found["name"], "address": found["address"], "ic": "26000003"}

    reply = sender.api(
        "PUT", f"/recipients/{found['id']}", DIRECTOR, {**entry, "version": found["version"]}
    )
    sender.work(2)

    assert reply.status_code == 200, reply.json
    assert delivery_of(sender, made)["state"] == "sent"
    assert [message["recipient_id"] for message in simulator.messages()] == ["9nqab6b"]
    issue(sender, name="Jan Novák")
    assert len(listed(sender)) == 1


def test_who_is_completed_is_asked_about_anew_and_no_old_answer_opens_paper(
    sender: Office,
) -> None:
    made = issue(sender, name=NOBODY)
    found = the_one(sender)
    entry = {"name": found["name"], "address": found["address"], "version": found["version"]}
    path = f"/recipients/{found['id']}"
    letter_path = f"/deliveries/{delivery_of(sender, made)['id']}/letter.pdf"

    same = sender.api("PUT", path, DIRECTOR, {**entry, "ic": found["ic"]}).json
    entry["version"] = same["version"]
    changed = sender.api("PUT", path, DIRECTOR, {**entry, "ic": "26000003"}).json
    refused = sender.api("GET", letter_path, DIRECTOR)
    later(sender, HOURS // 2)
    sender.work()

    assert (found["outcome"], same["outcome"], changed["outcome"]) == ("none", "none", "not_asked")
    assert changed["is_wanted"]
    assert refused.json["type"] == "urn:vyzva:problem:ask-directory-first"
    ended, asked = sorted(the_one(sender)["lookups"], key=lambda one: str(one["first_at"]))
    assert (ended["outcome"], asked["outcome"]) == ("none", "none")
    assert ended["until"] < asked["first_at"], "the old answer held until it was completed"


def test_an_old_version_completes_nothing(sender: Office) -> None:
    issue(sender, name=NOBODY)
    found, before = the_one(sender), sender.stored()
    entry = {"name": "Někdo jiný", "address": [], "ic": None}

    replies = [
        sender.api("PUT", f"/recipients/{found['id']}", DIRECTOR, {**entry, "version": version})
        for version in (None, found["version"] + 1)
    ]

    assert [reply.json["type"] for reply in replies] == ["urn:vyzva:problem:stale"] * 2
    assert sender.stored() == before


def test_the_list_is_filtered_and_searched(sender: Office) -> None:
    issue(sender, ic="00254398")
    issue(sender, name=NOBODY)

    assert [one["box_id"] for one in listed(sender, outcome="usable")] == [TOWN]
    assert [one["name"] for one in listed(sender, q="bezschr")] == [NOBODY]
    assert [one["box_id"] for one in listed(sender, q="00254398")] == [TOWN]
    assert sender.api("GET", "/recipients", AUDITOR, outcome="x").status_code == 422


def test_the_periods_of_answers_never_overlap(sender: Office, simulator: Simulator) -> None:
    issue(sender, ic="00254398")
    for state in (4, 1, 4):
        simulator.control("POST", f"/boxes/{TOWN}/state", {"state": state})
        later(sender, HOURS)
        act(sender, the_one(sender), "question")
        sender.work()

    periods = the_one(sender)["lookups"]

    assert [one["outcome"] for one in periods] == ["unusable", "usable", "unusable", "usable"]
    assert periods[0]["until"] is None
    for newer, older in pairwise(periods):
        assert older["first_at"] < older["until"] <= newer["first_at"]
    with sender.context():
        count = select(func.count()).select_from(BoxLookup).where(BoxLookup.until.is_(None))
        assert db.session().scalar(count) == 1


def test_many_letters_in_one_look_enter_one_recipient(sender: Office) -> None:
    for _ in range(5):
        sender.put(letter(CONTROLLER, name=NOBODY))

    sender.work()

    with sender.context():
        session = db.session()
        assert session.scalar(select(func.count()).select_from(Recipient)) == 1
        assert session.scalars(select(Delivery.recipient_id).distinct()).one() is not None
        row = session.scalars(select(Recipient)).one()
        assert row.organisation_id == ORGANISATION
        assert service.recipient_of(Work(session, DIRECTOR, sender.clock), row.id) is row

"""R61, R63: the book for the committee, its act, its words, and when it is made anew."""

from typing import Any
from uuid import uuid4

import pytest

from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, person_id

FOUR = ("p01", "p02", "p12", "p13")
BOOK = f"/calls/{CALL}/book"


@pytest.fixture
def ready(house: House) -> House:
    house.once("ready for the meeting", lambda: house.reach_meeting(FOUR))
    return house


def paper(house: House, made: dict[str, Any]) -> dict[str, Any]:
    (key,) = made["document_ids"]
    by_id = {str(one): paper for one, paper in house.documents.documents.items()}
    return dict(by_id[key]["request"])


def test_r63_the_book_has_every_project_in_the_order_of_its_fiche(ready: House) -> None:
    made = ready.do("assistant", "POST", BOOK)

    found = paper(ready, made)
    assert (found["kind"], found["layout"]) == ("committee_book", "list")
    assert [one["name"] for one in found["signers"]] == ["Assistant"]
    told = [(one["fiche"], one["points"], one["places"]) for one in found["facts"]["projects"]]
    assert told == [
        ("F1", "88", [1, 1]),
        ("F1", "71", [2, 2]),
        ("F8", "69", [1, 1]),
        ("F8", "66", [2, 2]),
    ]
    text = ready.documents.text(made["document_ids"][0])
    for words in ("Pořadí: Fiche F1", "1. místo", "Evaluator 1", "Evaluator 2", "3 300 000 Kč"):
        assert words in text
    assert len(found["facts"]["projects"][0]["sheets"]) == 2


def test_a_conflicted_member_is_named_at_the_project(ready: House) -> None:
    link = {
        "person_id": str(person_id("evaluator 5")),
        "type": "family",
        "source": "third_person",
        "party_key": "ic-p01",
    }
    ready.do("director", "PUT", f"/interest-links/{uuid4()}", link)

    content = paper(ready, ready.do("assistant", "POST", BOOK))["content"]

    facts = [dict(block["rows"]) for block in content["blocks"] if block["type"] == "facts"]
    by_applicant = [one["O projektu nehlasují"] for one in facts]
    assert sum("Evaluator 5" in who for who in by_applicant) >= 1
    assert "žádný člen není ve střetu zájmů" in by_applicant


def test_asked_again_it_is_the_same_book_until_something_changes(ready: House) -> None:
    first = ready.do("assistant", "POST", BOOK)
    ready.sign(first)
    assert ready.do("director", "POST", BOOK)["document_ids"] == first["document_ids"]

    link = {
        "person_id": str(person_id("evaluator 5")),
        "type": "family",
        "source": "third_person",
        "party_key": "ic-p01",
    }
    ready.do("director", "PUT", f"/interest-links/{uuid4()}", link)
    second = ready.do("director", "POST", BOOK)

    assert second["document_ids"] != first["document_ids"]
    assert ready.do("director", "POST", BOOK)["document_ids"] == second["document_ids"]
    page = Browser(ready, "member").open(f"/calls/{CALL}/meeting")
    assert second["document_ids"][0] not in page, "it is not signed yet"
    ready.sign(second)
    page = Browser(ready, "member").open(f"/calls/{CALL}/meeting")
    assert second["document_ids"][0] in page
    assert first["document_ids"][0] not in page


def test_no_book_before_everything_is_closed(house: House) -> None:
    house.open_call(["p12"])
    house.freeze_lists()

    answer = house.ask("assistant", "POST", BOOK)
    assert (answer.status_code, answer.json["type"].rsplit(":")[-1]) == (409, "meeting-too-early")
    assert house.ask("member", "POST", BOOK).status_code == 403


def test_after_the_minutes_a_book_would_prepare_nothing(ready: House) -> None:
    ready.meet(FOUR)

    answer = ready.ask("assistant", "POST", BOOK)

    assert answer.json["type"].endswith(("book-too-late", "nothing-for-book"))
    assert "už nic nepřipraví" in Browser(ready, "assistant").open(BOOK)


def test_the_book_is_made_on_its_page_and_read_by_the_committee(ready: House) -> None:
    assistant = Browser(ready, "assistant")
    assert BOOK in assistant.open(f"/calls/{CALL}/meeting")

    assistant.send(BOOK, button="Sestavit knihu")

    assert "Sestavit knihu pro komisi znovu" in assistant.open(BOOK)
    member = Browser(ready, "member").open(f"/calls/{CALL}/meeting")
    assert "Kniha pro výběrovou komisi" in member
    assert BOOK not in member

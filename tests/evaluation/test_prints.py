"""R46: the material is electronic, or printed for whoever asks; the receipt is signed."""

from typing import Any
from uuid import uuid4

import pytest

from tests.evaluation.browser import Browser
from tests.evaluation.house import House, application_view, case_id, person_id

CASE = f"/cases/{case_id('p12')}"
FILE = str(application_view("p12").files[0].id)


@pytest.fixture
def assigned(house: House) -> House:
    def play() -> None:
        house.open_call(["p12"])
        house.freeze_lists(["F8"])
        house.pass_control(["p12"])
        house.notify(["p12"])
        house.set_committee()
        house.assign("p12")

    house.once("one project assigned", play)
    return house


def ask(house: House, who: str = "evaluator 1") -> Any:
    return house.do(who, "POST", f"{CASE}/print-request")


def assignment(house: House, who: str = "evaluator 1") -> dict[str, Any]:
    rows = house.do("director", "GET", f"{CASE}/assignment")
    (found,) = [row for row in rows if row["evaluator_id"] == str(person_id(who))]
    return dict(found)


def test_r46_the_evaluator_confirms_the_receipt_of_the_print_by_signing(assigned: House) -> None:
    asked = ask(assigned)
    assert asked["wants_print"]
    assert asked["opened_at"] is None, "who asks for a print has not read it yet"

    made = assigned.hand_over("p12", "evaluator 1")
    before = assignment(assigned)
    assigned.sign(made)

    assert before["print_handed_at"] and before["print_received_at"] is None
    assert assignment(assigned)["print_received_at"] is not None
    (key,) = made["document_ids"]
    (paper,) = [
        one["request"] for id_, one in assigned.documents.documents.items() if str(id_) == key
    ]
    assert paper["kind"] == "print_receipt"
    assert [one["name"] for one in paper["signers"]] == ["Evaluator 1"]
    assert paper["facts"]["files"] == [{"id": FILE, "sha256": "0" * 64}]
    text = assigned.documents.text(key)
    assert "zadost.pdf" in text and "Assistant" in text


@pytest.mark.parametrize(
    ("to", "files", "expected"),
    [
        ("evaluator 2", [FILE], (409, "print-not-asked-for")),
        ("evaluator 3", [FILE], (403, "not-assigned")),
        ("evaluator 1", [], (422, "nothing-printed")),
        ("evaluator 1", [FILE, str(uuid4())], (422, "unknown-file")),
    ],
)
def test_a_hand_over_that_cannot_be_changes_nothing(
    assigned: House, to: str, files: list[str], expected: tuple[int, str]
) -> None:
    ask(assigned)
    body = {"evaluator_id": str(person_id(to)), "file_ids": files}

    answer = assigned.ask("assistant", "POST", f"{CASE}/prints", body)

    assert (answer.status_code, answer.json["type"].rsplit(":")[-1]) == expected
    assert assignment(assigned)["print_handed_at"] is None


def test_a_print_is_handed_over_once_unless_its_receipt_is_cancelled(assigned: House) -> None:
    ask(assigned)
    made = assigned.hand_over("p12", "evaluator 1")
    body = {"evaluator_id": str(person_id("evaluator 1")), "file_ids": [FILE]}
    again = assigned.ask("assistant", "POST", f"{CASE}/prints", body)

    assert again.json["type"].endswith("print-handed-over")
    assigned.documents.cancel(made["document_ids"][0])
    assigned.work()
    assigned.sign(assigned.hand_over("p12", "evaluator 1"))
    assert assignment(assigned)["print_received_at"] is not None


def test_only_an_assigned_evaluator_asks_and_only_the_office_hands_over(assigned: House) -> None:
    body = {"evaluator_id": str(person_id("evaluator 1")), "file_ids": [FILE]}

    assert assigned.ask("evaluator 3", "POST", f"{CASE}/print-request").status_code == 403
    assert assigned.ask("evaluator 1", "POST", f"{CASE}/prints", body).status_code == 403


def test_the_print_is_asked_for_and_handed_over_in_the_pages(assigned: House) -> None:
    evaluator, assistant = Browser(assigned, "evaluator 1"), Browser(assigned, "assistant")
    evaluator.send(f"{CASE}/score", {"wants_print": True}, button="Uložit rozpracované")
    page = f"{CASE}/prints/{person_id('evaluator 1')}"
    assert page in assistant.open("/")
    assert page in assistant.open(CASE)
    assert page not in evaluator.open(CASE)

    assistant.send(page, button="Zapsat předání")

    assert "převzetí čeká na podpis" in assistant.open(CASE)
    assert page not in assistant.open("/")
    assert "Podepsat: potvrzení o převzetí" in evaluator.open("/")
    (key,) = [
        key
        for key, one in assigned.documents.documents.items()
        if one["request"]["kind"] == "print_receipt"
    ]
    assigned.sign({"document_ids": [key]})
    assert "vytištěné převzaty" in assistant.open(CASE)

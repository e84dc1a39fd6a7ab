"""R98, 1.13 (7): an applicant asks for a review; a body of its own decides; a letter tells."""

from typing import Any
from uuid import uuid4

import pytest

from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, case_id, on

FOUR = ("p01", "p02", "p12", "p13")
CASE = f"/cases/{case_id('p13')}"
DELIVERED = "2026-07-22"


@pytest.fixture
def told(house: House) -> House:
    """One result is delivered to its applicant."""

    def play() -> None:
        house.reach_meeting(FOUR)
        house.meet(FOUR)
        house.run()
        house.resolve()
        body = {"case_ids": [str(case_id("p13"))]}
        made = house.do("assistant", "POST", f"/calls/{CALL}/result-notices", body)
        house.sign(made)
        house.documents.deliver(made["document_ids"][0], on(DELIVERED))
        house.move("2026-08-20")
        house.work()

    house.once("a result delivered", play)
    return house


def asked(house: House, **changes: Any) -> Any:
    body = {
        "about": "result_notice",
        "received_on": "2026-08-06",
        "grounds": "Body za potřebnost neodpovídají žádosti.",
        **changes,
    }
    return house.ask("assistant", "PUT", f"{CASE}/reviews/{uuid4()}", body)


def decided(house: House, review: dict[str, Any], who: str = "programme", **changes: Any) -> Any:
    body = {
        "outcome": "dismissed",
        "body": "programový výbor",
        "decided_on": "2026-08-20",
        "reasons": "Hodnotitelé body odůvodnili.",
        "version": review["version"],
        **changes,
    }
    return house.ask(who, "POST", f"/reviews/{review['id']}/decision", body)


def slug(answer: Any) -> str:
    return str(answer.json["type"].rsplit(":")[-1])


def reviews(house: House) -> list[dict[str, Any]]:
    return list(house.do("auditor", "GET", f"{CASE}/reviews")["items"])


def test_r98_the_decision_on_a_review_goes_to_the_applicant(told: House) -> None:
    review = asked(told).json
    assert review["deadline"]["due"] == "2026-08-06"

    made = decided(told, review).json
    (key,) = made["document_ids"]
    (paper,) = [p["request"] for k, p in told.documents.documents.items() if str(k) == key]

    assert (paper["kind"], paper["signers"][0]["name"]) == ("review_decision", "Programme")
    assert paper["delivery"]["channel"] == "auto"
    text = told.documents.text(key)
    for words in (
        "ŽÁDOST SE ZAMÍTÁ",
        "Body za potřebnost",
        "programový výbor",
        "22. července 2026",
    ):
        assert words in text
    assert reviews(told)[0]["signed_at"] is None
    told.sign(made)
    assert reviews(told)[0]["signed_at"] is not None


def test_an_upheld_request_says_what_is_done(told: House) -> None:
    review = asked(told).json
    assert slug(decided(told, review, outcome="upheld")) == "review-measure"

    made = decided(
        told, review, outcome="upheld", measure="Projekt ohodnotí třetí hodnotitel."
    ).json

    text = told.documents.text(made["document_ids"][0])
    assert "ŽÁDOSTI SE VYHOVUJE" in text
    assert "Projekt ohodnotí třetí hodnotitel." in text


def test_a_late_request_is_taken_in_and_refused_for_that(told: House) -> None:
    review = asked(told, received_on="2026-08-07").json

    assert slug(decided(told, review)) == "review-lateness-wrong"
    made = decided(told, review, outcome="late").json
    assert "OPOŽDĚNÁ" in told.documents.text(made["document_ids"][0])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"about": "control_notice"}, (409, "notice-not-delivered")),
        ({"received_on": "2026-07-21"}, (422, "review-before-notice")),
        ({"received_on": "2026-08-21"}, (422, "future-day")),
        ({"grounds": ""}, (422, "invalid")),
    ],
)
def test_a_request_that_cannot_be_changes_nothing(
    told: House, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    answer = asked(told, **changes)

    assert (answer.status_code, slug(answer)) == expected
    assert reviews(told) == []


def test_a_notice_is_reviewed_once_and_decided_once(told: House) -> None:
    review = asked(told).json
    assert slug(asked(told)) == "reviewed-before"
    again = {key: review[key] for key in ("about", "received_on", "grounds")}
    assert (
        told.do("assistant", "PUT", f"{CASE}/reviews/{review['id']}", again)["id"] == review["id"]
    )
    other = {**again, "grounds": "Něco jiného."}
    changed = told.ask("assistant", "PUT", f"{CASE}/reviews/{review['id']}", other)
    assert slug(changed) == "id-reused"

    assert decided(told, review).status_code == 200
    assert slug(decided(told, review)) == "review-decided"


def test_a_cancelled_decision_opens_the_review_again(told: House) -> None:
    review = asked(told).json
    made = decided(told, review).json
    told.documents.cancel(made["document_ids"][0])
    told.work()

    (opened,) = reviews(told)
    assert (opened["outcome"], opened["body"], opened["decided_on"]) == (None, "", None)
    assert decided(told, opened).json["document_ids"] != made["document_ids"]


def test_whoever_judged_or_looks_after_the_office_does_not_decide(told: House) -> None:
    review = asked(told).json

    assert decided(told, review, who="assistant").status_code == 403
    assert decided(told, review, who="member").status_code == 403
    assert told.ask("member", "PUT", f"{CASE}/reviews/{uuid4()}", {}).status_code == 403


def test_both_letters_tell_about_the_review(told: House) -> None:
    papers = [one["request"] for one in told.documents.documents.values()]
    results = [str(one["content"]) for one in papers if one["kind"] == "result_notice"]

    assert results
    assert all("nejpozději 15. den po doručení" in text for text in results)


def test_the_review_is_taken_in_and_decided_in_the_pages(told: House) -> None:
    office, body = Browser(told, "assistant"), Browser(told, "programme")
    new = f"{CASE}/reviews/new"
    assert new in office.open(CASE)
    assert new not in body.open(CASE)
    office.send(
        new,
        {"received_on": "6. 8. 2026", "grounds": "Body neodpovídají."},
        button="Zapsat žádost o přezkum",
    )
    assert "čeká na rozhodnutí" in office.open(CASE)
    (review,) = reviews(told)
    page = f"/reviews/{review['id']}/decision"
    assert page in body.open("/")

    body.send(
        page,
        {
            "outcome": "dismissed",
            "body": "programový výbor",
            "decided_on": "20. 8. 2026",
            "reasons": "Body jsou odůvodněné.",
        },
        button="Rozhodnout o přezkumu",
    )

    assert "žádost se zamítá" in office.open(CASE)
    assert "O přezkumu už je rozhodnuto." in body.open(page)
    assert page not in body.open("/")

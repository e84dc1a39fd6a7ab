"""Who voted is kept, who presides took part, and what was signed takes effect (R61, R62)."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.evaluation.domain import states
from services.evaluation.models import Audit, Recommendation, db
from services.evaluation.service import meetings
from tests.evaluation.at_once import act, overtake
from tests.evaluation.house import CALL, House, case_id, person_id

NUMBER = "p01"
HEAD, CLOSING = f"/calls/{CALL}/meeting", f"/calls/{CALL}/meeting/closing"


def slug(answer: Any) -> str:
    found: str = answer.json["type"].rsplit(":")[-1]
    return found


def people(*numbers: int) -> list[str]:
    return [str(person_id(f"evaluator {number}")) for number in numbers]


def head(house: House, *numbers: int, chair: int | None = None, **more: Any) -> Any:
    present = people(*numbers)
    body = {
        "held_at": house.clock.now().isoformat(),
        "place": "Kancelář MAS",
        "present_ids": present,
        "chair_id": people(chair)[0] if chair else present[0],
        **more,
    }
    return house.ask("member", "PUT", HEAD, body)


def ballot(in_favour: int, against: int = 0, *recused: int) -> dict[str, Any]:
    return {
        "is_recommended": in_favour > against,
        "reason": "podle bodů",
        "in_favour": in_favour,
        "against": against,
        "abstained": 0,
        "recused_ids": people(*recused),
    }


def vote(house: House, *counts: int) -> Any:
    path = f"/cases/{case_id(NUMBER)}/recommendation"
    body = {**ballot(*counts), "version": house.seen_recommendation(NUMBER)}
    return house.ask("member", "PUT", path, body)


def tie(house: House, number: int) -> None:
    body = {
        "person_id": people(number)[0],
        "type": "employee",
        "source": "register",
        "application_id": str(case_id(NUMBER)),
        "evidence": "rejstřík",
    }
    house.do("assistant", "PUT", f"/interest-links/{uuid4()}", body)


@pytest.fixture
def ready(house: House) -> House:
    house.once("one project before the committee", lambda: house.reach_meeting([NUMBER]))
    house.move("2026-07-20")
    assert head(house, 2, 3, 4).status_code == 200
    return house


def test_the_voters_are_kept_with_their_vote_and_stand_in_the_minutes(ready: House) -> None:
    assert vote(ready, 2, 0, 4).status_code == 200

    made = ready.do("member", "POST", CLOSING, {})

    (row,) = ready.do("member", "GET", HEAD)["recommendations"]
    assert [one["id"] for one in row["voters"]] == people(2, 3)
    assert [one["id"] for one in row["recused"]] == people(4)
    facts = ready.documents.documents[UUID(made["document_ids"][0])]["request"]["facts"]
    assert [one["name"] for one in facts["recommendations"][0]["voters"]] == [
        "Evaluator 2",
        "Evaluator 3",
    ]


@pytest.mark.parametrize(
    ("present", "chair"),
    [
        pytest.param((3, 5, 6, 7), None, id="others"),
        pytest.param((2, 3), None, id="one who voted is missing"),
        pytest.param((2, 3, 4, 5), 5, id="the chair came later"),
    ],
)
def test_voters_cannot_be_exchanged_after_the_vote(
    ready: House, present: tuple[int, ...], chair: int | None
) -> None:
    vote(ready, 3)

    answer = head(ready, *present, chair=chair)

    assert (answer.status_code, slug(answer)) == (409, "votes-under-other-head")
    assert "8/001" in answer.json["detail"]
    found = ready.do("member", "GET", HEAD)
    assert [one["id"] for one in found["present"]] == people(2, 3, 4)


def test_who_comes_later_is_added(ready: House) -> None:
    vote(ready, 3)

    assert head(ready, 2, 3, 4, 5).status_code == 200
    assert ready.ask("member", "POST", CLOSING, {}).status_code == 200


def test_another_committee_votes_again_and_the_dropped_vote_stays_in_the_audit(
    ready: House,
) -> None:
    vote(ready, 3)

    assert head(ready, 5, 6, 7, repeats_votes=True).status_code == 200

    assert slug(ready.ask("member", "POST", CLOSING, {})) == "project-not-discussed"
    with ready.app.app_context():
        entry = db.session.query(Audit).filter_by(act="drop_vote").one()
        assert [one["id"] for one in entry.details["voters"]] == people(2, 3, 4)
    assert vote(ready, 3).status_code == 200
    assert ready.ask("member", "POST", CLOSING, {}).status_code == 200


def test_a_tie_found_after_the_vote_must_leave_it_before_the_minutes_close(ready: House) -> None:
    vote(ready, 3)
    tie(ready, 3)

    assert slug(ready.ask("member", "POST", CLOSING, {})) == "member-must-recuse"
    assert vote(ready, 2, 0, 3).status_code == 200
    assert ready.ask("member", "POST", CLOSING, {}).status_code == 200


def test_the_signed_minutes_take_effect_as_they_were_closed(ready: House) -> None:
    vote(ready, 3)
    made = ready.do("member", "POST", CLOSING, {})
    with ready.app.app_context():  # as a write that came through in spite of everything
        db.session.query(Recommendation).one().is_recommended = False
        db.session.commit()

    ready.sign(made)

    assert ready.state(NUMBER) == states.RECOMMENDED


def test_minutes_opened_again_leave_no_old_signature(ready: House) -> None:
    vote(ready, 3)
    old = ready.do("member", "POST", CLOSING, {})["document_ids"][0]
    ready.documents.cancel(old)
    ready.work()
    vote(ready, 0, 3)
    ready.do("member", "POST", CLOSING, {})

    ready.documents.sign(old)
    ready.work()

    assert ready.state(NUMBER) == states.PRESENTED


def test_a_vote_does_not_slip_in_behind_the_closing(
    house_for_two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = house_for_two
    house.reach_meeting([NUMBER])
    house.move("2026-07-20")
    head(house, 2, 3, 4)
    vote(house, 3)
    path = f"/cases/{case_id(NUMBER)}/recommendation"

    late, closed = overtake(
        house,
        monkeypatch,
        act(house, "member", "PUT", path, {**ballot(0, 3), "version": 1}),
        act(house, "member", "POST", CLOSING, {}),
        after=(meetings, "combined_score"),
    )

    assert (late.status_code, closed.status_code) == (200, 200)
    made = closed.json
    assert made is not None
    text = house.documents.text(made["document_ids"][0])
    house.sign(made)
    assert '"nedoporučen"' in text
    assert house.state(NUMBER) == states.NOT_RECOMMENDED

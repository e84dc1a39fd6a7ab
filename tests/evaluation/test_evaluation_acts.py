"""Committee, interests, assignments, scores, visits and presentations: R40-R60."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.evaluation.domain import states
from services.evaluation.models import Assignment, Audit, db
from shared.actors import Delegation
from tests.evaluation.house import CALL, House, case_id, person_id

FOUR = ("p05", "p06", "p12", "p13")
EVALUATORS = [f"evaluator {number}" for number in range(1, 8)]


@pytest.fixture
def notified(house: House) -> House:
    def play() -> None:
        house.open_call(FOUR)
        house.freeze_lists()
        house.pass_control(FOUR)
        house.notify(FOUR)

    house.once("told of the control", play)
    return house


def slug(answer: Any) -> str:
    found: str = answer.json["type"].rsplit(":")[-1]
    return found


def ids(*names: str) -> list[str]:
    return [str(person_id(name)) for name in names]


def link(**fields: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "type": "representative", **fields}


class TestCommittee:
    """R43."""

    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            (EVALUATORS[:6], "wrong-committee-size"),
            ([*EVALUATORS[:6], "evaluator 1"], "member-twice"),
            ([*EVALUATORS[:6], "assistant"], "missing-role"),
        ],
    )
    def test_seven_different_evaluators(
        self, notified: House, names: list[str], expected: str
    ) -> None:
        body = {"member_ids": ids(*names), "version": 0}

        answer = notified.ask("director", "PUT", f"/calls/{CALL}/committee", body)

        assert (answer.status_code, slug(answer)) == (422, expected)
        assert notified.do("director", "GET", f"/calls/{CALL}/committee")["items"] == []

    def test_a_member_declares_once(self, notified: House) -> None:
        notified.set_committee()

        answer = notified.ask("evaluator 1", "POST", f"/calls/{CALL}/declarations", {"links": []})

        assert (answer.status_code, slug(answer)) == (409, "already-declared")


class TestConflicts:
    """R42, R44, R45, A10-A12."""

    def assign(self, house: House, number: str, *names: str) -> Any:
        path = f"/cases/{case_id(number)}/assignment"
        body = {"evaluator_ids": ids(*names), "version": house.seen_assignment(number)}
        return house.ask("director", "PUT", path, body)

    def test_a_mayor_of_an_applying_town_evaluates_no_town_anywhere(self, notified: House) -> None:
        notified.set_committee(declare=False)
        for name in EVALUATORS:
            links = [link(party_key="ic-p05")] if name == "evaluator 1" else []
            notified.declare(name, *links)

        assert slug(self.assign(notified, "p05", "evaluator 1", "evaluator 2")) == (
            "conflict-of-interest"
        )
        answer = self.assign(notified, "p06", "evaluator 1", "evaluator 2")
        assert answer.status_code == 409
        assert "pravidlo č. 2" in answer.json["detail"]
        assert notified.state("p06") == states.NOTIFIED
        assert self.assign(notified, "p12", "evaluator 1", "evaluator 2").status_code == 200

    def test_the_matrix_says_why(self, notified: House) -> None:
        notified.set_committee(declare=False)
        given = link(type="employee", party_key="ic-p12")
        notified.declare("evaluator 3", given)

        items = notified.do("director", "GET", f"/calls/{CALL}/conflicts")["items"]

        against = {
            (item["case_id"], reason["rule"])
            for item in items
            if item["person_id"] == str(person_id("evaluator 3"))
            for reason in item["reasons"]
        }
        assert against == {(str(case_id("p12")), 0), (str(case_id("p13")), 1)}

    def test_nobody_is_assigned_before_declaring(self, notified: House) -> None:
        notified.set_committee(declare=False)

        assert slug(self.assign(notified, "p12", "evaluator 1", "evaluator 2")) == (
            "declaration-missing"
        )

    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            (["evaluator 1"], "too-few-evaluators"),
            (["evaluator 1", "evaluator 1"], "evaluator-twice"),
            (["evaluator 1", "controller"], "not-committee-member"),
        ],
    )
    def test_an_assignment_needs_two_members(
        self, notified: House, names: list[str], expected: str
    ) -> None:
        notified.set_committee()

        assert slug(self.assign(notified, "p12", *names)) == expected
        assert notified.state("p12") == states.NOTIFIED

    def test_a_conflict_that_appears_later_stops_the_signing_of_points(
        self, notified: House
    ) -> None:
        notified.set_committee()
        notified.assign("p12")
        body = {"person_id": str(person_id("evaluator 1")), **link(party_key="ic-p12")}
        link_id = body.pop("id")
        notified.do(
            "director", "PUT", f"/interest-links/{link_id}", {**body, "source": "third_person"}
        )
        scores = [{"code": c, "points": "1", "reason": "x"} for c in ("K1", "K2")]

        path = f"/cases/{case_id('p12')}/score-sheets/mine/closing"
        answer = notified.ask("evaluator 1", "POST", path, {"scores": scores})

        assert slug(answer) == "conflict-of-interest"

    def test_an_ended_link_no_longer_counts(self, notified: House) -> None:
        notified.set_committee()
        body = {"person_id": str(person_id("evaluator 1")), **link(party_key="ic-p12")}
        link_id = body.pop("id")
        notified.do("director", "PUT", f"/interest-links/{link_id}", {**body, "source": "register"})
        assert self.assign(notified, "p12", "evaluator 1", "evaluator 2").status_code == 409

        end = {"valid_to": notified.clock.today().isoformat(), "evidence": "odvolání z funkce"}
        notified.do("director", "POST", f"/interest-links/{link_id}/end", end)
        assert self.assign(notified, "p12", "evaluator 1", "evaluator 2").status_code == 409
        notified.move("2026-07-01")

        assert self.assign(notified, "p12", "evaluator 1", "evaluator 2").status_code == 200

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({}, "link-without-target"),
            ({"party_key": "x", "municipality": "Kadaň"}, "link-without-target"),
            (
                {"party_key": "x", "valid_from": "2026-02-01", "valid_to": "2026-01-01"},
                "link-period-reversed",
            ),
            ({"application_id": str(uuid4())}, "not-found"),
        ],
    )
    def test_a_link_that_says_nothing_is_refused(
        self, notified: House, fields: dict[str, Any], expected: str
    ) -> None:
        answer = notified.ask(
            "evaluator 1", "POST", f"/calls/{CALL}/declarations", {"links": [link(**fields)]}
        )

        assert slug(answer) == expected
        assert notified.do("director", "GET", "/interest-links") == []


class TestScores:
    """R46, R47, R50-R52."""

    @pytest.fixture
    def assigned(self, notified: House) -> House:
        def play() -> None:
            notified.set_committee()
            notified.assign("p12")

        notified.once("assigned", play)
        return notified

    def close(self, house: House, who: str, scores: list[dict[str, Any]]) -> Any:
        house.ask(who, "POST", f"/cases/{case_id('p12')}/material", {})
        path = f"/cases/{case_id('p12')}/score-sheets/mine/closing"
        return house.ask(who, "POST", path, {"scores": scores})

    def test_points_come_only_after_the_material(self, assigned: House) -> None:
        path = f"/cases/{case_id('p12')}/score-sheets/mine/closing"
        scores = [
            {"code": "K1", "points": "10", "reason": "x"},
            {"code": "K2", "points": "10", "reason": "x"},
        ]

        answer = assigned.ask("evaluator 1", "POST", path, {"scores": scores})

        assert (answer.status_code, answer.json["type"].rsplit(":", 1)[-1]) == (
            409,
            "material-not-studied",
        )

    @pytest.mark.parametrize(
        ("scores", "expected"),
        [
            ([{"code": "K1", "points": "10", "reason": "x"}], "criterion-not-scored"),
            (
                [
                    {"code": "K1", "points": "61", "reason": "x"},
                    {"code": "K2", "points": "1", "reason": "x"},
                ],
                "points-out-of-range",
            ),
            (
                [
                    {"code": "K1", "points": "1.005", "reason": "x"},
                    {"code": "K2", "points": "1", "reason": "x"},
                ],
                "points-too-fine",
            ),
            (
                [
                    {"code": "K1", "points": "1", "reason": " "},
                    {"code": "K2", "points": "1", "reason": "x"},
                ],
                "score-without-reason",
            ),
            ([{"code": "X", "points": "1", "reason": "x"}], "unknown-criterion"),
        ],
    )
    def test_a_sheet_that_cannot_be_signed(
        self, assigned: House, scores: list[dict[str, Any]], expected: str
    ) -> None:
        answer = self.close(assigned, "evaluator 1", scores)

        assert (answer.status_code, slug(answer)) == (422, expected)
        mine = assigned.ask("evaluator 1", "GET", f"/cases/{case_id('p12')}/score-sheets/mine")
        assert mine.status_code == 404  # the refused sheet left nothing behind

    def test_only_assigned_evaluators_score(self, assigned: House) -> None:
        answer = self.close(assigned, "evaluator 3", [])

        assert (answer.status_code, slug(answer)) == (403, "not-assigned")

    def test_a_half_filled_sheet_is_kept_and_a_closed_one_stands(self, assigned: House) -> None:
        path = f"/cases/{case_id('p12')}/score-sheets/mine"
        half = {"scores": [{"code": "K1", "points": "12.5"}]}
        saved = assigned.do("evaluator 1", "PUT", path, half)
        assert saved["scores"] == {"K1": {"points": "12.5", "reason": ""}}

        assigned.score("p12", "evaluator 1", 70)

        assert slug(assigned.ask("evaluator 1", "PUT", path, half)) == "sheet-closed"

    def test_the_case_is_evaluated_when_all_sheets_are_signed(self, assigned: House) -> None:
        assigned.score("p12", "evaluator 1", 68)
        assert assigned.state("p12") == states.ASSIGNED

        assigned.score("p12", "evaluator 2", 70)

        assert assigned.state("p12") == states.EVALUATED

    def test_an_evaluator_who_has_scored_stays(self, assigned: House) -> None:
        assigned.score("p12", "evaluator 1", 68)
        body = {"evaluator_ids": ids("evaluator 2", "evaluator 3"), "version": 1}

        answer = assigned.ask("director", "PUT", f"/cases/{case_id('p12')}/assignment", body)

        assert slug(answer) == "evaluator-has-scored"

    def test_the_evaluator_takes_over_the_material(self, assigned: House) -> None:
        path = f"/cases/{case_id('p12')}/material"

        taken = assigned.do("evaluator 1", "POST", path, {"wants_print": True})

        assert taken["wants_print"] is True
        assert taken["opened_at"].startswith("2026-06-01T06:00")


class TestOnsite:
    """R48, R49, A16."""

    @pytest.fixture
    def assigned(self, notified: House) -> House:
        def play() -> None:
            notified.set_committee()
            notified.assign("p12")

        notified.once("assigned", play)
        return notified

    def visit(self, house: House, **changes: Any) -> Any:
        body = {
            "visited_on": "2026-06-01",
            "place": "u žadatele",
            "present_ids": ids("evaluator 1", "evaluator 2"),
            "claims": [{"statement": "Stroj je nový.", "verdict": "true"}],
            "need": "ano",
            "accord": "ano",
            **changes,
        }
        return house.ask("evaluator 1", "POST", f"/cases/{case_id('p12')}/onsite-check", body)

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"present_ids": ids("evaluator 1")}, "evaluators-absent"),
            ({"present_ids": ids("evaluator 1", "evaluator 2", "director")}, "attendee-not-member"),
            ({"claims": [{"statement": "x", "verdict": "not_true"}]}, "claim-without-note"),
            (
                {"claims": [{"statement": "x", "verdict": "true", "effect": "not_recommended"}]},
                "effect-on-true-claim",
            ),
            ({"visited_on": "2026-06-02"}, "future-day"),
        ],
    )
    def test_a_visit_that_proves_nothing(
        self, assigned: House, changes: dict[str, Any], expected: str
    ) -> None:
        assert slug(self.visit(assigned, **changes)) == expected
        assert self.visit(assigned).status_code == 201  # nothing stayed behind

    def test_one_visit_is_recorded_and_its_evaluators_sign(self, assigned: House) -> None:
        made = self.visit(assigned)

        assert slug(self.visit(assigned)) == "onsite-already-recorded"
        key = made.json["document_ids"][0]
        request = next(
            d["request"] for k, d in assigned.documents.documents.items() if str(k) == key
        )
        assert [one["name"] for one in request["signers"]] == ["Evaluator 1", "Evaluator 2"]

    def test_the_visit_may_come_before_the_points(self, assigned: House) -> None:
        assigned.sign(self.visit(assigned).json)
        assert assigned.state("p12") == states.ASSIGNED

        assigned.score("p12", "evaluator 1", 68)
        assigned.score("p12", "evaluator 2", 70)

        assert assigned.state("p12") == states.EX_ANTE_DONE


class TestPresentations:
    """R56-R60, A13."""

    def change(self, house: House, when: str, **fields: str) -> Any:
        body = {"new_at": when, "new_place": "Kulturní dům", "reason": "nemoc", **fields}
        path = f"/calls/{CALL}/presentation-changes/{uuid4()}"
        return house.ask("director", "PUT", path, body)

    def test_a_change_is_published_and_every_applicant_gets_a_letter(self, notified: House) -> None:
        made = self.change(notified, "2026-07-22T09:00:00+02:00")
        notified.work()

        assert len(made.json["document_ids"]) == 4
        assert "22. července 2026" in notified.documents.text(made.json["document_ids"][0])
        assert notified.registry.changes[0]["reason"] == "nemoc"
        call = notified.do("director", "GET", f"/calls/{CALL}")
        assert call["presentation_at"] == "2026-07-22T07:00:00+00:00"

    def test_less_than_a_week_needs_a_recorded_exception(self, notified: House) -> None:
        late = self.change(notified, "2026-06-07T09:00:00+02:00")
        assert (late.status_code, slug(late)) == (422, "change-too-late")
        assert notified.do("director", "GET", f"/calls/{CALL}")["presentation_at"].startswith(
            "2026-07-15"
        )

        allowed = self.change(
            notified, "2026-06-07T09:00:00+02:00", override_reason="sál je jindy obsazen"
        )
        assert allowed.status_code == 201

    def test_presentations_are_recorded_only_afterwards_and_for_all(self, notified: House) -> None:
        path = f"/calls/{CALL}/presentations/record"
        entries = [
            {"application_id": str(case_id(number)), "was_presented": True}
            for number in ("p05", "p06", "p12", "p13")
        ]
        early = notified.ask("assistant", "POST", path, {"entries": entries})
        assert slug(early) == "presentation-not-held-yet"

        notified.move("2026-07-15", 15)
        some = notified.ask("assistant", "POST", path, {"entries": entries[:2]})
        assert slug(some) == "attendance-incomplete"
        notified.do("assistant", "POST", path, {"entries": entries})
        assert (
            slug(notified.ask("assistant", "POST", path, {"entries": entries})) == "session-closed"
        )

    def test_the_order_has_every_project_once(self, notified: House) -> None:
        path = f"/calls/{CALL}/presentations/order"
        order = [str(case_id(number)) for number in ("p13", "p12", "p06", "p05")]

        assert (
            slug(notified.ask("assistant", "PUT", path, {"order": order[:3]})) == "order-incomplete"
        )
        notified.do("assistant", "PUT", path, {"order": order})

        shown = notified.do("auditor", "GET", f"/calls/{CALL}/presentations")
        assert shown["order"] == order


class TestDelegation:
    """R14, A2: the director lets somebody assign projects in her place, from a day to a day."""

    def assign(self, house: House, *delegations: Delegation, known: bool = True) -> Any:
        path = f"/cases/{case_id('p12')}/assignment"
        house.delegate("assistant", *delegations, is_known=known)
        body = {"evaluator_ids": ids(*EVALUATORS[:2]), "version": house.seen_assignment("p12")}
        return house.ask("assistant", "PUT", path, body)

    def delegation(self, first: str, last: str, act: str = "assign_evaluators") -> Delegation:
        return Delegation(uuid4(), act, date.fromisoformat(first), date.fromisoformat(last))

    def test_a_delegate_assigns_and_the_record_names_the_delegation(self, notified: House) -> None:
        notified.set_committee()
        given = self.delegation("2026-06-01", "2026-06-01")

        assert self.assign(notified, given).status_code == 200

        assert notified.state("p12") == states.ASSIGNED
        with notified.app.app_context():
            rows = db.session.scalars(select(Assignment)).all()
            audit = db.session.scalars(select(Audit).where(Audit.act == "assign_evaluators")).one()
        assert {row.delegation_id for row in rows} == {given.id}
        assert audit.details["delegation_id"] == str(given.id)

    @pytest.mark.parametrize(
        ("first", "last", "known"),
        [
            ("2026-06-02", "2026-06-30", True),
            ("2026-05-01", "2026-05-31", True),
            ("2026-06-01", "2026-06-30", False),
        ],
        ids=["too early", "too late", "taken back"],
    )
    def test_a_delegation_that_is_not_in_force_gives_nothing(
        self, notified: House, first: str, last: str, known: bool
    ) -> None:
        notified.set_committee()

        answer = self.assign(notified, self.delegation(first, last), known=known)

        assert (answer.status_code, slug(answer)) == (403, "not-entitled")
        assert notified.state("p12") == states.NOTIFIED

    def test_without_a_delegation_of_this_act_the_door_is_closed(self, notified: House) -> None:
        other = self.delegation("2026-06-01", "2026-06-30", "appoint_controllers")

        assert slug(self.assign(notified, other)) == "not-allowed"

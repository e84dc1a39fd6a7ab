"""Meeting, allocation, resolution, result notices: R61-R68."""

from typing import Any
from uuid import uuid4

import pytest

from services.evaluation.domain import states
from shared.money import Money
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, case_id, person_id

FOUR = ("p01", "p02", "p12", "p13")


def slug(answer: Any) -> str:
    found: str = answer.json["type"].rsplit(":")[-1]
    return found


@pytest.fixture
def ready(house: House) -> House:
    house.once("ready for the meeting", lambda: house.reach_meeting(FOUR))
    return house


def head(house: House, **changes: Any) -> Any:
    present = [str(person_id(f"evaluator {number}")) for number in range(1, 6)]
    body = {
        "held_at": house.clock.now().isoformat(),
        "place": "Kancelář MAS",
        "present_ids": present,
        "chair_id": present[0],
        **changes,
    }
    return house.ask("member", "PUT", f"/calls/{CALL}/meeting", body)


def visit_untrue(house: House, effect: dict[str, str]) -> None:
    """Find an untrue statement about a project with 60 points, and begin the meeting."""
    house.open_call(["p12"])
    house.freeze_lists()
    house.pass_control(["p12"])
    house.notify(["p12"])
    house.set_committee()
    house.move("2026-07-01")
    house.assign("p12")
    house.score("p12", "evaluator 1", 59)
    house.score("p12", "evaluator 2", 61)
    claim = {"statement": "Pozemek je žadatele.", "verdict": "not_true", "note": "patří jinému"}
    house.visit("p12", {**claim, **effect})
    house.move("2026-07-15", 15)
    house.present(["p12"])
    head(house)


def vote(house: House, number: str = "p01", **changes: Any) -> Any:
    body = {
        "is_recommended": True,
        "reason": "podle bodů",
        "in_favour": 5,
        "against": 0,
        "abstained": 0,
        "version": house.seen_recommendation(number),
        **changes,
    }
    return house.ask("member", "PUT", f"/cases/{case_id(number)}/recommendation", body)


class TestMeeting:
    """R61-R63."""

    def test_it_comes_after_everything_else(self, house: House) -> None:
        house.open_call(["p12"])
        house.freeze_lists()
        house.pass_control(["p12"])
        house.notify(["p12"])
        house.set_committee()

        answer = head(house)

        assert (answer.status_code, slug(answer)) == (409, "meeting-too-early")
        assert "8/012" in answer.json["detail"]

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"chair_id": str(person_id("evaluator 7"))}, "chair-not-present"),
            ({"present_ids": [str(person_id("director"))]}, "not-member"),
            ({"held_at": "2026-07-16T10:00:00+02:00"}, "future-day"),
        ],
    )
    def test_a_head_that_cannot_be(
        self, ready: House, changes: dict[str, Any], expected: str
    ) -> None:
        assert slug(head(ready, **changes)) == expected
        assert ready.ask("member", "GET", f"/calls/{CALL}/meeting").status_code == 409

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"reason": " "}, "recommendation-without-reason"),
            ({"in_favour": 4}, "vote-count-wrong"),
            ({"in_favour": 2, "against": 3}, "vote-against-outcome"),
        ],
    )
    def test_a_vote_that_decides_nothing(
        self, ready: House, changes: dict[str, Any], expected: str
    ) -> None:
        head(ready)

        assert slug(vote(ready, **changes)) == expected

    def test_every_project_is_decided_separately(self, ready: House) -> None:
        head(ready)
        vote(ready, "p01")

        answer = ready.ask("member", "POST", f"/calls/{CALL}/meeting/closing", {})

        assert (answer.status_code, slug(answer)) == (409, "project-not-discussed")

    def test_a_conflicted_member_leaves_the_vote(self, ready: House) -> None:
        body = {
            "person_id": str(person_id("evaluator 5")),
            "type": "family",
            "source": "third_person",
            "party_key": "ic-p01",
        }
        ready.do("director", "PUT", f"/interest-links/{uuid4()}", body)
        head(ready)

        assert slug(vote(ready)) == "member-must-recuse"
        left = {"recused_ids": [str(person_id("evaluator 5"))], "in_favour": 4}
        assert vote(ready, **left).status_code == 200

    def test_a_transfer_names_recommended_projects(self, ready: House) -> None:
        head(ready)
        for number in FOUR:
            vote(ready, number)
        path = f"/calls/{CALL}/meeting/closing"
        transfer = {"from_fiche": "F1", "to_fiche": "F8", "reason": "zbylo"}

        nobody = {"transfers": [{**transfer, "application_ids": []}]}
        assert slug(ready.ask("member", "POST", path, nobody)) == "transfer-without-projects"
        named = {"transfers": [{**transfer, "application_ids": [str(case_id("p13"))]}]}
        made = ready.do("member", "POST", path, named)

        text = ready.documents.text(made["document_ids"][0])
        assert "8/013" in text
        assert "převést nevyčerpanou alokaci fiche F1 na fiche F8" in text

    def test_recommendations_count_once_the_chair_has_signed(self, ready: House) -> None:
        ready.meet(FOUR, against=["p13"])

        assert ready.state("p01") == states.RECOMMENDED
        assert ready.state("p13") == states.NOT_RECOMMENDED
        assert slug(vote(ready)) == "meeting-already-closed"

    def test_an_untrue_statement_forbids_the_recommendation(self, house: House) -> None:
        visit_untrue(house, {"effect": "not_recommended"})

        assert slug(vote(house, "p12")) == "recommendation-forbidden"

    def test_the_committee_sees_what_an_untrue_statement_took_off(self, house: House) -> None:
        visit_untrue(house, {"effect": "points", "deduction": "2.5"})
        member = Browser(house, "member")

        listed = member.open(f"/calls/{CALL}/meeting")
        asked = member.open(f"/cases/{case_id('p12')}/recommendation")

        assert "57,5<br>" in listed
        assert "průměr 60 − srážka 2,5" in listed
        for number in ("60", "−2,5", "57,5"):
            assert f'<td class="num">{number}</td>' in asked


class TestAllocation:
    """R63-R67."""

    def test_it_needs_signed_minutes(self, ready: House) -> None:
        path = f"/calls/{CALL}/allocation-runs/{uuid4()}"

        assert slug(ready.ask("director", "PUT", path, {})) == "meeting-not-signed"

    def test_the_same_id_makes_one_run(self, ready: House) -> None:
        ready.meet(FOUR)

        first, second = ready.run(), ready.run()

        assert first == second
        runs = ready.do("director", "GET", f"/calls/{CALL}/allocation-runs")["items"]
        assert len(runs) == 1

    def test_points_are_the_exact_mean_and_rank_within_the_fiche(self, ready: House) -> None:
        ready.meet(FOUR)

        lines = ready.run()["result"]["lines"]

        ranked = {one["number"]: (one["fiche"], one["fiche_rank"], one["points"]) for one in lines}
        assert ranked == {
            "8/001": ("F1", 1, "88"),
            "8/002": ("F1", 2, "71"),
            "8/012": ("F8", 1, "69"),
            "8/013": ("F8", 2, "66"),
        }

    def test_an_unrecommended_project_gets_nothing_and_says_so(self, ready: House) -> None:
        ready.meet(FOUR, against=["p01"])

        lines = {line["number"]: line for line in ready.run()["result"]["lines"]}

        assert lines["8/001"]["outcome"] == "not_recommended"
        assert lines["8/001"]["granted"] == Money.zero().to_json()

    def test_naming_projects_needs_a_rule_that_allows_it(self, ready: House) -> None:
        ready.meet(FOUR)
        body = {"named_transfers": [str(case_id("p13"))]}

        answer = ready.ask("director", "PUT", f"/calls/{CALL}/allocation-runs/{uuid4()}", body)

        assert slug(answer) == "named-transfers-not-declared"


class TestResolution:
    """R68."""

    @pytest.fixture
    def proposed(self, ready: House) -> House:
        def play() -> None:
            ready.meet(FOUR)
            ready.run()

        ready.once("proposed to the assembly", play)
        return ready

    def adopt(self, house: House, **changes: Any) -> Any:
        path = f"/calls/{CALL}/resolutions/{uuid4()}"
        return house.ask("assembly", "PUT", path, house.resolution(**changes))

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            (
                {
                    "vote": {
                        "entitled": 40,
                        "present": 30,
                        "in_favour": 20,
                        "against": 1,
                        "abstained": 1,
                    }
                },
                "votes-do-not-add-up",
            ),
            (
                {
                    "vote": {
                        "entitled": 40,
                        "present": 20,
                        "in_favour": 20,
                        "against": 0,
                        "abstained": 0,
                    }
                },
                "no-quorum",
            ),
            (
                {
                    "vote": {
                        "entitled": 40,
                        "present": 30,
                        "in_favour": 15,
                        "against": 15,
                        "abstained": 0,
                    }
                },
                "not-carried",
            ),
            ({"decided_on": "2026-12-31"}, "future-day"),
            ({"run_id": str(uuid4())}, "not-found"),
            ({"lines": []}, "project-not-decided"),
        ],
    )
    def test_a_resolution_that_does_not_hold(
        self, proposed: House, changes: dict[str, Any], expected: str
    ) -> None:
        answer = self.adopt(proposed, **changes)

        assert slug(answer) == expected
        assert proposed.ask("assembly", "GET", f"/calls/{CALL}/resolution").status_code == 404

    def lines(self, house: House, **changed: Any) -> list[dict[str, Any]]:
        runs = house.do("director", "GET", f"/calls/{CALL}/allocation-runs")["items"]
        return [
            {
                "application_id": line["application_id"],
                "verdict": "approved" if line["granted"]["amount"] != "0.00" else "reserve",
                "amount": line["granted"],
                **(changed if line["number"] == "8/001" else {}),
            }
            for line in runs[0]["result"]["lines"]
        ]

    def test_a_departure_from_the_proposal_needs_a_reason(self, proposed: House) -> None:
        less = Money.czk(1_000_000).to_json()

        silent = self.adopt(proposed, lines=self.lines(proposed, amount=less))
        assert slug(silent) == "resolution-change-without-reason"
        reasoned = self.adopt(proposed, lines=self.lines(proposed, amount=less, reason="krácení"))
        assert reasoned.status_code == 201
        assert "krácení" in proposed.documents.text(reasoned.json["document_ids"][0])

    def test_there_is_one_resolution(self, proposed: House) -> None:
        proposed.resolve()

        assert slug(self.adopt(proposed)) == "resolution-exists"

    def test_amounts_are_final_and_public_once_it_is_signed(self, proposed: House) -> None:
        path = f"/calls/{CALL}/resolutions/{uuid4()}"
        made = proposed.do("assembly", "PUT", path, proposed.resolution())
        assert proposed.registry.results == []
        assert proposed.state("p01") == states.RECOMMENDED

        proposed.sign(made)

        assert proposed.state("p01") == states.APPROVED
        rows = {row["application_id"]: row for row in proposed.registry.results[0]["rows"]}
        assert rows[str(case_id("p01"))]["outcome"] == "approved"
        assert rows[str(case_id("p01"))]["amount"] == Money.czk(1_900_000).to_json()

    def test_the_result_notice_has_points_and_amount(self, proposed: House) -> None:
        proposed.resolve()
        body = {"case_ids": [str(case_id("p01"))]}

        made = proposed.do("assistant", "POST", f"/calls/{CALL}/result-notices", body)

        text = proposed.documents.text(made["document_ids"][0])
        assert "PROJEKT BYL SCHVÁLEN" in text
        assert "88" in text
        assert "1 900 000 Kč" in text
        assert "a celý požadavek" in text
        assert "O dalších krocích" in text
        assert "S dotazy i námitkami" in text
        proposed.sign(made)
        assert proposed.state("p01") == states.RESULT_NOTIFIED

    def test_no_result_notice_before_the_resolution(self, proposed: House) -> None:
        body = {"case_ids": [str(case_id("p01"))]}

        answer = proposed.ask("assistant", "POST", f"/calls/{CALL}/result-notices", body)

        assert answer.status_code == 404

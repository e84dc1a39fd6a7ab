"""Nobody sees what the others found before he has concluded himself (R25, R41)."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.auth import COOKIE
from tests.evaluation.house import CALL, PEOPLE, House, case_id, person_id

NUMBER = "p01"


def page(house: House, who: str, path: str) -> str:
    client = house.app.test_client()
    client.set_cookie(COOKIE, house.token(who))
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.text


def controls(house: House, who: str) -> dict[str, Any]:
    items = house.do(who, "GET", f"/cases/{case_id(NUMBER)}/controls")["items"]
    return {item["controller_name"]: item for item in items}


def kinds(house: House, who: str) -> list[str]:
    records = house.do(who, "GET", f"/cases/{case_id(NUMBER)}")["records"]
    return [record["kind"] for record in records]


@pytest.fixture
def evaluators_of_the_committee() -> Iterator[None]:
    """Evaluators who also write the minutes, as it is in small organisations."""
    names = ("evaluator 1", "evaluator 2")
    for name in names:
        PEOPLE[name].roles.append("committee")
    yield
    for name in names:
        PEOPLE[name].roles.remove("committee")


class TestControl:
    @pytest.fixture
    def begun(self, house: House) -> House:
        house.open_call([NUMBER])
        house.freeze_lists()
        house.appoint([NUMBER])
        findings = [{"code": "A1", "verdict": "no", "note": "mimo území"}]
        path = f"/cases/{case_id(NUMBER)}/controls/mine"
        house.do("controller", "PUT", path, {"findings": findings})
        return house

    def test_half_filled_findings_belong_to_their_author(self, begun: House) -> None:
        assert controls(begun, "controller")["Controller"]["findings"] != {}
        for who in ("controller 2", "director", "auditor"):
            assert controls(begun, who)["Controller"]["findings"] == {}, who

    def test_a_conclusion_is_hidden_from_the_other_until_he_has_his_own(self, begun: House) -> None:
        begun.conclude(NUMBER, "controller", defect="chybí plná moc")

        hidden = controls(begun, "controller 2")["Controller"]
        assert (hidden["findings"], hidden["is_acceptable"]) == ({}, None)
        assert kinds(begun, "controller 2") == []
        text = page(begun, "controller 2", f"/cases/{case_id(NUMBER)}")
        assert "uvidíte po svém závěru" in text
        assert "nepřijatelný" not in text
        assert controls(begun, "director")["Controller"]["is_acceptable"] is False

        begun.conclude(NUMBER, "controller 2", defect="chybí plná moc")
        assert controls(begun, "controller 2")["Controller"]["is_acceptable"] is False
        assert len(kinds(begun, "controller 2")) == 4


class TestScores:
    @pytest.mark.usefixtures("evaluators_of_the_committee")
    def test_points_are_hidden_from_an_evaluator_who_has_not_closed_his_own(
        self, house: House
    ) -> None:
        house.open_call([NUMBER])
        house.freeze_lists()
        house.pass_control([NUMBER])
        house.notify([NUMBER])
        house.set_committee()
        house.assign(NUMBER)
        house.score(NUMBER, "evaluator 1", 77)
        path = f"/cases/{case_id(NUMBER)}"

        assert '<td class="num">77</td>' not in page(house, "evaluator 2", path)
        assert "score_sheet" not in kinds(house, "evaluator 2")
        assert '<td class="num">77</td>' in page(house, "director", path)
        assert '<td class="num">77</td>' in page(house, "evaluator 1", path)

        house.score(NUMBER, "evaluator 2", 70)
        assert '<td class="num">77</td>' in page(house, "evaluator 2", path)


class TestMeeting:
    def test_before_the_signature_only_who_takes_part_sees_it(self, house: House) -> None:
        house.reach_meeting([NUMBER])
        house.move("2026-07-20")
        present = [str(person_id(f"evaluator {number}")) for number in range(1, 6)]
        body = {
            "held_at": house.clock.now().isoformat(),
            "place": "Kancelář MAS",
            "present_ids": present,
            "chair_id": present[0],
        }
        house.do("member", "PUT", f"/calls/{CALL}/meeting", body)

        for who, expected in (
            ("member", 200),
            ("director", 200),
            ("assistant", 200),
            ("auditor", 200),
            ("controller", 409),
            ("registrar", 409),
            ("assembly", 409),
        ):
            answer = house.ask(who, "GET", f"/calls/{CALL}/meeting")
            assert answer.status_code == expected, who
        assert "až předsedající podepíše zápis" in page(house, "assembly", f"/calls/{CALL}/meeting")

        house.meet([NUMBER])
        assert house.ask("controller", "GET", f"/calls/{CALL}/meeting").status_code == 200
        assert "Projekt p01" in page(house, "assembly", f"/calls/{CALL}/meeting")

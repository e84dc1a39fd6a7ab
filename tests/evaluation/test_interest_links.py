"""The register of interests: nothing disappears from it, and nobody tends her own ties."""

from typing import Any
from uuid import uuid4

import pytest

from services.evaluation.models import Audit, InterestLink, LinkChange, db
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, PEOPLE, House, case_id, person_id

NUMBER = "p01"
TODAY = "2026-06-01"


def slug(answer: Any) -> str:
    found: str = answer.json["type"].rsplit(":")[-1]
    return found


def body(who: str = "evaluator 1", **changes: Any) -> dict[str, Any]:
    return {
        "person_id": str(person_id(who)),
        "type": "employee",
        "source": "register",
        "application_id": str(case_id(NUMBER)),
        "valid_from": "2025-01-01",
        "evidence": "pracovní smlouva",
        **changes,
    }


@pytest.fixture
def opened(house: House) -> House:
    house.open_call([NUMBER], declare=False)
    return house


def put(house: House, link_id: Any, who: str = "assistant", **changes: Any) -> Any:
    return house.ask(who, "PUT", f"/interest-links/{link_id}", body(**changes))


def end(house: House, link_id: Any, who: str = "assistant", **changes: Any) -> Any:
    given = {"valid_to": TODAY, "evidence": "výpověď", **changes}
    return house.ask(who, "POST", f"/interest-links/{link_id}/end", given)


class TestEnd:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"valid_to": "2025-01-02"}, (422, "link-end-too-early")),
            ({"valid_to": "2026-05-31"}, (422, "link-end-too-early")),
            ({"evidence": " "}, (422, "end-without-evidence")),
            ({"evidence": ""}, (422, "invalid")),
        ],
    )
    def test_the_past_is_not_changed(
        self, opened: House, changes: dict[str, Any], expected: tuple[int, str]
    ) -> None:
        put(opened, key := uuid4())

        answer = end(opened, key, **changes)

        assert (answer.status_code, slug(answer)) == expected
        with opened.app.app_context():
            assert db.session.get_one(InterestLink, key).valid_to is None
            assert db.session.query(LinkChange).count() == 0

    def test_each_change_is_a_row_and_an_audit_entry(self, opened: House) -> None:
        put(opened, key := uuid4())

        end(opened, key, valid_to="2026-06-10", evidence="výpověď")
        end(opened, key, valid_to="2026-06-20", evidence="dohoda", who="director")

        with opened.app.app_context():
            rows = db.session.query(LinkChange).order_by(LinkChange.new_valid_to).all()
            told = [
                (str(r.old_valid_to), str(r.new_valid_to), r.evidence, r.changed_by) for r in rows
            ]
            assert told == [
                ("None", "2026-06-10", "výpověď", "Assistant"),
                ("2026-06-10", "2026-06-20", "dohoda", "Director"),
            ]
            entries = db.session.query(Audit).filter_by(act="end_link").all()
            assert [one.details["before"] for one in entries] == [None, "2026-06-10"]
        page = Browser(opened, "director").open(f"/calls/{CALL}/interests")
        assert "výpověď" in page
        assert "dohoda" in page

    def test_nobody_ends_her_own(self, opened: House) -> None:
        put(opened, key := uuid4(), who="director", **{"person_id": str(person_id("assistant"))})

        answer = end(opened, key, "assistant")

        assert (answer.status_code, slug(answer)) == (403, "own-link")
        assert end(opened, key, "director").status_code == 200


class TestRepeated:
    def test_the_same_request_again_is_the_same_tie(self, opened: House) -> None:
        key = uuid4()

        assert put(opened, key).json == put(opened, key).json

    @pytest.mark.parametrize(
        "changes",
        [
            {"application_id": None, "party_key": "ic-p01"},
            {"type": "family"},
            {"source": "third_person"},
            {"valid_from": "2024-01-01"},
            {"valid_to": "2026-12-31"},
            {"evidence": "jiný doklad"},
        ],
    )
    def test_another_tie_under_the_same_id_is_refused(
        self, opened: House, changes: dict[str, Any]
    ) -> None:
        put(opened, key := uuid4())

        answer = put(opened, key, **changes)

        assert (answer.status_code, slug(answer)) == (409, "id-reused")

    def test_a_declaration_does_not_swallow_a_tie_either(self, opened: House) -> None:
        opened.registry.people = list(PEOPLE.values())
        put(opened, key := uuid4(), type="member")
        link = {"id": str(key), "type": "family", "party_key": "ic-p01"}

        answer = opened.ask("evaluator 1", "POST", f"/calls/{CALL}/declarations", {"links": [link]})

        assert (answer.status_code, slug(answer)) == (409, "id-reused")
        assert (
            opened.ask(
                "evaluator 1", "POST", f"/calls/{CALL}/declarations", {"links": []}
            ).status_code
            == 201
        )

"""What was decided and then cancelled counts for nothing, and stops nothing that comes after."""

from typing import Any
from uuid import UUID

import pytest

from services.evaluation.domain import assignments, states
from services.evaluation.feeds import documents_feed
from services.evaluation.models import Control, Cursor, db
from tests.evaluation.at_once import act, overtake
from tests.evaluation.house import CALL, House, case_id, person_id

NUMBER = "p12"
SCORES = {
    "scores": [
        {"code": "K1", "points": "50", "reason": "přínos"},
        {"code": "K2", "points": "30", "reason": "soulad"},
    ]
}


@pytest.fixture
def controlled(house: House) -> House:
    house.open_call([NUMBER])
    house.freeze_lists()
    house.appoint([NUMBER])
    return house


def appoint(house: House, *names: str) -> Any:
    body = {
        "case_ids": [str(case_id(NUMBER))],
        "controller_ids": [str(person_id(name)) for name in names],
    }
    return house.ask("director", "POST", f"/calls/{CALL}/controller-appointments", body)


def controls(house: House) -> dict[str, Any]:
    items = house.do("director", "GET", f"/cases/{case_id(NUMBER)}/controls")["items"]
    return {item["controller_name"]: item for item in items}


def states_of_records(house: House, *ids: str) -> list[str]:
    records = house.do("director", "GET", f"/cases/{case_id(NUMBER)}")["records"]
    found = {record["id"]: record["state"] for record in records}
    return [found[key] for key in ids]


class TestControl:
    """R31, R32: the list and the entry are one conclusion."""

    def test_one_cancelled_document_takes_the_other_with_it(self, controlled: House) -> None:
        sheet, entry = controlled.conclude(NUMBER, "controller")["document_ids"]

        controlled.documents.cancel(sheet)
        controlled.work()
        controlled.work()

        assert states_of_records(controlled, sheet, entry) == ["cancelled", "cancelled"]
        cancelled = [
            event["subject_id"]
            for event in controlled.documents.feed.events
            if event["kind"] == "document.cancelled"
        ]
        assert cancelled == [sheet, entry]
        mine = controls(controlled)["Controller"]
        assert (mine["concluded_at"], mine["is_acceptable"]) == (None, None)

    def test_a_signature_of_a_replaced_controller_stops_nothing(self, controlled: House) -> None:
        sheet, entry = controlled.conclude(NUMBER, "controller")["document_ids"]
        controlled.documents.cancel(sheet)
        controlled.work()
        assert appoint(controlled, "controller 2", "registrar").status_code == 200

        controlled.documents.sign(entry)  # signed in documents just before it was cancelled there
        controlled.work()

        with controlled.app.app_context():
            cursor = db.session.get(Cursor, "documents")
            assert cursor is not None
            assert cursor.seq == len(controlled.documents.feed.events)
            old = db.session.query(Control).filter_by(controller_name="Controller").one()
            assert old.released_at is not None
            assert (old.list_signed_at, old.entry_signed_at) == (None, None)
        assert states_of_records(controlled, entry) == ["void"]
        assert set(controls(controlled)) == {"Controller 2", "Registrar"}
        for name in ("controller 2", "registrar"):
            controlled.sign(controlled.conclude(NUMBER, name))
        assert controlled.state(NUMBER) == states.CONTROL_PASSED

    def test_a_signature_under_an_old_conclusion_is_none_under_the_new_one(
        self, controlled: House
    ) -> None:
        sheet, entry = controlled.conclude(NUMBER, "controller")["document_ids"]
        controlled.documents.sign(entry)
        controlled.work()
        controlled.documents.cancel(sheet)
        controlled.work()
        assert states_of_records(controlled, sheet, entry) == ["cancelled", "void"]

        again = controlled.conclude(NUMBER, "controller", defect="chybí plná moc")
        controlled.documents.sign(again["document_ids"][0])
        controlled.work()

        mine = controls(controlled)["Controller"]
        assert (mine["is_acceptable"], mine["signed_at"]) == (False, None)
        controlled.documents.sign(again["document_ids"][1])
        controlled.work()
        assert controls(controlled)["Controller"]["signed_at"] is not None

    def test_a_replaced_controller_can_be_appointed_again(self, controlled: House) -> None:
        assert appoint(controlled, "controller 2", "registrar").status_code == 200
        assert appoint(controlled, "controller", "controller 2").status_code == 200

        assert set(controls(controlled)) == {"Controller", "Controller 2"}

    def test_a_document_taken_back_while_it_was_made_is_cancelled_as_well(
        self, controlled: House
    ) -> None:
        controlled.documents.is_down = True
        sheet, entry = controlled.conclude(NUMBER, "controller")["document_ids"]
        controlled.documents.is_down = False

        def cancel_the_list(key: UUID) -> None:
            if str(key) == entry:
                controlled.documents.cancel(sheet)
                documents_feed(controlled.app).run_once()

        controlled.documents.while_making = cancel_the_list
        controlled.work()

        cancelled = [
            event["subject_id"]
            for event in controlled.documents.feed.events
            if event["kind"] == "document.cancelled"
        ]
        assert cancelled[:2] == [sheet, entry]


class TestSheet:
    """A sheet and its evaluator's assignment: one of the two comes first."""

    def test_nobody_is_replaced_while_he_closes_his_sheet(
        self, house_for_two: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        house = house_for_two
        house.open_call([NUMBER])
        house.freeze_lists()
        house.pass_control([NUMBER])
        house.notify([NUMBER])
        house.set_committee()
        house.assign(NUMBER)
        house.do("evaluator 1", "POST", f"/cases/{case_id(NUMBER)}/material", {})
        path = f"/cases/{case_id(NUMBER)}"
        house.do("evaluator 1", "PUT", f"{path}/score-sheets/mine", SCORES)
        others = [str(person_id(f"evaluator {number}")) for number in (2, 3)]
        replacing = {"evaluator_ids": others, "version": 1}

        replaced, closed = overtake(
            house,
            monkeypatch,
            act(house, "director", "PUT", f"{path}/assignment", replacing),
            act(house, "evaluator 1", "POST", f"{path}/score-sheets/mine/closing", SCORES),
            after=(assignments, "check_removal"),
        )

        assert (replaced.status_code, closed.status_code) == (200, 403)
        house.work()
        assert [r["kind"] for r in house.do("director", "GET", path)["records"]].count(
            "score_sheet"
        ) == 0

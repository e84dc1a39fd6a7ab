"""One paper for one thing, whoever asks for it and at whatever moment."""

from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from services.evaluation.models import Record, db
from services.evaluation.service import control_end, resolutions
from shared.clock import SystemClock
from tests.evaluation.at_once import act, overtake
from tests.evaluation.house import CALL, ORGANISATION, House, case_id

NUMBER = "p01"
NOTICES = f"/calls/{CALL}/control-notices"


def test_two_people_at_once_make_one_notice(
    house_for_two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = house_for_two
    house.open_call([NUMBER])
    house.freeze_lists()
    house.pass_control([NUMBER])
    body = {"case_ids": [str(case_id(NUMBER))]}

    first, second = overtake(
        house,
        monkeypatch,
        act(house, "assistant", "POST", NOTICES, body),
        act(house, "director", "POST", NOTICES, body),
        after=(control_end, "live_record"),
    )

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json is not None
    assert second.json is not None
    assert first.json["document_ids"] == second.json["document_ids"]


def test_two_people_at_once_record_one_resolution(
    house_for_two: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = house_for_two
    house.reach_meeting([NUMBER])
    house.meet([NUMBER])
    house.run()

    first, second = overtake(
        house,
        monkeypatch,
        act(house, "assembly", "PUT", f"/calls/{CALL}/resolutions/{uuid4()}", house.resolution()),
        act(house, "assembly", "PUT", f"/calls/{CALL}/resolutions/{uuid4()}", house.resolution()),
        after=(resolutions, "resolution_of"),
    )

    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json is not None
    assert second.json["type"].endswith("resolution-exists")


@pytest.mark.parametrize(
    ("kind", "state", "is_refused"),
    [
        ("control_notice", "issued", True),
        ("control_notice", "cancelled", False),
        ("control_notice", "void", False),
        ("presentation_notice", "waiting", False),
    ],
)
def test_the_database_itself_keeps_a_second_paper_out(
    house: House, kind: str, state: str, is_refused: bool
) -> None:
    house.open_call([NUMBER], declare=False)
    subject = uuid4()

    def row(state: str) -> Record:
        return Record(
            organisation_id=ORGANISATION,
            call_id=CALL,
            kind=kind,
            title="Dopis",
            subject_id=subject,
            signer_ids=[],
            request={},
            state=state,
            requested_at=SystemClock().now(),
        )

    with house.app.app_context():
        db.session.add(row(state))
        db.session.commit()
        db.session.add(row("requested"))
        if is_refused:
            with pytest.raises(IntegrityError):
                db.session.commit()
            db.session.rollback()
        else:
            db.session.commit()

"""Files of an application are for the office and for those who work on it without conflict."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.evaluation.models import Audit, db
from shared.auth import COOKIE
from tests.evaluation.house import House, application_view, case_id, person_id

NUMBER, OTHER = "p01", "p02"


def ask(house: House, who: str, number: str = NUMBER, file_id: Any = None) -> Any:
    client = house.app.test_client()
    client.set_cookie(COOKIE, house.token(who))
    file_id = file_id or application_view(number).files[0].id
    return client.get(f"/cases/{case_id(number)}/files/{file_id}")


def tell_tie(house: House, name: str) -> None:
    """The tie comes out after the person was appointed or assigned."""
    body = {
        "person_id": str(person_id(name)),
        "type": "employee",
        "source": "register",
        "application_id": str(case_id(NUMBER)),
        "evidence": "obchodní rejstřík",
    }
    house.do("assistant", "PUT", f"/interest-links/{uuid4()}", body)


@pytest.fixture
def in_control(house: House) -> House:
    house.open_call([NUMBER, OTHER])
    house.freeze_lists()
    house.appoint([NUMBER])
    return house


@pytest.fixture
def in_evaluation(house: House) -> House:
    house.open_call([NUMBER, OTHER])
    house.freeze_lists()
    house.appoint([NUMBER, OTHER])
    house.pass_control([NUMBER, OTHER])
    house.notify([NUMBER, OTHER])
    house.set_committee()
    house.assign(NUMBER, "evaluator 1", "evaluator 2")
    house.assign(OTHER, "evaluator 3", "evaluator 4")
    return house


def opened(house: House) -> list[tuple[str, Any]]:
    with house.app.app_context():
        query = select(Audit).where(Audit.act == "open_file").order_by(Audit.recorded_at)
        return [(entry.actor_name, entry.details["file_id"]) for entry in db.session.scalars(query)]


def test_appointed_controllers_and_the_office_get_files(in_control: House) -> None:
    for who in ("controller", "controller 2", "director", "assistant", "auditor"):
        reply = ask(in_control, who)
        assert (reply.status_code, reply.data) == (200, b"%PDF-1.7 original"), who
        assert reply.headers["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize("who", ["evaluator 1", "member", "assembly"])
def test_others_get_none_and_leave_no_trace(in_control: House, who: str) -> None:
    reply = ask(in_control, who)

    assert reply.status_code == 403
    assert opened(in_control) == []


def test_a_controller_of_another_project_gets_none(in_control: House) -> None:
    assert ask(in_control, "controller", OTHER).status_code == 403


def test_evaluators_get_files_of_their_own_projects_only(in_evaluation: House) -> None:
    assert ask(in_evaluation, "evaluator 1").status_code == 200
    assert ask(in_evaluation, "evaluator 1", OTHER).status_code == 403
    assert ask(in_evaluation, "evaluator 3", OTHER).status_code == 200
    assert ask(in_evaluation, "member").status_code == 403


def test_a_conflict_that_came_out_later_closes_the_files(in_evaluation: House) -> None:
    tell_tie(in_evaluation, "evaluator 1")

    assert ask(in_evaluation, "evaluator 1").status_code == 409
    assert ask(in_evaluation, "evaluator 2").status_code == 200
    assert [name for name, _ in opened(in_evaluation)] == ["Evaluator 2"]


def test_a_tie_of_a_controller_closes_the_files(in_control: House) -> None:
    tell_tie(in_control, "controller")

    assert ask(in_control, "controller").status_code == 409
    assert ask(in_control, "controller 2").status_code == 200


def test_each_opening_is_noted_with_person_and_file(in_control: House) -> None:
    ask(in_control, "controller")

    assert opened(in_control) == [("Controller", str(application_view(NUMBER).files[0].id))]


def test_a_file_of_another_project_is_not_there(in_control: House) -> None:
    foreign = application_view(OTHER).files[0].id

    assert ask(in_control, "director", NUMBER, foreign).status_code == 404
    assert opened(in_control) == []


def test_the_page_leads_here_and_only_those_who_may(in_control: House) -> None:
    link = f"/cases/{case_id(NUMBER)}/files/{application_view(NUMBER).files[0].id}"

    def page(who: str) -> str:
        client = in_control.app.test_client()
        client.set_cookie(COOKIE, in_control.token(who))
        return client.get(f"/cases/{case_id(NUMBER)}").text

    assert link in page("controller")
    assert link not in page("assembly")
    assert "/registry/office/applications/" + str(case_id(NUMBER)) + "/files" not in page(
        "director"
    )

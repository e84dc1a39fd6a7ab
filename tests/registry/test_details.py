"""Files and personal data of applications: for those who work with them here only."""

from uuid import UUID

import pytest

from .browser import Browser
from .office import Office, expect

INSIDE = ("controller", "evaluator", "committee", "programme_committee", "assembly")


@pytest.fixture
def application_id(office: Office) -> UUID:
    return office.registered(office.open_call())


@pytest.mark.parametrize("role", INSIDE)
def test_others_see_who_applies_for_what_and_no_more(
    office: Office, application_id: UUID, role: str
) -> None:
    person = office.hire("jiny", role)
    path = f"/applications/{application_id}"
    file_id = office.director.get(path)["files"][0]["id"]

    found = person.get(path)

    assert (found["title"], found["applicant"]["name"]) == ("Naučná stezka", "Obec Kovářská")
    who = found["applicant"]
    assert (who["address"], who["data_box_id"], who["email"], who["ic"]) == ([], None, None, None)
    assert found["files"] == []
    (listed,) = person.get(f"/calls/{found['call_id']}/applications")["items"]
    assert (listed["files"], listed["applicant"]["address"]) == ([], [])
    for closed in (f"{path}/files/{file_id}", f"{path}/control-sheet"):
        assert person.call("GET", closed).status_code == 403


@pytest.mark.parametrize("role", ["assistant", "registrar", "auditor"])
def test_those_who_work_with_applications_see_all(
    office: Office, application_id: UUID, role: str
) -> None:
    person = office.hire("jiny", role)
    found = person.get(f"/applications/{application_id}")

    assert found["applicant"]["data_box_id"] == "vqbab52"
    path = f"/applications/{application_id}/files/{found['files'][0]['id']}"
    assert person.call("GET", path).status_code == 200


def test_evaluation_gets_all_to_work_with(office: Office, application_id: UUID) -> None:
    found = expect(office.as_service("evaluation", "GET", f"/applications/{application_id}"), 200)

    assert found["applicant"]["data_box_id"] == "vqbab52"
    path = f"/applications/{application_id}/files/{found['files'][0]['id']}"
    assert office.as_service("evaluation", "GET", path).status_code == 200


def test_the_folder_shows_the_same(office: Office, application_id: UUID) -> None:
    folder = f"/registry/office/applications/{application_id}"
    file_id = office.director.get(f"/applications/{application_id}")["files"][0]["id"]
    mine = Browser(office.app).sign_in(office.director.login)
    other = Browser(office.app).sign_in(office.hire("valna", "assembly").login)

    assert "vqbab52" in mine.get(folder).text and "budget.pdf" in mine.get(folder).text
    page = other.get(folder)
    assert "Naučná stezka" in page.text and "vqbab52" not in page.text
    assert "/files/" not in page.reply.get_data(as_text=True)
    for closed in (f"{folder}/files/{file_id}", f"{folder}/cover"):
        assert (mine.get(closed).status, other.get(closed).status) == (200, 403)

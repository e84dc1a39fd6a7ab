"""A change of the public presentations, before and after anybody is registered (R57-R60)."""

from datetime import timedelta
from uuid import uuid4

from .browser import Browser
from .office import Office, prague, problem_of


def change(day: int, **more: str) -> dict[str, str]:
    at = prague(day, 6, 16).isoformat()
    return {"new_at": at, "new_place": "Sokolovna", "reason": "Volby.", **more}


def test_r58_r60_change_of_presentations_is_published_in_the_same_act(office: Office) -> None:
    call_id = office.open_call()

    office.assistant.put(f"/calls/{call_id}/presentation-changes/{uuid4()}", change(25))

    page = office.client.get("/mas/szk/vyzvy/8").get_data(as_text=True)
    assert "Sokolovna" in page and "Volby." in page
    assert "Změna veřejných prezentací" in office.client.get("/mas/szk").get_data(as_text=True)


def test_r59_less_than_a_week_ahead_needs_a_recorded_exception(office: Office) -> None:
    call_id = office.open_call()
    office.move_to(prague(20, 6) - timedelta(days=2))
    path = f"/calls/{call_id}/presentation-changes/{uuid4()}"

    refused = office.assistant.call("PUT", path, change(24))
    assert problem_of(refused) == (422, "presentation-change-too-late")

    other = f"/calls/{call_id}/presentation-changes/{uuid4()}"
    office.assistant.put(other, change(24, override_reason="Havárie v sále."))


def test_r60_a_change_belongs_to_evaluation_once_somebody_is_registered(office: Office) -> None:
    call_id = office.open_call()
    office.registered(call_id)
    path = f"/calls/{call_id}/presentation-changes/{uuid4()}"

    refused = office.assistant.call("PUT", path, change(25))

    assert problem_of(refused) == (409, "presentations-underway")
    browser = Browser(office.app).sign_in(office.assistant.login)
    form = f"/evaluation/calls/{call_id}/presentations/change"
    for address in (f"/office/calls/{call_id}", f"/office/calls/{call_id}/presentation"):
        page = browser.get(f"/registry{address}")
        assert page.tree.xpath(f"//a[@href='{form}']"), address
    assert "Změnit a zveřejnit" not in page.text
    decided = office.as_service("evaluation", "PUT", path, change(25, actor_name="Jana Malá"))
    assert decided.status_code == 200, decided.get_data(as_text=True)


def test_r60_evaluation_is_told_of_a_change_made_before_that_and_of_no_own_one(
    office: Office,
) -> None:
    call_id = office.open_call()
    path = f"/calls/{call_id}/presentation-changes"
    office.assistant.put(f"{path}/{uuid4()}", change(25))
    office.as_service("evaluation", "PUT", f"{path}/{uuid4()}", change(26, actor_name="Jana"))

    feed = office.as_service("evaluation", "GET", "/events?after=0").get_json()["events"]

    (told,) = [event for event in feed if event["kind"] == "call.presentation_changed"]
    assert told["payload"]["new_place"] == "Sokolovna"
    assert told["payload"]["new_at"] == change(25)["new_at"]

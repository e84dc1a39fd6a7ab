"""Settings of the organisation: periods (D1-D5) and the hint of planning (D6)."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.registry.models import Audit, db

from .browser import Browser
from .office import Office, prague, problem_of

DAYS, WORKING, WEEKS = "calendar_days", "working_days", "weeks"
SEED = {
    "call_open": {"count": 3, "unit": WEEKS},
    "list_published": {"count": 7, "unit": DAYS},
    "repair": {"count": 7, "unit": DAYS},
    "notice": {"count": 5, "unit": WORKING},
    "presentation_change": {"count": 7, "unit": DAYS},
    "delivery_fiction": {"count": 10, "unit": DAYS},
}


def settings(**deadlines: tuple[int, str]) -> dict[str, Any]:
    periods = {name: {"count": n, "unit": unit} for name, (n, unit) in deadlines.items()}
    return {"usual_calls": 2, "deadlines": periods}


def refused(office: Office, body: dict[str, Any]) -> tuple[int, str]:
    answer = problem_of(office.director.call("PUT", "/settings", body))
    found = office.director.get("/settings")
    assert found == {"usual_calls": 2, "deadlines": SEED, "version": 0}
    return answer


def deadlines_of(office: Office, call_id: UUID) -> Any:
    return office.director.get(f"/calls/{call_id}")["deadlines"]


def test_the_seed_is_in_force_until_the_director_changes_it(office: Office) -> None:
    assert office.director.get("/settings")["deadlines"] == SEED
    assert deadlines_of(office, office.draft_call()) == SEED


def test_a_change_is_audited_with_its_author_and_what_changed(office: Office) -> None:
    office.director.put("/settings", settings(list_published=(5, WORKING)))

    with office.app.app_context():
        entry = db.session.scalars(select(Audit).where(Audit.act == "change_settings")).one()
        assert entry.actor_name == "Jana Malá"
        assert entry.details["changed"] == {"list_published": {"count": 5, "unit": WORKING}}


@pytest.mark.parametrize("who", ["assistant", "registrar", "committee", "evaluator"])
def test_only_the_director_changes_settings(office: Office, who: str) -> None:
    person, call_id = getattr(office, who), office.draft_call()

    assert person.call("PUT", "/settings", settings()).status_code == 403
    body = {"deadlines": None}
    assert person.call("PUT", f"/calls/{call_id}/deadlines", body).status_code == 403
    assert Browser(office.app).sign_in(person.login).get("/registry/office/settings").status == 403


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (settings(call_open=(27, WEEKS)), (422, "period-too-long")),
        (settings(notice=(131, WORKING)), (422, "period-too-long")),
        (settings(repair=(0, DAYS)), (422, "invalid")),
        (settings(repair=(-1, DAYS)), (422, "invalid")),
        (settings(repair=(7, "years")), (422, "invalid")),
        (settings(delivery_fiction=(5, DAYS)), (422, "invalid")),
        ({**settings(), "deadlines": {"repair": {"count": 7}}}, (422, "invalid")),
        ({**settings(), "deadlines": {"repair": "7 dnů"}}, (422, "invalid")),
        ({**settings(), "deadlines": None}, (422, "invalid")),
        ({**settings(), "usual_calls": 0}, (422, "invalid")),
        ({**settings(), "usual_calls": 51}, (422, "invalid")),
        ({**settings(), "usual_calls": "2"}, (422, "invalid")),
        ({**settings(), "colour": "red"}, (422, "invalid")),
        ({**settings(), "version": 3}, (409, "stale")),
    ],
)
def test_settings_that_cannot_be_are_refused_and_change_nothing(
    office: Office, body: dict[str, Any], answer: tuple[int, str]
) -> None:
    assert refused(office, body) == answer


def test_a_stale_form_changes_nothing(office: Office) -> None:
    office.director.put("/settings", {**settings(repair=(10, DAYS)), "version": 0})

    reply = office.director.call("PUT", "/settings", {**settings(), "version": 0})

    assert problem_of(reply) == (409, "stale")
    assert office.director.get("/settings")["deadlines"]["repair"]["count"] == 10


def test_d1_a_longer_period_holds_a_call_open_longer(office: Office) -> None:
    office.director.put("/settings", settings(call_open=(4, WEEKS)))
    call_id = office.approved_call()

    reply = office.director.call("POST", f"/calls/{call_id}/announcement", {})

    assert problem_of(reply) == (422, "call-not-ready")
    (error,) = reply.get_json()["errors"]
    assert "nejdříve 4. 6. 2026" in error["detail"]
    assert "4 týdny" in error["detail"]


def test_d1_a_shorter_period_lets_a_shorter_call_through(office: Office) -> None:
    office.director.put("/settings", settings(call_open=(10, WORKING)))
    call_id = office.approved_call()
    office.move_to(prague(13, 5))

    office.director.post(f"/calls/{call_id}/announcement")


def test_d2_the_list_is_due_by_the_period_of_its_call(office: Office) -> None:
    office.director.put("/settings", settings(list_published=(5, WORKING)))
    call_id = office.published_call()
    office.move_to(prague(1, 6))

    made = office.assistant.put(f"/received-lists/{uuid4()}", {"call_id": str(call_id)})

    assert made["received_list"]["due"] == "2026-06-05"
    assert made["received_list"]["deadline"]["period"] == {"count": 5, "unit": WORKING}


def test_d5_a_new_presentation_is_told_by_the_period_of_its_call(office: Office) -> None:
    office.director.put("/settings", settings(presentation_change=(3, WEEKS)))
    call_id = office.published_call()
    body = {
        "new_at": prague(25, 5, 16).isoformat(),
        "new_place": "Sokolovna",
        "reason": "Havárie",
        "actor_name": "",
    }

    path = f"/calls/{call_id}/presentation-changes/{uuid4()}"
    reply = office.assistant.call("PUT", path, body)

    assert problem_of(reply) == (422, "presentation-change-too-late")
    assert "28. 5. 2026" in reply.get_json()["detail"]
    assert "3 týdny" in reply.get_json()["detail"]


def test_a_running_call_keeps_the_periods_it_was_announced_with(office: Office) -> None:
    running, draft = office.published_call(8), office.draft_call(9)

    office.director.put("/settings", settings(repair=(14, DAYS), list_published=(3, DAYS)))

    assert deadlines_of(office, running) == SEED
    assert deadlines_of(office, draft)["repair"] == {"count": 14, "unit": DAYS}
    office.move_to(prague(1, 6))
    made = office.assistant.put(f"/received-lists/{uuid4()}", {"call_id": str(running)})
    assert made["received_list"]["due"] == "2026-06-05"


def test_evaluation_is_told_the_periods_with_the_call(office: Office) -> None:
    office.director.put("/settings", settings(notice=(3, WORKING)))
    call_id = office.published_call()

    reply = office.as_service("evaluation", "GET", "/events?after=0")

    (event,) = [one for one in reply.get_json()["events"] if one["kind"] == "call.published"]
    assert event["subject_id"] == str(call_id)
    assert event["payload"]["deadlines"] == {**SEED, "notice": {"count": 3, "unit": WORKING}}


def test_a_call_may_have_periods_of_its_own_until_it_is_announced(office: Office) -> None:
    call_id = office.draft_call()
    path = f"/calls/{call_id}/deadlines"
    own = {"deadlines": settings(repair=(10, DAYS))["deadlines"]}

    office.director.put(path, own)
    office.director.put("/settings", settings(repair=(20, DAYS)))
    assert deadlines_of(office, call_id)["repair"]["count"] == 10
    office.director.put(path, {"deadlines": None})
    assert deadlines_of(office, call_id)["repair"]["count"] == 20

    published = office.published_call(9)
    reply = office.director.call("PUT", f"/calls/{published}/deadlines", own)
    assert problem_of(reply) == (409, "act-not-allowed")


def test_the_director_sets_periods_on_a_page(office: Office) -> None:
    director = Browser(office.app).sign_in(office.director.login)
    page = director.get("/registry/office/settings")
    assert page.values("Uložit nastavení")["notice_count"] == "5"

    done = director.submit(page, "Uložit nastavení", notice_count="8", usual_calls="3")
    wrong = director.submit(page, "Uložit nastavení", notice_count="0")
    late = director.submit(page, "Uložit nastavení", notice_count="9")

    assert done.status == 303, done.errors()
    assert "oznámení o administrativní kontrole" in wrong.errors()
    assert late.status == 409
    found = office.director.get("/settings")
    assert (found["usual_calls"], found["deadlines"]["notice"]["count"]) == (3, 8)


def test_the_director_sets_periods_of_a_call_on_a_page(office: Office) -> None:
    call_id = office.draft_call()
    director = Browser(office.app).sign_in(office.director.login)
    page = director.get(f"/registry/office/calls/{call_id}/periods")

    done = director.submit(page, "Zapsat lhůty výzvy", whose="own", repair_count="15")

    assert done.status == 303, done.errors()
    assert "na odstranění nedostatků nejméně: 15 kalendářních dnů" in director.follow(done).text


def test_d6_the_page_of_calls_hints_at_how_many_are_usual(office: Office) -> None:
    director = Browser(office.app).sign_in(office.director.login)
    assert "V roce 2026 vyhlášeno výzev: 0; obvyklý počet je 2" in hint(director)
    for number in (7, 8, 9):
        office.published_call(number)
    office.draft_call(10)

    office.director.put("/settings", {**settings(), "usual_calls": 4})

    assert "V roce 2026 vyhlášeno výzev: 3; obvyklý počet je 4" in hint(director)


def test_d6_the_hint_counts_the_present_year_and_refuses_nothing(office: Office) -> None:
    for number in (7, 8, 9):
        office.published_call(number)
    director = Browser(office.app).sign_in(office.director.login)

    office.move_to(prague(1, 5).replace(year=2027))

    assert "V roce 2027 vyhlášeno výzev: 0" in hint(director)


def hint(browser: Browser) -> str:
    return browser.get("/registry/office/calls").text

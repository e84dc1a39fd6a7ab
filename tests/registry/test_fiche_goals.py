"""R51: a criterion of a fiche names the goal of the strategic plan that it serves."""

from typing import Any

import pytest

from .browser import Browser
from .office import Office, fiche, problem_of

GOAL = "Cíl 2 – Živá obec"


def scoring_of(office: Office, call_id: Any) -> list[dict[str, Any]]:
    """Return the scoring criteria of fiche F3 as other services see them."""
    call = office.director.get(f"/calls/{call_id}")
    (found,) = [one["scoring"] for one in call["fiches"] if one["number"] == "F3"]
    return [{key: one[key] for key in ("text", "maximum", "spl_goal")} for one in found]


def test_r51_a_criterion_keeps_its_goal_in_the_form_and_in_the_contract(office: Office) -> None:
    call_id = office.draft_call()
    browser = Browser(office.app).sign_in(office.director.login)
    page = browser.get(f"/registry/office/calls/{call_id}/fiches/F3")
    typed = f"Potřebnost – 30\nSoulad se SPL - 20 bodů | {GOAL}"

    done = browser.submit(page, "Zapsat fichi", scoring=typed)

    assert done.status == 303, done.errors()
    assert scoring_of(office, call_id) == [
        {"text": "Potřebnost", "maximum": 30, "spl_goal": ""},
        {"text": "Soulad se SPL", "maximum": 20, "spl_goal": GOAL},
    ]
    shown = browser.get(f"/registry/office/calls/{call_id}/fiches/F3")
    (area,) = shown.tree.xpath("//textarea[@name='scoring']")
    assert area.text.strip().splitlines() == ["Potřebnost – 30", f"Soulad se SPL – 20 | {GOAL}"]


@pytest.mark.parametrize("line", ["Potřebnost | Cíl 2", "Potřebnost – 30 Cíl 2"])
def test_a_line_without_points_before_the_goal_is_refused(office: Office, line: str) -> None:
    call_id = office.draft_call()
    browser = Browser(office.app).sign_in(office.director.login)
    page = browser.get(f"/registry/office/calls/{call_id}/fiches/F3")
    before = scoring_of(office, call_id)

    done = browser.submit(page, "Zapsat fichi", scoring=line)

    assert done.status == 422
    assert scoring_of(office, call_id) == before


def test_the_public_call_shows_the_goal(office: Office) -> None:
    call_id = office.draft_call()
    given = fiche("F3", "Podpora cestovního ruchu", 1_000_000)
    given["scoring"][0]["spl_goal"] = GOAL
    body = {"fiches": [given], "rule": {"ranking": "within_fiche", "on_misfit": "stop"}}
    office.assistant.put(f"/calls/{call_id}/fiches", body)
    recommendation = {"amount": {"amount": "1000000.00", "currency": "CZK"}, "reason": "SPL"}
    office.director.post(f"/calls/{call_id}/allocation-recommendation", recommendation)
    decision = {"outcome": "approved", "decided_on": office.clock.today().isoformat()}
    office.committee.post(f"/calls/{call_id}/allocation-decision", decision)
    office.director.post(f"/calls/{call_id}/announcement")

    assert GOAL in Browser(office.app).get(f"/registry/mas/{office.slug}/vyzvy/8").text


def test_a_goal_that_is_too_long_is_refused(office: Office) -> None:
    call_id = office.draft_call()
    given = fiche("F3", "Podpora cestovního ruchu", 1_000_000)
    given["scoring"][0]["spl_goal"] = "x" * 301

    reply = office.assistant.call("PUT", f"/calls/{call_id}/fiches", {"fiches": [given]})

    assert problem_of(reply) == (422, "invalid")

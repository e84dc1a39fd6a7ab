"""R64, R69, R70: the drawdown of the strategic plan, its signed report, and what it proposes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from .browser import Browser
from .office import Office, czk, expect, fiches, prague, problem_of

PLAN: dict[str, Any] = {
    "shares": [
        {"fiche": "F1", "name": "Modernizace zemědělství", "percent": "60"},
        {"fiche": "F3", "name": "Podpora cestovního ruchu", "percent": "40"},
    ],
    "total": czk(10_000_000),
}


@pytest.fixture
def planned(office: Office) -> Office:
    office.director.put("/strategy", PLAN)
    return office


def resolve(office: Office, call_id: UUID, outcomes: dict[UUID, tuple[str, int]]) -> None:
    """Let evaluation hand over what the general assembly resolved."""
    rows = [
        {
            "application_id": str(application_id),
            "points": "20",
            "outcome": outcome,
            "amount": czk(amount),
            "reason": "Podle bodů.",
        }
        for application_id, (outcome, amount) in outcomes.items()
    ]
    body = {"resolution_number": "VH 1/2026", "decided_on": "2026-06-20", "rows": rows}
    path = f"/calls/{call_id}/results/{uuid4()}"
    expect(office.as_service("evaluation", "PUT", path, body), 200)


def by_fiche(office: Office) -> dict[str, tuple[str, str, str, str | None]]:
    """Return what is allotted, in open calls, the gap in points and in crowns, by fiche."""
    return {
        row["fiche"]: (
            row["allotted"]["amount"],
            row["in_open_calls"]["amount"],
            row["gap_points"],
            row["gap"] and row["gap"]["amount"],
        )
        for row in office.director.get("/strategy/drawdown")["fiches"]
    }


def test_r69_an_approved_call_holds_money_until_its_results(planned: Office) -> None:
    planned.draft_call(7)
    planned.approved_call(8)

    assert by_fiche(planned) == {
        "F1": ("0.00", "2000000.00", "60.00", "4000000.00"),
        "F3": ("0.00", "1000000.00", "40.00", "3000000.00"),
    }


def test_r69_final_results_are_the_drawdown(planned: Office) -> None:
    call_id = planned.open_call()
    paid = planned.registered(call_id)
    reserve = planned.registered(call_id, title="Druhá stezka")
    farm = planned.registered(call_id, title="Seník", fiche="F1")
    planned.move_to(prague(22, 6))

    resolve(
        planned,
        call_id,
        {paid: ("approved", 900_000), reserve: ("reserve", 0), farm: ("approved", 300_000)},
    )

    assert by_fiche(planned) == {
        "F1": ("300000.00", "0.00", "35.00", "5700000.00"),
        "F3": ("900000.00", "0.00", "-35.00", "3100000.00"),
    }


def test_r69_a_later_resolution_replaces_the_earlier_one(planned: Office) -> None:
    call_id = planned.open_call()
    application_id = planned.registered(call_id)
    planned.move_to(prague(22, 6))
    resolve(planned, call_id, {application_id: ("approved", 900_000)})
    planned.move_to(prague(23, 6))

    resolve(planned, call_id, {application_id: ("approved", 500_000)})

    assert by_fiche(planned)["F3"][0] == "500000.00"


def test_r69_a_withdrawn_project_draws_nothing(planned: Office) -> None:
    call_id = planned.open_call()
    application_id = planned.registered(call_id)
    planned.move_to(prague(22, 6))
    reason = {"reason": "Žadatel projekt neuskuteční."}
    planned.registrar.post(f"/applications/{application_id}/withdrawal", reason)

    # The assembly resolved before it learned of the withdrawal.
    resolve(planned, call_id, {application_id: ("approved", 900_000)})

    assert by_fiche(planned)["F3"][:2] == ("0.00", "0.00")


def test_r69_another_organisation_draws_its_own_plan(
    planned: Office, found: Callable[[str], None]
) -> None:
    planned.approved_call()
    found("vladar")
    other = Office(planned.app, planned.clock, planned.documents, "vladar")
    other.director.put("/strategy", PLAN)

    assert by_fiche(other)["F1"][:2] == ("0.00", "0.00")
    assert other.director.get("/strategy/drawdown-reports") == []


def test_r69_the_report_keeps_the_moment_and_waits_for_the_director(planned: Office) -> None:
    planned.approved_call()
    report_id = uuid4()

    made = planned.director.put(f"/strategy/drawdown-reports/{report_id}", {})
    again = planned.director.put(f"/strategy/drawdown-reports/{report_id}", {})
    planned.director.put("/strategy", {**PLAN, "total": czk(20_000_000)})

    assert made["is_document_made"]
    assert made["report"] == again["report"]
    (document,) = planned.documents.of_kind("drawdown_report")
    assert document["signers"][0]["person_id"] == str(planned.director.actor.person_id)
    assert (document.get("case_id"), document.get("call_id")) == (None, None)
    assert document["facts"] == made["report"]["facts"]
    assert document["facts"]["total"] == czk(10_000_000)
    (table,) = [block for block in document["content"]["blocks"] if block["type"] == "table"]
    assert table["rows"][0][0] == "F1 Modernizace zemědělství"
    assert table["rows"][0][6] == "60,00"
    (kept,) = planned.director.get("/strategy/drawdown-reports")
    assert kept["facts"]["total"] == czk(10_000_000)


def test_r69_the_report_adds_up_though_a_call_divides_nothing(planned: Office) -> None:
    call_id = planned.draft_call()
    undivided = fiches()
    undivided["rule"] = {"ranking": "regardless_of_fiche", "on_misfit": "stop"}
    for one in undivided["fiches"]:
        one["allocation"] = None
    planned.assistant.put(f"/calls/{call_id}/fiches", undivided)
    planned.approve(call_id)

    planned.director.put(f"/strategy/drawdown-reports/{uuid4()}", {})

    (document,) = planned.documents.of_kind("drawdown_report")
    (table,) = [block for block in document["content"]["blocks"] if block["type"] == "table"]
    assert [row[4] for row in table["rows"]] == ["0\xa0Kč", "0\xa0Kč", table["totals"][4]]
    assert table["rows"][-1][0] == "nerozdělené na fiche"
    assert table["totals"][4] != "0\xa0Kč"


@pytest.mark.parametrize(
    ("who", "sees"),
    [("assistant", True), ("committee", True), ("registrar", False), ("evaluator", False)],
)
def test_r69_others_may_look_and_only_the_director_reports(
    planned: Office, who: str, sees: bool
) -> None:
    person = getattr(planned, who)

    assert person.call("GET", "/strategy/drawdown").status_code == (200 if sees else 403)
    assert person.call("PUT", f"/strategy/drawdown-reports/{uuid4()}", {}).status_code == 403
    assert not planned.documents.of_kind("drawdown_report")


def test_r69_the_page_shows_the_drawdown_and_leads_to_signing(planned: Office) -> None:
    planned.approved_call()
    director = Browser(planned.app).sign_in(planned.director.login)
    page = director.get("/registry/office/drawdown")
    assert "F1 Modernizace zemědělství 60 % 6 000 000 Kč 0 Kč 2 000 000 Kč" in page.text

    done = director.submit(page, "Uložit a podepsat stav čerpání")

    assert done.location.startswith("/documents/sign?ids=")
    assert "čeká na podpis" in director.get("/registry/office/drawdown").text
    assistant = Browser(planned.app).sign_in(planned.assistant.login)
    assert "Uložit a podepsat" not in assistant.get("/registry/office/drawdown").text


def test_r64_a_plan_without_its_amount_shows_percentages(office: Office) -> None:
    office.director.put("/strategy", {"shares": PLAN["shares"]})
    page = Browser(office.app).sign_in(office.director.login).get("/registry/office/drawdown")

    assert "Celková částka SPL není zapsaná" in page.text
    assert office.director.get("/strategy/drawdown")["fiches"][0]["gap"] is None


@pytest.mark.parametrize("total", [czk(0), czk(-1), {"amount": "1", "currency": "EUR"}, "milion"])
def test_r64_an_impossible_amount_of_the_plan_is_refused(planned: Office, total: object) -> None:
    reply = planned.director.call("PUT", "/strategy", {**PLAN, "total": total})

    assert reply.status_code == 422
    assert planned.director.get("/strategy")["total"] == czk(10_000_000)


def test_r70_the_recommendation_is_prefilled_from_the_drawdown(planned: Office) -> None:
    planned.approved_call(7)
    call_id = planned.draft_call(8)
    body = planned.director.get(f"/calls/{call_id}/proposed-limits?amount=700000")
    director = Browser(planned.app).sign_in(planned.director.login)
    page = director.get(f"/registry/office/calls/{call_id}/recommendation?divide=700+000")

    assert {row["code"]: row["allocation"]["amount"] for row in body["limits"]} == {
        "F1": "400000.00",
        "F3": "300000.00",
    }
    shown = page.values("Doporučit částku programovému výboru")
    assert (shown["amount"], shown["limit_F1"], shown["limit_F3"]) == (
        "700 000 Kč",
        "400 000 Kč",
        "300 000 Kč",
    )


def test_r70_the_director_may_depart_from_what_is_proposed(planned: Office) -> None:
    call_id = planned.draft_call()
    director = Browser(planned.app).sign_in(planned.director.login)
    page = director.get(f"/registry/office/calls/{call_id}/recommendation")

    done = director.submit(
        page,
        "Doporučit částku programovému výboru",
        amount="5 mil",
        limit_F1="4 000 000",
        limit_F3="1,5 mil",
        reason="Zájem v území.",
    )

    assert done.status == 303, done.errors()
    (decision,) = planned.director.get(f"/calls/{call_id}/allocation-decisions")
    assert decision["amount"] == czk(5_000_000)
    assert decision["fiches"] == [
        {"code": "F1", "allocation": czk(4_000_000)},
        {"code": "F3", "allocation": czk(1_500_000)},
    ]
    fiches = planned.director.get(f"/calls/{call_id}")["fiches"]
    assert [fiche["allocation"] for fiche in fiches] == [czk(4_000_000), czk(1_500_000)]


@pytest.mark.parametrize(
    ("limits", "answer"),
    [
        ([{"code": "F9", "allocation": czk(1)}], (404, "not-found")),
        ([{"code": "F1", "allocation": czk(0)}], (422, "call-not-ready")),
        ([{"code": "F1", "allocation": None}], (422, "call-not-ready")),
        ([{"code": "F1", "allocation": "1"}], (422, "invalid")),
    ],
)
def test_r70_impossible_limits_are_refused_and_change_nothing(
    planned: Office, limits: object, answer: tuple[int, str]
) -> None:
    call_id = planned.draft_call()
    body = {"amount": czk(1_000_000), "reason": "Podle čerpání.", "fiches": limits}

    reply = planned.director.call("POST", f"/calls/{call_id}/allocation-recommendation", body)

    assert (reply.status_code, problem_of(reply)[1]) == answer
    call = planned.director.get(f"/calls/{call_id}")
    assert call["state"] == "draft"
    assert [fiche["allocation"] for fiche in call["fiches"]] == [czk(2_000_000), czk(1_000_000)]


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "1e99", "milion", "1.234"])
def test_r70_an_impossible_amount_to_divide_is_refused(planned: Office, amount: str) -> None:
    call_id = planned.draft_call()

    reply = planned.director.call("GET", f"/calls/{call_id}/proposed-limits?amount={amount}")

    assert reply.status_code == 422


# R97: the decision of the programme committee leaves a signed record


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("approved", "PROGRAMOVÝ VÝBOR SCHVÁLIL PŘEDBĚŽNOU ČÁSTKU"),
        ("returned", "PROGRAMOVÝ VÝBOR VRÁTIL DOPORUČENÍ K PŘEPRACOVÁNÍ"),
    ],
)
def test_r97_the_committees_decision_leaves_a_record_for_its_signature(
    office: Office, outcome: str, words: str
) -> None:
    call_id = office.draft_call()
    recommendation = {"amount": czk(8_890_000), "reason": "Podle čerpání SPL."}
    office.director.post(f"/calls/{call_id}/allocation-recommendation", recommendation)
    decision = {
        "outcome": outcome,
        "decided_on": office.clock.today().isoformat(),
        "note": "Hlasovali všichni.",
    }

    decided = office.committee.post(f"/calls/{call_id}/allocation-decision", decision)

    (record,) = office.documents.of_kind("allocation_decision")
    assert office.documents.made[decided["document_id"]] == record
    assert [one["person_id"] for one in record["signers"]] == [
        str(office.committee.actor.person_id)
    ]
    blocks = record["content"]["blocks"]
    assert blocks[0] == {"type": "statement", "text": words}
    assert ["Částka výzvy", "8\u00a0890\u00a0000\u00a0Kč"] in blocks[1]["rows"]
    assert record["facts"]["fiches"][0] == {"code": "F1", "allocation": czk(2_000_000)}


def test_r97_the_record_waits_for_the_member_and_then_shows_as_signed(office: Office) -> None:
    call_id = office.approved_call()
    member = Browser(office.app).sign_in(office.committee.login)
    assert "Podepsat dokumenty" in member.get("/registry/office").text
    page = f"/registry/office/calls/{call_id}"
    assert "záznam k podpisu" in member.get(page).text
    (document_id,) = office.documents.made

    office.documents.sign(document_id, office.organisation_id)
    office.run_worker()

    assert "podepsaný záznam" in member.get(page).text
    assert "Podepsat dokumenty" not in member.get("/registry/office").text

"""Wrong people, organisations, shapes and times: a clear answer, and nothing changes."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from services.evaluation.models import Base, db
from tests.contents import contents
from tests.evaluation.browser import BASE, Browser
from tests.evaluation.house import CALL, FOREIGN, PEOPLE, House, case_id, person_id

CASE = f"/cases/{case_id('p12')}"
WHOLE = f"/calls/{CALL}"
A_CASE = {"case_ids": [str(case_id("p12"))]}
TWO = [str(person_id("controller")), str(person_id("controller 2"))]
SOME = UUID(int=7)
DAY = "2026-06-01"
MOMENT = "2026-06-01T08:00:00+02:00"

# method, address, a body that the schema accepts, roles that may do the act
ACTS: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("PUT", f"{WHOLE}/control-lists/F8", {}, {"assistant"}),
    ("POST", f"{WHOLE}/control-lists/F8/freezing", {}, {"assistant"}),
    (
        "POST",
        f"{WHOLE}/controller-appointments",
        {**A_CASE, "controller_ids": TWO},
        {"director"},
    ),
    ("PUT", f"{CASE}/controls/mine", {"findings": []}, {"controller"}),
    (
        "POST",
        f"{CASE}/controls/mine/conclusion",
        {"findings": [], "is_acceptable": True},
        {"controller"},
    ),
    ("POST", f"{CASE}/control-decision", {"is_acceptable": True, "reason": "x"}, {"director"}),
    (
        "POST",
        f"{CASE}/deficiency-calls",
        {"deficiencies": ["x"], "fixed_date": "2026-06-18"},
        {"director", "assistant"},
    ),
    ("POST", f"{CASE}/repairs", {"repaired_on": DAY}, {"director", "assistant"}),
    ("POST", f"{CASE}/expiry", {}, {"director", "assistant"}),
    ("POST", f"{WHOLE}/control-notices", A_CASE, {"director", "assistant"}),
    ("PUT", f"{WHOLE}/committee", {"member_ids": TWO, "version": 0}, {"director"}),
    ("POST", f"{WHOLE}/declarations", {"links": []}, {"evaluator", "committee", "controller"}),
    (
        "PUT",
        f"/interest-links/{SOME}",
        {"person_id": TWO[0], "type": "family", "party_key": "x"},
        {"director", "assistant"},
    ),
    (
        "POST",
        f"/interest-links/{SOME}/end",
        {"valid_to": DAY, "evidence": "výpověď"},
        {"director", "assistant"},
    ),
    ("PUT", f"{CASE}/assignment", {"evaluator_ids": TWO, "version": 0}, {"director"}),
    ("POST", f"{CASE}/material", {}, {"evaluator"}),
    ("PUT", f"{CASE}/score-sheets/mine", {"scores": []}, {"evaluator"}),
    ("POST", f"{CASE}/score-sheets/mine/closing", {"scores": []}, {"evaluator"}),
    (
        "POST",
        f"{CASE}/onsite-check",
        {
            "visited_on": DAY,
            "place": "x",
            "present_ids": TWO,
            "claims": [{"statement": "x", "verdict": "true"}],
            "need": "x",
            "accord": "x",
        },
        {"evaluator", "director", "assistant"},
    ),
    (
        "PUT",
        f"{WHOLE}/presentations/order",
        {"order": [str(SOME)]},
        {"director", "assistant"},
    ),
    (
        "PUT",
        f"{WHOLE}/presentation-changes/{SOME}",
        {"new_at": MOMENT, "new_place": "x", "reason": "x"},
        {"director"},
    ),
    ("POST", f"{WHOLE}/presentations/record", {"entries": []}, {"director", "assistant"}),
    (
        "PUT",
        f"{WHOLE}/meeting",
        {"held_at": MOMENT, "place": "x", "present_ids": TWO, "chair_id": TWO[0]},
        {"committee", "assistant"},
    ),
    (
        "PUT",
        f"{CASE}/recommendation",
        {
            "is_recommended": True,
            "reason": "x",
            "in_favour": 1,
            "against": 0,
            "abstained": 0,
            "version": 0,
        },
        {"committee", "assistant"},
    ),
    ("POST", f"{WHOLE}/meeting/closing", {}, {"committee", "assistant"}),
    (
        "PUT",
        f"{WHOLE}/allocation-runs/{SOME}",
        {},
        {"director", "assistant", "committee"},
    ),
    (
        "PUT",
        f"{WHOLE}/resolutions/{SOME}",
        {
            "run_id": str(SOME),
            "number": "1",
            "decided_on": DAY,
            "vote": {"entitled": 1, "present": 1, "in_favour": 1, "against": 0, "abstained": 0},
        },
        {"assembly"},
    ),
    ("POST", f"{WHOLE}/result-notices", A_CASE, {"director", "assistant"}),
]
WITH_BODY = [act for act in ACTS if act[2]]
# A new link belongs to no call; the people it may name are those of the acting organisation.
IN_A_CALL = [act for act in ACTS if act[:2] != ("PUT", f"/interest-links/{SOME}")]
NAMES = [
    f"{method} {address.split('/')[1]}/{address.split('/', 3)[-1]}"
    for method, address, _, _ in ACTS
]


def stored(house: House) -> dict[str, str]:
    """Tell what every table holds but the one that every request of a service touches."""
    with house.app.app_context():
        found = contents(db.session(), Base.metadata, ("seen_token",))
        db.session.remove()
    return found


@pytest.fixture
def opened(house: House) -> Iterator[House]:
    house.once("a call with one application", lambda: house.open_call(["p12"]))
    before = stored(house)
    yield house
    assert stored(house) == before


def role_of(name: str) -> str:
    return PEOPLE[name].roles[0]


@pytest.mark.parametrize(("method", "address", "body", "allowed"), ACTS, ids=NAMES)
def test_only_the_right_roles_get_in(
    opened: House, method: str, address: str, body: dict[str, Any], allowed: set[str]
) -> None:
    for name, person in PEOPLE.items():
        if not allowed & set(person.roles):
            answer = opened.ask(name, method, address, body)
            assert (answer.status_code, answer.json["type"]) == (
                403,
                "urn:vyzva:problem:not-allowed",
            ), name


@pytest.mark.parametrize(("method", "address", "body", "allowed"), ACTS, ids=NAMES)
def test_nobody_gets_in_without_a_sign_in(
    opened: House, method: str, address: str, body: dict[str, Any], allowed: set[str]
) -> None:
    answer = opened.client.open(f"/api/v1{address}", method=method, json=body)

    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(("method", "address", "body", "allowed"), IN_A_CALL)
def test_another_organisation_finds_nothing(
    opened: House, method: str, address: str, body: dict[str, Any], allowed: set[str]
) -> None:
    who = next(name for name, person in PEOPLE.items() if allowed & set(person.roles))

    answer = opened.ask(who, method, address, body, organisation=FOREIGN)

    assert answer.status_code == 404


@pytest.mark.parametrize(("method", "address", "body", "allowed"), WITH_BODY)
def test_an_unknown_field_is_refused(
    opened: House, method: str, address: str, body: dict[str, Any], allowed: set[str]
) -> None:
    who = next(name for name, person in PEOPLE.items() if allowed & set(person.roles))

    answer = opened.ask(who, method, address, {**body, "neznámé": 1})

    assert answer.status_code == 422
    assert {"field": "neznámé", "detail": answer.json["errors"][0]["detail"]} in answer.json[
        "errors"
    ]


@pytest.mark.parametrize(("method", "address", "body", "allowed"), WITH_BODY)
def test_a_missing_or_wrong_value_names_its_field(
    opened: House, method: str, address: str, body: dict[str, Any], allowed: set[str]
) -> None:
    who = next(name for name, person in PEOPLE.items() if allowed & set(person.roles))
    for name in body:
        wrong = opened.ask(who, method, address, {**body, name: {"not": "this"}})
        assert wrong.status_code == 422, name
        assert wrong.json["errors"][0]["field"].startswith(name)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff"])
def test_a_body_that_cannot_be_read_is_refused(opened: House, body: bytes) -> None:
    answer = opened.client.post(
        f"/api/v1{WHOLE}/control-notices",
        data=body,
        headers={
            "Authorization": f"Bearer {opened.token('assistant')}",
            "Content-Type": "application/json",
        },
    )

    assert answer.status_code in {400, 422}
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("address", "body"),
    [
        (f"{CASE}/control-decision", {"is_acceptable": True, "reason": "x" * 5001}),
        (f"{CASE}/deficiency-calls", {"deficiencies": ["x" * 1001], "fixed_date": DAY}),
        (f"{CASE}/deficiency-calls", {"deficiencies": ["x"] * 101, "fixed_date": DAY}),
    ],
)
def test_a_text_that_is_too_long_is_refused(
    opened: House, address: str, body: dict[str, Any]
) -> None:
    assert opened.ask("director", "POST", address, body).status_code == 422


def test_the_feed_is_for_services_only(opened: House) -> None:
    assert opened.ask("director", "GET", "/events").status_code == 403


@pytest.mark.parametrize("query", ["page=0", "page=x", "page_size=1000", "surprise=1"])
def test_a_list_refuses_a_query_it_cannot_read(opened: House, query: str) -> None:
    assert opened.ask("director", "GET", f"{WHOLE}/cases?{query}").status_code == 422


class TestPages:
    """The same on the pages."""

    def test_a_stranger_is_led_to_the_sign_in_and_back(self, opened: House) -> None:
        answer = opened.app.test_client().get(f"{WHOLE}/cases", base_url=BASE)

        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/registry/sign-in?next=%2Fevaluation%2Fcalls")

    def test_a_form_without_its_token_is_refused(self, opened: House) -> None:
        browser = Browser(opened, "director")

        answer = browser.client.post(f"{WHOLE}/controllers", data={}, base_url=BASE)

        assert answer.status_code == 400

    def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_typed(self, opened: House) -> None:
        browser = Browser(opened, "director")
        same = {"first": TWO[0], "second": TWO[0]}

        browser.send(f"{WHOLE}/controllers", same, button="Pověřit", status=422)

        assert "Kontrolu provádějí dvě různé osoby." in browser.said
        assert browser.fields("Pověřit")["first"] == TWO[0]

    def test_what_the_form_did_not_ask_for_is_refused(self, opened: House) -> None:
        browser = Browser(opened, "director")
        chosen = {"first": TWO[0], "second": TWO[1], "is_acceptable": "y"}

        browser.send(f"{WHOLE}/controllers", chosen, button="Pověřit", status=422)

        assert "na které se stránka neptá: „is_acceptable“" in browser.said

    def test_a_missing_choice_is_named_at_its_field(self, opened: House) -> None:
        browser = Browser(opened, "director")

        browser.send(f"{WHOLE}/controllers", {"first": ""}, button="Pověřit", status=422)

        assert "První kontrolující: Vyberte prosím jednu z možností." in browser.said

    @pytest.mark.parametrize(
        ("who", "path", "status"),
        [
            ("controller", f"{CASE}/control", 403),
            ("evaluator 1", f"{CASE}/score", 403),
            ("evaluator 1", f"{WHOLE}/assignments", 403),
            ("assembly", f"{WHOLE}/controllers", 403),
            ("director", f"/cases/{SOME}", 404),
            ("director", f"/calls/{SOME}/cases", 404),
            ("assistant", f"{WHOLE}/control-lists/F99", 404),
            ("assistant", f"{CASE}/repair", 409),
        ],
    )
    def test_a_page_one_may_not_see_says_so(
        self, opened: House, who: str, path: str, status: int
    ) -> None:
        assert "To nejde" in Browser(opened, who).open(path, status=status)

    def test_registry_out_of_reach_is_said_and_nothing_is_lost(self, opened: House) -> None:
        opened.registry.is_down = True

        assert "Služba teď neodpovídá" in Browser(opened, "director").open(
            f"{WHOLE}/controllers", status=503
        )

    def test_the_return_from_signing_stays_on_this_site(self, opened: House) -> None:
        browser = Browser(opened, "director")

        browser.open("/returned?next=https://elsewhere.example/", status=302)

        assert browser.answer is not None
        assert browser.answer.headers["Location"] == "/evaluation/"

"""Who changes what is there already names what he saw; otherwise somebody's work is lost."""

from typing import Any

import pytest

from .office import Office, czk, fiches, problem_of, stored

REFUSAL = {"reasons": ["Chybí příloha."]}
ACTS: list[tuple[str, str, dict[str, Any]]] = [
    ("PUT", "/calls/{draft}/plan", {"title": "Jiná"}),
    ("PUT", "/calls/{draft}/fiches", fiches()),
    ("PUT", "/calls/{draft}/deadlines", {"deadlines": None}),
    ("POST", "/calls/{draft}/allocation-recommendation", {"amount": czk(5), "reason": "x"}),
    (
        "POST",
        "/calls/{draft}/allocation-decision",
        {"outcome": "approved", "decided_on": "2026-05-01"},
    ),
    ("POST", "/calls/{draft}/reopening", {}),
    ("POST", "/calls/{draft}/discarding", {}),
    ("POST", "/calls/{draft}/announcement", {}),
    ("POST", "/applications/{application}/refusal", REFUSAL),
    ("POST", "/applications/{application}/withdrawal", {"reason": "Rozmyslel se."}),
    (
        "POST",
        "/applications/{application}/resubmission",
        {"channel": "email", "submitter_name": "x"},
    ),
    ("PUT", "/settings", {"usual_calls": 4, "deadlines": {}}),
]


@pytest.mark.parametrize(("method", "path", "body"), ACTS, ids=[act[1] for act in ACTS])
def test_a_change_without_the_version_seen_is_refused(
    office: Office, method: str, path: str, body: dict[str, Any]
) -> None:
    draft, call_id = office.draft_call(9), office.open_call()
    address = path.format(draft=draft, application=office.submit(call_id))
    who = office.committee if path.endswith("-decision") else office.director
    before = stored(office)

    for silent in (body, {**body, "version": None}):
        reply = who.send(method, address, silent)

        assert problem_of(reply) == (422, "invalid"), reply.json
        assert [row["field"] for row in reply.json["errors"]] == ["version"]
    late = who.send(method, address, {**body, "version": 99})
    assert problem_of(late) == (409, "stale")
    assert stored(office) == before


def test_a_list_is_not_published_unseen(office: Office) -> None:
    path = "/received-lists/11111111-1111-4111-8111-111111111111/publication"

    reply = office.director.send("POST", path, {})

    assert problem_of(reply) == (422, "invalid")
    assert [row["field"] for row in reply.json["errors"]] == ["version"]

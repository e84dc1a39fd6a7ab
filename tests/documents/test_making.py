"""A document is typeset while no transaction is open, whoever makes another one meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.documents.making import MOST_TRIES
from services.documents.rendering.port import Rendered, Renderer, RenderRequest
from shared.db import is_inside_transaction
from tests.documents.offices import DIRECTOR, Office, record
from tests.documents.test_rendering import text_of

TOOLS = "documents-tools"


@dataclass
class Watched:
    """A typesetter during whose work something else happens."""

    renderer: Renderer
    meanwhile: Callable[[RenderRequest], None]
    inside: list[bool]
    """For each document typeset: was a transaction open?"""

    def render(self, request: RenderRequest) -> Rendered:
        """Let the other thing happen, unless that is impossible now; then typeset."""
        self.inside.append(is_inside_transaction())
        if not is_inside_transaction():
            self.meanwhile(request)
        return self.renderer.render(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.renderer, name)


def watch(office: Office, meanwhile: Callable[[RenderRequest], None]) -> list[bool]:
    """Have something happen while documents are typeset; return whether transactions were open."""
    tools = office.app.extensions[TOOLS]
    watched = Watched(tools.renderer, meanwhile, [])
    office.app.extensions[TOOLS] = replace(tools, renderer=watched)
    return watched.inside


def others(office: Office, times: int) -> Callable[[RenderRequest], None]:
    """Return what makes another document while one is typeset, so many times."""
    left = times

    def meanwhile(_request: RenderRequest) -> None:
        nonlocal left
        if left:
            still, left = left - 1, 0  # the other one is made undisturbed
            office.put(record(DIRECTOR, title="Jiný dokument"))
            left = still

    return meanwhile


def printed(office: Office, document_id: UUID | str) -> str:
    return text_of(office.api("GET", f"/documents/{document_id}/preview.pdf", DIRECTOR).data)


def numbers(office: Office) -> list[int]:
    found = office.service("GET", "/documents").json["items"]
    return sorted(int(one["number"].rpartition("-")[2]) for one in found)


def test_nothing_is_locked_while_a_document_is_typeset(office: Office) -> None:
    office.put(record(DIRECTOR))  # the first one of an organisation makes the letterhead too
    inside = watch(office, lambda _request: None)

    office.put(record(DIRECTOR))

    assert inside == [False]


@pytest.mark.parametrize("faster", [1, MOST_TRIES - 1, MOST_TRIES, MOST_TRIES + 3])
def test_a_number_taken_meanwhile_is_left_to_who_was_faster(office: Office, faster: int) -> None:
    office.put(record(DIRECTOR))
    inside = watch(office, others(office, faster))

    made = office.put(record(DIRECTOR, title="Ten pomalejší"))

    rivals = min(faster, MOST_TRIES)
    assert numbers(office) == list(range(1, rivals + 3))
    assert made["number"].endswith(f"{rivals + 2:06}")
    assert made["number"] in printed(office, made["id"])
    assert inside.count(True) == (faster >= MOST_TRIES)  # at last it holds its number


def test_the_same_request_made_meanwhile_makes_one_document(office: Office) -> None:
    office.put(record(DIRECTOR))
    key, asked = uuid4(), []

    def twin(_request: RenderRequest) -> None:
        if not asked:
            asked.append(key)
            office.put(record(DIRECTOR), key)

    watch(office, twin)
    made = office.put(record(DIRECTOR), key)

    assert (made["id"], numbers(office)) == (str(key), [1, 2])


def test_another_document_under_the_same_id_is_refused(office: Office) -> None:
    office.put(record(DIRECTOR))
    key, asked = uuid4(), []

    def rival(_request: RenderRequest) -> None:
        if not asked:
            asked.append(key)
            office.put(record(DIRECTOR, title="Jiný"), key)

    watch(office, rival)
    refused = office.service("PUT", f"/documents/{key}", record(DIRECTOR))

    assert (refused.status_code, refused.json["type"]) == (409, "urn:vyzva:problem:id-reused")
    assert (office.view(str(key))["title"], numbers(office)) == ("Jiný", [1, 2])


def test_a_letterhead_changed_meanwhile_is_the_one_that_is_printed(office: Office) -> None:
    office.put(record(DIRECTOR))
    changed = []

    def change(_request: RenderRequest) -> None:
        if not changed:
            changed.append(True)
            new = {"name": "MAS Nové jméno, z. s.", "code": "NOVE", "lines": []}
            assert office.api("PUT", "/letterhead", DIRECTOR, new).status_code == 200

    watch(office, change)
    made = office.put(record(DIRECTOR))

    assert made["number"] == "NOVE-2026-000002"
    assert "MAS Nové jméno, z. s." in printed(office, made["id"])


def test_a_plan_leaves_nothing_behind(office: Office) -> None:
    """A correction belongs to the old document before it is kept; a failed try must not."""
    old = office.put(record())
    office.work(2)
    before = office.stored()

    def fail(_request: RenderRequest) -> None:
        raise RuntimeError("the typesetter fell over")

    watch(office, fail)
    correction = {**record(DIRECTOR), "corrects_id": old["id"]}
    failed = office.service("PUT", f"/documents/{uuid4()}", correction)

    assert (failed.status_code, office.stored()) == (500, before)


def test_nothing_is_locked_while_a_translation_is_typeset(office: Office) -> None:
    made = office.put(record(DIRECTOR))
    inside = watch(office, lambda _request: None)
    body = {"title": "Record", "content": record(DIRECTOR)["content"]}

    answers = [
        office.service("PUT", f"/documents/{made['id']}/translations/en", body) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert inside == [False, False]

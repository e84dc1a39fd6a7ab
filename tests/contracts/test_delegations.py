"""A delegate appoints controllers in the director's place: told by registry, kept by evaluation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.evaluation.models import Audit, Control, Outbox, db
from shared.auth import COOKIE
from tests.contracts.stage import Stage
from tests.contracts.three import open_evaluation
from tests.registry.office import PASSWORD, Person, expect

ACT = "appoint_controllers"


@dataclass
class Both:
    """Registry and evaluation joined, with a delegate and three controllers."""

    stage: Stage
    evaluation: Flask
    delegate: Person
    controllers: list[Person] = field(default_factory=list)

    def delegation(self, act: str = ACT, *, starts: int = 0, days: int = 0) -> UUID:
        """Let the director delegate an act from and to so many days from today."""
        first = self.stage.registry.clock.today() + timedelta(days=starts)
        body = {
            "act": act,
            "delegate_id": str(self.delegate.actor.person_id),
            "valid_from": first.isoformat(),
            "valid_to": (first + timedelta(days=days)).isoformat(),
        }
        delegation_id = uuid4()
        self.stage.registry.director.put(f"/delegations/{delegation_id}", body)
        return delegation_id

    def revoke(self, delegation_id: UUID) -> None:
        self.stage.registry.director.post(f"/delegations/{delegation_id}/revocation")

    def token(self, person: Person | None = None) -> str:
        """Let the person sign in."""
        login = (person or self.delegate).login
        body = {"login": login, "password": PASSWORD}
        client = self.stage.registry.app.test_client()
        token: str = expect(client.post("/api/v1/sessions", json=body), 201)["token"]
        return token

    def appoint(self, token: str, first: int = 0, second: int = 1) -> TestResponse:
        chosen = [str(self.controllers[n].actor.person_id) for n in (first, second)]
        body = {"case_ids": [str(self.stage.application_id)], "controller_ids": chosen}
        path = f"/api/v1/calls/{self.stage.call_id}/controller-appointments"
        headers = {"Authorization": f"Bearer {token}"}
        return self.evaluation.test_client().post(path, json=body, headers=headers)

    def page(self, token: str) -> TestResponse:
        client = self.evaluation.test_client()
        client.set_cookie(COOKIE, token)
        return client.get(f"/calls/{self.stage.call_id}/controllers")

    def stored(self, query: Any) -> list[Any]:
        with self.evaluation.app_context():
            found = list(db.session.scalars(query))
            db.session.remove()
        return found


@pytest.fixture
def both(stage: Stage, new_database: Callable[[], str]) -> Iterator[Both]:
    registry, mark = stage.registry, uuid4().hex[:8]
    delegate = registry.hire(f"zastupce.{mark}", "assistant")
    controllers = [registry.hire(f"kontrolor{n}.{mark}", "controller") for n in range(3)]
    with open_evaluation(stage, new_database()) as evaluation:
        yield Both(stage, evaluation, delegate, controllers)


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["type"].rsplit(":", 1)[-1]


def test_nobody_appoints_without_role_and_delegation(both: Both) -> None:
    assert both.appoint(both.token()).status_code == 403
    assert both.page(both.token()).status_code == 403
    assert both.stored(select(Audit).where(Audit.act == "appoint_controllers")) == []


def test_a_delegation_of_one_act_gives_no_other(both: Both) -> None:
    both.delegation("assign_evaluators")

    assert both.appoint(both.token()).status_code == 403


def test_a_delegate_appoints_and_the_records_name_the_delegation(both: Both) -> None:
    delegation_id = both.delegation()

    expect(both.appoint(both.token()), 200)

    controls = both.stored(select(Control))
    (audit,) = both.stored(select(Audit).where(Audit.act == "appoint_controllers"))
    entries = both.stored(select(Outbox).where(Outbox.kind == "folder_entry"))
    assert {control.delegation_id for control in controls} == {delegation_id}
    assert {control.appointed_by for control in controls} == {both.delegate.actor.name}
    assert audit.details["delegation_id"] == str(delegation_id)
    assert audit.actor_name == both.delegate.actor.name
    assert entries[-1].payload["entry"]["text"].endswith("(na základě pověření ředitelky)")
    assert both.page(both.token()).status_code == 200


def test_the_director_needs_no_delegation(both: Both) -> None:
    expect(both.appoint(both.token(both.stage.registry.director), 1, 2), 200)

    assert {control.delegation_id for control in both.stored(select(Control))} == {None}


def test_a_delegation_taken_back_ends_at_once(both: Both) -> None:
    delegation_id = both.delegation()
    token = both.token()
    both.revoke(delegation_id)

    assert refusal(both.appoint(token, 0, 2)) == (403, "not-entitled")
    assert both.appoint(both.token(), 0, 2).status_code == 403
    assert both.page(both.token()).status_code == 403


@pytest.mark.parametrize("starts", [2, 30])
def test_a_delegation_gives_nothing_before_its_first_day(both: Both, starts: int) -> None:
    both.delegation(starts=starts)

    assert refusal(both.appoint(both.token(), 0, 2)) == (403, "not-entitled")


def test_a_delegation_gives_nothing_after_its_last_day(both: Both) -> None:
    both.delegation(days=1)
    token = both.token()
    clock = both.evaluation.extensions["vyzva-clock"]
    today = clock.now()
    try:
        clock.move_to(today + timedelta(days=2))
        assert refusal(both.appoint(token, 0, 2)) == (403, "not-entitled")
    finally:
        clock.move_to(today)
    expect(both.appoint(token, 0, 2), 200)

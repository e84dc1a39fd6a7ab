"""Evaluation on top of the stage: all three services with something in them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient

from services.evaluation.app import create_app
from services.evaluation.clients import clients_over
from services.evaluation.config import EvaluationSettings
from services.evaluation.models import Base, db
from services.evaluation.worker import create_worker
from shared.actors import ROLES, Actor
from shared.clock import FrozenClock
from shared.config import load
from shared.http import InProcessTransport
from shared.keys import KeyRing
from shared.tokens import make_person_token, make_service_token
from tests.contracts.stage import Stage


@contextmanager
def open_evaluation(stage: Stage, address: str) -> Iterator[Flask]:
    """Build evaluation on an empty database and let it read what the others have told."""
    given = {"var": stage.folder, "database_url": address}
    transports = [
        InProcessTransport(stage.app(name).wsgi_app) for name in ("registry", "documents")
    ]
    clients = clients_over(*transports, KeyRing(stage.folder / "keys", "evaluation"))
    clock = FrozenClock(stage.registry.clock.now())
    app = create_app(load(EvaluationSettings, **given), clients, clock)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    create_worker(app).run_once()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


class Everybody:
    """One person with every role, known to registry, and her ways to call any service."""

    def __init__(self, stage: Stage) -> None:
        self._folder = stage.folder
        director = stage.registry.director
        people = director.get("/people")
        facts = next(one for one in people if one["id"] == str(director.actor.person_id))
        change = {"name": facts["name"], "function": facts["function"], "roles": list(ROLES)}
        path = f"/people/{facts['id']}"
        director.call("PATCH", path, {**change, "email": facts["email"], "version": 1})
        self.actor = Actor(
            organisation_id=director.actor.organisation_id,
            organisation_name=director.actor.organisation_name,
            name=facts["name"],
            person_id=UUID(facts["id"]),
            roles=frozenset(ROLES),
            session_id=director.actor.session_id,
        )

    def as_person(self) -> str:
        """Return a header with a person's token."""
        return f"Bearer {make_person_token(KeyRing(self._folder / 'keys', 'registry'), self.actor)}"

    def as_service(self, caller: str, callee: str) -> str:
        """Return a header with a service's token, good for one write."""
        actor = Actor(organisation_id=self.actor.organisation_id, name="Výzva")
        keys = KeyRing(self._folder / "keys", caller)
        return f"Bearer {make_service_token(keys, callee=callee, actor=actor)}"

    def ask(self, app: Flask, method: str, path: str, body: Any = None) -> Any:
        """Do something that must succeed."""
        client: FlaskClient = app.test_client()
        headers = {"Authorization": self.as_person()}
        reply = client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        assert reply.status_code < 300, (path, reply.text)
        return reply.json


def prepare_evaluation(stage: Stage, app: Flask, who: Everybody) -> dict[str, list[str]]:
    """Bring the one case into evaluation; return what exists, by the names in the paths."""
    call, case, me = str(stage.call_id), str(stage.application_id), str(who.actor.person_id)
    other = str(stage.registry.assistant.actor.person_id)
    for fiche in ("F1", "F3"):
        who.ask(app, "PUT", f"/calls/{call}/control-lists/{fiche}", {})
        who.ask(app, "POST", f"/calls/{call}/control-lists/{fiche}/freezing")
    who.ask(app, "GET", f"/cases/{case}")
    return {
        "call_id": [call],
        "case_id": [case],
        "fiche": ["F1", "F3"],
        "person_id": [me, other],
        "run_id": [str(uuid4())],
        "resolution_id": [str(uuid4())],
        "change_id": [str(uuid4())],
    }

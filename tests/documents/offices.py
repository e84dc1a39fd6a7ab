"""An app of documents with people of one organisation, for tests of use cases and pages."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.documents.app import create_app
from services.documents.config import DocumentsSettings
from services.documents.delivery.port import DataBoxGateway
from services.documents.domain.postage import Terms
from services.documents.models import Base, PostageTerms, db
from services.documents.service.postage import set_terms
from services.documents.service.work import Work
from services.documents.worker import create_worker
from services.isds_simulator.seal.authority import SEAL_NAME
from shared.actors import Actor
from shared.auth import COOKIE
from shared.clock import FrozenClock
from shared.config import load
from shared.db import transaction
from shared.keys import KeyRing
from shared.money import Money
from shared.tokens import make_person_token, make_service_token
from tests.contents import contents
from tests.strict_html import check_html

NOW = datetime(2026, 4, 3, 7, 12, 5, tzinfo=UTC)
ORGANISATION = UUID("11111111-1111-4111-8111-111111111111")
OTHER_ORGANISATION = UUID("22222222-2222-4222-8222-222222222222")
SCAN = b"%PDF-1.7 a scanned paper"
SECRET = "kůň-v-zahradě-9"


def person(name: str, *roles: str, organisation: UUID = ORGANISATION) -> Actor:
    return Actor(
        organisation_id=organisation,
        organisation_name="MAS Sdružení Západní Krušnohoří, z. s.",
        name=name,
        person_id=uuid4(),
        roles=frozenset(roles),
    )


DIRECTOR = person("Ing. Jana Malá", "director")
CONTROLLER = person("Petr Dvořák", "controller")
ASSISTANT = person("Eva Nováková", "assistant")
AUDITOR = person("Alois Přísný", "auditor")
STRANGER = person("Cizí Ředitel", "director", organisation=OTHER_ORGANISATION)


class StrictClient(FlaskClient):
    """Reads every page strictly."""

    def open(self, *given: Any, **more: Any) -> TestResponse:
        """Ask, and check that a page is strict HTML."""
        reply = super().open(*given, **more)
        check_html(reply)
        return reply


@dataclass
class Office:
    """The running app, its clock, and ways to talk to it."""

    app: Flask
    clock: FrozenClock

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    def _keys(self, service: str) -> KeyRing:
        return KeyRing(self.app.extensions["vyzva-settings"].keys_folder, service)

    def person_token(self, actor: Actor) -> str:
        """Return the token of a person who typed the password just now, or when it is said."""
        typed_at = actor.password_at or datetime.now(UTC)
        return make_person_token(self._keys("registry"), replace(actor, password_at=typed_at))

    def api(
        self, method: str, path: str, actor: Actor, body: Any = None, **query: Any
    ) -> TestResponse:
        """Call the API as a person."""
        token = self.person_token(actor)
        return self._call(method, path, token, body, query)

    def prove(
        self,
        delivery_id: str,
        act: str,
        actor: Actor,
        data: dict[str, Any],
        scan: bytes | None = SCAN,
        name: str = "sken.pdf",
    ) -> TestResponse:
        """Record an act of paper with its scan; a handing over with the form that was printed."""
        token = self.person_token(actor)
        if act == "hand-over" and scan == SCAN:
            scan = self.receipt(delivery_id)
        part = "slip" if act == "posting" else "scan"
        files = {} if scan is None else {part: (io.BytesIO(scan), name)}
        return self.client.post(
            f"/api/v1/deliveries/{delivery_id}/{act}",
            data={**data, **files},
            content_type="multipart/form-data",
            headers={"Authorization": f"Bearer {token}"},
        )

    def receipt(self, delivery_id: str, actor: Actor = DIRECTOR) -> bytes:
        """Return the form that a recipient signs; printed and scanned it looks the same."""
        reply = self.api("GET", f"/deliveries/{delivery_id}/receipt.pdf", actor)
        return reply.data if reply.status_code == 200 else SCAN

    def retry(self, delivery_id: str, actor: Actor = DIRECTOR) -> TestResponse:
        """Have the data box tried once more, as the delivery is now."""
        shown = self.api("GET", f"/deliveries/{delivery_id}", actor).json
        body = {"reason": "Překážka pominula.", "version": shown["version"]}
        return self.api("POST", f"/deliveries/{delivery_id}/retry", actor, body)

    def service(
        self, method: str, path: str, body: Any = None, actor: Actor = DIRECTOR, **query: Any
    ) -> TestResponse:
        """Call the API as evaluation, in the name of an organisation."""
        return self._call(method, path, self.service_token(actor), body, query)

    def service_token(self, actor: Actor = DIRECTOR) -> str:
        """Return what lets evaluation call once, in the name of an organisation."""
        plain = Actor(organisation_id=actor.organisation_id, name=actor.name)
        return make_service_token(self._keys("evaluation"), callee="documents", actor=plain)

    def _call(
        self, method: str, path: str, token: str, body: Any, query: dict[str, Any]
    ) -> TestResponse:
        return self.client.open(
            f"/api/v1{path}",
            method=method,
            json=body,
            query_string=query,
            headers={"Authorization": f"Bearer {token}"},
        )

    def stored(self) -> dict[str, str]:
        """Tell what every table holds but the one that every request of a service touches."""
        with self.app.app_context():
            return contents(db.session(), Base.metadata, ("seen_token",))

    def browser(self, actor: Actor) -> FlaskClient:
        """Return a signed-in browser."""
        self.app.config["WTF_CSRF_ENABLED"] = False
        client = StrictClient(self.app)
        client.set_cookie(COOKIE, self.person_token(actor))
        return client

    def make_key(self, actor: Actor, secret: str = SECRET) -> None:
        reply = self.api("POST", "/signing-key", actor, {"signing_secret": secret})
        assert reply.status_code == 201, reply.json

    def put(self, body: dict[str, Any], document_id: UUID | None = None) -> dict[str, Any]:
        reply = self.service("PUT", f"/documents/{document_id or uuid4()}", body)
        assert reply.status_code == 200, reply.json
        view: dict[str, Any] = reply.json
        return view

    def view(self, document_id: str) -> dict[str, Any]:
        view: dict[str, Any] = self.service("GET", f"/documents/{document_id}").json
        return view

    def sign(self, document_id: str, actor: Actor, secret: str = SECRET) -> TestResponse:
        shown = self.view(document_id)["sha256"]
        body = {"signing_secret": secret, "expected_sha256": shown}
        return self.api("POST", f"/documents/{document_id}/signatures", actor, body)

    def work(self, rounds: int = 1) -> None:
        """Let the worker do what is due."""
        loop = create_worker(self.app)
        for _ in range(rounds):
            loop.run_once()

    def events(self, about: tuple[str, ...] = ("document", "delivery")) -> list[str]:
        """Return the kinds of the events about these things, oldest first."""
        kinds = [event["kind"] for event in self.service("GET", "/events").json["events"]]
        return [kind for kind in kinds if kind.partition(".")[0] in about]

    @contextmanager
    def context(self) -> Iterator[None]:
        with self.app.app_context():
            yield


def open_office(
    folder: Path, database_url: str, gateway: DataBoxGateway | None = None, **settings: Any
) -> Office:
    """Build the app on an empty database."""
    office = reopen_office(folder, database_url, gateway, **settings)
    with office.context():
        Base.metadata.create_all(db.engine)
        _approve_paid_messages()
    return office


def reopen_office(
    folder: Path, database_url: str, gateway: DataBoxGateway | None = None, **settings: Any
) -> Office:
    """Build the app on a database that has all of it already."""
    clock = FrozenClock(NOW)
    given = {"quiet_seconds": 0, "second_look_seconds": 0, "look_up_seconds": 1, "poll_seconds": 1}
    given |= {"isds_seal_holders": [{"name": SEAL_NAME}]}
    given |= {"isds_paid_price": 10, "risk_settle_minutes": 0}
    given |= {"isds_clock_seconds": 86_400}  # this clock stands still, that of ISDS goes on
    given |= {"var": folder, "database_url": database_url, "public_url": "http://localhost"}
    app = create_app(load(DocumentsSettings, **{**given, **settings}), clock, gateway)
    app.testing = True
    return Office(app, clock)


def _approve_paid_messages() -> None:
    """Let paid messages leave by the act that made their document, as most offices do."""
    with transaction(db.session()) as session:
        everything = Terms(Money.czk(10), None, asks_each=False)
        found = session.get(PostageTerms, ORGANISATION)
        version = found.version if found else None
        set_terms(Work(session, DIRECTOR, FrozenClock(NOW)), everything, version)


def record(*signers: Actor, **more: Any) -> dict[str, Any]:
    """Return a request for a record that the given people have to sign."""
    in_office = all(s.has_role("director", "assistant", "registrar") for s in signers)
    body = {
        # A declaration is signed by whoever declares, in whatever role.
        "kind": "intake_record" if in_office else "interest_declaration",
        "layout": "record",
        "title": "Příjem žádosti 8/012",
        "content": {
            "reference": [["Výzva", "8. výzva"]],
            "blocks": [
                {"type": "statement", "text": "PŘÍJEM ŽÁDOSTI"},
                {"type": "facts", "rows": [["Žadatel", "Obec Abertamy"]]},
            ],
        },
        "facts": {"application": "8/012"},
        "signers": [
            {"person_id": str(s.person_id), "name": s.name, "function": "zaměstnanec"}
            for s in signers
        ],
    }
    return {**body, **more}


def letter(*signers: Actor, box: str | None = None, **delivery: Any) -> dict[str, Any]:
    """Return a request for a letter that is to be delivered."""
    recipient = {
        "name": delivery.pop("name", "Obec Abertamy"),
        "address": delivery.pop("address", ["Farní 2", "362 35 Abertamy"]),
        "data_box_id": box,
        "ic": delivery.pop("ic", None),
    }
    wanted = {"recipient": recipient, "subject": "Oznámení", **delivery}
    return record(*signers, layout="letter", delivery=wanted)

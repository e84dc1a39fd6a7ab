"""People at work over the API: what tests of the service share."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.registry import worker
from services.registry.models import (
    Application,
    Base,
    Call,
    OrganisationSettings,
    ReceivedList,
    db,
)
from shared.actors import Actor
from shared.clock import PRAGUE, FrozenClock
from shared.http import Reply
from shared.keys import KeyRing
from shared.tokens import make_person_token, make_service_token, read_person_token
from tests.contents import contents

PASSWORD = "čtyři náhodná slova"
PDF = b"%PDF-1.7\n%test\n"
VERSIONED: dict[str, Any] = {
    "calls": Call,
    "applications": Application,
    "received-lists": ReceivedList,
}
CHANGES = re.compile(
    r"/(?P<kind>calls|applications|received-lists)/(?P<id>[0-9a-f-]{36})/(plan|fiches|deadlines|"
    r"allocation-recommendation|allocation-decision|reopening|discarding|announcement|refusal|"
    r"resubmission|withdrawal|publication)"
)
"""Acts on a record that is there already."""


def prague(day: int, month: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=PRAGUE)


@dataclass
class FakeDocuments:
    """Stands in for documents behind the transport port: keeps requests, plays its feed."""

    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    feed: list[dict[str, Any]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    is_down: bool = False
    puts: int = 0

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        if self.is_down:
            raise ConnectionError("documents is down")
        assert headers["Authorization"].startswith("Bearer ")
        if method == "PUT":
            return self._put(path.rpartition("/")[2], json.loads(body or b"{}"))
        if path.startswith("/api/v1/events"):
            after = int(path.rpartition("=")[2])
            events = [event for event in self.feed if event["seq"] > after]
            return _json({"events": events, "next": events[-1]["seq"] if events else after})
        if path.startswith("/api/v1/documents?"):
            return _json({"items": [], "total": 0, "page": 1, "page_size": 50})
        if path.endswith("/cancellation"):
            document_id = path.split("/")[-2]
            self.cancelled.append(document_id)
            return _json(self._view(document_id))
        raise AssertionError(f"unexpected call {method} {path}")

    def sign(self, document_id: str, organisation_id: UUID, kind: str = "document.signed") -> None:
        """Put the event of a signature into the feed."""
        self.feed.append(
            {
                "seq": len(self.feed) + 1,
                "id": str(uuid4()),
                "organisation_id": str(organisation_id),
                "kind": kind,
                "subject_id": document_id,
                "payload": {"document_id": document_id, "signers": [{"name": "Jana Malá"}]},
                "at": datetime.now(UTC).isoformat(),
            }
        )

    def _put(self, document_id: str, body: dict[str, Any]) -> Reply:
        self.puts += 1
        known = self.made.get(document_id)
        if known is not None and known != body:
            problem = {"type": "urn:vyzva:problem:other-body", "detail": "other body"}
            return Reply(409, json.dumps(problem).encode(), "application/problem+json")
        self.made[document_id] = body
        return _json(self._view(document_id))

    def _view(self, document_id: str) -> dict[str, Any]:
        body = self.made[document_id]
        return {
            "id": document_id,
            "number": "D-1",
            "kind": body["kind"],
            "title": body["title"],
            "state": "draft",
            "sha256": "0" * 64,
            "signers": [],
            "case_id": body.get("case_id"),
            "call_id": body.get("call_id"),
            "created_at": datetime.now(UTC).isoformat(),
            "issued_at": None,
        }

    def of_cases(self) -> dict[str, dict[str, Any]]:
        """The documents about single applications, by id."""
        return {key: body for key, body in self.made.items() if body.get("case_id")}

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        return [body for body in self.made.values() if body["kind"] == kind]


def _json(value: Any) -> Reply:
    return Reply(200, json.dumps(value).encode(), "application/json")


class Person:
    """A signed-in person at the API."""

    def __init__(self, office: "Office", login: str) -> None:
        self._office = office
        self.login = login

    @property
    def actor(self) -> Actor:
        return self._office.actors[self.login]

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        """Ask as somebody who has just looked: an act names the version that is there now."""
        if isinstance(body, dict) and "version" not in body:
            seen = self._office.present_version(path)
            body = body if seen is None else {**body, "version": seen}
        return self.send(method, path, body, **more)

    def send(self, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        token = make_person_token(self._office.keys, self.actor)
        headers = {"Authorization": f"Bearer {token}"}
        if body is not None:
            more["json"] = body
        return self._office.client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def get(self, path: str) -> Any:
        return expect(self.call("GET", path), 200)

    def put(self, path: str, body: Any) -> Any:
        return expect(self.call("PUT", path, body), 200)

    def post(self, path: str, body: Any = None) -> Any:
        return expect(self.call("POST", path, body if body is not None else {}), 200)

    def upload(self, application_id: UUID, code: str, content: bytes = PDF) -> TestResponse:
        data = {"code": code, "file": (io.BytesIO(content), f"{code}.pdf")}
        return self.call(
            "POST",
            f"/applications/{application_id}/files",
            data=data,
            content_type="multipart/form-data",
        )


def expect(reply: TestResponse, status: int) -> Any:
    assert reply.status_code == status, reply.get_data(as_text=True)
    return reply.get_json() if reply.mimetype.endswith("json") else reply.get_data()


def problem_of(reply: TestResponse) -> tuple[int, str]:
    assert reply.mimetype == "application/problem+json", reply.get_data(as_text=True)
    return reply.status_code, reply.get_json()["type"].rsplit(":", 1)[-1]


class Office:
    """One organisation with its people."""

    def __init__(self, app: Flask, clock: FrozenClock, documents: FakeDocuments, slug: str) -> None:
        self.app, self.clock, self.documents, self.slug = app, clock, documents, slug
        self.client: FlaskClient = app.test_client()
        self.keys = KeyRing(app.extensions["vyzva-settings"].keys_folder, "registry")
        self.actors: dict[str, Actor] = {}
        self.director = self._sign_in(f"{slug}.reditelka")
        self.organisation_id = self.director.actor.organisation_id

    def hire_everybody(self) -> None:
        self.assistant = self.hire("asistentka", "assistant")
        self.registrar = self.hire("prijem", "registrar")
        self.committee = self.hire("vybor", "programme_committee")
        self.evaluator = self.hire("hodnotitel", "evaluator")

    def hire(self, name: str, *roles: str) -> Person:
        login = f"{self.slug}.{name}"
        body = {
            "login": login,
            "password": PASSWORD,
            "name": name.capitalize(),
            "function": name,
            "email": f"{name}@{self.slug}.cz",
            "roles": list(roles),
        }
        self.director.put(f"/people/{uuid4()}", body)
        return self._sign_in(login)

    def _sign_in(self, login: str) -> Person:
        body = {"login": login, "password": PASSWORD}
        answer = expect(self.client.post("/api/v1/sessions", json=body), 201)
        self.actors[login] = read_person_token(self.keys, answer["token"])
        return Person(self, login)

    def as_service(self, name: str, method: str, path: str, body: Any = None) -> TestResponse:
        keys = KeyRing(self.app.extensions["vyzva-settings"].keys_folder, name)
        actor = Actor(organisation_id=self.organisation_id, name="Výzva")
        token = make_service_token(keys, callee="registry", actor=actor)
        headers = {"Authorization": f"Bearer {token}"}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, json=body)

    def run_worker(self) -> None:
        loop = worker.create_worker(self.app)
        for _ in range(3):
            loop.run_once()

    def present_version(self, path: str) -> int | None:
        """Return the version that an act at the address has to name; ``None``: it names none."""
        with self.app.app_context():
            if path == "/settings":
                mine = OrganisationSettings.organisation_id == self.organisation_id
                return db.session.scalar(select(OrganisationSettings.version).where(mine)) or 0
            found = CHANGES.fullmatch(path)
            if found is None:
                return None
            row: Any = db.session.get(VERSIONED[found["kind"]], UUID(found["id"]))
            return row.version if row else 1

    def move_to(self, at: datetime) -> None:
        self.clock.move_to(at)

    # The story up to a published call and a complete application.

    def draft_call(self, number: int = 8) -> UUID:
        call_id, regulation_id = uuid4(), uuid4()
        regulation = {
            "title": "Předpis pro transparentnost",
            "label": f"verze {number}",
            "valid_from": "2026-01-01",
            "text": "Text předpisu.",
        }
        self.assistant.put(f"/regulations/{regulation_id}", regulation)
        self.assistant.put(f"/calls/{call_id}", {"number": number, "title": f"{number}. výzva"})
        self.assistant.put(f"/calls/{call_id}/plan", plan(number, regulation_id))
        self.assistant.put(f"/calls/{call_id}/fiches", fiches())
        return call_id

    def approved_call(self, number: int = 8) -> UUID:
        call_id = self.draft_call(number)
        self.approve(call_id)
        return call_id

    def approve(self, call_id: UUID) -> None:
        """Have the amount of a drafted call recommended and approved."""
        recommendation = {"amount": czk(8_890_000), "reason": "Podle čerpání SPL."}
        self.director.post(f"/calls/{call_id}/allocation-recommendation", recommendation)
        decision = {"outcome": "approved", "decided_on": self.clock.today().isoformat()}
        self.committee.post(f"/calls/{call_id}/allocation-decision", decision)

    def published_call(self, number: int = 8) -> UUID:
        call_id = self.approved_call(number)
        self.director.post(f"/calls/{call_id}/announcement")
        return call_id

    def open_call(self, number: int = 8) -> UUID:
        call_id = self.published_call(number)
        self.move_to(prague(20, 5, 10))
        return call_id

    def submit(self, call_id: UUID, **changes: Any) -> UUID:
        application_id = uuid4()
        self.registrar.put(f"/applications/{application_id}", application(call_id, **changes))
        return application_id

    def complete(self, application_id: UUID) -> UUID:
        """Bring an application to the point where it can be registered."""
        for code in ("budget", "title_deed"):
            expect(self.registrar.upload(application_id, code), 201)
        self.sign_on_spot(application_id)
        identity = {"method": "document", "document": "identity_card", "standing": "statutory"}
        self.registrar.put(f"/applications/{application_id}/identity", identity)
        sheet = self.registrar.get(f"/applications/{application_id}/control-sheet")
        answers = [
            {"code": item["code"], "verdict": "n_a" if item["code"].endswith("photo") else "yes"}
            for item in sheet["items"]
        ]
        self.registrar.put(f"/applications/{application_id}/control-sheet", {"answers": answers})
        return application_id

    def sign_on_spot(self, application_id: UUID) -> None:
        """Upload the scan of the print that the applicant signed."""
        scan = expect(self.registrar.upload(application_id, "application"), 201)
        signed = {"manner": "on_spot", "file_id": scan["id"]}
        self.registrar.put(f"/applications/{application_id}/applicant-signature", signed)

    def seen(self, application_id: UUID) -> dict[str, int]:
        """Name the present version of an application, as whoever decides about it has to."""
        return {"version": self.director.get(f"/applications/{application_id}")["version"]}

    def registered(self, call_id: UUID, **changes: Any) -> UUID:
        application_id = self.complete(self.submit(call_id, **changes))
        self.director.post(
            f"/applications/{application_id}/registration", self.seen(application_id)
        )
        return application_id

    def delegate(self, act: str, to: Person, days: int = 60) -> UUID:
        delegation_id = uuid4()
        today = self.clock.today()
        body = {
            "act": act,
            "delegate_id": str(to.actor.person_id),
            "valid_from": today.isoformat(),
            "valid_to": (today + timedelta(days=days)).isoformat(),
        }
        self.director.put(f"/delegations/{delegation_id}", body)
        return delegation_id


def czk(amount: int) -> dict[str, str]:
    return {"amount": f"{amount}.00", "currency": "CZK"}


def plan(number: int, regulation_id: UUID | None) -> dict[str, Any]:
    return {
        "title": f"{number}. výzva",
        "opens_at": prague(18, 5, 8).isoformat(),
        "closes_at": prague(29, 5, 12).isoformat(),
        "intake_place": "Kancelář MAS, Náměstí 1",
        "presentation_at": prague(18, 6, 16).isoformat(),
        "presentation_place": "Kulturní dům",
        "regulation_version_id": str(regulation_id) if regulation_id else None,
        "note": "Částky fichí jsou smyšlené.",
    }


def fiche(code: str, name: str, allocation: int) -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "allocation": czk(allocation),
        "attachments": [
            {"code": "budget", "name": "Rozpočet projektu"},
            {"code": "title_deed", "name": "Doklad o vlastnictví"},
            {"code": "photo", "name": "Fotografie", "is_mandatory": False},
        ],
        "acceptability": [{"code": "territory", "text": "Projekt je na území MAS."}],
        "scoring": [{"code": "need", "text": "Potřebnost", "max_points": 30}],
    }


def fiches() -> dict[str, Any]:
    return {
        "fiches": [
            fiche("F1", "Modernizace zemědělství", 2_000_000),
            fiche("F3", "Podpora cestovního ruchu", 1_000_000),
        ],
        "rule": {
            "ranking": "within_fiche",
            "on_misfit": "stop",
            "transfer": "automatic",
            "consider_underdrawn": ["F3"],
            "underdrawn_mechanism": "transfer_first",
        },
    }


def application(call_id: UUID, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "call_id": str(call_id),
        "fiche": "F3",
        "title": "Naučná stezka",
        "place": "Kovářská",
        "place_code": "563129",
        "requested": czk(900_000),
        "applicant": {
            "name": "Obec Kovářská",
            "kind": "municipality",
            "municipality": "Kovářská",
            "address": ["č. p. 696", "431 86 Kovářská"],
            "ic": "00262978",
            "data_box_id": "vqbab52",
        },
        "submission": {"channel": "in_person", "submitter_name": "Petr Novák"},
    }
    return {**body, **changes}


def stored(office: Office) -> dict[str, str]:
    """Tell what every table holds but those that every sign-in touches."""
    with office.app.app_context():
        return contents(
            db.session(), Base.metadata, ("seen_token", "sign_in_session", "sign_in_attempt")
        )

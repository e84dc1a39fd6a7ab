"""One call, fifteen applications and the people around them, played through the JSON API."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.evaluation.feeds import documents_feed, registry_feed
from services.evaluation.models import db
from services.evaluation.worker import outbox
from shared.actors import Actor, Delegation
from shared.clock import FrozenClock
from shared.contracts.registry import (
    ApplicantView,
    ApplicationView,
    AttachmentKind,
    CallView,
    Criterion,
    FicheView,
    FileView,
    PersonView,
)
from shared.keys import KeyRing
from shared.money import Money
from shared.tokens import make_person_token
from tests.evaluation.domain.toy_call import CANDIDATES
from tests.evaluation.fakes import FakeDocuments, FakeRegistry, at

SPACE = UUID("6f1d2a34-0000-4000-8000-0000000000aa")
ORGANISATION = uuid5(SPACE, "organisation")
FOREIGN = uuid5(SPACE, "foreign organisation")
CALL = uuid5(SPACE, "call 8")
START = at("2026-06-01T08:00:00+02:00")
BUDGETS = {
    "F1": 2000,
    "F2": 1000,
    "F3": 1000,
    "F5": 2490,
    "F6": 500,
    "F7": 500,
    "F8": 700,
    "F9": 700,
}
RULE = {
    "ranking": "within_fiche",
    "on_misfit": "stop",
    "amount_kind": "maximum",
    "tiers": [],
    "others_last": False,
    "spill_over": None,
    "preferences": [],
    "transfer": "automatic",
    "consider_underdrawn": ["F3", "F6", "F9", "F8"],
    "underdrawn_mechanism": "transfer_first",
    "tie_break": ["received_order"],
    "min_points": None,
}
ROLES = {
    "director": ["director"],
    "assistant": ["assistant"],
    "registrar": ["registrar", "controller"],
    "controller": ["controller"],
    "controller 2": ["controller"],
    **{f"evaluator {number}": ["evaluator"] for number in range(1, 8)},
    "member": ["committee"],
    "assembly": ["assembly"],
    "programme": ["programme_committee"],
    "auditor": ["auditor"],
}


def person_id(name: str) -> UUID:
    return uuid5(SPACE, name)


PEOPLE = {
    name: PersonView(person_id(name), name.title(), f"funkce {name}", roles)
    for name, roles in ROLES.items()
}


def fiche(number: str) -> FicheView:
    return FicheView(
        id=uuid5(SPACE, number),
        number=number,
        name=f"Název fiche {number}",
        allocation=Money.czk(BUDGETS[number] * 1000),
        attachments=[AttachmentKind("P1", "Rozpočet", True)],
        acceptability=[
            Criterion("A1", "Projekt leží v území MAS."),
            Criterion("A2", "Žadatel je oprávněný."),
        ],
        scoring=[
            Criterion("K1", "Potřebnost projektu", 60),
            Criterion("K2", "Soulad se strategickým plánem", 40, "Cíl 2 Živá obec"),
        ],
    )


def call_view() -> CallView:
    return CallView(
        id=CALL,
        number=8,
        title="Osmá výzva",
        state="published",
        amount=Money.czk(8_890_000),
        rule=RULE,
        fiches=[fiche(number) for number in BUDGETS],
        published_at=START - timedelta(days=40),
        opens_at=START - timedelta(days=30),
        closes_at=START - timedelta(days=5),
        intake_place="Kancelář MAS",
        presentation_at=at("2026-07-15T09:00:00+02:00"),
        presentation_place="Kulturní dům",
        regulation_id=None,
        regulation_version="2.1",
    )


def application_view(number: str) -> ApplicationView:
    toy = next(candidate for candidate in CANDIDATES if candidate.number == number)
    return ApplicationView(
        id=toy.application_id,
        call_id=CALL,
        fiche_id=uuid5(SPACE, toy.fiche),
        fiche_number=toy.fiche,
        number=f"8/{toy.received_order:03d}",
        received_order=toy.received_order,
        state="registered",
        applicant=ApplicantView(
            id=uuid5(SPACE, f"applicant {number}"),
            name=f"Žadatel {number}",
            kind=toy.applicant_kind,
            ic=f"ic-{number}",
            municipality="Kadaň",
            address=["Náměstí 1", "432 01 Kadaň"],
            data_box_id="abc2345",
            email=None,
            is_natural_person=False,
        ),
        title=f"Projekt {number}",
        place="Kadaň",
        requested=toy.requested,
        registered_at=START - timedelta(days=10),
        registered_by="Registrar",
        files=[
            FileView(
                uuid5(SPACE, f"file {number}"),
                "zadost.pdf",
                "application",
                "application/pdf",
                17,
                "0" * 64,
            )
        ],
    )


def case_id(number: str) -> UUID:
    return application_view(number).id


@dataclass(frozen=True)
class Snapshot:
    """Everything that changes while the story goes on."""

    database: bytes
    kept: Any
    now: datetime


@dataclass
class House:
    """The running service with its surroundings."""

    app: Flask
    clock: FrozenClock
    registry: FakeRegistry
    documents: FakeDocuments
    client: FlaskClient
    shelf: dict[str, Snapshot]
    """States reached by earlier tests, so that the way there is played once."""
    delegated: dict[str, tuple[Delegation, ...]] = field(default_factory=dict)
    """What the tokens of people say about delegations."""

    def once(self, name: str, play: Callable[[], object]) -> None:
        """Play a part of the story, or take its end from the shelf."""
        address = self.app.extensions["vyzva-settings"].database
        if not address.startswith("sqlite"):
            play()  # only a database in one file can be laid on the shelf
        elif name in self.shelf:
            self._restore(self.shelf[name])
        else:
            play()
            self.shelf[name] = self._snapshot()

    @property
    def _database(self) -> Path:
        settings = self.app.extensions["vyzva-settings"]
        return Path(settings.database.removeprefix("sqlite:///"))

    def _close(self) -> None:
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()  # the last connection to close empties the write-ahead log

    def _snapshot(self) -> Snapshot:
        self._close()
        kept = (self.registry.kept(), self.documents.kept())
        return Snapshot(self._database.read_bytes(), deepcopy(kept), self.clock.now())

    def _restore(self, snapshot: Snapshot) -> None:
        self._close()
        self._database.write_bytes(snapshot.database)
        registry, documents = deepcopy(snapshot.kept)
        self.registry.restore(registry)
        self.documents.restore(documents)
        self.clock.move_to(snapshot.now)

    def token(self, name: str, organisation: UUID = ORGANISATION) -> str:
        keys = KeyRing(self.app.extensions["vyzva-settings"].keys_folder, "registry")
        person = PEOPLE[name]
        actor = Actor(
            organisation_id=organisation,
            organisation_name="MAS",
            name=person.name,
            person_id=person.id,
            roles=frozenset(person.roles),
            session_id=uuid5(SPACE, f"session {name}"),
            delegations=self.delegated.get(name, ()),
        )
        return make_person_token(keys, actor)

    def delegate(self, name: str, *delegations: Delegation, is_known: bool = True) -> None:
        """Delegate acts to a person; registry may have forgotten it after his token was made."""
        self.delegated[name] = delegations
        told = list(delegations) if is_known else []
        self.registry.people = [
            replace(one, delegations=told) if one.id == person_id(name) else one
            for one in self.registry.people
        ]

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        organisation: UUID = ORGANISATION,
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token(who, organisation)}"}
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    def do(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """Do an act that must succeed."""
        answer = self.ask(who, method, path, body)
        assert answer.status_code < 300, (who, method, path, answer.status_code, answer.text)
        return answer.json if answer.data else None

    def work(self) -> None:
        """Let the worker read both feeds and empty the outbox."""
        with self.app.app_context():
            registry_feed(self.app).run_once()
            documents_feed(self.app).run_once()
            outbox(self.app).run_once()
            db.session.remove()

    def sign(self, answer: Any) -> None:
        """Sign the documents that an act made."""
        for key in answer["document_ids"]:
            self.documents.sign(key)
        self.work()

    def open_call(self, numbers: Iterable[str], *, declare: bool = True) -> None:
        self.registry.people = list(PEOPLE.values())
        self.registry.feed.add("call.published", CALL, call_view())
        for number in numbers:
            self.registry.feed.add(
                "application.registered", case_id(number), application_view(number)
            )
        self.work()
        for name in ("controller", "controller 2", "registrar") if declare else ():
            self.declare(name)

    def declare(self, name: str, *links: dict[str, Any]) -> None:
        """Let a person declare the interests and sign the declaration."""
        self.sign(self.do(name, "POST", f"/calls/{CALL}/declarations", {"links": list(links)}))

    def state(self, number: str) -> str:
        found: str = self.do("director", "GET", f"/cases/{case_id(number)}")["state"]
        return found

    def freeze_lists(self, fiches: Iterable[str] = BUDGETS) -> None:
        for number in fiches:
            self.do("assistant", "PUT", f"/calls/{CALL}/control-lists/{number}", {})
            self.do("assistant", "POST", f"/calls/{CALL}/control-lists/{number}/freezing")

    def appoint(self, numbers: Iterable[str]) -> None:
        self.do(
            "director",
            "POST",
            f"/calls/{CALL}/controller-appointments",
            {
                "case_ids": [str(case_id(number)) for number in numbers],
                "controller_ids": [str(person_id("controller")), str(person_id("controller 2"))],
            },
        )

    def conclude(self, number: str, who: str, *, defect: str = "", code: str = "A2") -> Any:
        findings = [
            {
                "code": one,
                "verdict": "no" if defect and one == code else "yes",
                "note": defect if one == code else "",
            }
            for one in ("A1", "A2", "P1-spravna", "P1-uplna")
        ]
        return self.do(
            who,
            "POST",
            f"/cases/{case_id(number)}/controls/mine/conclusion",
            {"findings": findings, "is_acceptable": not defect},
        )

    def pass_control(self, numbers: Iterable[str]) -> None:
        chosen = list(numbers)
        self.appoint(chosen)
        for number in chosen:
            for who in ("controller", "controller 2"):
                made = self.conclude(number, who)
                for key in made["document_ids"]:
                    self.documents.sign(key)
        self.work()

    def notify(self, numbers: Iterable[str]) -> Any:
        made = self.do(
            "assistant",
            "POST",
            f"/calls/{CALL}/control-notices",
            {"case_ids": [str(case_id(number)) for number in numbers]},
        )
        self.sign(made)
        return made

    def set_committee(self, *, declare: bool = True) -> None:
        evaluators = [f"evaluator {number}" for number in range(1, 8)]
        ids = [str(person_id(name)) for name in evaluators]
        body = {"member_ids": ids, "version": self.seen_committee()}
        self.do("director", "PUT", f"/calls/{CALL}/committee", body)
        for name in evaluators if declare else ():
            self.declare(name)

    def assign(self, number: str, *names: str) -> None:
        ids = [str(person_id(name)) for name in names or ("evaluator 1", "evaluator 2")]
        body = {"evaluator_ids": ids, "version": self.seen_assignment(number)}
        self.do("director", "PUT", f"/cases/{case_id(number)}/assignment", body)

    def seen_committee(self) -> int:
        """Return the version of the committee that the director sees."""
        found: int = self.do("director", "GET", f"/calls/{CALL}/committee")["version"]
        return found

    def seen_assignment(self, number: str) -> int:
        """Return the version of the assignment that the director sees."""
        found: int = self.do("director", "GET", f"/cases/{case_id(number)}")["assignment_version"]
        return found

    def seen_recommendation(self, number: str) -> int:
        """Return the version of the recommendation that the committee sees."""
        answer = self.ask("member", "GET", f"/calls/{CALL}/meeting")
        rows = (answer.json or {}).get("recommendations", [])
        seen = {row["case_id"]: row["version"] for row in rows}
        found: int = seen.get(str(case_id(number)), 0)
        return found

    def hand_over(self, number: str, to: str) -> Any:
        """Hand the printed application over to an evaluator."""
        files = [str(file.id) for file in application_view(number).files]
        body = {"evaluator_id": str(person_id(to)), "file_ids": files}
        return self.do("assistant", "POST", f"/cases/{case_id(number)}/prints", body)

    def score(self, number: str, who: str, points: int) -> None:
        first = min(points, 60)
        scores = [
            {"code": "K1", "points": str(first), "reason": "přínos pro obec"},
            {"code": "K2", "points": str(points - first), "reason": "naplňuje cíl 2"},
        ]
        self.do(who, "POST", f"/cases/{case_id(number)}/material", {})
        path = f"/cases/{case_id(number)}/score-sheets/mine/closing"
        self.sign(self.do(who, "POST", path, {"scores": scores}))

    def visit(self, number: str, *claims: Mapping[str, str]) -> None:
        body = {
            "visited_on": self.clock.today().isoformat(),
            "place": "u žadatele",
            "present_ids": [str(person_id("evaluator 1")), str(person_id("evaluator 2"))],
            "claims": claims or [{"statement": "Budova stojí.", "verdict": "true"}],
            "need": "potřebný",
            "accord": "v souladu",
        }
        path = f"/cases/{case_id(number)}/onsite-check"
        self.sign(self.do("evaluator 1", "POST", path, body))

    def present(self, numbers: Iterable[str]) -> None:
        entries = [
            {"application_id": str(case_id(number)), "was_presented": True} for number in numbers
        ]
        path = f"/calls/{CALL}/presentations/record"
        self.sign(self.do("assistant", "POST", path, {"entries": entries, "public_count": 12}))

    def move(self, day: str, hour: int = 10) -> None:
        self.clock.move_to(at(f"{day}T{hour:02d}:00:00+02:00"))

    def reach_meeting(self, numbers: Iterable[str]) -> None:
        """Play everything up to the committee's meeting."""
        chosen = list(numbers)
        self.open_call(chosen)
        self.freeze_lists()
        self.pass_control(chosen)
        self.notify(chosen)
        self.set_committee()
        self.move("2026-07-01")
        points = {c.number: int(c.points) for c in CANDIDATES}
        for number in chosen:
            self.assign(number)
            self.score(number, "evaluator 1", points[number] - 1)
            self.score(number, "evaluator 2", points[number] + 1)
            self.visit(number)
        self.move("2026-07-15", 15)
        self.present(chosen)

    def meet(self, numbers: Iterable[str], against: Iterable[str] = ()) -> None:
        """Hold the meeting and sign its minutes."""
        present = [str(person_id(f"evaluator {number}")) for number in range(1, 6)]
        self.move("2026-07-20")
        self.do(
            "member",
            "PUT",
            f"/calls/{CALL}/meeting",
            {
                "held_at": self.clock.now().isoformat(),
                "place": "Kancelář MAS",
                "present_ids": present,
                "chair_id": present[0],
            },
        )
        for number in numbers:
            yes = number not in set(against)
            self.do(
                "member",
                "PUT",
                f"/cases/{case_id(number)}/recommendation",
                {
                    "is_recommended": yes,
                    "reason": "podle bodů",
                    "in_favour": 5 if yes else 0,
                    "against": 0 if yes else 5,
                    "abstained": 0,
                    "version": self.seen_recommendation(number),
                },
            )
        self.sign(self.do("member", "POST", f"/calls/{CALL}/meeting/closing", {}))

    def run(self) -> Any:
        run_id = uuid5(SPACE, "run")
        return self.do("director", "PUT", f"/calls/{CALL}/allocation-runs/{run_id}", {})

    def resolution(self, **changes: Any) -> dict[str, Any]:
        body: dict[str, Any] = {
            "run_id": str(uuid5(SPACE, "run")),
            "number": "VH 2/2026",
            "decided_on": self.clock.today().isoformat(),
            "vote": {"entitled": 40, "present": 30, "in_favour": 28, "against": 1, "abstained": 1},
        }
        return {**body, **changes}

    def resolve(self) -> Any:
        path = f"/calls/{CALL}/resolutions/{uuid5(SPACE, 'resolution')}"
        made = self.do("assembly", "PUT", path, self.resolution())
        self.sign(made)
        return made


def on(text: str) -> date:
    return date.fromisoformat(text)

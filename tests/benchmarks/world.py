"""What the benchmarks fill the databases with: calls in every phase, the same ids each time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID, uuid5

from services.demonstration.people import EVERYBODY
from shared.actors import Actor
from shared.contracts.registry import (
    ApplicantView,
    ApplicationView,
    AttachmentKind,
    CallView,
    Criterion,
    FicheView,
    FileView,
)
from shared.money import Money

SPACE = UUID("0b5d3f5e-0000-4000-8000-000000000000")
NOW = datetime(2026, 6, 15, 8, tzinfo=UTC)
ORGANISATION = uuid5(SPACE, "organisation")
SLUG = "szk"
FICHES = ("F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9")
KINDS = ("farmer", "company", "municipality", "ngo", "person")
FILES = ("application", "budget", "permit", "map", "statement")
CALL_AMOUNT = 8_890_000
MUNICIPALITIES = 40
RULE = {
    "ranking": "within_fiche",
    "on_misfit": "skip",
    "amount_kind": "maximum",
    "tiers": [],
    "others_last": False,
    "spill_over": None,
    "preferences": [],
    "transfer": "automatic",
    "consider_underdrawn": ["F3", "F6", "F8", "F9"],
    "underdrawn_mechanism": "transfer_first",
    "tie_break": ["received_order"],
    "min_points": None,
}


class Phase(StrEnum):
    """How far a call is. The four newest calls run; the others are over."""

    INTAKE = "intake"
    CONTROL = "control"
    EVALUATION = "evaluation"
    DECIDED = "decided"
    OVER = "over"


RUNNING = (Phase.INTAKE, Phase.CONTROL, Phase.EVALUATION, Phase.DECIDED)


def key(*parts: object) -> UUID:
    """Return the id of a thing by its name."""
    return uuid5(SPACE, "/".join(str(part) for part in parts))


PEOPLE = {
    person.login: Actor(
        organisation_id=ORGANISATION,
        organisation_name="MAS Sdružení Západní Krušnohoří",
        name=person.name,
        person_id=key("person", person.login),
        roles=frozenset(person.roles),
        session_id=key("session", person.login),
    )
    for person in EVERYBODY
}
FUNCTIONS = {person.login: person.function for person in EVERYBODY}
EVALUATORS = [login for login, actor in PEOPLE.items() if actor.has_role("evaluator")]
CONTROLLERS = [login for login, actor in PEOPLE.items() if actor.has_role("controller")]


@dataclass(frozen=True)
class BenchApplication:
    """One application of a call."""

    call: "BenchCall"
    order: int
    """Order of receipt, from 1."""

    @cached_property
    def id(self) -> UUID:
        return key("application", self.call.number, self.order)

    @property
    def fiche(self) -> str:
        return FICHES[self.order % len(FICHES)]

    @property
    def kind(self) -> str:
        return KINDS[self.order % len(KINDS)]

    @property
    def is_registered(self) -> bool:
        """In a call that is open, every other application still waits for the office."""
        return self.call.phase is not Phase.INTAKE or self.order % 2 == 0

    @property
    def number(self) -> str | None:
        return f"{self.call.number}/{self.order:03d}" if self.is_registered else None

    @property
    def received_at(self) -> datetime:
        return self.call.opens_at + timedelta(minutes=20 * self.order)

    @property
    def requested(self) -> Money:
        return Money.czk(100_000 + 7_000 * (self.order % 90))

    def view(self) -> ApplicationView:
        """Return what registry tells about it."""
        name = f"{self.call.number}/{self.order}"
        applicant = ApplicantView(
            id=key("applicant", name),
            name=f"Žadatel {name}, z. s.",
            kind=self.kind,
            ic=f"{self.order % 400:08d}",
            municipality=f"Obec {self.order % MUNICIPALITIES}",
            address=["Náměstí 1", "431 00 Stará Huť"],
            data_box_id="abc2345",
            email=None,
            is_natural_person=False,
        )
        return ApplicationView(
            id=self.id,
            call_id=self.call.id,
            fiche_id=self.call.fiche_id(self.fiche),
            fiche_number=self.fiche,
            number=self.number,
            received_order=self.order,
            state="registered" if self.is_registered else "received",
            applicant=applicant,
            title=f"Obnova a vybavení provozovny číslo {name}",
            place=f"Obec {self.order % MUNICIPALITIES}",
            requested=self.requested,
            registered_at=self.received_at if self.is_registered else None,
            registered_by="Petra Dvořáková" if self.is_registered else None,
            files=[
                FileView(
                    key("file", self.id, code), f"{code}.pdf", code, "application/pdf", 1, "0" * 64
                )
                for code in FILES
            ],
        )


@dataclass(frozen=True)
class BenchCall:
    """One call with its applications."""

    number: int
    phase: Phase
    size: int

    @cached_property
    def id(self) -> UUID:
        return key("call", self.number)

    @property
    def opens_at(self) -> datetime:
        months = {Phase.INTAKE: 0, Phase.CONTROL: 2, Phase.EVALUATION: 4, Phase.DECIDED: 6}
        return NOW - timedelta(days=10 + 30 * months.get(self.phase, 12))

    @property
    def closes_at(self) -> datetime:
        return self.opens_at + timedelta(days=25)

    @property
    def applications(self) -> list[BenchApplication]:
        return [BenchApplication(self, order) for order in range(1, self.size + 1)]

    def fiche_id(self, code: str) -> UUID:
        return key("fiche", self.number, code)

    def view(self) -> CallView:
        """Return what registry tells about it."""
        return CallView(
            id=self.id,
            number=self.number,
            title=f"{self.number}. výzva",
            state="published" if self.phase is Phase.INTAKE else "closed",
            amount=Money.czk(CALL_AMOUNT),
            rule=RULE,
            fiches=[self._fiche(code) for code in FICHES],
            published_at=self.opens_at - timedelta(days=10),
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            intake_place="Kancelář MAS",
            presentation_at=self.closes_at + timedelta(days=60),
            presentation_place="Kulturní dům",
            regulation_id=None,
            regulation_version="",
        )

    def _fiche(self, code: str) -> FicheView:
        return FicheView(
            id=self.fiche_id(code),
            number=code,
            name=f"Rozvoj území, oblast {code}",
            allocation=Money.czk(CALL_AMOUNT // len(FICHES) // 1000 * 1000),
            attachments=[AttachmentKind(c, f"Příloha {c}", True) for c in FILES[1:]],
            acceptability=[
                Criterion(f"A{n}", f"Podmínka přijatelnosti číslo {n}") for n in range(1, 9)
            ],
            scoring=[Criterion(f"K{n}", f"Kritérium číslo {n}", 10) for n in range(1, 11)],
        )


@dataclass(frozen=True)
class World:
    """So many applications, spread evenly over so many calls."""

    applications: int
    calls_count: int

    @cached_property
    def calls(self) -> list[BenchCall]:
        """Every call, the oldest first."""
        size = self.applications // self.calls_count
        over = self.calls_count - len(RUNNING)
        phases = [Phase.OVER] * over + list(reversed(RUNNING))
        return [BenchCall(number, phase, size) for number, phase in enumerate(phases, start=1)]

    def call(self, phase: Phase) -> BenchCall:
        """Return the newest call in a phase."""
        return next(call for call in reversed(self.calls) if call.phase is phase)


SMALL = World(100, 5)
LARGE = World(10_000, 20)

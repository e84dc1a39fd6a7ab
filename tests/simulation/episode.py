"""One episode: some notices, some workers, bad weather; then fair weather until all is told."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from sqlalchemy import and_, create_engine, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import StaticPool

from services.documents.config import DocumentsSettings
from services.documents.delivery.port import DeliveryInfo
from services.documents.delivery.proofs import SentProof
from services.documents.dispatch import following, looking_up, sending, trying
from services.documents.dispatch.desk import Change, DispatchDesk
from services.documents.domain import deliveries
from services.documents.leaving import Gate
from services.documents.models import Base, Delivery, Document, Revision
from services.documents.service.looking import retry_delivery
from services.documents.service.work import Work, worker_actor
from services.documents.tools import Tools
from shared.clock import SystemClock
from shared.config import load
from shared.db import engine_options, prepare_engine, transaction
from tests.simulation.isds import FAIR, SimulatedIsds, Weather
from tests.simulation.scheduler import Scheduler

ORGANISATION = UUID("11111111-1111-4111-8111-111111111111")
TURN = timedelta(seconds=20)
LONGEST = timedelta(hours=8)
PEOPLE = 2
"""The clerk and the neighbour, who live as long as the episode."""
ENDS = (deliveries.DELIVERED, deliveries.NEEDS_PERSON)


class Broken(AssertionError):
    """What must never happen has happened."""


@dataclass(frozen=True)
class Plan:
    """How long and how hard an episode is."""

    notices: int = 6
    workers: int = 3
    stormy_steps: int = 1200
    kill: float = 0.01
    """How often a worker dies at a step."""
    hang: float = 0.003
    """How often a worker stands still at a step, up to two hours."""
    hang_place: str = ""
    """Where; empty means anywhere."""
    skews: tuple[timedelta, ...] = ()
    """How far the clock of a worker's machine may be off."""
    sets_clock: float = 0.0
    """How often somebody sets such a clock, at a step."""
    weather: Weather = field(default_factory=Weather)
    by_hand: float = 0.0
    """How often a person sends a letter by hand that waits for ISDS or for a person."""
    settings: dict[str, Any] = field(default_factory=dict)
    heeds_lease: bool = True
    """Whether the last question before sending is asked; without it the promise is broken."""


@dataclass(frozen=True)
class Told:
    """What an episode came to."""

    steps: int
    kills: int
    messages: int
    delivered: int
    asked: int
    by_hand: int = 0
    clocks_set: int = 0
    calls_away: int = 0
    """Calls while ISDS was gone."""


class Files:
    """A store in memory."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def put(self, content: bytes) -> str:
        name = sha256(content).hexdigest()
        self._kept[name] = content
        return name

    def put_all(self, contents: Sequence[bytes]) -> list[str]:
        return [self.put(content) for content in contents]

    def get(self, name: str) -> bytes:
        return self._kept[name]


@dataclass
class SteppingDesk(DispatchDesk):
    """The worker's desk, at which every transaction is a step before and a step after."""

    world: "World | None" = None

    def due(self, state: str) -> list[UUID]:
        self._stop("due")
        return super().due(state)

    def peek(self, delivery_id: UUID, *query: Any) -> Delivery:
        self._stop("peek")
        return super().peek(delivery_id, *query)

    def change(self, delivery_id: UUID, change: Change, step: str) -> None:
        self._stop("change.before")
        super().change(delivery_id, change, step)
        self._of_world.check(delivery_id)
        self._stop("change.after")

    def settle(self) -> None:
        self._stop("settle.before")
        super().settle()
        self._stop("settle.after")

    @property
    def gate(self) -> Gate:
        return cast(Gate, SimpleNamespace(check=lambda *_given: None))

    def read_sent(self, zfo: bytes) -> SentProof:
        return self._of_world.isds.read_sent(zfo)

    def read_delivery(self, zfo: bytes) -> DeliveryInfo:
        return self._of_world.isds.read_delivery(zfo)

    @property
    def _of_world(self) -> "World":
        if self.world is None:
            raise TypeError("A desk stands in a world.")
        return self.world

    def _stop(self, place: str) -> None:
        self._of_world.scheduler.step(place)
        if self._of_world.database_fails():
            raise OperationalError("simulated", {}, Exception("the database is gone"))


class World:
    """A database with notices, an ISDS, and workers."""

    def __init__(self, scheduler: Scheduler, plan: "Plan") -> None:
        self.scheduler = scheduler
        self.isds = SimulatedIsds(scheduler, heeds_lease=plan.heeds_lease, weather=plan.weather)
        self.losing_database = 0.01
        self.by_hand = 0
        address = "sqlite://"
        self._engine = create_engine(address, poolclass=StaticPool, **engine_options(address))
        prepare_engine(self._engine)
        Base.metadata.create_all(self._engine)
        self._open = sessionmaker(self._engine)
        self.tools = cast(
            Tools,
            SimpleNamespace(
                settings=load(DocumentsSettings, **plan.settings),
                clock=SystemClock(),
                files=Files(),
                gateway=self.isds,
                seal_roots=[],
            ),
        )
        self._fill(plan.notices)

    def database_fails(self) -> bool:
        """Tell whether the database is gone just now."""
        return self.scheduler.chance.random() < self.losing_database

    def worker(self) -> None:
        """Do what the product's worker does, until killed."""
        session = self._open()
        desk = SteppingDesk(lambda: session, self.tools, world=self, steady=self.scheduler.steady)
        follower = following.Follower(desk)
        tasks: list[Callable[[], int]] = [
            lambda: trying.try_isds(desk),
            lambda: sending.recover_abandoned(desk),
            lambda: looking_up.reconcile(desk),
            lambda: sending.send_ready(desk),
            follower.run_once,
        ]
        while True:
            for task in tasks:
                try:
                    task()
                except OperationalError:
                    session.rollback()
            self.scheduler.step("turn", TURN)

    def clerk(self) -> None:
        """Let the office have what it is asked about tried again, now and then."""
        while True:
            self.scheduler.step("clerk", timedelta(minutes=20))
            with self._change() as session:
                asked = session.scalars(
                    select(Delivery).where(
                        Delivery.state == deliveries.NEEDS_PERSON,
                        Delivery.reason.in_(deliveries.RETRY_REASONS),
                    )
                ).first()
                if asked is not None:
                    work = Work(session, worker_actor(ORGANISATION), self.tools.clock)
                    retry_delivery(work, asked.id, "Překážka pominula.")

    def neighbour(self, eagerness: float) -> None:
        """Send by hand, now and then, what waits for a person, or for ISDS long enough."""
        while True:
            self.scheduler.step("by hand", timedelta(minutes=1))
            if self.scheduler.chance.random() < eagerness:
                self._send_by_hand()

    def _send_by_hand(self) -> None:
        soon = self.scheduler.now + timedelta(minutes=2)
        rests = and_(Delivery.state == deliveries.READY, Delivery.next_at > soon)
        asked = and_(
            Delivery.state == deliveries.NEEDS_PERSON,
            Delivery.reason.in_(deliveries.RETRY_REASONS),
        )
        with self._change() as session:
            for row in session.scalars(select(Delivery).where(or_(rests, asked))):
                if not self.isds.knows(row.sender_reference):
                    content = self.tools.files.get(row.document.sha256)
                    self.isds.take_by_hand(row.data_box_id or "", row.sender_reference, content)
                    self.by_hand += 1
                    return

    def check(self, delivery_id: UUID) -> None:
        """Say what is wrong with one delivery as it stands."""
        with self._change() as session:
            row = session.get_one(Delivery, delivery_id)
            held = self.isds.by_reference(row.sender_reference)
            claims = row.state in (deliveries.SENT, deliveries.DELIVERED)
            if claims and [message.number for message in held] != [row.message_id]:
                raise Broken(f"{row.state} as {row.message_id}, but ISDS holds {len(held)}")
            if row.state == deliveries.DELIVERED and len(row.proofs) < 2:
                raise Broken("delivered without proofs")

    def check_ledger(self) -> None:
        """No notice is in the sender's box twice."""
        self.isds.arrive()
        references = [message.reference for message in self.isds.messages]
        if len(set(references)) != len(references):
            raise Broken("a notice was sent twice")

    def states(self) -> list[tuple[str, str | None]]:
        """Return state and reason of every delivery."""
        with self._change() as session:
            return [(row.state, row.reason) for row in session.scalars(select(Delivery))]

    def close(self) -> None:
        """Free the database."""
        self._engine.dispose()

    @contextmanager
    def _change(self) -> Iterator[Session]:
        with self._open() as session, transaction(session):
            yield session

    def _fill(self, notices: int) -> None:
        now = self.scheduler.now
        with self._change() as session:
            for number in range(1, notices + 1):
                file = self.tools.files.put(f"notice {number}".encode())
                # Ids decide an order, so the seed must decide ids.
                ids = [UUID(int=self.scheduler.chance.getrandbits(128)) for _ in range(2)]
                document = document_row(ids[0], number, file, now)
                session.add(document)
                session.flush()
                session.add(revision_row(document, now))
                session.add(delivery_row(ids[1], document))


def document_row(key: UUID, number: int, file: str, now: datetime) -> Document:
    """Return an issued letter of which only what the worker reads is more than a filling."""
    return Document(
        id=key, organisation_id=ORGANISATION, number=f"MASZK-2026-{number:06d}",
        kind="result_notice", layout="letter", language="cs", title="Oznámení", state="issued",
        fingerprint=file, content={}, facts={}, preview_sha256=file, sha256=file, pages=1,
        created_at=now, created_by="test", issued_at=now, template=1, template_sha256=file,
        printing={}, facts_sha256=file, level="B-T", algorithms="", trouble_note="",
    )  # fmt: skip


def revision_row(document: Document, now: datetime) -> Revision:
    """Return the issued file of a letter, as the register knows it."""
    return Revision(
        id=UUID(int=document.id.int ^ 1), organisation_id=ORGANISATION, document_id=document.id,
        ordinal=1, sha256=document.sha256, size=8, level="B-T", reason="issued", made_at=now,
    )  # fmt: skip


def delivery_row(key: UUID, document: Document, box: str = "aydaadk") -> Delivery:
    """Return its delivery, ready to be sent."""
    return Delivery(
        id=key, organisation_id=ORGANISATION, document_id=document.id,
        state=deliveries.READY, requested="auto", channel="data_box", recipient_name="Obec",
        address=["Ves 1"], data_box_id=box, recipient_type=10, subject="Oznámení",
        sender_reference=f"{document.number}/1",
    )  # fmt: skip


def run_episode(seed: int, plan: Plan | None = None) -> Told:
    """Play one episode; the same seed plays the same again.

    Raises:
        Broken: a promise was broken; the message says which, the seed replays it.
    """
    plan = plan or Plan()
    logging.getLogger("services.documents.dispatch").setLevel(logging.CRITICAL)
    with Scheduler(seed) as scheduler:
        world = World(scheduler, plan)
        try:
            _storm(world, plan)
            _calm(world, plan)
            return _told(world)
        finally:
            world.close()


def _storm(world: World, plan: Plan) -> None:
    world.scheduler.hangs, world.scheduler.hang_place = plan.hang, plan.hang_place
    world.scheduler.skews, world.scheduler.sets_clock = plan.skews, plan.sets_clock
    world.scheduler.start("clerk", world.clerk)
    world.scheduler.start("neighbour", lambda: world.neighbour(plan.by_hand))
    for _ in range(plan.stormy_steps):
        _advance(world, plan, plan.kill)


def _calm(world: World, plan: Plan) -> None:
    """Let the weather clear and the clocks be set; everything must come to an end by itself."""
    world.scheduler.set_all_clocks()
    world.isds.away_until = world.scheduler.now
    world.isds.weather, world.losing_database, world.scheduler.hangs = FAIR, 0, 0
    until = world.scheduler.now + LONGEST
    looked = 0
    while True:
        _advance(world, plan, 0)
        looked += 1
        if looked % 50 or world.scheduler.does_anybody_hang:
            continue
        if all(state in ENDS for state, _ in world.states()):
            return
        if world.scheduler.now > until:
            raise Broken(f"stuck: {world.states()}")


def _advance(world: World, plan: Plan, kill: float) -> None:
    while world.scheduler.living < plan.workers + PEOPLE:
        world.scheduler.start("worker", world.worker)
    world.scheduler.advance(kill)
    world.check_ledger()


def _told(world: World) -> Told:
    states = world.states()
    delivered = sum(state == deliveries.DELIVERED for state, _ in states)
    if delivered > len(world.isds.messages):
        raise Broken("delivered without a message")
    return Told(
        steps=world.scheduler.steps,
        kills=world.scheduler.kills,
        messages=len(world.isds.messages),
        delivered=delivered,
        asked=len(states) - delivered,
        by_hand=world.by_hand,
        clocks_set=world.scheduler.clocks_set,
        calls_away=world.isds.calls_away,
    )

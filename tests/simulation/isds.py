"""An ISDS in memory for the simulation: accepts, loses answers, lags, refuses; keeps a ledger."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from services.documents.delivery.port import (
    BoxFacts,
    DeliveryInfo,
    GatewayRefused,
    GatewayUnavailable,
    OutgoingMessage,
    Permit,
    SentRecord,
    StateChange,
)
from services.documents.delivery.proofs import BadProof, SentProof
from services.documents.domain.isds_outcome import Exchange
from services.documents.domain.legal_delivery import BoxEvent
from services.documents.domain.proof_faults import ProofFault
from tests.simulation.scheduler import BEGINNING, Scheduler

TOWN = 10
WORST_LAG = timedelta(minutes=25)
"""Below the window in which the product looks for a message: beyond it nothing can be promised."""
LONGEST_AWAY = timedelta(days=1)
LONGEST_FLIGHT = timedelta(seconds=100)
"""So long a request of a dead worker may still arrive."""


@dataclass(frozen=True)
class Message:
    """One message in the sender's box."""

    number: str
    reference: str
    box: str
    file: str
    submitted_at: datetime
    listed_at: datetime
    delivered_at: datetime


@dataclass
class Weather:
    """How often what goes wrong, each from 0 to 1."""

    refuses_connection: float = 0.05
    fails_before: float = 0.08
    loses_request: float = 0.04
    throttles: float = 0.05
    loses_answer: float = 0.15
    forgets_number: float = 0.03
    lags: float = 0.3
    list_fails: float = 0.1
    proof_fails: float = 0.1
    goes_away: float = 0.0
    """How often it is gone from a call on, for up to a day."""


FAIR = Weather(*[0.0] * 10)


@dataclass
class SimulatedIsds:
    """The sender's data box; every call is two steps of the scheduler."""

    scheduler: Scheduler
    heeds_lease: bool = True
    weather: Weather = field(default_factory=Weather)
    messages: list[Message] = field(default_factory=list)
    in_flight: list[tuple[datetime, OutgoingMessage]] = field(default_factory=list)
    away_until: datetime = BEGINNING
    calls_away: int = 0
    """Calls that came while it was gone."""
    _has_answered: bool = False

    def by_reference(self, reference: str) -> list[Message]:
        """Return what the box holds under a reference, listed or not."""
        return [message for message in self.messages if message.reference == reference]

    def knows(self, reference: str) -> bool:
        """Tell whether a message with a reference is in the box or on its way."""
        flying = any(message.sender_reference == reference for _, message in self.in_flight)
        return flying or bool(self.by_reference(reference))

    def take_by_hand(self, box: str, reference: str, content: bytes) -> None:
        """Take in what a person sends in another program; it is listed at once."""
        outgoing = OutgoingMessage(box, "", reference, "", "", "", content)
        self._accept(outgoing, lag=timedelta(0))

    def arrive(self) -> None:
        """Take in what was on its way for long enough."""
        due = [item for item in self.in_flight if item[0] <= self.scheduler.now]
        for item in due:
            self.in_flight.remove(item)
            self._accept(item[1])

    # The port

    def now(self) -> datetime | None:
        """Return true time, to the second; the workers' own clocks are another matter."""
        return self.scheduler.now.replace(microsecond=0) if self._has_answered else None

    def create_message(self, message: OutgoingMessage, permit: Permit | None = None) -> Exchange:
        seen = self._submit(permit)
        return seen if seen is not None else self._answer(message)

    def _submit(self, permit: Permit | None) -> Exchange | None:
        """Take the request in two pieces; return what is seen of one that is not completed."""
        self.scheduler.step("call.begins")
        if self._is_away():
            return Exchange(request_started=False)
        asked = permit if self.heeds_lease else None
        if asked is not None and not asked.may_start():
            return Exchange(request_started=False)
        if self._happens(self.weather.refuses_connection):
            return Exchange(request_started=False)
        self.scheduler.step("call.half_sent")
        if asked is not None and not asked.may_end():
            return Exchange(request_started=True)
        return None

    def _answer(self, message: OutgoingMessage) -> Exchange:
        """Do with a complete request what the weather says."""
        if self._happens(self.weather.fails_before):
            return Exchange(True, 503)
        if self._happens(self.weather.throttles):
            return Exchange(True, 200, "3008")
        if self._happens(self.weather.loses_request):
            flight = LONGEST_FLIGHT * self.scheduler.chance.random()
            self.in_flight.append((self.scheduler.now + flight, message))
            self.scheduler.step("call.flies", timedelta(seconds=120))
            return Exchange(True)
        accepted = self._accept(message)
        self.scheduler.step("call.accepted")
        if self._happens(self.weather.loses_answer):
            return Exchange(True, self.scheduler.chance.choice([None, 500, 503, 200]))
        if self._happens(self.weather.forgets_number):
            return Exchange(True, 200, "0000")
        return Exchange(True, 200, "0000", accepted.number)

    def sent_messages(self, since: datetime, until: datetime) -> list[SentRecord]:
        self._call("list", self.weather.list_fails)
        now = self.scheduler.now
        return [
            SentRecord(message.number, message.box, message.reference, "", 4, None)
            for message in self.messages
            if message.listed_at <= now and since <= message.submitted_at <= until
        ]

    def state_changes(self, since: datetime, until: datetime | None = None) -> list[StateChange]:
        self._call("changes", self.weather.list_fails)
        now = self.scheduler.now
        return [
            StateChange(message.number, message.delivered_at, 4)
            for message in self.messages
            if since <= message.delivered_at <= now
        ]

    def delivery_info(self, message_id: str) -> DeliveryInfo:
        self._call("info", self.weather.list_fails)
        return self._info(self._known(message_id))

    def signed_delivery_info(self, message_id: str) -> bytes:
        self._call("proof", self.weather.proof_fails)
        message = self._known(message_id)
        return json.dumps({"kind": "delivery", "number": message.number}).encode()

    def signed_sent_message(self, message_id: str) -> bytes:
        self._call("copy", self.weather.proof_fails)
        message = self._known(message_id)
        if message.delivered_at > self.scheduler.now:
            raise GatewayRefused("1229", "not put in yet")
        return json.dumps({"kind": "sent", "number": message.number}).encode()

    def find_box(self, *, box_id: str | None = None, ic: str | None = None) -> BoxFacts | None:
        self._call("find", self.weather.list_fails)
        return BoxFacts(box_id or "", TOWN, "Obec", is_open=True)

    def ping(self) -> None:
        self._call("ping", self.weather.list_fails)

    def can_receive(self, box_id: str) -> bool:
        self._call("check", self.weather.list_fails)
        return True

    # Reading of proofs, which are no sealed files here

    def read_sent(self, zfo: bytes, **_how: object) -> SentProof:
        message = self._sealed(zfo, "sent")
        return SentProof(self._info(message), (message.file,))

    def read_delivery(self, zfo: bytes, **_how: object) -> DeliveryInfo:
        return self._info(self._sealed(zfo, "delivery"))

    def _sealed(self, zfo: bytes, kind: str) -> Message:
        facts = json.loads(zfo)
        if facts["kind"] != kind:
            raise BadProof(ProofFault.NO_SENT_MESSAGE)
        return self._known(facts["number"])

    def _info(self, message: Message) -> DeliveryInfo:
        is_put_in = message.delivered_at <= self.scheduler.now
        events = (BoxEvent("EV5", message.delivered_at),) if is_put_in else ()
        return DeliveryInfo(
            message.number,
            4 if is_put_in else 2,
            message.box,
            message.reference,
            message.delivered_at if is_put_in else None,
            None,
            events,
            f"sha256:{message.file}",
            message.submitted_at,
        )

    def _known(self, number: str) -> Message:
        for message in self.messages:
            if message.number == number:
                return message
        raise GatewayRefused("1219", "no such message")

    def _accept(self, outgoing: OutgoingMessage, lag: timedelta | None = None) -> Message:
        now = self.scheduler.now
        chance = self.scheduler.chance
        if lag is None:
            lags = self._happens(self.weather.lags)
            lag = WORST_LAG * chance.random() if lags else timedelta(0)
        message = Message(
            number=str(1_000_000 + len(self.messages)),
            reference=outgoing.sender_reference,
            box=outgoing.recipient_box,
            file=sha256(outgoing.pdf).hexdigest(),
            submitted_at=now,
            listed_at=now + lag,
            delivered_at=now + timedelta(seconds=chance.randrange(1, 30)),
        )
        self.messages.append(message)
        return message

    def _call(self, place: str, failing: float) -> None:
        self.scheduler.step(f"{place}.begins")
        fails = self._is_away() or self._happens(failing)
        self._has_answered = self._has_answered or not fails
        self.scheduler.step(f"{place}.ends")
        if fails:
            raise GatewayUnavailable("no answer")

    def _is_away(self) -> bool:
        """Tell whether it is gone; now and then that begins."""
        now = self.scheduler.now
        share = self.weather.goes_away
        if share and self.away_until <= now and self._happens(share):
            self.away_until = now + LONGEST_AWAY * self.scheduler.chance.random()
        is_away = now < self.away_until
        self.calls_away += is_away
        return is_away

    def _happens(self, share: float) -> bool:
        return self.scheduler.chance.random() < share

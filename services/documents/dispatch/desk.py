"""How each step reaches the database and ISDS."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from services.documents.adapters.files import StoreFull, StoreUnavailable
from services.documents.delivery.port import DataBoxGateway, DeliveryInfo, GatewayUnavailable
from services.documents.delivery.proofs import (
    BadProof,
    SentProof,
    read_delivery_proof,
    read_sent_proof,
)
from services.documents.dispatch.ahead import Ahead
from services.documents.dispatch.clocks import ClockApart, Clocks
from services.documents.dispatch.outage import NotNow, OutageAnnounced, OutageWatch
from services.documents.dispatch.rows import AS_IT_STANDS, SOME_TO_CHANGE, TO_CHANGE, TOKEN
from services.documents.dispatch.sent_lists import SentList
from services.documents.dispatch.turns import Turn
from services.documents.domain.care import PROOF_BEHIND, VERIFIER_BUSY
from services.documents.domain.deliveries import READY, UNKNOWN
from services.documents.domain.outages import DEFAULT_BACK_OFF, reopening
from services.documents.domain.proof_faults import STORE_AWAY, STORE_FULL
from services.documents.domain.refused_logins import LOGIN_FAULTS, LOGIN_REFUSED
from services.documents.failpoints import hit
from services.documents.leaving import Gate
from services.documents.models import Delivery
from services.documents.proof_verdicts import FAULTS
from services.documents.service.breakers import breaker_of, holder_of, note_refusal
from services.documents.service.deliveries import (
    LEASE,
    UNTOUCHED,
    due_deliveries,
    keep_all_ready,
    keep_until,
    rest,
)
from services.documents.service.letterheads import is_only_organisation
from services.documents.service.places import is_to_be_noted, note_place
from services.documents.service.postage import Payer
from services.documents.service.work import Work, worker_actor
from services.documents.tools import Tools
from services.documents.verification.sandbox import Busy
from shared.actors import FEED_READER
from shared.clock import SystemClock
from shared.db import is_conflict, read_only, transaction

log = logging.getLogger(__name__)

FRESH_FOR = timedelta(seconds=1)
"""So long a look at the breaker serves, and one at the organisations of the installation; a refusal
that this worker sees counts at once."""
LONGEST_REST = timedelta(days=1)
"""So long rests what only a state change can move."""

Change = Callable[[Work, Delivery], None]


class NotReady(Exception):
    """The document's proof is not far enough, or in doubt."""


KEPT: dict[type[Exception], str] = {
    **FAULTS,
    StoreFull: STORE_FULL,
    StoreUnavailable: STORE_AWAY,
    NotReady: PROOF_BEHIND,
    Busy: VERIFIER_BUSY,
}


def kept_code(error: Exception) -> str:
    """Return what a delivery keeps of an error: its code, where the error has one of our own."""
    return error.fault if isinstance(error, BadProof) else KEPT.get(type(error), str(error))


@dataclass
class DispatchDesk:
    """Short transactions around one delivery at a time."""

    session: Callable[[], Session]
    tools: Tools
    is_login_refused: bool = False
    """As the breaker in the database said at the last look."""
    breaker_seen_at: datetime | None = None
    """Real time."""
    alone: tuple[UUID | None, float] = (None, 0.0)
    """The organisation that was the only one of the installation at the last look, and when."""
    steady: Callable[[], float] = time.monotonic
    """Seconds of a clock that nobody can set."""
    ahead: Ahead | None = None
    """Begins the questions of the next delivery, where a process has little else to do."""
    clocks: Clocks = field(init=False)
    outage: OutageWatch = field(init=False)
    """Whether ISDS answers this process."""
    turn: Turn = field(init=False)
    """Whether it is this process that sends for the account."""
    noted: tuple[datetime | None] | None = None
    """What people were told last of it: until when it is left alone; ``None`` before any word."""
    sent_list: SentList | None = None
    """What the list of sent messages showed when it was read last."""
    payer: Payer | None = None
    """The sender's box as far as money goes."""
    payer_asked_at: datetime | None = None
    """Real time."""
    kept: dict[UUID, NotNow] = field(default_factory=dict)
    """Deliveries that wait although nobody asked, until :meth:`settle` writes it down."""

    def __post_init__(self) -> None:
        """Look at the clocks, at ISDS and at other senders from now on."""
        self.clocks = Clocks(self.session, self.tools, self.steady)
        self.outage = OutageWatch(self.steady)
        self.turn = Turn(self.session, self.account, self.steady)

    @property
    def gateway(self) -> DataBoxGateway:
        """The sender's data box.

        Raises:
            GatewayUnavailable: none is set up, or the login was refused and nobody has got in
                since.
            NotNow: an outage lasts, announced or not.
        """
        if self.tools.gateway is None:
            raise GatewayUnavailable("No data box is set up.")
        closed = self.closed()
        if closed is not None:
            raise closed
        if self.is_breaker_open():
            raise GatewayUnavailable("The login was refused; it is not tried again so soon.")
        return self.tools.gateway

    def has_turn(self) -> bool:
        """Tell whether this process may send; without a data box nobody has to wait for others."""
        return self.tools.gateway is None or self.turn.is_ours()

    def closed(self) -> NotNow | None:
        """Return the outage that lasts now, announced or not; ``None`` if ISDS may be asked."""
        reopens = self.reopens_at
        if reopens is not None:
            return OutageAnnounced("ISDS has an announced outage.", reopens)
        return self.outage.away()

    @contextmanager
    def hearing(self) -> Iterator[DataBoxGateway]:
        """Give the data box for a call, and hear whether ISDS answers.

        Raises:
            GatewayUnavailable: as :attr:`gateway`.
        """
        gateway = self.gateway
        with self.outage.hearing():
            yield gateway
        if self.ahead is not None:
            self.ahead.hear()

    def is_breaker_open(self) -> bool:
        """Tell whether the login was refused and nobody has got in since; asked each second."""
        now = SystemClock().now()
        if self.breaker_seen_at is None or abs(now - self.breaker_seen_at) >= FRESH_FOR:
            with read_only(self.session()) as session:
                self.is_login_refused = breaker_of(session, self.account) is not None
            self.breaker_seen_at = now
        return self.is_login_refused

    @property
    def account(self) -> str:
        """What stands for the account with which we log in."""
        return self.tools.settings.isds_account

    @property
    def reopens_at(self) -> datetime | None:
        """When the announced outage is over that lasts now; ``None`` without one (real time)."""
        settings = self.tools.settings
        announced = [item.outage for item in settings.isds_outages]
        return reopening(SystemClock().now(), announced, settings.weekly_maintenance)

    @property
    def gate(self) -> Gate:
        """Where letters go out: what may not leave is stopped there."""
        return Gate(self.session, self.tools)

    def read_sent(self, zfo: bytes) -> SentProof:
        """Read a sealed sent message.

        Raises:
            BadProof: something in it does not hold.
        """
        return read_sent_proof(zfo, trust=self.tools.seal_trust, at=self.tools.clock.now())

    def read_delivery(self, zfo: bytes) -> DeliveryInfo:
        """Read a sealed delivery info.

        Raises:
            BadProof: something in it does not hold.
        """
        return read_delivery_proof(zfo, trust=self.tools.seal_trust, at=self.tools.clock.now())

    def sends_for(self, organisation_id: UUID) -> bool:
        """Tell whether the data box is this organisation's own.

        Source:
            Act No. 300/2008 Coll., s. 18: an act made through a data box counts as signed by
            its holder, so nobody else's letter may leave from it.
        """
        holder = self.tools.settings.isds_organisation
        if holder is not None:
            return holder == organisation_id
        known, seen_at = self.alone
        if known == organisation_id and self.steady() - seen_at < FRESH_FOR.total_seconds():
            return True
        with read_only(self.session()) as session:
            is_alone = is_only_organisation(session, organisation_id)
        self.alone = (organisation_id if is_alone else None, self.steady())
        return is_alone

    def everywhere(self, session: Session) -> Work:
        """Return the surroundings of a look over all organisations."""
        return Work(session, FEED_READER, self.tools.clock)

    def due(self, state: str) -> list[UUID]:
        """Return the deliveries in a state whose next step is due."""
        with read_only(self.session()) as session:
            now = SystemClock().now()
            return due_deliveries(self.everywhere(session), state, now, self.latest(state, now))

    def latest(self, state: str, now: datetime) -> datetime:
        """Return the latest instant for which the next step of a delivery can be meant.

        What is later was set by a clock that was ahead then, or for an outage that was shortened.
        """
        rules = self.tools.settings.look_up_rules
        longest = {
            READY: DEFAULT_BACK_OFF.longest,
            UNKNOWN: max(DEFAULT_BACK_OFF.longest, rules.window),
        }
        latest = now + longest.get(state, LONGEST_REST) + LEASE
        return max(latest, self.reopens_at or latest)

    def rests(self, delivery: Delivery) -> bool:
        """Tell whether a delivery that was due has been put off by another worker meanwhile."""
        now = SystemClock().now()
        at = delivery.next_at
        return at is not None and now < at <= self.latest(delivery.state, now)

    def peek(self, delivery_id: UUID, query: Select[Delivery] = AS_IT_STANDS) -> Delivery:
        """Return the delivery as it stands, free of any transaction."""
        with read_only(self.session()) as session:
            delivery = session.scalars(query, {"delivery_id": delivery_id}).one()
            session.expunge_all()
        return delivery

    def holds(self, delivery_id: UUID, token: UUID) -> bool:
        """Tell whether the intent of this token still stands: nobody else has taken it over."""
        with read_only(self.session()) as session:
            return session.scalar(TOKEN, {"delivery_id": delivery_id}) == token

    def change(self, delivery_id: UUID, change: Change, step: str) -> None:
        """Run one use case on the delivery in a transaction of its own.

        ``step`` names it for tests, which stop the worker before and after the commit.
        """
        with transaction(self.session()) as session:
            row = session.scalars(TO_CHANGE, {"delivery_id": delivery_id}).one()
            change(Work(session, worker_actor(row.organisation_id), self.tools.clock), row)
            session.flush()
            hit(f"{step}.written")
        hit(f"{step}.committed")

    def change_all(
        self, changes: Mapping[UUID, Change], step: str, query: Select[Delivery] = SOME_TO_CHANGE
    ) -> None:
        """Run use cases on several deliveries, in their order, in one transaction."""
        with transaction(self.session()) as session:
            rows = {row.id: row for row in session.scalars(query, {"ids": list(changes)})}
            for delivery_id, change in changes.items():
                row = rows[delivery_id]
                change(Work(session, worker_actor(row.organisation_id), self.tools.clock), row)
            session.flush()
            hit(f"{step}.written")
        hit(f"{step}.committed")

    def note_place(self) -> None:
        """Note where the database is; once it has moved, everything under way is in doubt."""
        with read_only(self.session()) as session:
            if not is_to_be_noted(session):
                return
        with transaction(self.session()) as session:
            has_moved = note_place(session)
            hit("place.written")
        hit("place.committed")
        if has_moved:
            log.error("the database is in another place than before: a standby, or a restored one")

    def heed(self, code: str | None) -> None:
        """Open the breaker for all workers when the login was refused, or cannot be used."""
        if code is None or code not in LOGIN_REFUSED:
            return
        if code in LOGIN_FAULTS:
            log.error("the login of the data box cannot be used", extra={"code": code})
        else:
            log.error("ISDS refuses the login of the data box")
        with transaction(self.session()) as session:
            holder = holder_of(session, self.tools.settings.isds_organisation)
            note_refusal(session, self.tools.clock, self.account, code=code, holder=holder)
            hit("login.refused.written")
        self.breaker_seen_at = None
        hit("login.refused.committed")

    def put_off(self, delivery_id: UUID, error: Exception, known: Change | None = None) -> None:
        """Come back to the delivery later, keeping what went wrong and what is known all the same.

        What waits although nobody asked has not failed; it is written down by :meth:`settle`.
        """
        if isinstance(error, NotNow):
            self.kept[delivery_id] = error
            return
        told = {"delivery_id": str(delivery_id), "why": str(error)}
        log.warning("a delivery is put off", extra=told)
        self.heed(getattr(error, "code", None))

        def note(work: Work, row: Delivery) -> None:
            if known is not None:
                known(work, row)
            row.last_error = kept_code(error)[:1000]
            rest(row)

        try:
            self.change(delivery_id, note, "delivery.put_off")
        except OperationalError as held:
            if not is_conflict(held):
                raise
            log.warning("others hold the delivery", extra={"delivery_id": str(delivery_id)})

    @contextmanager
    def apart_from_others(self, delivery_id: UUID) -> Iterator[None]:
        """Let whatever goes wrong with one delivery stop no other one; it comes later again.

        What went wrong is in the log, and in the end a deadline at risk shows the delivery to the
        office. If even that cannot be written down, the whole turn fails. What others hold in the
        database is left to them; nothing was written, and the next turn tries it again.
        """
        try:
            yield
        except Exception as error:
            log.exception("a delivery is left alone", extra={"delivery_id": str(delivery_id)})
            if is_conflict(error):
                return
            # Its text may hold anything, and people will read this.
            self.put_off(delivery_id, RuntimeError(f"{type(error).__name__}, see the log."))

    def settle(self) -> None:
        """Let all that waits for the same thing rest, by one statement."""
        kept, self.kept = self.kept, {}
        if not kept:
            return
        latest = max(kept.values(), key=lambda error: error.until)
        told = {"deliveries": len(kept), "why": str(latest)}
        log.warning("nothing is asked now, deliveries wait", extra=told)
        apart = [one.until for one in kept.values() if isinstance(one, ClockApart)]
        self._keep(list(kept), latest.until, max(apart, default=None))

    def keep_ready(self, apart: ClockApart) -> None:
        """Write down that letters which became ready meanwhile had to wait for the clock, too.

        Whatever had to wait is looked for before it is sent: a person may have sent it by hand.
        """
        with read_only(self.session()) as session:
            if session.scalar(UNTOUCHED.limit(1)) is None:
                return
        self._keep([], apart.until, apart.until)

    def _keep(self, ids: list[UUID], until: datetime, all_until: datetime | None) -> None:
        with transaction(self.session()) as session:
            keep_until(session, ids, until)
            if all_until is not None:
                keep_all_ready(session, all_until)
            hit("delivery.kept.written")
        hit("delivery.kept.committed")

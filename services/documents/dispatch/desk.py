"""How each step reaches the database and ISDS."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session, defaultload, lazyload

from services.documents.delivery.port import DataBoxGateway, DeliveryInfo, GatewayUnavailable
from services.documents.delivery.proofs import SentProof, read_delivery_proof, read_sent_proof
from services.documents.domain.outages import reopening
from services.documents.failpoints import hit
from services.documents.leaving import Gate
from services.documents.models import Delivery, Document
from services.documents.service.deliveries import due_deliveries, rest
from services.documents.service.letterheads import is_only_organisation
from services.documents.service.postage import Payer
from services.documents.service.work import Work, worker_actor
from services.documents.tools import Tools
from shared.actors import FEED_READER
from shared.clock import SystemClock
from shared.db import reading, transaction

log = logging.getLogger(__name__)

LOGIN_REFUSED = frozenset({"401", "403"})
LOGIN_PAUSE = timedelta(minutes=15)

Change = Callable[[Work, Delivery], None]
ALONE = defaultload(Delivery.document).options(
    lazyload(Document.signatures), lazyload(Document.delivery)
)
"""The worker asks neither who signed nor, once more, for the delivery: two questions less."""


@dataclass
class DispatchDesk:
    """Short transactions around one delivery at a time."""

    session: Callable[[], Session]
    tools: Tools
    login_blocked_until: datetime | None = None
    """Real time; set after a refused login, because repeated ones lock the account."""
    payer: Payer | None = None
    """The sender's box as far as money goes."""
    payer_asked_at: datetime | None = None
    """Real time."""

    @property
    def gateway(self) -> DataBoxGateway:
        """The sender's data box.

        Raises:
            GatewayUnavailable: none is set up, an announced outage lasts, or the login was
                refused a while ago.
        """
        if self.tools.gateway is None:
            raise GatewayUnavailable("No data box is set up.")
        if self.reopens_at is not None:
            raise GatewayUnavailable("ISDS has an announced outage.")
        if self.login_blocked_until and SystemClock().now() < self.login_blocked_until:
            raise GatewayUnavailable("The login was refused; it is not tried again so soon.")
        return self.tools.gateway

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
        return read_sent_proof(zfo, roots=self.tools.seal_roots, at=self.tools.clock.now())

    def read_delivery(self, zfo: bytes) -> DeliveryInfo:
        """Read a sealed delivery info.

        Raises:
            BadProof: something in it does not hold.
        """
        return read_delivery_proof(zfo, roots=self.tools.seal_roots, at=self.tools.clock.now())

    def sends_for(self, organisation_id: UUID) -> bool:
        """Tell whether the data box is this organisation's own.

        Source:
            Act No. 300/2008 Coll., s. 18: an act made through a data box counts as signed by
            its holder, so nobody else's letter may leave from it.
        """
        holder = self.tools.settings.isds_organisation
        if holder is not None:
            return holder == organisation_id
        with reading(), transaction(self.session()) as session:
            return is_only_organisation(session, organisation_id)

    def everywhere(self, session: Session) -> Work:
        """Return the surroundings of a look over all organisations."""
        return Work(session, FEED_READER, self.tools.clock)

    def due(self, state: str) -> list[UUID]:
        """Return the deliveries in a state whose next step is due."""
        with reading(), transaction(self.session()) as session:
            return due_deliveries(self.everywhere(session), state, SystemClock().now())

    def peek(self, delivery_id: UUID) -> Delivery:
        """Return the delivery as it stands, free of any transaction."""
        with reading(), transaction(self.session()) as session:
            delivery = session.get_one(Delivery, delivery_id, options=[ALONE])
            session.expunge_all()
        return delivery

    def change(self, delivery_id: UUID, change: Change, step: str) -> None:
        """Run one use case on the delivery in a transaction of its own.

        ``step`` names it for tests, which stop the worker before and after the commit.
        """
        with transaction(self.session()) as session:
            row = session.get_one(
                Delivery,
                delivery_id,
                options=[ALONE, lazyload(Delivery.proofs)],
                with_for_update={"of": Delivery},
                populate_existing=True,
            )
            change(Work(session, worker_actor(row.organisation_id), self.tools.clock), row)
            hit(f"{step}.written")
        hit(f"{step}.committed")

    def heed(self, code: str | None) -> None:
        """Stop asking for a while when ISDS refused the login."""
        if code in LOGIN_REFUSED:
            log.error("ISDS refuses the login of the data box")
            self.login_blocked_until = SystemClock().now() + LOGIN_PAUSE

    def put_off(self, delivery_id: UUID, error: Exception) -> None:
        """Come back to the delivery later, keeping what went wrong."""
        self.heed(getattr(error, "code", None))

        reopens = self.reopens_at

        def note(_work: Work, row: Delivery) -> None:
            row.last_error = str(error)[:1000]
            if reopens is None:
                rest(row)
            else:
                row.next_at = reopens

        self.change(delivery_id, note, "delivery.put_off")

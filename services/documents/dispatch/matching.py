"""What a list of sent messages shows under one reference, and the sealed copies behind it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.documents.delivery.port import GatewayRefused, GatewayUnavailable, SentRecord
from services.documents.delivery.proofs import BadProof, SentProof
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain.deliveries import UNKNOWN
from services.documents.domain.legal_delivery import is_undeliverable
from services.documents.domain.matches import Match
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service.deliveries import own_files
from services.documents.service.work import Work

log = logging.getLogger(__name__)

MOST_COPIES = 10
"""So many sealed copies are read for a person; nobody has sent one letter oftener by hand."""


@dataclass
class Listed:
    """The messages under the reference of one delivery."""

    records: Sequence[SentRecord]
    seen_at: datetime
    """When the list was asked for (real time)."""
    copies: dict[str, SentProof] = field(default_factory=dict)
    """Sealed copies that were read, by the number of the message."""

    def read_copies(self, desk: DispatchDesk) -> None:
        """Read the sealed copies for a person who has to choose; without one it is not known."""
        for record in self.records[:MOST_COPIES]:
            try:
                self.read_copy(desk, record.message_id)
            except (GatewayUnavailable, GatewayRefused, BadProof) as error:
                desk.heed(getattr(error, "code", None))
                told = {"message_id": record.message_id, "why": str(error)}
                log.warning("the sealed copy of a listed message cannot be had", extra=told)

    def read_copy(self, desk: DispatchDesk, message_id: str) -> SentProof | None:
        """Return what a sealed copy says; ``None`` if nobody can ever have it.

        Raises:
            GatewayUnavailable, GatewayRefused, BadProof: it cannot be had now.
        """
        try:
            with desk.hearing() as gateway:
                zfo = gateway.signed_sent_message(message_id)
        except GatewayRefused:
            if not is_undeliverable(desk.gateway.delivery_info(message_id).state, ()):
                raise
            return None
        hit("adopt.fetched")
        self.copies[message_id] = desk.read_sent(zfo)
        hit("adopt.verified")
        return self.copies[message_id]

    def note(self, work: Work, delivery: Delivery) -> None:
        """Keep with a delivery of unknown fate what is known of each message."""
        if delivery.state != UNKNOWN:
            return
        ours = set(own_files(work, delivery))
        found = sorted(self.records, key=lambda one: (len(one.message_id), one.message_id))
        delivery.matches = [self._match(record, ours) for record in found]

    def _match(self, record: SentRecord, ours: set[str]) -> Match:
        copy = self.copies.get(record.message_id)
        return Match(
            message_id=record.message_id,
            data_box_id=record.recipient_box,
            state=record.state,
            put_in_at=record.put_in_at,
            seen_at=self.seen_at,
            carries_our_file=None if copy is None else not ours.isdisjoint(copy.file_hashes),
        )

"""Fetching what ISDS seals about a message: the message itself, and what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from services.documents.adapters.files import (
    FileDamaged,
    FileMissing,
    StoreFull,
    StoreUnavailable,
)
from services.documents.delivery.port import DeliveryInfo, GatewayRefused, GatewayUnavailable
from services.documents.delivery.proofs import BadProof
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain.deliveries import DELIVERY_INFO, SENT_MESSAGE
from services.documents.failpoints import hit
from services.documents.models import Delivery
from services.documents.service.concluding import ProofFile, keep_proof
from services.documents.service.work import Work
from shared.contracts.codec import to_json

LOOK_BACK = timedelta(days=14)
"""ISDS tells state changes of the last 15 days."""
Call = Callable[[], bytes]
"""A question for a sealed file."""
TROUBLE = (
    *(GatewayUnavailable, GatewayRefused, BadProof),
    *(FileMissing, FileDamaged, StoreFull, StoreUnavailable),
)
"""Why a proof cannot be had now."""


@dataclass(frozen=True)
class Proved:
    """A sealed file that was fetched and believed, and is not kept yet."""

    kind: str
    zfo: bytes
    info: DeliveryInfo
    """What it says of the message."""
    facts: dict[str, Any]
    """The same in the form that is kept."""


def fetch_sent_message(desk: DispatchDesk, message_id: str, begun: Call | None = None) -> Proved:
    """Fetch and verify the sealed copy of a sent message; whether it is ours is judged later.

    Args:
        begun: The call, if it was begun ahead.

    Raises:
        One of ``TROUBLE``.
    """
    with desk.hearing() as gateway:
        zfo = begun() if begun else gateway.signed_sent_message(message_id)
    hit("message.fetched")
    proof = desk.read_sent(zfo)
    hit("message.verified")
    facts = {**to_json(proof.info), "files": list(proof.file_hashes)}
    return Proved(SENT_MESSAGE, zfo, proof.info, facts)


def fetch_delivery_info(desk: DispatchDesk, message_id: str, begun: Call | None = None) -> Proved:
    """Fetch and verify a sealed delivery info; whether it is about our message is judged later.

    Args:
        begun: The call, if it was begun ahead.

    Raises:
        One of ``TROUBLE``.
    """
    with desk.hearing() as gateway:
        zfo = begun() if begun else gateway.signed_delivery_info(message_id)
    hit("info.fetched")
    info = desk.read_delivery(zfo)
    hit("info.verified")
    return Proved(DELIVERY_INFO, zfo, info, to_json(info))


@dataclass(frozen=True)
class Stored:
    """Proofs whose files survive a crash; what is left is to write them down."""

    proofs: Sequence[Proved]
    names: Sequence[str]

    def keep(self, work: Work, delivery: Delivery) -> None:
        """Write them down with their delivery."""
        for proof, name in zip(self.proofs, self.names, strict=True):
            keep_proof(work, delivery, ProofFile(proof.kind, name), proof.facts)

    def split(self, count: int) -> tuple["Stored", "Stored"]:
        """Return the first so many, and the rest."""
        first = Stored(self.proofs[:count], self.names[:count])
        return first, Stored(self.proofs[count:], self.names[count:])


def store(desk: DispatchDesk, proofs: Sequence[Proved]) -> Stored:
    """Keep the files of proofs, all of them at once.

    Raises:
        StoreFull, StoreUnavailable: they are not kept.
    """
    names = desk.tools.files.put_all([proof.zfo for proof in proofs])
    hit("proofs.stored")
    return Stored(proofs, names)

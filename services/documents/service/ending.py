"""Ending a delivery that can lead nowhere: a person says why, another document follows."""

from uuid import UUID

from services.documents.domain.channels import check_reason
from services.documents.domain.deliveries import DELIVERY, end_is_allowed
from services.documents.domain.records import EndNotAllowed, check_named_version
from services.documents.models import Delivery
from services.documents.service.loading import delivery_of
from services.documents.service.payloads import delivery_payload
from services.documents.service.work import Work


def end_delivery(work: Work, delivery_id: UUID, reason: str, version: int | None) -> Delivery:
    """End a delivery without any proof of it, by a named person's decision.

    What was kept of it stays. Why a person was asked stays, too: it says what became of it.

    Raises:
        RecordUnknown: no such delivery.
        RecordChanged: it is no more as the person saw it.
        EndNotAllowed: the document can still be delivered.
        ReasonMissing: nobody stands behind it.
    """
    why = check_reason(reason)
    delivery = delivery_of(work, delivery_id)
    check_named_version(shown=version, present=delivery.version)
    if not end_is_allowed(delivery.state, delivery.reason):
        raise EndNotAllowed(reason=delivery.reason)
    delivery.state = DELIVERY.apply(delivery.state, "end")
    delivery.next_at = None
    work.session.flush()  # whoever was faster has raised the version
    work.audit("end_delivery", ("delivery", delivery.id), reason=delivery.reason, why=why)
    work.tell("delivery.ended", delivery.id, delivery_payload(delivery))
    return delivery

"""What may have been taken back while nobody listened to ISDS, and until when all was heard."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.domain.deliveries import DELIVERED
from services.documents.domain.legal_delivery import FICTION
from services.documents.models import Delivery, StateLook
from services.documents.service.work import Work


def delivered_by_fiction_before(work: Work, day: date) -> list[str]:
    """Return the messages that count as delivered by fiction since before a day."""
    query = select(Delivery.message_id).where(
        Delivery.state == DELIVERED,
        Delivery.delivery_basis == FICTION,
        Delivery.message_id.is_not(None),
        Delivery.delivered_on < day,
    )
    found = work.session.scalars(query.order_by(Delivery.delivered_on, Delivery.id))
    return [one for one in found if one is not None]


def last_heard(session: Session, account: str) -> datetime | None:
    """Return until when every change was heard (process clock); ``None`` before the first look."""
    found = session.get(StateLook, account)
    return found.seen_until if found else None


def heard_until(session: Session, account: str, moment: datetime) -> None:
    """Write down that every change up to a moment (process clock) was heard."""
    found = session.get(StateLook, account, with_for_update=True)
    if found is None:
        session.add(StateLook(account=account, seen_until=moment))
    else:
        found.seen_until = max(found.seen_until, moment)

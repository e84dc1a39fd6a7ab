"""Seeing to it, when somebody asks, that all of a log is proven in time."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from shared.clock import SystemClock
from shared.contracts.evidence import LogReach
from shared.evidence.anchoring import LONGEST_PAUSE, Anchoring, Stamper, StampUnavailable
from shared.evidence.anchors import has_news
from shared.evidence.keeping import Desk, Keeper, last_anchor
from shared.evidence.log import length_of

log = logging.getLogger(__name__)


def prove_now(desk: Desk, stamper: Stamper, organisation_id: UUID) -> int | None:
    """Sign all that is in a log and have it stamped, unless nothing but stamping is new.

    No transaction is open while the authority is asked.

    Returns:
        The number of entries under the newest time stamp, which are all that there were when this
        began but for those about stamps; ``None`` where they are not, because the log does not
        continue what was signed (which is then logged and shown as its verdict).

    Raises:
        StampUnavailable: no time stamp can be had now.
    """
    session, evidence = desk.session(), desk.ledger.evidence
    is_news, length = has_news(desk, organisation_id), length_of(session, evidence, organisation_id)
    session.rollback()
    if is_news:
        Keeper(desk).keep(organisation_id)
        Anchoring(desk, stamper).anchor(organisation_id)
    stamped = _stamped(desk, organisation_id)
    return None if is_news and stamped < length else stamped


def prove_or_wait(desk: Desk, stamper: Stamper, organisation_id: UUID) -> LogReach:
    """Do what can be done now, and say how far it reaches and until when the rest waits."""
    name, waits_until = desk.ledger.name_of(organisation_id), None
    try:
        until = prove_now(desk, stamper, organisation_id)
    except StampUnavailable as error:
        facts = {"evidence_log": name, "reason": str(error)}
        log.warning("the evidence log waits for its time stamp", extra=facts)
        until, waits_until = None, _retried_by(desk, organisation_id)
    return LogReach(name, until, waits_until)


def _stamped(desk: Desk, organisation_id: UUID) -> int:
    """Return the number of entries under the newest checkpoint that has a time stamp."""
    session, checkpoint, stamps = desk.session(), desk.ledger.checkpoint, desk.ledger.anchor
    query = (
        select(checkpoint.size)
        .join(stamps, stamps.checkpoint_id == checkpoint.id)
        .where(stamps.organisation_id == organisation_id)
        .order_by(checkpoint.epoch.desc(), checkpoint.size.desc())
    )
    found = session.scalar(query.limit(1))
    session.rollback()
    return found or 0


def _retried_by(desk: Desk, organisation_id: UUID) -> datetime:
    """Return when at the latest the worker will have asked for a time stamp again."""
    now, last = SystemClock().now(), last_anchor(desk, organisation_id)
    desk.session().rollback()
    due = now if last is None else max(now, last + desk.rules.stamps)
    return due + timedelta(seconds=LONGEST_PAUSE)

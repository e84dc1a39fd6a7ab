"""The whole history of a delivery: who did what and why, and what ISDS says that happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from typing import Any

from flask_babel import gettext
from sqlalchemy import and_, or_, select

from services.documents.domain.isds_outcome import NOT_CREATED
from services.documents.models import Audit, BatchItem, Delivery
from services.documents.service.batch_sending import PAUSE, RESUME
from services.documents.service.concluding import is_of_message, newest_info
from services.documents.service.work import Work
from services.documents.web.answer_words import answer_words
from services.documents.web.hold_words import HOLD_NAMES
from services.documents.web.words import ACTS, BASES, CHANNELS, PROOFS, REASONS
from shared.audit import AuditMixin
from shared.web import day

DAYS = ("day", "posted_on", "handed_over_on", "returned_on")
"""Names under which the audit trail keeps a day."""


@dataclass(frozen=True)
class Line:
    """One line of the history."""

    at: datetime
    who: str
    """Empty for what ISDS says."""
    text: str
    why: str = ""
    """A person's own words."""


def history_of(work: Work, delivery: Delivery) -> list[Line]:
    """Return what happened with a delivery, every attempt included, the oldest first."""
    subjects = [one for one in (delivery.id, delivery.dispatch_id) if one is not None]
    batch = select(BatchItem.batch_id).where(BatchItem.id == delivery.document_id)
    of_batch = and_(Audit.subject_id.in_(batch), Audit.act.in_((PAUSE, RESUME)))
    query = select(Audit).where(
        Audit.organisation_id == work.organisation_id,
        or_(Audit.subject_id.in_(subjects), of_batch),
    )
    acts = work.session.scalars(query.order_by(Audit.recorded_at, Audit.id))
    lines = [_act(one) for one in acts]
    # What was done keeps its order, even where the clock of a demonstration was set back.
    return list(merge(lines, _events(delivery), key=lambda line: line.at))


def _events(delivery: Delivery) -> list[Line]:
    """Return the events of the newest delivery info, which was proved when it was kept.

    What it says of another message is no history of ours.
    """
    info = newest_info(delivery)
    if info is None or not is_of_message(delivery, info):
        return []
    events = sorted(info.events, key=lambda event: event.at)
    return [Line(one.at, "", f"{one.code}: {one.text}".rstrip(": ")) for one in events]


def _act(entry: AuditMixin) -> Line:
    details = entry.details
    text = str(ACTS.get(entry.act, entry.act))
    if details.get("attempt"):
        text += f" ({gettext('pokus %(number)s', number=details['attempt'])})"
    said = ", ".join(_said(entry.act, details))
    return Line(
        entry.at, entry.actor_name, f"{text}: {said}" if said else text, details.get("why") or ""
    )


def _said(act: str, details: Mapping[str, Any]) -> Iterator[str]:
    """Tell what an entry keeps beside the act itself."""
    if details.get("before") in CHANNELS and details.get("after") in CHANNELS:
        yield f"{CHANNELS[details['before']]} → {CHANNELS[details['after']]}"
    if details.get("kind") in PROOFS:
        yield str(PROOFS[details["kind"]])
    reasons = {**REASONS, **HOLD_NAMES}
    if details.get("reason") in reasons:
        yield str(reasons[details["reason"]])
    if act == "put_back":
        yield answer_words(f"{NOT_CREATED} {details.get('code') or ''}".strip())
    elif details.get("code"):
        yield answer_words(str(details["code"]))
    yield from (day(date.fromisoformat(details[one]), "short") for one in DAYS if details.get(one))
    if details.get("basis") in BASES:
        yield str(BASES[details["basis"]])
    numbers = [details.get("message_id"), *details.get("messages", ()), details.get("number")]
    yield from (str(one) for one in numbers if one)

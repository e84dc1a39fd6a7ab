"""What keeps one letter here, for its own page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from services.documents.desk import tools
from services.documents.domain.care import may_leave
from services.documents.domain.deliveries import HELD, READY, WAITING
from services.documents.domain.postage import HOLD_PAUSE
from services.documents.hindrances import apart_words, silences
from services.documents.models import Delivery
from services.documents.service.batch_sending import pausing_batch, pausing_dispatch
from services.documents.service.dispatches import stop_of
from services.documents.service.work import Work
from services.documents.web.hold_words import HOLD_NAMES
from services.documents.web.words import TROUBLES
from shared.clock import SystemClock
from shared.dates import moment_text


@dataclass(frozen=True)
class Hindrance:
    """One thing that keeps a letter here."""

    words: str
    url: str
    """The page that tells more, or ends it."""


@dataclass(frozen=True)
class Hindered:
    """Why a letter has not left yet."""

    by: list[Hindrance]
    """All that keeps it here; empty if its turn just has not come."""
    next_at: datetime | None
    """When the worker comes back to it, if that is known (real time)."""


def hindered(work: Work, delivery: Delivery) -> Hindered | None:
    """Return why a letter that nobody has begun to send is still here; ``None`` of any other."""
    if delivery.state not in (WAITING, READY, HELD):
        return None
    found, now = list(_hindrances(work, delivery)), SystemClock().now()
    is_put_off = delivery.state == READY and delivery.next_at and delivery.next_at > now
    goes_on_by_itself = is_put_off and stop_of(work) is None
    return Hindered(found, delivery.next_at if goes_on_by_itself else None)


def _hindrances(work: Work, delivery: Delivery) -> Iterator[Hindrance]:
    stop, data_box = stop_of(work), url_for("pages.data_box")
    if stop is not None:
        when, told = moment_text(stop.stopped_at), stop.reason
        words = gettext(
            "všechno odesílání zastavil(a) %(name)s %(when)s: %(reason)s",
            name=stop.stopped_by,
            when=when,
            reason=told,
        )
        yield Hindrance(words, data_box)
    yield from _pauses(work, delivery)
    if delivery.state == HELD and delivery.hold in HOLD_NAMES and delivery.hold != HOLD_PAUSE:
        what = HOLD_NAMES[delivery.hold]
        yield Hindrance(gettext("čeká %(what)s", what=what), data_box)
    yield from _proofs(delivery)
    for words in (*silences(work), apart_words(work)):
        if words:
            yield Hindrance(words, data_box)


def _pauses(work: Work, delivery: Delivery) -> Iterator[Hindrance]:
    batch_id, dispatch_id = pausing_batch(work, delivery), pausing_dispatch(work, delivery)
    if batch_id is not None:
        url = url_for("pages.batch", batch_id=batch_id)
        yield Hindrance(gettext("odesílání dopisů dávky je pozastavené"), url)
    if dispatch_id is not None:
        url = url_for("pages.dispatch", dispatch_id=dispatch_id)
        yield Hindrance(gettext("schválené odeslání je pozastavené"), url)


def _proofs(delivery: Delivery) -> Iterator[Hindrance]:
    document = delivery.document
    if may_leave(document.level, tools().settings.dispatch_level, document.trouble):
        return
    if document.trouble in TROUBLES:
        words = str(TROUBLES[document.trouble])
    elif delivery.state == WAITING:
        words = gettext("dokument ještě není vydaný")
    else:
        words = gettext("dokumentu chybí pečeť, časové razítko nebo jiný doklad")
    yield Hindrance(words, url_for("pages.document", document_id=document.id))

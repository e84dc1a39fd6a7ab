"""Telling people of an outage that nobody announced: a row that is written at each trial."""

from services.documents.dispatch.desk import DispatchDesk
from services.documents.failpoints import hit
from services.documents.service.breakers import holder_of
from services.documents.service.outages import Silence, is_noted, note_away, note_back
from shared.clock import SystemClock
from shared.db import read_only, transaction


def note_outage(desk: DispatchDesk) -> int:
    """Write down what became of ISDS since the last time; return how often that was.

    An outage is written down when it is found out and after each trial, its end after the first
    answer. Nothing is written as long as nothing changes, whatever is called meanwhile.
    """
    watch = desk.outage
    away = watch.away()
    if away is None and not watch.has_answered:
        return 0  # nobody was asked yet
    news = watch.breaker.open_until
    if desk.noted == (news,):
        return 0
    if away is None:
        _note_back(desk)
    else:
        with transaction(desk.session()) as session:
            holder = holder_of(session, desk.tools.settings.isds_organisation)
            since = watch.silent_since or SystemClock().now()
            found = Silence(since, watch.fault, away.until)
            note_away(session, desk.tools.clock, desk.account, found, holder)
            hit("outage.noted.written")
        hit("outage.noted.committed")
    desk.noted = (news,)
    return 1


def _note_back(desk: DispatchDesk) -> None:
    with read_only(desk.session()) as session:
        if not is_noted(session, desk.account):
            return
    with transaction(desk.session()) as session:
        note_back(session, desk.tools.clock, desk.account)
        hit("outage.ended.written")
    hit("outage.ended.committed")

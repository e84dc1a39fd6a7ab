"""The worker's daily look for what is at risk, and the word to those who look after it."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.models import Letterhead
from services.documents.service.risk_notices import redate, remind_of_risks
from services.documents.service.risks import find_risks
from services.documents.service.work import Work, worker_actor
from services.documents.tools import Tools
from shared.clock import SystemClock
from shared.db import read_only, transaction

A_JUMP = timedelta(hours=1)
"""The process clock jumps in demonstrations; a machine that slept looks the same."""


class RiskCare:
    """The worker's task: looks once a day at each organisation.

    After its start, and after the clock jumped, everything may look neglected; the care for
    documents is given some real time before anybody is told.
    """

    def __init__(self, session: Callable[[], Session], tools: Tools) -> None:
        self._session, self._tools = session, tools
        self._looked: dict[UUID, date] = {}
        self._steady_since = SystemClock().now()
        self._ahead: timedelta | None = None
        """By how much the process clock was ahead of real time at the last turn."""

    def run_once(self) -> int:
        """Tell of what is newly at risk; return how many documents and proofs that are."""
        if not self._is_settled():
            return 0
        today = self._tools.clock.today()
        with read_only(self._session()) as session:
            organisations = list(session.scalars(select(Letterhead.organisation_id)))
        return sum(
            self._look(one, today) for one in organisations if self._looked.get(one) != today
        )

    def _is_settled(self) -> bool:
        now = SystemClock().now()
        ahead = self._tools.clock.now() - now
        if self._ahead is None or abs(ahead - self._ahead) > A_JUMP:
            self._steady_since = now
        self._ahead = ahead
        return now - self._steady_since >= self._tools.settings.risk_settling

    def _look(self, organisation_id: UUID, today: date) -> int:
        rules = self._tools.risk_rules
        with transaction(self._session()) as session:
            redate(self._work(session, organisation_id), rules.policy)
        with read_only(self._session()) as session:
            found = find_risks(self._work(session, organisation_id), rules)
        with transaction(self._session()) as session:
            told = remind_of_risks(self._work(session, organisation_id), found)
        self._looked[organisation_id] = today
        return told

    def _work(self, session: Session, organisation_id: UUID) -> Work:
        return Work(session, worker_actor(organisation_id), self._tools.clock)

"""The worker's daily look for what is at risk, and the word to those who look after it."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.models import Letterhead
from services.documents.service.risk_notices import redate, remind_of_risks
from services.documents.service.risks import find_risks
from services.documents.service.work import Work, worker_actor
from services.documents.tools import Tools
from shared.db import reading, transaction


class RiskCare:
    """The worker's task: looks once a day at each organisation."""

    def __init__(self, session: Callable[[], Session], tools: Tools) -> None:
        self._session, self._tools = session, tools
        self._looked: dict[UUID, date] = {}

    def run_once(self) -> int:
        """Tell of what is newly at risk; return how many documents and proofs that are."""
        today = self._tools.clock.today()
        with reading(), transaction(self._session()) as session:
            organisations = list(session.scalars(select(Letterhead.organisation_id)))
        return sum(
            self._look(one, today) for one in organisations if self._looked.get(one) != today
        )

    def _look(self, organisation_id: UUID, today: date) -> int:
        rules = self._tools.risk_rules
        with transaction(self._session()) as session:
            redate(self._work(session, organisation_id), rules.policy)
        with reading(), transaction(self._session()) as session:
            found = find_risks(self._work(session, organisation_id), rules)
        with transaction(self._session()) as session:
            told = remind_of_risks(self._work(session, organisation_id), found)
        self._looked[organisation_id] = today
        return told

    def _work(self, session: Session, organisation_id: UUID) -> Work:
        return Work(session, worker_actor(organisation_id), self._tools.clock)

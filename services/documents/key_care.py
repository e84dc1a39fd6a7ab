"""The worker's daily care for certificates: with what is sealed, and whose ends soon."""

import logging
from collections.abc import Callable
from datetime import date
from uuid import UUID

from asn1crypto import x509
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.models import Letterhead
from services.documents.service.certificates import note_seal, remind
from services.documents.service.work import Work, worker_actor
from services.documents.signing.port import SigningUnavailable
from services.documents.signing.ways.people import read
from services.documents.tools import Tools
from shared.db import read_only, transaction

log = logging.getLogger(__name__)


class KeyCare:
    """The worker's task: looks once a day at each organisation."""

    def __init__(self, session: Callable[[], Session], tools: Tools) -> None:
        self._session, self._tools = session, tools
        self._looked: dict[UUID, date] = {}

    def run_once(self) -> int:
        """Note seals and tell of ends; return how many reminders were told."""
        with read_only(self._session()) as session:
            rows = session.execute(select(Letterhead.organisation_id, Letterhead.name))
            organisations = [(row.organisation_id, row.name) for row in rows]
        return sum(self._look(*one) for one in organisations)

    def _look(self, organisation_id: UUID, name: str) -> int:
        today = self._tools.clock.today()
        if self._looked.get(organisation_id) == today:
            return 0
        seal = self._seal(organisation_id, name)
        with transaction(self._session()) as session:
            work = Work(session, worker_actor(organisation_id), self._tools.clock)
            if seal is not None:
                note_seal(work, read(x509.Certificate.load(seal[0])), seal[1], name)
            told = remind(work)
        self._looked[organisation_id] = today
        return told

    def _seal(self, organisation_id: UUID, name: str) -> tuple[bytes, str] | None:
        try:
            return self._tools.seal.present(organisation_id, name)
        except SigningUnavailable:
            log.warning("the seal cannot be looked at now")
            return None

"""The worker's daily care for the login of the data box: when its certificate and password end."""

import logging
from datetime import date, datetime, timedelta

from services.documents.delivery.account import WITH_WHAT
from services.documents.delivery.port import GatewayRefused, GatewayUnavailable
from services.documents.delivery.tls import UnusableFile, certificate_end
from services.documents.dispatch.desk import DispatchDesk
from services.documents.service.breakers import holder_of
from services.documents.service.login_ends import (
    CERTIFICATE,
    PASSWORD,
    note_ends,
    remind_of_login,
)
from services.documents.service.work import Work, worker_actor
from shared.db import read_only, transaction

log = logging.getLogger(__name__)

REST = timedelta(hours=1)
"""After a look that could not see everything."""


class LoginCare:
    """The worker's task: looks once a day; what it could not see, it tries again in an hour."""

    def __init__(self, desk: DispatchDesk) -> None:
        self._desk = desk
        self._looked: date | None = None
        self._rests_until = float("-inf")
        """On the steady clock."""

    def run_once(self) -> int:
        """Note when the login ends and tell of it; return how many reminders were told."""
        desk, settings = self._desk, self._desk.tools.settings
        today = desk.tools.clock.today()
        is_resting = desk.steady() < self._rests_until
        if self._looked == today or is_resting or not settings.has_data_box:
            return 0
        with read_only(desk.session()) as session:
            holder = holder_of(session, settings.isds_organisation)
        seen = self._seen() if holder is not None else {}
        told = 0
        if holder is not None:
            with transaction(desk.session()) as session:
                work = Work(session, worker_actor(holder), desk.tools.clock)
                note_ends(work, desk.account, seen)
                told = remind_of_login(work)
        if len(seen) == len((CERTIFICATE, PASSWORD)):
            self._looked = today
        else:
            self._rests_until = desk.steady() + REST.total_seconds()
        return told

    def _seen(self) -> dict[str, datetime | None]:
        """Return when each part ends; what nobody could tell now is not there."""
        settings, parts = self._desk.tools.settings, WITH_WHAT[self._desk.tools.settings.isds_login]
        seen: dict[str, datetime | None] = {}
        path = settings.isds_certificate
        if path is None:
            seen[CERTIFICATE] = None
        else:
            try:
                seen[CERTIFICATE] = certificate_end(path)
            except UnusableFile:
                log.exception("the certificate of the data box cannot be read")
        if "password" not in parts:
            seen[PASSWORD] = None
            return seen
        try:
            with self._desk.hearing() as gateway:
                seen[PASSWORD] = gateway.login().password_expires_at
        except (GatewayUnavailable, GatewayRefused) as error:
            log.warning("nobody tells now when the password of the data box ends")
            self._desk.heed(getattr(error, "code", None))
        return seen

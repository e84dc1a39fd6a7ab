"""What could not be handed over to other services and waits for a person's help."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from services.evaluation.models import Outbox
from services.evaluation.service.acting import Acting
from shared.outbox import count_stuck
from shared.web.tasks import WaitingTask


def tasks(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    """Return one task with the number of messages."""
    if not acting.actor.has_role("director", "operator"):
        return
    count = count_stuck(session, Outbox, acting.organisation_id)
    if count:
        yield WaitingTask(
            what=gettext("Předat, co se nepodařilo předat"),
            subject=ngettext("%(num)s zpráva", "%(num)s zpráv", count),
            url=url_for("stuck.index"),
            button=gettext("Zobrazit a zkusit znovu"),
        )

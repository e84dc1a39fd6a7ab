"""After a restored backup nothing is sent before it was looked for in the list of sent messages."""

import logging
from uuid import UUID

from services.documents.dispatch.desk import Change, DispatchDesk
from services.documents.service.epochs import (
    begin_doubt,
    doubtful_deliveries,
    doubtful_organisations,
    end_doubt,
    has_sent_by_box,
)
from shared.db import read_only

log = logging.getLogger(__name__)


def doubt_restored(desk: DispatchDesk) -> int:
    """Put in doubt what the backup does not know the end of; return how many were touched.

    A database that is found in another place than before is one more backup that was restored.
    """
    desk.note_place()
    with read_only(desk.session()) as session:
        organisations = doubtful_organisations(desk.everywhere(session))
    return sum(_doubt(desk, organisation_id) for organisation_id in organisations)


def _doubt(desk: DispatchDesk, organisation_id: UUID) -> int:
    with read_only(desk.session()) as session:
        found = doubtful_deliveries(desk.everywhere(session), organisation_id)
        has_sent = has_sent_by_box(desk.everywhere(session), organisation_id)
    step = _step(desk, organisation_id, has_sent=has_sent)
    if step is None:
        return 0
    log.warning("deliveries are in doubt: a backup was restored, or the database has moved")
    for delivery_id in found:
        with desk.apart_from_others(delivery_id):
            desk.change(delivery_id, step, "doubt")
    return len(found)


def _step(desk: DispatchDesk, organisation_id: UUID, *, has_sent: bool) -> Change | None:
    """Return what to do with the deliveries of an organisation; ``None`` is to wait.

    Only the list of the organisation's own data box can tell. One that never sent anything by a
    data box has none, and its letters wait for nothing; one whose box is not set up waits for it.
    """
    if desk.tools.gateway is not None and desk.sends_for(organisation_id):
        return begin_doubt
    return None if has_sent else end_doubt

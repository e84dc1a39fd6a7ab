"""After a restored backup nothing is sent before it was looked for in the list of sent messages."""

import logging

from services.documents.dispatch.desk import DispatchDesk
from services.documents.service.epochs import begin_doubt, doubtful_deliveries
from shared.db import reading, transaction

log = logging.getLogger(__name__)


def doubt_restored(desk: DispatchDesk) -> int:
    """Put in doubt what the backup does not know the end of; return how many."""
    with reading(), transaction(desk.session()) as session:
        found = doubtful_deliveries(desk.everywhere(session))
    if found:
        log.warning("deliveries are in doubt since a backup was restored")
    for delivery_id in found:
        desk.change(delivery_id, begin_doubt, "doubt")
    return len(found)

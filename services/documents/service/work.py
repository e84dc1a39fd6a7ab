"""What every use case of documents gets."""

from typing import ClassVar
from uuid import UUID

from services.documents.models import Audit, EventRow, Outbox
from shared import work
from shared.actors import Actor
from shared.work import Tables

WORKER_NAME = "Výzva"


class Work(work.Work):
    """One use case at work."""

    tables: ClassVar[Tables] = Tables(Audit, EventRow, Outbox)


def worker_actor(organisation_id: UUID) -> Actor:
    """Return the actor in whose name the worker acts for an organisation."""
    return Actor(organisation_id=organisation_id, name=WORKER_NAME, service="documents")

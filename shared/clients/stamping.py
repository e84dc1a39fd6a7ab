"""Time stamps for the evidence log of a service that has no time stamp authority of its own."""

from base64 import b64decode
from uuid import UUID

from shared.actors import Actor
from shared.clients.documents import DocumentsClient
from shared.evidence.anchoring import Stamp, StampUnavailable
from shared.http import ClientError

WORKER = "Kniha důkazů"
"""In whose name the worker asks."""


class DocumentsStamper:
    """Asks documents."""

    def __init__(self, documents: DocumentsClient) -> None:
        self._documents = documents

    def stamp(self, organisation_id: UUID, digest: bytes) -> Stamp:
        """Return a time stamp of a SHA-256 digest."""
        actor = Actor(organisation_id=organisation_id, name=WORKER)
        try:
            found = self._documents.time_stamp(digest.hex(), actor=actor)
            return Stamp(b64decode(found.token, validate=True), found.roots)
        except (ClientError, ValueError) as error:
            raise StampUnavailable(str(error)) from error

"""Client of documents."""

from typing import Any
from uuid import UUID

from shared.actors import Actor
from shared.contracts.bundles import BundlePage, BundleRequest, BundleView
from shared.contracts.codec import to_json
from shared.contracts.documents import (
    DocumentPage,
    DocumentRequest,
    DocumentView,
)
from shared.contracts.events import EventPage
from shared.contracts.evidence import TimeStamp
from shared.contracts.tasks import TaskList
from shared.http import ServiceClient


class DocumentsClient(ServiceClient):
    """Make documents, look at them, follow their feed. Each method raises ``ClientError``."""

    called = "documents"

    def put_document(
        self, document_id: UUID, request: DocumentRequest, *, actor: Actor
    ) -> DocumentView:
        """Make the document; the same id with the same request returns the same document.

        Raises:
            Conflict: the id exists with another request.
        """
        body = {k: v for k, v in to_json(request).items() if v is not None}
        return self._call("PUT", f"/documents/{document_id}", DocumentView, actor=actor, body=body)

    def get_document(self, document_id: UUID, *, actor: Actor) -> DocumentView:
        """Return one document."""
        return self._call("GET", f"/documents/{document_id}", DocumentView, actor=actor)

    def list_documents(self, *, actor: Actor, **filters: Any) -> DocumentPage:
        """Return a page of documents; filters: case_id, call_id, state, page, page_size."""
        return self._call("GET", "/documents", DocumentPage, actor=actor, query=filters)

    def get_file(self, document_id: UUID, *, actor: Actor) -> bytes:
        """Return the present (signed) revision of the PDF."""
        return self._bytes(f"/documents/{document_id}/file.pdf", actor=actor)

    def cancel_document(self, document_id: UUID, reason: str, *, actor: Actor) -> DocumentView:
        """Cancel a document that was not issued yet; its number stays used."""
        path = f"/documents/{document_id}/cancellation"
        return self._call("POST", path, DocumentView, actor=actor, body={"reason": reason})

    def time_stamp(self, sha256: str, *, actor: Actor) -> TimeStamp:
        """Have a digest (hexadecimal) stamped by a time stamp authority."""
        return self._call("POST", "/time-stamps", TimeStamp, actor=actor, body={"sha256": sha256})

    def put_bundle(self, bundle_id: UUID, request: BundleRequest, *, actor: Actor) -> BundleView:
        """Have an evidence bundle made; the same id with the same request returns the same.

        Raises:
            Conflict: the id exists with another request.
        """
        body = to_json(request)
        return self._call("PUT", f"/bundles/{bundle_id}", BundleView, actor=actor, body=body)

    def get_bundle(self, bundle_id: UUID, *, actor: Actor) -> BundleView:
        """Return where a bundle stands."""
        return self._call("GET", f"/bundles/{bundle_id}", BundleView, actor=actor)

    def list_bundles(self, *, actor: Actor, **filters: Any) -> BundlePage:
        """Return a page of bundles; filters: subject_id, call_id, page, page_size."""
        return self._call("GET", "/bundles", BundlePage, actor=actor, query=filters)

    def list_tasks(self, *, actor: Actor) -> TaskList:
        """Return what waits for the person of *actor*."""
        return self._call("GET", "/tasks", TaskList, actor=actor)

    def events(self, after: int, *, actor: Actor) -> EventPage:
        """Return what happened after the position, for all organisations."""
        return self._call("GET", "/events", EventPage, actor=actor, query={"after": after})

"""Client of documents."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.actors import Actor
from shared.contracts.batches import BatchItemPage, BatchItemView, BatchView
from shared.contracts.bundles import (
    BundlePage,
    BundleRequest,
    BundleView,
    CallPapersList,
)
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
        path = f"/documents/{document_id}"
        return self._call("PUT", path, DocumentView, actor=actor, body=_given(request))

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

    def pause_bundle(self, bundle_id: UUID, *, actor: Actor) -> BundleView:
        """Have nobody work on a bundle until it is resumed.

        Raises:
            Conflict: nobody works on it.
        """
        return self._call("POST", f"/bundles/{bundle_id}/pause", BundleView, actor=actor)

    def resume_bundle(self, bundle_id: UUID, *, actor: Actor) -> BundleView:
        """Go on where a bundle was paused, or where it could not be made.

        Raises:
            Conflict: it goes on by itself, or is over.
        """
        return self._call("POST", f"/bundles/{bundle_id}/resumption", BundleView, actor=actor)

    def cancel_bundle(self, bundle_id: UUID, *, actor: Actor) -> BundleView:
        """Give up a bundle that is not ready.

        Raises:
            Conflict: it is over.
        """
        return self._call("POST", f"/bundles/{bundle_id}/cancellation", BundleView, actor=actor)

    def list_bundles(self, *, actor: Actor, **filters: Any) -> BundlePage:
        """Return a page of bundles; filters: subject_id, call_id, page, page_size."""
        return self._call("GET", "/bundles", BundlePage, actor=actor, query=filters)

    def count_papers(self, call_ids: Sequence[UUID], *, actor: Actor) -> CallPapersList:
        """Return how many documents and deliveries each call has (1 to 50 calls)."""
        query = {"call_ids": ",".join(map(str, call_ids))}
        return self._call("GET", "/call-papers", CallPapersList, actor=actor, query=query)

    def put_batch(self, batch_id: UUID, title: str, *, actor: Actor) -> BatchView:
        """Begin a batch; the same id returns the batch that exists."""
        path, body = f"/batches/{batch_id}", {"title": title}
        return self._call("PUT", path, BatchView, actor=actor, body=body)

    def put_batch_items(
        self, batch_id: UUID, requests: Sequence[tuple[UUID, DocumentRequest]], *, actor: Actor
    ) -> BatchView:
        """Add documents (at most ``ITEMS_AT_ONCE``) by id; what is there already stays.

        Raises:
            Conflict: the batch was confirmed, or an id exists with another request.
        """
        items = [{"document_id": str(key), "request": _given(one)} for key, one in requests]
        path = f"/batches/{batch_id}/items"
        return self._call("PUT", path, BatchView, actor=actor, body={"items": items})

    def get_batch(self, batch_id: UUID, *, actor: Actor) -> BatchView:
        """Return where a batch stands."""
        return self._call("GET", f"/batches/{batch_id}", BatchView, actor=actor)

    def list_batch_items(self, batch_id: UUID, *, actor: Actor, **filters: Any) -> BatchItemPage:
        """Return a page of a batch's documents; filters: state, page, page_size."""
        path = f"/batches/{batch_id}/items"
        return self._call("GET", path, BatchItemPage, actor=actor, query=filters)

    def preview_batch_item(
        self, batch_id: UUID, document_id: UUID, *, actor: Actor
    ) -> BatchItemView:
        """Have one document typeset to be looked at; it will be this very file."""
        path = f"/batches/{batch_id}/items/{document_id}/preview"
        return self._call("POST", path, BatchItemView, actor=actor)

    def confirm_batch(self, batch_id: UUID, count: int, *, actor: Actor) -> BatchView:
        """Have all documents of the batch made.

        Raises:
            Conflict, Invalid: it is confirmed already, or holds another number of documents.
        """
        path = f"/batches/{batch_id}/confirmation"
        return self._call("POST", path, BatchView, actor=actor, body={"count": count})

    def pause_batch(
        self, batch_id: UUID, reason: str, version: int | None, *, actor: Actor
    ) -> BatchView:
        """Make no further document until it is resumed.

        Raises:
            Conflict, Invalid: it does not run, is not as it was seen, or nobody says why.
        """
        path, body = f"/batches/{batch_id}/pause", {"reason": reason, "version": version}
        return self._call("POST", path, BatchView, actor=actor, body=body)

    def resume_batch(
        self, batch_id: UUID, reason: str, version: int | None, *, actor: Actor
    ) -> BatchView:
        """Go on after a pause.

        Raises:
            Conflict, Invalid: see :meth:`pause_batch`.
        """
        path, body = f"/batches/{batch_id}/resumption", {"reason": reason, "version": version}
        return self._call("POST", path, BatchView, actor=actor, body=body)

    def list_tasks(self, *, actor: Actor) -> TaskList:
        """Return what waits for the person of *actor*."""
        return self._call("GET", "/tasks", TaskList, actor=actor)

    def events(self, after: int, *, actor: Actor) -> EventPage:
        """Return what happened after the position, for all organisations."""
        return self._call("GET", "/events", EventPage, actor=actor, query={"after": after})


def _given(request: DocumentRequest) -> dict[str, Any]:
    """Return a request as JSON without what it leaves open."""
    return {name: value for name, value in to_json(request).items() if value is not None}

"""How api and web open a use case: transaction, acting person and clock of the request."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

from flask import Flask, current_app
from werkzeug.datastructures import FileStorage

from services.registry.adapters.files import FileStore
from services.registry.adapters.pdf_signatures import count_signatures
from services.registry.clients import Clients
from services.registry.config import RegistrySettings
from services.registry.feeds import documents_feed
from services.registry.models import ApplicationFile, db
from services.registry.sending import put_now
from services.registry.service import files
from services.registry.service.files import FileFacts
from services.registry.service.loading import application_of
from services.registry.service.views import file_view
from services.registry.service.work import Work
from shared.auth import current_actor
from shared.clock import Clock
from shared.contracts.registry import FileView
from shared.db import transaction
from shared.http import ClientError
from shared.uploads import check_file, safe_name

log = logging.getLogger(__name__)


@contextmanager
def working() -> Iterator[Work]:
    """Open a use case that writes: everything in it is committed, or nothing."""
    with transaction(db.session()) as session:
        yield Work(session, current_actor(), clock())


def looking() -> Work:
    """Return what a page needs to read."""
    return Work(db.session(), current_actor(), clock())


def clock() -> Clock:
    """Return the process clock."""
    return cast("Clock", current_app.extensions["vyzva-clock"])


def settings() -> RegistrySettings:
    """Return the settings of this app."""
    return cast("RegistrySettings", current_app.extensions["vyzva-settings"])


def clients() -> Clients:
    """Return the clients of other services."""
    return cast("Clients", current_app.extensions["vyzva-clients"])


def store() -> FileStore:
    """Return the store of files."""
    return cast("FileStore", current_app.extensions["vyzva-files"])


def make_documents(document_ids: tuple[UUID, ...]) -> bool:
    """Have documents made right after the commit, so that they can be signed at once.

    The outbox holds the same requests: when documents does not answer, its worker makes them
    later and the person is told so. Returns whether all are made.
    """
    return put_now(db.session(), clients().documents, document_ids)


def pull_documents_feed() -> None:
    """Take over what documents has told since the last look; the worker would do it soon anyway."""
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # a proxy
    try:
        documents_feed(app).run_once()
    except ClientError:
        log.warning("the feed of documents could not be read at once", exc_info=True)


def signatures_in(row: ApplicationFile) -> int | None:
    """Return how many signatures the file bears; ``None`` when it is no PDF."""
    return count_signatures(store().get(row.stored_as), row.media_type)


def keep_files(application_id: UUID, code: str, uploads: Iterable[FileStorage]) -> list[FileView]:
    """Keep uploads as they came; bytes that no record took over are put away again.

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed, UnknownAttachment, FileEmpty, FileTooLarge,
        FileTypeNotAllowed, FileTypeMismatch: nothing was kept.
    """
    application_of(looking(), application_id)
    stored: set[UUID] = set()
    taken: set[UUID] = set()
    try:
        kept: list[FileFacts] = []
        for upload in uploads:
            kept.append(_stored(upload.read(), name=upload.filename or "", code=code))
            stored.add(kept[-1].stored_as)
        with working() as work:
            rows = [files.add_file(work, application_id, facts) for facts in kept]
            views = [file_view(row) for row in rows]
            owned = {row.stored_as for row in rows}
        taken = owned
        return views
    finally:
        for stored_as in stored - taken:
            store().remove(stored_as)


def drop_file(application_id: UUID, file_id: UUID) -> None:
    """Take a file out; its bytes follow once the record is gone for sure.

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed.
    """
    with working() as work:
        stored_as = files.remove_file(work, application_id, file_id)
    store().remove(stored_as)


def _stored(content: bytes, *, name: str, code: str) -> FileFacts:
    """Judge and store the bytes of an upload; the use case then writes down the rest."""
    shown = safe_name(name)
    found = check_file(content, name=shown, limit_mb=settings().max_upload_mb)
    return FileFacts.of(
        content, code=code, name=shown, media_type=found.media_type, stored_as=store().put(content)
    )

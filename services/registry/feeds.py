"""Reading the feed of documents: by the worker, and when a person returns from signing."""

from flask import Flask

from services.registry.models import FeedCursor, Outbox, db
from services.registry.service import document_feed
from shared.actors import FEED_READER
from shared.events import FeedConsumer


def documents_feed(app: Flask) -> FeedConsumer:
    """Return the reader of documents' feed."""
    documents = app.extensions["vyzva-clients"].documents
    return FeedConsumer(
        "documents",
        fetch=lambda after: documents.events(after, actor=FEED_READER),
        session=db.session,
        cursors=FeedCursor,
        parking=Outbox,
        handlers=document_feed.handlers(app.extensions["vyzva-clock"]),
    )

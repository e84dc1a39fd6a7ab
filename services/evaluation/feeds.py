"""The readers of the feeds of registry and documents."""

from decimal import Decimal

from flask import Flask

from services.evaluation.clients import Clients
from services.evaluation.config import EvaluationSettings
from services.evaluation.models import Cursor, Outbox, db
from services.evaluation.service import feeds
from shared.actors import FEED_READER
from shared.events import FeedConsumer


def registry_feed(app: Flask) -> FeedConsumer:
    """Return the reader of registry's feed."""
    clients: Clients = app.extensions["vyzva-clients"]
    return FeedConsumer(
        "registry",
        fetch=lambda after: clients.registry.events(after, actor=FEED_READER),
        session=db.session,
        cursors=Cursor,
        parking=Outbox,
        handlers={
            "call.published": feeds.call_published(_pinned(app.extensions["vyzva-settings"])),
            "call.presentation_changed": feeds.call_presentation_changed,
            "call.closed": feeds.call_closed,
            "application.registered": feeds.application_registered,
            "application.withdrawn": feeds.application_withdrawn,
        },
    )


def documents_feed(app: Flask) -> FeedConsumer:
    """Return the reader of documents' feed."""
    clients: Clients = app.extensions["vyzva-clients"]
    return FeedConsumer(
        "documents",
        fetch=lambda after: clients.documents.events(after, actor=FEED_READER),
        session=db.session,
        cursors=Cursor,
        parking=Outbox,
        handlers={
            "document.made": feeds.document_made,
            "document.signed": feeds.document_signed,
            "document.issued": feeds.document_issued,
            "document.cancelled": feeds.document_cancelled,
            "delivery.dispatched": feeds.delivery_dispatched,
            "delivery.delivered": feeds.delivery_delivered,
            "delivery.needs_person": feeds.delivery_needs_person,
            "delivery.overturned": feeds.delivery_overturned,
            "delivery.ended": feeds.delivery_ended,
        },
    )


def _pinned(settings: EvaluationSettings) -> feeds.CallRules:
    percent: Decimal | None = settings.spread_percent
    return feeds.CallRules(
        committee_size=settings.committee_size,
        evaluators_per_project=settings.evaluators_per_project,
        staff_declaration=settings.staff_declaration,
        deficiency_rounds=settings.deficiency_rounds,
        review_days=settings.review_days,
        spread_percent=None if percent is None else str(percent),
    )

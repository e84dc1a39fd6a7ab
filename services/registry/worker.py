"""The worker: hands over the outbox, reads documents' feed, closes calls in time."""

from flask import Flask

from services.registry.account_mail import handlers as account_handlers
from services.registry.adapters.mail import make_mail
from services.registry.feeds import documents_feed
from services.registry.models import Outbox, db
from services.registry.sending import handlers as outbox_handlers
from services.registry.service.announcing import close_due_calls, due_calls
from shared.clients.stamping import DocumentsStamper
from shared.db import reading, transaction
from shared.events import FeedConsumer
from shared.evidence.working import evidence_tasks
from shared.outbox import OutboxWorker
from shared.worker import Task, WorkerLoop


def create_worker(app: Flask) -> WorkerLoop:
    """Build the worker of registry."""
    settings = app.extensions["vyzva-settings"]
    return WorkerLoop(app, tasks(app), settings.worker_interval)


def tasks(app: Flask) -> list[Task]:
    """Return the tasks in the order in which they run."""
    feed = documents_feed(app)
    return [
        lambda: _close_calls(app),
        outbox(app, feed).run_once,
        feed.run_once,
        *evidence_tasks(app, DocumentsStamper(app.extensions["vyzva-clients"].documents)),
    ]


def outbox(app: Flask, *feeds: FeedConsumer) -> OutboxWorker:
    """Return the worker of the outbox, which also tries the parked events of *feeds* again."""
    settings, clock = app.extensions["vyzva-settings"], app.extensions["vyzva-clock"]
    mail, public_url = make_mail(settings, clock), settings.public_url
    by_kind = outbox_handlers(
        db.session,
        documents=app.extensions["vyzva-clients"].documents,
        mail=mail,
        clock=clock,
        public_url=public_url,
    ) | account_handlers(db.session, mail=mail, public_url=public_url)
    parked = {kind: again for feed in feeds for kind, again in feed.outbox_handlers().items()}
    return OutboxWorker(db.session, Outbox, {**by_kind, **parked})


def _close_calls(app: Flask) -> int:
    clock = app.extensions["vyzva-clock"]
    with reading():
        is_due = bool(due_calls(db.session(), clock.now()))
        db.session.rollback()
    if not is_due:
        return 0
    with transaction(db.session()) as session:
        return close_due_calls(session, clock)

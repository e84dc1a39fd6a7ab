"""The worker: hands over the outbox, reads the feeds of registry and documents."""

from flask import Flask

from services.evaluation.clients import Clients
from services.evaluation.feeds import documents_feed, registry_feed
from services.evaluation.models import Outbox, db
from services.evaluation.sending import handlers as outbox_handlers
from shared.clients.stamping import DocumentsStamper
from shared.events import FeedConsumer
from shared.evidence.working import evidence_tasks
from shared.outbox import OutboxWorker
from shared.worker import Task, WorkerLoop


def create_worker(app: Flask) -> WorkerLoop:
    """Build the worker of evaluation."""
    settings = app.extensions["vyzva-settings"]
    return WorkerLoop(app, tasks(app), settings.worker_interval)


def tasks(app: Flask) -> list[Task]:
    """Return the tasks in the order in which they run."""
    clients: Clients = app.extensions["vyzva-clients"]
    feeds = (registry_feed(app), documents_feed(app))
    own = [*(feed.run_once for feed in feeds), outbox(app, *feeds).run_once]
    return [*own, *evidence_tasks(app, DocumentsStamper(clients.documents))]


def outbox(app: Flask, *feeds: FeedConsumer) -> OutboxWorker:
    """Return the worker of the outbox, which also tries the parked events of *feeds* again."""
    clients: Clients = app.extensions["vyzva-clients"]
    parked = {kind: again for feed in feeds for kind, again in feed.outbox_handlers().items()}
    return OutboxWorker(db.session, Outbox, {**outbox_handlers(db.session, clients), **parked})

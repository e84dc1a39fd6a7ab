"""The worker: seals what is signed, sends what is issued, follows what was sent."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Flask

from services.documents.acts import Bench, seal_document
from services.documents.archiving import Archivist
from services.documents.batching import make_batches
from services.documents.bundling.maker import BundleMaker
from services.documents.caring import raise_levels, seal_waiting
from services.documents.dispatch.ahead import Ahead
from services.documents.dispatch.asking import keep_recipients
from services.documents.dispatch.database_clock import DatabaseClock
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.doubting import doubt_restored
from services.documents.dispatch.following import Follower
from services.documents.dispatch.judging import JudgingAhead
from services.documents.dispatch.logging_in import try_login
from services.documents.dispatch.looking_up import reconcile
from services.documents.dispatch.noting import note_outage
from services.documents.dispatch.overturning import Overturner
from services.documents.dispatch.paying import release_payable
from services.documents.dispatch.sending import recover_abandoned, send_ready
from services.documents.dispatch.trying import try_isds
from services.documents.key_care import KeyCare
from services.documents.login_care import LoginCare
from services.documents.models import Outbox, db
from services.documents.risk_care import RiskCare
from services.documents.service.issuing import SEAL
from services.documents.service.work import worker_actor
from services.documents.signing_many import break_off_lost
from services.documents.stamping import DeskStamper
from services.documents.tools import Tools
from shared.evidence.working import evidence_tasks
from shared.outbox import Message, OutboxWorker
from shared.worker import Task, WorkerLoop


def create_worker(app: Flask) -> WorkerLoop:
    """Build the whole worker of documents, as it runs inside one process."""
    desk = desk_of(app)
    its = [DatabaseClock(desk).run_once, *tasks(app, delivery_tasks(desk))]
    return _loop(app, its, desk.turn.give_up)


def create_sender(app: Flask) -> WorkerLoop:
    """Build the worker without what fetches and verifies proofs."""
    desk = asking_ahead(desk_of(app))
    its = [DatabaseClock(desk).run_once, *tasks(app, sending_tasks(desk))]
    return _loop(app, its, desk.turn.give_up)


def create_prover(app: Flask) -> WorkerLoop:
    """Build what fetches and verifies proofs, and judges files before their turn to leave.

    So no letter waits for the proofs of another, nor for the verifier.
    """
    desk = asking_ahead(desk_of(app))
    return _loop(app, [*proving_tasks(desk), JudgingAhead(desk).run_once])


def asking_ahead(desk: DispatchDesk) -> DispatchDesk:
    """Return the desk as one that asks ISDS one delivery ahead."""
    desk.ahead = Ahead(desk.steady)
    return desk


def desk_of(app: Flask) -> DispatchDesk:
    """Return the worker's desk for deliveries."""
    tools: Tools = app.extensions["documents-tools"]
    return DispatchDesk(db.session, tools)


def _loop(app: Flask, its: list[Task], *at_end: Task) -> WorkerLoop:
    return WorkerLoop(app, its, app.extensions["vyzva-settings"].worker_interval, at_end)


def tasks(app: Flask, of_deliveries: list[Task]) -> list[Task]:
    """Return the tasks in the order in which they run."""
    tools: Tools = app.extensions["documents-tools"]
    return [
        outbox(tools).run_once,
        lambda: make_batches(db.session, tools),
        lambda: break_off_lost(db.session, tools),
        lambda: seal_waiting(db.session, tools),
        *of_deliveries,
        lambda: raise_levels(db.session, tools),
        *evidence_tasks(app, DeskStamper(tools.stamps)),
        KeyCare(db.session, tools).run_once,
        Archivist(db.session, tools).run_once,
        RiskCare(db.session, tools).run_once,
        BundleMaker(db.session, tools).run_once,
    ]


def delivery_tasks(desk: DispatchDesk) -> list[Task]:
    """Return what brings documents to their recipients, in the order in which it runs."""
    return [*sending_tasks(desk), *proving_tasks(desk)]


def sending_tasks(desk: DispatchDesk) -> list[Task]:
    """Return what sends, and what becomes of messages of unknown fate.

    Of several processes one sends for a data box.
    """
    in_turn = [doubt_restored, recover_abandoned, reconcile, keep_recipients]
    in_turn += [release_payable, send_ready]
    return [
        lambda: try_login(desk),
        lambda: try_isds(desk),
        *(partial(_in_turn, desk, step) for step in in_turn),
        lambda: note_outage(desk),
        LoginCare(desk).run_once,
    ]


def _in_turn(desk: DispatchDesk, step: Callable[[DispatchDesk], int]) -> int:
    return step(desk) if desk.has_turn() else 0


def proving_tasks(desk: DispatchDesk) -> list[Task]:
    """Return what fetches, verifies and keeps proofs; it never sends anything."""
    return [
        lambda: try_isds(desk),
        Follower(desk).run_once,
        Overturner(desk).run_once,
        lambda: note_outage(desk),
    ]


def outbox(tools: Tools) -> OutboxWorker:
    """Return the worker of the outbox."""

    def seal(message: Message) -> None:
        bench = Bench(db.session, tools, worker_actor(message.organisation_id))
        seal_document(bench, UUID(message.payload["document_id"]))

    return OutboxWorker(db.session, Outbox, {SEAL: seal})

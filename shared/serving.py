"""How a service runs alone: ``serve``, ``worker``, ``evidence``, ``migrate``: one process each."""

import gc
import logging
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import click
import waitress
from flask import Flask, redirect
from pythonjsonlogger.json import JsonFormatter
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from shared import migrations
from shared.app import SECURITY_HEADERS
from shared.beside import Beside, end_with_parent
from shared.config import Settings, SettingsError, load_or_exit
from shared.db import reading
from shared.evidence.commands import evidence_commands
from shared.evidence.restoring import BehindItsCopies, refuse_when_behind
from shared.evidence.tables import Ledger
from shared.request_id import request_id
from shared.rights import grant_serving_role
from shared.worker import WorkerLoop


@dataclass(frozen=True)
class Service:
    """What ``__main__`` of a service hands in."""

    settings: type[Settings]
    folder: Path
    """The service's package; its migrations live in ``migrations/``."""
    create_app: Callable[..., Flask]
    create_worker: Callable[[Flask], WorkerLoop]
    ledger: Ledger
    """The evidence that ``evidence`` checks and exports."""
    greet: Callable[[Flask], None] = lambda _app: None
    """Says on the terminal what the operator has to know before serving begins."""
    beside: Mapping[str, Callable[[Flask], WorkerLoop]] = field(default_factory=dict)
    """Loops that the command ``worker`` runs in processes of their own, by name."""
    create_rest: Callable[[Flask], WorkerLoop] | None = None
    """The worker without what runs beside it."""


TALKATIVE = ("alembic", "waitress", "pyhanko", "pyhanko_certvalidator")
"""Libraries that tell every step; the last two name the people of certificates in it."""


def set_up_logging(level: str) -> None:
    """Log JSON lines to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        JsonFormatter("{asctime}{levelname}{name}{message}{request_id}", style="{")
    )
    handler.addFilter(_add_request_id)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for library in TALKATIVE:
        logging.getLogger(library).setLevel("WARNING")


def _add_request_id(record: logging.LogRecord) -> bool:
    record.request_id = request_id()
    return True


def migrate(service: Service, settings: Settings) -> None:
    """Bring the service's database to the newest schema, and give the serving role its rights."""
    settings.var.mkdir(parents=True, exist_ok=True)
    owner = settings.owner_database_url
    migrations.upgrade(service.folder / "migrations", owner or settings.database)
    if owner:
        grant_serving_role(owner, settings.database, service.ledger.metadata)


def settle() -> None:
    """Set aside everything made so far; it lives as long as the process.

    Otherwise the garbage collector walks through all modules again and again, and now and then
    a page waits 150 ms for it.
    """
    gc.collect()
    gc.freeze()


def mounted(apps: dict[str, Flask], first: str) -> Any:
    """Return one WSGI app with each service under its own path; ``/`` leads to *first*."""

    def front(environ: Any, start_response: Any) -> Any:
        is_root = environ.get("PATH_INFO", "/") in ("", "/")
        answer = redirect(f"/{first}/") if is_root else Response("Not found.", 404)
        answer.headers.update({**SECURITY_HEADERS, "Cache-Control": "no-store"})
        return answer(environ, start_response)

    return DispatcherMiddleware(front, {f"/{name}": app for name, app in apps.items()})


def command_line(service: Service) -> click.Group:
    """Build the commands ``serve``, ``worker``, ``evidence`` and ``migrate`` of a service."""

    @click.group(help=f"The service {service.settings.service}.")
    def group() -> None:
        pass

    @group.command("serve", help="Serve pages and the JSON API.")
    def serve() -> None:
        settings = load_or_exit(service.settings)
        set_up_logging(settings.log_level)
        app = _create_or_exit(service, settings)
        refuse_lost_evidence(app)
        wsgi = mounted({settings.service: app}, settings.service)
        service.greet(app)
        settle()
        waitress.serve(
            wsgi,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
            # Without a proxy of ours nobody may say where a request came from.
            clear_untrusted_proxy_headers=not settings.trusted_proxies,
            ident="",
        )

    @group.command("worker", help="Work off the outbox, feeds and timed tasks.")
    @click.option("--only", type=click.Choice(sorted(service.beside)), help="Nothing but this.")
    @click.option("--beside", "is_beside", is_flag=True, hidden=True)
    def worker(only: str | None, is_beside: bool) -> None:
        settings = load_or_exit(service.settings)
        set_up_logging(settings.log_level)
        app = _create_or_exit(service, settings)
        refuse_lost_evidence(app)
        loop = _loop(service, only)(app)
        _stop_on_signal(loop)
        if is_beside:
            end_with_parent(loop.stop)
        with ExitStack() as processes:
            for name in () if only else service.beside:
                command = [sys.executable, "-m", f"services.{settings.service}", "worker"]
                command += ["--only", name, "--beside"]
                processes.enter_context(Beside(command, settings.worker_interval))
            loop.run()

    @group.command("migrate", help="Bring the database to the newest schema.")
    def migrate_command() -> None:
        settings = load_or_exit(service.settings)
        set_up_logging(settings.log_level)
        migrate(service, settings)

    group.add_command(evidence_commands(service.settings, service.ledger))
    return group


def _loop(service: Service, only: str | None) -> Callable[[Flask], WorkerLoop]:
    """Return what makes the loop that this process runs."""
    if only is not None:
        return service.beside[only]
    return service.create_rest or service.create_worker


def _create_or_exit(service: Service, settings: Settings) -> Flask:
    """Build the app, or end the process with status 2 and what is wrong with the settings."""
    try:
        return service.create_app(settings)
    except SettingsError as error:
        sys.stderr.write(f"The settings of {settings.service} cannot be used:\n{error}\n")
        raise SystemExit(2) from error


def refuse_lost_evidence(app: Flask) -> None:
    """End the start with words when the database lacks what was signed."""
    try:
        with app.app_context(), reading():
            refuse_when_behind(app.extensions["vyzva-evidence"])
    except BehindItsCopies as error:
        raise click.ClickException(str(error)) from error


def _stop_on_signal(loop: WorkerLoop) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)

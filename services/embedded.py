"""The embedded default: three services, their workers and the simulator in one process."""

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import waitress
from flask import Flask

from services import unfinished
from services.demonstration.simulator import office_box
from services.documents.__main__ import SERVICE as DOCUMENTS
from services.evaluation.__main__ import SERVICE as EVALUATION
from services.evaluation.clients import clients_over as evaluation_clients
from services.first_start import (
    Product,
    demonstrate,
    say_addresses,
    say_cleared,
    say_goodbye,
    say_kept,
)
from services.isds_simulator.app import create_app as create_simulator
from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.seal.authority import SEAL_NAME
from services.isds_simulator.server import make_simulator_server
from services.registry.__main__ import SERVICE as REGISTRY
from services.registry.clients import clients_over as registry_clients
from services.registry.founding import offer_founding
from shared.config import Settings, load_or_exit
from shared.http import InProcessTransport
from shared.keys import KeyRing, make_development_keys
from shared.serving import migrate, mounted, refuse_lost_evidence, set_up_logging, settle

SIMULATOR_LOGIN = ("mas", "mas-demo")
"""Name and password of the documents worker at the simulator; worth nothing elsewhere."""
SIMULATOR_PRICE = 10
"""What a paid message costs at the simulator, in crowns."""

LAST_TASK = 5.0
"""Seconds for which the end waits for the task that a worker is at; a longer one goes on later."""


def prepare_folder(stack: ExitStack, **given: object) -> None:
    """Take the folder for this process, and remove a demonstration that was interrupted there."""
    services = (REGISTRY, EVALUATION, DOCUMENTS)
    registry, *others = (load_or_exit(service.settings, **given) for service in services)
    try:
        stack.enter_context(unfinished.held(registry.var))
        if unfinished.clear(registry, *others):
            say_cleared(registry.var)
    except unfinished.AlreadyRunning as error:
        raise click.ClickException(f"Nad složkou {registry.var} už jedna Výzva běží.") from error
    except unfinished.NotOurs:
        say_kept(registry.var)


def assemble(stack: ExitStack, simulator_port: int, **given: object) -> Product:
    """Read the settings, migrate the databases and put the product together."""
    registry = load_or_exit(REGISTRY.settings, **given)
    set_up_logging(registry.log_level)
    simulator = _simulator(registry, simulator_port)
    url = f"http://127.0.0.1:{simulator.server_port}"
    user, password = SIMULATOR_LOGIN
    login = {
        "isds_login": "password",
        "isds_url": f"{url}/DS",
        "isds_user": user,
        "isds_password": password,
        "isds_paid_price": SIMULATOR_PRICE,
    }
    roots = registry.var / "isds_simulator" / "pki" / "root.pem"
    documents = load_or_exit(
        DOCUMENTS.settings,
        **given,
        **login,
        isds_seal_roots=roots,
        isds_seal_holders=[{"name": SEAL_NAME}],
    )
    evaluation = load_or_exit(EVALUATION.settings, **given)
    for service, settings in (
        (REGISTRY, registry),
        (DOCUMENTS, documents),
        (EVALUATION, evaluation),
    ):
        migrate(service, settings)
    make_development_keys(registry.keys_folder)
    apps = _apps(registry, documents, evaluation)
    for app in apps.values():
        refuse_lost_evidence(app)
    services = {"registry": REGISTRY, "documents": DOCUMENTS, "evaluation": EVALUATION}
    workers = [services[name].create_worker(app) for name, app in apps.items()]
    product = Product(registry, apps, workers, simulator, url, offer_founding(apps["registry"]))
    stack.callback(_stop, product)
    settle()
    return product


def _apps(registry: Settings, documents: Settings, evaluation: Settings) -> dict[str, Flask]:
    """Build the apps in the order of calls: whoever is called comes first."""
    keys = registry.keys_folder
    documents_app = DOCUMENTS.create_app(documents)
    to_documents = InProcessTransport(documents_app, "/documents")
    registry_app = REGISTRY.create_app(
        registry, registry_clients(to_documents, KeyRing(keys, "registry"))
    )
    evaluation_app = EVALUATION.create_app(
        evaluation,
        evaluation_clients(
            InProcessTransport(registry_app, "/registry"), to_documents, KeyRing(keys, "evaluation")
        ),
    )
    return {"registry": registry_app, "evaluation": evaluation_app, "documents": documents_app}


def _simulator(settings: Settings, port: int) -> Any:
    folder = settings.var / "isds_simulator"
    folder.mkdir(parents=True, exist_ok=True)
    seed = folder / "seed.json"
    if not seed.exists():
        seed.write_text(json.dumps({"boxes": [office_box(*SIMULATOR_LOGIN)]}), "utf-8")
    app = create_simulator(SimulatorSettings(data_dir=folder, seed_file=seed))
    return make_simulator_server(app, "127.0.0.1", port)


def _start(product: Product) -> None:
    threading.Thread(target=product.simulator.serve_forever, daemon=True).start()
    product.threads.extend(worker.start_thread() for worker in product.workers)


def _stop(product: Product) -> None:
    for worker in product.workers:
        worker.stop()
    for thread in product.threads:  # a task that is cut off would tell of a failure
        thread.join(LAST_TASK)
    product.simulator.shutdown()
    product.simulator.server_close()


@contextmanager
def running(var: Path, port: int = 0) -> Iterator[Product]:
    """Run the product on a free port for as long as the block lasts."""
    with ExitStack() as stack:
        prepare_folder(stack, var=var)
        product = assemble(stack, 0, var=var)
        server = waitress.create_server(
            mounted(product.apps, "registry"),
            host="127.0.0.1",
            port=port,
            threads=product.settings.threads,
        )
        product.url = f"http://127.0.0.1:{server.effective_port}"
        _start(product)
        loop = threading.Thread(target=server.run, daemon=True)
        loop.start()
        stack.callback(_end, server, loop)
        yield product


def _end(server: Any, loop: threading.Thread) -> None:
    """Let the loop close its own sockets; it must not wait for one that is gone."""
    server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
    loop.join()
    server.task_dispatcher.shutdown()


def serve(*, is_empty: bool, is_short: bool, simulator_port: int) -> None:
    """Serve until interrupted; while there is no organisation, play the demonstration first."""
    for number in (signal.SIGINT, signal.SIGTERM):  # whoever started it may ignore the first
        signal.signal(number, _interrupt)
    with ExitStack() as stack:
        prepare_folder(stack)
        product = assemble(stack, simulator_port)
        settings = product.settings
        server = waitress.create_server(
            mounted(product.apps, "registry"),
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
        )
        product.url = f"http://127.0.0.1:{settings.port}"
        _start(product)
        if is_empty or product.founding_code is None:
            say_addresses(product)
        else:
            first = threading.Thread(target=demonstrate, args=(product, is_short), daemon=True)
            first.start()
        with suppress(KeyboardInterrupt):  # the usual way to end it
            server.run()
        product.is_ending.set()
        say_goodbye(settings.var)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt

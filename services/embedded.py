"""The embedded default: three services, their workers and the simulator in one process."""

import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import waitress
from flask import Flask

from services.demonstration.command import finish, start_day
from services.demonstration.founding import found_organisation
from services.demonstration.people import EVERYBODY, PASSWORD, SIGNING_SECRET
from services.demonstration.simulator import office_box
from services.demonstration.stage import Stage
from services.documents.__main__ import SERVICE as DOCUMENTS
from services.evaluation.__main__ import SERVICE as EVALUATION
from services.evaluation.clients import clients_over as evaluation_clients
from services.isds_simulator.app import create_app as create_simulator
from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.server import make_simulator_server
from services.registry.__main__ import SERVICE as REGISTRY
from services.registry.clients import clients_over as registry_clients
from services.registry.founding import offer_founding
from shared.config import Settings, load_or_exit
from shared.http import InProcessTransport
from shared.keys import KeyRing, make_development_keys
from shared.serving import migrate, mounted, set_up_logging, settle
from shared.worker import WorkerLoop

SIMULATOR_LOGIN = ("mas", "mas-demo")
"""Name and password of the documents worker at the simulator; worth nothing elsewhere."""


@dataclass
class Product:
    """Everything that runs in this process."""

    apps: dict[str, Flask]
    workers: list[WorkerLoop]
    simulator: Any
    simulator_url: str


def assemble(stack: ExitStack, simulator_port: int, **given: object) -> tuple[Product, Settings]:
    """Read the settings, migrate the databases and put the product together."""
    registry = load_or_exit(REGISTRY.settings, **given)
    set_up_logging(registry.log_level)
    simulator = _simulator(registry, simulator_port)
    url = f"http://127.0.0.1:{simulator.server_port}"
    user, password = SIMULATOR_LOGIN
    login = {"isds_url": f"{url}/DS", "isds_user": user, "isds_password": password}
    roots = registry.var / "isds_simulator" / "pki" / "root.pem"
    documents = load_or_exit(DOCUMENTS.settings, **given, **login, isds_seal_roots=roots)
    evaluation = load_or_exit(EVALUATION.settings, **given)
    for service, settings in (
        (REGISTRY, registry),
        (DOCUMENTS, documents),
        (EVALUATION, evaluation),
    ):
        migrate(service, settings)
    make_development_keys(registry.keys_folder)
    apps = _apps(registry, documents, evaluation)
    services = {"registry": REGISTRY, "documents": DOCUMENTS, "evaluation": EVALUATION}
    workers = [services[name].create_worker(app) for name, app in apps.items()]
    product = Product(apps, workers, simulator, url)
    stack.callback(_stop, product)
    settle()
    return product, registry


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
    for worker in product.workers:
        worker.start_thread()


def _stop(product: Product) -> None:
    for worker in product.workers:
        worker.stop()
    product.simulator.shutdown()
    product.simulator.server_close()


@contextmanager
def running(var: Path, port: int = 0) -> Iterator[tuple[str, str]]:
    """Run the product on a free port for as long as the block lasts; yield both addresses."""
    with ExitStack() as stack:
        product, settings = assemble(stack, 0, var=var)
        server = waitress.create_server(
            mounted(product.apps, "registry"), host="127.0.0.1", port=port, threads=settings.threads
        )
        _start(product)
        threading.Thread(target=server.run, daemon=True).start()
        stack.callback(server.close)
        yield f"http://127.0.0.1:{server.effective_port}", product.simulator_url


def serve(*, is_empty: bool, simulator_port: int) -> None:
    """Serve until interrupted; on a first start without ``is_empty`` play the demonstration."""
    signal.signal(signal.SIGTERM, _interrupt)
    with ExitStack() as stack:
        product, settings = assemble(stack, simulator_port)
        wsgi = mounted(product.apps, "registry")
        server = waitress.create_server(
            wsgi, host=settings.host, port=settings.port, threads=settings.threads
        )
        _start(product)
        if not is_empty:
            url = f"http://127.0.0.1:{settings.port}"
            threading.Thread(
                target=_demonstrate, args=(url, product, settings), daemon=True
            ).start()
        else:
            _say_addresses(settings, product, is_empty=True)
        try:
            server.run()
        except KeyboardInterrupt:
            sys.stdout.write("\nVýzva končí.\n")


def _demonstrate(url: str, product: Product, settings: Settings) -> None:
    """Play the story once; an installation that has it already only shows its addresses."""
    folder = settings.var / "demo"
    if not (folder / "index.html").exists():
        sys.stdout.write(
            f"Výzva běží na {settings.public_url}/registry/. Ukázka se přehrává přes její "
            "rozhraní; trvá dvě až pět minut podle počítače a hlásí, co dělá.\n"
        )
        sys.stdout.flush()
        found_organisation(settings.var)
        finish(Stage(url, product.simulator_url, start_day()), folder, leaves_work=True)
    _say_addresses(settings, product, is_empty=False)


def _say_addresses(settings: Settings, product: Product, *, is_empty: bool) -> None:
    url = settings.public_url
    lines = [
        "",
        f"Výzva            {url}/registry/",
        f"Přihlášení       {url}/registry/sign-in",
        f"Datové schránky  {product.simulator_url}/  (simulátor: zde si zahrajete adresáta)",
    ]
    if is_empty:
        lines += [
            "",
            *_founding_lines(url, product.apps["registry"]),
        ]
    else:
        lines += [f"Zpráva o ukázce  {(settings.var / 'demo' / 'index.html').resolve()}", ""]
        lines += [f"  {p.login:<13} {p.name}, {p.function}" for p in EVERYBODY]
        lines += [f"Heslo všech účtů {PASSWORD}, podpisové heslo {SIGNING_SECRET}"]
    sys.stdout.write("\n".join([*lines, "", "Konec: Ctrl+C", ""]))
    sys.stdout.flush()


def _founding_lines(url: str, registry: Flask) -> list[str]:
    """Say how the organisation is founded, while there is none."""
    code = offer_founding(registry)
    if code is None:
        return ["Organizace už je založená; stačí se přihlásit."]
    return [f"Organizaci založíte na {url}/registry/setup", f"Kód k založení: {code}"]


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt

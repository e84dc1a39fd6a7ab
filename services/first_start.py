"""What a start says on the terminal, and the demonstration that the first one plays."""

import logging
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from services import unfinished
from services.demonstration.command import Performance, perform
from services.demonstration.founding import PAGE
from services.demonstration.people import EVERYBODY, PASSWORD, SIGNING_SECRET
from services.demonstration.stage import reset_simulator_clock
from shared.clock import ShiftedClock
from shared.config import Settings
from shared.worker import WorkerLoop

log = logging.getLogger(__name__)


@dataclass
class Product:
    """Everything that runs in this process."""

    settings: Settings
    """Those of registry, which are common to all."""
    apps: dict[str, Flask]
    workers: list[WorkerLoop]
    simulator: Any
    simulator_url: str
    founding_code: str | None
    """With it the first organisation is founded; ``None`` when there is one."""
    url: str = ""
    """Where it listens on this machine."""
    threads: list[threading.Thread] = field(default_factory=list)
    """Those of the workers, once they run."""
    is_ending: threading.Event = field(default_factory=threading.Event)


def demonstrate(product: Product, is_short: bool) -> None:
    """Play the story once; say the addresses and accounts however it ends."""
    var = product.settings.var
    _say(
        f"Výzva běží na {product.settings.public_url}/registry/. Ukázka se přehrává přes její "
        "rozhraní; trvá dvě až pět minut podle počítače a hlásí, co dělá."
    )
    try:
        with unfinished.marked(var):
            performance = Performance(var / "demo", is_short=is_short, leaves_work=True)
            code = product.founding_code or ""
            perform(product.url, product.simulator_url, code, performance)
    except Exception as error:
        if product.is_ending.is_set():
            return
        log.exception("demonstration failed")
        _to_real_time(product)
        _say_failure(error)
    say_addresses(product)


def say_addresses(product: Product) -> None:
    """Say where the product is, and who may sign in."""
    url = product.settings.public_url
    _say(
        "",
        f"Výzva            {url}/registry/",
        f"Přihlášení       {url}/registry/sign-in",
        f"Datové schránky  {product.simulator_url}/  (simulátor: zde si zahrajete adresáta)",
        *_accounts(product),
        "",
        "Konec: Ctrl+C",
    )


def _accounts(product: Product) -> list[str]:
    founded = unfinished.organisations(product.settings.database)
    if not founded:
        url, code = product.settings.public_url, product.founding_code
        return ["", f"Organizaci založíte na {url}{PAGE}", f"Kód k založení: {code}"]
    if founded != [unfinished.DEMONSTRATION]:
        return ["", "Organizace už je založená; stačí se přihlásit."]
    report = product.settings.var / "demo" / "index.html"
    return [
        *([f"Zpráva o ukázce  {report.resolve()}"] if report.exists() else []),
        "",
        *(f"  {person.login:<13} {person.name}, {person.function}" for person in EVERYBODY),
        f"Heslo všech účtů {PASSWORD}, podpisové heslo {SIGNING_SECRET}",
    ]


def say_cleared(var: Path) -> None:
    """Say that an interrupted demonstration is gone."""
    _say(f"Předchozí ukázka ve složce {var} nebyla dohraná; smazala se a začíná se znovu.")


def say_kept(var: Path) -> None:
    """Say that an interrupted demonstration stays, and what a person can do."""
    _say(
        f"Ukázka ve složce {var} nebyla dohraná, ale sama se nesmaže: databáze leží jinde, nebo "
        "je v ní i jiná organizace než ukázková.",
        f"Je-li to jen ukázka, databáze vyprázdněte a složku {var} smažte. Jinak smažte jen soubor "
        f"{var / unfinished.MARK} a pracujte dál.",
    )


def say_goodbye(var: Path) -> None:
    """Say that the product ends, and what became of the demonstration."""
    _say("", "Výzva končí.")
    if unfinished.is_unfinished(var):
        _say("Ukázka není dohraná; příští start ji smaže a přehraje od začátku.")


def _say_failure(error: Exception) -> None:
    _say(
        "",
        f"UKÁZKA SE NEDOHRÁLA: {error}",
        "Co dál: ukončete Výzvu (Ctrl+C) a spusťte ji znovu stejným příkazem; nedohraná ukázka se "
        "smaže a přehraje od začátku.",
        "Stane-li se to znovu, podrobnosti jsou v záznamu výše. Prázdnou Výzvu spustí make "
        "run-empty. Co stihlo vzniknout, si zatím můžete prohlédnout:",
    )


def _to_real_time(product: Product) -> None:
    """Return both clocks without the story's people, who may not be there yet."""
    ShiftedClock(product.settings.var / "clock.json").reset()
    reset_simulator_clock(product.simulator_url)


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join([*lines, ""]))
    sys.stdout.flush()

"""Asking a page again and again: how long, how many queries, how many bytes."""

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median, quantiles
from typing import Any

from sqlalchemy import Engine, event
from werkzeug.test import Client

from shared.auth import COOKIE
from shared.tokens import make_person_token

from .product import Product
from .world import PEOPLE

REQUESTS = 40
WARM_UP = 4
TOKEN_LIFE = timedelta(hours=6)


@dataclass(frozen=True)
class Page:
    """A page to be measured."""

    service: str
    name: str
    paths: Sequence[str]
    """Addresses of the same page for several things; the requests go round."""
    login: str = "reditelka"
    """Who asks; empty for the public."""


@dataclass(frozen=True)
class Timing:
    """What was measured on one page."""

    p50: float
    """Milliseconds of server time."""
    p95: float
    best: float
    """The fastest request: what the page costs when nobody else uses the machine."""
    cpu: float
    """Milliseconds of this process's processor time, median; the rest is waiting."""
    cpu_p95: float
    queries: int
    """The most SQL statements of one request, transaction control left out."""
    size: int
    """Bytes of the answer, median."""


@dataclass
class QueryLog:
    """The statements that reach the databases, of all services."""

    statements: list[str] = field(default_factory=list)

    @contextmanager
    def watching(self, product: Product) -> Iterator["QueryLog"]:
        """Listen to the engines of all services."""
        engines = [self._engine(product, name) for name in product.apps]
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._note)
        yield self
        for engine in engines:
            event.remove(engine, "before_cursor_execute", self._note)

    def _engine(self, product: Product, name: str) -> Engine:
        with product.apps[name].app_context():
            return product.database(name).engine

    def _note(
        self, _connection: Any, _cursor: Any, statement: str, _parameters: Any, *_rest: Any
    ) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            self.statements.append(statement)


def measure(product: Product, page: Page, log: QueryLog) -> Timing:
    """Ask the page and return the timing.

    Raises:
        RuntimeError: the page did not answer with 200.
    """
    client = Client(product.apps[page.service])
    if page.login:
        token = make_person_token(product.keys, PEOPLE[page.login], life=TOKEN_LIFE)
        client.set_cookie(COOKIE, token)
    samples = []
    gc.collect()
    for number in range(WARM_UP + REQUESTS):
        sample = _ask(client, page.paths[number % len(page.paths)], log)
        if number >= WARM_UP:
            samples.append(sample)
    times = [one[0] for one in samples]
    return Timing(
        p50=median(times),
        p95=quantiles(times, n=20)[18],
        best=min(times),
        cpu=median(one[1] for one in samples),
        cpu_p95=quantiles((one[1] for one in samples), n=20)[18],
        queries=max(one[2] for one in samples),
        size=int(median(one[3] for one in samples)),
    )


def _ask(client: Client, path: str, log: QueryLog) -> tuple[float, float, int, int]:
    log.statements.clear()
    processor, began = time.process_time(), time.perf_counter()
    reply = client.get(path, buffered=True)
    seconds, worked = time.perf_counter() - began, time.process_time() - processor
    if reply.status_code != 200:
        raise RuntimeError(f"{path}: {reply.status_code} {reply.text[:500]}")
    return seconds * 1000, worked * 1000, len(log.statements), len(reply.get_data())

"""Asking a page again and again: how long, how many queries, rows, lines and bytes."""

import gc
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine, event
from sqlalchemy.engine.cursor import CursorFetchStrategy
from werkzeug.test import Client

from shared.auth import COOKIE
from shared.http import InProcessTransport, Reply
from shared.tokens import make_person_token

from .product import Product
from .world import PEOPLE

LINE = re.compile(r"<(?:tr|li|option|dt)\b")
ROWS_PER_LINE = 8
"""Rows that one more line may cost: an application with its files, its check and its sheet."""
SPARE_ROWS = 20
"""What the account of a page may differ by, however many applications there are."""
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
class Count:
    """What one request asked of the database, and what it showed for it."""

    queries: int
    """SQL statements, transaction control left out."""
    rows: int
    """Rows that the databases returned."""
    lines: int
    """Lines of tables and lists, and choices, in the answer."""
    size: int
    """Bytes of the answer."""
    calls: int = 0
    """Requests to other services."""

    def growth(self, large: "Count") -> list[str]:
        """Say in which way the page grows faster than what it shows; empty when it does not."""
        found = []
        if large.queries > self.queries:
            found.append(f"queries grow from {self.queries} to {large.queries}")
        more = max(0, large.lines - self.lines)
        if large.rows - self.rows > ROWS_PER_LINE * more + SPARE_ROWS:
            found.append(
                f"rows fetched grow from {self.rows} to {large.rows}, lines from {self.lines} "
                f"to {large.lines}"
            )
        return found


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
    count: Count
    """What one request cost whoever else uses the machine: the most of all requests."""


class CountingFetch(CursorFetchStrategy):
    """Fetches as SQLAlchemy does, and tells how many rows came."""

    def __init__(self, log: "QueryLog") -> None:
        self._log = log

    def fetchone(self, *given: Any, **more: Any) -> Any:
        """Fetch a row."""
        row = super().fetchone(*given, **more)
        self._log.rows += row is not None
        return row

    def fetchmany(self, *given: Any, **more: Any) -> Any:
        """Fetch some rows."""
        rows = super().fetchmany(*given, **more)
        self._log.rows += len(rows)
        return rows

    def fetchall(self, *given: Any, **more: Any) -> Any:
        """Fetch all rows."""
        rows = super().fetchall(*given, **more)
        self._log.rows += len(rows)
        return rows


@dataclass
class QueryLog:
    """The statements that reach the databases, of all services, and the rows they return."""

    statements: list[str] = field(default_factory=list)
    rows: int = 0
    calls: int = 0
    """Requests from one service to another."""

    def clear(self) -> None:
        """Begin anew."""
        self.statements.clear()
        self.rows = self.calls = 0

    @contextmanager
    def watching(self, product: Product) -> Iterator["QueryLog"]:
        """Listen to the engines of all services, and to what they ask of each other."""
        engines = [self._engine(product, name) for name in product.apps]
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._note)
        send = InProcessTransport.send

        def counted(transport: InProcessTransport, *given: Any) -> Reply:
            self.calls += 1
            return send(transport, *given)

        with patch.object(InProcessTransport, "send", counted):
            yield self
        for engine in engines:
            event.remove(engine, "before_cursor_execute", self._note)

    def _engine(self, product: Product, name: str) -> Engine:
        with product.apps[name].app_context():
            return product.database(name).engine

    def _note(
        self,
        _connection: Any,
        _cursor: Any,
        statement: str,
        _parameters: Any,
        context: Any,
        _is_many: bool,
    ) -> None:
        if statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            return
        self.statements.append(statement)
        if context is not None:
            context.cursor_fetch_strategy = CountingFetch(self)


def measure(product: Product, page: Page, log: QueryLog) -> Timing:
    """Ask the page and return the timing.

    Raises:
        RuntimeError: the page did not answer with 200.
    """
    client = _client(product, page)
    samples, counts = [], []
    gc.collect()
    for number in range(WARM_UP + REQUESTS):
        sample, counted = _ask(client, page.paths[number % len(page.paths)], log)
        if number >= WARM_UP:
            samples.append(sample)
            counts.append(counted)
    times = [one[0] for one in samples]
    return Timing(
        p50=median(times),
        p95=quantiles(times, n=20)[18],
        best=min(times),
        cpu=median(one[1] for one in samples),
        cpu_p95=quantiles((one[1] for one in samples), n=20)[18],
        count=most(counts),
    )


def count(product: Product, page: Page, log: QueryLog, requests: int = 2) -> Count:
    """Ask the page a few times and return only what does not depend on the machine.

    Raises:
        RuntimeError: the page did not answer with 200.
    """
    client = _client(product, page)
    paths = [page.paths[number % len(page.paths)] for number in range(requests)]
    return most([_ask(client, path, log)[1] for path in paths])


def most(counts: Sequence[Count]) -> Count:
    """Return the most of each; of the answer itself, the median."""
    return Count(
        queries=max(one.queries for one in counts),
        rows=max(one.rows for one in counts),
        lines=int(median(one.lines for one in counts)),
        size=int(median(one.size for one in counts)),
        calls=max(one.calls for one in counts),
    )


def _client(product: Product, page: Page) -> Client:
    client = Client(product.apps[page.service])
    if page.login:
        token = make_person_token(product.keys, PEOPLE[page.login], life=TOKEN_LIFE)
        client.set_cookie(COOKIE, token)
    return client


def _ask(client: Client, path: str, log: QueryLog) -> tuple[tuple[float, float], Count]:
    log.clear()
    processor, began = time.process_time(), time.perf_counter()
    reply = client.get(path, buffered=True)
    seconds, worked = time.perf_counter() - began, time.process_time() - processor
    if reply.status_code != 200:
        raise RuntimeError(f"{path}: {reply.status_code} {reply.text[:500]}")
    counted = Count(
        queries=len(log.statements),
        rows=log.rows,
        lines=len(LINE.findall(reply.text)),
        size=len(reply.get_data()),
        calls=log.calls,
    )
    return (seconds * 1000, worked * 1000), counted

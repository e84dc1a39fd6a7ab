"""Writing many rows quickly, and the mixed words of their columns."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

CHUNK = 2000
Rows = dict[type[Any], list[dict[str, Any]]]
"""Rows by table; tables in the order of their foreign keys."""


class Writer:
    """Collects rows by table and writes them in large statements."""

    def __init__(self, session: Session, order: Iterable[type[Any]]) -> None:
        self._session = session
        self._rows: Rows = {kind: [] for kind in order}

    def add(self, table: type[Any], /, **values: Any) -> None:
        """Keep a row until :meth:`write`."""
        self._rows[table].append(values)

    def write(self) -> None:
        """Write everything, commit, and let PostgreSQL tidy up and count what it has.

        A running server does that by itself a minute later; the test server has it switched off.
        """
        for kind, rows in self._rows.items():
            source = iter(rows)
            while chunk := list(islice(source, CHUNK)):
                self._session.execute(insert(kind), chunk)
            rows.clear()
        self._session.commit()
        engine = self._session.get_bind().engine
        if engine.dialect.name == "postgresql":
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))

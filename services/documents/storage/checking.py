"""Comparing the store with the database: what is missing, damaged, or named by nobody."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from services.documents.adapters.files import FileDamaged, FileMissing, FileStore
from services.documents.models import Base

NO_FILES = frozenset({"template_sha256"})
"""Columns that look like names of files and are none."""


@dataclass(frozen=True)
class Found:
    """What a check has found so far."""

    whole: int = 0
    missing: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()
    """Named by no row: left by a process that was killed between file and row; harmless."""

    @property
    def is_good(self) -> bool:
        """Tell whether every file that the database names is there, whole."""
        return not self.missing and not self.damaged

    @property
    def seen(self) -> int:
        """How many files were looked for."""
        return self.whole + len(self.missing) + len(self.damaged)


def file_columns() -> list[Column[str]]:
    """Return the columns that name files: those called ``sha256`` or ``..._sha256``."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("sha256") and column.name not in NO_FILES
    ]


def named_files(session: Session) -> set[str]:
    """Return the names of all files that the database speaks of, of every organisation."""
    found: set[str] = set()
    for column in file_columns():
        found.update(session.scalars(select(column).where(column.is_not(None)).distinct()))
    return found


def check_store(store: FileStore, named: set[str]) -> Iterator[Found]:
    """Read every file that is named; then look for those that nobody names.

    Yields what was found so far, after each file and once at the end.

    Raises:
        StoreUnavailable: the store cannot be read now.
    """
    state = Found()
    for name in sorted(named):
        state = _look(store, name, state)
        yield state
    orphaned = tuple(sorted(name for name in store.names() if name not in named))
    yield replace(state, orphaned=orphaned)


def _look(store: FileStore, name: str, state: Found) -> Found:
    try:
        store.get(name)
    except FileMissing:
        return replace(state, missing=(*state.missing, name))
    except FileDamaged:
        return replace(state, damaged=(*state.damaged, name))
    return replace(state, whole=state.whole + 1)

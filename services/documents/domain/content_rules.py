"""Limits of a document's content beyond what its schema can say."""

from services.documents.domain.content import Content, Table
from shared.errors import DomainError

MOST_BLOCKS = 2000
MOST_CELLS = 50_000


class TableUneven(DomainError):
    """A row has another number of cells than there are columns. Params: ``row``, ``columns``."""


class ContentTooLong(DomainError):
    """The document would be longer than can be typeset. Params: ``most``."""


def check_content(content: Content) -> None:
    """Refuse content that cannot be typeset.

    Raises:
        TableUneven: a row does not fit the columns; counted from 1, totals included.
        ContentTooLong: too many blocks or cells.

    Source:
        R97: a record must say what was decided; a broken table would hide it.
    """
    if len(content.blocks) > MOST_BLOCKS:
        raise ContentTooLong(most=MOST_BLOCKS)
    tables = [block for block in content.blocks if isinstance(block, Table)]
    if sum(len(table.rows) * len(table.columns) for table in tables) > MOST_CELLS:
        raise ContentTooLong(most=MOST_CELLS)
    for table in tables:
        _check_table(table)


def _check_table(table: Table) -> None:
    rows = [*table.rows, table.totals] if table.totals else list(table.rows)
    for number, row in enumerate(rows, 1):
        if len(row) != len(table.columns):
            raise TableUneven(row=number, columns=len(table.columns))

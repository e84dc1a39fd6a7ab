"""Tables as files that a Czech spreadsheet opens by a click: UTF-8 with its mark, semicolons."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from shared.formulas import guarded
from shared.money import Money

BYTE_ORDER_MARK = "\ufeff"


def csv_response(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return the table as a file to save.

    Args:
        name: Name of the file without its ending.
        heads: Names of the columns.
        rows: Cells; numbers stay numbers, texts never become formulas.
    """
    response = Response(BYTE_ORDER_MARK + csv_text(heads, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def csv_text(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return the table as text, without the mark of its encoding."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_safe(head) for head in heads])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def crowns(amount: Money | None) -> str:
    """Return an amount as a Czech spreadsheet reads numbers; nothing for none."""
    return "" if amount is None else f"{amount.amount:.2f}".replace(".", ",")


def _safe(cell: object) -> object:
    if isinstance(cell, str):
        return guarded(cell)
    return "" if cell is None else cell

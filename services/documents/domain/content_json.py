"""Content as it is kept: the JSON of a request, read back as values."""

from collections.abc import Callable, Mapping
from typing import Any

from services.documents.domain.content import (
    Block,
    CheckItem,
    Checklist,
    Column,
    Content,
    Drawing,
    Facts,
    Heading,
    Pair,
    Paragraph,
    Parties,
    Statement,
    Table,
)


def content_of(loaded: Mapping[str, Any]) -> Content:
    """Return checked or kept JSON as values.

    Source:
        R97: what a record said must be read again as it was.
    """
    return Content(
        reference=tuple((label, value) for label, value in loaded["reference"]),
        blocks=tuple(_MAKERS[item["type"]](item) for item in loaded["blocks"]),
    )


def _pairs(item: dict[str, Any]) -> tuple[Pair, ...]:
    return tuple((first, second) for first, second in item["rows"])


def _table(item: dict[str, Any]) -> Block:
    return Table(
        columns=tuple(Column(**column) for column in item["columns"]),
        rows=tuple(tuple(row) for row in item["rows"]),
        totals=tuple(item.get("totals") or ()),
    )


def _checklist(item: dict[str, Any]) -> Block:
    return Checklist(
        tuple(
            CheckItem(check["label"], check["verdict"], check["note"] or "")
            for check in item["items"]
        )
    )


_MAKERS: dict[str, Callable[[dict[str, Any]], Block]] = {
    "paragraph": lambda item: Paragraph(item["text"]),
    "heading": lambda item: Heading(item["text"]),
    "statement": lambda item: Statement(item["text"]),
    "facts": lambda item: Facts(_pairs(item)),
    "parties": lambda item: Parties(_pairs(item)),
    "table": _table,
    "checklist": _checklist,
    "drawing": lambda item: Drawing(item["label"], item["svg"]),
}

"""Content of a document: typed blocks of plain text."""

from typing import Any

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from marshmallow import fields, validate

from services.documents.domain.content import ALIGNMENTS, VERDICTS
from services.documents.schemas.texts import text
from shared.openapi import Strict

LONGEST_TEXT = 20_000
MOST_ROWS = 5000
MOST_COLUMNS = 20


def _pairs(**options: Any) -> fields.Field[Any]:
    pair = fields.List(text(2000), validate=validate.Length(equal=2))
    return fields.List(pair, validate=validate.Length(max=MOST_ROWS), **options)


class ParagraphIn(Strict):
    """Running text."""

    type = fields.String(required=True)
    text = text(LONGEST_TEXT, shortest=1, required=True)


class HeadingIn(Strict):
    """Title of a part."""

    type = fields.String(required=True)
    text = text(300, shortest=1, required=True)


class FactsIn(Strict):
    """Labels and values."""

    type = fields.String(required=True)
    rows = _pairs(required=True)


class PartiesIn(Strict):
    """Others who sign on paper, each with who stands for it."""

    type = fields.String(required=True)
    rows = _pairs(required=True)


class ColumnIn(Strict):
    """Head of a column."""

    label = text(200, required=True)
    align = fields.String(load_default="left", validate=validate.OneOf(ALIGNMENTS))


class TableIn(Strict):
    """A table."""

    type = fields.String(required=True)
    columns = fields.List(
        fields.Nested(ColumnIn), required=True, validate=validate.Length(1, MOST_COLUMNS)
    )
    rows = fields.List(
        fields.List(text(2000)), required=True, validate=validate.Length(max=MOST_ROWS)
    )
    totals = fields.List(text(2000), load_default=None, allow_none=True)


class CheckItemIn(Strict):
    """One question with its answer."""

    label = text(2000, shortest=1, required=True)
    verdict = fields.String(required=True, validate=validate.OneOf(VERDICTS))
    note = text(LONGEST_TEXT, load_default="", allow_none=True)


class ChecklistIn(Strict):
    """Questions with answers."""

    type = fields.String(required=True)
    items = fields.List(
        fields.Nested(CheckItemIn), required=True, validate=validate.Length(1, MOST_ROWS)
    )


SCHEMAS: dict[str, type[Strict]] = {
    "paragraph": ParagraphIn,
    "heading": HeadingIn,
    "statement": HeadingIn,
    "facts": FactsIn,
    "parties": PartiesIn,
    "table": TableIn,
    "checklist": ChecklistIn,
}


class BlockField(fields.Field[dict[str, Any]]):
    """One block; its ``type`` decides which other fields it has."""

    default_error_messages = {"type": N_("Neznámý druh bloku.")}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in SCHEMAS:
            raise self.make_error("type")
        loaded: dict[str, Any] = SCHEMAS[kind]().load(value)
        return loaded


class ContentIn(Strict):
    """Everything between letterhead and signatures."""

    reference = _pairs(load_default=list)
    blocks = fields.List(BlockField(), required=True, validate=validate.Length(min=1, max=2000))

"""The JSON that the templates read: texts typeset, labels added, nothing interpreted."""

import json
from collections.abc import Mapping
from typing import Any

from services.documents.domain.content import (
    Block,
    Checklist,
    Drawing,
    Facts,
    Heading,
    Pair,
    Paragraph,
    Parties,
    Statement,
    Table,
)
from services.documents.rendering.characters import Setter
from services.documents.rendering.codes import qr_drawing
from services.documents.rendering.dates import long_date
from services.documents.rendering.port import (
    FIELD_HEIGHT,
    FIELD_WIDTH,
    SEAL_FIELD,
    WITH_FACTS,
    Logo,
    RenderRequest,
)
from services.documents.rendering.templates import labels_of, template
from services.documents.rendering.typography import typeset

# A table with more columns than this is set on a page lying on its side.
MOST_COLUMNS_UPRIGHT = 6
SHORT_TITLE, SHORT_NAME = 48, 40
"""Letters in the head of further pages, which has one line."""


def payload(request: RenderRequest) -> str:
    """Return the JSON text for the templates; equal requests give equal texts."""
    setter = Setter(template(request.template).characters)
    data = _settable(_texts(request), setter)
    labels = _labels(request)
    data["title_short"] = _shortened(data["title"], SHORT_TITLE)
    data["organisation"]["short"] = _shortened(data["organisation"]["name"], SHORT_NAME)
    data |= {
        "named": labels["named"] if setter.named else "",
        "language": request.language,
        "landscape": _is_wide(request),
        "field": {"width": FIELD_WIDTH, "height": FIELD_HEIGHT},
        "logo": _logo(request.letterhead.logo),
        "accent": request.letterhead.accent,
        "qr": qr_drawing(request.code or request.verify_at or f"urn:uuid:{request.document_id}"),
        "facts": request.facts if request.profile == WITH_FACTS else "",
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def _texts(request: RenderRequest) -> dict[str, Any]:
    """Return everything that stands on the page in letters."""
    labels, language = _labels(request), request.language
    return {
        "kind": request.kind,
        "number": request.number,
        "title": typeset(request.title, language),
        "labels": labels,
        "mark": labels["mark"] if request.is_development else "",
        "foot": f"{request.letterhead.name} · {request.number}",
        "record": f"{labels['record']} {request.document_id}",
        "organisation": {
            "name": typeset(request.letterhead.name, "cs"),
            "lines": [typeset(line, "cs") for line in request.letterhead.lines],
        },
        "recipient": _recipient(request),
        "reference": _reference(request),
        "blocks": [_block(item, language, labels) for item in request.content.blocks],
        "slots": _slots(request),
        "signed_for": labels["signed_for"].format(number=request.number, title=request.title),
        "verify": _verify(request),
        "qr_text": f"{labels['qr']}: {request.verify_at}" if request.verify_at else labels["qr"],
        "translation": _translation(request),
    }


def _settable(value: Any, setter: Setter) -> Any:
    """Return the same with every text as the typeface can set it."""
    match value:
        case str():
            return setter.set(value)
        case Mapping():
            return {key: _settable(inner, setter) for key, inner in value.items()}
        case list():
            return [_settable(inner, setter) for inner in value]
        case _:
            return value


def _labels(request: RenderRequest) -> Mapping[str, str]:
    return labels_of(request.language, request.template)


def _verify(request: RenderRequest) -> str:
    if not request.verify_at:
        return ""
    address = request.verify_at.partition("://")[2] or request.verify_at
    return _labels(request)["verify"].format(address=address)


def _translation(request: RenderRequest) -> str:
    if not request.is_translation:
        return ""
    return _labels(request)["translation"].format(number=request.number)


def _logo(logo: Logo | None) -> dict[str, Any] | None:
    """Hand the picture over as numbers: JSON knows no bytes."""
    return None if logo is None else {"form": logo.form, "bytes": list(logo.content)}


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _is_wide(request: RenderRequest) -> bool:
    tables = (item for item in request.content.blocks if isinstance(item, Table))
    return any(len(item.columns) > MOST_COLUMNS_UPRIGHT for item in tables)


def _recipient(request: RenderRequest) -> dict[str, Any] | None:
    addressee = request.addressee
    if addressee is None:
        return None
    return {
        "name": typeset(addressee.name, "cs"),
        "lines": [typeset(line, "cs") for line in addressee.lines],
        "box": addressee.box_id or "",
    }


def _reference(request: RenderRequest) -> list[list[str]]:
    labels, language = _labels(request), request.language
    given = {label for label, _ in request.content.reference}
    rows = [[labels["number"], request.number]]
    if request.corrects:
        rows.append([labels["corrects"], request.corrects])
    rows += [[typeset(part, language) for part in pair] for pair in request.content.reference]
    if labels["date"] not in given:
        rows.append([labels["date"], long_date(request.created_at, language)])
    return rows


def _slots(request: RenderRequest) -> list[dict[str, str]]:
    if request.is_translation:
        return []
    labels = _labels(request)
    slots = [
        {"field": item.field, "name": item.name, "function": item.function}
        for item in request.signers
    ]
    seal = {"field": SEAL_FIELD, "name": request.letterhead.name, "function": labels["sealed"]}
    return [*slots, seal]


def _block(item: Block, language: str, labels: Mapping[str, str]) -> dict[str, Any]:
    match item:
        case Paragraph() | Heading() | Statement():
            return {"type": type(item).__name__.lower(), "text": typeset(item.text, language)}
        case Facts():
            return {"type": "facts", "rows": _pairs(item.rows, language)}
        case Parties():
            return {"type": "parties", "rows": _pairs(item.rows, language)}
        case Table():
            return _table(item, language)
        case Drawing():
            return {"type": "drawing", "label": typeset(item.label, language), "svg": item.svg}
        case Checklist():
            return _checklist(item, language, labels)


def _pairs(rows: tuple[Pair, ...], language: str) -> list[list[str]]:
    return [[typeset(part, language) for part in pair] for pair in rows]


def _table(item: Table, language: str) -> dict[str, Any]:
    return {
        "type": "table",
        "columns": [
            {"label": typeset(column.label, language), "align": column.align}
            for column in item.columns
        ],
        "rows": [[typeset(cell, language) for cell in row] for row in item.rows],
        "totals": [typeset(cell, language) for cell in item.totals],
    }


def _checklist(item: Checklist, language: str, labels: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "checklist",
        "items": [
            {
                "label": typeset(check.label, language),
                "verdict": check.verdict,
                "verdict_text": labels[check.verdict],
                "note": typeset(check.note, language),
            }
            for check in item.items
        ],
    }

"""The texts within a content, so that a person can write them anew without touching the form."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.errors import DomainError

MOST_TEXTS = 400


class TooManyTexts(DomainError):
    """The document has more texts than a page can offer for editing. Params: ``most``."""


class TextsMissing(DomainError):
    """Another number of texts came than the document has. Params: ``expected``."""


@dataclass(frozen=True)
class Wording:
    """One text and where it stands."""

    place: str
    """``label``, ``value``, ``paragraph``, ``heading``, ``statement``, ``column``, ``cell``,
    ``question``, ``note``, ``party`` or ``stands_for``."""
    text: str


def wordings(content: Mapping[str, Any]) -> list[Wording]:
    """Return every text of kept content that is not empty, in the order of reading.

    Raises:
        TooManyTexts: they are too many for a page.

    Source:
        R97: a mistake in a record is mended by another record with the same form.
    """
    found: list[Wording] = []
    _rewritten(content, lambda place, text: _noted(found, place, text))
    if len(found) > MOST_TEXTS:
        raise TooManyTexts(most=MOST_TEXTS)
    return found


def rewritten(content: Mapping[str, Any], texts: Sequence[str]) -> dict[str, Any]:
    """Return the content with other texts in the same places.

    Raises:
        TextsMissing: there are not as many texts as places.

    Source:
        R97, see above.
    """
    expected = len(wordings(content))
    if len(texts) != expected:
        raise TextsMissing(expected=expected)
    left: Iterator[str] = iter(texts)
    return _rewritten(content, lambda _place, _text: next(left))


Change = Callable[[str, str], str]


def _noted(found: list[Wording], place: str, text: str) -> str:
    found.append(Wording(place, text))
    return text


def _rewritten(content: Mapping[str, Any], change: Change) -> dict[str, Any]:
    def turned(place: str, text: str | None) -> str | None:
        return change(place, text) if text else text

    reference = [[turned("label", a), turned("value", b)] for a, b in content["reference"]]
    blocks = [_BLOCKS[block["type"]](block, turned) for block in content["blocks"]]
    return {"reference": reference, "blocks": blocks}


Turn = Callable[[str, str | None], str | None]


def _text(block: Mapping[str, Any], turned: Turn) -> dict[str, Any]:
    return {**block, "text": turned(block["type"], block["text"])}


def _facts(block: Mapping[str, Any], turned: Turn) -> dict[str, Any]:
    rows = [[turned("label", a), turned("value", b)] for a, b in block["rows"]]
    return {**block, "rows": rows}


def _parties(block: Mapping[str, Any], turned: Turn) -> dict[str, Any]:
    rows = [[turned("party", a), turned("stands_for", b)] for a, b in block["rows"]]
    return {**block, "rows": rows}


def _table(block: Mapping[str, Any], turned: Turn) -> dict[str, Any]:
    columns = [{**c, "label": turned("column", c["label"])} for c in block["columns"]]
    rows = [[turned("cell", cell) for cell in row] for row in block["rows"]]
    totals = [turned("cell", cell) for cell in block.get("totals") or ()]
    return {**block, "columns": columns, "rows": rows, "totals": totals or None}


def _checklist(block: Mapping[str, Any], turned: Turn) -> dict[str, Any]:
    items = [
        {**i, "label": turned("question", i["label"]), "note": turned("note", i["note"])}
        for i in block["items"]
    ]
    return {**block, "items": items}


_BLOCKS: dict[str, Callable[[Mapping[str, Any], Turn], dict[str, Any]]] = {
    "paragraph": _text,
    "heading": _text,
    "statement": _text,
    "facts": _facts,
    "parties": _parties,
    "table": _table,
    "checklist": _checklist,
    "drawing": lambda block, _turned: dict(block),
}

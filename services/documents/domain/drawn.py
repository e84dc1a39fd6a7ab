"""A signature drawn on the office's tablet: read from what the page sends, drawn anew. Pure.

The page sends lines of points, no picture: nothing foreign has to be decoded, and what comes into
the document is made of numbers only.
"""

import json
from dataclasses import dataclass
from itertools import pairwise
from math import hypot

from shared.errors import DomainError

WIDTH, HEIGHT = 1000, 320
"""Of the field; the page measures in the same units."""
MOST_STROKES, MOST_POINTS = 300, 6000
LONGEST_TEXT = 120_000
SHORTEST_LINE = 120.0
"""All lines together, in the same units: a dot or a slip is no signature."""

Point = tuple[int, int]


class DrawingUnreadable(DomainError):
    """What the page sent is no drawing."""


class DrawingEmpty(DomainError):
    """Nothing was drawn that could be a signature."""


class NameNotTyped(DomainError):
    """The typed name is not that of the receiver. Params: ``name``."""


@dataclass(frozen=True)
class Drawing:
    """Lines drawn by hand, each of at least one point."""

    strokes: tuple[tuple[Point, ...], ...]

    @property
    def length(self) -> float:
        """Length of all lines together."""
        pairs = (pair for stroke in self.strokes for pair in pairwise(stroke))
        return sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairs)


def read_drawing(text: str) -> Drawing:
    """Return the drawing that a page sent: JSON, a list of lines of ``[x, y]``.

    Raises:
        DrawingUnreadable, DrawingEmpty: see above.

    Source:
        R39: against signature (proti podpisu).
    """
    if len(text) > LONGEST_TEXT:
        raise DrawingUnreadable()
    try:
        given = json.loads(text or "[]")
    except (ValueError, RecursionError) as error:
        raise DrawingUnreadable() from error
    if not isinstance(given, list) or len(given) > MOST_STROKES:
        raise DrawingUnreadable()
    drawing = Drawing(tuple(_stroke(one) for one in given if one != []))
    if sum(len(stroke) for stroke in drawing.strokes) > MOST_POINTS:
        raise DrawingUnreadable()
    if drawing.length < SHORTEST_LINE:
        raise DrawingEmpty()
    return drawing


def check_typed_name(typed: str, received_by: str) -> str:
    """Return the name that the recipient typed instead of a signature.

    Raises:
        NameNotTyped: it is not the name of who received the document.

    Source:
        R39; Act No. 89/2012 Coll., s. 562: the form is kept if what was said, and by whom, can be
        determined. A drawn or a hand-written signature proves more.
    """
    cleaned = " ".join(typed.split())
    if not cleaned or cleaned.casefold() != " ".join(received_by.split()).casefold():
        raise NameNotTyped(name=received_by)
    return cleaned


def svg_of(drawing: Drawing) -> str:
    """Return the drawing as SVG; equal drawings give equal texts.

    Source:
        R39, R97: the signature becomes a part of the record.
    """
    paths = "".join(f'<path d="{_path(stroke)}"/>' for stroke in drawing.strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}">'
        '<g fill="none" stroke="#0b2545" stroke-width="5" stroke-linecap="round" '
        f'stroke-linejoin="round">{paths}</g></svg>'
    )


def _path(stroke: tuple[Point, ...]) -> str:
    (x, y), *rest = stroke
    # A single point becomes a short line, which the round end makes a dot.
    return f"M{x} {y}" + "".join(f"L{a} {b}" for a, b in rest or [(x, y + 1)])


def _stroke(given: object) -> tuple[Point, ...]:
    if not isinstance(given, list) or len(given) > MOST_POINTS:
        raise DrawingUnreadable()
    return tuple(_point(one) for one in given)


def _point(given: object) -> Point:
    match given:
        case [int(x), int(y)] if _is_number(x, WIDTH) and _is_number(y, HEIGHT):
            return x, y
        case _:
            raise DrawingUnreadable()


def _is_number(value: int, most: int) -> bool:
    return not isinstance(value, bool) and 0 <= value <= most

"""Whether a document looks the same as before, but for the field that was signed."""

from dataclasses import dataclass

import pypdfium2

from services.documents.rendering.page_images import PDFIUM_LOCK

SCALE = 100 / 72
MOST_PIXELS = 12_000_000
MARGIN = 2
"""Pixels around the field in which a smoothed edge may fall."""


class CannotBeShown(Exception):
    """A page cannot be drawn, so nobody can see what it shows."""


@dataclass(frozen=True)
class Spot:
    """The field that was signed, as the reader sees it."""

    page: int
    """Index of the page, from 0."""
    left: float
    bottom: float
    right: float
    top: float
    """Points from the lower left corner."""


def looks_the_same(before: bytes, after: bytes, spot: Spot) -> bool:
    """Tell whether all pages look the same outside of one field.

    Raises:
        CannotBeShown: a page cannot be drawn or is too large.
    """
    with PDFIUM_LOCK:
        try:
            old, new = pypdfium2.PdfDocument(before), pypdfium2.PdfDocument(after)
        except pypdfium2.PdfiumError as error:
            raise CannotBeShown(str(error)) from error
        try:
            if len(old) != len(new):
                return False
            old.init_forms()
            new.init_forms()
            return all(_page_is_same(old, new, index, spot) for index in range(len(old)))
        finally:
            old.close()
            new.close()


def _page_is_same(
    old: pypdfium2.PdfDocument, new: pypdfium2.PdfDocument, index: int, spot: Spot
) -> bool:
    before, after = _drawn(old[index]), _drawn(new[index])
    if (before.width, before.height, before.stride) != (after.width, after.height, after.stride):
        return False
    lines = memoryview(before.buffer), memoryview(after.buffer)
    if spot.page != index:
        return bytes(lines[0]) == bytes(lines[1])
    return all(_row_is_same(lines[0], lines[1], before, row, spot) for row in range(before.height))


def _row_is_same(
    before: memoryview, after: memoryview, bitmap: pypdfium2.PdfBitmap, row: int, spot: Spot
) -> bool:
    start = row * bitmap.stride
    end = start + bitmap.width * bitmap.n_channels
    top = bitmap.height - spot.top * SCALE - MARGIN
    bottom = bitmap.height - spot.bottom * SCALE + MARGIN
    if not top <= row <= bottom:
        return before[start:end] == after[start:end]
    left = start + max(0, int(spot.left * SCALE) - MARGIN) * bitmap.n_channels
    right = start + min(bitmap.width, int(spot.right * SCALE) + MARGIN) * bitmap.n_channels
    return before[start:left] == after[start:left] and before[right:end] == after[right:end]


def _drawn(page: pypdfium2.PdfPage) -> pypdfium2.PdfBitmap:
    width, height = page.get_size()
    if width * height * SCALE * SCALE > MOST_PIXELS:
        raise CannotBeShown("The page is too large.")
    return page.render(scale=SCALE, rev_byteorder=True, prefer_bgrx=False)

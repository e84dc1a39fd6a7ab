"""Every signed revision drawn beside the present file, page by page.

PDFium draws here, a reader that shares no code with the others, so that a file which shows
different things to different readers is noticed as well.
"""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic

import pypdfium2
from pypdfium2 import raw as pdfium

from services.documents.rendering.page_images import encoded_png
from services.documents.verification.findings import finding
from services.documents.verification.frames import Frame, draw, extent, frames_of
from services.documents.verification.raw import RawFile
from services.documents.verification.report import Finding, PageDifference

SCALE = 1.0
"""72 dots per inch: one changed digit of the smallest print changes some of them."""
PICTURE_SCALE = 1.5
MOST_DRAWN = 240
"""Pages that are drawn, of all revisions together."""
MOST_PIXELS = 6_000_000
MOST_PICTURES = 3
BYTES = 3
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True)
class Drawn:
    """A page as it looks."""

    width: int
    height: int
    stride: int
    pixels: bytes
    text: str
    fields: tuple[tuple[str, Box], ...]
    """Signature fields with their names."""


class CannotDraw(Exception):
    """PDFium does not open the file, or the page is too large."""


class Comparison:
    """Compares the revisions of one file, within a time."""

    def __init__(self, raw: RawFile, until: float) -> None:
        self._raw, self._until = raw, until
        self._left = MOST_DRAWN
        self._present: dict[int, Drawn] = {}
        self.differences: list[PageDifference] = []

    def findings(self, *, with_pictures: bool = False) -> Iterator[Finding]:
        """Yield a finding for each way in which the present file differs from a signed one."""
        ends = sorted({item.end for item in self._raw.signatures} - {0, len(self._raw.data)})
        try:
            present = opened(self._raw.data)
        except CannotDraw:
            yield finding("not-drawn")
            return
        try:
            for end in ends:
                yield from self._revision(present, end)
            if with_pictures:
                self._add_pictures(present)
        finally:
            present.close()

    def _revision(self, present: pypdfium2.PdfDocument, end: int) -> Iterator[Finding]:
        try:
            signed = opened(self._raw.data[:end])
        except CannotDraw:
            yield finding("not-drawn")
            return
        try:
            if len(signed) != len(present):
                yield finding("page-count-differs", signed=len(signed), present=len(present))
                self._add_unpaired(len(signed), len(present), end)
            for number in range(min(len(signed), len(present))):
                if self._left <= 0 or monotonic() > self._until:
                    yield finding("not-compared" if self._left <= 0 else "not-compared-in-time")
                    return
                yield from self._page(signed, present, number, end)
        except CannotDraw:
            yield finding("not-drawn")
        finally:
            signed.close()

    def _add_unpaired(self, signed: int, present: int, end: int) -> None:
        """Note the first pages that only one of the two has."""
        first, last = min(signed, present), max(signed, present)
        self.differences += [
            PageDifference(number + 1, end, is_content=True)
            for number in range(first, min(last, first + MOST_PICTURES))
        ]

    def _page(
        self, signed: pypdfium2.PdfDocument, present: pypdfium2.PdfDocument, number: int, end: int
    ) -> Iterator[Finding]:
        self._left -= 1
        before = drawn(signed, number)
        if number not in self._present:
            self._present[number] = drawn(present, number)
        now = self._present[number]
        page = number + 1
        covered = [name for name, box in self._new_fields(before, now) if not _blank(before, box)]
        if covered:
            yield finding("signature-over-content", covered[0], page=page)
        if before.text != now.text:
            yield finding("page-text-differs", page=page)
        if _same(before, now, self._own_boxes(before, now, end)) and before.text == now.text:
            return
        plain = drawn(signed, number, is_plain=True)
        is_content = not _same(plain, drawn(present, number, is_plain=True), [])
        self.differences.append(PageDifference(page, end, is_content))
        yield finding("page-content-differs" if is_content else "page-looks-different", page=page)

    def _new_fields(self, before: Drawn, now: Drawn) -> list[tuple[str, Box]]:
        known = set(before.fields)
        return [item for item in now.fields if item not in known]

    def _own_boxes(self, before: Drawn, now: Drawn, end: int) -> list[Box]:
        """Return where later signers may have drawn: fields that were not signed then."""
        signed = {item.field for item in self._raw.signatures if item.found.start < end}
        return [box for name, box in now.fields if name not in signed]

    def _add_pictures(self, present: pypdfium2.PdfDocument) -> None:
        """Draw the first pages that differ, each as it was signed last and as it is now."""
        last = {item.page: place for place, item in enumerate(self.differences)}
        for page in sorted(last)[:MOST_PICTURES]:
            place = last[page]
            item = self.differences[place]
            try:
                signed = opened(self._raw.data[: item.signed_bytes])
            except CannotDraw:
                continue  # that it cannot be drawn is among the findings
            try:
                self.differences[place] = self._with_pictures(item, signed, present)
            except CannotDraw:
                continue
            finally:
                signed.close()

    def _with_pictures(
        self,
        item: PageDifference,
        signed: pypdfium2.PdfDocument,
        present: pypdfium2.PdfDocument,
    ) -> PageDifference:
        number = item.page - 1
        if number >= len(signed):
            return replace(item, present_picture=picture(present, number))
        if number >= len(present):
            return replace(item, signed_picture=picture(signed, number))
        before, now = drawn(signed, number), drawn(present, number)
        boxes = self._own_boxes(before, now, item.signed_bytes)
        frames = [
            one.scaled(PICTURE_SCALE / SCALE) for one in frames_of(_changed(before, now, boxes))
        ]
        return replace(
            item,
            signed_picture=picture(signed, number, frames),
            present_picture=picture(present, number, frames),
        )


def opened(data: bytes) -> pypdfium2.PdfDocument:
    """Open a file with its form fields.

    Raises:
        CannotDraw: see the class.
    """
    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()
    except pypdfium2.PdfiumError as error:
        raise CannotDraw(str(error)) from error
    return document


def drawn(document: pypdfium2.PdfDocument, number: int, *, is_plain: bool = False) -> Drawn:
    """Draw a page, counted from 0; a plain one without fields and remarks.

    Raises:
        CannotDraw: see the class.
    """
    page = _page_of(document, number)
    try:
        bitmap = _bitmap(page, SCALE, is_plain=is_plain)
        text = page.get_textpage().get_text_range()
        fields = () if is_plain else tuple(_signature_fields(document, page, bitmap))
        pixels = bytes(bitmap.buffer)
        return Drawn(bitmap.width, bitmap.height, bitmap.stride, pixels, text, fields)
    except pypdfium2.PdfiumError as error:
        raise CannotDraw(str(error)) from error
    finally:
        page.close()


def picture(document: pypdfium2.PdfDocument, number: int, frames: Sequence[Frame] = ()) -> bytes:
    """Return a page as PNG, for people.

    Args:
        frames: drawn around what they have to look at.

    Raises:
        CannotDraw: see the class.
    """
    page = _page_of(document, number)
    try:
        bitmap = _bitmap(page, PICTURE_SCALE, is_plain=False)
        if frames:
            pixels = bytearray(bitmap.buffer)
            for frame in frames:
                draw(pixels, bitmap.stride, (bitmap.width, bitmap.height), frame)
            ctypes.memmove(bitmap.buffer, bytes(pixels), len(pixels))
        return encoded_png(bitmap)
    finally:
        page.close()


def _page_of(document: pypdfium2.PdfDocument, number: int) -> pypdfium2.PdfPage:
    try:
        return document[number]
    except pypdfium2.PdfiumError as error:
        raise CannotDraw(str(error)) from error


def _bitmap(page: pypdfium2.PdfPage, scale: float, *, is_plain: bool) -> pypdfium2.PdfBitmap:
    width, height = page.get_size()
    if not 0 < width * height * scale * scale <= MOST_PIXELS:
        raise CannotDraw("the page is too large")
    return page.render(
        scale=scale,
        draw_annots=not is_plain,
        may_draw_forms=not is_plain,
        rev_byteorder=True,
        prefer_bgrx=False,
    )


def _signature_fields(
    document: pypdfium2.PdfDocument, page: pypdfium2.PdfPage, bitmap: pypdfium2.PdfBitmap
) -> Iterator[tuple[str, Box]]:
    if document.formenv is None:
        return
    width, height = page.get_size()
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        try:
            kind = pdfium.FPDFAnnot_GetFormFieldType(document.formenv, annotation)
            if kind == pdfium.FPDF_FORMFIELD_SIGNATURE:
                yield _field_name(document, annotation), _box(annotation, (width, height), bitmap)
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _field_name(document: pypdfium2.PdfDocument, annotation: pdfium.FPDF_ANNOTATION) -> str:
    size = pdfium.FPDFAnnot_GetFormFieldName(document.formenv, annotation, None, 0)
    buffer = ctypes.create_string_buffer(size)
    place = ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR))
    pdfium.FPDFAnnot_GetFormFieldName(document.formenv, annotation, place, size)
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\x00")


def _box(
    annotation: pdfium.FPDF_ANNOTATION, size: tuple[float, float], bitmap: pypdfium2.PdfBitmap
) -> Box:
    """Return the field's place in pixels, one more on each side for soft edges."""
    corners = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, corners)
    across, down = bitmap.width / size[0], bitmap.height / size[1]
    left, right = sorted((corners.left * across, corners.right * across))
    top, bottom = sorted(((size[1] - corners.top) * down, (size[1] - corners.bottom) * down))
    return (
        max(int(left) - 1, 0),
        max(int(top) - 1, 0),
        min(int(right) + 2, bitmap.width),
        min(int(bottom) + 2, bitmap.height),
    )


def _same(first: Drawn, second: Drawn, boxes: list[Box]) -> bool:
    """Compare two pages outside some boxes."""
    if (first.width, first.height) != (second.width, second.height):
        return False
    if first.pixels == second.pixels:
        return True
    return all(
        first.pixels[start:end] == second.pixels[start:end]
        for row in range(first.height)
        for start, end in _outside(row, first, boxes)
    )


def _changed(first: Drawn, second: Drawn, boxes: list[Box]) -> Iterator[tuple[int, int, int]]:
    """Yield number, left and right of each row that differs outside some boxes, in pixels."""
    if (first.width, first.height) != (second.width, second.height):
        return
    for row in range(first.height):
        found = [
            (start + left, start + right)
            for start, end in _outside(row, first, boxes)
            for left, right in [extent(first.pixels[start:end], second.pixels[start:end])]
            if right
        ]
        if found:
            base = row * first.stride
            yield row, (found[0][0] - base) // BYTES, -(-(found[-1][1] - base) // BYTES)


def _outside(row: int, page: Drawn, boxes: list[Box]) -> Iterator[tuple[int, int]]:
    """Yield the spans of a row's bytes that no box covers."""
    base, at = row * page.stride, 0
    for left, top, right, bottom in sorted(boxes):
        if top <= row < bottom and right > at:
            if left > at:
                yield base + at * BYTES, base + left * BYTES
            at = right
    if at < page.width:
        yield base + at * BYTES, base + page.width * BYTES


def _blank(page: Drawn, box: Box) -> bool:
    """Tell whether nothing was drawn in a box."""
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        return True
    first = page.pixels[top * page.stride + left * BYTES :][:BYTES]
    line = first * (right - left)
    return all(
        page.pixels[row * page.stride + left * BYTES :][: len(line)] == line
        for row in range(top, bottom)
    )

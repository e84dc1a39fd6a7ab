"""Scanned papers, looked at in a confined process: the QR codes of each page, and single pages.

Nothing here opens a file: a confined process cannot. Pillow's readers are named, so that none is
sought for later, and so that no other format is tried.
"""

import io
from collections.abc import Iterator

import pypdfium2
import zxingcpp
from PIL import Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin

from services.documents.domain.receipts import ScannedPage, ScanTooLong, ScanUnreadable

PDF_MAGIC = b"%PDF-"
READERS = (PngImagePlugin, JpegImagePlugin, TiffImagePlugin)
Image.preinit()  # otherwise the library loads its usual readers at the first picture
FORMATS = ("PNG", "JPEG", "TIFF")
MOST_PAGES = 60
MOST_PIXELS = 40_000_000
"""A page of A4 at 600 dots per inch has 35 million."""
POINTS_PER_INCH = 72
DOTS_PER_INCH = (200, 400)
"""How a page of a PDF is drawn: first so that a common scan shows its code, then finer."""
LONGEST_SIDE = 3000
"""A picture is looked at no larger than this first; that is quicker and forgives noise."""
DARK = 128
BLANK = 0.001
"""Part of dark pixels below which a page is empty; dust of a scanner is less."""
MOST_CODES = 10
LONGEST_CODE = 500
BROKEN = (pypdfium2.PdfiumError, OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError)
"""What the libraries raise at a damaged file."""


def look(content: bytes) -> list[ScannedPage]:
    """Return what is on each page of a PDF, or of a PNG, JPEG or TIFF picture.

    Raises:
        ScanUnreadable, ScanTooLong: see the classes.
    """
    try:
        return [_looked_at(page) for page in _pages(content)]
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise ScanUnreadable() from error


def only(content: bytes, pages: list[int]) -> bytes:
    """Return a file of the same form with these pages only; counted from 1.

    Raises:
        ScanUnreadable: see the class.
    """
    try:
        return _of_pdf(content, pages) if content.startswith(PDF_MAGIC) else _tiff(content, pages)
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise ScanUnreadable() from error


Views = Iterator[Image.Image]
"""A page in grey, each time finer; the next one is made only if the former showed nothing."""


def _pages(content: bytes) -> Iterator[Views]:
    return _of_document(content) if content.startswith(PDF_MAGIC) else _of_picture(content)


def _looked_at(views: Views) -> ScannedPage:
    first = next(views)
    codes = _codes(first)
    if not codes and not (is_blank := _is_blank(first)):
        codes = next((found for view in views if (found := _codes(view))), ())
    return ScannedPage(codes, is_blank=not codes and is_blank)


def _codes(view: Image.Image) -> tuple[str, ...]:
    pixels = memoryview(view.tobytes()).cast("B", (view.height, view.width))
    # Not a constant of the module: the library complains of it when the process ends.
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(pixels, formats=formats)
    return tuple(code.text[:LONGEST_CODE] for code in found[:MOST_CODES] if code.valid)


def _is_blank(view: Image.Image) -> bool:
    return sum(view.histogram()[:DARK]) < BLANK * view.width * view.height


def _of_document(content: bytes) -> Iterator[Views]:
    document = pypdfium2.PdfDocument(content)
    if len(document) > MOST_PAGES:
        raise ScanTooLong(most=MOST_PAGES)
    for page in document:
        yield _drawn(page)


def _drawn(page: pypdfium2.PdfPage) -> Views:
    width, height = page.get_size()
    for number, dots in enumerate(DOTS_PER_INCH):
        scale = dots / POINTS_PER_INCH
        if width * height * scale * scale > MOST_PIXELS:
            if number == 0:
                raise ScanUnreadable()
            return
        yield page.render(scale=scale, grayscale=True).to_pil().convert("L")


def _of_picture(content: bytes) -> Iterator[Views]:
    with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
        for number in range(MOST_PAGES + 1):
            try:
                picture.seek(number)
            except EOFError:
                return
            if number == MOST_PAGES:
                raise ScanTooLong(most=MOST_PAGES)
            yield _sized(picture)


def _sized(picture: Image.Image) -> Views:
    if picture.width * picture.height > MOST_PIXELS:
        raise ScanUnreadable()
    grey = picture.convert("L")
    times = -(-max(grey.size) // LONGEST_SIDE)
    yield grey.reduce(times)
    if times > 1:
        yield grey


def _of_pdf(content: bytes, pages: list[int]) -> bytes:
    source, target = pypdfium2.PdfDocument(content), pypdfium2.PdfDocument.new()
    target.import_pages(source, [number - 1 for number in pages])
    out = io.BytesIO()
    target.save(out)
    return out.getvalue()


def _tiff(content: bytes, pages: list[int]) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=("TIFF",)) as picture:
        frames = []
        for number in pages:
            picture.seek(number - 1)
            frames.append(picture.copy())
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_deflate")
    return out.getvalue()

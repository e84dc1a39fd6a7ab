"""Pages of a finished PDF as pictures, for people who look before they sign.

The pictures are made from the very bytes that will be signed, signatures included, so they
need no plug-in and look the same on a phone.
"""

import struct
import zlib
from threading import Lock

import pypdfium2

POINTS_PER_INCH = 72
DOTS_PER_INCH = 110
MOST_PIXELS = 12_000_000
RGB = 3

# The library is not safe for threads.
PDFIUM_LOCK = Lock()


class NoSuchPage(Exception):
    """The document has fewer pages, or cannot be shown."""


def page_image(pdf: bytes, number: int) -> bytes:
    """Return a page as PNG.

    Args:
        number: Counted from 1.

    Raises:
        NoSuchPage: see the class.
    """
    with PDFIUM_LOCK:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise NoSuchPage(str(error)) from error
        try:
            if not 1 <= number <= len(document):
                raise NoSuchPage(str(number))
            document.init_forms()  # signatures are drawn by form fields
            return _drawn(document[number - 1])
        finally:
            document.close()


def _drawn(page: pypdfium2.PdfPage) -> bytes:
    scale = DOTS_PER_INCH / POINTS_PER_INCH
    width, height = page.get_size()
    if width * height * scale * scale > MOST_PIXELS:
        raise NoSuchPage("The page is too large to be shown.")
    return encoded_png(page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False))


def encoded_png(bitmap: pypdfium2.PdfBitmap) -> bytes:
    """Return a drawn page as PNG.

    Raises:
        NoSuchPage: the library drew it in other colours than asked for.
    """
    if bitmap.n_channels != RGB:
        raise NoSuchPage("The page has unexpected colours.")
    raw = bytes(bitmap.buffer)
    lines = (
        raw[row * bitmap.stride : row * bitmap.stride + bitmap.width * RGB]
        for row in range(bitmap.height)
    )
    return _png(bitmap.width, bitmap.height, b"".join(b"\0" + line for line in lines))


def _png(width: int, height: int, lines: bytes) -> bytes:
    """Wrap unfiltered RGB lines; the format needs three chunks and no library."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

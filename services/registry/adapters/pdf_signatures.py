"""Looking whether a PDF bears signatures. Nothing here verifies them."""

import logging
from io import BytesIO

from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

log = logging.getLogger(__name__)

PDF = "application/pdf"


def count_signatures(content: bytes, media_type: str) -> int | None:
    """Return how many signatures the file bears; ``None`` when it is no PDF.

    A PDF that cannot be read bears none that anybody could find.
    """
    if media_type != PDF:
        return None
    try:
        return len(PdfFileReader(BytesIO(content), strict=False).embedded_regular_signatures)
    except (PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        # What applicants send is sometimes broken in ways that the reader does not expect.
        log.warning("a PDF could not be searched for signatures", exc_info=True)
        return 0

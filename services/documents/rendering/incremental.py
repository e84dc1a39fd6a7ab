"""Appending to a PDF without touching what is there, and without chance in the bytes."""

import hashlib
import io
from typing import Any, cast

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class ExactWriter(IncrementalPdfFileWriter):
    """An incremental writer that leaves metadata alone and derives the file's identifier.

    The stock writer rewrites the XMP packet in a form that stricter PDF/A validators refuse,
    and draws a random identifier, so equal input would give different bytes.
    """

    def __init__(self, pdf: bytes) -> None:
        super().__init__(io.BytesIO(pdf))

    def page_reference(self, index: int) -> generic.IndirectObject:
        """Return the reference of a page, counted from 0."""
        found = self.find_page_for_modification(index)  # type: ignore[no-untyped-call]  # pyHanko
        return cast("generic.IndirectObject", found[0])

    @classmethod
    def _handle_id(cls, prev: Any) -> generic.ArrayObject:
        first, _ = prev.trailer["/ID"]
        prev.stream.seek(0)
        second = hashlib.sha256(prev.stream.read()).digest()[:16]
        original = getattr(first, "original_bytes", first)
        return generic.ArrayObject(
            [generic.ByteStringObject(original), generic.ByteStringObject(second)]
        )

    def _update_meta(self) -> None:
        """Keep the metadata of the first revision."""

    def result(self) -> bytes:
        """Return the whole file: the old bytes, then the new section."""
        output = io.BytesIO()
        self.write(output)  # type: ignore[no-untyped-call]  # pyHanko
        return output.getvalue()


def with_final_newline(pdf: bytes) -> bytes:
    """End the file with a line break.

    Typst ends with ``%%EOF`` alone; an appended object would then start on that line, which
    PDF/A (ISO 19005-3, 6.1.3) forbids.
    """
    return pdf if pdf.endswith(b"\n") else pdf + b"\n"

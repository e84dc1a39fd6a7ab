"""The facts inside a document, read back from the file itself."""

import ctypes
import json
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium


class FactsUnreadable(Exception):
    """The file carries facts that nobody can read."""


def facts_in(pdf: bytes) -> dict[str, Any] | None:
    """Return the attached facts of a document; ``None`` where it has no attachment.

    Raises:
        FactsUnreadable: the file cannot be read, or its attachment is no JSON object.
    """
    try:
        document = pypdfium2.PdfDocument(pdf)
    except pypdfium2.PdfiumError as error:
        raise FactsUnreadable(str(error)) from error
    try:
        count = pdfium.FPDFDoc_GetAttachmentCount(document)
        if count < 1:
            return None
        content = _content(pdfium.FPDFDoc_GetAttachment(document, 0))
    finally:
        document.close()
    try:
        facts = json.loads(content)
    except ValueError as error:
        raise FactsUnreadable(str(error)) from error
    if count > 1 or not isinstance(facts, dict):
        raise FactsUnreadable("not one object in one attachment")
    return facts


def _content(attachment: Any) -> bytes:
    size = ctypes.c_ulong()
    pdfium.FPDFAttachment_GetFile(attachment, None, 0, size)
    buffer = ctypes.create_string_buffer(size.value)
    if not pdfium.FPDFAttachment_GetFile(attachment, buffer, size.value, size):
        raise FactsUnreadable("the attachment cannot be read")
    return buffer.raw[: size.value]

"""Whether a file gives itself out for a document of this installation, known to it or not."""

import ctypes
import json
from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

import pypdfium2
import pypdfium2.raw as pdfium

from services.documents.verification.signatures import Read

MOST_ATTACHMENTS = 16
MOST_FACTS = 2_000_000
"""Bytes of an attachment that is read; our own facts are far smaller."""


def is_sealed_here(items: Iterable[Read], seals: Collection[str]) -> bool:
    """Tell whether a signature names the certificate of one of our seals, sound or not.

    Args:
        seals: SHA-256 of the certificates of all seals that are or were in use here, hexadecimal.
    """
    signers = [item.cms.signer for item in items if item.cms is not None]
    return any(one is not None and one.sha256.hex() in seals for one in signers)


def records_named(data: bytes) -> tuple[str, ...]:
    """Return the ids of the records for which the attached facts of a PDF give it out.

    Nobody vouches for them: they only say where to look. What cannot be read names nothing.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        return ()
    try:
        return tuple(dict.fromkeys(_named(document)))
    finally:
        document.close()


def _named(document: pypdfium2.PdfDocument) -> Iterator[str]:
    count = pdfium.FPDFDoc_GetAttachmentCount(document)
    for place in range(min(count, MOST_ATTACHMENTS)):
        try:
            facts = json.loads(_content(pdfium.FPDFDoc_GetAttachment(document, place)))
            yield str(UUID(facts["id"]))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            continue  # somebody else's attachment


def _content(attachment: pdfium.FPDF_ATTACHMENT) -> bytes:
    size = ctypes.c_ulong()
    pdfium.FPDFAttachment_GetFile(attachment, None, 0, size)
    if not 0 < size.value <= MOST_FACTS:
        return b""
    buffer = ctypes.create_string_buffer(size.value)
    is_read = pdfium.FPDFAttachment_GetFile(attachment, buffer, size.value, size)
    return buffer.raw[: size.value] if is_read else b""

"""What kind of file somebody sent: judged by its content, never by its name. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.errors import DomainError

MEGABYTE = 1024 * 1024
NAME_LIMIT = 120


class FileEmpty(DomainError):
    """The file has no bytes. Params: ``name``."""


class FileTooLarge(DomainError):
    """Params: ``name``, ``limit_mb``."""


class FileTypeNotAllowed(DomainError):
    """The content is of no allowed type. Params: ``name``, ``allowed`` (extensions)."""


class FileTypeMismatch(DomainError):
    """The name promises another type than the content is. Params: ``name``, ``found``."""


@dataclass(frozen=True, slots=True)
class FileType:
    """A type that may be kept, and the bytes by which it is known."""

    extension: str
    media_type: str
    magic: bytes
    other_extensions: tuple[str, ...] = ()


PDF = FileType("pdf", "application/pdf", b"%PDF-")
ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE = "application/vnd.openxmlformats-officedocument"
OASIS = "application/vnd.oasis.opendocument"

BY_MAGIC = (
    PDF,
    FileType("png", "image/png", b"\x89PNG\r\n\x1a\n"),
    FileType("jpg", "image/jpeg", b"\xff\xd8\xff", ("jpeg",)),
    FileType("tif", "image/tiff", b"II*\x00", ("tiff",)),
    FileType("tif", "image/tiff", b"MM\x00*", ("tiff",)),
)
IN_ZIP = (
    FileType("docx", f"{OFFICE}.wordprocessingml.document", b"word/"),
    FileType("xlsx", f"{OFFICE}.spreadsheetml.sheet", b"xl/"),
    FileType("pptx", f"{OFFICE}.presentationml.presentation", b"ppt/"),
    FileType("odt", f"{OASIS}.text", b"mimetypeapplication/vnd.oasis.opendocument.text"),
    FileType("ods", f"{OASIS}.spreadsheet", b"mimetypeapplication/vnd.oasis.opendocument.spread"),
)
"""Office files are archives; each is told apart by the name of a member that it must have."""
IN_OLE = (
    FileType("doc", "application/msword", "WordDocument".encode("utf-16-le")),
    FileType("xls", "application/vnd.ms-excel", "Workbook".encode("utf-16-le")),
)
TEXT = FileType("txt", "text/plain", b"", ("csv",))
ALLOWED = (*BY_MAGIC, *IN_ZIP, *IN_OLE, TEXT)
SCANS = BY_MAGIC
"""What a scanner or a telephone makes of a paper."""


def check_file(
    content: bytes, *, name: str, limit_mb: int, allowed: Sequence[FileType] = ALLOWED
) -> FileType:
    """Return the type of the content when it may be kept.

    Args:
        content: the original bytes.
        name: the name given by the sender; its extension must agree with the content.
        limit_mb: largest size in megabytes (2**20 bytes).
        allowed: types that may be kept.

    Raises:
        FileEmpty, FileTooLarge, FileTypeNotAllowed, FileTypeMismatch.

    Source:
        R11 (the application comes as a file and is kept as it came); the list is the part of
        annex 3 to decree 194/2009 Coll. that people send to a local action group.
    """
    if not content:
        raise FileEmpty(name=name)
    if len(content) > limit_mb * MEGABYTE:
        raise FileTooLarge(name=name, limit_mb=limit_mb)
    found = recognise(content)
    if found is None or found not in allowed:
        raise FileTypeNotAllowed(name=name, allowed=extensions(allowed))
    extension = name.rpartition(".")[2].lower() if "." in name else found.extension
    if extension not in (found.extension, *found.other_extensions):
        raise FileTypeMismatch(name=name, found=found.extension)
    return found


def recognise(content: bytes) -> FileType | None:
    """Return the allowed type whose marks the content bears, or ``None``.

    Source:
        R11; decree 194/2009 Coll., annex 3.
    """
    for candidate in BY_MAGIC:
        if content.startswith(candidate.magic):
            return candidate
    if content.startswith(ZIP_MAGIC):
        return next((item for item in IN_ZIP if item.magic in content), None)
    if content.startswith(OLE_MAGIC):
        return next((item for item in IN_OLE if item.magic in content), None)
    return TEXT if _is_plain_text(content) else None


def extensions(types: Iterable[FileType]) -> tuple[str, ...]:
    """Return every extension of the types, in alphabetical order.

    Source:
        R11; decree 194/2009 Coll., annex 3.
    """
    every = {name for item in types for name in (item.extension, *item.other_extensions)}
    return tuple(sorted(every))


def safe_name(name: str) -> str:
    """Return a file name that can be shown and sent in a header, its diacritics kept.

    Folders, control characters and quotation marks are left out; the extension survives
    shortening.

    Source:
        R11 (the name under which the applicant sent the file belongs to the record).
    """
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    clean = re.sub(r'[\x00-\x1f\x7f"<>:|?*;]', "", base).strip(" .") or "soubor"
    stem, dot, extension = clean.rpartition(".")
    if not dot:
        return clean[:NAME_LIMIT]
    return f"{stem[: NAME_LIMIT - len(extension) - 1]}.{extension}"[:NAME_LIMIT]


def _is_plain_text(content: bytes) -> bool:
    # HTML and scripts are text too; they are refused, because a browser might run them.
    if b"\x00" in content or content.lstrip()[:1] in (b"<", b"#"):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True

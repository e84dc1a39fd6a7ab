"""Rules about attachments: how many, how big, of what type."""

from dataclasses import dataclass

from services.isds_simulator.domain.archives import is_acceptable_zip
from services.isds_simulator.domain.refusals import (
    BAD_ATTACHMENT,
    INVALID_MESSAGE,
    WRONG_SERVICE,
    Refused,
)

MiB = 1024 * 1024
ORDINARY_LIMIT = 20 * MiB
MOST_ATTACHMENTS = 100
MOST_CONTAINERS = 10
LONGEST_NAME = 255
META_TYPES = frozenset({"main", "enclosure", "signature", "meta"})
CONTAINERS = frozenset({"zip", "asice", "sce", "asics", "scs"})
# fmt: off
EXTENSIONS = frozenset(
    {
        "asice", "asics", "sce", "scs", "zip", "cer", "crt", "der", "csv", "dbf", "ddd",
        "dgn", "doc", "docx", "dwg", "edi", "fo", "gfs", "gif", "gml", "heic", "heif",
        "htm", "html", "isdoc", "isdocx", "jfif", "jpeg", "jpg", "json", "m4a", "m4p",
        "m4v", "mp2", "mp3", "mp4", "mpeg", "mpeg1", "mpeg2", "mpg", "odp", "ods", "odt",
        "p7b", "p7c", "p7f", "p7m", "p7s", "pdf", "pk7", "png", "ppt", "pptx", "prj", "qix",
        "rtf", "sbn", "sbx", "shp", "shx", "tif", "tiff", "tsr", "tst", "txt", "wav", "xls",
        "xlsx", "xml", "xsd", "zfo",
    }
)
# fmt: on
ZIP_BASED = frozenset(
    {"zip", "asice", "asics", "sce", "scs", "docx", "xlsx", "pptx", "odt", "ods", "odp", "isdocx"}
)
CONTENT_STARTS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "jfif": (b"\xff\xd8\xff",),
    "gif": (b"GIF8",),
    "tif": (b"II*\x00", b"MM\x00*"),
    "tiff": (b"II*\x00", b"MM\x00*"),
    "rtf": (b"{\\rtf",),
    **dict.fromkeys(ZIP_BASED, (b"PK\x03\x04", b"PK\x05\x06")),
}
MIME_TYPES: dict[str, tuple[str, ...]] = {
    "pdf": ("application/pdf",),
    "xml": ("application/xml", "text/xml"),
    "xsd": ("application/xml", "text/xml"),
    "json": ("application/json",),
    "csv": ("text/csv",),
    "txt": ("text/plain",),
    "png": ("image/png", "image/x-png"),
    "jpg": ("image/jpeg", "image/pjpeg"),
    "jpeg": ("image/jpeg", "image/pjpeg"),
    "zip": ("application/zip", "application/x-zip-compressed", "application/x-compressed"),
    "zfo": ("application/vnd.software602.filler.form-xml-zip",),
    "p7s": ("application/pkcs7-signature",),
    "tsr": ("application/timestamp-reply",),
    "tst": ("application/timestamp-reply",),
    "asice": ("application/vnd.etsi.asic-e+zip",),
    "asics": ("application/vnd.etsi.asic-s+zip",),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    "odt": ("application/vnd.oasis.opendocument.text",),
}
MIME_OWNERS = frozenset(mime for known in MIME_TYPES.values() for mime in known)
ALIASES = ({"jpg", "jpeg", "jfif"}, {"tif", "tiff"}, {"htm", "html"}, {"tsr", "tst"})
UNMISTAKABLE = ("pdf", "png", "jpg", "gif")
"""Types whose beginning no other type has; a file of another extension may not begin so."""
# The harmless file that every antivirus program agrees to call a virus.
VIRUS_MARK = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


@dataclass(frozen=True)
class Attachment:
    """One file of a message."""

    name: str
    """File name with its extension."""
    mime: str
    """May be empty, a bare extension or a real MIME type."""
    meta: str
    """``main``, ``enclosure``, ``signature`` or ``meta``."""
    content: bytes
    guid: str | None = None
    parent_guid: str | None = None

    @property
    def extension(self) -> str:
        """The extension in lower case, empty if there is none."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else ""


def check_attachments(files: tuple[Attachment, ...], *, limit: int) -> None:
    """Refuse the files of an ordinary message that the system would not take.

    Args:
        files: Files in the order of the request.
        limit: Largest sum of raw sizes in bytes.

    Raises:
        Refused: 9005 without files; 1214 with the name of the first bad file; 1281 if
            the message is too big for the ordinary service.

    Source:
        ISDS Operating Rules, annex on attachments (in force since 5 December 2024).
    """
    if not files:
        raise Refused(INVALID_MESSAGE)
    if len(files) > MOST_ATTACHMENTS:
        raise Refused(BAD_ATTACHMENT, files[MOST_ATTACHMENTS].name)
    check_each(files)
    if sum(len(file.content) for file in files) > limit:
        raise Refused(WRONG_SERVICE)


def check_each(files: tuple[Attachment, ...]) -> None:
    """Refuse files whose roles, names or types are wrong, or too many containers.

    Args:
        files: Files in the order of the request.

    Raises:
        Refused: 1214 with the name of the first bad file.

    Source:
        ISDS Operating Rules, annex on attachments (in force since 5 December 2024).
    """
    _check_roles(files)
    for file in files:
        if not is_acceptable(file):
            raise Refused(BAD_ATTACHMENT, file.name)
    containers = [file for file in files if file.extension in CONTAINERS]
    if len(containers) > MOST_CONTAINERS:
        raise Refused(BAD_ATTACHMENT, containers[MOST_CONTAINERS].name)


def _check_roles(files: tuple[Attachment, ...]) -> None:
    """Refuse files unless the first, and only the first, is the main one."""
    for position, file in enumerate(files):
        is_main = file.meta == "main"
        if file.meta not in META_TYPES or is_main is not (position == 0):
            raise Refused(BAD_ATTACHMENT, file.name)


def is_acceptable(file: Attachment) -> bool:
    """Tell whether the name, the MIME type and the content of a file agree.

    Args:
        file: A file of a message.

    Returns:
        ``False`` for an extension outside the table, a MIME type of another
        extension, content that begins differently than its type does, or a ZIP that
        holds what it must not.

    Source:
        ISDS Operating Rules, annex on attachments: table of permitted formats.
    """
    extension = file.extension
    if len(file.name) > LONGEST_NAME or extension not in EXTENSIONS or not file.content:
        return False
    if not _agrees(file.mime.lower(), extension) or not _begins(file.content, extension):
        return False
    return extension != "zip" or is_acceptable_zip(file.content)


def _agrees(mime: str, extension: str) -> bool:
    """Tell whether a MIME type, or the extension in its place, is that of the file."""
    if "/" not in mime:
        told = mime.lstrip(".")
        return told in {"", extension} or any({told, extension} <= same for same in ALIASES)
    known = MIME_TYPES.get(extension)
    return mime not in MIME_OWNERS if known is None else mime in known


def _begins(content: bytes, extension: str) -> bool:
    """Tell whether a content begins as its type does, and not as another one."""
    starts = CONTENT_STARTS.get(extension)
    if starts is not None:
        return content.startswith(starts)
    return not content.startswith(
        tuple(start for other in UNMISTAKABLE for start in CONTENT_STARTS[other])
    )


def is_infected(files: tuple[Attachment, ...]) -> bool:
    """Tell whether the antivirus check of the simulator finds something.

    Args:
        files: Files of a message.

    Returns:
        ``True`` if a file holds the standard antivirus test text.

    Source:
        Our own stand-in for the real check; its outcome (state 3) is the real one.
    """
    return any(VIRUS_MARK in file.content for file in files)

"""What a ZIP among the attachments may hold."""

import struct
import zipfile
from io import BytesIO

MOST_FILES = 1000
MOST_LEVELS = 4
MOST_UNPACKED = 3 * 1024**3
NESTED = (".zip", ".asice", ".asics", ".sce", ".scs")
IS_ENCRYPTED = 0x1
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error)


def is_acceptable_zip(content: bytes) -> bool:
    """Tell whether a ZIP keeps the limits on what is inside it; nothing is unpacked.

    Args:
        content: The file.

    Returns:
        ``False`` for more than 1 000 files, folders deeper than four levels, 3 GB unpacked,
        encrypted, split or nested archives, and for what is no readable ZIP at all.

    Source:
        ISDS Operating Rules, annex on attachments (in force since 5 December 2024).
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
    except UNREADABLE:
        return False
    files = [entry for entry in entries if not entry.is_dir()]
    return (
        len(files) <= MOST_FILES
        and sum(entry.file_size for entry in files) <= MOST_UNPACKED
        and all(_is_acceptable(entry) for entry in entries)
    )


def _is_acceptable(entry: zipfile.ZipInfo) -> bool:
    folders = entry.filename.rstrip("/").count("/") + entry.is_dir()
    is_whole = entry.volume == 0 and not entry.flag_bits & IS_ENCRYPTED
    return is_whole and folders <= MOST_LEVELS and not entry.filename.lower().endswith(NESTED)

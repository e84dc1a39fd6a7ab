"""ZIP archives written entry by entry, in stretches: a writer may end and another one go on.

The standard library writes the directory of an archive from what one object remembers; here it
is written from the list of entries, which may come from a database.

Source:
    PKWARE APPNOTE.TXT 6.3.10: 4.3.7 (entry), 4.3.12 (directory), 4.3.14-4.3.16 (its ends).
"""

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

EARLIEST = (1980, 1, 1, 0, 0, 0)
STORED, DEFLATED = 0, 8
UNICODE = 0x800
"""The name is UTF-8."""
NEEDED, NEEDED_64 = 20, 45
UNIX = 3 << 8
READABLE = 0o100644 << 16
MOST_32, MOST_16 = 0xFFFFFFFF, 0xFFFF
_LOCAL = struct.Struct("<IHHHHHIIIHH")
_CENTRAL = struct.Struct("<IHHHHHHIIIHHHHHII")
_EXTRA_64 = struct.Struct("<HHQ")
_END_64 = struct.Struct("<IQHHIIQQQQ")
_LOCATOR_64 = struct.Struct("<IIQI")
_END = struct.Struct("<IHHHHIIH")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory says of one file of an archive."""

    name: str
    offset: int
    """Where it begins in the archive."""
    size: int
    packed: int
    """Octets that it takes in the archive, without its head."""
    crc: int
    is_deflated: bool


def end_of_entry(entry: Entry) -> int:
    """Return where the next entry begins."""
    return entry.offset + _LOCAL.size + len(entry.name.encode()) + entry.packed


class ArchiveWriter:
    """Writes entries into a file that holds one stretch of an archive."""

    def __init__(self, target: BinaryIO, at: datetime, offset: int = 0) -> None:
        """Begin, or go on.

        Args:
            target: an empty file that can be read and sought.
            at: time of all entries; the same for every stretch.
            offset: how long the archive is before this stretch.
        """
        year, month, day, hour, minute, second = max(at.timetuple()[:6], EARLIEST)
        self._time = hour << 11 | minute << 5 | second // 2
        self._date = (year - 1980) << 9 | month << 5 | day
        self._target, self._before = target, offset

    @property
    def stretch(self) -> int:
        """Octets that were written since the stretch began."""
        return self._target.tell()

    def begin_stretch(self) -> None:
        """Empty the file: what is in it was kept somewhere else."""
        self._before += self.stretch
        self._target.seek(0)
        self._target.truncate()

    def write(self, name: str, chunks: Iterable[bytes], *, is_deflated: bool = True) -> Entry:
        """Write a file, given in chunks, and return its place.

        Raises:
            ValueError: it is longer than 4 GB, or its name than 64 kB.
        """
        start, told = self.stretch, name.encode()
        if len(told) > MOST_16:
            raise ValueError("The name is too long.")
        self._target.write(bytes(_LOCAL.size) + told)
        crc, size = self._put(chunks, is_deflated=is_deflated)
        end = self.stretch
        packed = end - start - _LOCAL.size - len(told)
        if max(size, packed) > MOST_32:
            raise ValueError("A file of the archive is too long.")
        entry = Entry(name, self._before + start, size, packed, crc, is_deflated)
        self._target.seek(start)
        self._target.write(_LOCAL.pack(0x04034B50, NEEDED, *self._described(entry), 0))
        self._target.seek(end)
        return entry

    def write_directory(self, entries: Iterable[Entry]) -> None:
        """Write the end of the archive: the directory of all entries of all stretches."""
        start, count = self._before + self.stretch, 0
        for entry in entries:
            self._target.write(self._line(entry))
            count += 1
        end = self._before + self.stretch
        if count >= MOST_16 or end >= MOST_32:
            made = UNIX | NEEDED_64, NEEDED_64, 0, 0
            self._target.write(
                _END_64.pack(0x06064B50, 44, *made, count, count, end - start, start)
            )
            self._target.write(_LOCATOR_64.pack(0x07064B50, 0, end, 1))
        told = min(count, MOST_16)
        sizes = min(end - start, MOST_32), min(start, MOST_32)
        self._target.write(_END.pack(0x06054B50, 0, 0, told, told, *sizes, 0))

    def _put(self, chunks: Iterable[bytes], *, is_deflated: bool) -> tuple[int, int]:
        crc, size = 0, 0
        press = zlib.compressobj(wbits=-zlib.MAX_WBITS) if is_deflated else None
        for chunk in chunks:
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            self._target.write(press.compress(chunk) if press else chunk)
        if press:
            self._target.write(press.flush())
        return crc, size

    def _described(self, entry: Entry) -> tuple[int, ...]:
        """Return what head and directory have in common, from the flags to the name's length."""
        flags = 0 if entry.name.isascii() else UNICODE
        method = DEFLATED if entry.is_deflated else STORED
        sizes = entry.crc, entry.packed, entry.size
        return (flags, method, self._time, self._date, *sizes, len(entry.name.encode()))

    def _line(self, entry: Entry) -> bytes:
        is_far = entry.offset >= MOST_32
        extra = _EXTRA_64.pack(1, 8, entry.offset) if is_far else b""
        needed = NEEDED_64 if is_far else NEEDED
        head = (0x02014B50, UNIX | needed, needed, *self._described(entry), len(extra))
        rest = (0, 0, 0, READABLE, min(entry.offset, MOST_32))
        return _CENTRAL.pack(*head, *rest) + entry.name.encode() + extra

"""Archives in stretches: whoever goes on after another writes the same octets."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from services.documents.evidence.archives import ArchiveWriter, Entry, end_of_entry

AT = datetime(2026, 4, 3, 9, 12, 7, tzinfo=UTC)
FILES = {
    "mimetype": b"application/vnd.etsi.asic-e+zip",
    "dokumenty/Výzva č. 1.pdf": b"%PDF-1.7 " + bytes(range(256)) * 500,
    "prázdný.txt": b"",
}
FAR = 5 * 2**30


def written(cuts: int) -> bytes:
    """Return the archive, written by so many writers one after another."""
    octets, entries = b"", list[Entry]()
    for number, (name, content) in enumerate(FILES.items()):
        if number <= cuts:
            target = io.BytesIO()
            writer = ArchiveWriter(target, AT, len(octets))
        chunks = [content[:1000], content[1000:]]
        entries.append(writer.write(name, chunks, is_deflated=name != "mimetype"))
        if number < cuts:
            octets += target.getvalue()
    writer.write_directory(entries)
    return octets + target.getvalue()


@pytest.mark.parametrize("cuts", range(len(FILES)))
def test_however_it_is_cut_the_archive_is_the_same_and_the_library_reads_it(cuts: int) -> None:
    archive = written(cuts)

    assert archive == written(0)
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        assert found.testzip() is None
        assert {one.filename: found.read(one) for one in found.infolist()} == FILES
        assert {one.date_time for one in found.infolist()} == {(2026, 4, 3, 9, 12, 6)}


def test_a_stretch_that_was_kept_makes_room_for_the_next() -> None:
    whole = io.BytesIO()
    target, entries = io.BytesIO(), list[Entry]()
    writer = ArchiveWriter(target, AT)
    for name, content in FILES.items():
        entries.append(writer.write(name, [content], is_deflated=name != "mimetype"))
        whole.write(target.getvalue())
        writer.begin_stretch()
        assert writer.stretch == 0
        assert end_of_entry(entries[-1]) == whole.tell()
    writer.write_directory(entries)
    whole.write(target.getvalue())

    assert len(whole.getvalue()) == len(written(0))
    with zipfile.ZipFile(whole) as found:
        assert found.testzip() is None


def test_more_files_than_the_old_form_can_count() -> None:
    target = io.BytesIO()
    writer = ArchiveWriter(target, AT)
    names = [f"{number}" for number in range(65_600)]
    writer.write_directory([writer.write(name, [b"x"], is_deflated=False) for name in names])

    with zipfile.ZipFile(target) as found:
        assert found.namelist() == names
        assert found.read("65599") == b"x"


def test_more_octets_than_the_old_form_can_count() -> None:
    """The first five gigabytes are a hole in the file, as if another writer had kept them."""
    target = _Far()
    writer = ArchiveWriter(target, AT, FAR)
    entry = writer.write("dopis.txt", [b"Dobry den."])
    writer.write_directory([entry])

    with zipfile.ZipFile(target.seen()) as found:
        assert found.read("dopis.txt") == b"Dobry den."
        assert found.getinfo("dopis.txt").header_offset == FAR


class _Far(io.BytesIO):
    def seen(self) -> io.BufferedIOBase:
        """Return the whole archive, the hole before it included."""
        return _Holed(self.getvalue())


class _Holed(io.BytesIO):
    """A file that begins with a long hole."""

    def seek(self, offset: int, whence: int = 0) -> int:
        moved = super().seek(offset - FAR if whence == 0 else offset, whence)
        return moved + FAR

    def tell(self) -> int:
        return super().tell() + FAR


def test_a_name_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="name"):
        ArchiveWriter(io.BytesIO(), AT).write("x" * 70_000, [b""])

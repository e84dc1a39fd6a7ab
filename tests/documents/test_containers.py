"""Containers: what goes in comes out, and nothing that is not sealed counts."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.evidence.container_writing import pack
from services.documents.evidence.containers import (
    MANIFEST,
    MEDIA_TYPE,
    BadContainer,
    Contents,
    Part,
    RecordPart,
    unpack,
)
from tests.documents.samples import AT

PARTS = (
    Part("dokumenty/Výzva č. 1.pdf", "application/pdf", b"%PDF-1.7 prvni"),
    Part("rejstřík.json", "application/json", b"{}"),
    Part("prázdný.txt", "text/plain", b""),
)
MOST = 1_000_000


def seal(manifest: bytes) -> bytes:
    return b"seal over " + manifest


def packed(**more: Any) -> bytes:
    return pack(Contents(PARTS, **more), AT, seal)


def changed(container: bytes, name: str, content: bytes | None) -> bytes:
    """Return the container with one file exchanged, added, or taken out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(container)) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        if content is not None:
            new.writestr(name, content)
    return target.getvalue()


def test_what_goes_in_comes_out() -> None:
    opened = unpack(packed(), most_bytes=MOST)
    assert opened.parts == {part.name: part.content for part in PARTS}
    assert opened.signature == seal(opened.manifest)


def test_the_type_is_read_from_the_first_bytes() -> None:
    """EN 319 162-1, annex A.1: the media type stands uncompressed at byte 38."""
    container = packed()
    assert container[30:38] == b"mimetype"
    assert container[38 : 38 + len(MEDIA_TYPE)] == MEDIA_TYPE.encode()


def test_the_same_contents_give_the_same_bytes() -> None:
    assert packed() == packed()


def test_evidence_records_stand_beside_what_they_are_about() -> None:
    container = packed(records=[RecordPart(PARTS[0].name, b"record")])
    with zipfile.ZipFile(io.BytesIO(container)) as archive:
        described = archive.read("META-INF/ASiCEvidenceRecordManifest001.xml").decode()
        assert archive.read("META-INF/evidencerecord001.ers") == b"record"
    assert "dokumenty/V%C3%BDzva%20%C4%8D.%201.pdf" in described
    assert unpack(container, most_bytes=MOST).parts.keys() == {part.name for part in PARTS}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rejstřík.json", b"[]"),
        ("rejstřík.json", None),
        ("navíc.txt", b"navic"),
        (MANIFEST, b"<nic/>"),
        (MANIFEST, None),
        (MANIFEST, b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
        ("mimetype", b"text/plain"),
        ("META-INF/signature001.p7s", None),
    ],
)
def test_whatever_is_changed_is_seen(name: str, content: bytes | None) -> None:
    with pytest.raises(BadContainer):
        unpack(changed(packed(), name, content), most_bytes=MOST)


def test_a_name_that_comes_twice_is_refused() -> None:
    target = io.BytesIO(packed())
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("rejstřík.json", b"[]")
    with pytest.raises(BadContainer):
        unpack(target.getvalue(), most_bytes=MOST)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = pack(Contents([Part("nuly", "text/plain", bytes(2 * MOST))]), AT, seal)
    assert len(bomb) < MOST // 100
    with pytest.raises(BadContainer):
        unpack(bomb, most_bytes=MOST)


@pytest.mark.parametrize(
    "name", ["../x", "/x", "a//b", "a/./b", "", "mimetype", "META-INF/x", "a\\b", "a/"]
)
def test_no_name_leads_out_or_is_reserved(name: str) -> None:
    with pytest.raises(ValueError, match=r"reserved|leads out"):
        pack(Contents([Part(name, "text/plain", b"")]), AT, seal)


def test_two_files_have_two_names() -> None:
    with pytest.raises(ValueError, match="twice"):
        pack(Contents([PARTS[0], PARTS[0]]), AT, seal)


@given(st.binary(max_size=300))
def test_nonsense_is_no_container(nonsense: bytes) -> None:
    with pytest.raises(BadContainer):
        unpack(nonsense, most_bytes=MOST)


@given(st.data())
def test_no_flipped_bit_passes_as_something_else(data: st.DataObject) -> None:
    container = bytearray(packed())
    container[data.draw(st.integers(0, len(container) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        opened = unpack(bytes(container), most_bytes=MOST)
    except BadContainer:
        return
    assert opened.parts == {part.name: part.content for part in PARTS}


def test_python_and_unzip_read_the_names_alike(tmp_path: Path) -> None:
    (tmp_path / "a.asice").write_bytes(packed())
    with zipfile.ZipFile(tmp_path / "a.asice") as archive:
        assert archive.testzip() is None
        assert {part.name for part in PARTS} < set(archive.namelist())

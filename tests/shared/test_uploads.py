"""Types of files: judged by content, and named safely."""

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.uploads import (
    MEGABYTE,
    FileEmpty,
    FileTooLarge,
    FileTypeMismatch,
    FileTypeNotAllowed,
    check_file,
    safe_name,
)

PDF = b"%PDF-1.7\n..."
PNG = b"\x89PNG\r\n\x1a\n...."


def office_file(member: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(member, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        pytest.param(PDF, "zadost.PDF", "application/pdf", id="pdf"),
        pytest.param(PDF, "zadost", "application/pdf", id="pdf without an extension"),
        pytest.param(PNG, "plan.png", "image/png", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0..", "foto.jpeg", "image/jpeg", id="jpeg"),
        pytest.param("rozpočet;1 900".encode(), "rozpocet.csv", "text/plain", id="csv"),
        pytest.param(
            office_file("word/document.xml"),
            "z.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            id="docx",
        ),
        pytest.param(
            office_file("xl/workbook.xml"),
            "z.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            id="xlsx",
        ),
    ],
)
def test_allowed_content_is_kept(content: bytes, name: str, media_type: str) -> None:
    assert check_file(content, name=name, limit_mb=1).media_type == media_type


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"MZ\x90\x00", "virus.pdf", id="a program named pdf"),
        pytest.param(b"<html><script>", "zadost.txt", id="html named text"),
        pytest.param(b"#!/bin/sh\n", "zadost.txt", id="script named text"),
        pytest.param(b"PK\x03\x04....", "a.docx", id="an archive that is no document"),
        pytest.param(b"\xfe\xff\x00a", "a.txt", id="binary named text"),
    ],
)
def test_other_content_is_refused(content: bytes, name: str) -> None:
    with pytest.raises(FileTypeNotAllowed):
        check_file(content, name=name, limit_mb=1)


def test_name_must_agree_with_content() -> None:
    with pytest.raises(FileTypeMismatch) as refusal:
        check_file(PDF, name="tabulka.xlsx", limit_mb=1)

    assert refusal.value.params["found"] == "pdf"


def test_empty_and_too_large_files_are_refused() -> None:
    with pytest.raises(FileEmpty):
        check_file(b"", name="a.pdf", limit_mb=1)
    with pytest.raises(FileTooLarge):
        check_file(PDF + b"0" * MEGABYTE, name="a.pdf", limit_mb=1)


@given(st.binary(min_size=1, max_size=64), st.text(max_size=12))
def test_any_content_is_judged_without_another_error(content: bytes, name: str) -> None:
    with contextlib.suppress(FileTypeNotAllowed, FileTypeMismatch):
        check_file(content, name=name, limit_mb=1)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Dokumenty\\žádost č. 1.pdf", "žádost č. 1.pdf"),
        ('a"\r\nX-Evil: 1.pdf', "aX-Evil 1.pdf"),
        ("...", "soubor"),
        ("", "soubor"),
    ],
)
def test_name_is_made_safe(name: str, shown: str) -> None:
    assert safe_name(name) == shown


@given(st.text(max_size=400))
def test_safe_name_is_short_and_harmless(name: str) -> None:
    shown = safe_name(name)

    assert 0 < len(shown) <= 120
    assert not set(shown) & set('/\\"\r\n\x00<>')

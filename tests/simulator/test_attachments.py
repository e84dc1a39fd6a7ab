"""The table of attachments: extensions, types, contents, and what a ZIP may hold."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.isds_simulator.domain.archives import is_acceptable_zip

from .conftest import TOWN
from .wire import PDF, Control, Wire, file_xml

TABLE = [
    "asice", "asics", "sce", "scs", "zip", "cer", "crt", "der", "csv", "dbf", "ddd", "dgn",
    "doc", "docx", "dwg", "edi", "fo", "gfs", "gif", "gml", "heic", "heif", "htm", "html",
    "isdoc", "isdocx", "jfif", "jpeg", "jpg", "json", "m4a", "m4p", "m4v", "mp2", "mp3",
    "mp4", "mpeg", "mpeg1", "mpeg2", "mpg", "odp", "ods", "odt", "p7b", "p7c", "p7f", "p7m",
    "p7s", "pdf", "pk7", "png", "ppt", "pptx", "prj", "qix", "rtf", "sbn", "sbx", "shp",
    "shx", "tif", "tiff", "tsr", "tst", "txt", "wav", "xls", "xlsx", "xml", "xsd", "zfo",
]  # fmt: skip
FORBIDDEN = [
    "exe", "js", "bat", "cmd", "com", "dll", "msi", "vbs", "ps1", "jar", "rar", "7z", "tar",
    "gz", "iso", "svg", "eml", "pdf~",
]  # fmt: skip
ZIPPED = {"asice", "asics", "sce", "scs", "zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"}
ZIPPED |= {"isdocx"}
PNG, JPEG = b"\x89PNG\r\n\x1a\n rest", b"\xff\xd8\xff\xe0 rest"
STARTS = {
    "pdf": PDF,
    "png": PNG,
    **dict.fromkeys(("jpg", "jpeg", "jfif"), JPEG),
    "gif": b"GIF89a",
    **dict.fromkeys(("tif", "tiff"), b"II*\x00"),
    "rtf": b"{\\rtf1}",
}


def zipped(*names: str, size: int = 3) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"" if name.endswith("/") else b"x" * size)
    return buffer.getvalue()


def patched(content: bytes, offset: int, value: bytes) -> bytes:
    """Change a field in the first entry of the directory of a ZIP."""
    at = content.index(b"PK\x01\x02") + offset
    return content[:at] + value + content[at + len(value) :]


def test_every_extension_of_the_table_is_taken(mas: Wire) -> None:
    codes = {}
    for extension in TABLE:
        content = zipped("a.txt") if extension in ZIPPED else STARTS.get(extension, b"content")
        file = file_xml(f"priloha.{extension.upper()}", content, mime="")
        codes[extension] = mas.send(TOWN, files=[file]).code

    assert {name: code for name, code in codes.items() if code != "0000"} == {}


@pytest.mark.parametrize(
    "extension",
    FORBIDDEN,
)
def test_no_other_extension_is(mas: Wire, control: Control, extension: str) -> None:
    answer = mas.send(TOWN, files=[file_xml(f"a.pdf.{extension}", b"content", mime="")])

    assert (answer.code, answer.text("dmID")) == ("1214", None)
    assert control.get("ledger")["messages"] == 0


@pytest.mark.parametrize(
    ("name", "mime", "content", "code"),
    [
        pytest.param("a.doc", "application/pdf", b"\xd0\xcf\x11\xe0", "1214", id="MIME of a PDF"),
        pytest.param("a.doc", "application/msword", b"\xd0\xcf\x11\xe0", "0000", id="own MIME"),
        pytest.param("a.xml", "pdf", b"<a/>", "1214", id="another extension as MIME"),
        pytest.param("a.jpg", "jpeg", JPEG, "0000", id="another name of the same"),
        pytest.param("a.xml", "text/xml", PDF, "1214", id="a PDF called XML"),
        pytest.param("a.txt", "text/plain", PNG, "1214", id="a picture called text"),
        pytest.param("a.txt", "text/plain", b"%PDFka", "0000", id="a text like a PDF"),
        pytest.param("a.jpg", "image/jpeg", PNG, "1214", id="PNG called JPEG"),
    ],
)
def test_extension_type_and_content_agree(
    mas: Wire, name: str, mime: str, content: bytes, code: str
) -> None:
    assert mas.send(TOWN, files=[file_xml(name, content, mime=mime)]).code == code


GOOD_ZIP = zipped("a.pdf", "b/c/d/e/f.pdf")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(GOOD_ZIP, "0000", id="four levels"),
        pytest.param(zipped("1/2/3/4/5/f.pdf"), "1214", id="five levels"),
        pytest.param(zipped("1/2/3/4/5/"), "1214", id="five empty levels"),
        pytest.param(zipped(*(f"{n}.txt" for n in range(1000)), "x/"), "0000", id="1000 files"),
        pytest.param(zipped(*(f"{n}.txt" for n in range(1001))), "1214", id="1001 files"),
        pytest.param(zipped("in.ZIP"), "1214", id="nested"),
        pytest.param(zipped("x/in.asice"), "1214", id="a nested container"),
        pytest.param(patched(GOOD_ZIP, 8, b"\x01\x00"), "1214", id="encrypted"),
        pytest.param(patched(GOOD_ZIP, 34, b"\x02\x00"), "1214", id="split"),
        pytest.param(
            patched(GOOD_ZIP, 24, (3 * 1024**3).to_bytes(4, "little")), "1214", id="over 3 GB"
        ),
        pytest.param(GOOD_ZIP[:-30], "1214", id="torn"),
    ],
)
def test_a_zip_keeps_its_limits(mas: Wire, control: Control, content: bytes, code: str) -> None:
    file = file_xml("a.zip", content, mime="application/zip", meta="enclosure")

    assert mas.send(TOWN, files=[file_xml(), file]).code == code
    assert control.get("ledger")["messages"] == (code == "0000")


@given(st.binary(max_size=200), st.integers(0, len(GOOD_ZIP)), st.integers(0, 40))
def test_any_zip_is_judged(noise: bytes, at: int, length: int) -> None:
    assert is_acceptable_zip(noise) in {True, False}
    assert is_acceptable_zip(GOOD_ZIP[:at] + noise + GOOD_ZIP[at + length :]) in {True, False}

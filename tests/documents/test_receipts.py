"""Receipts: whose a scan is by its code, what is refused, and what a hostile file cannot do."""

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from PIL import Image, TiffImagePlugin

from services.documents.domain import receipts
from services.documents.domain.receipts import (
    ReceiptCode,
    ScannedPage,
    check_receipts,
    read_code,
    receipt_code,
    sort_receipts,
)
from services.documents.verification import scans
from services.documents.verification.confinement import Limits
from services.documents.verification.errands import pages_job, scan_job, scanned_pages
from services.documents.verification.exchange import Job
from services.documents.verification.sandbox import OutOfBounds, Sandbox
from shared.errors import DomainError
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    STRANGER,
    Office,
    letter,
    record,
)

A, B = UUID(int=1), UUID(int=2)
FILE, OTHER = "ab" * 32, "cd" * 32
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
LIST = "//div[contains(@class, 'notice')]/ul/li"
HANDED = {"handed_over_on": "2026-04-03", "received_by": "Jan Novák"}


def page(*codes: str) -> ScannedPage:
    return ScannedPage(codes)


BLANK = ScannedPage((), is_blank=True)


@given(st.uuids(), HASHES)
def test_a_code_is_read_as_it_was_written(delivery_id: UUID, sha256: str) -> None:
    assert read_code(receipt_code(delivery_id, sha256)) == ReceiptCode(delivery_id, sha256)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://mas.example/documents/verify/x",
        f"{receipt_code(A, FILE)} ",
        receipt_code(A, FILE).lower(),
        "VYZVA-P:1:2",
    ],
)
def test_other_codes_are_none_of_ours(text: str) -> None:
    assert read_code(text) is None


def test_pages_are_sorted_to_their_deliveries() -> None:
    mine, other = receipt_code(A, FILE), receipt_code(B, OTHER)

    found = sort_receipts([page(mine), BLANK, page(other, "https://jiný kód"), page(mine)])

    assert [(one.code.delivery_id, one.pages) for one in found] == [(A, (1, 4)), (B, (3,))]


@pytest.mark.parametrize(
    ("pages", "error"),
    [
        ([page(receipt_code(A, FILE)), page()], receipts.PageWithoutCode),
        ([page("https://mas.example/documents/verify/x")], receipts.PageWithoutCode),
        ([page(receipt_code(A, FILE), receipt_code(B, FILE))], receipts.PageWithTwoCodes),
        ([BLANK, BLANK], receipts.NoReceiptFound),
        ([], receipts.NoReceiptFound),
    ],
)
def test_no_page_is_guessed(pages: list[ScannedPage], error: type[DomainError]) -> None:
    with pytest.raises(error):
        sort_receipts(pages)


def test_a_receipt_counts_for_its_own_delivery_and_file_only() -> None:
    found = sort_receipts([page(receipt_code(A, FILE))])

    assert check_receipts(found, delivery_id=A, issued={FILE, OTHER}) == FILE
    with pytest.raises(receipts.ReceiptOfAnother):
        check_receipts(found, delivery_id=B, issued={FILE})
    with pytest.raises(receipts.ReceiptOfAnotherFile):
        check_receipts(found, delivery_id=A, issued={OTHER})


# The scans themselves.


def waiting(office: Office, language: str = "cs") -> dict[str, Any]:
    made = office.put({**letter(), "language": language})
    office.work(2)
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    return found


def pictures(pdf: bytes, dots: int = 150) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    return [one.render(scale=dots / 72).to_pil().convert("RGB") for one in document]


def saved(images: list[Image.Image], form: str, **more: Any) -> bytes:
    out = io.BytesIO()
    first, *rest = images
    if rest:
        more |= {"save_all": True, "append_images": rest}
    first.save(out, form, **more)
    return out.getvalue()


FORMS: list[tuple[str, Callable[[Image.Image], Image.Image], str, dict[str, Any]]] = [
    ("scan.png", lambda image: image, "PNG", {}),
    ("scan.jpg", lambda image: image.rotate(90, expand=True), "JPEG", {"quality": 40}),
    ("scan.jpg", lambda image: image.rotate(3, expand=True, fillcolor="white"), "JPEG", {}),
    ("scan.tif", lambda image: image.convert("1"), "TIFF", {"compression": "group4"}),
    ("scan.pdf", lambda image: image.rotate(180), "PDF", {}),
]


@pytest.mark.parametrize(("name", "turn", "form", "more"), FORMS)
def test_a_scan_of_any_form_finds_its_delivery(
    office: Office,
    name: str,
    turn: Callable[[Image.Image], Image.Image],
    form: str,
    more: dict[str, Any],
) -> None:
    found = waiting(office)
    content = saved([turn(pictures(office.receipt(found["id"]))[0])], form, **more)

    reply = office.prove(found["id"], "hand-over", DIRECTOR, HANDED, scan=content, name=name)

    assert reply.status_code == 200, reply.json
    assert reply.json["state"] == "delivered"
    office.make_key(DIRECTOR)
    facts = office.view(reply.json["receipt_id"])
    assert facts["kind"] == "hand_over_receipt"


@pytest.fixture
def two(office: Office) -> tuple[Office, dict[str, Any], dict[str, Any]]:
    return office, waiting(office), waiting(office)


Two = tuple[Office, dict[str, Any], dict[str, Any]]


def test_the_receipt_of_another_delivery_delivers_nothing(two: Two) -> None:
    office, mine, other = two

    reply = office.prove(
        mine["id"], "hand-over", DIRECTOR, HANDED, scan=office.receipt(other["id"])
    )

    assert (reply.status_code, reply.json["type"]) == (422, "urn:vyzva:problem:receipt-of-another")
    assert "Naskenovaná převzetí" in reply.json["detail"]
    for one in (mine, other):
        after = office.view(one["document_id"])["delivery"]
        assert (after["state"], after["proofs"]) == ("needs_person", [])


def test_the_letter_itself_is_no_receipt(office: Office) -> None:
    found = waiting(office)
    pdf = office.api("GET", f"/documents/{found['document_id']}/file.pdf", DIRECTOR).data

    reply = office.prove(found["id"], "hand-over", DIRECTOR, HANDED, scan=pdf)

    assert reply.json["type"] == "urn:vyzva:problem:page-without-code"


def test_what_was_handed_over_is_what_the_receipt_was_printed_for(office: Office) -> None:
    found = waiting(office)
    shown = office.view(found["document_id"])["sha256"]

    office.prove(found["id"], "hand-over", DIRECTOR, HANDED)

    (proof,) = office.view(found["document_id"])["delivery"]["proofs"]
    assert proof["kind"] == "hand_over"
    record_of = office.view(office.view(found["document_id"])["delivery"]["receipt_id"])
    pdf = office.api("GET", f"/documents/{record_of['id']}/preview.pdf", DIRECTOR).data
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert shown[:32] in text
    assert shown[32:] in text


def upload(*files: tuple[bytes, str]) -> dict[str, Any]:
    return {"scans": [(io.BytesIO(content), name) for content, name in files]}


def rows(reply: Any) -> dict[str, str]:
    """Return the hidden fields and days of the page that shows what was found."""

    found = re.findall(r'<input[^>]*name="(rows-\d+-[a-z_]+)"[^>]*value="([^"]*)"', reply.text)
    return dict(found)


def test_many_receipts_in_one_file_go_to_their_deliveries(two: Two) -> None:
    office, first, second = two
    browser = office.browser(ASSISTANT)
    papers = [pictures(office.receipt(one["id"]))[0] for one in (second, first)]
    blank = Image.new("RGB", papers[0].size, "white")
    pdf = saved([papers[0], blank, papers[1], blank], "PDF")

    shown = browser.post("/hand-overs", data=upload((pdf, "skeny.pdf")))
    fields = rows(shown)
    names = {"rows-0-received_by": "Petr Druhý", "rows-1-received_by": "Jan První"}
    done = browser.post("/hand-overs/record", data={**fields, **names})

    assert shown.status_code == 200
    assert office.events().count("delivery.delivered") == 2
    assert done.status_code == 303
    after = [office.view(one["document_id"])["delivery"] for one in (first, second)]
    assert [one["received_by"] for one in after] == ["Jan První", "Petr Druhý"]
    assert all(str(one["receipt_id"]) in done.location for one in after)
    kept = [
        office.api("GET", f"/deliveries/{one['id']}/proofs/{one['proofs'][0]['id']}", AUDITOR).data
        for one in after
    ]
    assert [len(pypdfium2.PdfDocument(one)) for one in kept] == [1, 1], "nobody gets another's page"
    for one, content in zip(after, kept, strict=True):
        (code,) = scans.look(content)[0].codes
        assert read_code(code).delivery_id == UUID(one["id"])  # type: ignore[union-attr]


def test_several_pictures_and_a_tiff_of_many_pages(two: Two) -> None:
    office, first, second = two
    third = waiting(office)
    browser = office.browser(ASSISTANT)
    one, other, last = (pictures(office.receipt(x["id"]))[0] for x in (first, second, third))
    tiff = saved([one.convert("L"), other.convert("L")], "TIFF", compression="tiff_deflate")

    shown = browser.post(
        "/hand-overs", data=upload((tiff, "dva.tif"), (saved([last], "PNG"), "jeden.png"))
    )
    names = {f"rows-{n}-received_by": "Jan Novák" for n in range(3)}
    done = browser.post("/hand-overs/record", data={**rows(shown), **names})

    assert done.status_code == 303, done.text
    assert office.events().count("delivery.delivered") == 3


def test_what_is_clear_is_taken_and_of_each_other_file_is_said_why_not(two: Two) -> None:
    """A second scan of one delivery, a foreign paper or a broken file block nothing."""
    office, first, second = two
    browser = office.browser(ASSISTANT)
    again = saved(pictures(office.receipt(first["id"]))[:1], "PNG")
    letter_file = office.api("GET", f"/documents/{first['document_id']}/file.pdf", DIRECTOR).data
    files = [
        (office.receipt(first["id"]), "první.pdf"),
        (again, "znovu.png"),
        (letter_file, "dopis.pdf"),
        (b"%PDF-1.7 nothing", "rozbity.pdf"),
        (office.receipt(second["id"]), "druhý.pdf"),
    ]

    shown = browser.post("/hand-overs", data=upload(*files))
    fields = rows(shown)
    names = {"rows-0-received_by": "Jan První", "rows-1-received_by": "Petr Druhý"}
    done = browser.post("/hand-overs/record", data={**fields, **names})

    assert shown.status_code == 200
    said = [" ".join(one.text_content().split()) for one in html.fromstring(shown.text).xpath(LIST)]
    assert [one.partition(".")[0] for one in said] == ["znovu", "dopis", "rozbity"]
    assert "Použije se potvrzení ze souboru první.pdf." in said[0]
    assert "není čitelný QR kód" in said[1]
    assert "nepodařilo přečíst" in said[2]
    assert [fields[f"rows-{n}-file"] for n in range(2)] == ["první.pdf", "druhý.pdf"]
    assert done.status_code == 303, done.text
    after = [office.view(one["document_id"])["delivery"] for one in (first, second)]
    assert [one["received_by"] for one in after] == ["Jan První", "Petr Druhý"]


def test_what_was_found_is_written_whole_or_not_at_all(two: Two) -> None:
    office, first, second = two
    browser = office.browser(ASSISTANT)
    scans_ = [(office.receipt(one["id"]), f"{n}.pdf") for n, one in enumerate((first, second))]
    shown = browser.post("/hand-overs", data=upload(*scans_))
    names = {"rows-0-received_by": "Jan", "rows-1-received_by": "Petr"}

    late = {**rows(shown), **names, "rows-1-handed_over_on": "1. 5. 2026"}
    refused = browser.post("/hand-overs/record", data=late)

    assert refused.status_code == 422
    assert "ještě nenastal" in refused.text
    assert office.events().count("delivery.delivered") == 0


def test_what_the_page_sends_back_proves_nothing(two: Two) -> None:
    office, first, second = two
    browser = office.browser(ASSISTANT)
    shown = browser.post("/hand-overs", data=upload((office.receipt(first["id"]), "a.pdf")))
    fields = {**rows(shown), "rows-0-received_by": "Jan"}
    letter_file = office.view(first["document_id"])["sha256"]

    swapped = browser.post(
        "/hand-overs/record", data={**fields, "rows-0-delivery_id": second["id"]}
    )
    foreign = browser.post("/hand-overs/record", data={**fields, "rows-0-scan": letter_file})
    missing = browser.post("/hand-overs/record", data={**fields, "rows-0-scan": "0" * 64})
    outside = browser.post("/hand-overs/record", data={**fields, "rows-0-scan": "../../etc/passwd"})
    nobody = browser.post("/hand-overs/record", data={**fields, "rows-0-delivery_id": str(uuid4())})

    got = [r.status_code for r in (swapped, foreign, missing, outside, nobody)]
    assert got == [422, 422, 422, 422, 404]
    assert office.events().count("delivery.delivered") == 0


def test_receipts_of_another_organisation_are_nobodys(office: Office) -> None:
    found = waiting(office)
    content = office.receipt(found["id"])

    reply = office.browser(STRANGER).post("/hand-overs", data=upload((content, "a.pdf")))

    assert reply.status_code == 422
    assert "nepatří k žádnému doručení" in reply.text


def test_a_second_upload_says_what_is_done_already(office: Office) -> None:
    found = waiting(office)
    content = office.receipt(found["id"])
    office.prove(found["id"], "hand-over", DIRECTOR, HANDED)

    reply = office.browser(ASSISTANT).post("/hand-overs", data=upload((content, "a.pdf")))

    assert "zapsat nejde" in reply.text
    assert rows(reply) == {}


# Hostile files.


def png_of(width: int, height: int) -> bytes:
    """Return a PNG that says that it is so large; its rows are zeros, packed a thousand to one."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * min(width * 3 * height + height, 60_000_000), 9)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def looping_tiff() -> bytes:
    """Return a TIFF whose list of pages has no end: the first page is its own next one."""
    out = io.BytesIO()
    Image.new("L", (40, 40), 255).save(out, "TIFF")
    content = bytearray(out.getvalue())
    start = struct.unpack_from("<I", content, 4)[0]
    (count,) = struct.unpack_from("<H", content, start)
    struct.pack_into("<I", content, start + 2 + 12 * count, start)
    return bytes(content)


def huge_page() -> bytes:
    document = pypdfium2.PdfDocument.new()
    document.new_page(14_000, 14_000)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def many_pages(count: int) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(count):
        document.new_page(10, 10)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    opened = Sandbox(slots=1)
    yield opened
    opened.close()


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("content", "error"),
    [
        pytest.param(png_of(60_000, 60_000), receipts.ScanUnreadable, id="a bomb of 10 GB"),
        pytest.param(png_of(7_000, 6_000), receipts.ScanUnreadable, id="just too many pixels"),
        pytest.param(png_of(2**31 - 1, 1), receipts.ScanUnreadable, id="one endless line"),
        pytest.param(
            b"\x89PNG\r\n\x1a\nnothing", receipts.ScanUnreadable, id="only its first bytes"
        ),
        pytest.param(b"\xff\xd8\xff\xe0", receipts.ScanUnreadable, id="only its first bytes, JPEG"),
        pytest.param(
            b"II*\x00\xff\xff\xff\xff", receipts.ScanUnreadable, id="a page beyond the end"
        ),
        pytest.param(b"%PDF-1.7 a scanned paper", receipts.ScanUnreadable, id="no PDF"),
        pytest.param(huge_page(), receipts.ScanUnreadable, id="a page of five metres"),
        pytest.param(many_pages(61), receipts.ScanTooLong, id="61 pages"),
    ],
)
def test_a_hostile_file_is_refused_in_words(
    sandbox: Sandbox, content: bytes, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        scanned_pages(sandbox.run(scan_job(content)))


@pytest.mark.one_database
def test_a_tiff_without_end_ends(sandbox: Sandbox) -> None:
    assert len(scanned_pages(sandbox.run(scan_job(looping_tiff())))) == 1


@pytest.mark.one_database
def test_time_and_memory_of_a_scan_are_bounded(sandbox: Sandbox) -> None:
    paper = saved([Image.effect_noise((3000, 3000), 200)], "PNG")
    cheap = Job("scan", {}, [paper], Limits(seconds=0.05, processor_seconds=1))
    small = Job("scan", {}, [saved([Image.new("L", (6000, 6000))], "PNG")], Limits(memory_mb=160))

    with pytest.raises(OutOfBounds) as late:
        sandbox.run(cheap)
    with pytest.raises(OutOfBounds) as full:
        sandbox.run(small)

    assert late.value.code == "out-of-time"
    assert full.value.code in ("out-of-memory", "crashed")


@pytest.mark.one_database
def test_pages_that_are_not_there_cannot_be_taken_out(sandbox: Sandbox) -> None:
    answer = sandbox.run(pages_job(many_pages(1), [7]))

    assert b"ScanUnreadable" in answer


@pytest.mark.one_database
def test_no_other_format_is_tried() -> None:
    """Pillow knows forty formats; a scan is one of three."""
    out = io.BytesIO()
    Image.new("L", (10, 10)).save(out, "GIF")

    with pytest.raises(receipts.ScanUnreadable):
        scans.look(out.getvalue())
    assert TiffImagePlugin in scans.READERS


def test_a_day_before_the_document_is_refused_before_the_scan_is_kept(office: Office) -> None:
    found = waiting(office)

    reply = office.prove(
        found["id"], "hand-over", DIRECTOR, {**HANDED, "handed_over_on": str(date(2026, 4, 2))}
    )

    assert reply.json["type"] == "urn:vyzva:problem:proof-before-issue"
    assert office.view(found["document_id"])["delivery"]["proofs"] == []


def test_records_are_no_letters(office: Office) -> None:
    made = office.put(record())

    assert office.browser(ASSISTANT).get(f"/deliveries/{made['id']}/tablet").status_code == 404

"""Frames around what differs between two drawn pages, and the page that shows them."""

import io
import re
from base64 import b64decode

import pytest
from PIL import Image

from services.documents.verification.frames import AWAY, RED, THICK, Frame, draw, extent, frames_of
from tests.documents.attacks import add_page, change_page
from tests.documents.offices import DIRECTOR, Office
from tests.documents.test_verify_pages import issued, visitor

EVIL_PLACE = (60, 842 - 500, 460, 842 - 300)
"""Where the attack paints, in points from the top left."""


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (b"abcdef", b"abcdef", (0, 0)),
        (b"abcdef", b"Abcdef", (0, 1)),
        (b"abcdef", b"abcdeF", (5, 6)),
        (b"abcdef", b"abXdYf", (2, 5)),
        (b"\x00\x01", b"\x00\x00", (1, 2)),
        (b"\x80\x00", b"\x00\x00", (0, 1)),
        (b"", b"", (0, 0)),
    ],
)
def test_the_extent_of_what_differs(first: bytes, second: bytes, found: tuple[int, int]) -> None:
    assert extent(first, second) == found


def test_rows_that_lie_near_share_a_frame() -> None:
    rows = [(10, 5, 8), (11, 3, 6), (20, 4, 9), (60, 1, 2)]

    assert list(frames_of(rows)) == [Frame(3, 10, 9, 21), Frame(1, 60, 2, 61)]
    assert list(frames_of([])) == []
    assert Frame(2, 4, 6, 8).scaled(1.5) == Frame(3, 6, 9, 12)


@pytest.mark.parametrize(
    "frame", [Frame(20, 20, 30, 24), Frame(0, 0, 1, 1), Frame(0, 0, 50, 40), Frame(49, 39, 50, 40)]
)
def test_a_frame_stays_on_the_page_and_leaves_what_it_frames(frame: Frame) -> None:
    width, height, stride = 50, 40, 160
    pixels = bytearray(stride * height)

    draw(pixels, stride, (width, height), frame)

    red = {
        (place % stride // 3, place // stride)
        for place in range(0, len(pixels), 1)
        if place % stride % 3 == 0 and pixels[place : place + 3] == RED
    }
    assert red and len(pixels) == stride * height
    assert all(x < width and y < height for x, y in red)
    inner = {(x, y) for x in range(frame.left, frame.right) for y in range(frame.top, frame.bottom)}
    is_away_from_edges = frame == Frame(20, 20, 30, 24)
    assert not is_away_from_edges or not red & inner
    assert THICK <= AWAY


def pictures_of(html: str) -> list[Image.Image]:
    found = re.findall(r'<img class="page-image" src="data:image/png;base64,([^"]+)"', html)
    return [Image.open(io.BytesIO(b64decode(one))).convert("RGB") for one in found]


def dropped(office: Office, pdf: bytes) -> str:
    form = {"file": (io.BytesIO(pdf), "soubor.pdf")}
    reply = visitor(office).post("/verify", data=form, content_type="multipart/form-data")
    assert reply.status_code == 200
    html: str = reply.get_data(as_text=True)
    return html


def test_what_was_signed_stands_beside_what_is_seen_with_the_place_framed(office: Office) -> None:
    _, pdf = issued(office)

    html = dropped(office, change_page(pdf))
    signed, present = pictures_of(html)

    scale = signed.width / 595.28
    left, top, right, bottom = (round(scale * one) for one in EVIL_PLACE)
    for picture in (signed, present):
        reds = [
            (x, y)
            for x in range(picture.width)
            for y in range(picture.height)
            if picture.getpixel((x, y)) == tuple(RED)
        ]
        box = (min(x for x, _ in reds), min(y for _, y in reds))
        end = (max(x for x, _ in reds), max(y for _, y in reds))
        for found, wanted in zip((*box, *end), (left, top, right, bottom), strict=True):
            assert abs(found - wanted) <= 2 * AWAY + THICK
    assert present.getpixel(((left + right) // 2, (top + bottom) // 2)) == (255, 0, 0)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    assert "Co bylo podepsáno a co je vidět nyní" in text
    assert DIRECTOR.name in text.split("jak byla podepsána")[1].split("jak vypadá nyní")[0]
    assert html.count('download="podepsano-') == 2, "by the person, and sealed"
    assert "jen pro to, co bylo tehdy podepsáno" in text
    assert text.count("Po podpisu byl soubor změněn způsobem, který nelze přijmout.") == 1
    assert text.index("jak vypadá nyní") < text.index("Podpisy a razítka")


def test_a_page_that_was_added_is_shown_as_signed_by_nobody(office: Office) -> None:
    _, pdf = issued(office)

    html = dropped(office, add_page(pdf))

    assert len(pictures_of(html)) == 1
    assert "nikdo ji nepodepsal" in html and "v červených rámečcích" not in html


def test_an_unchanged_document_shows_no_comparison(office: Office) -> None:
    _, pdf = issued(office)

    html = dropped(office, pdf)

    assert "Co bylo podepsáno a co je vidět nyní" not in html
    assert pictures_of(html) == []

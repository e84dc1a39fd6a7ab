"""The posting sheet: its numbers, its columns, and the table that an office opens."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from services.documents.domain.paper import (
    PostalAddress,
    is_czech_item,
    postal_address,
    s10_check_digit,
)
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    STRANGER,
    Office,
    letter,
    open_office,
)

SERIALS = st.text("0123456789", min_size=8, max_size=8)


def item(serial: str) -> str:
    return f"RR{serial}{s10_check_digit(serial)}CZ"


@pytest.mark.parametrize(
    ("serial", "digit"),
    [("00071758", 1), ("96633102", 0), ("76129403", 8), ("00071759", 5), ("47312482", 9)],
)
def test_the_check_digit_is_that_of_the_standard(serial: str, digit: int) -> None:
    assert s10_check_digit(serial) == digit


def remainder(serial: str) -> int:
    return sum(int(a) * b for a, b in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11


@given(SERIALS, st.integers(0, 7), st.integers(1, 9))
def test_one_mistyped_digit_is_found(serial: str, place: int, more: int) -> None:
    other = (int(serial[place]) + more) % 10
    mistyped = f"{serial[:place]}{other}{serial[place + 1 :]}"

    found = is_czech_item(f"RR{mistyped}{s10_check_digit(serial)}CZ")

    assert is_czech_item(item(serial))
    # The standard gives remainders 0 and 6 the same check digit: these two it cannot tell apart.
    assert found == ({remainder(serial), remainder(mistyped)} == {0, 6})


@pytest.mark.parametrize(
    "number",
    ["", "RR123456785SK", "R1123456785CZ", "RR12345678CZ", "rr123456785CZ", "RR١٢٣٤٥٦٧٨٥CZ"],
)
def test_other_numbers_are_no_czech_items(number: str) -> None:
    assert not is_czech_item(number)


@pytest.mark.parametrize(
    ("lines", "columns"),
    [
        (["Farní 2", "362 35 Abertamy"], ("Farní 2", "362 35", "Abertamy")),
        (["Dvůr", "č. p. 7", "43100  Stará  Huť"], ("Dvůr, č. p. 7", "431 00", "Stará Huť")),
        (["Hauptstraße 1", "DE-08056 Zwickau"], ("Hauptstraße 1, DE-08056 Zwickau", "", "")),
        (["poste restante"], ("poste restante", "", "")),
        ([], ("", "", "")),
    ],
)
def test_an_address_is_put_into_columns(lines: list[str], columns: tuple[str, str, str]) -> None:
    assert postal_address(lines) == PostalAddress(*columns)


def posted(
    office: Office, number: str, name: str = "Obec Abertamy", day: str = "2026-04-03"
) -> str:
    made = letter()
    made["delivery"]["recipient"]["name"] = name
    made = office.put(made)
    office.work(2)
    found = office.view(str(made["id"]))["delivery"]
    data = {"posted_on": day, "tracking_number": number}
    reply = office.prove(found["id"], "posting", DIRECTOR, data)
    assert reply.status_code == 200, reply.json
    return str(made["number"])


def test_the_table_of_a_day_opens_in_a_czech_office(office: Office) -> None:
    first = posted(office, item("10000001"))
    second = posted(office, item("10000002"), '=HYPERLINK("http://zlo")')
    office.clock.move_to(datetime(2026, 4, 7, 8, tzinfo=UTC))
    posted(office, item("10000003"), day="2026-04-07")

    reply = office.browser(ASSISTANT).get("/posting-sheet/2026-04-03.csv")

    assert reply.mimetype == "text/csv"
    assert 'filename="podaci-arch-2026-04-03.csv"' in reply.headers["Content-Disposition"]
    assert reply.data.startswith(b"\xef\xbb\xbf"), "without its mark Excel takes it for cp1250"
    rows = list(csv.reader(io.StringIO(reply.data.decode("utf-8-sig")), delimiter=";"))
    heads = "Pořadí;Podací číslo;Služba;Adresát;Ulice a číslo;PSČ;Obec;Číslo jednací;Den podání"
    assert rows[0] == heads.split(";")
    place, day = ["Farní 2", "362 35", "Abertamy"], "3. 4. 2026"
    guarded = '\'=HYPERLINK("http://zlo")'
    assert [row[1] for row in rows[1:]] == [item("10000001"), item("10000002")]
    assert rows[1] == ["1", rows[1][1], "doporučeně", "Obec Abertamy", *place, first, day]
    assert rows[2] == ["2", rows[2][1], "doporučeně", guarded, *place, second, day]


def test_the_page_shows_the_day_before_the_sheet_is_made(office: Office) -> None:
    number = posted(office, item("10000001"))
    browser = office.browser(ASSISTANT)

    today = browser.get("/posting-sheet").text
    other = browser.get("/posting-sheet?day=2026-04-02").text

    assert number in today
    assert "/posting-sheet/2026-04-03.csv" in today
    assert "není zapsané žádné podání" in other
    assert "?day=2026-04-03" in other, "the days with postings are offered"


def test_a_day_without_postings_has_no_table(office: Office) -> None:
    browser = office.browser(ASSISTANT)

    assert browser.get("/posting-sheet/2026-04-03.csv").status_code == 409
    assert browser.get("/posting-sheet/vcera.csv").status_code == 404
    assert office.browser(AUDITOR).get("/posting-sheet/2026-04-03.csv").status_code == 403


def test_another_organisation_sees_nothing_of_it(office: Office) -> None:
    posted(office, item("10000001"))

    assert office.browser(STRANGER).get("/posting-sheet/2026-04-03.csv").status_code == 409


def test_a_setting_takes_the_numbers_of_another_carrier(tmp_path: Path, database_url: str) -> None:
    office = open_office(tmp_path / "var", database_url, tracking_numbers="any")

    posted(office, "DR-2026/0417")

    page = office.browser(ASSISTANT).get("/posting-sheet").text
    assert "DR-2026/0417" in page


def test_the_sheet_of_a_long_day_names_each_letter_once(office: Office) -> None:
    for serial in range(4):
        posted(office, item(f"2000000{serial}"))
    office.make_key(ASSISTANT)
    key = uuid4()

    made = office.api("PUT", f"/posting-sheets/{key}", ASSISTANT, {"posted_on": "2026-04-03"})

    assert made.status_code == 200
    pdf = office.api("GET", f"/documents/{key}/preview.pdf", ASSISTANT).data
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert [text.count(item(f"2000000{serial}")) for serial in range(4)] == [1, 1, 1, 1]

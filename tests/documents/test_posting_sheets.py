"""The posting sheet: its numbers, its columns, and the table that an office opens."""

import csv
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import event
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from services.documents.desk import tools
from services.documents.domain.paper import (
    PostalAddress,
    is_czech_item,
    postal_address,
    s10_check_digit,
)
from services.documents.models import Audit, Delivery, Document, PostedItem, db
from services.documents.service.posted_items import days_of_posting, items_posted_on
from services.documents.service.work import Work
from shared.audit import row_hash
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    SCAN,
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


def test_the_act_binds_the_name_and_the_address_on_the_item(office: Office) -> None:
    posted(office, item("10000001"))

    with office.context():
        (row,) = db.session().query(PostedItem)
        (act,) = db.session().query(Audit).filter_by(act="post")
        bound = act.details["row_sha256"]
        assert bound == row_hash(row)
        for name, value in {"recipient_name": "Obec Jiná", "address": ["Jinde 1"]}.items():
            was = getattr(row, name)
            setattr(row, name, value)
            assert row_hash(row) != bound
            setattr(row, name, was)
        db.session().rollback()
        told = json.dumps(act.details, ensure_ascii=False)
        assert not [one for one in ("Abertamy", str(row.id)) if one in told]


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


def came_back(office: Office, number: str) -> dict[str, Any]:
    """Post a letter that the post brings back; return its delivery."""
    posted(office, number)
    listed = office.api("GET", "/deliveries", DIRECTOR).json["items"]
    found: dict[str, Any] = next(one for one in listed if one["tracking_number"] == number)
    path, given = f"/deliveries/{found['id']}/return", {"returned_on": "2026-04-03"}
    assert office.api("POST", path, DIRECTOR, given).status_code == 200
    return found


def numbers_of(table: str) -> list[str]:
    return [row.split(";")[1] for row in table.splitlines()[1:]]


def test_what_the_post_brings_back_stays_on_the_sheet_of_its_day(office: Office) -> None:
    """Whatever becomes of the delivery; an item that is posted anew is one more item."""
    office.make_key(ASSISTANT)
    browser, address = office.browser(ASSISTANT), "/posting-sheet/2026-04-03.csv"
    posted(office, item("10000001"))
    found = came_back(office, item("10000002"))
    before = numbers_of(browser.get(address).text)

    data = {"posted_on": "2026-04-03", "tracking_number": item("10000003")}
    again = office.prove(found["id"], "posting", DIRECTOR, data, scan=SCAN + b"2")
    key = uuid4()
    made = office.api("PUT", f"/posting-sheets/{key}", ASSISTANT, {"posted_on": "2026-04-03"})

    assert (again.status_code, made.status_code) == (200, 200)
    assert before == [item("10000001"), item("10000002")]
    assert numbers_of(browser.get(address).text) == [*before, item("10000003")]
    pdf = office.api("GET", f"/documents/{key}/preview.pdf", ASSISTANT).data
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert [text.count(number) for number in (*before, item("10000003"))] == [1, 1, 1]


def test_what_the_post_told_stands_beside_the_item(office: Office) -> None:
    found = came_back(office, item("10000001"))
    browser = office.browser(ASSISTANT)

    pages = [browser.get("/posting-sheet"), browser.get(f"/deliveries/{found['id']}")]
    told = office.api("GET", "/posted-items", AUDITOR, posted_on="2026-04-03").json
    other = office.api("GET", "/posted-items", STRANGER, posted_on="2026-04-03").json

    for page in pages:
        assert item("10000001") in page.text
        assert "Pošta ji vrátila 3." in page.text
    (one,) = told["items"]
    assert (one["tracking_number"], one["posted_on"]) == (item("10000001"), "2026-04-03")
    assert one["outcomes"] == [{"outcome": "returned", "day": "2026-04-03"}]
    assert other["items"] == []


def test_a_long_day_is_shown_without_its_letters(office: Office) -> None:
    """Neither documents nor deliveries are loaded to show numbers; days are counted in place."""
    numbers = [posted(office, item(f"3000000{serial}")) for serial in range(3)]
    loaded: list[str] = []
    asked: list[str] = []

    def note(one: object, _context: object) -> None:
        loaded.append(type(one).__name__)

    def hear(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    with office.context():
        work = Work(db.session(), DIRECTOR, tools().clock)
        engine, day = work.session.get_bind(), date(2026, 4, 3)
        for kind in (Delivery, Document):
            event.listen(kind, "load", note)
        event.listen(engine, "before_cursor_execute", hear)
        try:
            items = items_posted_on(work, day)
            found = [(one.number, one.recipient_name) for one in items]
            statements = len(asked)
            days = days_of_posting(work)
        finally:
            event.remove(engine, "before_cursor_execute", hear)
            for kind in (Delivery, Document):
                event.remove(kind, "load", note)

    told = office.api("GET", "/posted-items", AUDITOR, posted_on="2026-04-03").json["items"]
    assert found == [(number, "Obec Abertamy") for number in numbers]
    assert (loaded, statements) == ([], 2), "one for the items, one for what became of them"
    assert days == [(day, 3)]
    assert "GROUP BY" in asked[-1]
    assert [one["number"] for one in told] == numbers


def test_an_advice_stands_beside_the_item_that_it_proves(tmp_path: Path, database_url: str) -> None:
    office = open_office(tmp_path / "var", database_url, advice_of_receipt=True)
    posted(office, item("10000001"))
    (found,) = office.api("GET", "/deliveries", DIRECTOR).json["items"]

    office.prove(found["id"], "advice", DIRECTOR, {"received_on": "2026-04-03"}, scan=SCAN + b"2")

    told = office.api("GET", "/posted-items", DIRECTOR, posted_on="2026-04-03").json["items"]
    assert told[0]["outcomes"] == [{"outcome": "received", "day": "2026-04-03"}]
    assert told[0]["with_advice"] is True
    assert "Příjemce ji převzal 3." in office.browser(ASSISTANT).get("/posting-sheet").text


@pytest.mark.parametrize("table", ["posted_item", "item_outcome"])
@pytest.mark.parametrize("act", ["DELETE FROM {}", "UPDATE {} SET recorded_at = NULL"])
def test_nobody_changes_what_was_posted(office: Office, table: str, act: str) -> None:
    came_back(office, item("10000001"))

    with office.context(), pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(sql(act.format(table)))

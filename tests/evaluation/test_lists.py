"""Lists of calls and of the register of interests: whole, however long; cases as a file."""

import csv
import io
from dataclasses import replace
from uuid import uuid4

import pytest
from lxml import html

from services.evaluation.models import Call, InterestLink, db
from services.evaluation.web import calls
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, case_id, person_id

INTERESTS = f"/calls/{CALL}/interests"


@pytest.fixture
def opened(house: House) -> House:
    house.open_call(["p05", "p12"], declare=False)
    return house


def column(text: str, number: int) -> list[str]:
    cells = html.fromstring(text).xpath(f"//tbody/tr/td[{number}]")
    return [" ".join(cell.text_content().split()) for cell in cells]


def more_calls(house: House, count: int) -> None:
    with house.app.app_context():
        known = db.session.query(Call).one()
        facts = {c.key: getattr(known, c.key) for c in Call.__table__.columns}
        for number in range(100, 100 + count):
            changed = {"id": uuid4(), "number": number, "title": f"{number}. výzva"}
            db.session.add(Call(**{**facts, **changed}))
        db.session.commit()
        db.session.remove()


def test_no_call_is_cut_off(opened: House) -> None:
    more_calls(opened, 205)
    director = Browser(opened, "director")

    first, last = director.open("/calls"), director.open("/calls?page=5")

    assert "1–50 z 206" in first
    assert column(first, 1)[0].startswith("304.")
    assert column(last, 1)[-1].startswith("8.")
    assert column(last, 3)[-1] == "2"


def test_calls_are_sorted_and_filtered(opened: House, monkeypatch: pytest.MonkeyPatch) -> None:
    more_calls(opened, 3)
    monkeypatch.setattr(calls, "CALLS", replace(calls.CALLS, page_size=2))
    director = Browser(opened, "director")

    assert [c[:4] for c in column(director.open("/calls?sort=number"), 1)] == ["8. v", "100."]
    assert [c[:4] for c in column(director.open("/calls?q=101"), 1)] == ["101."]
    assert "Výběru neodpovídá žádná výzva." in director.open("/calls?q=nic")


def test_the_register_of_interests_is_a_list(opened: House) -> None:
    for who, kind in (("evaluator 1", "employee"), ("evaluator 2", "member")):
        tie = {"person_id": str(person_id(who)), "type": kind, "source": "register"}
        tie |= {"application_id": str(case_id("p12")), "evidence": "výpis"}
        opened.do("assistant", "PUT", f"/interest-links/{uuid4()}", tie)
    with opened.app.app_context():
        everybody = [row.person_name for row in db.session.query(InterestLink)]
        db.session.remove()
    director = Browser(opened, "director")

    assert column(director.open(INTERESTS), 1) == sorted(everybody)
    back = column(director.open(f"{INTERESTS}?sort=-person"), 1)
    assert back == sorted(everybody, reverse=True)
    assert column(director.open(f"{INTERESTS}?kind=member"), 1) == ["Evaluator 2"]
    assert column(director.open(f"{INTERESTS}?q=ator+1"), 1) == ["Evaluator 1"]
    assert "Výběru neodpovídá žádný vztah." in director.open(f"{INTERESTS}?state=ended")


def test_the_file_of_cases_has_what_the_filters_leave(opened: House) -> None:
    director = Browser(opened, "director")
    shown = html.fromstring(director.open(f"/calls/{CALL}/cases?sort=-number&q=8/0"))
    (link,) = shown.xpath("//a[contains(@href, '.csv')]/@href")

    text = director.open(link.removeprefix("/evaluation")).removeprefix("\ufeff")

    table = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row[0] for row in table] == ["Číslo", "8/012", "8/005"]
    assert "," in table[1][4]
    assert director.open(f"/calls/{CALL}/cases.csv?q=8/005").count("\n") == 2

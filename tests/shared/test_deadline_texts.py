"""Deadlines in words: Czech by itself, other languages through gettext."""

from datetime import date

import pytest

from shared.deadlines import (
    Deadline,
    Period,
    PeriodRule,
    Unit,
    calendar_days,
    date_words,
    deadline_after,
    deadline_label,
    deadline_sentence,
    delivery_by_fiction,
    earliest_close,
    legal_basis,
    list_due,
    notice_due,
    safe_repair_date,
)

RULE = PeriodRule("test", "something.happened")
GERMAN = {
    "%(count)d pracovních dnů": "%(count)d Arbeitstage",
    "od pátku %(date)s": "ab Freitag, %(date)s",
    "dubna": "April",
    "%(day)d. %(month)s je %(name)s": "der %(day)d. %(month)s ist %(name)s",
    "nejpozději %(date)s": "spätestens am %(date)s",
}


def czech(message: str) -> str:
    return message


def german(message: str) -> str:
    return GERMAN.get(message, message)


@pytest.mark.parametrize(
    ("deadline", "sentence"),
    [
        pytest.param(
            notice_due(date(2026, 4, 3)),
            "5 pracovních dnů od pátku 3. dubna 2026; 6. dubna je Velikonoční pondělí",
            id="weekends go without saying",
        ),
        pytest.param(
            notice_due(date(2026, 6, 1)), "5 pracovních dnů od pondělí 1. června 2026", id="plain"
        ),
        pytest.param(
            list_due(date(2026, 6, 28)),
            "7 kalendářních dnů od neděle 28. června 2026; "
            "5. července je Den slovanských věrozvěstů Cyrila a Metoděje; "
            "6. července je Den upálení mistra Jana Husa; "
            "lhůta proto končí až v nejbližší pracovní den: úterý 7. července 2026",
            id="shift over holidays",
        ),
        pytest.param(
            list_due(date(2026, 6, 6)),
            "7 kalendářních dnů od soboty 6. června 2026; 13. června je sobota; "
            "14. června je neděle; "
            "lhůta proto končí až v nejbližší pracovní den: pondělí 15. června 2026",
            id="shift over a weekend",
        ),
        pytest.param(
            earliest_close(date(2026, 4, 10)),
            "3 týdny od pátku 10. dubna 2026; 1. května je Svátek práce; 2. května je sobota; "
            "3. května je neděle; "
            "příjem může skončit jen v pracovní den: pondělí 4. května 2026",
            id="close of a call",
        ),
        pytest.param(
            safe_repair_date(date(2026, 6, 1)),
            "doručení nejpozději 11. června 2026 "
            "(10 kalendářních dnů od pondělí 1. června 2026); "
            "7 kalendářních dnů od čtvrtka 11. června 2026",
            id="chain",
        ),
    ],
)
def test_the_sentence_says_why(deadline: Deadline, sentence: str) -> None:
    assert deadline_sentence(deadline, czech) == sentence


@pytest.mark.parametrize(
    ("count", "unit", "words"),
    [
        (1, Unit.WORKING_DAYS, "1 pracovní den od"),
        (2, Unit.WORKING_DAYS, "2 pracovní dny od"),
        (4, Unit.CALENDAR_DAYS, "4 kalendářní dny od"),
        (5, Unit.CALENDAR_DAYS, "5 kalendářních dnů od"),
        (1, Unit.WEEKS, "1 týden od"),
        (22, Unit.WEEKS, "22 týdnů od"),
        (3, Unit.MONTHS, "3 měsíce od"),
        (6, Unit.MONTHS, "6 měsíců od"),
    ],
)
def test_numbers_take_their_czech_form(count: int, unit: Unit, words: str) -> None:
    found = deadline_after(date(2026, 6, 1), Period(count, unit), RULE)

    assert deadline_sentence(found, czech).startswith(words)


@pytest.mark.parametrize(
    ("day", "since"),
    [
        (1, "od pondělí"),
        (2, "od úterý"),
        (3, "od středy"),
        (4, "od čtvrtka"),
        (5, "od pátku"),
        (6, "od soboty"),
        (7, "od neděle"),
    ],
)
def test_weekdays_take_their_czech_form(day: int, since: str) -> None:
    found = deadline_after(date(2026, 6, day), calendar_days(10), RULE)

    assert f" {since} {day}. června 2026" in deadline_sentence(found, czech)


def test_another_language_comes_through_gettext_and_the_names_of_holidays() -> None:
    found = notice_due(date(2026, 4, 3))

    assert deadline_sentence(found, german, "de") == (
        "5 Arbeitstage ab Freitag, 3. April 2026; der 6. April ist Ostermontag"
    )
    assert deadline_label(found, german) == "spätestens am 13. April 2026"


def test_the_label_says_which_way_the_limit_points() -> None:
    assert deadline_label(notice_due(date(2026, 4, 2)), czech) == "nejpozději 13. dubna 2026"
    assert deadline_label(earliest_close(date(2018, 5, 4)), czech) == "nejdříve 25. května 2018"


def test_the_legal_basis_lists_each_provision_once() -> None:
    assert legal_basis(safe_repair_date(date(2026, 6, 1)), czech) == (
        "§ 17 odst. 4 zákona č. 300/2008 Sb., § 605 odst. 1 občanského zákoníku"
    )
    assert "4 Afs 264/2018-85" in legal_basis(delivery_by_fiction(date(2026, 3, 24)), czech)


def test_a_date_is_written_out() -> None:
    assert [date_words(date(2026, month, 1), czech) for month in (1, 9, 12)] == [
        "1. ledna 2026",
        "1. září 2026",
        "1. prosince 2026",
    ]


def test_an_event_of_the_callers_own_is_said_in_the_callers_words() -> None:
    delivered = delivery_by_fiction(date(2026, 6, 1))
    rule = PeriodRule("appeal", "doručení rozhodnutí")

    found = deadline_after(delivered.due, calendar_days(15), rule, after=delivered)

    assert deadline_sentence(found, czech).startswith("doručení rozhodnutí nejpozději 11. června")

"""Days and instants are written as each language writes them, in Prague time."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from shared.problems import fill
from shared.web import LANGUAGE_COOKIE, day, moment

pytestmark = pytest.mark.one_database

DAY = date(2026, 4, 3)
AT = datetime(2026, 4, 3, 22, 30, tzinfo=UTC)
"""Half past midnight of the next day in Prague."""


@pytest.mark.parametrize(
    ("language", "long", "short", "instant", "sentence"),
    [
        ("cs", "3. dubna 2026", "3. 4. 2026", "4. 4. 2026 0:30", "do 3. 4. 2026"),
        ("en", "3 April 2026", "3 April 2026", "4 April 2026 0:30", "do 3 April 2026"),
        ("de", "3. April 2026", "3. 4. 2026", "4. April 2026 0:30", "do 3. April 2026"),
    ],
)
def test_dates_follow_the_language(
    app: Flask, language: str, long: str, short: str, instant: str, sentence: str
) -> None:
    with app.test_request_context(headers={"Cookie": f"{LANGUAGE_COOKIE}={language}"}):
        shown = [text.replace("\u00a0", " ") for text in (day(DAY), day(DAY, "short"), moment(AT))]

        assert shown == [long, short, instant]
        assert fill("do %(due)s", {"due": DAY}) == sentence
        assert fill("v %(at)s", {"at": AT}) == f"v {instant}"


def test_what_is_not_known_is_a_dash(app: Flask) -> None:
    with app.test_request_context():
        assert (day(None), moment(None)) == ("–", "–")

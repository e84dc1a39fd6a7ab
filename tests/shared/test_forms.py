"""Forms: they read what people write, and say what they cannot read."""

import io
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from wtforms import (
    BooleanField,
    FieldList,
    FileField,
    Form,
    FormField,
    RadioField,
    StringField,
    SubmitField,
)

from shared.money import Money
from shared.web.forms import (
    DayField,
    FreshIdField,
    MomentField,
    MoneyField,
    PageForm,
    error_rows,
    read_day,
    read_moment,
    required,
)

pytestmark = pytest.mark.one_database


class ThingForm(PageForm):
    key = FreshIdField()
    name = StringField("Název", [required])
    price = MoneyField("Cena")
    day = DayField("Den")
    at = MomentField("Čas")


@pytest.fixture
def app() -> Flask:
    app = Flask(__name__)
    app.config.update(SECRET_KEY="x", WTF_CSRF_ENABLED=False)
    from flask_babel import Babel  # noqa: PLC0415 - only this plain app needs it

    Babel(app, default_locale="cs")
    return app


class PartForm(Form):
    name = StringField("Název")


class WholeForm(PageForm):
    parts = FieldList(FormField(PartForm), max_entries=2)
    plain = FieldList(StringField("Text"))
    scan = FileField("Sken")
    save = SubmitField("Uložit")


def fill(app: Flask, **values: str) -> ThingForm:
    given_values = {"key": str(uuid4()), "name": "x", **values}
    with app.test_request_context("/", method="POST", data=given_values):
        form = ThingForm()
        form.validate()
        return form


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 900 000", "1900000"),
        ("1,9 mil", "1900000"),
        ("8 890 tis. Kč", "8890000"),
        ("0,50", "0,5"),
    ],
)
def test_amount_is_read_as_people_write_it(app: Flask, text: str, amount: str) -> None:
    form = fill(app, price=text)

    assert (form.price.data, form.errors) == (Money.parse(amount), {})


def test_amount_written_out_reads_back_the_same(app: Flask) -> None:
    first = fill(app, price="1234567,89")
    second = fill(app, price=first.price._value())

    assert second.price.data == first.price.data


@pytest.mark.parametrize(
    "text", ["1,2,3", "moc", "1e9", "NaN", "10 000 000 000 000 000", "--1", "5 €"]
)
def test_unreadable_amount_is_shown_back(app: Flask, text: str) -> None:
    form = fill(app, price=text)

    assert form.price.data is None
    assert form.price._value() == text
    assert "1 900 000" in form.errors["price"][0]


@pytest.mark.parametrize(
    "text", ["3. 4. 2026", "3.4.2026", "03. 04. 2026", "2026-04-03", " 3. 4. 2026 "]
)
def test_day_is_read_as_people_write_it(app: Flask, text: str) -> None:
    form = fill(app, day=text)

    assert (form.day.data, form.errors) == (date(2026, 4, 3), {})
    assert form.day._value() == "3. 4. 2026"


@pytest.mark.parametrize(
    "text", ["31. 2. 2026", "3. 4. 26", "2026", "zítra", "3. 4.", "1. 1. 9999"]
)
def test_unreadable_day_is_shown_back(app: Flask, text: str) -> None:
    form = fill(app, day=text)

    assert form.day.data is None
    assert form.day._value() == text
    assert "day" in form.errors


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-15T10:00", datetime(2026, 1, 15, 9, tzinfo=UTC)),
        ("2026-07-15T10:00:30", datetime(2026, 7, 15, 8, 0, 30, tzinfo=UTC)),
        ("3. 4. 2026 9:05", datetime(2026, 4, 3, 7, 5, tzinfo=UTC)),
        pytest.param("2026-03-29T01:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC), id="before gap"),
        pytest.param("2026-03-29T03:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), id="after gap"),
        pytest.param("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), id="doubled"),
        pytest.param("2026-10-25T03:00", datetime(2026, 10, 25, 2, 0, tzinfo=UTC), id="after it"),
    ],
)
def test_moment_is_prague_time(app: Flask, text: str, instant: datetime) -> None:
    form = fill(app, at=text)

    assert (form.at.data, form.errors) == (instant, {})
    assert read_moment(form.at._value()) == instant.replace(second=0)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2026-03-29T02:00", id="skipped hour begins"),
        pytest.param("2026-03-29T02:59", id="skipped hour ends"),
        "2026-04-03",
        "10:00",
        "2026-04-03T25:00",
        "2026-04-03T10:00+05:00",
        "2026-04-03T10:00Z",
        "2026-04-03T1000",
    ],
)
def test_moment_that_does_not_exist_is_refused(app: Flask, text: str) -> None:
    form = fill(app, at=text)

    assert form.at.data is None
    assert form.at._value() == text
    assert "at" in form.errors


@given(st.text(max_size=25))
def test_no_text_breaks_the_readers(text: str) -> None:
    assert read_day(text) is None or isinstance(read_day(text), date)
    assert read_moment(text) is None or isinstance(read_moment(text), datetime)


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2150, 1, 1)))  # noqa: DTZ001
def test_every_real_prague_minute_reads_back(local: datetime) -> None:
    read = read_moment(local.strftime("%Y-%m-%dT%H:%M"))

    if read is not None:
        from shared.clock import PRAGUE  # noqa: PLC0415 - used here only

        shown = read.astimezone(PRAGUE).replace(tzinfo=None)
        assert shown == local.replace(second=0, microsecond=0)


def test_shown_form_chooses_a_fresh_id_each_time(app: Flask) -> None:
    with app.test_request_context("/"):
        first, second = ThingForm(), ThingForm()

    assert isinstance(first.key.id_value, UUID)
    assert first.key.id_value != second.key.id_value


def test_sent_form_keeps_its_id(app: Flask) -> None:
    key = uuid4()

    assert fill(app, key=str(key)).key.id_value == fill(app, key=str(key)).key.id_value == key


@pytest.mark.parametrize("text", ["", "x", "1", "../../etc/passwd"])
def test_broken_id_is_refused_and_replaced(app: Flask, text: str) -> None:
    form = fill(app, key=text)

    assert "key" in form.errors
    assert isinstance(form.key.id_value, UUID)


def test_missing_id_is_refused(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"name": "x"}):
        form = ThingForm()

        assert not form.validate()
        assert "key" in form.errors


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\xa0"])
def test_blank_is_nothing(app: Flask, text: str) -> None:
    assert fill(app, name=text).errors["name"] == ["Vyplňte prosím tento údaj."]


def test_sign_that_no_database_stores_is_refused(app: Flask) -> None:
    assert "name" in fill(app, name="a\x00b").errors


@pytest.mark.parametrize("name", ["parts-0-name", "plain-0"])
def test_such_a_sign_is_refused_in_a_line_too(app: Flask, name: str) -> None:
    with app.test_request_context("/", method="POST", data={name: "a\x00b"}):
        form = WholeForm()

        assert not form.validate()
        assert [row.field_id for row in error_rows(form)] == [name]


@pytest.mark.parametrize(
    ("text", "version"),
    [("3", 3), ("", None), ("x", None), ("-1", None), ("9" * 5000, None), ("²", None)],
)
def test_version_is_a_number_or_nothing(app: Flask, text: str, version: int | None) -> None:
    assert fill(app, version=text).expected_version() == version


def test_a_day_without_a_year_is_told_what_is_missing(app: Flask) -> None:
    form = fill(app, day="9. 12.")

    assert form.day.errors == ["Doplňte i rok, například takto: 9. 12. 2026."]


def test_a_choice_and_a_promise_are_asked_for_in_their_own_words(app: Flask) -> None:
    class ChoiceForm(PageForm):
        way = RadioField("Způsob", [required], choices=[("a", "a"), ("b", "b")])
        promise = BooleanField("Slibuji", [required])
        lines = FieldList(StringField("Řádek", [required]), min_entries=1)

    with app.test_request_context("/", method="POST", data={"lines-0": " "}):
        form = ChoiceForm()
        form.validate()
        rows = [(row.field_id, row.label, row.text) for row in error_rows(form)]

    assert rows == [
        ("way", "Způsob", "Vyberte prosím jednu z možností."),
        ("promise", "Slibuji", "Potvrďte to prosím zaškrtnutím."),
        ("lines-0", "1. řádek – Řádek", "Vyplňte prosím tento údaj."),
    ]


def said_of(app: Flask, **values: object) -> list[str]:
    """Post the form and return what is said about it as a whole."""
    with app.test_request_context("/", method="POST", data=values):
        form = WholeForm()
        assert form.validate() is not bool(form.form_errors)
        return list(form.form_errors)


@pytest.mark.parametrize(
    "values",
    [
        {"surprise": "1"},
        {"parts-0-surprise": "1"},
        {"parts-0": "1"},
        {"parts-0-name": "a", "parts-1-name": "b", "parts-2-name": "one too many"},
        {"plain-x": "1"},
        {"scan2": (io.BytesIO(b"%PDF"), "sken.pdf")},
    ],
)
def test_what_the_form_did_not_ask_for_is_refused(app: Flask, values: dict[str, object]) -> None:
    (said,) = said_of(app, **values)

    assert f"„{list(values)[-1]}“" in said
    assert "Načtěte stránku znovu" in said


def test_what_the_form_asks_for_is_taken(app: Flask) -> None:
    scan = (io.BytesIO(b"%PDF"), "sken.pdf")
    lines = {"parts-0-name": "a", "parts-1-name": "b", "plain-0": "c"}

    assert said_of(app, **lines, scan=scan, save="Uložit", version="1", csrf_token="x") == []


def test_many_unknown_names_are_not_all_repeated(app: Flask) -> None:
    (said,) = said_of(app, **{f"{number}{'x' * 100}": "1" for number in range(50)})

    assert len(said) < 300

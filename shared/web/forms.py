"""Forms: fields that read what people write, and the base of all forms."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from flask import current_app, request
from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError
from wtforms.widgets import DateTimeLocalInput

from shared.clock import PRAGUE
from shared.errors import DomainError
from shared.money import Money
from shared.openapi import EARLIEST, LATEST

TIME = re.compile(r"\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?", re.ASCII)

NAMES_SHOWN, NAME_SHOWN = 3, 40
"""How many names of unknown fields an answer repeats, and how much of each."""

WITHOUT_YEAR = re.compile(r"\d{1,2}\.\s*\d{1,2}\.?", re.ASCII)


class Required(InputRequired):  # type: ignore[misc]  # WTForms has no types
    """Something must be written, chosen or confirmed; blanks alone are nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse an empty or blank value, in the words of what the person has to do."""
        given = field.raw_data or [""]
        if not given[0] or (isinstance(given[0], str) and not given[0].strip()):
            field.errors[:] = []
            raise StopValidation(self.message or _what_to_do(field))


def _what_to_do(field: Any) -> str:
    if isinstance(field, BooleanField):
        return str(gettext("Potvrďte to prosím zaškrtnutím."))
    if isinstance(field, SelectField):  # and radio buttons
        return str(gettext("Vyberte prosím jednu z možností."))
    return str(gettext("Vyplňte prosím tento údaj."))


required = Required()


class NotAlways(Optional):  # type: ignore[misc]  # WTForms has no types
    """The field may stay empty here, but something else needs it; its hint says what."""

    def __init__(self) -> None:
        super().__init__()
        self.field_flags = {"optional": True, "conditional": True}


not_always = NotAlways()


class PageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Base of the forms of all services; protected against foreign posts."""

    version = HiddenField()
    """Version of the record as it was shown; a stale one is refused by the use case."""

    def expected_version(self) -> int | None:
        """Return the version shown to the person, ``None`` when the form carries none."""
        return seen_version(self.version.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate; refuse what the form did not ask for, and the NUL that no database stores."""
        is_valid: bool = super().validate(extra_validators)
        unknown = self._unknown_names()
        if unknown:
            self.form_errors.append(_not_asked_for(unknown))
            is_valid = False
        for leaf in self._leaves():
            if any(isinstance(text, str) and "\0" in text for text in leaf.raw_data or ()):
                leaf.errors = [*leaf.errors, gettext("Text obsahuje znak, který nelze uložit.")]
                is_valid = False
        return is_valid

    def _leaves(self) -> list[Any]:
        return [leaf for field in self for leaf in _leaves(field)]

    def _unknown_names(self) -> list[str]:
        """Return the names that were sent although the form has no such field."""
        token = current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token")
        known = {token, *(leaf.name for leaf in self._leaves())}
        return sorted({*request.form, *request.files} - known)


def _leaves(field: Any) -> Iterator[Any]:
    """Return the fields that are sent: the field itself, or those of its lines and parts."""
    parts = field.entries if isinstance(field, FieldList) else getattr(field, "form", None)
    if parts is None:
        yield field
    else:
        for inner in parts:
            yield from _leaves(inner)


def _not_asked_for(names: Sequence[str]) -> str:
    shown = ", ".join(f"„{name[:NAME_SHOWN]}“" for name in names[:NAMES_SHOWN])
    return str(
        gettext(
            "Přišly údaje, na které se stránka neptá: %(names)s. Nic jsme neuložili. "
            "Načtěte stránku znovu a formulář odešlete z ní.",
            names=shown,
        )
    )


def seen_version(given: object) -> int | None:
    """Read a version that a form carried back; ``None`` when it is none."""
    text = str(given if given is not None else "").strip()
    return int(text) if text.isdecimal() and len(text) < 10 else None


class FreshIdField(HiddenField):  # type: ignore[misc]  # WTForms has no types
    """Id of the record that the form will make: chosen when shown, so a double click makes one."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the id; anything else is refused."""
        try:
            self.data = str(UUID(valuelist[0]))
        except (ValueError, IndexError) as error:
            raise ValidationError(gettext("Načtěte formulář znovu.")) from error

    def process_data(self, value: Any) -> None:
        """Choose the id when the form is shown."""
        self.data = str(value or uuid4())

    @property
    def id_value(self) -> UUID:
        """The id."""
        return UUID(self.data)


class MoneyField(StringField):  # type: ignore[misc]  # WTForms has no types
    """An amount as people write it: "1 900 000", "1,9 mil", "8 890 tis. Kč"."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the amount."""
        self.raw = valuelist[0].strip() if valuelist else ""
        if not self.raw:
            self.data = None
            return
        try:
            self.data = Money.parse(self.raw).in_crowns()
        except DomainError as error:
            self.data = None
            text = gettext("Napište částku například takto: 1 900 000 nebo 1,9 mil.")
            raise ValidationError(text) from error

    def _value(self) -> str:
        if isinstance(self.data, Money):
            return self.data.formatted("cs").replace("\u00a0", " ")
        return getattr(self, "raw", "")


class DayField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A Prague day: "3. 4. 2026" or "2026-04-03"."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the day."""
        self.raw = valuelist[0].strip() if valuelist else ""
        self.data = None
        if self.raw:
            self.data = read_day(self.raw)
            if self.data is None:
                raise ValidationError(_how_to_write(self.raw))

    def _value(self) -> str:
        if isinstance(self.data, date):
            return f"{self.data.day}. {self.data.month}. {self.data.year}"
        return getattr(self, "raw", "")


def _how_to_write(text: str) -> str:
    if WITHOUT_YEAR.fullmatch(text):
        # Which year is meant is not guessed: some days lie ahead, others were long ago.
        given = text.rstrip(". ") + "."
        return str(gettext("Doplňte i rok, například takto: %(day)s 2026.", day=given))
    return str(gettext("Napište den například takto: 3. 4. 2026."))


class MomentField(Field):  # type: ignore[misc]  # WTForms has no types
    """A Prague day and time from the browser's picker; the value is aware UTC."""

    widget = DateTimeLocalInput()

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the instant; an hour that the change to summer time skips is refused."""
        self.raw = valuelist[0].strip() if valuelist else ""
        self.data = None
        if self.raw:
            self.data = read_moment(self.raw)
            if self.data is None:
                raise ValidationError(
                    gettext("Napište den a čas například takto: 3. 4. 2026 10:00.")
                )

    def _value(self) -> str:
        if isinstance(self.data, datetime):
            return self.data.astimezone(PRAGUE).strftime("%Y-%m-%dT%H:%M")
        return getattr(self, "raw", "")


@dataclass(frozen=True)
class ErrorRow:
    """One thing that is wrong: where it is, how the field is called, what to do."""

    field_id: str
    label: str
    text: str


def error_rows(form: Any) -> list[ErrorRow]:
    """Return everything that is wrong with a form in the order of its fields, lines included."""
    return [row for field in form for row in _rows_of(field, "")]


def _rows_of(field: Any, line: str) -> Iterator[ErrorRow]:
    if isinstance(field, FieldList):
        for number, entry in enumerate(field.entries, start=1):
            yield from _rows_of(entry, gettext("%(number)s. řádek", number=number))
    elif isinstance(field, FormField):
        for inner in field.form:
            yield from _rows_of(inner, line)
    else:
        is_hidden = isinstance(field, HiddenField)
        names = (line, "" if is_hidden else str(field.label.text))
        label = " – ".join(name.rstrip(".:") for name in names if name)
        yield from (ErrorRow(field.id, label, str(text)) for text in field.errors)


def read_day(text: str) -> date | None:
    """Read a day in ISO form or as "3. 4. 2026"; ``None`` when it is neither."""
    parts = [part.strip() for part in text.replace("\u00a0", " ").split(".")]
    try:
        if len(parts) == 3:
            day = date(int(parts[2]), int(parts[1]), int(parts[0]))
        else:
            day = date.fromisoformat(text)
    except ValueError:
        return None
    # "3. 4. 26" is a slip, not the first century.
    return day if EARLIEST <= day <= LATEST else None


def read_moment(text: str) -> datetime | None:
    """Read a Prague day and time in ISO form or as "3. 4. 2026 10:00"; ``None`` when neither.

    An hour that the change to summer time skips is no time. Of the hour that the change back
    brings twice, the first one is meant.
    """
    day_part, _, time_part = text.replace("T", " ").rpartition(" ")
    day = read_day(day_part.strip())
    if day is None or not TIME.fullmatch(time_part):
        return None
    try:
        local = datetime.combine(day, time.fromisoformat(time_part.zfill(5)), PRAGUE)
    except ValueError:
        return None
    utc = local.astimezone(UTC)
    return (
        utc if utc.astimezone(PRAGUE).replace(tzinfo=None) == local.replace(tzinfo=None) else None
    )

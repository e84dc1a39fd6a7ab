"""What the pages have in common: try an act, show the form again, go and sign."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from flask import flash, redirect, render_template
from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from services.evaluation import desk, words
from services.evaluation.models import Call, Case, Record
from services.evaluation.service.cases import get_call, get_case
from services.evaluation.tasks.signing import sign_url
from shared.web import attempts
from shared.web.attempts import Attempt

Page = tuple[str, int]
attempt = attempts.attempt
T = TypeVar("T")


def page(template: str, tried: Attempt[Any], form: FlaskForm, **context: Any) -> Page:
    """Show the form, with what is wrong on top."""
    shown = render_template(template, form=form, tried=tried, words=words, **context)
    return shown, tried.status


def view(template: str, **context: Any) -> str:
    """Show a page that only reads."""
    return render_template(template, words=words, **context)


def this_call(call_id: UUID) -> Call:
    """Return the call of the address, in the person's organisation."""
    session, acting = desk.looking()
    return get_call(session, acting.organisation_id, call_id)


def this_case(case_id: UUID) -> Case:
    """Return the case of the address, in the person's organisation."""
    session, acting = desk.looking()
    return get_case(session, acting.organisation_id, case_id)


def go_sign(record_ids: Sequence[UUID], back: str, *, is_own: bool = True) -> Response:
    """Have the documents made and lead the person to sign them.

    Args:
        record_ids: Documents that the act made.
        back: Where the person returns afterwards.
        is_own: Whether the acting person is the one who signs.
    """
    are_made = desk.make_documents(record_ids)
    if not are_made:
        flash(
            gettext("Dokument se připraví, jakmile služba Dokumenty odpoví. Nic se neztratilo."),
            "warning",
        )
        return redirect(back, 303)
    if not is_own:
        names = _signers(record_ids)
        flash(gettext("Na podpis čeká: %(names)s.", names=", ".join(names)), "good")
        return redirect(back, 303)
    return redirect(sign_url([str(key) for key in record_ids], back), 303)


def _signers(record_ids: Sequence[UUID]) -> list[str]:
    """Return who signs the documents, each person once."""
    session, _ = desk.looking()
    asked = session.scalars(select(Record.request).where(Record.id.in_(record_ids)))
    return sorted({one["name"] for request in asked for one in request["signers"]})


def filled(value: T | None) -> T:
    """Return the value of a required field of a form that was validated."""
    if value is None:
        raise ValueError("The form was not validated.")
    return value


class NotAlone:
    """Refuses an empty field beside a text that could not be kept without it."""

    def __init__(self, text_field: str, message: Any) -> None:
        self._text_field = text_field
        self._message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Check the field; the text stays in the form."""
        is_empty = not any(str(text).strip() for text in field.raw_data or ())
        if is_empty and (form[self._text_field].data or "").strip():
            raise StopValidation(str(self._message))


class ChoicesField(SelectMultipleField):  # type: ignore[misc]  # WTForms has no types
    """Several choices as check boxes; the template places each of them."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    @property
    def chosen(self) -> list[UUID]:
        """The chosen ids."""
        return [UUID(value) for value in self.data or ()]

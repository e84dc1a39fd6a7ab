"""Public presentations: programme, change of date, record."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from services.evaluation import desk
from services.evaluation.models import Call, Case
from services.evaluation.service import presentations
from services.evaluation.web.pages import Page, attempt, filled, go_sign, page, this_call, view
from shared.auth import access, roles
from shared.calendar_cz import prague_day
from shared.deadlines import earliest_presentation
from shared.web.forms import FreshIdField, MomentField, PageForm, required
from shared.web.reasons import why

blueprint = Blueprint("presentations", __name__)
OFFICE = roles("director", "assistant")
YES, NO = "yes", "no"


@blueprint.get("/calls/<uuid:call_id>/presentations")
@access(roles(*desk.READERS))
def show(call_id: UUID) -> str:
    """Show the programme of the presentations and what became of them."""
    session, _ = desk.looking()
    call = this_call(call_id)
    held = presentations.session_of(session, call)
    return view(
        "presentations/show.html",
        call=call,
        held=held,
        cases=_ordered(call, held),
        changes=presentations.changes_of(session, call),
    )


def _ordered(call: Call, held: Any) -> list[Case]:
    session, _ = desk.looking()
    cases = presentations.presenting(session, call)
    if held is None:
        return cases
    place = {key: number for number, key in enumerate(held.order)}
    if held.closed_at is not None:
        held_ids = [UUID(key) for key in held.order]
        cases = list(session.scalars(select(Case).where(Case.id.in_(held_ids))))
    return sorted(
        cases, key=lambda case: (place.get(str(case.id), len(place)), case.received_order)
    )


@blueprint.route("/calls/<uuid:call_id>/presentations/order", methods=["GET", "POST"])
@access(OFFICE)
def order(call_id: UUID) -> Response | Page:
    """Set in which order the projects are presented."""
    session, _ = desk.looking()
    call = this_call(call_id)
    held = presentations.session_of(session, call)
    cases = _ordered(call, held)
    fields = {
        f"place_{case.id.hex}": IntegerField(
            gettext("Projekt %(number)s", number=case.number),
            [required, NumberRange(min=1, max=len(cases)), Unique()],
            default=number,
        )
        for number, case in enumerate(cases, start=1)
    }
    form = type("OrderForm", (PageForm,), fields)(data={"version": held.version if held else None})

    def act() -> Any:
        wanted = sorted(cases, key=lambda case: form[f"place_{case.id.hex}"].data)
        with desk.working() as (writing, acting):
            return presentations.set_order(
                writing,
                acting=acting,
                call_id=call_id,
                order=[case.id for case in wanted],
                version=form.expected_version(),
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page("presentations/order.html", tried, form, call=call, cases=cases)
    flash(gettext("Pořadí prezentací je uložené."), "good")
    return redirect(url_for("presentations.show", call_id=call_id), 303)


def still_ahead(_form: Any, field: Any) -> None:
    """Refuse a date that has passed."""
    if field.data is not None and field.data <= desk.clock().now():
        raise ValidationError(gettext("Nový termín už uplynul, zvolte pozdější."))


class Unique:
    """Each project has its own place in the order."""

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse a place that another project has too."""
        others = [
            one
            for one in form
            if one.name.startswith("place_") and one.short_name != field.short_name
        ]
        same = [str(one.label.text) for one in others if one.data == field.data]
        if same and field.data is not None:
            raise ValidationError(
                gettext("Stejné pořadí má i jiný projekt (%(others)s).", others=", ".join(same))
            )


class ChangeForm(PageForm):
    """A new date of the presentations."""

    change_id = FreshIdField()
    new_at = MomentField(N_("Nový termín"), [required, still_ahead])
    new_place = StringField(N_("Místo"), [required, Length(max=300)])
    reason = TextAreaField(N_("Důvod změny"), [required, Length(max=5000)])
    override_reason = TextAreaField(
        N_("Odůvodnění kratší lhůty"),
        [Optional(), Length(max=5000)],
        description=N_("Vyplňte, jen když se žadatelé o změně dozvědí později, než určuje lhůta."),
    )


@blueprint.route("/calls/<uuid:call_id>/presentations/change", methods=["GET", "POST"])
@access(roles("director"))
def change(call_id: UUID) -> Response | Page:
    """Change the date: the web learns at once, the applicants by letter."""
    session, acting_now = desk.looking()
    call = this_call(call_id)
    form = ChangeForm(data={"new_at": call.presentation_at, "new_place": call.presentation_place})

    def act() -> list[UUID]:
        signer = desk.signing_director()
        given = presentations.ChangeInput(
            id=form.change_id.id_value,
            new_at=filled(form.new_at.data),
            new_place=form.new_place.data.strip(),
            reason=form.reason.data,
            override_reason=form.override_reason.data or "",
        )
        with desk.working() as (writing, acting):
            return presentations.change_date(
                writing, acting=acting, call_id=call_id, given=given, signer=signer
            )

    tried = attempt(form, act)
    if not tried.is_done:
        earliest = earliest_presentation(acting_now.today, call.deadlines)
        return page(
            "presentations/change.html",
            tried,
            form,
            call=call,
            earliest=earliest,
            why=why(earliest),
            cases=presentations.presenting(session, call),
        )
    back = url_for("presentations.show", call_id=call_id)
    if not tried.result:
        flash(gettext("Nový termín je zveřejněný."), "good")
        return redirect(back, 303)
    return go_sign(tried.result, back)


class RecordForm(PageForm):
    """Ground of the record's form; a line for each project is added."""

    public_count = IntegerField(
        N_("Kolik bylo přítomno z veřejnosti"), [required, NumberRange(min=0, max=100_000)]
    )
    note = TextAreaField(N_("Průběh"), [Optional(), Length(max=5000)])


@blueprint.route("/calls/<uuid:call_id>/presentations/record", methods=["GET", "POST"])
@access(OFFICE)
def record(call_id: UUID) -> Response | Page:
    """Record which projects were presented."""
    session, acting_now = desk.looking()
    call = this_call(call_id)
    held = presentations.session_of(session, call)
    cases = _ordered(call, held)
    fields: dict[str, Any] = {}
    for case in cases:
        fields[f"was_{case.id.hex}"] = RadioField(
            gettext("Projekt %(number)s", number=case.number),
            [required],
            choices=[(YES, gettext("představen")), (NO, gettext("nepředstaven"))],
        )
        fields[f"note_{case.id.hex}"] = StringField(
            gettext("Poznámka k projektu %(number)s", number=case.number),
            [Optional(), Length(max=1000)],
        )
    form = type("FilledRecordForm", (RecordForm,), fields)()

    def act() -> UUID:
        entries = [
            presentations.PresentationEntry(
                case.id,
                form[f"was_{case.id.hex}"].data == YES,
                (form[f"note_{case.id.hex}"].data or "").strip(),
            )
            for case in cases
        ]
        signer = desk.own_signer()
        with desk.working() as (writing, acting):
            return presentations.record_presentations(
                writing,
                acting=acting,
                call_id=call_id,
                entries=entries,
                public_count=form.public_count.data,
                note=form.note.data or "",
                signer=signer,
            )

    tried = attempt(form, act)
    if not tried.is_done:
        is_early = acting_now.today < prague_day(call.presentation_at)
        return page(
            "presentations/record.html",
            tried,
            form,
            call=call,
            cases=cases,
            is_early=is_early,
            held=held,
        )
    return go_sign([tried.result], url_for("presentations.show", call_id=call_id))

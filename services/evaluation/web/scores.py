"""The evaluator's page: the project, its material, points with reasons."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, DecimalField, SubmitField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from services.evaluation import desk
from services.evaluation.domain.scores import SHOWN_PLACES, Criterion, Score
from services.evaluation.letters.parts import points as points_text
from services.evaluation.models import ScoreSheet
from services.evaluation.service import evaluations, prints
from services.evaluation.service.acting import Acting
from services.evaluation.web.pages import NotAlone, Page, attempt, go_sign, page, this_case
from shared.auth import access, roles
from shared.web.forms import PageForm, Required, required

blueprint = Blueprint("scores", __name__)
POINTS_MISSING = N_("K důvodu doplňte body, bez nich ho nelze uložit.")


class PointsField(DecimalField):  # type: ignore[misc]  # WTForms has no types
    """Points with a decimal comma or point; shown with the comma of Czech."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else points_text(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the points."""
        super().process_formdata([text.strip().replace(",", ".") for text in valuelist])


class WhenClosing(Required):
    """A draft may be kept half filled; what is closed must be whole."""

    def __call__(self, form: Any, field: Any) -> None:
        """Ask for the value when the sheet is being closed."""
        if form.close.data:
            super().__call__(form, field)


def two_places(_form: Any, field: Any) -> None:
    """Refuse points finer than hundredths."""
    points: Decimal = field.data
    if points.is_finite() and points != points.quantize(SHOWN_PLACES):
        raise ValidationError(gettext("Pište nejvýše dvě desetinná místa."))


class SheetForm(PageForm):
    """Ground of the score sheet's form; its criteria are added for each fiche."""

    has_studied = BooleanField(N_("Seznámil(a) jsem se s písemnými podklady projektu"))
    wants_print = BooleanField(N_("Chci podklady vytištěné"))
    note = TextAreaField(N_("Poznámka"), [Optional(), Length(max=5000)])
    save = SubmitField(N_("Uložit rozpracované"))
    close = SubmitField(N_("Uzavřít bodovací list a podepsat"))


def sheet_form(criteria: list[Criterion], sheet: ScoreSheet | None) -> Any:
    """Build the form with points and reason for each criterion."""
    old = sheet.value.scores if sheet else {}
    fields: dict[str, Any] = {}
    for number, criterion in enumerate(criteria):
        given = old.get(criterion.code)
        limits = NumberRange(
            min=0,
            max=criterion.max_points,
            message=gettext("Zadejte 0 až %(max)s bodů.", max=points_text(criterion.max_points)),
        )
        fields[f"points_{number}"] = PointsField(
            gettext("Body: %(criterion)s", criterion=criterion.text),
            [
                WhenClosing(),
                NotAlone(f"reason_{number}", POINTS_MISSING),
                Optional(),
                limits,
                two_places,
            ],
            places=None,
            default=given.points if given else None,
        )
        fields[f"reason_{number}"] = TextAreaField(
            gettext("Důvod: %(criterion)s", criterion=criterion.text),
            [WhenClosing(), Optional(), Length(max=2000)],
            default=given.reason if given else "",
        )
    kind = type("FilledSheetForm", (SheetForm,), fields)
    return kind(
        data={"version": sheet.version if sheet else None, "note": sheet.note if sheet else ""}
    )


def read_scores(form: Any, criteria: list[Criterion]) -> dict[str, Score]:
    """Return the scores of the criteria that have points."""
    found = {}
    for number, criterion in enumerate(criteria):
        points: Decimal | None = form[f"points_{number}"].data
        if points is not None:
            reason = (form[f"reason_{number}"].data or "").strip()
            found[criterion.code] = Score(points, reason)
    return found


@blueprint.route("/cases/<uuid:case_id>/score", methods=["GET", "POST"])
@access(roles("evaluator"))
def edit(case_id: UUID) -> Response | Page:
    """Score a project."""
    session, acting_now = desk.looking()
    case = this_case(case_id)
    assignment = evaluations.own_assignment(session, acting_now, case)
    sheet = evaluations.own_sheet(session, acting_now, case)
    criteria = evaluations.criteria_of(case)
    form = sheet_form(criteria, sheet)
    if not form.is_submitted():
        form.has_studied.data = assignment.opened_at is not None
        form.wants_print.data = assignment.wants_print
    elif form.close.data:
        form.has_studied.validators = [required]

    def act() -> list[UUID]:
        with desk.working() as (writing, acting):
            return _keep(writing, acting, case_id, form, read_scores(form, criteria))

    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "scores/edit.html",
            tried,
            form,
            case=case,
            call=case.call,
            application=case.view,
            criteria=criteria,
            sheet=sheet,
            assignment=assignment,
            points_text=points_text,
        )
    if tried.result:
        return go_sign(tried.result, url_for("cases.show", case_id=case_id))
    flash(gettext("Rozpracované bodování je uložené."), "good")
    return redirect(url_for("scores.edit", case_id=case_id), 303)


def _keep(
    session: Session, acting: Acting, case_id: UUID, form: Any, scores: dict[str, Score]
) -> list[UUID]:
    """Keep what the form says; return the sheet to sign if it was closed."""
    if form.wants_print.data:
        prints.ask_for_print(session, acting=acting, case_id=case_id)
    if form.has_studied.data:
        evaluations.open_material(session, acting=acting, case_id=case_id)
    given = {
        "case_id": case_id,
        "scores": scores,
        "note": form.note.data or "",
        "version": form.expected_version(),
    }
    if form.close.data:
        return [evaluations.close_scores(session, acting=acting, **given)]
    evaluations.save_scores(session, acting=acting, **given)
    return []

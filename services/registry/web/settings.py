"""Settings of the organisation, and periods of one call before it is announced."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import NumberRange

from services.registry.desk import looking, working
from services.registry.domain.settings import LONGEST, MOST_CALLS, Settings
from services.registry.service import settings
from services.registry.service.loading import call_of
from services.registry.web.pages import attempt, page
from services.registry.web.words import PERIODS, UNITS, choices
from shared.auth import access, roles
from shared.deadlines import DeadlineRules, Period, Unit
from shared.web.forms import PageForm, required

blueprint = Blueprint("settings", __name__, url_prefix="/office")
DIRECTOR = roles("director")


class PeriodsForm(PageForm):
    """A number and a unit for each period; the fields are added below."""

    def fill(self, rules: DeadlineRules) -> None:
        """Show the periods as they are in force."""
        for name in PERIODS:
            period: Period = getattr(rules, name)
            self[f"{name}_count"].data = period.count
            self[f"{name}_unit"].data = period.unit.value

    def rules(self) -> DeadlineRules:
        """Return the periods as they were typed."""
        return DeadlineRules(
            **{
                name: Period(self[f"{name}_count"].data, Unit(self[f"{name}_unit"].data))
                for name in PERIODS
            }
        )

    def rows(self) -> list[tuple[object, Any, Any]]:
        """Return each period's words with its two fields."""
        return [
            (label, self[f"{name}_count"], self[f"{name}_unit"]) for name, label in PERIODS.items()
        ]


for _name, _label in PERIODS.items():
    setattr(
        PeriodsForm,
        f"{_name}_count",
        IntegerField(_label, [required, NumberRange(1, max(LONGEST.values()))]),
    )
    setattr(PeriodsForm, f"{_name}_unit", SelectField(_label, [required], choices=choices(UNITS)))


class SettingsForm(PeriodsForm):
    """Everything that the director may set."""

    usual_calls = IntegerField(
        N_("Obvyklý počet výzev za rok"),
        [required, NumberRange(1, MOST_CALLS)],
        description=N_("Jen vodítko na stránce výzev; nic nezakazuje."),
    )


class CallPeriodsForm(PeriodsForm):
    """Periods of one call: those of the organisation, or its own."""

    whose = RadioField(
        N_("Které lhůty výzva má"),
        [required],
        choices=choices(
            [
                ("organisation", N_("lhůty organizace podle Nastavení v den vyhlášení")),
                ("own", N_("vlastní, zapsané níže")),
            ]
        ),
    )


@blueprint.route("/settings", methods=["GET", "POST"])
@access(DIRECTOR)
def show() -> Response | tuple[str, int]:
    """Periods of the process and the usual number of calls."""
    work = looking()
    form, row = SettingsForm(), settings.settings_row(work)
    if not form.is_submitted():
        present = settings.settings_of(work)
        form.version.data = str(row.version if row else 0)
        form.usual_calls.data = present.usual_calls
        form.fill(present.deadlines)
    tried = attempt(form, lambda: _change(form))
    if not tried.is_done:
        return page("settings/show.html", tried, form, row=row)
    flash(gettext("Nastavení je uložené. Vyhlášených výzev se nedotkne."), "good")
    return redirect(url_for("settings.show"), 303)


@blueprint.route("/calls/<uuid:call_id>/periods", methods=["GET", "POST"])
@access(DIRECTOR)
def of_call(call_id: UUID) -> Response | tuple[str, int]:
    """Periods of a call that is not announced yet."""
    work = looking()
    call = call_of(work, call_id)
    form = CallPeriodsForm(obj=None)
    if not form.is_submitted():
        form.version.data = str(call.version)
        form.whose.data = "own" if call.deadlines else "organisation"
        form.fill(settings.rules_of(work, call))
    tried = attempt(form, lambda: _set_for_call(form, call_id))
    if not tried.is_done:
        return page("settings/call.html", tried, form, call=call)
    flash(gettext("Lhůty výzvy jsou zapsané."), "good")
    return redirect(url_for("calls.show", call_id=call_id), 303)


def _change(form: SettingsForm) -> bool:
    usual_calls: int = form.usual_calls.data or 0
    with working() as work:
        settings.change_settings(work, Settings(usual_calls, form.rules()), form.expected_version())
    return True


def _set_for_call(form: CallPeriodsForm, call_id: UUID) -> bool:
    rules = form.rules() if form.whose.data == "own" else None
    with working() as work:
        settings.set_call_deadlines(work, call_id, rules, form.expected_version())
    return True

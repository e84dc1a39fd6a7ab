"""Pages about the strategic plan and the regulation on transparency."""

import re
from datetime import date
from decimal import Decimal
from typing import cast

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from services.registry.desk import looking, working
from services.registry.domain.strategy import PlannedShare
from services.registry.service import strategy
from services.registry.service.strategy import RegulationFacts
from services.registry.web.forms_calls import lines
from services.registry.web.pages import attempt, page
from shared.auth import access, roles
from shared.web.forms import DayField, FreshIdField, MoneyField, PageForm, required

blueprint = Blueprint("strategy", __name__, url_prefix="/office")
PREPARES = roles("director", "assistant")
SHARE = re.compile(
    r"(?P<fiche>[A-Za-z0-9]{1,10})\s+(?P<name>.+?)\s*[–-]\s*(?P<percent>[0-9]{1,3}(?:[,.][0-9]{1,2})?)\s*%?"
)


class SharesForm(PageForm):
    """Planned shares; one fiche on a line."""

    shares = TextAreaField(
        N_("Podíly fichí podle SPL"),
        [required, Length(max=8000)],
        description=N_("Jedna fiche na řádek: „F1 Modernizace zemědělství – 20 %“. Součet 100 %."),
        render_kw={"rows": 10},
    )
    total = MoneyField(
        N_("Celková částka SPL"),
        [Optional()],
        description=N_("Z ní se počítá plán v Kč. Bez ní se čerpání sleduje jen v procentech."),
    )

    def validate_shares(self, field: TextAreaField) -> None:
        """Each line says fiche, name and percentage."""
        for line in lines(field.data):
            if not SHARE.fullmatch(line):
                raise ValidationError(gettext("Řádku „%(line)s“ nerozumíme.", line=line))

    def values(self) -> list[PlannedShare]:
        """Return what was typed."""
        found = [SHARE.fullmatch(line) for line in lines(self.shares.data)]
        return [
            PlannedShare(item["fiche"], item["name"], Decimal(item["percent"].replace(",", ".")))
            for item in found
            if item is not None
        ]


class RegulationForm(PageForm):
    """A version of the regulation."""

    regulation_id = FreshIdField()
    title = StringField(N_("Název"), [required, Length(max=200)])
    label = StringField(
        N_("Označení verze"), [required, Length(max=40)], description=N_("Například „2/2026“.")
    )
    valid_from = DayField(N_("Platí od"), [required])
    text = TextAreaField(N_("Znění"), [required, Length(max=200_000)], render_kw={"rows": 15})


@blueprint.route("/strategy", methods=["GET", "POST"])
@access(PREPARES)
def shares() -> Response | tuple[str, int]:
    """The planned shares of fiches in the strategic plan."""
    work = looking()
    present = strategy.shares(work)
    form = SharesForm()
    if not form.is_submitted():
        form.shares.data = "\n".join(
            f"{row.fiche} {row.name} – {row.percent.normalize():f} %".replace(".", ",")
            for row in present
        )
        form.total.data = strategy.plan_total(work)
    tried = attempt(form, lambda: _set_shares(form))
    if not tried.is_done:
        return page("strategy/shares.html", tried, form, shares=present)
    flash(gettext("Podíly podle SPL jsou zapsané."), "good")
    return redirect(url_for("strategy.shares"), 303)


@blueprint.route("/regulations", methods=["GET", "POST"])
@access(PREPARES)
def regulations() -> Response | tuple[str, int]:
    """Versions of the regulation on transparency; a call pins one."""
    work = looking()
    form = RegulationForm()
    if not form.is_submitted():
        form.title.data = gettext(
            "Předpis pro transparentnost výběru projektů a zamezení střetu zájmů"
        )
        form.valid_from.data = work.today
    tried = attempt(form, lambda: _add_regulation(form))
    if not tried.is_done:
        found = strategy.regulations(work)
        return page("strategy/regulations.html", tried, form, regulations=found)
    flash(gettext("Nová verze předpisu je uložená."), "good")
    return redirect(url_for("strategy.regulations"), 303)


def _set_shares(form: SharesForm) -> bool:
    with working() as work:
        strategy.set_shares(work, form.values(), form.total.data)
    return True


def _add_regulation(form: RegulationForm) -> bool:
    facts = RegulationFacts(
        title=form.title.data.strip(),
        label=form.label.data.strip(),
        valid_from=cast("date", form.valid_from.data),
        text=form.text.data,
    )
    with working() as work:
        strategy.add_regulation(work, form.regulation_id.id_value, facts)
    return True

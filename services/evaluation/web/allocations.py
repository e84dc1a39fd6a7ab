"""Allocation runs: the rule in words, the result line by line, the money of each fiche."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response

from services.evaluation import desk, words
from services.evaluation.letters.parts import points
from services.evaluation.letters.reasons import sentence
from services.evaluation.models import AllocationRun, Call
from services.evaluation.service import allocations, meetings, resolutions
from services.evaluation.web.pages import ChoicesField, Page, attempt, page, this_call, view
from shared.auth import access, roles
from shared.contracts.allocation import TransferMode
from shared.money import Money
from shared.web import money
from shared.web.forms import FreshIdField, PageForm

blueprint = Blueprint("allocations", __name__)
READ = roles(*desk.READERS)


class RunForm(PageForm):
    """A new run; projects are named only where the rule wants that."""

    run_id = FreshIdField()
    named = ChoicesField(N_("Projekty, na které komise navrhuje převést nevyčerpanou alokaci"))


@blueprint.route("/calls/<uuid:call_id>/allocation", methods=["GET", "POST"])
@access(roles("director", "assistant", "committee"))
def index(call_id: UUID) -> Response | Page:
    """Show the declared rule and the runs; run it."""
    session, _ = desk.looking()
    call = this_call(call_id)
    rule = allocations.declared_rule(call)
    meeting = meetings.meeting_of(session, call)
    form = RunForm()
    recommended = meetings.recommendations_of(session, meeting) if meeting else {}
    cases = [
        case
        for case in meetings.discussed(session, call)
        if case.id in recommended and recommended[case.id].is_recommended
    ]
    form.named.choices = [(str(case.id), f"{case.number} {case.title}") for case in cases]

    def act() -> AllocationRun:
        with desk.working() as (writing, acting):
            return allocations.run(
                writing,
                acting=acting,
                call_id=call_id,
                run_id=form.run_id.id_value,
                named_transfers=form.named.chosen,
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "allocations/index.html",
            tried,
            form,
            call=call,
            rule=rule,
            rule_lines=rule_in_words(call),
            runs=allocations.runs_of(session, call),
            meeting=meeting,
            names_projects=rule.transfer is TransferMode.NAMED,
        )
    return redirect(url_for("allocations.show", run_id=form.run_id.id_value), 303)


def rule_in_words(call: Call) -> list[str]:
    """Say the declared rule in sentences."""
    rule = allocations.declared_rule(call)
    lines = [
        gettext(
            "Výzva má k rozdělení %(amount)s (%(kind)s).",
            amount=money(rule.amount),
            kind=str(words.AMOUNT_KINDS[rule.amount_kind]),
        ),
        gettext("Pořadí: %(ranking)s.", ranking=str(words.RANKINGS[rule.ranking])),
        gettext(
            "Když se projekt nevejde: %(misfit)s.", misfit=str(words.ON_MISFIT[rule.on_misfit])
        ),
        gettext("Převod: %(transfer)s.", transfer=str(words.TRANSFERS[rule.transfer])),
    ]
    if rule.underdrawn_mechanism is not None:
        lines.append(
            gettext(
                "Fiche s nenaplněným čerpáním %(fiches)s %(how)s.",
                fiches=", ".join(rule.consider_underdrawn),
                how=str(words.MECHANISMS[rule.underdrawn_mechanism]),
            )
        )
    if rule.min_points is not None:
        lines.append(gettext("Nejméně %(points)s bodů.", points=rule.min_points))
    return lines


@dataclass(frozen=True)
class BarPart:
    """A part of a money bar."""

    label: Any
    amount: Money
    share: float
    css: str


@dataclass(frozen=True)
class FicheBar:
    """The money of one fiche: as a bar and as a row of the table."""

    fiche: str
    allocation: Money | None
    requested: Money
    recommended: Money
    granted: Money
    by_transfer: Money
    left: Money | None
    approved: Money | None
    parts: list[BarPart]


def fiche_bars(run: AllocationRun, approved: dict[str, Any] | None) -> list[FicheBar]:
    """Return the money of each fiche: requested, recommended, granted, approved, left."""
    return [_bar(item, approved) for item in run.result["fiches"]]


def _bar(item: dict[str, Any], approved: dict[str, Any] | None) -> FicheBar:
    def of(name: str) -> Money:
        return Money.from_json(item[name])

    in_fiche, moved = of("granted_in_fiche"), of("granted_by_transfer")
    granted = in_fiche + moved
    allocation = Money.from_json(item["allocation"]) if item["allocation"] else None
    whole = max(of("requested"), allocation or granted, Money.czk(1))
    final = (approved or {}).get(item["fiche"])
    final_amount = Money.from_json(final) if final else None
    # Each part is drawn on top of what it contains, so the bar shows differences.
    steps = [
        (
            N_("schváleno") if final_amount else N_("navrženo"),
            final_amount or granted,
            "bar-approved",
        ),
        (N_("doporučeno"), of("recommended"), "bar-recommended"),
        (N_("požadováno"), of("requested"), "bar-requested"),
    ]
    parts, drawn = [], Money.zero()
    for label, amount, css in steps:
        rest = max(amount - drawn, Money.zero())
        parts.append(BarPart(label, amount, float(rest.amount / whole.amount), css))
        drawn = max(drawn, amount)
    return FicheBar(
        fiche=item["fiche"],
        allocation=allocation,
        requested=of("requested"),
        recommended=of("recommended"),
        granted=granted,
        by_transfer=moved,
        left=Money.from_json(item["left"]) if item["left"] else None,
        approved=final_amount,
        parts=parts,
    )


@blueprint.get("/allocation-runs/<uuid:run_id>")
@access(READ)
def show(run_id: UUID) -> str:
    """Show a run line by line, with reasons."""
    session, acting = desk.looking()
    run = allocations.get_run(session, acting.organisation_id, run_id)
    call = this_call(run.call_id)
    numbers = {line["application_id"]: line["number"] for line in run.result["lines"]}
    resolution = resolutions.resolution_of(session, call)
    names = {str(case.id): case for case in meetings.discussed(session, call)}
    return view(
        "allocations/show.html",
        call=call,
        run=run,
        result=run.result,
        names=names,
        numbers=numbers,
        say=lambda step: sentence(
            step, numbers, gettext=gettext, language=str(get_locale() or "cs")
        ),
        money=lambda value: Money.from_json(value) if value else None,
        points=points,
        bars=fiche_bars(run, resolution.by_fiche if resolution else None),
        resolution=resolution,
        rule_lines=rule_in_words(call),
    )

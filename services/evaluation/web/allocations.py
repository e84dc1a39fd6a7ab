"""Allocation runs: the rule in words, the result line by line, the money of each fiche."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response

from services.evaluation import desk, words
from services.evaluation.letters.parts import points
from services.evaluation.letters.reasons import sentence
from services.evaluation.models import AllocationRun, Call
from services.evaluation.service import allocations, meetings, overviews, resolutions
from services.evaluation.web.case_lists import fiche_filter
from services.evaluation.web.pages import ChoicesField, Page, attempt, page, this_call, view
from shared.auth import access, roles
from shared.contracts.allocation import TransferMode
from shared.money import Money
from shared.web import money
from shared.web.forms import FreshIdField, PageForm
from shared.web.tables import Column, Filter, Listing, page_of

blueprint = Blueprint("allocations", __name__)
READ = roles(*desk.READERS)
MOST_RUNS = 20


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
    names_projects = rule.transfer is TransferMode.NAMED
    form.named.choices = (
        [(str(key), name) for key, name in overviews.recommended_names(session, meeting)]
        if meeting and names_projects
        else []
    )

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
            runs=overviews.newest_runs(session, call, MOST_RUNS),
            meeting=meeting,
            names_projects=names_projects,
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


def _by(key: str) -> Callable[[str], Callable[[Mapping[str, Any]], bool]]:
    """Return a filter of stored lines by one of their values."""
    return lambda text: lambda line: bool(line[key] == text)


def _number(key: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda line: line[key]


def _amount(key: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda line: Money.from_json(line[key]).amount


LINE_COLUMNS = (
    Column("rank", N_("Pořadí"), _number("rank"), "right"),
    Column("fiche", N_("Fiche"), lambda line: (line["fiche"], line["fiche_rank"])),
    Column("fiche_rank", N_("ve fichi"), None, "right"),
    Column("project", N_("Projekt")),
    Column("points", N_("Body"), lambda line: Fraction(line["points"]), "right"),
    Column("requested", N_("Požaduje"), _amount("requested"), "right"),
    Column("granted", N_("Návrh"), _amount("granted"), "right"),
    Column("outcome", N_("Výsledek")),
    Column("reason", N_("Proč")),
)
BY_OUTCOME = Filter(
    "outcome",
    N_("Výsledek"),
    _by("outcome"),
    [(outcome, word) for outcome, (word, _tone) in words.OUTCOMES.items()],
)
STEP_COLUMNS = (
    Column("order", N_("Krok"), _number("order"), "right"),
    Column("phase", N_("Skupina")),
    Column("number", N_("Žádost")),
    Column("needed", N_("Potřebuje"), None, "right"),
    Column("available", N_("K dispozici"), None, "right"),
    Column("granted", N_("Dostává"), None, "right"),
    Column("left", N_("Ve výzvě zbývá"), None, "right"),
    Column("reason", N_("Proč")),
)


@blueprint.get("/allocation-runs/<uuid:run_id>")
@access(READ)
def show(run_id: UUID) -> str:
    """Show a run line by line, with reasons."""
    session, acting = desk.looking()
    run = allocations.get_run(session, acting.organisation_id, run_id)
    call = this_call(run.call_id)
    resolution = resolutions.resolution_of(session, call)
    listing = Listing(
        columns=LINE_COLUMNS,
        default_sort="rank",
        tie=_number("rank"),
        filters=[
            Filter("fiche", N_("Fiche"), _by("fiche"), fiche_filter(call).choices),
            BY_OUTCOME,
            Filter("q", N_("Číslo žádosti"), lambda text: lambda line: text in line["number"]),
        ],
    )
    listed = page_of(run.result["lines"], listing, request.args)
    shown = [UUID(line["application_id"]) for line in listed.items]
    return view(
        "allocations/show.html",
        call=call,
        run=run,
        listed=listed,
        titles=overviews.titles_of(session, call, shown),
        transfers={item["application_id"]: item for item in run.result["transfers"]},
        bars=fiche_bars(run, resolution.by_fiche if resolution else None),
        resolution=resolution,
        rule_lines=rule_in_words(call),
        **_sayings(run),
    )


@blueprint.get("/allocation-runs/<uuid:run_id>/steps")
@access(READ)
def steps(run_id: UUID) -> str:
    """Show how a run was computed, step by step."""
    session, acting = desk.looking()
    run = allocations.get_run(session, acting.organisation_id, run_id)
    call = this_call(run.call_id)
    numbers = {line["application_id"]: line["number"] for line in run.result["lines"]}
    listing = Listing(
        columns=STEP_COLUMNS,
        default_sort="order",
        tie=_number("order"),
        filters=[
            Filter(
                "q",
                N_("Číslo žádosti"),
                lambda text: lambda step: text in numbers[step["application_id"]],
            )
        ],
    )
    listed = page_of(run.result["steps"], listing, request.args)
    return view("allocations/steps.html", call=call, run=run, listed=listed, **_sayings(run))


def _sayings(run: AllocationRun) -> dict[str, Any]:
    """Return what a template needs to put lines and steps of a run into words."""
    numbers = {line["application_id"]: line["number"] for line in run.result["lines"]}
    language = str(get_locale() or "cs")
    return {
        "numbers": numbers,
        "say": lambda step: sentence(step, numbers, gettext=gettext, language=language),
        "money": lambda value: Money.from_json(value) if value else None,
        "points": points,
    }

"""Documents and proofs at risk: each with its reasons, and when it will be too late."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import Response, request
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.desk import RISK_ROLES, looking, tools
from services.documents.domain.risks import DOCUMENT, REASONS, AtRisk
from services.documents.service.loading import SEES_ALL
from services.documents.service.risks import MOST_FOUND, find_risks, last_check
from services.documents.web import pages
from services.documents.web.frame import page
from services.documents.web.risk_words import RISKS
from shared.auth import access, roles
from shared.dates import day_text
from shared.web.csv_files import csv_response
from shared.web.tables import Column, Filter, Listing, matching_of, page_of

LOOKERS = roles(*RISK_ROLES)
ALWAYS = datetime.min.replace(tzinfo=UTC)
KINDS = {
    "document": N_("dokument"),
    "proof": N_("doklad o doručení"),
    "delivery": N_("datová zpráva"),
}


def _by_reason(text: str) -> Callable[[AtRisk], bool]:
    return lambda one: any(risk.reason == text for risk in one.risks)


def _by_kind(text: str) -> Callable[[AtRisk], bool]:
    return lambda one: one.kind == text


def _by_words(text: str) -> Callable[[AtRisk], bool]:
    sought = text.casefold()
    return lambda one: sought in f"{one.number} {one.title}".casefold()


LISTING = Listing(
    columns=(
        Column("number", N_("Číslo jednací"), lambda one: one.number),
        Column("title", N_("Dokument nebo doklad"), lambda one: one.title.casefold()),
        Column("reason", N_("Proč"), lambda one: REASONS.index(one.first.reason)),
        Column("too_late", N_("Kdy bude pozdě"), lambda one: one.too_late or ALWAYS),
        Column("what", N_("Co s tím")),
    ),
    default_sort="too_late",
    tie=lambda one: (one.number, one.subject_id),
    filters=(
        Filter("q", N_("Číslo nebo název"), _by_words),
        Filter("reason", N_("Proč"), _by_reason, [(key, RISKS[key][0]) for key in REASONS]),
        Filter("kind", N_("Co"), _by_kind, list(KINDS.items())),
    ),
)


@pages.get("/at-risk")
@access(LOOKERS)
def at_risk() -> str:
    """Show what is at risk."""
    work = looking()
    found = find_risks(work, tools().risk_rules)
    return page(
        "at_risk.html",
        listed=page_of(found, LISTING, request.args),
        is_cut=len(found) >= MOST_FOUND,
        is_reader=work.actor.has_role(*SEES_ALL),
        check=last_check(work),
        now=work.now,
        kinds=KINDS,
    )


@pages.get("/at-risk.csv")
@access(LOOKERS)
def at_risk_file() -> Response:
    """Return what is at risk as a file, all pages, as it is filtered."""
    work = looking()
    found = matching_of(find_risks(work, tools().risk_rules), LISTING, request.args)
    heads = [str(column.label) for column in LISTING.columns]
    rows = [_cells(one, is_reader=work.actor.has_role(*SEES_ALL)) for one in found]
    return csv_response(gettext("dokumenty-v-ohrozeni"), heads, rows)


def _cells(one: AtRisk, *, is_reader: bool) -> list[str]:
    title = one.title if is_reader or one.kind != DOCUMENT else ""
    reasons = "; ".join(str(RISKS[risk.reason][0]) for risk in one.risks)
    late = day_text(one.too_late) if one.too_late else gettext("nelze určit")
    return [one.number, title, reasons, late, str(RISKS[one.first.reason][1])]

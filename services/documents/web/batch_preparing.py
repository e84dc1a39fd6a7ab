"""The page on which a person prepares a batch: one text, one table, every line judged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from werkzeug.wrappers import Response as AnyResponse

from services.documents import preparing
from services.documents.desk import bench, looking
from services.documents.domain.batch_lines import COLUMNS
from services.documents.domain.batch_tables import Fault
from services.documents.domain.batches import MOST_ITEMS
from services.documents.models import Delivery
from services.documents.service.loading import visible_deliveries
from services.documents.service.work import Work
from services.documents.web import pages
from services.documents.web.batch_forms import PrepareBatchForm
from services.documents.web.deliveries import LISTING
from services.documents.web.documents import LEADERS
from services.documents.web.frame import page
from shared.auth import access, current_actor
from shared.document_kinds import DOCUMENTS, EVALUATION, KINDS, PERSON, REGISTRY, DocumentKind
from shared.problems import sentence
from shared.web.attempts import attempt
from shared.web.csv_files import csv_response, csv_text
from shared.web.document_kinds import DOCUMENT_KINDS
from shared.web.tables import matching

MOST_SHOWN = 100
"""Faults listed at once; the page says how many more there are."""
FROM_DELIVERIES = "deliveries"
WHY_NOT = {
    REGISTRY: N_("Vzniká při úkonu v Registru, který zná jeho obsah."),
    EVALUATION: N_("Vzniká při úkonu v Hodnocení; oznámení tam odcházejí dávkou všechna najednou."),
    DOCUMENTS: N_("Vzniká při doručování jednotlivé zásilky."),
    PERSON: N_("Sjednává se s každým partnerem zvlášť; píše se na stránce Napsat dokument."),
}


@dataclass(frozen=True)
class FaultLine:
    """A fault as the page tells it."""

    row: int
    column: str
    text: str


@pages.route("/batches/new", methods=["GET", "POST"])
@access(LEADERS)
def prepare_batch() -> AnyResponse | str | tuple[str, int]:
    """Prepare many documents from a table; nothing is numbered while one line is bad."""
    form = PrepareBatchForm()
    if request.method == "GET":
        form.lines.data = _chosen(looking())
    faults: list[Fault] = []

    def act() -> int:
        wanted = form.wanted()
        found, wrong = preparing.judged(current_actor(), wanted)
        faults.extend(wrong)
        preparing.check_whole(wrong)
        preparing.prepare(bench(), wanted, found)
        return len(found)

    tried = attempt(form, act)
    if not tried.is_done:
        return _page(form, tried.sentence, faults), tried.status
    done = gettext("Dávka je připravená, dokumentů: %(count)s. Prohlédněte je a potvrďte.")
    flash(done % {"count": tried.value}, "good")
    return redirect(url_for("pages.batch", batch_id=form.batch_id.id_value), 303)


@pages.get("/batches/sample.csv")
@access(LEADERS)
def batch_sample() -> Response:
    """Give a table with the columns that mean something, and a line to be replaced."""
    language = _language()
    heads = [column.name(language) for column in COLUMNS]
    return csv_response("vzor-davky", heads, [[column.sample for column in COLUMNS]])


def _page(form: PrepareBatchForm, told: str, faults: Sequence[Fault]) -> str:
    language = _language()
    return page(
        "prepare_batch.html",
        form=form,
        sentence=told,
        faults=[FaultLine(one.row, one.column, sentence(one.error)) for one in faults[:MOST_SHOWN]],
        more=max(0, len(faults) - MOST_SHOWN),
        columns=[column.name(language) for column in COLUMNS],
        most=MOST_ITEMS,
        others=[
            (DOCUMENT_KINDS[kind.code], _why_not(kind)) for kind in KINDS if not kind.from_table
        ],
    )


def _why_not(kind: DocumentKind) -> Any:
    return WHY_NOT[kind.made_by]


def _language() -> str:
    locale = get_locale()
    return locale.language if locale else "cs"


def _chosen(work: Work) -> str:
    """Return the recipients of the deliveries that a list showed, as lines of a table."""
    if request.args.get("from") != FROM_DELIVERIES:
        return ""
    query = matching(visible_deliveries(work), LISTING, request.args)
    found = work.session.scalars(query.limit(MOST_ITEMS)).all()
    heads = [column.name(_language()) for column in COLUMNS[:6]]
    rows = sorted(set(_recipients(found)))
    return csv_text(heads, rows)


def _recipients(found: Sequence[Delivery]) -> Iterator[tuple[str, ...]]:
    for one in found:
        street, town = ", ".join(one.address[:-1]), "".join(one.address[-1:])
        yield one.recipient_name, street, town, "", one.data_box_id or "", one.ic or ""

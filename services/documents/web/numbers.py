"""Numbers without a document, each with its reason: no number is lost without an explanation."""

from flask import Response, request
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import contains_eager

from services.documents.desk import looking
from services.documents.domain.batches import FAILED, ITEM, MADE, VOID, WAITING
from services.documents.models import Batch, BatchItem
from services.documents.problems import why_not_made
from services.documents.service import batches as service
from services.documents.service.work import Work
from services.documents.web import pages
from services.documents.web.frame import READERS, page
from services.documents.web.words import BATCH_ITEM_STATES
from shared.auth import access
from shared.dates import moment_text
from shared.web.csv_files import csv_response
from shared.web.tables import Column, Filter, Listing, matching, read_page, text_search

OPEN = {VOID, FAILED, WAITING}


def _by_state(text: str) -> ColumnElement[bool] | None:
    return BatchItem.state == text if text in ITEM.states else None


NUMBERS = Listing(
    columns=(
        Column("number", N_("Číslo jednací"), BatchItem.number),
        Column("reserved", N_("Vyhrazeno"), BatchItem.reserved_at),
        Column("title", N_("Název"), BatchItem.title),
        Column("batch", N_("Dávka"), Batch.title),
        Column("state", N_("Stav"), BatchItem.state),
        Column("reason", N_("Proč")),
    ),
    default_sort="-number",
    tie=BatchItem.id,
    filters=(
        Filter(
            "state",
            N_("Stav"),
            _by_state,
            [(key, words[0]) for key, words in BATCH_ITEM_STATES.items() if key in OPEN],
        ),
        text_search(BatchItem.number, BatchItem.title, Batch.title),
    ),
)


def _without_document(work: Work) -> Select[BatchItem]:
    """Return the query of the numbers that were given and have no document."""
    query = service.all_items(work).where(BatchItem.state != MADE)
    return query.join(BatchItem.batch).options(contains_eager(BatchItem.batch))


@pages.get("/numbers")
@access(READERS)
def numbers() -> str:
    """Show the numbers that have no document."""
    work = looking()
    listed = read_page(work.session, _without_document(work), NUMBERS, request.args)
    return page("numbers.html", listed=listed, why=why_not_made)


@pages.get("/numbers.csv")
@access(READERS)
def numbers_file() -> Response:
    """Return the numbers that have no document as a file, all pages, as they are filtered."""
    work = looking()
    found = work.session.scalars(matching(_without_document(work), NUMBERS, request.args))
    heads = [str(column.label) for column in NUMBERS.columns]
    return csv_response(gettext("cisla-bez-dokumentu"), heads, [_cells(one) for one in found])


def _cells(item: BatchItem) -> list[str]:
    word = str(BATCH_ITEM_STATES[item.state][0])
    reserved = moment_text(item.reserved_at)
    return [item.number, reserved, item.title, item.batch.title, word, why_not_made(item)]

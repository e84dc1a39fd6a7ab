"""Lists of the cases of a call that sort, filter and page; also under a form with a line each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session
from wtforms import Field

from services.evaluation.models import Call, Case
from services.evaluation.service.cases import cases_of
from shared.web.forms import PageForm
from shared.web.tables import Column, Filter, Listing, Page, matching, read_page, text_search

NUMBER = Column("number", N_("Číslo"), Case.received_order)
APPLICANT = Column("applicant", N_("Žadatel"), Case.applicant_name)
TITLE = Column("title", N_("Projekt"), Case.title)
FICHE = Column("fiche", N_("Fiche"), Case.fiche)
REQUESTED = Column("requested", N_("Požadovaná dotace"), Case.requested, "right")
PROJECT_COLUMNS = (Column("number", N_("Projekt"), Case.received_order), APPLICANT, FICHE)
"""First columns of a table with a column for each person."""
AS_RECEIVED = (Case.received_order, Case.id)


class ShownField(Field):  # type: ignore[misc]  # WTForms has no types
    """The cases that the page showed; written by the macro ``shown_cases``, never by a person."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read the ids, each once; what is none was not shown."""
        self.data = list(_ids(dict.fromkeys(valuelist)))


def _ids(texts: Iterable[str]) -> Iterator[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue


class ListForm(PageForm):
    """Ground of a form under a list, with a line for each case shown."""

    shown = ShownField(default=list)


def fiche_filter(call: Call) -> Filter:
    """Let the person look at one fiche of the call."""
    fiches = [(fiche.number, f"{fiche.number} {fiche.name}") for fiche in call.view.fiches]
    return Filter("fiche", N_("Fiche"), lambda text: Case.fiche == text, fiches)


SEARCH = text_search(Case.title, Case.applicant_name, Case.number)


def listed_cases(
    session: Session,
    call: Call,
    states: Sequence[str] | None,
    columns: Sequence[Column],
    filters: Sequence[Filter] = (),
    *,
    default_sort: str = "number",
    tie: Any = AS_RECEIVED,
    only: ColumnElement[bool] | None = None,
) -> Page[Case]:
    """Return the page of the call's cases that the address asks for.

    A :class:`ListForm` that was sent gets the very cases that it showed: what somebody else did
    meanwhile may have moved them to another page.
    """
    listing = Listing(columns, default_sort, tie, _filters(call, filters))
    query = cases_of(call, states)
    if only is not None:
        query = query.where(only)
    page = read_page(session, query, listing, request.args)
    if request.method != "POST":
        return page
    keys = ListForm().shown.data[: listing.page_size]
    found = {case.id: case for case in session.scalars(query.where(Case.id.in_(keys)))}
    return replace(page, items=[found[key] for key in keys if key in found])


def all_cases(
    session: Session, call: Call, columns: Sequence[Column], filters: Sequence[Filter]
) -> list[Case]:
    """Return the call's cases that the address asks for, on all pages."""
    listing = Listing(columns, "number", AS_RECEIVED, _filters(call, filters))
    return list(session.scalars(matching(cases_of(call, None), listing, request.args)))


def _filters(call: Call, own: Sequence[Filter]) -> list[Filter]:
    return [fiche_filter(call), *own, SEARCH]


def page_address(endpoint: str, call: Call, page: Page[Case], number: int | None = None) -> str:
    """Return the address of a page of the list: the same one, or the one with a number."""
    return url_for(endpoint, call_id=call.id) + page.page_url(number or page.number)

"""The list of all applications: its columns, filters, total and file for a spreadsheet."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, Select, func

from services.registry.models import Application, Call
from services.registry.service.work import Work
from services.registry.web.words import APPLICATION_STATES, CASE_STATES
from shared.clock import PRAGUE
from shared.money import Money
from shared.web.csv_files import crowns, csv_response
from shared.web.tables import Column, Filter, Listing

SHOWN_STATES = {**CASE_STATES, **APPLICATION_STATES}
"""An application that evaluation has goes by the state there."""


def shown_state(state: str, case_state: str) -> str:
    """Return the one state under which people know the application."""
    return case_state if state == "registered" and case_state else state


def total_requested(work: Work, found: Select[Any]) -> Money:
    """Return the sum of everything that the filters leave, on all pages."""
    summed = found.order_by(None).with_only_columns(
        func.sum(Application.requested), maintain_column_froms=True
    )
    return work.session.scalar(summed) or Money.zero()


def as_file(rows: Sequence[Application]) -> Response:
    """Return the applications as a file for a spreadsheet."""
    heads = [
        gettext("Číslo"),
        gettext("Žadatel"),
        gettext("Projekt"),
        gettext("Fiche"),
        gettext("Požadovaná dotace (Kč)"),
        gettext("Přijata"),
        gettext("Stav"),
    ]
    return csv_response("zadosti", heads, [_cells(row) for row in rows])


def _cells(row: Application) -> list[object]:
    word, _tone = SHOWN_STATES.get(shown_state(row.state, row.case_state), (row.case_state, ""))
    received = row.received_at.astimezone(PRAGUE)
    return [
        row.number or "",
        row.applicant_name,
        row.title,
        row.fiche_code,
        crowns(row.requested),
        f"{received:%Y-%m-%d %H:%M}",
        str(word),
    ]


def listing(every: list[Call], fiches: list[str]) -> Listing:
    """Return how the list of applications may be looked at."""
    return Listing(
        columns=[
            Column("number", N_("Číslo"), Application.serial),
            Column("applicant", N_("Žadatel"), Application.applicant_name),
            Column("title", N_("Projekt"), Application.title),
            Column("fiche", N_("Fiche"), Application.fiche_code),
            Column("requested", N_("Požadovaná dotace"), Application.requested, "right"),
            Column("received", N_("Přijata"), Application.received_at),
            Column("state", N_("Stav"), Application.state),
        ],
        default_sort="-received",
        tie=Application.id,
        filters=[
            Filter(
                "call",
                N_("Výzva"),
                _by_call,
                [(str(call.id), call.title) for call in every],
            ),
            Filter(
                "state",
                N_("Stav"),
                _by_state,
                [(code, word) for code, (word, _tone) in SHOWN_STATES.items()],
            ),
            Filter(
                "fiche",
                N_("Fiche"),
                lambda code: Application.fiche_code == code,
                [(code, code) for code in fiches],
            ),
            Filter("q", N_("Žadatel, projekt nebo číslo"), _by_words),
        ],
    )


def _by_call(text: str) -> ColumnElement[bool] | None:
    try:
        return Application.call_id == UUID(text)
    except ValueError:
        return None


def _by_words(text: str) -> ColumnElement[bool]:
    plain = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = f"%{plain}%"
    return (
        Application.applicant_name.ilike(pattern, escape="\\")
        | Application.title.ilike(pattern, escape="\\")
        | Application.number.ilike(pattern, escape="\\")
    )


def _by_state(code: str) -> ColumnElement[bool]:
    if code == "registered":
        return (Application.state == code) & Application.case_state.in_(("", code))
    if code in APPLICATION_STATES:
        return Application.state == code
    return (Application.state == "registered") & (Application.case_state == code)

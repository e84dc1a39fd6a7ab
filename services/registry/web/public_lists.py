"""Published lists: how received applications and results may be looked at and taken away."""

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from operator import attrgetter

from flask import Response
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.registry.domain.publication import ReceivedRow
from services.registry.service.public import PublicResult
from services.registry.web.words import OUTCOMES
from shared.web.csv_files import crowns, csv_response
from shared.web.tables import Column, Filter, Listing


def _received_says(text: str) -> Callable[[ReceivedRow], bool]:
    given = text.casefold()
    return lambda row: given in f"{row.applicant_name} {row.project_title}".casefold()


def _result_says(text: str) -> Callable[[PublicResult], bool]:
    given = text.casefold()

    def says(row: PublicResult) -> bool:
        named = row.named
        return given in f"{named.number} {named.applicant_name} {named.title}".casefold()

    return says


def _points(line: PublicResult) -> Decimal:
    """Return the points as a number; who has none stands below everybody else."""
    try:
        return Decimal(line.row.points.replace(",", "."))
    except InvalidOperation:
        return Decimal(-1)


def received_list(rows: tuple[ReceivedRow, ...]) -> Listing:
    """Return how the list of received applications may be looked at: exactly five columns (R23)."""
    place = {row: number for number, row in enumerate(rows)}
    fiches = sorted({row.fiche for row in rows})
    return Listing(
        columns=(
            Column("applicant", N_("Název žadatele"), attrgetter("applicant_name")),
            Column("place", N_("Místo realizace projektu (NUTS5)"), attrgetter("place")),
            Column("title", N_("Název projektu"), attrgetter("project_title")),
            Column("fiche", N_("Název a číslo fiche"), attrgetter("fiche")),
            Column(
                "requested",
                N_("Požadovaná částka dotace"),
                lambda row: row.requested_grant.amount,
                "right",
            ),
        ),
        default_sort="",
        tie=place.__getitem__,
        filters=(
            Filter(
                "fiche",
                N_("Fiche"),
                lambda text: lambda row: row.fiche == text,
                [(fiche, fiche) for fiche in fiches],
            ),
            Filter("q", N_("Žadatel nebo projekt"), _received_says),
        ),
    )


def result_list(lines: list[PublicResult]) -> Listing:
    """Return how the published results may be looked at; as they were resolved at first."""
    place = {line.row.application_id: number for number, line in enumerate(lines)}
    fiches = lines[0].names.fiches if lines else []
    return Listing(
        columns=(
            Column("number", N_("Číslo"), attrgetter("named.number")),
            Column("applicant", N_("Žadatel"), attrgetter("named.applicant_name")),
            Column("title", N_("Projekt"), attrgetter("named.title")),
            Column("fiche", N_("Fiche"), attrgetter("named.fiche")),
            Column("points", N_("Body"), _points, "right"),
            Column("outcome", N_("Výsledek"), lambda line: line.row.outcome),
            Column("amount", N_("Částka"), lambda line: line.row.amount.amount, "right"),
        ),
        default_sort="",
        tie=lambda line: place[line.row.application_id],
        filters=(
            Filter(
                "outcome",
                N_("Výsledek"),
                lambda code: lambda line: line.row.outcome == code,
                [(code, word) for code, (word, _tone) in OUTCOMES.items()],
            ),
            Filter(
                "fiche",
                N_("Fiche"),
                lambda text: lambda line: line.named.fiche == text,
                [(fiche, fiche) for fiche in fiches],
            ),
            Filter("q", N_("Žadatel, projekt nebo číslo"), _result_says),
        ),
    )


def results_file(number: int, lines: Sequence[PublicResult]) -> Response:
    """Return the results as a file for a spreadsheet."""
    heads = [str(column.label) for column in result_list([]).columns]
    heads[-1] = gettext("Částka (Kč)")
    rows = [
        [
            line.named.number,
            line.named.applicant_name,
            line.named.title,
            line.named.fiche,
            line.row.points,
            str(OUTCOMES[line.row.outcome][0]),
            crowns(line.row.amount),
            line.row.reason,
        ]
        for line in lines
    ]
    return csv_response(f"vysledky-{number}", [*heads, gettext("Důvod")], rows)

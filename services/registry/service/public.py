"""What anybody may read: only what was published, of one organisation."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from services.registry.domain.states import CallState, ListState
from services.registry.models import (
    Application,
    Call,
    NewsItem,
    Organisation,
    PresentationChangeRow,
    ReceivedList,
    RegulationVersion,
    ResultsRow,
    Snapshot,
)
from shared.contracts.codec import from_json
from shared.contracts.registry import CallView, ResultRow, Results
from shared.money import Money

PUBLIC_STATES = (CallState.PUBLISHED.value, CallState.CLOSED.value)
NEWS_SHOWN = 20


@dataclass(frozen=True)
class Publication:
    """Everything published about a call."""

    snapshot: Snapshot
    view: CallView
    changes: list[PresentationChangeRow]
    received: ReceivedList | None
    results: ResultsRow | None


@dataclass(frozen=True)
class PublicResult:
    """One line of the results."""

    number: str
    applicant_name: str
    title: str
    fiche: str
    row: ResultRow


@dataclass(frozen=True)
class PublicResults:
    """The published results with the names that belong to them."""

    results: Results
    lines: list[PublicResult]
    approved: Money
    """Sum of what was approved."""


def organisations(session: Session) -> list[Organisation]:
    """Return the organisations by name."""
    return list(session.scalars(select(Organisation).order_by(Organisation.name)))


def news(session: Session, organisation_id: UUID) -> list[tuple[NewsItem, Call]]:
    """Return the newest lines of the home page with their calls."""
    query = (
        select(NewsItem, Call)
        .join(Call, Call.id == NewsItem.call_id)
        .where(NewsItem.organisation_id == organisation_id)
        .order_by(NewsItem.published_at.desc(), NewsItem.id)
        .limit(NEWS_SHOWN)
    )
    return [(item, call) for item, call in session.execute(query)]


def published_calls(session: Session, organisation_id: UUID) -> list[Call]:
    """Return the published calls without their fiches, the newest number first."""
    query = select(Call).where(
        Call.organisation_id == organisation_id, Call.state.in_(PUBLIC_STATES)
    )
    query = query.options(lazyload(Call.fiches))
    return list(session.scalars(query.order_by(Call.number.desc())))


def published_call(session: Session, organisation_id: UUID, number: int) -> Call | None:
    """Return the published call with this number."""
    query = select(Call).where(
        Call.organisation_id == organisation_id,
        Call.number == number,
        Call.state.in_(PUBLIC_STATES),
    )
    return session.scalar(query)


def publication_of(session: Session, call: Call) -> Publication:
    """Return what was published about the call, as it was published."""
    snapshot = session.scalars(
        select(Snapshot).where(Snapshot.call_id == call.id, Snapshot.kind == "call")
    ).one()
    changes = select(PresentationChangeRow).where(PresentationChangeRow.call_id == call.id)
    return Publication(
        snapshot=snapshot,
        view=from_json(CallView, snapshot.content),
        changes=list(session.scalars(changes.order_by(PresentationChangeRow.at))),
        received=published_list(session, call),
        results=_results(session, call),
    )


def published_list(session: Session, call: Call) -> ReceivedList | None:
    """Return the published list of received applications."""
    query = select(ReceivedList).where(
        ReceivedList.call_id == call.id, ReceivedList.state == ListState.PUBLISHED.value
    )
    return session.scalar(query.order_by(ReceivedList.published_at.desc()).limit(1))


def published_results(session: Session, call: Call) -> PublicResults | None:
    """Return the published results with the names of projects and applicants."""
    row = _results(session, call)
    if row is None:
        return None
    results = from_json(Results, row.content)
    query = select(Application).where(
        Application.call_id == call.id,
        Application.id.in_([item.application_id for item in results.rows]),
    )
    # The page names the application only; its call, fiche and applicant are not asked for.
    rows = session.scalars(query.options(lazyload("*")))
    known = {application.id: application for application in rows}
    lines = [
        _line(known[item.application_id], item)
        for item in results.rows
        if item.application_id in known
    ]
    approved = Money.total(i.row.amount for i in lines if i.row.outcome == "approved")
    return PublicResults(results, lines, approved)


def published_regulation(
    session: Session, organisation_id: UUID, regulation_id: UUID
) -> RegulationVersion | None:
    """Return a version of the regulation when a published call pins it."""
    pinned = select(Call.id).where(
        Call.organisation_id == organisation_id,
        Call.regulation_version_id == regulation_id,
        Call.state.in_(PUBLIC_STATES),
    )
    if session.scalar(pinned.limit(1)) is None:
        return None
    return session.get(RegulationVersion, regulation_id)


def _results(session: Session, call: Call) -> ResultsRow | None:
    query = select(ResultsRow).where(ResultsRow.call_id == call.id)
    return session.scalar(query.order_by(ResultsRow.published_at.desc()).limit(1))


def _line(application: Application, row: ResultRow) -> PublicResult:
    return PublicResult(
        number=application.number or "",
        applicant_name=application.applicant_name,
        title=application.title,
        fiche=application.fiche_code,
        row=row,
    )

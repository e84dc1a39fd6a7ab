"""What anybody may read: only what was published, of one organisation."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
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
class Named:
    """How an application is called in public."""

    number: str
    applicant_name: str
    title: str
    fiche: str


class Names:
    """The names behind results: of the lines that are shown, or of all where they are compared."""

    def __init__(self, session: Session, call: Call) -> None:
        self._session, self._call_id = session, call.id
        self._known: dict[UUID, Named] = {}

    def load(self, application_ids: Collection[UUID] | None = None) -> None:
        """Read the names of these applications, or of the whole call."""
        columns = (Application.number, Application.applicant_name, Application.title)
        query = select(Application.id, *columns, Application.fiche_code)
        query = query.where(Application.call_id == self._call_id)
        if application_ids is not None:
            query = query.where(Application.id.in_(application_ids))
        for key, number, *others in self._session.execute(query):
            self._known[key] = Named(number or "", *others)

    def of(self, application_id: UUID) -> Named:
        """Return the names of one; whoever asks without having loaded them compares all."""
        if application_id not in self._known:
            self.load()
        # What evaluation resolved is published in any case, also about an id unknown here.
        return self._known.setdefault(application_id, Named("–", "–", "–", "–"))

    @cached_property
    def fiches(self) -> list[str]:
        """The fiches for which somebody applied, by their codes."""
        query = select(Application.fiche_code).where(Application.call_id == self._call_id)
        return sorted(self._session.scalars(query.distinct()))


@dataclass(frozen=True)
class PublicResult:
    """One line of the results."""

    row: ResultRow
    names: Names

    @property
    def named(self) -> Named:
        """Who applies with what."""
        return self.names.of(self.row.application_id)


@dataclass(frozen=True)
class PublicResults:
    """The published results with the names that belong to them."""

    results: Results
    lines: list[PublicResult]
    names: Names
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
    names = Names(session, call)
    lines = [PublicResult(item, names) for item in results.rows]
    approved = Money.total(i.row.amount for i in lines if i.row.outcome == "approved")
    return PublicResults(results, lines, names, approved)


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

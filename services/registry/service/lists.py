"""The list of received applications: made, signed, published within seven days (R22, R23)."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select

from services.registry.domain.numbering import parse_number
from services.registry.domain.publication import (
    ReceivedRow,
    Registered,
    check_lateness,
    check_list_can_be_made,
    fiche_label,
    publication_deadline,
    received_rows,
)
from services.registry.domain.roles import Act
from services.registry.domain.states import CALL, RECEIVED_LIST, ApplicationState, ListState
from services.registry.models import Application, Call, DocumentRef, ReceivedList
from services.registry.service import papers
from services.registry.service.announcing import add_news, close_if_due, publish_snapshot
from services.registry.service.loading import call_of, list_of, locked_call
from services.registry.service.papers import request_document, signer_of
from services.registry.service.settings import rules_of
from services.registry.service.views import call_view
from services.registry.service.work import Work
from shared.contracts.codec import from_json, to_json
from shared.deadlines import deadline_to_json


def make_list(work: Work, call_id: UUID, list_id: UUID) -> ReceivedList:
    """Make the list and ask for the document that is to be signed.

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed (call open or list exists), IntakeStillOpen,
        UndecidedApplications, IdReused.
    """
    work.entitled(Act.PUBLISH_LIST)
    if not work.creates(list_id, "received_list", call_id):
        return list_of(work, list_id)
    call = locked_call(work, call_id)
    close_if_due(work, call)
    CALL.apply(call.state, "make_list")
    closes_at = _closing(call)
    check_list_can_be_made(closes_at=closes_at, now=work.now, undecided=undecided(work, call))
    _cancel_former(work, call)
    rows = received_rows(_registered(work, call))
    document_id = uuid4()
    deadline = publication_deadline(closes_at, rules_of(work, call))
    received = ReceivedList(
        id=list_id,
        organisation_id=work.organisation_id,
        call_id=call.id,
        state=ListState.MADE.value,
        rows=to_json(list(rows)),
        document_id=document_id,
        made_at=work.now,
        made_by=work.actor.name,
        deadline=deadline_to_json(deadline),
        due=deadline.due,
    )
    work.session.add(received)
    request_document(
        work,
        document_id,
        papers.received_list(work, call_view(work, call), rows, signer_of(work)),
    )
    work.audit("make_list", ("received_list", list_id), rows=len(rows), due=deadline.due)
    return received


def publish_list(
    work: Work, list_id: UUID, version: int | None = None, *, late_reason: str = ""
) -> ReceivedList:
    """Publish the signed list on its permanent page and on the home page.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed (not signed yet),
        LateWithoutReason.
    """
    work.entitled(Act.PUBLISH_LIST)
    received = list_of(work, list_id, version)
    target = RECEIVED_LIST.apply(received.state, "publish")
    received.late_reason = check_lateness(received.due, today=work.today, reason=late_reason)
    received.state = target
    received.published_at, received.published_by = work.now, work.actor.name
    call = call_of(work, received.call_id)
    content = {"rows": received.rows, "document_id": str(received.document_id)}
    publish_snapshot(work, call, "received_list", content)
    add_news(work, call, "received_list", count=len(received.rows))
    work.audit(
        "publish_list",
        ("received_list", received.id),
        due=received.due,
        is_in_time=work.today <= received.due,
        late_reason=received.late_reason,
    )
    return received


def list_was_signed(work: Work, document: DocumentRef, at: datetime) -> None:
    """Note that the document of a list bears its signature."""
    received = _by_document(work, document.id)
    if received is not None and RECEIVED_LIST.allows(received.state, "sign"):
        received.state = RECEIVED_LIST.apply(received.state, "sign")
        received.signed_at = at


def list_was_cancelled(work: Work, document: DocumentRef) -> None:
    """Note that the document of a list was cancelled; another list can be made."""
    received = _by_document(work, document.id)
    if received is not None and RECEIVED_LIST.allows(received.state, "cancel"):
        received.state = RECEIVED_LIST.apply(received.state, "cancel")


def list_of_call(work: Work, call: Call) -> ReceivedList | None:
    """Return the call's list, the cancelled ones left out."""
    query = select(ReceivedList).where(
        ReceivedList.call_id == call.id, ReceivedList.state != ListState.CANCELLED.value
    )
    return work.session.scalar(query.order_by(ReceivedList.made_at.desc()).limit(1))


def rows_of(received: ReceivedList) -> tuple[ReceivedRow, ...]:
    """Return the lines of the list as values."""
    return tuple(from_json(ReceivedRow, row) for row in received.rows)


def _registered(work: Work, call: Call) -> list[Registered]:
    query = select(Application).where(
        Application.call_id == call.id, Application.number.is_not(None)
    )
    return [
        Registered(
            parse_number(str(application.number)),
            ReceivedRow(
                applicant_name=application.applicant_name,
                place=application.place,
                project_title=application.title,
                fiche=fiche_label(application.fiche_code, application.fiche.name),
                requested_grant=application.requested,
            ),
        )
        for application in work.session.scalars(query)
    ]


def undecided(work: Work, call: Call) -> int:
    """Return how many applications are neither registered nor refused."""
    query = select(func.count()).where(
        Application.call_id == call.id, Application.state == ApplicationState.RECEIVED.value
    )
    return work.session.scalar(query) or 0


def _cancel_former(work: Work, call: Call) -> None:
    """A list that nobody has signed gives way to a new one; a signed one stays."""
    former = list_of_call(work, call)
    if former is None:
        return
    if former.state != ListState.MADE:
        RECEIVED_LIST.apply(former.state, "make")
    former.state = RECEIVED_LIST.apply(former.state, "cancel")
    reason = "Seznam byl sestaven znovu."
    work.later(papers.CANCEL_DOCUMENT, {"document_id": former.document_id, "reason": reason})


def _by_document(work: Work, document_id: UUID) -> ReceivedList | None:
    query = select(ReceivedList).where(
        ReceivedList.organisation_id == work.organisation_id,
        ReceivedList.document_id == document_id,
    )
    return work.session.scalar(query)


def _closing(call: Call) -> datetime:
    if call.closes_at is None:
        raise ValueError("A closed call has no end of intake.")
    return call.closes_at

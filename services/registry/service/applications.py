"""Receiving applications: submission, correction, files, resubmission, withdrawal."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from services.registry.domain.accounts import check_email
from services.registry.domain.applicants import (
    ApplicantKind,
    check_data_box_id,
    check_ic,
    check_municipality_code,
    normalise_ic,
)
from services.registry.domain.intake import (
    CLOSED_CASES,
    Channel,
    IntakeWindow,
    OutsideIntakeWindow,
    SeveralFaults,
    check_reasons,
    check_requested,
    check_window,
    check_withdrawal,
)
from services.registry.domain.publication import check_list_not_made
from services.registry.domain.roles import Act
from services.registry.domain.states import APPLICATION, ApplicationState, CallState
from services.registry.models import (
    Applicant,
    Application,
    Call,
    Decision,
    ResultsRow,
    Submission,
)
from services.registry.service.folder import add_entry
from services.registry.service.lists import list_of_call
from services.registry.service.loading import (
    application_of,
    fiche_of_call,
    locked_call,
)
from services.registry.service.work import Work
from shared.errors import DomainError
from shared.money import Money
from shared.states import ActNotAllowed


@dataclass(frozen=True)
class ApplicantFacts:
    """Who applies."""

    name: str
    kind: str
    municipality: str
    address: tuple[str, ...] = ()
    ic: str | None = None
    founder_ic: str | None = None
    municipality_code: str | None = None
    data_box_id: str | None = None
    email: str | None = None
    is_natural_person: bool = False


@dataclass(frozen=True)
class ApplicationFacts:
    """What is applied for."""

    fiche: str
    title: str
    place: str
    requested: Money
    applicant: ApplicantFacts
    place_code: str | None = None


@dataclass(frozen=True)
class SubmissionFacts:
    """How it arrived. ``received_at`` is left out when it arrives this moment."""

    channel: Channel
    submitter_name: str
    received_at: datetime | None = None


def submit(
    work: Work,
    application_id: UUID,
    call_id: UUID,
    facts: ApplicationFacts,
    submission: SubmissionFacts,
) -> Application:
    """Take over an application that arrived within the window (R10, R11).

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed (call not published), OutsideIntakeWindow,
        ReceivedInFuture, ListMadeAlready, IdReused, and errors of single values.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    if not work.creates(application_id, "application", (call_id, facts, submission)):
        return application_of(work, application_id)
    call = locked_call(work, call_id)
    check_list_not_made(is_made=list_of_call(work, call) is not None)
    received_at = _check_arrival(work, call, submission)
    application = _add(work, application_id, call, facts, received_at)
    _add_submission(work, application, submission, received_at)
    _tell_folder(work, application, "received", "Žádost přijata k posouzení.", received_at)
    work.audit("submit", ("application", application.id), channel=submission.channel.value)
    return application


def refuse_outside_window(
    work: Work,
    application_id: UUID,
    call_id: UUID,
    facts: ApplicationFacts,
    submission: SubmissionFacts,
) -> Application:
    """Record that somebody came too early or too late, and was refused (R10).

    Raises:
        NotEntitled, RecordUnknown, ActNotAllowed, ReceivedInFuture, IdReused, WithinWindow.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    if not work.creates(application_id, "application", (call_id, facts, submission)):
        return application_of(work, application_id)
    call = locked_call(work, call_id)
    received_at = submission.received_at or work.now
    try:
        _check_arrival(work, call, submission)
    except OutsideIntakeWindow as outside:
        late = outside.params["miss"] == "late"
    else:
        raise ActNotAllowed(machine="application", state="received", act="refuse", allowed=())
    application = _add(work, application_id, call, facts, received_at)
    _add_submission(work, application, submission, received_at)
    application.state = ApplicationState.REFUSED.value
    reason = "Podáno po uzávěrce příjmu." if late else "Podáno před začátkem příjmu."
    record_decision(work, application, "refuse", (reason,))
    _tell_folder(work, application, "refused", reason, work.now)
    work.audit("refuse_outside_window", ("application", application.id))
    return application


def edit(
    work: Work, application_id: UUID, facts: ApplicationFacts, version: int | None
) -> Application:
    """Correct what was written down about an application that is not decided yet.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed, and errors of single values.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    application = application_of(work, application_id, version)
    APPLICATION.apply(application.state, "edit")
    check_facts(facts)
    _write(application, application.call, facts)
    _write_applicant(application.applicant, facts.applicant)
    work.audit("edit_application", ("application", application.id))
    return application


def resubmit(
    work: Work, application_id: UUID, submission: SubmissionFacts, version: int | None = None
) -> Application:
    """Take over a repaired application while the window is open (A3).

    Files of the former submission stay; the new one begins without files, without an identity
    check and without a control sheet.

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed, OutsideIntakeWindow,
        ListMadeAlready.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    application = application_of(work, application_id, version)
    target = APPLICATION.apply(application.state, "resubmit")
    call = locked_call(work, application.call_id)
    check_list_not_made(is_made=list_of_call(work, call) is not None)
    received_at = _check_arrival(work, call, submission)
    application.state = target
    application.submission_count += 1
    application.received_at = received_at
    _add_submission(work, application, submission, received_at)
    text = f"Žádost podána znovu ({application.submission_count}. podání)."
    _tell_folder(work, application, "resubmitted", text, received_at)
    work.audit("resubmit", ("application", application.id), number=application.submission_count)
    return application


def withdraw(
    work: Work, application_id: UUID, reason: str, version: int | None = None
) -> Application:
    """Record that the applicant took the application back (A26).

    Raises:
        NotEntitled, RecordUnknown, RecordChanged, ActNotAllowed, DecidedAlready, ReasonMissing.
    """
    work.entitled(Act.RECEIVE_APPLICATION)
    application = application_of(work, application_id, version)
    was_registered = application.number is not None
    target = APPLICATION.apply(application.state, "withdraw")
    check_withdrawal(decided_state(work, application))
    reasons = check_reasons([reason])
    application.state = target
    record_decision(work, application, "withdraw", reasons)
    _tell_folder(work, application, "withdrawn", f"Žádost stažena: {reasons[0]}", work.now)
    if was_registered:
        facts = {"application_id": application.id, "call_id": application.call_id}
        work.tell("application.withdrawn", application.id, {**facts, "reason": reasons[0]})
    work.audit("withdraw", ("application", application.id))
    return application


def last_applicant(work: Work, ic: str) -> Applicant | None:
    """Return the applicant with this IČO as the newest application states him."""
    query = (
        select(Applicant)
        .join(Application, Application.applicant_id == Applicant.id)
        .where(Applicant.organisation_id == work.organisation_id, Applicant.ic == ic)
    )
    return work.session.scalar(query.order_by(Application.created_at.desc()).limit(1))


def decided_state(work: Work, application: Application) -> str:
    """Return the state in which the selection of the project ended, empty while it goes on.

    What was published counts too: evaluation's own word of it may still be on its way.
    """
    query = select(ResultsRow.content).where(ResultsRow.call_id == application.call_id)
    for content in work.session.scalars(query.order_by(ResultsRow.published_at.desc())):
        for row in content["rows"]:
            if row["application_id"] == str(application.id):
                return str(row["outcome"])
    return application.case_state if application.case_state in CLOSED_CASES else ""


def record_decision(
    work: Work,
    application: Application,
    act: str,
    reasons: tuple[str, ...] = (),
    delegation_id: UUID | None = None,
) -> Decision:
    """Keep who decided what about the present submission, and on what ground."""
    row = Decision(
        id=uuid4(),
        organisation_id=work.organisation_id,
        application_id=application.id,
        submission_number=application.submission_count,
        act=act,
        reasons=list(reasons),
        actor_id=work.actor.person_id,
        actor_name=work.actor.name,
        delegation_id=delegation_id,
        at=work.now,
    )
    work.session.add(row)
    return row


def _check_arrival(work: Work, call: Call, submission: SubmissionFacts) -> datetime:
    """Return when it arrived, if the call receives applications at that moment."""
    if call.state not in (CallState.PUBLISHED, CallState.CLOSED):
        raise ActNotAllowed(machine="call", state=call.state, act="receive", allowed=())
    if call.opens_at is None or call.closes_at is None:
        raise ActNotAllowed(machine="call", state=call.state, act="receive", allowed=())
    received_at = submission.received_at or work.now
    check_window(IntakeWindow(call.opens_at, call.closes_at), received_at, now=work.now)
    return received_at


def _add(
    work: Work, application_id: UUID, call: Call, facts: ApplicationFacts, received_at: datetime
) -> Application:
    check_facts(facts)
    applicant = _write_applicant(
        Applicant(id=uuid4(), organisation_id=work.organisation_id), facts.applicant
    )
    call.last_order += 1
    application = Application(
        id=application_id,
        organisation_id=work.organisation_id,
        call=call,
        applicant=applicant,
        state=ApplicationState.RECEIVED.value,
        received_order=call.last_order,
        received_at=received_at,
        created_at=work.now,
    )
    _write(application, call, facts)
    work.session.add(application)
    # The rows that follow point at this one by plain ids, so it has to be there first.
    work.session.flush()
    return application


def check_facts(facts: ApplicationFacts) -> None:
    """Refuse values that cannot be right, all of them at once.

    Raises:
        SeveralFaults: with each of them; a single one is raised itself. Each names its field.
    """
    who = facts.applicant
    checks: tuple[tuple[str, Callable[[], object]], ...] = (
        ("place_code", lambda: _code(facts.place_code)),
        ("requested", lambda: check_requested(facts.requested)),
        ("ic", lambda: check_ic(ApplicantKind(who.kind), who.ic)),
        ("founder_ic", lambda: normalise_ic(who.founder_ic) if who.founder_ic else None),
        ("municipality_code", lambda: _code(who.municipality_code)),
        ("data_box_id", lambda: check_data_box_id(who.data_box_id) if who.data_box_id else None),
        ("email", lambda: check_email(who.email) if who.email else None),
    )
    faults = [fault for field, check in checks if (fault := _fault(field, check)) is not None]
    if len(faults) > 1:
        raise SeveralFaults(faults=tuple(faults))
    for fault in faults:
        raise fault


def _fault(field: str, check: Callable[[], object]) -> DomainError | None:
    try:
        check()
    except DomainError as error:
        error.params["field"] = field
        return error
    return None


def _write(application: Application, call: Call, facts: ApplicationFacts) -> None:
    fiche = fiche_of_call(call, facts.fiche)
    application.fiche, application.fiche_code = fiche, fiche.code
    application.title, application.place = facts.title, facts.place
    application.place_code = _code(facts.place_code)
    application.requested = check_requested(facts.requested)
    application.applicant_name = facts.applicant.name


def _write_applicant(row: Applicant, facts: ApplicantFacts) -> Applicant:
    kind = ApplicantKind(facts.kind)
    row.name, row.kind = facts.name, kind.value
    row.is_natural_person = facts.is_natural_person or kind is ApplicantKind.PERSON
    row.ic = check_ic(kind, facts.ic)
    row.founder_ic = normalise_ic(facts.founder_ic) if facts.founder_ic else None
    row.municipality, row.municipality_code = facts.municipality, _code(facts.municipality_code)
    row.address = [line for line in facts.address if line.strip()]
    row.data_box_id = check_data_box_id(facts.data_box_id) if facts.data_box_id else None
    row.email = check_email(facts.email) if facts.email else None
    return row


def _code(text: str | None) -> str | None:
    return check_municipality_code(text) if text else None


def _add_submission(
    work: Work, application: Application, facts: SubmissionFacts, received_at: datetime
) -> None:
    work.session.add(
        Submission(
            id=uuid4(),
            organisation_id=work.organisation_id,
            application_id=application.id,
            number=application.submission_count,
            channel=facts.channel.value,
            received_at=received_at,
            recorded_at=work.now,
            recorded_by=work.actor.name,
            submitter_name=facts.submitter_name,
        )
    )


def _tell_folder(work: Work, application: Application, state: str, text: str, at: datetime) -> None:
    add_entry(work, application, kind=state, text=text, happened_at=at, state=state)

"""Written material on paper: asked for, handed over, its receipt confirmed (R46)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from services.evaluation.domain import prints as rules
from services.evaluation.letters import evaluation as letters
from services.evaluation.models import Assignment, Case
from shared.contracts.documents import Signer

from .acting import Acting
from .cases import lock_case, trace
from .errors import NotAssigned
from .evaluations import assignments_of, own_assignment
from .records import request_record


def ask_for_print(session: Session, *, acting: Acting, case_id: UUID) -> Assignment:
    """Note that the evaluator wants the material on paper; asking twice changes nothing (R46).

    Raises:
        NotAssigned: The project was not assigned to the person.
    """
    case = lock_case(session, acting.organisation_id, case_id)
    assignment = own_assignment(session, acting, case)
    if not assignment.wants_print:
        assignment.wants_print = True
        trace(session, acting, "ask_for_print", case)
    return assignment


def print_of(session: Session, case: Case, evaluator_id: UUID) -> Assignment:
    """Return the assignment whose evaluator gets, or may get, a print.

    Raises:
        NotAssigned: The person does not evaluate the project.
    """
    for assignment in assignments_of(session, [case.id]):
        if assignment.evaluator_id == evaluator_id:
            return assignment
    raise NotAssigned(number=case.number)


def hand_over_print(
    session: Session,
    *,
    acting: Acting,
    case_id: UUID,
    evaluator_id: UUID,
    file_ids: Collection[UUID],
) -> UUID:
    """Record that a print was handed over; the evaluator confirms the receipt by signing (R46).

    Returns:
        Id of the receipt to sign.

    Raises:
        NotAssigned, PrintNotAskedFor, PrintHandedOver, NothingPrinted, UnknownFile: See the
            classes.
    """
    case = lock_case(session, acting.organisation_id, case_id)
    assignment = print_of(session, case, evaluator_id)
    files = [file for file in case.view.files if file.id in set(file_ids)]
    rules.check_hand_over(
        is_asked_for=assignment.wants_print,
        handed_over_at=assignment.print_handed_at,
        named=set(file_ids),
        known={file.id for file in files},
    )
    assignment.print_handed_at = acting.now
    assignment.print_handed_by = acting.actor.name
    session.flush()
    evaluator = Signer(
        assignment.evaluator_id, assignment.evaluator_name, assignment.evaluator_function
    )
    request = letters.print_receipt(
        case.call, case, files, handed_by=acting.actor.name, on=acting.now, signer=evaluator
    )
    record = request_record(session, acting, request, subject_id=assignment.id)
    details = {"evaluator_id": str(evaluator_id), "files": len(files)}
    trace(session, acting, "hand_over_print", case, details)
    return record.id

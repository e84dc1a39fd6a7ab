"""Files of an application: open to the office and to those who control or score it (R46).

Registry keeps the bytes and does not know who was appointed. Evaluation judges, leaves a trace
and asks registry for the file.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from services.evaluation.models import Case
from shared.contracts.registry import FileView

from .acting import Acting
from .cases import get_case, trace
from .controls import controls_of
from .declarations import refuse_tied
from .errors import MaterialClosed, NoSuchRow
from .evaluations import assignments_of, refuse_conflict

READS_EVERYTHING = ("director", "assistant", "registrar", "auditor")


def open_file(session: Session, *, acting: Acting, case_id: UUID, file_id: UUID) -> FileView:
    """Let the person have one file of the case, and note that he did.

    Raises:
        MaterialClosed, ControllerTied, EvaluatorConflicted, NoSuchRow: See the classes.
    """
    case = get_case(session, acting.organisation_id, case_id)
    if not may_ask(session, acting, case):
        raise MaterialClosed(number=case.number)
    if not acting.actor.has_role(*READS_EVERYTHING):
        _refuse_conflict(session, acting, case)
    for file in case.view.files:
        if file.id == file_id:
            trace(session, acting, "open_file", case, {"file_id": str(file.id)})
            return file
    raise NoSuchRow(id=file_id)


def may_ask(session: Session, acting: Acting, case: Case) -> bool:
    """Tell whether files of the case concern the person; a conflict is judged when he opens one."""
    return (
        acting.actor.has_role(*READS_EVERYTHING)
        or _is_controller(session, acting, case)
        or _is_evaluator(session, acting, case)
    )


def _refuse_conflict(session: Session, acting: Acting, case: Case) -> None:
    if _is_controller(session, acting, case):
        refuse_tied(session, acting, case, acting.person_id, acting.actor.name)
    if _is_evaluator(session, acting, case):
        refuse_conflict(session, acting, case)


def _is_controller(session: Session, acting: Acting, case: Case) -> bool:
    me = acting.actor.person_id
    return any(control.controller_id == me for control in controls_of(session, case))


def _is_evaluator(session: Session, acting: Acting, case: Case) -> bool:
    me = acting.actor.person_id
    return any(row.evaluator_id == me for row in assignments_of(session, [case.id]))

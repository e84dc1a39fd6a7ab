"""Declarations of interests: of evaluators, and of staff who control (R42, A5)."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain import conflicts
from services.evaluation.domain import declarations as rules
from services.evaluation.letters import declarations as letters
from services.evaluation.models import Call, Case, Declaration, InterestLink
from shared.contracts.documents import Signer

from .acting import Acting
from .cases import get_call, trace
from .errors import AlreadyDeclared
from .interests import LinkInput, declarations_of, project_of, store_link
from .records import request_record


def declare_interests(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    links: Sequence[LinkInput],
    signer: Signer,
) -> tuple[Declaration, UUID]:
    """Record a person's own declaration of interests for a call; it counts once it is signed.

    Later links are added one by one; the declaration itself stays as it was made.

    Returns:
        The declaration and the id of the document to sign.

    Raises:
        AlreadyDeclared, LinkWithoutTarget, LinkPeriodReversed: See the classes.
    """
    call = get_call(session, acting.organisation_id, call_id)
    if acting.person_id in declarations_of(session, call):
        raise AlreadyDeclared()
    declaration = Declaration(
        id=uuid4(),
        organisation_id=call.organisation_id,
        call_id=call.id,
        person_id=acting.person_id,
        person_name=acting.actor.name,
        has_links=bool(links),
        declared_at=acting.now,
    )
    session.add(declaration)
    rows = [
        store_link(session, acting, acting.person_id, acting.actor.name, link) for link in links
    ]
    request = letters.interest_declaration(
        call, rows, _numbers(session, rows), signer=signer, on=acting.now
    )
    record = request_record(session, acting, request, subject_id=declaration.id)
    trace(session, acting, "declare_interests", call, {"links": len(links)})
    return declaration, record.id


def _numbers(session: Session, links: Sequence[InterestLink]) -> dict[UUID, str]:
    named = {link.application_id for link in links if link.application_id is not None}
    query = select(Case.id, Case.number).where(Case.id.in_(named))
    return {key: number for key, number in session.execute(query)}


def has_declared(session: Session, call: Call, person_id: UUID) -> bool:
    """Tell whether the person has signed a declaration for the call."""
    declaration = declarations_of(session, call).get(person_id)
    return declaration is not None and declaration.signed_at is not None


def needs_declaration(session: Session, call: Call, person_id: UUID) -> bool:
    """Tell whether the person must still declare before controlling (A5)."""
    return call.rules["staff_declaration"] and not has_declared(session, call, person_id)


def check_controller(session: Session, acting: Acting, case: Case) -> None:
    """Refuse a controller who has not declared, or who is tied to the project (A5).

    Raises:
        StaffDeclarationMissing, ControllerTied: See the domain.
    """
    if case.call.rules["staff_declaration"]:
        rules.check_declared(has_declared(session, case.call, acting.person_id))
        check_untied(session, acting, case, acting.person_id, acting.actor.name)


def check_untied(session: Session, acting: Acting, case: Case, person_id: UUID, name: str) -> None:
    """Refuse a controller of whom a tie to the project is known (A5).

    Raises:
        ControllerTied: With the name and the number.
    """
    if case.call.rules["staff_declaration"]:
        refuse_tied(session, acting, case, person_id, name)


def refuse_tied(session: Session, acting: Acting, case: Case, person_id: UUID, name: str) -> None:
    """Refuse a person of whom a tie to the project is known.

    Raises:
        ControllerTied: With the name and the number.
    """
    query = select(InterestLink).where(
        InterestLink.organisation_id == case.organisation_id, InterestLink.person_id == person_id
    )
    project = project_of(case)
    verdict = conflicts.eligibility(
        person_id,
        project,
        projects=[project],
        links=[link.value for link in session.scalars(query)],
        on=acting.today,
    )
    rules.check_untied(verdict, name=name, number=case.number)

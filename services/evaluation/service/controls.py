"""Control lists, appointments, findings, conclusions (R24-R32)."""

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.domain import controls as rules
from services.evaluation.domain.controls import ControlItem, Finding, ItemKind
from services.evaluation.domain.states import ADMIN_CONTROL, REGISTERED
from services.evaluation.letters import control as letters
from services.evaluation.models import Call, Case, Control, ControlTemplate, Record
from shared.contracts.codec import to_json
from shared.contracts.registry import FicheView, PersonView
from shared.states import ActNotAllowed

from .acting import Acting, People, choose
from .cases import advance, check_version, chosen_cases, get_call, lock_case, trace
from .declarations import check_controller, check_untied
from .errors import ControlAlreadyStarted, TemplateMissing, UnknownFiche
from .records import request_record, withdraw_record


def proposed_items(fiche: FicheView) -> list[ControlItem]:
    """Return a control list made from the call: its criteria and its attachments.

    Each attachment is asked about twice: whether it is right and whether it is complete.
    """
    items = [
        ControlItem(criterion.code, ItemKind.ACCEPTABILITY, criterion.text)
        for criterion in fiche.acceptability
    ]
    for kind in fiche.attachments:
        name = kind.text if kind.is_mandatory else f"{kind.text} (nepovinná)"
        items += [
            ControlItem(
                f"{kind.code}-spravna",
                ItemKind.ATTACHMENT,
                f"{name}: příloha je správná",
                attachment_code=kind.code,
            ),
            ControlItem(
                f"{kind.code}-uplna",
                ItemKind.ATTACHMENT,
                f"{name}: obsahuje všechny údaje",
                attachment_code=kind.code,
            ),
        ]
    return items


def find_template(session: Session, call: Call, fiche: str) -> ControlTemplate | None:
    """Return the control list of a fiche, if it was prepared."""
    query = select(ControlTemplate).where(
        ControlTemplate.call_id == call.id, ControlTemplate.fiche == fiche
    )
    return session.scalars(query).first()


def templates_of(session: Session, call: Call) -> dict[str, ControlTemplate]:
    """Return the prepared control lists of a call by fiche."""
    query = select(ControlTemplate).where(ControlTemplate.call_id == call.id)
    return {template.fiche: template for template in session.scalars(query)}


def prepare_template(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    fiche: str,
    items: Sequence[ControlItem],
    version: int | None = None,
) -> ControlTemplate:
    """Prepare, or change before freezing, the control list of a fiche (R29).

    Raises:
        UnknownFiche, ControlListFrozen, StaleVersion: See the classes.
        ControlListEmpty, DuplicateItemCode, AttachmentNotCovered: The list does not cover
            the fiche.
    """
    call = get_call(session, acting.organisation_id, call_id)
    opened = call.fiche(fiche)
    if opened is None:
        raise UnknownFiche(fiche=fiche)
    rules.check_control_list(items, [kind.code for kind in opened.attachments])
    template = find_template(session, call, fiche)
    if template is None:
        template = ControlTemplate(
            id=uuid4(), organisation_id=call.organisation_id, call_id=call.id, fiche=fiche
        )
        session.add(template)
    else:
        check_version(template.version, version)
        if template.frozen_at is not None:
            raise rules.ControlListFrozen(frozen_at=template.frozen_at)
    template.items = [to_json(item) for item in items]
    template.author_id, template.author_name = acting.person_id, acting.actor.name
    template.prepared_at = acting.now
    session.flush()
    trace(session, acting, "prepare_control_list", template, {"fiche": fiche})
    return template


def freeze_template(
    session: Session, *, acting: Acting, call_id: UUID, fiche: str
) -> ControlTemplate:
    """Freeze the control list of a fiche; from now on controls may begin (R29).

    Raises:
        TemplateMissing, ControlListFrozen: See the classes.
    """
    call = get_call(session, acting.organisation_id, call_id)
    template = find_template(session, call, fiche)
    if template is None:
        raise TemplateMissing(fiche=fiche)
    template.frozen_at = rules.freeze(template.frozen_at, acting.now)
    trace(session, acting, "freeze_control_list", template, {"fiche": fiche})
    return template


def appoint_controllers(
    session: Session,
    *,
    acting: Acting,
    call_id: UUID,
    case_ids: Sequence[UUID],
    controller_ids: Sequence[UUID],
    people: People,
) -> list[Case]:
    """Appoint the two controllers of one or more applications (R24, R25).

    The same appointment again changes nothing; another one is possible until one of the
    controllers has concluded.

    Raises:
        WrongNumberOfControllers, SameControllerTwice, MissingRole, UnknownPerson,
        ControlAlreadyStarted, ControllerTied, ActNotAllowed, NotEntitled: See the classes.
    """
    acting = acting.entitled("appoint_controllers", people)
    call = get_call(session, acting.organisation_id, call_id)
    rules.appoint(controller_ids, registrar_id=None)
    controllers = choose(people, controller_ids, "controller")
    cases = chosen_cases(session, call, case_ids)
    for case in cases:
        _appoint(session, acting, case, controllers)
    return cases


def _appoint(
    session: Session, acting: Acting, case: Case, controllers: Sequence[PersonView]
) -> None:
    present = controls_of(session, case)
    if {one.controller_id for one in present} == {person.id for person in controllers}:
        return
    if any(one.concluded_at for one in present) or case.control_round > 1:
        raise ControlAlreadyStarted(number=case.number)
    if case.state not in {REGISTERED, ADMIN_CONTROL}:
        raise ActNotAllowed(machine="case", state=case.state, act="appoint_controllers", allowed=())
    ids = [person.id for person in controllers]
    appointment = rules.appoint(ids, case.registrar_id)
    for person in controllers:
        check_untied(session, acting, case, person.id, person.name)
    _exchange(session, acting, case, present, controllers)
    details = {
        "controllers": [str(key) for key in ids],
        "registrar_is_controller": appointment.registrar_is_controller,
    }
    if case.state == REGISTERED:
        advance(session, acting, case, "appoint_controllers", details=details)
    else:
        trace(session, acting, "replace_controllers", case, details)


def _exchange(
    session: Session,
    acting: Acting,
    case: Case,
    present: Sequence[Control],
    controllers: Sequence[PersonView],
) -> None:
    """Release who is no longer appointed and add who is; nobody's control is deleted."""
    wanted = {person.id for person in controllers}
    for old in present:
        if old.controller_id not in wanted:
            old.released_at = acting.now
    stays = {one.controller_id for one in present}
    for person in controllers:
        if person.id not in stays:
            add_control(session, acting, case, person, is_registrar=person.id == case.registrar_id)


def add_control(
    session: Session, acting: Acting, case: Case, person: PersonView, *, is_registrar: bool
) -> None:
    """Open the control of one controller in the case's present round."""
    session.add(
        Control(
            organisation_id=case.organisation_id,
            case_id=case.id,
            controller_id=person.id,
            controller_name=person.name,
            controller_function=person.function,
            round=case.control_round,
            appointed_at=acting.now,
            appointed_by=acting.actor.name,
            delegation_id=acting.delegation_id,
            is_registrar=is_registrar,
            findings={},
        )
    )


def controls_of(session: Session, case: Case) -> list[Control]:
    """Return the controls of the present round, by controller's name."""
    query = select(Control).where(
        Control.case_id == case.id,
        Control.round == case.control_round,
        Control.released_at.is_(None),
    )
    return list(session.scalars(query.order_by(Control.controller_name, Control.id)))


def rounds_of(session: Session, case: Case) -> list[list[Control]]:
    """Return the controls of every round up to the present one, the first round first."""
    query = select(Control).where(Control.case_id == case.id, Control.released_at.is_(None))
    rounds: list[list[Control]] = [[] for _ in range(case.control_round)]
    for control in session.scalars(query.order_by(Control.controller_name, Control.id)):
        rounds[control.round - 1].append(control)
    return rounds


def own_control(session: Session, acting: Acting, case: Case) -> Control:
    """Return the acting controller's control in the present round.

    Raises:
        NotAppointedController: The person was not appointed.
    """
    for control in controls_of(session, case):
        if control.controller_id == acting.actor.person_id:
            return control
    raise rules.NotAppointedController(number=case.number)


def frozen_items(session: Session, case: Case) -> list[ControlItem]:
    """Return the lines of the frozen control list by which the case is controlled.

    Raises:
        TemplateMissing, ControlListNotFrozen: There is no list, or it can still change.
    """
    template = find_template(session, case.call, case.fiche)
    if template is None:
        raise TemplateMissing(fiche=case.fiche)
    if template.frozen_at is None:
        raise rules.ControlListNotFrozen(frozen_at=None)
    return template.control_items


def save_findings(
    session: Session,
    *,
    acting: Acting,
    case_id: UUID,
    findings: Mapping[str, Finding],
    version: int | None = None,
) -> Control:
    """Keep a half-filled control list (R28).

    Raises:
        NotAppointedController, AlreadyConcluded, UnknownControlItem, StaleVersion,
        ControlListNotFrozen, StaffDeclarationMissing, ControllerTied, ActNotAllowed: See the
            classes.
    """
    case, control, items = _open_control(session, acting, case_id, version)
    unknown = sorted(set(findings) - {item.code for item in items})
    if unknown:
        raise rules.UnknownControlItem(codes=unknown)
    control.findings = to_json(dict(findings))
    control.started_at = control.started_at or acting.now
    trace(session, acting, "save_findings", case)
    return control


def conclude(
    session: Session,
    *,
    acting: Acting,
    case_id: UUID,
    findings: Mapping[str, Finding],
    is_acceptable: bool,
    version: int | None = None,
) -> list[UUID]:
    """State the controller's conclusion; the list and the folder record wait for signature.

    Returns:
        Ids of the two documents to sign (R31, R32).

    Raises:
        NotAppointedController, AlreadyConcluded, ControlListIncomplete,
        ConclusionContradictsFindings and others: See the domain.
    """
    case, control, items = _open_control(session, acting, case_id, version)
    control.has_unrepairable_defect = rules.conclude(items, findings, is_acceptable)
    control.findings = to_json(dict(findings))
    control.is_acceptable = is_acceptable
    control.started_at = control.started_at or acting.now
    control.concluded_at = acting.now
    call = case.call
    requests = (
        letters.control_list(call, case, control, items, on=acting.now),
        letters.control_entry(call, case, control, on=acting.now),
    )
    made = [request_record(session, acting, one, subject_id=control.id) for one in requests]
    control.list_record_id, control.entry_record_id = (record.id for record in made)
    details = {"round": control.round, "is_acceptable": is_acceptable}
    trace(session, acting, "conclude_control", case, details)
    return [record.id for record in made]


def take_back_conclusion(
    session: Session, acting: Acting, case: Case, control: Control, record: Record
) -> None:
    """Take a conclusion back whose document was cancelled; its other document goes with it.

    One act makes both (R31, R32), so neither can stand for a conclusion of its own.
    """
    present = {control.list_record_id, control.entry_record_id}
    if record.id not in present or case.state != ADMIN_CONTROL:
        return
    other = session.get(Record, next(key for key in present if key != record.id))
    if other is not None:
        withdraw_record(session, other, "Závěr kontroly byl vzat zpět.")
    control.list_record_id = control.entry_record_id = None
    control.list_signed_at = control.entry_signed_at = None
    control.concluded_at = control.is_acceptable = None
    control.has_unrepairable_defect = False
    trace(session, acting, "take_back_conclusion", case, {"record_id": str(record.id)})


def _open_control(
    session: Session, acting: Acting, case_id: UUID, version: int | None
) -> tuple[Case, Control, list[ControlItem]]:
    case = lock_case(session, acting.organisation_id, case_id)
    control = own_control(session, acting, case)
    if control.concluded_at is not None:
        raise rules.AlreadyConcluded(concluded_at=control.concluded_at)
    if case.state != ADMIN_CONTROL:
        raise ActNotAllowed(machine="case", state=case.state, act="conclude_control", allowed=())
    check_controller(session, acting, case)
    check_version(control.version, version)
    return case, control, frozen_items(session, case)

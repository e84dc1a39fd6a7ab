"""Evaluation with many cases: some in control, some in evaluation, most with their result."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from services.evaluation.models import (
    Assignment,
    Audit,
    Call,
    Case,
    CommitteeMember,
    Control,
    ControlTemplate,
    Declaration,
    InterestLink,
    Meeting,
    OnsiteCheck,
    PresentationSession,
    Recommendation,
    Record,
    ScoreSheet,
)
from services.evaluation.service import allocations
from services.evaluation.service.acting import Acting
from shared.contracts.codec import to_json

from .bulk import Writer
from .evaluators import unconflicted
from .world import (
    CONTROLLERS,
    EVALUATORS,
    FUNCTIONS,
    NOW,
    ORGANISATION,
    PEOPLE,
    BenchApplication,
    BenchCall,
    Phase,
    World,
    key,
)

ORDER = (
    *(Call, Case, ControlTemplate, Control, CommitteeMember, Declaration, InterestLink),
    *(Assignment, ScoreSheet, OnsiteCheck, PresentationSession, Meeting, Recommendation),
    *(Record, Audit),
)
DIRECTOR = PEOPLE["reditelka"]
HAS_COMMITTEE = (Phase.EVALUATION, Phase.DECIDED, Phase.OVER)
HAS_MEETING = (Phase.DECIDED, Phase.OVER)
CONTROL_RECORDS = ("control_list", "control_entry", "control_list", "control_entry")
LATER_RECORDS = ("score_sheet", "score_sheet", "onsite_record", "result_notice")
RULES = {
    "committee_size": 7,
    "evaluators_per_project": 2,
    "deficiency_rounds": 1,
    "review_days": 15,
    "staff_declaration": False,
    "spread_percent": None,
}


def fill_evaluation(session: Session, world: World) -> None:
    """Write the world into the empty database of evaluation, and run the finished calls' rule."""
    writer = Writer(session, ORDER)
    for call in world.calls:
        _call(writer, call)
        for application in call.applications:
            if application.is_registered:
                _case(writer, application)
    writer.write()
    for call in world.calls:
        if call.phase in HAS_MEETING:
            acting = Acting(DIRECTOR, NOW, NOW.date())
            allocations.run(session, acting=acting, call_id=call.id, run_id=key("run", call.id))
    session.commit()


def _call(writer: Writer, call: BenchCall) -> None:
    view = call.view()
    writer.add(
        Call,
        id=call.id,
        organisation_id=ORGANISATION,
        number=call.number,
        title=view.title,
        amount=view.amount,
        presentation_at=view.presentation_at,
        presentation_place=view.presentation_place,
        facts=to_json(view),
        rules=RULES,
        is_closed=call.phase is not Phase.INTAKE,
    )
    for fiche in view.fiches:
        writer.add(
            ControlTemplate,
            id=key("template", call.id, fiche.number),
            organisation_id=ORGANISATION,
            call_id=call.id,
            fiche=fiche.number,
            items=[
                {
                    "code": criterion.code,
                    "kind": "acceptability",
                    "text": criterion.text,
                    "is_repairable": True,
                    "attachment_code": None,
                }
                for criterion in fiche.acceptability
            ],
            author_id=PEOPLE["asistentka"].person_id,
            author_name=PEOPLE["asistentka"].name,
            prepared_at=call.opens_at,
            frozen_at=call.opens_at,
        )
    if call.phase in HAS_COMMITTEE:
        _committee(writer, call)
    if call.phase in HAS_MEETING:
        _meeting(writer, call)


def _committee(writer: Writer, call: BenchCall) -> None:
    for position, login in enumerate(EVALUATORS):
        actor = PEOPLE[login]
        of = {"organisation_id": ORGANISATION, "person_id": actor.person_id}
        writer.add(
            CommitteeMember,
            id=key("member", call.id, login),
            call_id=call.id,
            name=actor.name,
            function=FUNCTIONS[login],
            **of,
        )
        writer.add(
            Declaration,
            id=key("declaration", call.id, login),
            call_id=call.id,
            person_name=actor.name,
            has_links=True,
            declared_at=call.closes_at,
            signed_at=call.closes_at,
            **of,
        )
        if call.number == 1:
            _links(writer, call, login, position)


def _links(writer: Writer, call: BenchCall, login: str, position: int) -> None:
    """Ties of a member, declared once: where the member lives and works."""
    for kind in ("residence", "employee"):
        writer.add(
            InterestLink,
            id=key("link", login, kind),
            organisation_id=ORGANISATION,
            person_id=PEOPLE[login].person_id,
            person_name=PEOPLE[login].name,
            type=kind,
            source="declaration",
            municipality=f"Obec {position}" if kind == "residence" else None,
            party_key=f"{position:08d}" if kind == "employee" else None,
            recorded_at=call.closes_at,
            recorded_by=PEOPLE[login].name,
        )


def _meeting(writer: Writer, call: BenchCall) -> None:
    of = {"organisation_id": ORGANISATION, "call_id": call.id}
    present = [
        {"id": str(PEOPLE[login].person_id), "name": PEOPLE[login].name, "function": ""}
        for login in EVALUATORS
    ]
    writer.add(
        PresentationSession,
        id=key("session", call.id),
        order=[str(application.id) for application in call.applications],
        public_count=10,
        closed_at=call.closes_at,
        signed_at=call.closes_at,
        **of,
    )
    writer.add(
        Meeting,
        id=key("meeting", call.id),
        held_at=call.closes_at,
        place="Kancelář MAS",
        present=present,
        chair_id=PEOPLE[EVALUATORS[0]].person_id,
        decided=[
            {
                "case_id": str(application.id),
                "is_recommended": _is_recommended(application),
                "points": _points(application),
            }
            for application in call.applications
            if application.is_registered
        ],
        closed_at=call.closes_at,
        signed_at=call.closes_at,
        **of,
    )


def _state(application: BenchApplication) -> str:
    even = application.order % 2 == 0
    return {
        Phase.INTAKE: "registered",
        Phase.CONTROL: "control_passed" if even else "admin_control",
        Phase.EVALUATION: "evaluated" if even else "assigned",
        Phase.DECIDED: ("approved", "reserve", "rejected")[application.order % 3],
        Phase.OVER: "result_notified",
    }[application.call.phase]


def _case(writer: Writer, application: BenchApplication) -> None:
    view, call = application.view(), application.call
    is_controlled = call.phase is not Phase.INTAKE
    due = (call.closes_at + timedelta(days=20)).date()
    writer.add(
        Case,
        id=view.id,
        organisation_id=ORGANISATION,
        call_id=call.id,
        number=view.number,
        fiche=view.fiche_number,
        title=view.title,
        place=view.place,
        applicant_name=view.applicant.name,
        applicant_kind=view.applicant.kind,
        requested=view.requested,
        received_order=view.received_order,
        facts=to_json(view),
        registrar_id=PEOPLE["asistentka"].person_id,
        state=_state(application),
        state_since=call.closes_at,
        control_ended_at=call.closes_at if is_controlled else None,
        notice_due=due if is_controlled else None,
        points=float(10 * (application.order % 10)) if call.phase in HAS_MEETING else None,
    )
    if is_controlled:
        _controls(writer, application)
    if call.phase in HAS_COMMITTEE:
        _evaluations(writer, application)
    if call.phase in HAS_MEETING:
        _recommendation(writer, application)
    _records(writer, application)


def _controls(writer: Writer, application: BenchApplication) -> None:
    """In the call under control the second controller is behind, or disagrees with the first."""
    call, is_open = application.call, _state(application) == "admin_control"
    for position, login in enumerate(CONTROLLERS[:2]):
        disagrees = is_open and application.order % 20 == 1
        is_done = position == 0 or not is_open or disagrees
        at = call.closes_at if is_done else None
        writer.add(
            Control,
            id=key("control", application.id, login),
            organisation_id=ORGANISATION,
            case_id=application.id,
            controller_id=PEOPLE[login].person_id,
            controller_name=PEOPLE[login].name,
            controller_function=FUNCTIONS[login],
            round=1,
            appointed_at=call.closes_at,
            appointed_by=DIRECTOR.name,
            started_at=at,
            findings={f"A{n}": {"verdict": "yes", "note": ""} for n in range(1, 9)},
            is_acceptable=(position == 0 or not disagrees) if is_done else None,
            has_unrepairable_defect=disagrees and position == 1,
            concluded_at=at,
            list_signed_at=at,
            entry_signed_at=at,
        )


def _evaluations(writer: Writer, application: BenchApplication) -> None:
    call, order = application.call, application.order
    chosen = unconflicted(application)[:2]
    is_closed = call.phase is not Phase.EVALUATION or order % 2 == 0
    for login in chosen:
        of = {
            "organisation_id": ORGANISATION,
            "case_id": application.id,
            "evaluator_id": PEOPLE[login].person_id,
            "evaluator_name": PEOPLE[login].name,
        }
        writer.add(
            Assignment,
            id=key("assignment", application.id, login),
            evaluator_function=FUNCTIONS[login],
            assigned_at=call.closes_at,
            assigned_by=DIRECTOR.name,
            **of,
        )
        if is_closed:
            writer.add(
                ScoreSheet,
                id=key("sheet", application.id, login),
                scores={
                    f"K{n}": {"points": str(Decimal(order % 10)), "reason": "přínos pro obec"}
                    for n in range(1, 11)
                },
                closed_at=call.closes_at,
                signed_at=call.closes_at,
                **of,
            )
    if call.phase in HAS_MEETING:
        writer.add(
            OnsiteCheck,
            id=key("onsite", application.id),
            organisation_id=ORGANISATION,
            case_id=application.id,
            visited_on=call.closes_at.date(),
            place="u žadatele",
            present=[],
            claims=[],
            need="potřebný",
            accord="v souladu",
            deduction="3" if order % 2 else "0",
            forbids_recommendation=False,
            closed_at=call.closes_at,
            signed_at=call.closes_at,
        )


def _recommendation(writer: Writer, application: BenchApplication) -> None:
    writer.add(
        Recommendation,
        id=key("recommendation", application.id),
        organisation_id=ORGANISATION,
        meeting_id=key("meeting", application.call.id),
        case_id=application.id,
        is_recommended=_is_recommended(application),
        reason="podle bodů",
        in_favour=7,
        against=0,
        abstained=0,
        points=_points(application),
    )


def _is_recommended(application: BenchApplication) -> bool:
    return application.order % 7 != 0


def _points(application: BenchApplication) -> str:
    return str(60 + application.order % 40)


def _records(writer: Writer, application: BenchApplication) -> None:
    """Documents of the case. In the call under control every tenth notice waits for a signature."""
    phase, at = application.call.phase, application.call.closes_at
    kinds: list[str] = [] if phase is Phase.INTAKE else list(CONTROL_RECORDS)
    is_waiting = phase is Phase.CONTROL and application.order % 10 == 0
    if phase in HAS_COMMITTEE or is_waiting:
        kinds.append("control_notice")
    if phase is Phase.OVER:
        kinds += LATER_RECORDS
    request: dict[str, Any] = {"blocks": [{"type": "paragraph", "text": "Slova dopisu. " * 60}]}
    for number, kind in enumerate(kinds):
        waits = is_waiting and kind == "control_notice"
        writer.add(
            Record,
            id=key("record", application.id, number),
            organisation_id=ORGANISATION,
            call_id=application.call.id,
            case_id=application.id,
            kind=kind,
            title=f"Záznam k žádosti {application.number}",
            # Notices are about the case, other papers about one control, sheet or visit each.
            subject_id=application.id
            if "notice" in kind
            else key("subject", application.id, number),
            signer_ids=[str(DIRECTOR.person_id)],
            request=request,
            state="waiting" if waits else "issued",
            requested_at=at,
            signed_at=None if waits else at,
            issued_at=None if waits else at,
            due=(at + timedelta(days=25)).date() if kind == "control_notice" else None,
        )
    for number in range(len(kinds) or 1):
        writer.add(
            Audit,
            id=key("audit", application.id, number),
            organisation_id=ORGANISATION,
            at=at,
            recorded_at=at,
            actor_id=DIRECTOR.person_id,
            actor_name=DIRECTOR.name,
            act="open_case",
            subject_type="case",
            subject_id=application.id,
            details={},
            request_id="",
        )

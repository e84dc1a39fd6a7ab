"""Registry with many applications: everything that the folder of each one shows."""

from datetime import timedelta

from sqlalchemy.orm import Session

from services.registry.domain.publication import publication_deadline
from services.registry.models import (
    Applicant,
    Application,
    ApplicationFile,
    Audit,
    Call,
    ControlSheet,
    Decision,
    DocumentRef,
    FicheRow,
    FolderEntryRow,
    IdentityRow,
    NewsItem,
    Organisation,
    Person,
    ReceivedList,
    ResultsRow,
    SignInSession,
    Snapshot,
    Submission,
)
from shared.contracts.codec import to_json
from shared.contracts.registry import ResultRow, Results
from shared.deadlines import deadline_to_json
from shared.money import Money

from .bulk import Writer
from .world import (
    FUNCTIONS,
    NOW,
    ORGANISATION,
    PEOPLE,
    SLUG,
    BenchApplication,
    BenchCall,
    Phase,
    World,
    key,
)

ORDER = (
    *(
        Organisation,
        Person,
        SignInSession,
        Call,
        FicheRow,
        Snapshot,
        NewsItem,
        ReceivedList,
        ResultsRow,
    ),
    *(Applicant, Application, Submission, ApplicationFile, IdentityRow, ControlSheet, Decision),
    *(FolderEntryRow, DocumentRef, Audit),
)
OFFICE = PEOPLE["asistentka"]
DIRECTOR = PEOPLE["reditelka"]
ENTRIES = 12
"""Lines of the timeline of an application that came to its end."""


def fill_registry(session: Session, world: World) -> None:
    """Write the world into registry's empty database."""
    writer = Writer(session, ORDER)
    writer.add(
        Organisation, id=ORGANISATION, name=OFFICE.organisation_name, slug=SLUG, created_at=NOW
    )
    for login, actor in PEOPLE.items():
        writer.add(
            Person,
            id=actor.person_id,
            organisation_id=ORGANISATION,
            login=login,
            name=actor.name,
            function=FUNCTIONS[login],
            roles=sorted(actor.roles),
            created_at=NOW,
        )
        writer.add(
            SignInSession,
            id=actor.session_id,
            organisation_id=ORGANISATION,
            person_id=actor.person_id,
            secret_hash=login,
            started_at=NOW,
            seen_at=NOW,
        )
    for call in world.calls:
        _call(writer, call)
        for application in call.applications:
            _application(writer, application)
    writer.write()


def _call(writer: Writer, call: BenchCall) -> None:
    view = call.view()
    writer.add(
        Call,
        id=call.id,
        organisation_id=ORGANISATION,
        number=call.number,
        title=view.title,
        state=view.state,
        opens_at=view.opens_at,
        closes_at=view.closes_at,
        intake_place=view.intake_place,
        presentation_at=view.presentation_at,
        presentation_place=view.presentation_place,
        approved_amount=view.amount,
        rule=view.rule,
        formal_items=[{"code": f"formal{n}", "text": f"Náležitost {n}"} for n in range(4)],
        created_at=view.opens_at,
        published_at=view.published_at,
        published_by=DIRECTOR.name,
        last_serial=call.size,
        last_order=call.size,
    )
    for position, fiche in enumerate(view.fiches):
        writer.add(
            FicheRow,
            id=fiche.id,
            organisation_id=ORGANISATION,
            call_id=call.id,
            code=fiche.number,
            name=fiche.name,
            position=position,
            allocation=fiche.allocation,
            attachments=[
                {"code": a.code, "name": a.text, "is_mandatory": True} for a in fiche.attachments
            ],
            acceptability=[{"code": c.code, "text": c.text} for c in fiche.acceptability],
            scoring=[
                {"code": c.code, "text": c.text, "max_points": c.maximum, "spl_goal": ""}
                for c in fiche.scoring
            ],
        )
    _publish(writer, call, "call", to_json(view))
    if call.phase is not Phase.INTAKE:
        _received_list(writer, call)
    if call.phase in (Phase.DECIDED, Phase.OVER):
        _results(writer, call)


def _publish(writer: Writer, call: BenchCall, kind: str, content: object) -> None:
    common = {"organisation_id": ORGANISATION, "call_id": call.id, "kind": kind}
    at = call.closes_at
    writer.add(
        Snapshot,
        id=key("snapshot", call.id, kind),
        content=content,
        sha256="0" * 64,
        published_at=at,
        published_by=DIRECTOR.name,
        **common,
    )
    details = {"count": call.size, "resolution": "VH 1/2026"}
    writer.add(NewsItem, id=key("news", call.id, kind), details=details, published_at=at, **common)


def _received_list(writer: Writer, call: BenchCall) -> None:
    """Only the newest closed call still waits for the publication of its list."""
    is_published = call.phase is not Phase.CONTROL
    deadline = publication_deadline(call.closes_at)
    rows = [
        {
            "applicant_name": view.applicant.name,
            "place": view.place,
            "project_title": view.title,
            "fiche": f"Rozvoj území ({view.fiche_number})",
            "requested_grant": view.requested.to_json(),
        }
        for view in (application.view() for application in call.applications)
    ]
    writer.add(
        ReceivedList,
        id=key("list", call.id),
        organisation_id=ORGANISATION,
        call_id=call.id,
        state="published" if is_published else "signed",
        rows=rows,
        document_id=key("list document", call.id),
        made_at=call.closes_at,
        made_by=OFFICE.name,
        deadline=deadline_to_json(deadline),
        due=deadline.due,
        signed_at=call.closes_at,
        published_at=call.closes_at if is_published else None,
        published_by=OFFICE.name,
    )
    if is_published:
        _publish(writer, call, "received_list", {"rows": rows})


def _results(writer: Writer, call: BenchCall) -> None:
    rows = [
        ResultRow(
            application_id=application.id,
            points=str(60 + application.order % 40),
            outcome=("approved", "reserve", "rejected")[application.order % 3],
            amount=application.requested if application.order % 3 == 0 else Money.zero(),
            reason="Podle pořadí ve fichi a zbývající alokace.",
        )
        for application in call.applications
    ]
    content = to_json(Results("VH 1/2026", call.closes_at.date(), rows))
    resolution_id = key("resolution", call.id)
    writer.add(
        ResultsRow,
        id=resolution_id,
        organisation_id=ORGANISATION,
        call_id=call.id,
        resolution_id=resolution_id,
        content=content,
        published_at=call.closes_at,
    )
    _publish(writer, call, "results", content)


def _application(writer: Writer, application: BenchApplication) -> None:
    view, call = application.view(), application.call
    applicant = view.applicant
    writer.add(
        Applicant,
        id=applicant.id,
        organisation_id=ORGANISATION,
        name=applicant.name,
        kind=applicant.kind,
        is_natural_person=False,
        ic=applicant.ic,
        municipality=applicant.municipality,
        address=applicant.address,
        data_box_id=applicant.data_box_id,
    )
    writer.add(
        Application,
        id=view.id,
        organisation_id=ORGANISATION,
        call_id=call.id,
        fiche_id=view.fiche_id,
        applicant_id=applicant.id,
        applicant_name=applicant.name,
        fiche_code=view.fiche_number,
        state=view.state,
        case_state="result_notified" if call.phase is Phase.OVER else "",
        title=view.title,
        place=view.place,
        requested=view.requested,
        received_order=view.received_order,
        serial=application.order if application.is_registered else None,
        number=view.number,
        received_at=application.received_at,
        registered_at=view.registered_at,
        registered_by=view.registered_by,
        created_at=application.received_at,
    )
    _arrival(writer, application)
    _history(writer, application)


def _arrival(writer: Writer, application: BenchApplication) -> None:
    """What came and how it was checked; of the waiting ones every third lacks its sheet."""
    at = application.received_at
    of = {"organisation_id": ORGANISATION, "application_id": application.id}
    for name in application.view().files:
        writer.add(
            ApplicationFile,
            id=name.id,
            submission_number=1,
            code=name.kind,
            name=name.name,
            media_type=name.media_type,
            size=100_000,
            sha256="0" * 64,
            stored_as=key("stored", name.id),
            received_at=at,
            added_by=OFFICE.name,
            **of,
        )
    writer.add(
        Submission,
        id=key("submission", application.id),
        number=1,
        channel="in_person",
        received_at=at,
        recorded_at=at,
        recorded_by=OFFICE.name,
        submitter_name="Josef Novák",
        **of,
    )
    writer.add(
        IdentityRow,
        id=key("identity", application.id),
        submission_number=1,
        method="document",
        document="identity_card",
        standing="statutory",
        checked_at=at,
        checked_by=OFFICE.name,
        **of,
    )
    if application.is_registered or application.order % 3:
        codes = [f"formal{n}" for n in range(4)]
        writer.add(
            ControlSheet,
            id=key("sheet", application.id),
            submission_number=1,
            answers=[{"code": code, "verdict": "yes", "note": ""} for code in codes],
            filled_at=at,
            filled_by=OFFICE.name,
            **of,
        )


def _history(writer: Writer, application: BenchApplication) -> None:
    at = application.received_at
    of = {"organisation_id": ORGANISATION, "application_id": application.id}
    entries = ENTRIES if application.call.phase is Phase.OVER else ENTRIES // 2
    for number in range(entries if application.is_registered else 1):
        writer.add(
            FolderEntryRow,
            id=key("entry", application.id, number),
            service="registry" if number < 2 else "evaluation",
            kind="act",
            text="Žádost prošla dalším krokem a je o tom podepsaný záznam.",
            actor_name=OFFICE.name,
            happened_at=at + timedelta(days=number),
            recorded_at=at + timedelta(days=number),
            state="registered",
            document_id=key("document", application.id, number % 3),
            **of,
        )
        writer.add(
            Audit,
            id=key("audit", application.id, number),
            organisation_id=ORGANISATION,
            at=at,
            recorded_at=at,
            actor_id=OFFICE.person_id,
            actor_name=OFFICE.name,
            act="act",
            subject_type="application",
            subject_id=application.id,
            details={},
            request_id="",
        )
    if not application.is_registered:
        return
    writer.add(
        Decision,
        id=key("decision", application.id),
        submission_number=1,
        act="register",
        reasons=[],
        actor_id=DIRECTOR.person_id,
        actor_name=DIRECTOR.name,
        at=at,
        **of,
    )
    for number in range(2):
        # The newest intake records of the open call still wait for the director.
        is_waiting = application.call.phase is Phase.INTAKE and application.order % 10 == 0
        writer.add(
            DocumentRef,
            id=key("document", application.id, number),
            kind=("intake_record", "confirmation")[number],
            title="Příjem žádosti",
            call_id=application.call.id,
            signer_id=DIRECTOR.person_id,
            state="draft" if is_waiting else "issued",
            requested_at=at,
            changed_at=at,
            **of,
        )

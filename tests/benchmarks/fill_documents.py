"""Documents with one document for each application, every second of them delivered."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.documents.delivery.port import DeliveryInfo
from services.documents.domain.deliveries import DELIVERY_INFO, SENT_MESSAGE
from services.documents.domain.legal_delivery import BoxEvent
from services.documents.models import Audit, Delivery, Document, Letterhead, Proof, Signature
from shared.contracts.codec import to_json

from .bulk import Writer
from .world import FUNCTIONS, ORGANISATION, PEOPLE, BenchApplication, Phase, World, key

ORDER = (Letterhead, Document, Signature, Delivery, Proof, Audit)
SIGNERS = ("reditelka", "asistentka")
ACTS = ("create", "sign", "sign", "issue")


def fill_documents(session: Session, world: World) -> None:
    """Write the world into the empty database of documents."""
    writer = Writer(session, ORDER)
    writer.add(
        Letterhead,
        organisation_id=ORGANISATION,
        name=PEOPLE["reditelka"].organisation_name,
        code="SZK",
        lines=["Náměstí 1", "431 00 Stará Huť"],
        accent="#205080",
    )
    for serial, application in enumerate(_all(world), start=1):
        _document(writer, application, serial)
    writer.write()


def _all(world: World) -> list[BenchApplication]:
    return [application for call in world.calls for application in call.applications]


def document_id(application: BenchApplication) -> UUID:
    """Return the id of the application's document."""
    return key("document", application.id, 0)


def delivery_id(application: BenchApplication) -> UUID:
    """Return the id of the document's delivery."""
    return key("delivery", application.id)


def has_delivery(application: BenchApplication) -> bool:
    """Tell whether the application's document is delivered to somebody."""
    return application.order % 2 == 0


def _document(writer: Writer, application: BenchApplication, serial: int) -> None:
    own, at = document_id(application), application.received_at
    is_waiting = application.call.phase is Phase.INTAKE and application.order % 10 == 0
    content: dict[str, Any] = {
        "reference": [["Žádost", application.number]],
        "blocks": [{"type": "paragraph", "text": "Slova dopisu. " * 60}],
    }
    writer.add(
        Document,
        id=own,
        organisation_id=ORGANISATION,
        number=f"SZK/2026/{serial:05d}",
        kind="control_notice",
        layout="letter" if has_delivery(application) else "record",
        language="cs",
        title=f"Oznámení o provedení administrativní kontroly {application.number}",
        state="draft" if is_waiting else "issued",
        case_id=application.id,
        call_id=application.call.id,
        fingerprint="0" * 64,
        content=content,
        facts={},
        template=1,
        template_sha256="3" * 64,
        printing={},
        facts_sha256="4" * 64,
        preview_sha256="1" * 64,
        sha256="2" * 64,
        pages=2,
        created_at=at,
        created_by=PEOPLE["asistentka"].name,
        signed_at=None if is_waiting else at,
        issued_at=None if is_waiting else at,
    )
    for position, login in enumerate(SIGNERS):
        writer.add(
            Signature,
            id=key("signature", own, position),
            organisation_id=ORGANISATION,
            document_id=own,
            position=position,
            person_id=PEOPLE[login].person_id,
            name=PEOPLE[login].name,
            function=FUNCTIONS[login],
            signed_at=None if is_waiting else at,
            sha256=None if is_waiting else "2" * 64,
        )
    if has_delivery(application):
        _delivery(writer, application, serial, is_waiting=is_waiting)
    for number, act in enumerate(ACTS):
        writer.add(
            Audit,
            id=key("audit", own, number),
            organisation_id=ORGANISATION,
            at=at,
            recorded_at=at,
            actor_id=PEOPLE["asistentka"].person_id,
            actor_name=PEOPLE["asistentka"].name,
            act=act,
            subject_type="document",
            subject_id=own,
            details={},
            request_id="",
        )


def _delivery(
    writer: Writer, application: BenchApplication, serial: int, *, is_waiting: bool
) -> None:
    own, at = delivery_id(application), application.received_at
    # A few letters of each call have no data box to go to.
    needs_person = application.order % 50 == 2 and not is_waiting
    state = "waiting_for_issue" if is_waiting else "needs_person" if needs_person else "delivered"
    is_done = state == "delivered"
    writer.add(
        Delivery,
        id=own,
        organisation_id=ORGANISATION,
        document_id=document_id(application),
        state=state,
        waits_since=at,
        requested="auto",
        channel="data_box" if is_done else "post",
        reason="no_box" if needs_person else None,
        recipient_name=application.view().applicant.name,
        address=application.view().applicant.address,
        data_box_id="abc2345",
        subject="Oznámení",
        dispatch_by=(at + timedelta(days=5)).date(),
        sender_reference=f"SZK/2026/{serial:05d}",
        message_id=str(10_000_000 + serial) if is_done else None,
        dispatched_at=at if is_done else None,
        delivered_on=date(2026, 6, 1) if is_done else None,
        delivery_basis="login" if is_done else None,
    )
    events = (
        BoxEvent("EV0", at, "Datová zpráva byla dodána."),
        BoxEvent("EV11", at, "Přihlášení."),
    )
    info = DeliveryInfo(
        message_id=str(10_000_000 + serial),
        state=6,
        recipient_box="abc2345",
        sender_reference=f"SZK/2026/{serial:05d}",
        put_in_at=at,
        accepted_at=at,
        events=events,
    )
    for ordinal, kind in enumerate((SENT_MESSAGE, DELIVERY_INFO) if is_done else (), start=1):
        writer.add(
            Proof,
            id=key("proof", own, ordinal),
            organisation_id=ORGANISATION,
            delivery_id=own,
            ordinal=ordinal,
            kind=kind,
            sha256=str(ordinal) * 64,
            file_name=f"{kind}.zfo",
            media_type="application/vnd.software602.filler.form-xml-zip",
            obtained_at=at,
            facts=to_json(info) if kind == DELIVERY_INFO else {},
        )

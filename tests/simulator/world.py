"""A ledger with many messages, made without SOAP: for measuring and for looking at pages."""

from datetime import UTC, datetime, timedelta

from services.isds_simulator.domain.attachments import Attachment
from services.isds_simulator.domain.box_id import box_id_from
from services.isds_simulator.service.directory import BoxDraft, enter_box
from services.isds_simulator.service.documents import SUBMITTED_FIELDS
from services.isds_simulator.service.office import Office
from services.isds_simulator.service.sending import Desk, Draft, submit

PDF = Attachment("oznameni.pdf", "application/pdf", "main", b"%PDF-1.7\n%%EOF\n")
SUBJECTS = (
    "Oznámení o schválení žádosti",
    "Výzva k doplnění",
    "Rozhodnutí o námitce",
    "Vyrozumění",
)
TYPES = ("OVM", "PO", "PFO", "OVM")
AT_ONCE = 1000


def fill(office: Office, sender: str, messages: int, *, boxes: int) -> list[str]:
    """Enter boxes and messages to them; return the ids of the boxes."""
    recipients = enter_recipients(office, boxes)
    send_many(office, sender, messages, recipients)
    return recipients


def enter_recipients(office: Office, boxes: int) -> list[str]:
    """Enter boxes of several types and return their ids."""
    recipients = [box_id_from(f"recipient {number}") for number in range(boxes)]
    with office.ledger.writing() as connection:
        for number, box_id in enumerate(recipients):
            kind = TYPES[number % len(TYPES)]
            draft = BoxDraft(
                kind, f"Obec číslo {number}", id=box_id, ic=f"{10_000_000 + number}", city="Kadaň"
            )
            enter_box(connection, draft)
    return recipients


def send_many(office: Office, sender: str, messages: int, recipients: list[str]) -> None:
    """Enter messages that were submitted one a second up to now."""
    begun = datetime.now(UTC) - timedelta(seconds=messages)
    for start in range(0, messages, AT_ONCE):
        with office.ledger.writing() as connection:
            desk = Desk(connection, office.settings, office.authority)
            for number in range(start, min(start + AT_ONCE, messages)):
                at = begun + timedelta(seconds=number)
                submit(desk, sender, _draft(number, recipients[number % len(recipients)]), now=at)


def _draft(number: int, recipient: str) -> Draft:
    fields: dict[str, str | None] = dict.fromkeys(SUBMITTED_FIELDS)
    fields |= {
        "dbIDRecipient": recipient,
        "dmAnnotation": f"{SUBJECTS[number % len(SUBJECTS)]} {number}",
        "dmSenderRefNumber": f"MAS-2026-{number:06}/1",
        "dmPersonalDelivery": "false",
        "dmAllowSubstDelivery": "true",
    }
    return Draft(fields, (PDF,), None)

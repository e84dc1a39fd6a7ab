"""Messages to members: their words, and the log of what became of each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.registry.models import Call, MailRow, Member, Organisation
from shared.clock import PRAGUE


@dataclass(frozen=True)
class Mail:
    """One message, ready to be sent."""

    id: UUID
    to: str
    subject: str
    text: str
    sender_name: str
    reply_to: str


def compose(session: Session, mail_id: UUID, public_url: str) -> Mail | None:
    """Return the message as it will be sent; ``None`` when it was sent already."""
    row = session.get_one(MailRow, mail_id)
    if row.sent_at is not None:
        return None
    call = session.get_one(Call, row.call_id)
    member = session.get_one(Member, row.member_id)
    organisation = session.get_one(Organisation, row.organisation_id)
    address = f"{public_url}/registry/mas/{organisation.slug}/vyzvy/{call.number}"
    subject, body = _words(row.kind, call)
    text = f"Vážení,\n\n{body}\n\nÚplné znění: {address}\n\n{organisation.name}\n"
    return Mail(row.id, member.email, subject, text, organisation.name, organisation.email)


def mark_sent(session: Session, mail_id: UUID, at: datetime) -> None:
    """Note in the log that the message left."""
    row = session.get_one(MailRow, mail_id)
    row.sent_at = row.sent_at or at


def _words(kind: str, call: Call) -> tuple[str, str]:
    if kind.startswith("presentation_change"):
        subject = f"Změna termínu veřejných prezentací – {call.title}"
        body = (
            f"termín veřejných prezentací projektů ve výzvě „{call.title}“ se změnil. "
            f"Prezentace se konají {_moment(call.presentation_at)}, {call.presentation_place}."
        )
        return subject, body
    subject = f"Vyhlášení výzvy – {call.title}"
    body = (
        f"vyhlásili jsme výzvu „{call.title}“.\n"
        f"Příjem žádostí: {_moment(call.opens_at)} až {_moment(call.closes_at)}, "
        f"{call.intake_place}.\n"
        f"Veřejné prezentace: {_moment(call.presentation_at)}, {call.presentation_place}."
    )
    return subject, body


def _moment(at: datetime | None) -> str:
    if at is None:
        return "–"
    local = at.astimezone(PRAGUE)
    return f"{local.day}. {local.month}. {local.year} {local.hour}:{local:%M}"

"""Messages to single people about their accounts: queued in the transaction of the act."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from services.registry.models import Organisation
from services.registry.service.mailings import Mail
from services.registry.service.work import Work
from shared.outbox import Message

SEND_NOTICE = "mail.notice"


@dataclass(frozen=True)
class Notice:
    """Subject and text of a message, with places for what is told."""

    subject: str
    text: str


EMAIL_CHANGED = Notice(
    "Změna e-mailu ve Výzvě",
    "{by} změnil(a) e-mail, který patří k účtu {name}. Odkazy k nastavení hesla teď chodí na nový "
    "e-mail. Jestli o změně nevíte, ozvěte se hned ředitelce.",
)
OWN_ROLES_CHANGED = Notice(
    "Změna vlastních rolí ve Výzvě",
    "{name} změnil(a) své vlastní role. Nové role: {roles}.",
)


def tell_person(work: Work, to: str, notice: Notice, **told: str) -> None:
    """Have a message sent once the act is committed."""
    payload = {"to": to, "subject": notice.subject, "text": notice.text.format(**told)}
    work.later(SEND_NOTICE, payload)


def compose_notice(session: Session, message: Message) -> Mail:
    """Return the message as it will be sent."""
    told = message.payload
    words = (told["subject"], told["text"])
    return letter(session, message.organisation_id, message.id, to=told["to"], words=words)


def letter(
    session: Session, organisation_id: UUID, mail_id: UUID, *, to: str, words: tuple[str, str]
) -> Mail:
    """Return a message of the organisation to one person."""
    organisation = session.get_one(Organisation, organisation_id)
    subject, text = words
    body = f"Dobrý den,\n\n{text}\n\n{organisation.name}\n"
    return Mail(mail_id, to, subject, body, organisation.name, organisation.email)

"""Handing over messages about accounts: links with which passwords are set, and notices."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

from services.registry.adapters.mail import MailPort
from services.registry.service.notices import SEND_NOTICE, compose_notice
from services.registry.service.password_links import SEND_LINK, compose_link
from shared.db import reading, transaction
from shared.outbox import Handler, Message


def handlers(
    session: Callable[[], Session], *, mail: MailPort, public_url: str
) -> dict[str, Handler]:
    """Return what to do with each kind of message."""

    def send_link(message: Message) -> None:
        with transaction(session()) as opened:
            letter = compose_link(opened, UUID(message.payload["link_id"]), public_url)
        if letter is not None:
            mail.send(letter)

    def send_notice(message: Message) -> None:
        with reading():
            letter = compose_notice(session(), message)
            session().rollback()
        mail.send(letter)

    return {SEND_LINK: send_link, SEND_NOTICE: send_notice}

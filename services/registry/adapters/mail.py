"""The post office: one port, an engine that writes files and one that sends."""

import smtplib
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Protocol

from services.registry.config import RegistrySettings
from services.registry.service.mailings import Mail
from shared.clock import Clock


class MailPort(Protocol):
    """Takes a message; raises ``OSError`` when it could not be handed over."""

    def send(self, mail: Mail) -> None:
        """Send one message; the same id twice is the same message."""
        ...


class MailFolder:
    """Writes each message as a file: the embedded default, and for demonstrations."""

    def __init__(self, folder: Path, sender: str, clock: Clock) -> None:
        self._folder, self._sender, self._clock = folder, sender, clock

    def send(self, mail: Mail) -> None:
        """Write the message under its id, so that a repeated attempt makes no second one."""
        self._folder.mkdir(parents=True, exist_ok=True)
        message = build_message(mail, self._sender)
        message["Date"] = format_datetime(self._clock.now())
        temporary = self._folder / f"{mail.id}.part"
        temporary.write_bytes(bytes(message))
        temporary.rename(self._folder / f"{mail.id}.eml")


class SmtpMail:
    """Sends by SMTP."""

    def __init__(self, settings: RegistrySettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock

    def send(self, mail: Mail) -> None:
        """Send the message."""
        settings = self._settings
        message = build_message(mail, settings.mail_from)
        message["Date"] = format_datetime(self._clock.now())
        is_tls = settings.smtp_security == "tls"
        kind = smtplib.SMTP_SSL if is_tls else smtplib.SMTP
        with kind(settings.smtp_host, settings.smtp_port, timeout=30) as server:
            if settings.smtp_security == "starttls":
                server.starttls()
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
            server.send_message(message)


def make_mail(settings: RegistrySettings, clock: Clock) -> MailPort:
    """Return the engine that the settings choose."""
    if settings.mail == "smtp":
        return SmtpMail(settings, clock)
    return MailFolder(settings.var / "mail", settings.mail_from, clock)


def build_message(mail: Mail, sender: str) -> EmailMessage:
    """Return the message with its headers; a repeated attempt has the same Message-ID."""
    message = EmailMessage()
    message["From"] = formataddr((mail.sender_name, sender))
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Message-ID"] = f"<{mail.id}@vyzva>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message.set_content(mail.text)
    return message

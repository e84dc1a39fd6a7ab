"""Local accounts: sign-in names, passwords, and when guessing has to stop. Pure."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from shared.errors import DomainError
from shared.pauses import doubled

LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38})[a-z0-9]")
EMAIL = re.compile(r"[^@\s\"<>(),;:\\]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 128
MAX_FAILURES = 5
FAILURE_WINDOW = timedelta(hours=24)
FIRST_DELAY = timedelta(seconds=30)
LONGEST_DELAY = timedelta(minutes=15)
SESSION_LIFE = timedelta(hours=12)
IDLE_LIFE = timedelta(hours=2)
PASSWORD_LINK_LIFE = timedelta(hours=24)


class InvalidLogin(DomainError):
    """A sign-in name has 3 to 40 small letters, digits, dots or dashes. Params: ``login``."""


class InvalidEmail(DomainError):
    """Params: ``email``."""


class PasswordTooShort(DomainError):
    """Params: ``shortest``."""


class PasswordTooLong(DomainError):
    """Params: ``longest``."""


class PasswordGuessable(DomainError):
    """The password repeats one character, or holds the sign-in name."""


class LoginUnusable(DomainError):
    """The sign-in name cannot be given. Says nothing about who has it."""


class PersonWithoutEmail(DomainError):
    """No link can be sent: the person has no e-mail."""


class EmailByDirector(DomainError):
    """Only the director changes the e-mail of somebody else: links with new passwords go there."""


class PasswordLinkOver(DomainError):
    """The link was used, replaced, is too old, or there never was one."""


class WrongCredentials(DomainError):
    """Name and password do not belong together. Says nothing about which is wrong."""


class WrongPresentPassword(DomainError):
    """The password that was to be changed is another one."""


class WrongFoundingCode(DomainError):
    """The code is not the one that was said on the terminal at start."""


class TooManyAttempts(DomainError):
    """Guessing has to stop for a while. Params: ``until`` (aware instant)."""


class SessionOver(DomainError):
    """The session has ended: signed out, revoked, idle or too old."""


def normalise_login(text: str) -> str:
    """Return the sign-in name in small letters.

    Raises:
        InvalidLogin: another form.

    Source:
        R96 (people of the organisation); no rule of the process says more.
    """
    login = text.strip().lower()
    if not LOGIN.fullmatch(login):
        raise InvalidLogin(login=text[:60])
    return login


def check_email(text: str) -> str:
    """Return the address when mail can be sent to it, as far as its form tells.

    Raises:
        InvalidEmail: another form.

    Source:
        R6 (members are told by e-mail).
    """
    email = text.strip()
    if not EMAIL.fullmatch(email):
        raise InvalidEmail(email=text[:100])
    return email


def check_password(password: str, *, login: str) -> None:
    """Refuse a password that could be guessed.

    Length protects; rules about kinds of characters do not, so there are none.

    Raises:
        PasswordTooShort, PasswordTooLong, PasswordGuessable.

    Source:
        OWASP ASVS 5.0, chapter 6 (length, no composition rules, no name of the account).
    """
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort(shortest=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise PasswordTooLong(longest=LONGEST_PASSWORD)
    if len(set(password)) < 5 or login in password.lower():
        raise PasswordGuessable()


def check_attempts(
    failures: Collection[datetime], *, now: datetime, most: int = MAX_FAILURES
) -> None:
    """Refuse another attempt while those that failed make it wait, each time twice as long.

    Args:
        failures: instants of failed attempts (aware, real time).
        most: how many may fail before waiting begins.

    Raises:
        TooManyAttempts: with the instant at which the next attempt is possible.

    Source:
        OWASP ASVS 5.0, chapter 6 (guessing is slowed down).
    """
    recent = sorted(at for at in failures if at > now - FAILURE_WINDOW)
    beyond = len(recent) - most
    if beyond < 0:
        return
    until = recent[-1] + doubled(FIRST_DELAY, beyond, LONGEST_DELAY)
    if now < until:
        raise TooManyAttempts(until=until)


def check_session(
    *, started_at: datetime, seen_at: datetime, ended_at: datetime | None, now: datetime
) -> None:
    """Refuse a session that has ended or slept for too long.

    Raises:
        SessionOver.

    Source:
        OWASP ASVS 5.0, chapter 7 (absolute and idle limits of sessions).
    """
    is_over = ended_at is not None or now > started_at + SESSION_LIFE or now > seen_at + IDLE_LIFE
    if is_over:
        raise SessionOver()


def check_password_link(
    *, sent_at: datetime | None, used_at: datetime | None, now: datetime
) -> None:
    """Refuse a link with which no password can be set any more.

    Raises:
        PasswordLinkOver.

    Source:
        OWASP ASVS 5.0, chapter 6 (recovery by a random secret, short-lived, for one use).
    """
    if sent_at is None or used_at is not None or now > sent_at + PASSWORD_LINK_LIFE:
        raise PasswordLinkOver()

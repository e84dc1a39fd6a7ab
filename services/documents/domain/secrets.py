"""The secret with which a person unlocks their own signing key."""

from datetime import datetime, timedelta

from shared.errors import DomainError

SHORTEST = 10
LONGEST = 200
MOST_FAILURES = 5
LOCK = timedelta(minutes=15)


class SecretTooShort(DomainError):
    """The signing secret is too short. Params: ``shortest``."""


class SecretTooLong(DomainError):
    """The signing secret is longer than can be used. Params: ``longest``."""


class SecretTooSimple(DomainError):
    """The signing secret repeats one character or contains the person's name."""


class WrongSecret(DomainError):
    """The signing secret does not open the key. Params: ``left`` (attempts before a lock)."""


class CertificateExpired(DomainError):
    """The person's certificate does not hold today; a new key is needed. Params: ``day``."""


class KeysNotMadeHere(DomainError):
    """No authority issues certificates here: people bring their own keys."""


class KeyLocked(DomainError):
    """Too many wrong secrets; the key is locked for a while. Params: ``until``."""


class KeyWaits(DomainError):
    """The key was made in place of another one and waits. Params: ``until``."""


def check_secret(secret: str, name: str) -> None:
    """Refuse a signing secret that is easy to guess.

    Raises:
        SecretTooShort, SecretTooLong, SecretTooSimple: what is wrong with it.

    Source:
        NIST SP 800-63B, 5.1.1.2: length counts, composition rules do not.
    """
    if len(secret) < SHORTEST:
        raise SecretTooShort(shortest=SHORTEST)
    if len(secret) > LONGEST:
        raise SecretTooLong(longest=LONGEST)
    simple = secret.casefold()
    if len(set(simple)) < 4 or simple == name.casefold():
        raise SecretTooSimple()


def check_lock(locked_until: datetime | None, now: datetime) -> None:
    """Refuse to try a secret while the key is locked.

    Raises:
        KeyLocked: the lock has not ended.

    Source:
        OWASP ASVS 5.0, 6.3.1: guessing is slowed down.
    """
    if locked_until is not None and now < locked_until:
        raise KeyLocked(until=locked_until)


def check_wait(usable_from: datetime | None, now: datetime) -> None:
    """Refuse to sign with a key made in place of another before its time.

    Raises:
        KeyWaits: the person still has time to notice that somebody else made it.

    Source:
        OWASP ASVS 5.0, 6.4: replacing a factor must not be weaker than the factor.
    """
    if usable_from is not None and now < usable_from:
        raise KeyWaits(until=usable_from)


def lock_after(failures: int, now: datetime) -> datetime | None:
    """Return until when the key is locked after this many wrong secrets in a row.

    Source:
        OWASP ASVS 5.0, 6.3.1: guessing is slowed down.
    """
    return now + LOCK if failures % MOST_FAILURES == 0 else None

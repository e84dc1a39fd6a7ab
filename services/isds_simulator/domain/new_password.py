"""Which passwords the data box system takes."""

import string

from services.isds_simulator.domain import refusals
from services.isds_simulator.domain.refusals import Refused

SHORTEST = 8
LONGEST = 32
SPECIAL = " !#$%&()*+,-.:=?@[]_{|}~"
ALLOWED = frozenset(string.ascii_letters + string.digits + SPECIAL)
CLASSES = (
    frozenset(string.ascii_uppercase),
    frozenset(string.ascii_lowercase),
    frozenset(string.digits),
)
TRIVIAL = ("qwert", "asdgf", "12345")
MOST_REMEMBERED = 255


def check_new_password(password: str, username: str) -> None:
    """Refuse a password that breaks a rule about its own form.

    Args:
        password: The wanted password.
        username: The login that it shall belong to.

    Raises:
        Refused: 1066 length, 1079 a character, 1080 a missing class, 1081 three equal
            characters in a row, 1082 the login's name inside, 1083 a trivial beginning.

    Source:
        ISDS Operating Rules, manual of access to ISDS, ChangeISDSPassword.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refused(refusals.CREDENTIAL_LENGTH)
    if not ALLOWED.issuperset(password):
        raise Refused(refusals.CREDENTIAL_CHARACTER)
    if any(kind.isdisjoint(password) for kind in CLASSES):
        raise Refused(refusals.CREDENTIAL_CLASSES)
    if any(a == b == c for a, b, c in zip(password, password[1:], password[2:], strict=False)):
        raise Refused(refusals.CREDENTIAL_TRIPLE)
    if username.lower() in password.lower():
        raise Refused(refusals.CREDENTIAL_HOLDS_LOGIN)
    if password.lower().startswith(TRIVIAL):
        raise Refused(refusals.CREDENTIAL_TRIVIAL)

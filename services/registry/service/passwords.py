"""Hashing passwords with Argon2id."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# 19 MiB and two passes: the least that OWASP recommends, fit for a small shared machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
NOBODY = _HASHER.hash("nobody has this password")
"""Verified when the account does not exist, so that both answers take the same time."""


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return _HASHER.hash(password)


def is_password(password: str, password_hash: str) -> bool:
    """Tell whether the password belongs to the hash."""
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False

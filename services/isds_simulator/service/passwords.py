"""What the ledger keeps of passwords."""

import hashlib
import secrets

SALT_BYTES = 16


def password_digest(password: str, salt: bytes) -> bytes:
    """Return what the ledger keeps of a password.

    A single hash is enough: these are test passwords from a seed file, and each of
    thousands of requests a minute checks one.
    """
    return hashlib.sha256(salt + password.encode()).digest()


def new_salt() -> bytes:
    """Return a fresh salt."""
    return secrets.token_bytes(SALT_BYTES)

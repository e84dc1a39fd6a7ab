"""A private key at rest: Argon2id from the person's secret, then AES-256-GCM.

The person's id is bound as associated data, so a locked key copied to somebody else's row does
not open there.
"""

import os
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from services.documents.signing.mechanisms import PrivateKey

FORMAT = b"VZK1"
SALT = 16
NONCE = 12
# RFC 9106, second recommended option: 64 MiB, 3 passes.
MEMORY_KIB = 64 * 1024
PASSES = 3
LANES = 4


class CannotOpen(Exception):
    """Wrong secret, wrong person, or a damaged key."""


def lock_key(key: PrivateKey, secret: str, person_id: UUID) -> bytes:
    """Return the key encrypted under the secret."""
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    cipher = AESGCM(_derive(secret, salt))
    return FORMAT + salt + nonce + cipher.encrypt(nonce, plain, person_id.bytes)


def open_key(locked: bytes, secret: str, person_id: UUID) -> EllipticCurvePrivateKey:
    """Return a key that was made here.

    Raises:
        CannotOpen: wrong secret, another person's key, or a damaged one.
    """
    key = open_any_key(locked, secret, person_id)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise CannotOpen
    return key


def open_any_key(locked: bytes, secret: str, person_id: UUID) -> PrivateKey:
    """Return a key that was made here or brought along.

    Raises:
        CannotOpen: wrong secret, another person's key, or a damaged one.
    """
    if not locked.startswith(FORMAT):
        raise CannotOpen
    start = len(FORMAT)
    salt, nonce = locked[start : start + SALT], locked[start + SALT : start + SALT + NONCE]
    cipher = AESGCM(_derive(secret, salt))
    try:
        plain = cipher.decrypt(nonce, locked[start + SALT + NONCE :], person_id.bytes)
    except InvalidTag as error:
        raise CannotOpen from error
    # The tag vouches for the bytes, which were a checked key when they were locked.
    key = load_der_private_key(plain, password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, EllipticCurvePrivateKey | RSAPrivateKey):
        raise CannotOpen
    return key


def _derive(secret: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        secret=secret.encode("utf-8"),
        salt=salt,
        time_cost=PASSES,
        memory_cost=MEMORY_KIB,
        parallelism=LANES,
        hash_len=32,
        type=Type.ID,
    )

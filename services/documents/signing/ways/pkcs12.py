"""A person's own PKCS#12 store: opened with its password, kept under the person's own secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    pkcs12,
)

from services.documents.domain.secrets import WrongSecret
from services.documents.domain.ways import StoreNotOpened, StoreWithoutKey
from services.documents.signing.cms import Identity
from services.documents.signing.key_lock import CannotOpen, lock_key, open_any_key
from services.documents.signing.mechanisms import KeyUnsuitable, PrivateKey, key_on_hand
from services.documents.signing.port import PersonKey, TimeStamper
from services.documents.signing.ways.own_key import OwnKey
from services.documents.signing.ways.people import load_certificate

MOST_BYTES = 64 * 1024
"""A store with a key and its chain is a few kilobytes long."""


@dataclass(frozen=True)
class Store:
    """What was in a store."""

    private: PrivateKey
    certificate: asn1_x509.Certificate
    others: tuple[asn1_x509.Certificate, ...]

    def lock(self, secret: str, person_id: UUID) -> PersonKey:
        """Return key and certificate, the key locked anew; the store's password is not needed."""
        return PersonKey(self.certificate.dump(), lock_key(self.private, secret, person_id))

    def open(self, chain: tuple[bytes, ...], stamper: TimeStamper) -> OwnKey:
        """Return the key for one act."""
        return OwnKey(Identity(key_on_hand(self.private), self.certificate.dump(), chain), stamper)

    def private_der(self) -> bytes:
        """Return the key without any protection (PKCS#8), for a pipe between own processes."""
        return self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def open_store(content: bytes, password: str) -> Store:
    """Open a store, in modern (AES) and old (3DES, RC2) encryption.

    Raises:
        StoreNotOpened: the password is wrong, or it is no such store.
        StoreWithoutKey: it holds no key for signing, or no certificate of that key.
    """
    if len(content) > MOST_BYTES:
        raise StoreNotOpened()
    try:
        found = pkcs12.load_pkcs12(content, password.encode("utf-8"))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StoreNotOpened() from error
    if found.key is None or found.cert is None:
        raise StoreWithoutKey()
    certificate = found.cert.certificate
    try:
        on_hand = key_on_hand(found.key)
    except KeyUnsuitable as error:
        raise StoreWithoutKey() from error
    if on_hand.private.public_key() != certificate.public_key():
        raise StoreWithoutKey()
    others = tuple(_asn1(one.certificate) for one in found.additional_certs)
    return Store(on_hand.private, _asn1(certificate), others)


def store_of(private: bytes, certificates: Sequence[asn1_x509.Certificate]) -> Store:
    """Return the store that ``private_der`` and its certificates, its own first, were read from.

    Raises:
        StoreWithoutKey: the key is none, or not that of the first certificate.
    """
    certificate, *others = certificates
    try:
        on_hand = key_on_hand(load_der_private_key(private, None))
        public = x509.load_der_x509_certificate(certificate.dump()).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm, KeyUnsuitable) as error:
        raise StoreWithoutKey() from error
    if on_hand.private.public_key() != public:
        raise StoreWithoutKey()
    return Store(on_hand.private, certificate, tuple(others))


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return load_certificate(certificate.public_bytes(Encoding.DER))


def open_kept(
    key: PersonKey, chain: tuple[bytes, ...], secret: str, person_id: UUID, *, stamper: TimeStamper
) -> OwnKey:
    """Unlock a key that was kept from a store.

    Raises:
        WrongSecret: the secret does not open it.
    """
    certificate = x509.load_der_x509_certificate(key.certificate)
    try:
        private = open_any_key(key.locked, secret, person_id)
    except CannotOpen as error:
        raise WrongSecret() from error
    if private.public_key() != certificate.public_key():
        raise WrongSecret()
    return OwnKey(Identity(key_on_hand(private), key.certificate, chain), stamper)

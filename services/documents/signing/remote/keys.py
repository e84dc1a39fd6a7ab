"""Keys of remote services behind the port of raw keys: one hash, one opening, one check."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import ClassVar

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from services.documents.domain.ways import (
    CertificateUnreadable,
    RemoteAway,
    RemoteDistrusted,
    RemoteNeedsBrowser,
    RemoteNotUnderstood,
    RemoteRefused,
    RemoteSecretWrong,
)
from services.documents.signing.mechanisms import (
    DIGESTS,
    ECDSA,
    RSA_PKCS1,
    KeyUnsuitable,
    Mechanism,
    mechanism_of,
)
from services.documents.signing.remote.csc import (
    Credential,
    CscService,
    Secrets,
    wanted_algorithm,
)
from services.documents.signing.seals import Opened, SealKeyElsewhere
from services.documents.signing.ways.people import load_certificate
from shared.errors import DomainError

PLAIN_RSA, PLAIN_EC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
MODES = ("implicit", "explicit")


@dataclass(frozen=True)
class RemoteKey:
    """A key that a remote service opens for each hash."""

    service: CscService
    credential: Credential
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    mechanism: Mechanism
    algorithm: str
    """What the service is asked to do, dotted."""
    secrets: Secrets = field(repr=False)

    def sign(self, signed: bytes) -> bytes:
        """Return the signature of the octets, after it was checked against the certificate.

        Only the hash leaves; it is what the key is opened for.

        Raises:
            RemoteSecretWrong, RemoteAway, RemoteRefused, RemoteNotUnderstood: the service.
            RemoteDistrusted: what came is no signature of this key over this hash.
        """
        digest = hashlib.new(self.mechanism.digest.name, signed).digest()
        sad = self.service.authorize(self.credential, digest, self.secrets)
        made = self.service.sign_hash(self.credential, sad, digest, self.algorithm)
        if not _is_signature(self, made, signed):
            raise RemoteDistrusted(provider=self.service.name)
        return made

    def hashing(self, digest: str) -> "RemoteKey":
        """Return the key as one that hashes with another function, such as ``sha384``.

        Raises:
            RemoteRefused: the service does not sign with it.
        """
        mechanism = mechanism_of(self.certificate.public_key.dump(), DIGESTS[digest])
        algorithm = _algorithm(self.service, self.credential, self.certificate, digest)
        return replace(self, mechanism=mechanism, algorithm=algorithm)


def open_remote(service: CscService, identifier: str, secrets: Secrets) -> RemoteKey:
    """Return a key of a remote service; nothing is authorised yet.

    Raises:
        RemoteAway, RemoteRefused, RemoteNotUnderstood: the service.
        RemoteNeedsBrowser: the key is opened by its owner in a browser only.
        RemoteDistrusted: its certificate cannot be used.
    """
    found = service.credential(identifier)
    if found.mode not in MODES:
        raise RemoteNeedsBrowser(provider=service.name)
    if not found.certificates:
        raise RemoteNotUnderstood(provider=service.name)
    try:
        own, *others = map(load_certificate, found.certificates)
        mechanism = mechanism_of(own.public_key.dump(), DIGESTS["sha256"])
    except (CertificateUnreadable, KeyUnsuitable) as error:
        raise RemoteDistrusted(provider=service.name) from error
    algorithm = _algorithm(service, found, own, "sha256")
    return RemoteKey(service, found, own, tuple(others), mechanism, algorithm, secrets)


def _algorithm(
    service: CscService, found: Credential, certificate: x509.Certificate, digest: str
) -> str:
    is_rsa = certificate.public_key.algorithm == "rsa"
    preferred = (RSA_PKCS1 if is_rsa else ECDSA)[digest], PLAIN_RSA if is_rsa else PLAIN_EC
    algorithm = wanted_algorithm(found.algorithms, preferred)
    if algorithm is None:
        raise RemoteRefused(provider=service.name, code="algorithm")
    return algorithm


def _is_signature(key: RemoteKey, made: bytes, signed: bytes) -> bool:
    public = load_der_public_key(key.certificate.public_key.dump())
    function = key.mechanism.digest.function()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(made, signed, padding.PKCS1v15(), function)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(made, signed, ec.ECDSA(function))
    except InvalidSignature:
        return False
    return True


REFUSALS = (
    RemoteAway,
    RemoteDistrusted,
    RemoteNeedsBrowser,
    RemoteNotUnderstood,
    RemoteRefused,
    RemoteSecretWrong,
)


@dataclass
class RemoteSealKey(SealKeyElsewhere):
    """The organisation's seal behind a remote service."""

    service: CscService
    credential: str
    secrets: Secrets = field(repr=False)
    way: str = field(default="remote", init=False)
    wrong: ClassVar[type[DomainError]] = RemoteSecretWrong

    @property
    def place(self) -> str:
        """The service."""
        return self.service.name

    @contextmanager
    def reach(self) -> Iterator[Opened]:
        """Ask the service for the key; it is opened for each hash."""
        key = open_remote(self.service, self.credential, self.secrets)
        yield key, key.certificate, key.others

    def words(self, error: DomainError) -> str | None:
        """Return what the service did."""
        if not isinstance(error, REFUSALS):
            return None
        return f"answered {type(error).__name__} {error.params.get('code', '')}".strip()

"""How a key signs: the algorithm's identifiers, the longest signature, the key parsed once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from services.documents.signing.der import NULL, explicit, integer, object_identifier, sequence

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class KeyUnsuitable(Exception):
    """The key is of a kind, or too short, for signatures of documents."""


@dataclass(frozen=True)
class Digest:
    """A hash function with its names here and there."""

    name: str
    """As ``hashlib`` and pyHanko call it."""
    identifier: str
    """Dotted object identifier."""
    function: Callable[[], hashes.HashAlgorithm]

    @property
    def algorithm(self) -> bytes:
        """AlgorithmIdentifier, DER; without parameters, as RFC 5754 prefers."""
        return sequence(object_identifier(self.identifier))


DIGESTS = {
    digest.name: digest
    for digest in (
        Digest("sha256", "2.16.840.1.101.3.4.2.1", hashes.SHA256),
        Digest("sha384", "2.16.840.1.101.3.4.2.2", hashes.SHA384),
        Digest("sha512", "2.16.840.1.101.3.4.2.3", hashes.SHA512),
    )
}
ECDSA = {
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
RSA_PKCS1 = {
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
RSA_PSS, MGF1 = "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.8"
SHORTEST_RSA = 2048
"""Bits; shorter keys were never accepted for qualified certificates since 2010."""


@dataclass(frozen=True)
class Mechanism:
    """An algorithm as the signature names it."""

    digest: Digest
    algorithm: bytes
    """AlgorithmIdentifier of the signature, DER."""
    longest: int
    """Octets of the longest signature."""


@dataclass(frozen=True)
class KeyOnHand:
    """A private key in memory, parsed and checked once (an RSA key costs up to 0.3 s)."""

    mechanism: Mechanism
    private: PrivateKey
    is_pss: bool = False

    def hashing(self, digest: str) -> "KeyOnHand":
        """Return the key as one that hashes with another function, such as ``sha384``."""
        return key_on_hand(self.private, digest=digest, is_pss=self.is_pss)

    def sign(self, signed: bytes) -> bytes:
        """Return the signature of the octets."""
        function = self.mechanism.digest.function()
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return self.private.sign(signed, ec.ECDSA(function))
        if self.is_pss:
            salted = padding.PSS(padding.MGF1(function), function.digest_size)
            return self.private.sign(signed, salted, function)
        return self.private.sign(signed, padding.PKCS1v15(), function)


def key_on_hand(private: object, *, digest: str = "sha256", is_pss: bool = False) -> KeyOnHand:
    """Return what signs with a private key.

    Args:
        private: An elliptic-curve key, or an RSA key of at least 2048 bits.
        digest: ``sha256``, ``sha384`` or ``sha512``.
        is_pss: RSA with the newer padding; without meaning for other keys.

    Raises:
        KeyUnsuitable: another kind of key, or a short one.

    Source:
        RFC 5754 (ECDSA, PKCS #1 v1.5) and RFC 4056 (PSS) say how CMS names the algorithms.
    """
    chosen = DIGESTS[digest]
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return KeyOnHand(elliptic(private.key_size, chosen), private)
    if isinstance(private, rsa.RSAPrivateKey):
        return KeyOnHand(_rsa(private.key_size, chosen, is_pss=is_pss), private, is_pss)
    raise KeyUnsuitable(f"{type(private).__name__} signs no documents here.")


def mechanism_of(public: bytes, digest: Digest) -> Mechanism:
    """Return how a key elsewhere signs, by its public half (SubjectPublicKeyInfo, DER).

    RSA with PKCS #1 v1.5, which every token has.

    Raises:
        KeyUnsuitable: another kind of key, or a short one.
    """
    key = load_der_public_key(public)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return elliptic(key.key_size, digest)
    if isinstance(key, rsa.RSAPublicKey):
        return _rsa(key.key_size, digest, is_pss=False)
    raise KeyUnsuitable(f"{type(key).__name__} verifies no documents here.")


def elliptic(bits: int, digest: Digest) -> Mechanism:
    """Return ECDSA over a curve of *bits*."""
    # Two integers, each perhaps with a leading zero, and the headers around them.
    longest = 2 * ((bits + 7) // 8 + 3) + 3
    return Mechanism(digest, sequence(object_identifier(ECDSA[digest.name])), longest)


def _rsa(bits: int, digest: Digest, *, is_pss: bool) -> Mechanism:
    if bits < SHORTEST_RSA:
        raise KeyUnsuitable(f"An RSA key of {bits} bits is too short.")
    plain = sequence(object_identifier(RSA_PKCS1[digest.name]), NULL)
    mechanism = Mechanism(digest, plain, (bits + 7) // 8)
    return replace(mechanism, algorithm=_pss(digest)) if is_pss else mechanism


def _pss(digest: Digest) -> bytes:
    hashing = sequence(object_identifier(digest.identifier), NULL)
    masking = sequence(object_identifier(MGF1), hashing)
    salt = integer(digest.function().digest_size)
    parameters = sequence(explicit(0, hashing), explicit(1, masking), explicit(2, salt))
    return sequence(object_identifier(RSA_PSS), parameters)

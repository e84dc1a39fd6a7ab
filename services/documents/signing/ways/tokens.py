"""Keys on a token or in an HSM (PKCS#11): found by their label, used with the person's PIN.

The module is loaded once for the process. A session is opened for one act and closed after it,
so a token that was taken away and put back works again. A PIN is tried once and never repeated;
one that would be the last try of the token is not tried at all.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

import pkcs11
from asn1crypto import x509
from asn1crypto.algos import DSASignature
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11.exceptions import (
    AttributeTypeInvalid,
    NoSuchKey,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    PKCS11Error,
)

from services.documents.domain.secrets import LOCK
from services.documents.domain.ways import PinLastTry, PinWrong, TokenAway, TokenWithoutKey
from services.documents.signing.mechanisms import DIGESTS, mechanism_of
from services.documents.signing.mechanisms import Mechanism as Named
from services.documents.signing.port import KeyAway
from services.documents.signing.ways.people import load_certificate
from shared.clock import SystemClock

MOST_WRONG = 2
"""Wrong PINs in a row after which a token is left alone for a while; most lock after three."""
WRONG_PIN = (PinIncorrect, PinInvalid, PinLenRange)
DIGEST = "sha256"
"""How a key signs unless it is asked to hash otherwise."""
# DigestInfo of RFC 8017, 9.2, notes: what stands before each hash.
DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}
RSA_MECHANISMS = {
    "sha256": Mechanism.SHA256_RSA_PKCS,
    "sha384": Mechanism.SHA384_RSA_PKCS,
    "sha512": Mechanism.SHA512_RSA_PKCS,
}
EC_MECHANISMS = {
    "sha256": Mechanism.ECDSA_SHA256,
    "sha384": Mechanism.ECDSA_SHA384,
    "sha512": Mechanism.ECDSA_SHA512,
}
"""Mechanisms with which a token hashes by itself."""


@dataclass(frozen=True)
class TokenPlace:
    """Where a token is: the maker's library, and the token by its label."""

    module: Path
    label: str


@dataclass(frozen=True)
class TokenKey:
    """A private key on a token, open for one act."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    mechanism: Named
    private: Any
    known: frozenset[Mechanism]
    """What the token can; some hash themselves, others only sign a hash."""

    def hashing(self, digest: str) -> "TokenKey":
        """Return the key as one that hashes with another function, such as ``sha384``."""
        public = self.certificate.public_key.dump()
        return replace(self, mechanism=mechanism_of(public, DIGESTS[digest]))

    def sign(self, signed: bytes) -> bytes:
        """Return the signature of the octets.

        Raises:
            KeyAway: the token was taken away, or its session is over.
        """
        try:
            way, function = self._way(), self.mechanism.digest.name
            raw = self.private.sign(_asked(way, function, signed), mechanism=way)
        except PKCS11Error as error:
            raise KeyAway(f"The token: {type(error).__name__}.") from error
        if self.private.key_type == KeyType.EC:
            return bytes(DSASignature.from_p1363(raw).dump())
        return bytes(raw)

    def _way(self) -> Mechanism:
        """Let the token hash if it knows how; every token signs a hash that it is given."""
        is_elliptic = self.private.key_type == KeyType.EC
        hashing = (EC_MECHANISMS if is_elliptic else RSA_MECHANISMS)[self.mechanism.digest.name]
        plain = Mechanism.ECDSA if is_elliptic else Mechanism.RSA_PKCS
        return hashing if hashing in self.known else plain


def _asked(way: Mechanism, function: str, signed: bytes) -> bytes:
    """Return what the token is to sign: the octets, or what it lacks the means to make."""
    if way not in (Mechanism.ECDSA, Mechanism.RSA_PKCS):
        return signed
    digest = hashlib.new(function, signed).digest()
    return digest if way == Mechanism.ECDSA else DIGEST_INFO[function] + digest


class Tokens:
    """The tokens that the settings name."""

    def __init__(self, places: list[TokenPlace]) -> None:
        self._places = {place.label: place for place in places}
        self._lock = Lock()
        self._wrong: dict[str, tuple[int, datetime]] = {}
        """Wrong PINs in a row for each token, and when the last one was given."""

    @property
    def labels(self) -> list[str]:
        """Return the labels of the tokens, in the order of the settings."""
        return list(self._places)

    @contextmanager
    def open(self, label: str, key_label: str, pin: str) -> Iterator[TokenKey]:
        """Open a key for one act, with one try of the PIN.

        Only one act at a time: a login belongs to the whole process, not to a session.

        Args:
            key_label: Label of key and certificate on the token.

        Raises:
            TokenAway: there is no such token now.
            PinWrong: the token refused the PIN.
            PinLastTry: one more wrong PIN would lock the token, so it was not tried.
            TokenWithoutKey: no key of this label with its certificate.
        """
        with self._lock:
            session = self._session(label, pin)
            try:
                key = _key(session, key_label)
            except TokenWithoutKey:
                # Some libraries know a token that was away only after they begin anew.
                _close(session)
                pkcs11.lib(str(self._places[label].module)).reinitialize()
                session = self._session(label, pin)
                key = _key(session, key_label)
            try:
                yield key
            finally:
                _close(session)

    def _session(self, label: str, pin: str) -> Any:
        place = self._places.get(label)
        if place is None:
            raise TokenAway(label=label)
        try:
            token = _found_token(pkcs11.lib(str(place.module)), label)
        except (PKCS11Error, OSError, RuntimeError) as error:
            raise TokenAway(label=label) from error
        self._check_tries(token, label)
        try:
            session = token.open(user_pin=pin)
        except WRONG_PIN as error:
            times, _ = self._wrong.get(label, (0, None))
            self._wrong[label] = times + 1, SystemClock().now()
            raise PinWrong(label=label) from error
        except PinLocked as error:
            raise PinLastTry(label=label) from error
        except PKCS11Error as error:
            raise TokenAway(label=label) from error
        self._wrong.pop(label, None)
        return session

    def _check_tries(self, token: Any, label: str) -> None:
        """Leave a token its last tries, whether it counts them in the open or not."""
        if TokenFlag.USER_PIN_LOCKED in token.flags or TokenFlag.USER_PIN_FINAL_TRY in token.flags:
            raise PinLastTry(label=label)
        times, last = self._wrong.get(label, (0, SystemClock().now()))
        if times >= MOST_WRONG and SystemClock().now() < last + LOCK:
            raise PinLastTry(label=label)


def _found_token(library: Any, label: str) -> Any:
    """Return the token; a library that saw it go may see it come only after it begins anew."""
    try:
        return _token(library, label)
    except (TokenAway, PKCS11Error):
        library.reinitialize()
        return _token(library, label)


def _token(library: Any, label: str) -> Any:
    """Return the token of a label; slots are read anew, because tokens come and go."""
    for slot in library.get_slots(token_present=True):
        token = slot.get_token()
        if token.label.strip() == label:
            return token
    raise TokenAway(label=label)


def _close(session: Any) -> None:
    try:
        session.close()
    except PKCS11Error:
        # The token is away; with it the session has ended.
        return


def _key(session: Any, key_label: str) -> TokenKey:
    try:
        private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=key_label)
        certificates = [_certificate(one) for one in session.get_objects(_CERTIFICATES)]
    except (NoSuchKey, PKCS11Error) as error:
        raise TokenWithoutKey(key=key_label) from error
    own = [found for name, found in certificates if name == key_label]
    if not own:
        raise TokenWithoutKey(key=key_label)
    others = tuple(found for name, found in certificates if name != key_label)
    named = mechanism_of(own[0].public_key.dump(), DIGESTS[DIGEST])
    known = frozenset(session.token.slot.get_mechanisms())
    return TokenKey(own[0], others, named, private, known)


_CERTIFICATES = {Attribute.CLASS: ObjectClass.CERTIFICATE}


def _certificate(found: Any) -> tuple[str, x509.Certificate]:
    try:
        label = str(found[Attribute.LABEL])
    except AttributeTypeInvalid:
        label = ""
    return label, load_certificate(bytes(found[Attribute.VALUE]))

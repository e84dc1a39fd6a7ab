"""Time-stamp requests, and what makes a token believable: new or kept. No network, no clock.

Only the verifier reads tokens by code of its own: it judges files of strangers, and what both
find must agree.

Source:
    RFC 3161, 2.4.1 and 2.4.2: what an answer must repeat of the question; 2.3: the certificate
    is for time stamps only; RFC 5816: the certificate is named by its hash.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import algos, cms, parser, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.documents.domain.stamp_faults import StampFault
from services.documents.signing.der import NULL, integer, object_identifier, octets, sequence
from services.documents.signing.mechanisms import DIGESTS
from services.documents.signing.port import AuthorityFailed

GRANTED = ("granted", "granted_with_mods")
NONCE = 8
SET_TAG = b"\x31"
VERSION_1, WITH_CERTIFICATE = integer(1), b"\x01\x01\xff"
NO_STRUCTURE = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
"""What asn1crypto raises on data that is no such structure."""


@dataclass(frozen=True)
class Question:
    """What was asked of an authority."""

    digest: bytes
    algorithm: str
    nonce: int
    policy: str | None = None
    """Dotted identifier of the policy that the token must name."""

    @property
    def request(self) -> bytes:
        """The request, DER."""
        # With the empty parameters that authorities have seen from everybody for decades.
        hashing = sequence(object_identifier(DIGESTS[self.algorithm].identifier), NULL)
        imprint = sequence(hashing, octets(self.digest))
        policy = object_identifier(self.policy) if self.policy else b""
        return sequence(VERSION_1, imprint, policy, integer(self.nonce), WITH_CERTIFICATE)


def ask_for(digest: bytes, algorithm: str, policy: str | None = None) -> Question:
    """Return a question with a nonce that nobody can guess."""
    return Question(digest, algorithm, int.from_bytes(os.urandom(NONCE), "big"), policy)


@dataclass(frozen=True)
class Token:
    """A token that answers its question."""

    content: bytes
    """ContentInfo, DER."""
    at: datetime
    """The time that it states (aware UTC)."""
    certificate: asn1_x509.Certificate
    others: tuple[asn1_x509.Certificate, ...]
    """What else the token carries, to find the way to a root."""
    algorithm: str
    """Hash function of what is stamped."""
    imprint: bytes
    """The hash that is stamped."""

    @property
    def good_until(self) -> datetime:
        """The end of the first certificate that it carries (aware UTC)."""
        ends: list[datetime] = [one.not_valid_after for one in (self.certificate, *self.others)]
        return min(ends)


def read_answer(response: bytes, question: Question) -> Token:
    """Return the token of an answer, if it answers the question and its signature is right.

    Whether its certificate is to be trusted is for the caller.

    Raises:
        AuthorityFailed: refused, garbled, or an answer to another question.
    """
    try:
        return _read(response, question)
    except NO_STRUCTURE as error:
        raise AuthorityFailed(
            StampFault.UNREADABLE, "The answer is no time-stamp response."
        ) from error


def read_token(content: bytes) -> Token:
    """Return a token that was kept (ContentInfo, DER), if its signature is right.

    Whether its certificate is to be trusted is for the caller.

    Raises:
        AuthorityFailed: it is no such token, or it was changed.
    """
    try:
        return _token(cms.ContentInfo.load(content, strict=True), None)
    except NO_STRUCTURE as error:
        raise AuthorityFailed(StampFault.UNREADABLE, "There is no time-stamp token.") from error


def _read(response: bytes, question: Question) -> Token:
    # A refusal carries no token, which the library takes for a mistake.
    status = tsp.PKIStatusInfo.load(parser.parse(response, strict=True)[4])["status"].native
    if status not in GRANTED:
        raise AuthorityFailed(StampFault.REFUSED, f"The request was refused: {status}.")
    answer = tsp.TimeStampResp.load(response, strict=True)
    return _token(answer["time_stamp_token"], question)


def _token(content: cms.ContentInfo, question: Question | None) -> Token:
    # Taken before anything is parsed: afterwards the library would encode it anew.
    whole = content.dump()
    if content["content_type"].native != "signed_data":
        raise AuthorityFailed(StampFault.UNREADABLE, "The token is not signed.")
    signed = content["content"]
    encapsulated = signed["encap_content_info"]
    if encapsulated["content_type"].native != "tst_info":
        raise AuthorityFailed(StampFault.UNREADABLE, "The token is no time stamp.")
    info = encapsulated["content"].parsed
    if question is not None:
        _check_info(info, question)
    certificate, others = _check_signature(signed, encapsulated["content"].contents)
    moment: datetime = info["gen_time"].native
    stamped = info["message_imprint"]
    algorithm = str(stamped["hash_algorithm"]["algorithm"].native)
    imprint = bytes(stamped["hashed_message"].native)
    return Token(whole, moment, certificate, others, algorithm, imprint)


def _check_info(info: tsp.TSTInfo, question: Question) -> None:
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != question.algorithm:
        raise AuthorityFailed(StampFault.OTHER_REQUEST, "The token hashes with another function.")
    if imprint["hashed_message"].native != question.digest:
        raise AuthorityFailed(StampFault.OTHER_REQUEST, "The token is of something else.")
    if info["nonce"].native != question.nonce:
        raise AuthorityFailed(StampFault.OTHER_REQUEST, "The token answers another request.")
    if question.policy and info["policy"].native != question.policy:
        raise AuthorityFailed(StampFault.OTHER_POLICY, "The token was made under another policy.")


def _check_signature(
    signed: cms.SignedData, info: bytes
) -> tuple[asn1_x509.Certificate, tuple[asn1_x509.Certificate, ...]]:
    if len(signed["signer_infos"]) != 1:
        raise AuthorityFailed(StampFault.BROKEN, "The token must have exactly one signature.")
    signer = signed["signer_infos"][0]
    # The attributes are signed as a SET OF, though they stand there under [0] (RFC 5652, 5.4).
    # Taken before they are parsed: afterwards the library would encode them anew.
    covered = SET_TAG + signer["signed_attrs"].dump()[1:]
    attributes = {item["type"].native: item["values"] for item in signer["signed_attrs"]}
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in DIGESTS:
        raise AuthorityFailed(
            StampFault.BROKEN, "The token hashes with a function that is not accepted."
        )
    if attributes["message_digest"][0].native != hashlib.new(digest, info).digest():
        raise AuthorityFailed(StampFault.BROKEN, "The token was changed.")
    if attributes["content_type"][0].native != "tst_info":
        raise AuthorityFailed(StampFault.BROKEN, "The signature is about something else.")
    carried = [item.chosen for item in signed["certificates"]]
    certificate = _named(carried, attributes)
    _verify(certificate, signer, covered)
    return certificate, tuple(item for item in carried if item is not certificate)


def _named(
    carried: Sequence[asn1_x509.Certificate], attributes: dict[str, cms.SetOfAny]
) -> asn1_x509.Certificate:
    """Return the certificate that the signed attributes name by its hash."""
    if "signing_certificate_v2" in attributes:
        named = attributes["signing_certificate_v2"][0]["certs"][0]
        function = named["hash_algorithm"]["algorithm"].native
    else:
        named, function = attributes["signing_certificate"][0]["certs"][0], "sha1"
    wanted = named["cert_hash"].native
    for certificate in carried:
        if hashlib.new(function, certificate.dump(), usedforsecurity=False).digest() == wanted:
            return certificate
    raise AuthorityFailed(StampFault.BROKEN, "The token does not carry its certificate.")


def _verify(certificate: asn1_x509.Certificate, signer: cms.SignerInfo, covered: bytes) -> None:
    public = x509.load_der_x509_certificate(certificate.dump()).public_key()
    algorithm: algos.SignedDigestAlgorithm = signer["signature_algorithm"]
    digest = signer["digest_algorithm"]["algorithm"].native
    function = DIGESTS[digest].function()
    signature = signer["signature"].native
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, covered, ec.ECDSA(function))
        elif not isinstance(public, rsa.RSAPublicKey):
            raise AuthorityFailed(StampFault.BROKEN, "The key of the token is of an unknown kind.")
        elif algorithm.signature_algo == "rsassa_pss":
            salted = padding.PSS(padding.MGF1(function), padding.PSS.AUTO)
            public.verify(signature, covered, salted, function)
        else:
            public.verify(signature, covered, padding.PKCS1v15(), function)
    except InvalidSignature as error:
        raise AuthorityFailed(StampFault.BROKEN, "The signature of the token is wrong.") from error


def check_certificate(token: Token, at: datetime, most_apart: timedelta) -> None:
    """Refuse a token whose certificate is not for time stamps, or not valid, or whose time is off.

    Args:
        at: The process clock.
        most_apart: How far the authority's clock may be from it.

    Raises:
        AuthorityFailed: with the reason.
    """
    check_use(token)
    if abs(token.at - at) > most_apart:
        raise AuthorityFailed(
            StampFault.CLOCK_APART, "The clock of the authority is too far from ours."
        )


def check_use(token: Token) -> None:
    """Refuse a token whose certificate is not for time stamps, or was not valid at its time.

    Raises:
        AuthorityFailed: with the reason.
    """
    certificate = x509.load_der_x509_certificate(token.certificate.dump())
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as error:
        raise AuthorityFailed(
            StampFault.WRONG_CERTIFICATE, "The certificate is not for time stamps."
        ) from error
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise AuthorityFailed(
            StampFault.WRONG_CERTIFICATE, "The certificate is not only for time stamps."
        )
    if not certificate.not_valid_before_utc <= token.at <= certificate.not_valid_after_utc:
        raise AuthorityFailed(
            StampFault.WRONG_CERTIFICATE, "The certificate was not valid at the stated time."
        )

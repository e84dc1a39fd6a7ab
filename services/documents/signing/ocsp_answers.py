"""Answers about single certificates (OCSP): asked once, believed only when signed and fresh.

Source:
    RFC 6960, 3.2 (when an answer is accepted) and 4.2.2.2 (who may sign it).
"""

from dataclasses import dataclass
from datetime import datetime

from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

QUERY, REPLY = "application/ocsp-request", "application/ocsp-response"


class BadAnswer(Exception):
    """The answer cannot be believed; the text says why."""


@dataclass(frozen=True)
class OcspAnswer:
    """An answer that was checked."""

    content: bytes
    """OCSPResponse, DER."""
    parsed: ocsp.OCSPResponse

    @property
    def made_at(self) -> datetime:
        """The time of which it tells."""
        return self.parsed.this_update_utc

    def good_at(self, at: datetime) -> bool:
        """Tell whether newer information was not due yet."""
        until = self.parsed.next_update_utc
        return self.made_at <= at and (until is None or at <= until)

    def revoked_since(self, serial: int) -> datetime | None:
        """Return since when the certificate does not hold; ``None`` when it does."""
        if self.parsed.serial_number != serial:
            raise BadAnswer("The answer is about another certificate.")
        return self.parsed.revocation_time_utc

    @property
    def asn1(self) -> asn1_ocsp.OCSPResponse:
        """The answer in the form that pyHanko wants."""
        return asn1_ocsp.OCSPResponse.load(self.content)


def read_answer(content: bytes, serial: int, issuer: x509.Certificate) -> OcspAnswer:
    """Return an answer about a certificate, if its issuer or the issuer's responder signed it.

    Raises:
        BadAnswer: with the reason.
    """
    try:
        parsed = ocsp.load_der_ocsp_response(content)
        if parsed.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise BadAnswer(f"The responder refuses: {parsed.response_status.name}.")
        if parsed.serial_number != serial:
            raise BadAnswer("The answer is about another certificate.")
        if parsed.certificate_status == ocsp.OCSPCertStatus.UNKNOWN:
            raise BadAnswer("The responder does not know the certificate.")
        _verify(parsed, _signer(parsed, issuer))
    except (ValueError, TypeError, InvalidSignature) as error:
        raise BadAnswer("The answer of the responder is damaged.") from error
    return OcspAnswer(content, parsed)


def _signer(parsed: ocsp.OCSPResponse, issuer: x509.Certificate) -> x509.Certificate:
    if not parsed.certificates:
        return issuer
    responder = parsed.certificates[0]
    if responder == issuer:
        return issuer
    responder.verify_directly_issued_by(issuer)
    usage = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if ExtendedKeyUsageOID.OCSP_SIGNING not in usage:
        raise BadAnswer("The certificate of the responder is for something else.")
    return responder


def _verify(parsed: ocsp.OCSPResponse, signer: x509.Certificate) -> None:
    public, function = signer.public_key(), parsed.signature_hash_algorithm
    if function is None:
        raise BadAnswer("The answer names no hash function.")
    covered = parsed.tbs_response_bytes
    if isinstance(public, ec.EllipticCurvePublicKey):
        public.verify(parsed.signature, covered, ec.ECDSA(function))
    elif isinstance(public, rsa.RSAPublicKey):
        public.verify(parsed.signature, covered, padding.PKCS1v15(), function)
    else:
        raise BadAnswer("The key of the responder is of an unknown kind.")

"""What the development authorities say about their certificates: lists (CRL) and OCSP."""

import fcntl
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import ocsp as asn1_ocsp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA512
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from services.documents.signing.certificates import Credential

GOOD_FOR = timedelta(days=7)


class Revoked:
    """Serial numbers with the instant of their revocation, in a file that processes share."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, serial: int, at: datetime) -> None:
        """Note that a certificate does not hold from *at*; a second note changes nothing."""
        with self._file.open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            known = json.loads(file.read() or "{}")
            known.setdefault(str(serial), at.isoformat())
            file.seek(0)
            file.truncate()
            json.dump(known, file)

    def all(self) -> Mapping[int, datetime]:
        """Return every revoked serial number with its instant."""
        if not self._file.exists():
            return {}
        known = json.loads(self._file.read_text(encoding="utf-8") or "{}")
        return {int(serial): datetime.fromisoformat(at) for serial, at in known.items()}


@dataclass(frozen=True)
class Teller:
    """Tells for one authority which of its certificates hold."""

    authority: Credential
    revoked: Revoked

    def crl(self, at: datetime) -> bytes:
        """Return the list as of *at*, DER."""
        now = _second(at)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.authority.certificate.subject)
            .last_update(now)
            .next_update(now + GOOD_FOR)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.authority.key.public_key()),
                critical=False,
            )
        )
        for serial, since in self._until(at).items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial)
            entry = entry.revocation_date(_second(since))
            reason = x509.CRLReason(x509.ReasonFlags.key_compromise)
            builder = builder.add_revoked_certificate(
                entry.add_extension(reason, critical=False).build()
            )
        return builder.sign(self.authority.key, SHA512()).public_bytes(Encoding.DER)

    def answer(self, request: bytes, responder: Credential, at: datetime) -> bytes:
        """Answer an OCSP request about one certificate, DER.

        Raises:
            ValueError: the request cannot be read.
        """
        asked = ocsp.load_der_ocsp_request(request)
        if asked.issuer_key_hash != self._key_hash(asked):
            return _refusal(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        now, since = _second(at), self._until(at).get(asked.serial_number)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if since else ocsp.OCSPCertStatus.GOOD,
            this_update=now,
            next_update=now + GOOD_FOR,
            revocation_time=_second(since) if since else None,
            revocation_reason=x509.ReasonFlags.key_compromise if since else None,
        )
        for extension in asked.extensions:
            if isinstance(extension.value, x509.OCSPNonce):
                builder = builder.add_extension(extension.value, critical=False)
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, responder.certificate)
        builder = builder.certificates([responder.certificate])
        answer = builder.sign(responder.key, SHA512()).public_bytes(Encoding.DER)
        return _made_at(now, answer, responder)

    def _until(self, at: datetime) -> Mapping[int, datetime]:
        """Return what is revoked by *at*; the demonstration clock may stand before it."""
        return {serial: since for serial, since in self.revoked.all().items() if since <= at}

    def _key_hash(self, asked: ocsp.OCSPRequest) -> bytes:
        """Return the hash of the authority's key as the request counts it."""
        probe = ocsp.OCSPRequestBuilder().add_certificate(
            self.authority.certificate, self.authority.certificate, asked.hash_algorithm
        )
        return probe.build().issuer_key_hash


def ocsp_request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Return a request about one certificate, DER."""
    # The profile of RFC 5019 names certificates by SHA-1; it protects nothing here.
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, SHA1())  # noqa: S303
    return builder.build().public_bytes(Encoding.DER)


def _made_at(now: datetime, answer: bytes, responder: Credential) -> bytes:
    """Return an answer that says that it was made now by the process clock, signed anew.

    The library writes the time of the machine there; a validator of later years finds such an
    answer made outside the time of its responder.
    """
    whole = asn1_ocsp.OCSPResponse.load(answer)
    basic = whole["response_bytes"]["response"].parsed
    told = basic["tbs_response_data"]
    told["produced_at"] = now
    basic["signature"] = responder.key.sign(told.dump(), ec.ECDSA(SHA512()))
    whole["response_bytes"]["response"] = basic
    return bytes(whole.dump())


def _refusal(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)

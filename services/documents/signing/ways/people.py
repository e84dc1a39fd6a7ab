"""What a certificate says about the person or the organisation that it names."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core, pem, x509

from services.documents.domain.trust_lists import Claims
from services.documents.domain.ways import (
    PERSON,
    SEAL,
    AlgorithmTooWeak,
    CertificateNotOfSeal,
    CertificateNotPersonal,
    CertificateUnreadable,
    SubjectName,
)

QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"
QC_COMPLIANCE = "0.4.0.1862.1.1"
QC_DEVICE = "0.4.0.1862.1.4"
QC_TYPE = "0.4.0.1862.1.6"
QC_TYPE_SIGN = "0.4.0.1862.1.6.1"
USAGES = {"non_repudiation": "nonRepudiation", "digital_signature": "digitalSignature"}
"""Bits of key usage as trust lists call them."""
NONE: frozenset[str] = frozenset()
QC_TYPE_SEAL = "0.4.0.1862.1.6.2"
ORGANISATION_IDENTIFIER = "2.5.4.97"
SIGNING_USES = frozenset({"digital_signature", "non_repudiation"})
OTHER_PURPOSES = frozenset({"time_stamping", "ocsp_signing", "server_auth", "code_signing"})
DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36"
BRAINPOOL = "1.3.36.3.3.2.8.1.1."
CURVES = frozenset(
    ["secp256r1", "secp384r1", "secp521r1", *(f"{BRAINPOOL}{number}" for number in (7, 11, 13))]
)
"""P-256 to P-521 and brainpool P256r1 to P512r1 (SOG-IS agreed mechanisms)."""


class _Statement(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    _fields = [("id", core.ObjectIdentifier), ("info", core.Any, {"optional": True})]


class _Statements(core.SequenceOf):  # type: ignore[misc]  # asn1crypto has no types
    _child_spec = _Statement


class _Types(core.SequenceOf):  # type: ignore[misc]  # asn1crypto has no types
    _child_spec = core.ObjectIdentifier


@dataclass(frozen=True)
class CertificateReading:
    """What a certificate states; nothing of it is verified here."""

    der: bytes
    name: SubjectName
    issuer: str
    kind: str
    """``person`` or ``seal``."""
    is_called_qualified: bool
    """The certificate calls itself qualified (QcCompliance); a trust list must agree."""
    is_on_device: bool
    """The key is said to live in a qualified device (QcSSCD)."""
    valid_from: datetime
    valid_to: datetime

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate (lower-case hex)."""
        return hashlib.sha256(self.der).hexdigest()


def load_certificates(content: bytes) -> list[x509.Certificate]:
    """Return the certificates of a file, at least one: DER, or PEM of any number.

    Raises:
        CertificateUnreadable: there is none, or one of them is damaged.
    """
    try:
        is_pem = pem.detect(content)
        found = [der for _, _, der in pem.unarmor(content, multiple=True)] if is_pem else [content]
    except (ValueError, TypeError) as error:
        raise CertificateUnreadable() from error
    return [load_certificate(der) for der in found]


def load_certificate(content: bytes) -> x509.Certificate:
    """Return a certificate, DER.

    Raises:
        CertificateUnreadable: it is damaged.
    """
    try:
        certificate = x509.Certificate.load(content, strict=True)
        _force(certificate)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise CertificateUnreadable() from error
    return certificate


def _force(certificate: x509.Certificate) -> None:
    """Parse what is parsed late, so that a damaged certificate is noticed here."""
    _ = (certificate.native, certificate.public_key.bit_size, certificate.key_usage_value)


def read(certificate: x509.Certificate) -> CertificateReading:
    """Return what a certificate states.

    Raises:
        CertificateUnreadable: it is damaged.
    """
    try:
        statements = _qc_statements(certificate)
        subject = certificate.subject.native
        return CertificateReading(
            der=certificate.dump(),
            name=SubjectName(
                _text(subject.get("common_name")),
                _text(subject.get("given_name")),
                _text(subject.get("surname")),
            ),
            issuer=_issuer(certificate),
            kind=_kind(statements, subject),
            is_called_qualified=QC_COMPLIANCE in statements,
            is_on_device=QC_DEVICE in statements,
            valid_from=certificate.not_valid_before,
            valid_to=certificate.not_valid_after,
        )
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise CertificateUnreadable() from error


def _issuer(certificate: x509.Certificate) -> str:
    names = certificate.issuer.native
    return _text(names.get("common_name") or names.get("organization_name"))


def _text(value: object) -> str:
    return str(value[0] if isinstance(value, list) and value else value or "")


def _qc_statements(certificate: x509.Certificate) -> dict[str, list[str]]:
    """Return the identifiers of the QcStatements, with the types that QcType lists."""
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].dotted != QC_STATEMENTS:
            continue
        found: dict[str, list[str]] = {}
        for one in _Statements.load(extension["extn_value"].contents):
            name = one["id"].dotted
            is_type = name == QC_TYPE and one["info"].native is not None
            types = _Types.load(one["info"].dump()) if is_type else ()
            found[name] = [kind.dotted for kind in types]
        return found
    return {}


def _kind(statements: dict[str, list[str]], subject: dict[str, object]) -> str:
    """Tell persons from organisations: by QcType, without it by what the subject is made of.

    Source:
        ETSI EN 319 412-5, 4.2.3 (QcType); EN 319 412-3, 4.2.1 (organizationIdentifier of legal
        persons), EN 319 412-2, 4.2.4 (givenName and surname of natural ones).
    """
    types = statements.get(QC_TYPE, [])
    if types:
        return PERSON if QC_TYPE_SIGN in types else SEAL
    is_named = "given_name" in subject or "surname" in subject
    is_organisation = "organization_identifier" in subject or ORGANISATION_IDENTIFIER in subject
    return SEAL if is_organisation and not is_named else PERSON


def claims_of(der: bytes, chain: Sequence[bytes]) -> Claims:
    """Return what a certificate states of itself, for judging it by a trust list.

    Args:
        chain: Authorities above it, DER, the issuer first.

    Raises:
        CertificateUnreadable: it is damaged.
    """
    certificate = load_certificate(der)
    statements = _qc_statements(certificate)
    kinds = {QC_TYPE_SIGN: PERSON, QC_TYPE_SEAL: SEAL}
    usage, policies = certificate.key_usage_value, certificate.certificate_policies_value
    return Claims(
        issuer_keys=tuple(
            hashlib.sha256(load_certificate(one).public_key.dump()).hexdigest() for one in chain
        ),
        is_compliant=QC_COMPLIANCE in statements,
        types=frozenset(kinds.get(one, "web") for one in statements.get(QC_TYPE, ())),
        usages=frozenset(USAGES[one] for one in usage.native if one in USAGES) if usage else NONE,
        policies=frozenset(one["policy_identifier"].dotted for one in policies or ()),
        is_of_organisation=read(certificate).kind == SEAL,
    )


def check_personal(certificate: x509.Certificate, reading: CertificateReading) -> None:
    """Refuse a certificate that was not issued to a person for signing.

    Raises:
        CertificateNotPersonal: it is an authority's, seals, or serves machines.
    """
    if reading.kind != PERSON or certificate.ca or not _is_for_signing(certificate):
        raise CertificateNotPersonal(subject=reading.name.shown)


def check_organisational(certificate: x509.Certificate, reading: CertificateReading) -> None:
    """Refuse a certificate with which no organisation may seal.

    Raises:
        CertificateNotOfSeal: it is an authority's or a person's, or serves machines.
    """
    is_named = bool(reading.name.given_name or reading.name.surname)
    is_person = reading.kind == PERSON and (reading.is_called_qualified or is_named)
    if is_person or certificate.ca or not _is_for_signing(certificate):
        raise CertificateNotOfSeal(subject=reading.name.shown)


def _is_for_signing(certificate: x509.Certificate) -> bool:
    uses = set(certificate.key_usage_value.native) if certificate.key_usage_value else set()
    purposes = certificate.extended_key_usage_value
    named = set(purposes.native) if purposes else set()
    serves_machines = bool(named & OTHER_PURPOSES) and DOCUMENT_SIGNING not in named
    return not serves_machines and (bool(uses & SIGNING_USES) or not uses)


@dataclass(frozen=True)
class Strength:
    """What a key and a hash must at least be."""

    weakest_rsa: int
    """Shortest modulus of RSA, in bits."""
    ended: frozenset[str] = frozenset()
    """Algorithms that have ended, such as ``sha256`` or ``ec-256``."""


def check_strength(certificate: x509.Certificate, digest: str, strength: Strength) -> None:
    """Refuse keys and hashes that do not hold any more.

    Args:
        digest: Name of the hash, such as ``sha256``.

    Raises:
        AlgorithmTooWeak: it is too weak.
    """
    if digest not in ("sha256", "sha384", "sha512") or digest in strength.ended:
        raise AlgorithmTooWeak(algorithm=digest.upper())
    key = certificate.public_key
    if f"{key.algorithm}-{key.bit_size}" in strength.ended:
        raise AlgorithmTooWeak(algorithm=f"{key.algorithm.upper()} {key.bit_size}")
    if key.algorithm == "rsa" and key.bit_size < strength.weakest_rsa:
        raise AlgorithmTooWeak(algorithm=f"RSA {key.bit_size}")
    if key.algorithm == "ec" and key.curve[1] not in CURVES:
        raise AlgorithmTooWeak(algorithm=f"EC {key.curve[1]}")
    if key.algorithm not in ("rsa", "ec"):
        raise AlgorithmTooWeak(algorithm=str(key.algorithm))

"""Certificates of the development PKI. Each one says in its subject what it is not."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
)

from services.documents.signing.port import CertificateFacts

WARNING = "Vývojové prostředí – bez právních účinků"
FACTS_KEPT = 64
"""Certificates whose facts are remembered; the seal of a batch is one and the same."""
LONGEST_NAME = 64  # upper bound of X.520 attributes, counted in bytes by the library

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


@dataclass(frozen=True)
class Credential:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Services:
    """Where others can ask about certificates; written into each of them."""

    base_url: str
    """Address of the routes that answer, without a slash at the end."""

    def ocsp(self) -> str:
        """Return where the state of one certificate is told."""
        return f"{self.base_url}/ocsp"

    def crl(self, authority: str) -> str:
        """Return where an authority's list of revoked certificates lies."""
        return f"{self.base_url}/{authority}.crl"

    def certificate(self, authority: str) -> str:
        """Return where an authority's own certificate lies."""
        return f"{self.base_url}/{authority}.cer"


@dataclass(frozen=True)
class Period:
    """How long a certificate is valid."""

    begins: datetime
    ends: datetime


ROOT, ISSUER = "root", "issuer"
"""Names of the two authorities in files and addresses."""
AUTHORITIES = Period(datetime(2020, 1, 1, tzinfo=UTC), datetime(2060, 1, 1, tzinfo=UTC))
"""The demonstration clock may stand anywhere in this span."""


def from_day(at: datetime, days: int) -> Period:
    """Return the period that begins with the day before *at*, so that no clock is too early."""
    begins = datetime(at.year, at.month, at.day, tzinfo=UTC) - timedelta(days=1)
    return Period(begins, begins + timedelta(days=days + 1))


def new_key() -> ec.EllipticCurvePrivateKey:
    """Make a P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def subject(
    common_name: str, organisation: str | None = None, serial: str | None = None
) -> x509.Name:
    """Return a subject that carries the warning."""
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CZ"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, WARNING),
        x509.NameAttribute(NameOID.COMMON_NAME, _fitted(common_name)),
    ]
    if organisation:
        parts.insert(1, x509.NameAttribute(NameOID.ORGANIZATION_NAME, _fitted(organisation)))
    if serial:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, serial))
    return x509.Name(parts)


def _fitted(text: str) -> str:
    return text.encode()[:LONGEST_NAME].decode(errors="ignore").strip()


def _mark_of(key: ec.EllipticCurvePrivateKey) -> str:
    """Return what tells an authority from others of its kind: no two share a name (RFC 5280)."""
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"VYVOJ-{hashlib.sha256(public).hexdigest()[:16]}"


def make_root() -> Credential:
    """Make a self-signed root."""
    key = new_key()
    name = subject("Výzva – vývojová kořenová autorita", serial=_mark_of(key))
    builder = _builder(name, name, key.public_key(), key.public_key(), AUTHORITIES)
    return Credential(_authority(builder, path_length=1).sign(key, SHA512()), key)


def make_issuer(root: Credential, services: Services | None) -> Credential:
    """Make the issuing authority."""
    key = new_key()
    name = subject("Výzva – vývojová vydávající autorita", serial=_mark_of(key))
    builder = _below(root, name, key.public_key(), AUTHORITIES)
    builder = _authority(_findable(builder, services, ROOT), path_length=0)
    return Credential(builder.sign(root.key, SHA512()), key)


def issue(
    issuer: Credential,
    name: x509.Name,
    public: ec.EllipticCurvePublicKey,
    period: Period,
    services: Services | None,
) -> x509.Certificate:
    """Issue a certificate for signing or sealing documents."""
    builder = _findable(_below(issuer, name, public, period), services, ISSUER)
    builder = builder.add_extension(_usage(content_commitment=True), critical=True)
    usage = x509.ExtendedKeyUsage([DOCUMENT_SIGNING])
    return builder.add_extension(usage, critical=False).sign(issuer.key, SHA512())


def issue_time_stamper(issuer: Credential, period: Period, services: Services | None) -> Credential:
    """Issue the certificate of the time stamp authority."""
    key = new_key()
    name = subject("Výzva – vývojová autorita časových razítek")
    builder = _findable(_below(issuer, name, key.public_key(), period), services, ISSUER)
    builder = builder.add_extension(_usage(content_commitment=True), critical=True)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return Credential(builder.add_extension(usage, critical=True).sign(issuer.key, SHA512()), key)


def issue_responder(issuer: Credential, period: Period) -> Credential:
    """Issue the certificate that answers questions about the others (RFC 6960, 4.2.2.2)."""
    key = new_key()
    name = subject("Výzva – vývojový odpovídač OCSP")
    builder = _below(issuer, name, key.public_key(), period)
    builder = builder.add_extension(_usage(), critical=True)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING])
    builder = builder.add_extension(usage, critical=False)
    # Nobody needs to ask whether the one who answers is revoked: it lives for weeks.
    builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    return Credential(builder.sign(issuer.key, SHA512()), key)


def is_marked(der: bytes) -> bool:
    """Tell whether a certificate was issued by a development PKI, or belongs to one.

    Every name that such a PKI writes carries the warning, so the issuer's name is enough.
    """
    certificate = x509.load_der_x509_certificate(der)
    units = [
        item.value
        for name in (certificate.subject, certificate.issuer)
        for item in name.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    ]
    return WARNING in units


def bears_mark(pdf: bytes) -> bool:
    """Tell whether a file carries a signature with a certificate of a development PKI.

    A signature stands in the file as hexadecimal text that no filter may hide, and the warning
    stands in each certificate as it is (UTF-8).
    """
    return WARNING.encode().hex().encode() in pdf.lower()


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Return the certificate in the form that pyHanko wants."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


@lru_cache(FACTS_KEPT)
def facts_of(der: bytes) -> CertificateFacts:
    """Return what people see of a certificate."""
    certificate = x509.load_der_x509_certificate(der)
    return CertificateFacts(
        subject=_common_name(certificate.subject),
        issuer=_common_name(certificate.issuer),
        serial=f"{certificate.serial_number:x}"[:16],
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
    )


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()


def _below(
    authority: Credential, name: x509.Name, public: ec.EllipticCurvePublicKey, period: Period
) -> x509.CertificateBuilder:
    above = authority.certificate.subject
    return _builder(name, above, public, authority.key.public_key(), period)


def _builder(
    name: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer_public: ec.EllipticCurvePublicKey,
    period: Period,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(period.begins)
        .not_valid_after(period.ends)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), critical=False
        )
    )


def _findable(
    builder: x509.CertificateBuilder, services: Services | None, authority: str
) -> x509.CertificateBuilder:
    """Say where the issuer's certificate, its list and (for leaves) its responder are."""
    if services is None:
        return builder
    above = [
        x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS,
            x509.UniformResourceIdentifier(services.certificate(authority)),
        )
    ]
    if authority == ISSUER:
        responder = x509.UniformResourceIdentifier(services.ocsp())
        above.append(x509.AccessDescription(AuthorityInformationAccessOID.OCSP, responder))
    place = x509.UniformResourceIdentifier(services.crl(authority))
    point = x509.DistributionPoint([place], None, None, None)
    builder = builder.add_extension(x509.AuthorityInformationAccess(above), critical=False)
    return builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)


def _authority(builder: x509.CertificateBuilder, path_length: int) -> x509.CertificateBuilder:
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=path_length), critical=True
    )
    return builder.add_extension(_usage(is_authority=True), critical=True)


def _usage(*, content_commitment: bool = False, is_authority: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )

"""Certificates of the development PKI. Each one says in its subject what it is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from services.documents.signing.port import CertificateFacts

WARNING = "Vývojové prostředí – bez právních účinků"
# The demonstration clock may stand anywhere in this span.
VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
VALID_TO = datetime(2040, 1, 1, tzinfo=UTC)
LONGEST_NAME = 64  # upper bound of X.520 attributes, counted in bytes by the library

DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")


@dataclass(frozen=True)
class Credential:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


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


def make_root() -> Credential:
    """Make a self-signed root."""
    key, name = new_key(), subject("Výzva – vývojová kořenová autorita")
    builder = _builder(name, name, key.public_key(), key.public_key())
    return Credential(_authority(builder, path_length=1).sign(key, SHA256()), key)


def make_issuer(root: Credential) -> Credential:
    """Make the issuing authority."""
    key = new_key()
    name = subject("Výzva – vývojová vydávající autorita")
    builder = _builder(name, root.certificate.subject, key.public_key(), root.key.public_key())
    return Credential(_authority(builder, path_length=0).sign(root.key, SHA256()), key)


def issue(
    issuer: Credential, name: x509.Name, public: ec.EllipticCurvePublicKey
) -> x509.Certificate:
    """Issue a certificate for signing or sealing documents."""
    builder = _builder(name, issuer.certificate.subject, public, issuer.key.public_key())
    builder = builder.add_extension(_usage(content_commitment=True), critical=True)
    usage = x509.ExtendedKeyUsage([DOCUMENT_SIGNING])
    return builder.add_extension(usage, critical=False).sign(issuer.key, SHA256())


def issue_time_stamper(issuer: Credential) -> Credential:
    """Issue the certificate of the time stamp authority."""
    key = new_key()
    name = subject("Výzva – vývojová autorita časových razítek")
    builder = _builder(name, issuer.certificate.subject, key.public_key(), issuer.key.public_key())
    builder = builder.add_extension(_usage(content_commitment=True), critical=True)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    return Credential(builder.add_extension(usage, critical=True).sign(issuer.key, SHA256()), key)


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """Return the certificate in the form that pyHanko wants."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def chain_of(certificates: Sequence[x509.Certificate]) -> list[asn1_x509.Certificate]:
    """Return certificates in the form that pyHanko wants."""
    return [as_asn1(item) for item in certificates]


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


def _builder(
    name: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    issuer_public: ec.EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_TO)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), critical=False
        )
    )


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

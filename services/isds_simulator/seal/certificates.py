"""X.509 certificates: the root, what it issues, and how they are written."""

import hashlib
import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_FROM = datetime(2010, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2049, 12, 31, tzinfo=UTC)
ORGANISATION = "Simulátor ISDS - pouze pro testování"
PRIVATE_MODE = 0o600

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Signer:
    """A key that is kept loaded and its certificate."""

    key: PrivateKey
    certificate: x509.Certificate

    @cached_property
    def der(self) -> bytes:
        """The certificate in DER."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the certificate."""
        return hashlib.sha256(self.der).digest()

    @cached_property
    def issuer(self) -> bytes:
        """The issuer's name in DER."""
        return self.certificate.issuer.public_bytes()

    @cached_property
    def serial_number(self) -> int:
        """The certificate's number."""
        return self.certificate.serial_number

    @property
    def pem(self) -> bytes:
        """The certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key in PEM, not encrypted."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate, hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def elliptic_key() -> ec.EllipticCurvePrivateKey:
    """Return a fresh P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    """Return a fresh RSA key; this takes a noticeable part of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def make_root(common_name: str) -> Signer:
    """Make a certification authority."""
    key = elliptic_key()
    name = _name(common_name)
    builder = _builder(name, name, key, VALID_FROM, VALID_UNTIL)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return Signer(key, builder.sign(key, hashes.SHA256()))


def issue(
    issuer: Signer,
    key: PrivateKey,
    common_name: str,
    *,
    purposes: Iterable[x509.ObjectIdentifier] = (),
    hosts: Iterable[str] = (),
    valid_from: datetime = VALID_FROM,
    valid_until: datetime = VALID_UNTIL,
) -> Signer:
    """Issue an end certificate.

    Args:
        issuer: The authority.
        key: Key of the holder.
        common_name: Name of the holder.
        purposes: Extended key usages; critical if there is one.
        hosts: Names and addresses of a server.
        valid_from: Aware instant.
        valid_until: Aware instant.

    Returns:
        The key with its certificate.
    """
    subject = issuer.certificate.subject
    builder = _builder(_name(common_name), subject, key, valid_from, valid_until)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    issuer_key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = builder.add_extension(issuer_key_id, critical=False)
    wanted = list(purposes)
    if wanted:
        is_stamper = ExtendedKeyUsageOID.TIME_STAMPING in wanted
        builder = builder.add_extension(x509.ExtendedKeyUsage(wanted), critical=is_stamper)
    names = [_host(host) for host in hosts]
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return Signer(key, builder.sign(issuer.key, hashes.SHA256()))


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CZ"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: PrivateKey,
    valid_from: datetime,
    valid_until: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def write_private(path: Path, key_pem: bytes) -> None:
    """Write a private key that only its owner may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key_pem)

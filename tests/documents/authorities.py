"""An authority of people's certificates, and programs that sign with them: none of it is ours."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
QC_STATEMENTS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
# DER of QcStatements: QcCompliance; QcCompliance and QcType esign; the same with eseal.
QC_PERSON = bytes.fromhex("301f300806060400 8e46010130130606 04008e46010630090607 04008e46010601")
QC_SEAL = bytes.fromhex("301f300806060400 8e46010130130606 04008e46010630090607 04008e46010602")
PASSWORD = "heslo k souboru"


@dataclass(frozen=True)
class Owner:
    """A certificate with its key and the authorities above it."""

    certificate: x509.Certificate
    key: Key
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    def signer(self) -> signers.SimpleSigner:
        """Return pyHanko's stock signer."""
        store = SimpleCertificateStore()
        store.register_multiple([as_asn1(one) for one in self.chain])
        pkcs8 = self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return signers.SimpleSigner(
            signing_cert=as_asn1(self.certificate),
            signing_key=asn1_keys.PrivateKeyInfo.load(pkcs8),
            cert_registry=store,
        )

    def pkcs12(self, password: str = PASSWORD, encryption: Any = None) -> bytes:
        """Return certificate, key and chain as a PKCS#12 store."""
        locked = encryption or BestAvailableEncryption(password.encode())
        return serialize_key_and_certificates(
            b"podpis", self.key, self.certificate, self.chain, locked
        )


def as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


@dataclass
class Authority:
    """A root and an issuing authority."""

    root: Owner
    issuer: Owner
    issued: list[x509.Certificate] = field(default_factory=list)

    def issue(
        self,
        name: str,
        *,
        key: Key | None = None,
        ends: timedelta = timedelta(days=700),
        begins: timedelta = timedelta(days=-30),
        statements: bytes = b"",
        extensions: Sequence[x509.ExtensionType] = (),
        given: tuple[str, str] | None = None,
        now: datetime | None = None,
    ) -> Owner:
        """Issue a certificate for signing to a person."""
        own, at = key or new_key(), now or datetime.now(UTC)
        parts = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
        if given:
            parts.append(x509.NameAttribute(NameOID.GIVEN_NAME, given[0]))
            parts.append(x509.NameAttribute(NameOID.SURNAME, given[1]))
        builder = _builder(x509.Name(parts), self.issuer.certificate.subject, own)
        builder = builder.not_valid_before(at + begins).not_valid_after(at + ends)
        builder = builder.add_extension(_usage(content_commitment=True), critical=True)
        if statements:
            raw = x509.UnrecognizedExtension(QC_STATEMENTS, statements)
            builder = builder.add_extension(raw, critical=False)
        for one in extensions:
            builder = builder.add_extension(one, critical=False)
        certificate = builder.sign(self.issuer.key, SHA256())
        self.issued.append(certificate)
        return Owner(certificate, own, (self.issuer.certificate, self.root.certificate))

    def lists(self, at: datetime) -> tuple[bytes, ...]:
        """Tell at an instant that nothing was revoked: a list of each authority, DER."""
        return tuple(_empty_list(one, at) for one in (self.root, self.issuer))

    def anchors(self, folder: Path) -> Path:
        """Write the anchors as settings want them."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "authorities.pem"
        path.write_bytes(self.root.certificate.public_bytes(Encoding.PEM))
        return path


def _empty_list(authority: Owner, at: datetime) -> bytes:
    builder = x509.CertificateRevocationListBuilder().last_update(at)
    builder = builder.issuer_name(authority.certificate.subject)
    builder = builder.next_update(at + timedelta(days=7))
    return builder.sign(authority.key, SHA256()).public_bytes(Encoding.DER)


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def make_authority(label: str = "Zkušební") -> Authority:
    """Make a root and an issuing authority below it."""
    root = _authority(f"{label} kořen", None)
    return Authority(root, _authority(f"{label} autorita", root))


def self_signed(name: str) -> Owner:
    """Make a certificate that nobody issued."""
    key = new_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = _builder(subject, subject, key)
    builder = builder.not_valid_before(now - timedelta(days=1))
    builder = builder.not_valid_after(now + timedelta(days=300))
    builder = builder.add_extension(_usage(content_commitment=True), critical=True)
    return Owner(builder.sign(key, SHA256()), key)


def _authority(name: str, above: Owner | None) -> Owner:
    key = new_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = _builder(subject, above.certificate.subject if above else subject, key)
    builder = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2045, 1, 1, tzinfo=UTC))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(_usage(is_authority=True), critical=True)
    return Owner(builder.sign(above.key if above else key, SHA256()), key)


def _builder(subject: x509.Name, issuer: x509.Name, key: Key) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    return builder.public_key(key.public_key()).serial_number(x509.random_serial_number())


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


def stock_sign(
    pdf: bytes,
    owner: Owner,
    place: str,
    writer: IncrementalPdfFileWriter | None = None,
    *,
    is_new_field: bool = False,
    **metadata: Any,
) -> bytes:
    """Sign with pyHanko as it comes."""
    wanted = PdfSignatureMetadata(
        field_name=place, **{"subfilter": SigSeedSubFilter.PADES, **metadata}
    )
    output = signers.sign_pdf(
        writer or IncrementalPdfFileWriter(io.BytesIO(pdf)),
        wanted,
        owner.signer(),
        existing_fields_only=not is_new_field,
    )
    return bytes(output.getvalue())

"""The simulator's own certification authority, made on first start.

The certificates are valid over several decades, because the clock of the simulator
can be moved and its seals carry the moved time.
"""

import hashlib
import os
import shutil
import tempfile
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


@dataclass(frozen=True)
class Authority:
    """Everything that the simulator signs with."""

    root: x509.Certificate
    seal: Signer
    """RSA; used with PSS padding, as the real seal is since December 2024."""
    stamper: Signer
    """The time-stamping unit."""

    @property
    def root_pem(self) -> bytes:
        """The root certificate for a client's trust store."""
        return self.root.public_bytes(serialization.Encoding.PEM)


def open_authority(folder: Path, *, seal_key_bits: int) -> Authority:
    """Load the authority from a folder; make it there first if there is none.

    Args:
        folder: Where certificates and keys are kept.
        seal_key_bits: Size of the RSA key of a new seal.

    Returns:
        The authority with its keys loaded; loading an RSA key is slow, keep the object.
    """
    if not (folder / "root.pem").exists():
        _make(folder, seal_key_bits)
    root = x509.load_pem_x509_certificate((folder / "root.pem").read_bytes())
    return Authority(root, _load(folder, "seal"), _load(folder, "stamper"))


def _load(folder: Path, name: str) -> Signer:
    key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError(f"{name}.key is neither an RSA nor an elliptic-curve key.")
    return Signer(key, x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes()))


def _make(folder: Path, seal_key_bits: int) -> None:
    """Make the authority beside the folder and move it in whole, so that it is never half there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".pki-"))
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = _root_certificate(root_key)
    (draft / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    _write_private(draft / "root.key", root_key)
    issuer = Signer(root_key, root)
    seal_key = rsa.generate_private_key(public_exponent=65537, key_size=seal_key_bits)
    _issue(draft, "seal", seal_key, issuer)
    _issue(draft, "stamper", ec.generate_private_key(ec.SECP256R1()), issuer)
    try:
        draft.rename(folder)
    except OSError:
        # Another process was faster; its authority is the one.
        shutil.rmtree(draft)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CZ"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(subject: x509.Name, issuer: x509.Name, key: PrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
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


def _root_certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("Simulátor ISDS - kořenová autorita (TEST)")
    builder = _builder(name, name, key)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    return builder.sign(key, hashes.SHA256())


def _issue(folder: Path, role: str, key: PrivateKey, issuer: Signer) -> None:
    common_names = {
        "seal": "Simulátor ISDS - pečeť datových zpráv (TEST)",
        "stamper": "Simulátor ISDS - časová razítka (TEST)",
    }
    builder = _builder(_name(common_names[role]), issuer.certificate.subject, key)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    )
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    issuer_key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    builder = builder.add_extension(issuer_key_id, critical=False)
    if role == "stamper":
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    certificate = builder.sign(issuer.key, hashes.SHA256())
    (folder / f"{role}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    _write_private(folder / f"{role}.key", key)


def _write_private(path: Path, key: PrivateKey) -> None:
    encoded = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(encoded)

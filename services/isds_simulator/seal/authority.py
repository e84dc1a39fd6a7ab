"""The simulator's own certification authority, made on first start.

The certificates are valid over several decades, because the clock of the simulator
can be moved and its seals carry the moved time.
"""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.isds_simulator.seal.certificates import (
    VALID_FROM,
    VALID_UNTIL,
    PrivateKey,
    Signer,
    elliptic_key,
    issue,
    make_root,
    rsa_key,
    write_private,
)

__all__ = ["VALID_FROM", "VALID_UNTIL", "Authority", "PrivateKey", "Signer", "open_authority"]

ROOT_NAME = "Simulátor ISDS - kořenová autorita (TEST)"
SEAL_NAME = "Simulátor ISDS - pečeť datových zpráv (TEST)"
STAMPER_NAME = "Simulátor ISDS - časová razítka (TEST)"
SERVER_NAME = "Simulátor ISDS - webové služby (TEST)"
EXPIRED_SINCE = datetime(2016, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Authority:
    """Everything that the simulator signs with."""

    issuer: Signer
    """The root with its key; issues certificates of servers and clients."""
    seal: Signer
    """RSA; used with PSS padding, as the real seal is since December 2024."""
    stamper: Signer
    """The time-stamping unit."""

    @property
    def root(self) -> x509.Certificate:
        """The root certificate."""
        return self.issuer.certificate

    @property
    def root_pem(self) -> bytes:
        """The root certificate for a client's trust store."""
        return self.issuer.pem

    @cached_property
    def expired_seal(self) -> Signer:
        """The key of the seal under a certificate that ended years ago."""
        return issue(self.issuer, self.seal.key, SEAL_NAME, valid_until=EXPIRED_SINCE)

    @cached_property
    def forged_seal(self) -> Signer:
        """A stranger's seal: the same names, another root."""
        return issue(make_root(ROOT_NAME), rsa_key(2048), SEAL_NAME)

    def server_certificate(self, hosts: list[str]) -> Signer:
        """Issue a certificate for web servers of some names and addresses."""
        purposes = [ExtendedKeyUsageOID.SERVER_AUTH]
        return issue(self.issuer, elliptic_key(), SERVER_NAME, purposes=purposes, hosts=hosts)

    def client_certificate(self, common_name: str) -> Signer:
        """Issue a certificate with which a program or a person signs in."""
        purposes = [ExtendedKeyUsageOID.CLIENT_AUTH]
        return issue(self.issuer, elliptic_key(), common_name, purposes=purposes)


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
    return Authority(_load(folder, "root"), _load(folder, "seal"), _load(folder, "stamper"))


def _load(folder: Path, name: str) -> Signer:
    key = serialization.load_pem_private_key((folder / f"{name}.key").read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise TypeError(f"{name}.key is neither an RSA nor an elliptic-curve key.")
    return Signer(key, x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes()))


def _make(folder: Path, seal_key_bits: int) -> None:
    """Make the authority beside the folder and move it in whole, so that it is never half there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".pki-"))
    root = make_root(ROOT_NAME)
    stamping = [ExtendedKeyUsageOID.TIME_STAMPING]
    made = {
        "root": root,
        "seal": issue(root, rsa_key(seal_key_bits), SEAL_NAME),
        "stamper": issue(root, elliptic_key(), STAMPER_NAME, purposes=stamping),
    }
    for name, signer in made.items():
        (draft / f"{name}.pem").write_bytes(signer.pem)
        write_private(draft / f"{name}.key", signer.key_pem)
    try:
        draft.rename(folder)
    except OSError:
        # Another process was faster; its authority is the one.
        shutil.rmtree(draft)

"""The development PKI: made on first start under a folder, marked as such everywhere.

It must never be used in production; the composition root refuses it there.
"""

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from threading import Lock
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from services.documents.domain.secrets import WrongSecret
from services.documents.signing.certificates import (
    Credential,
    as_asn1,
    chain_of,
    facts_of,
    issue,
    issue_time_stamper,
    make_issuer,
    make_root,
    new_key,
    subject,
)
from services.documents.signing.key_lock import CannotOpen, lock_key, open_key
from services.documents.signing.pades import KeySigner, append_signature
from services.documents.signing.port import (
    CertificateFacts,
    Holder,
    PersonKey,
    SignatureTask,
)
from services.documents.signing.time_stamps import LocalTimeStamper

ROOT, ISSUER, STAMPER = "root", "issuer", "time-stamps"


class ForbiddenInProduction(Exception):
    """The development PKI was asked for in production."""


class DevelopmentPki:
    """Certificates, seal and time stamps for development; the ports' first implementation."""

    def __init__(self, folder: Path, *, is_production: bool) -> None:
        """Open the PKI, making it on first use.

        Raises:
            ForbiddenInProduction: production needs certificates that mean something.
        """
        if is_production:
            raise ForbiddenInProduction(
                "Production needs real certificates (see docs/operations.md)."
            )
        self._folder = folder
        _make_once(folder)
        self._root = _load(folder, ROOT)
        self._issuer = _load(folder, ISSUER)
        stamper = _load(folder, STAMPER)
        self._chain = [self._issuer.certificate, self._root.certificate]
        self._stamper = LocalTimeStamper(
            stamper.key, as_asn1(stamper.certificate), chain_of(self._chain)
        )
        self._seals: dict[UUID, Credential] = {}
        self._lock = Lock()

    @property
    def root_certificate(self) -> bytes:
        """The trust anchor, DER."""
        return self._root.certificate.public_bytes(Encoding.DER)

    def enrol(self, holder: Holder, secret: str) -> PersonKey:
        """Make a key with its certificate, locked with the secret."""
        key = new_key()
        name = subject(holder.name, holder.organisation, f"VYVOJ-{holder.person_id}")
        certificate = issue(self._issuer, name, key.public_key())
        return PersonKey(
            certificate=certificate.public_bytes(Encoding.DER),
            locked=lock_key(key, secret, holder.person_id),
        )

    def open(self, key: PersonKey, secret: str, person_id: UUID) -> "DevelopmentKey":
        """Unlock a key.

        Raises:
            WrongSecret: the secret does not open it.
        """
        certificate = x509.load_der_x509_certificate(key.certificate)
        try:
            opened = open_key(key.locked, secret, person_id)
        except CannotOpen as error:
            raise WrongSecret() from error
        if opened.public_key() != certificate.public_key():
            raise WrongSecret()
        return DevelopmentKey(KeySigner(opened, as_asn1(certificate), chain_of(self._chain)))

    def seal(self, organisation_id: UUID, organisation: str, task: SignatureTask) -> bytes:
        """Return the file with the seal and its time stamp appended (PAdES B-T)."""
        credential = self._seal_of(organisation_id, organisation)
        signer = KeySigner(credential.key, as_asn1(credential.certificate), chain_of(self._chain))
        return append_signature(task, signer, is_last=True, time_stamper=self._stamper)

    def facts(self, organisation_id: UUID, organisation: str) -> CertificateFacts:
        """Return what people see of the seal's certificate."""
        credential = self._seal_of(organisation_id, organisation)
        return facts_of(credential.certificate.public_bytes(Encoding.DER))

    def time_stamp(self, request: bytes, at: datetime) -> bytes:
        """Answer a time-stamp request of anybody."""
        return self._stamper.time_stamp(request, at)

    def _seal_of(self, organisation_id: UUID, organisation: str) -> Credential:
        with self._lock:
            if organisation_id not in self._seals:
                name = f"seal-{organisation_id}"
                if not (self._folder / f"{name}.pem").exists():
                    _store(
                        self._folder, name, _new_seal(self._issuer, organisation_id, organisation)
                    )
                self._seals[organisation_id] = _load(self._folder, name)
            return self._seals[organisation_id]


class DevelopmentKey:
    """A person's key, unlocked for the length of one act."""

    def __init__(self, signer: KeySigner) -> None:
        self._signer = signer

    def sign(self, task: SignatureTask) -> bytes:
        """Return the file with the signature appended."""
        return append_signature(task, self._signer, is_last=False)


def _new_seal(issuer: Credential, organisation_id: UUID, organisation: str) -> Credential:
    key = new_key()
    name = subject(f"Pečeť: {organisation}", organisation, f"VYVOJ-{organisation_id}")
    return Credential(issue(issuer, name, key.public_key()), key)


def _make_once(folder: Path) -> None:
    """Make the PKI in a temporary folder and move it in place as one.

    Several processes may start at once; the first move wins and the others use its result.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".pki-", dir=folder.parent))
    root = make_root()
    issuer = make_issuer(root)
    stamper = issue_time_stamper(issuer)
    for name, credential in ((ROOT, root), (ISSUER, issuer), (STAMPER, stamper)):
        _store(making, name, credential)
    try:
        making.rename(folder)
    except OSError:
        shutil.rmtree(making)


def _store(folder: Path, name: str, credential: Credential) -> None:
    """Write key and certificate as one file; an existing one stays."""
    pem = credential.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, temporary = tempfile.mkstemp(dir=folder)  # readable by the owner only
    with os.fdopen(handle, "wb") as file:
        file.write(pem + credential.certificate.public_bytes(Encoding.PEM))
    try:
        os.link(temporary, folder / f"{name}.pem")
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)


def _load(folder: Path, name: str) -> Credential:
    pem = (folder / f"{name}.pem").read_bytes()
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{name}: the key has an unexpected type")
    return Credential(x509.load_pem_x509_certificate(pem), key)

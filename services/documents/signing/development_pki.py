"""The development PKI: made on first start under a folder, marked as such everywhere.

It must never be used in production; the composition root refuses it there.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
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

from services.documents.domain.secrets import CertificateExpired, WrongSecret
from services.documents.domain.ways import SERVICE
from services.documents.signing.certificates import (
    ISSUER,
    ROOT,
    Credential,
    Services,
    as_asn1,
    facts_of,
    from_day,
    issue,
    issue_responder,
    issue_time_stamper,
    make_issuer,
    make_root,
    new_key,
    subject,
)
from services.documents.signing.cms import Identity, RawKey, SealClaim, seal_detached
from services.documents.signing.key_lock import CannotOpen, lock_key, open_key
from services.documents.signing.mechanisms import key_on_hand
from services.documents.signing.pades import append_signature
from services.documents.signing.paths import Trust
from services.documents.signing.port import (
    CertificateFacts,
    Holder,
    Holds,
    OpenKey,
    PersonKey,
    SignatureTask,
    TimeStamper,
)
from services.documents.signing.revocations import Revoked, Teller
from services.documents.signing.stamp_desk import StampDesk, StampSource
from services.documents.signing.time_stamps import LocalAuthority, digest_of, stamping
from shared.clock import SystemClock

LOCAL_AUTHORITY = "Výzva – vývojová razítka"
PERSON_DAYS, SEAL_DAYS, STAMPER_DAYS, RESPONDER_DAYS = 3 * 365, 3 * 365, 6 * 365, 30
REPLACED_BEFORE = timedelta(days=90)
"""A new seal takes over so long before the old certificate ends."""
STAMPER_REPLACED_BEFORE = timedelta(days=3 * 365)
"""Tokens outlive the use of the key that made them, as with public authorities."""


class ForbiddenInProduction(Exception):
    """The development PKI was asked for in production."""


class DevelopmentPki:
    """Certificates of people and organisations and of time stamps, for development."""

    def __init__(
        self,
        folder: Path,
        *,
        is_production: bool,
        now: Callable[[], datetime] | None = None,
        services: Services | None = None,
    ) -> None:
        """Open the PKI, making it on first use.

        Args:
            now: The process clock, by default real time; certificates hold from its day.
            services: Where the running product answers for the authorities; without it the
                certificates name no place.

        Raises:
            ForbiddenInProduction: production needs certificates that mean something.
        """
        if is_production:
            raise ForbiddenInProduction(
                "Production needs real certificates (see docs/operations.md)."
            )
        self._folder, self._services = folder, services
        self._now = now or SystemClock().now
        _make_once(folder, services)
        self._root, self._issuer = _load(folder, ROOT), _load(folder, ISSUER)
        self._above = (_der(self._issuer.certificate), _der(self._root.certificate))
        self._lasting: dict[str, list[Credential]] = {}
        self._identities: dict[str, Identity] = {}
        self._lock = Lock()
        self._revoked = Revoked(folder / "revoked.json")
        self.stamper: TimeStamper = StampDesk([self.stamp_source()], folder / "stamps")
        """Stamps the signatures of people; the app puts in what the settings name."""

    @property
    def root_certificate(self) -> bytes:
        """The trust anchor, DER."""
        return _der(self._root.certificate)

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The authorities above what is issued here, DER, the root last."""
        return self._above

    @property
    def authorities(self) -> dict[str, bytes]:
        """Certificates of the authorities by name, DER."""
        return {ROOT: self.root_certificate, ISSUER: _der(self._issuer.certificate)}

    def enrol(self, holder: Holder, secret: str) -> PersonKey:
        """Make a key with its certificate, locked with the secret."""
        key = new_key()
        name = subject(holder.name, holder.organisation, f"VYVOJ-{holder.person_id}")
        period = from_day(self._now(), PERSON_DAYS)
        certificate = issue(self._issuer, name, key.public_key(), period, self._services)
        return PersonKey(
            certificate=_der(certificate),
            locked=lock_key(key, secret, holder.person_id),
        )

    def open(self, key: PersonKey, secret: str, person_id: UUID) -> "DevelopmentKey":
        """Unlock a key.

        Raises:
            WrongSecret: the secret does not open it.
            CertificateExpired: the certificate does not hold today.
        """
        certificate = x509.load_der_x509_certificate(key.certificate)
        try:
            opened = open_key(key.locked, secret, person_id)
        except CannotOpen as error:
            raise WrongSecret() from error
        if opened.public_key() != certificate.public_key():
            raise WrongSecret()
        if not _holds(certificate, self._now()):
            raise CertificateExpired(day=certificate.not_valid_after_utc.date())
        identity = self._identity(Credential(certificate, opened))
        return DevelopmentKey(identity, self.stamper)

    def around(self, certificate: bytes, key: RawKey) -> OpenKey:
        """Return a key that was made here and is open elsewhere."""
        return DevelopmentKey(Identity(key, certificate, self._above), self.stamper)

    def seal_identity(self, organisation_id: UUID, organisation: str) -> Identity:
        """Return the organisation's seal: a key parsed once, with a certificate valid today."""
        credential = self._seal_of(organisation_id, organisation)
        return self._kept_identity(credential)

    def seal_certificates(self) -> list[bytes]:
        """Return the certificates of all seals that were ever made here, DER."""
        names = sorted(path.stem for path in self._folder.glob("seal-*.pem"))
        return [_der(_certificate(self._folder, name)) for name in names]

    def stamp_source(self) -> StampSource:
        """Return the local time stamp authority."""
        root, issuer = (as_asn1(c.certificate) for c in (self._root, self._issuer))
        return StampSource(_Stamper(self), Trust([root], [issuer]))

    def time_stamp(self, request: bytes, at: datetime) -> bytes:
        """Answer a time-stamp request of anybody."""
        return _Stamper(self).ask(request, at)

    def stamper_identity(self, at: datetime, digest: str = "sha256") -> Identity:
        """Return the time stamper that holds at an instant and signs with a hash function."""

        def make(moment: datetime) -> Credential:
            period = from_day(moment, STAMPER_DAYS)
            return issue_time_stamper(self._issuer, period, self._services)

        lasting = self._lasting_one("time-stamps", at, make, STAMPER_REPLACED_BEFORE)
        return stamping(self._kept_identity(lasting, digest))

    def revoke(self, serial: int, at: datetime) -> None:
        """Declare that a certificate does not hold from *at*."""
        self._revoked.add(serial, at)

    def revocations(self) -> Mapping[int, datetime]:
        """Return every revoked serial number with its instant."""
        return self._revoked.all()

    def crl(self, authority: str, at: datetime) -> bytes:
        """Return the list of revoked certificates of ``root`` or ``issuer``, DER."""
        return self._teller(authority).crl(at)

    def told_at(self, url: str, request: bytes | None, at: datetime) -> bytes | None:
        """Return what lies at one of our own addresses, without asking ourselves.

        ``None`` when the address is somebody else's.
        """
        if self._services is None:
            return None
        if request is not None:
            return self.ocsp(request, at) if url == self._services.ocsp() else None
        names = {self._services.crl(name): name for name in (ROOT, ISSUER)}
        return self.crl(names[url], at) if url in names else None

    def ocsp(self, request: bytes, at: datetime) -> bytes:
        """Answer a question about a certificate of the issuing authority, DER.

        Raises:
            ValueError: the request cannot be read.
        """

        def make(moment: datetime) -> Credential:
            return issue_responder(self._issuer, from_day(moment, RESPONDER_DAYS))

        responder = self._lasting_one("responder", at, make, timedelta(days=7))
        return self._teller(ISSUER).answer(request, responder, at)

    def _teller(self, authority: str) -> Teller:
        return Teller(self._root if authority == ROOT else self._issuer, self._revoked)

    def _seal_of(self, organisation_id: UUID, organisation: str) -> Credential:
        def make(moment: datetime) -> Credential:
            key = new_key()
            name = subject(f"Pečeť: {organisation}", organisation, f"VYVOJ-{organisation_id}")
            period = from_day(moment, SEAL_DAYS)
            made = issue(self._issuer, name, key.public_key(), period, self._services)
            return Credential(made, key)

        return self._lasting_one(f"seal-{organisation_id}", self._now(), make)

    def _lasting_one(
        self,
        name: str,
        at: datetime,
        make: Callable[[datetime], Credential],
        before: timedelta = REPLACED_BEFORE,
    ) -> Credential:
        """Return the credential of a name that holds longest after *at*, or make the next one.

        Several processes may make one at once; the files decide which is used.
        """
        with self._lock:
            known = self._lasting.setdefault(name, [])
            while not (found := [one for one in known if _lasts(one, at, before)]):
                file = f"{name}-{len(known) + 1}"
                if not (self._folder / f"{file}.pem").exists():
                    _store(self._folder, file, make(at))
                known.append(_load(self._folder, file))
            return max(found, key=lambda one: one.certificate.not_valid_after_utc)

    def _kept_identity(self, credential: Credential, digest: str = "sha256") -> Identity:
        key = f"{credential.certificate.serial_number:x} {digest}"
        with self._lock:
            if key not in self._identities:
                self._identities[key] = self._identity(credential, digest)
            return self._identities[key]

    def _identity(self, credential: Credential, digest: str = "sha256") -> Identity:
        key = key_on_hand(credential.key, digest=digest)
        return Identity(key, _der(credential.certificate), self._above)


class DevelopmentKey:
    """A person's key, unlocked for the length of one act."""

    def __init__(self, identity: Identity, stamper: TimeStamper) -> None:
        self._identity, self._stamper = identity, stamper

    def sign(self, task: SignatureTask) -> bytes:
        """Return the file with the signature and its time stamp appended (PAdES B-T)."""
        return append_signature(task, self._identity, is_last=False, time_stamper=self._stamper)


class DevelopmentSeal:
    """Seals of the development PKI with whatever time stamps the settings name."""

    def __init__(
        self, pki: DevelopmentPki, stamper: TimeStamper, holds: Holds = lambda *_given: None
    ) -> None:
        """Remember the parts; *holds* is asked before each seal whether the certificate holds."""
        self._pki, self._stamper, self._holds = pki, stamper, holds

    def seal(self, organisation_id: UUID, organisation: str, task: SignatureTask) -> bytes:
        """Return the file with the seal and its time stamp appended (PAdES B-T)."""
        identity = self._pki.seal_identity(organisation_id, organisation)
        self._holds(identity.certificate, identity.chain, task.at)
        return append_signature(task, identity, is_last=True, time_stamper=self._stamper)

    def seal_data(
        self, organisation_id: UUID, organisation: str, data: bytes, claim: SealClaim
    ) -> bytes:
        """Return a detached seal over any bytes with its time stamp (CAdES B-T), DER."""
        identity = self._pki.seal_identity(organisation_id, organisation)
        self._holds(identity.certificate, identity.chain, claim.at)
        return seal_detached(identity, data, claim, self._stamper)

    def facts(self, organisation_id: UUID, organisation: str) -> CertificateFacts:
        """Return what people see of the seal's certificate."""
        return facts_of(self._pki.seal_identity(organisation_id, organisation).certificate)

    def present(self, organisation_id: UUID, organisation: str) -> tuple[bytes, str]:
        """Return the certificate that seals now (DER), and that its key is kept here."""
        return self._pki.seal_identity(organisation_id, organisation).certificate, SERVICE


class _Stamper:
    """The local authority under the certificate that holds at the time of the question."""

    name = LOCAL_AUTHORITY

    def __init__(self, pki: DevelopmentPki) -> None:
        self._pki = pki

    def ask(self, request: bytes, at: datetime) -> bytes:
        """Answer a request, signing with the hash function that it names."""
        digest = digest_of(request)
        return LocalAuthority(self.name, self._pki.stamper_identity(at, digest)).ask(request, at)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _holds(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _lasts(credential: Credential, at: datetime, before: timedelta) -> bool:
    """Tell whether the certificate holds at *at* and does not end too soon."""
    ends = credential.certificate.not_valid_after_utc - before
    return credential.certificate.not_valid_before_utc <= at <= ends


def _make_once(folder: Path, services: Services | None) -> None:
    """Make the PKI in a temporary folder and move it in place as one.

    Several processes may start at once; the first move wins and the others use its result.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".pki-", dir=folder.parent))
    root = make_root()
    issuer = make_issuer(root, services)
    for name, credential in ((ROOT, root), (ISSUER, issuer)):
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


def _certificate(folder: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / f"{name}.pem").read_bytes())


def _load(folder: Path, name: str) -> Credential:
    pem = (folder / f"{name}.pem").read_bytes()
    key = load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{name}: the key has an unexpected type")
    return Credential(x509.load_pem_x509_certificate(pem), key)

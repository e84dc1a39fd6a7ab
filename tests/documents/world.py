"""The world outside of a production installation: an authority that answers on a socket.

Root, issuing authority, OCSP responder and lists of revoked certificates are made here with the
means of ``cryptography`` alone; time stamps are certomancer's. Nothing of it is the product's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from werkzeug.wrappers import Request, Response

from .authorities import QC_PERSON, QC_SEAL, QC_STATEMENTS, Key, Owner, new_key
from .bad_authorities import Certomancer, serving

OCSP_REPLY = "application/ocsp-response"
FROM, TO = datetime(2020, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
OCSP_STATES = {
    "good": ocsp.OCSPCertStatus.GOOD,
    "revoked": ocsp.OCSPCertStatus.REVOKED,
    "unknown": ocsp.OCSPCertStatus.UNKNOWN,
    "stale": ocsp.OCSPCertStatus.GOOD,
    "forged": ocsp.OCSPCertStatus.GOOD,
}


@dataclass
class World:
    """Everything outside, on one address."""

    at: datetime
    stamps: Certomancer
    folder: Path
    url: str = ""
    state: str = "good"
    """How the authority answers about leaves: one of ``OCSP_STATES``, or ``silent``."""
    has_stamps: bool = True
    asked: list[str] = field(default_factory=list)
    root: Owner = field(init=False)
    issuer: Owner = field(init=False)

    def open(self, url: str) -> None:
        """Make the authorities, which name the address in what they issue."""
        self.url = url
        self.root = self._authority("Skutečný kořen", None)
        self.issuer = self._authority("Skutečná autorita", self.root)

    @property
    def host(self) -> str:
        """The address as the settings name hosts."""
        return self.url.removeprefix("http://")

    @property
    def trusted(self) -> Path:
        """PEM file with root and issuing authority."""
        path = self.folder / "authorities.pem"
        both = (self.root.certificate, self.issuer.certificate)
        path.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in both))
        return path

    def seal(self, name: str = "Pečeť MAS", **more: object) -> Owner:
        """Issue a qualified certificate for a seal."""
        return self.issue(name, statements=QC_SEAL, **more)  # type: ignore[arg-type]

    def person(self, name: str, **more: object) -> Owner:
        """Issue a qualified certificate for a person's signature."""
        return self.issue(name, statements=QC_PERSON, **more)  # type: ignore[arg-type]

    def issue(
        self,
        name: str,
        *,
        key: Key | None = None,
        statements: bytes = b"",
        days: int = 700,
        has_places: bool = True,
    ) -> Owner:
        """Issue a certificate below the issuing authority."""
        own = key or new_key()
        builder = self._begun(name, own, self.issuer.certificate.subject)
        builder = builder.not_valid_before(self.at - timedelta(days=30))
        builder = builder.not_valid_after(self.at + timedelta(days=days))
        builder = builder.add_extension(_usage(is_authority=False), critical=True)
        if statements:
            raw = x509.UnrecognizedExtension(QC_STATEMENTS, statements)
            builder = builder.add_extension(raw, critical=False)
        if has_places:
            builder = self._with_places(builder, "issuer")
        above = (self.issuer.certificate, self.root.certificate)
        return Owner(builder.sign(self.issuer.key, SHA256()), own, above)

    def settings(self, **more: object) -> dict[str, object]:
        """Return what production needs, but for the seal."""
        keys = self.folder / "keys"
        return {
            "mode": "production",
            "secret_key": "0123456789abcdef" * 2,
            "public_url": "https://vyzva.example.org",
            "keys": keys,
            "time_stamps": [
                {
                    "name": "Zkouška",
                    "url": f"{self.url}/test/tsa/stamper",
                    "trusted": str(self.stamps.trusted),
                }
            ],
            "revocation_hosts": [self.host],
            "accepted_authorities": self.trusted,
            **more,
        }

    def __call__(self, environ: dict[str, object], start: object) -> object:
        request = Request(environ)
        self.asked.append(request.path)
        if request.path.startswith("/test/"):
            if not self.has_stamps:
                return Response(status=503)(environ, start)  # type: ignore[arg-type]
            return self.stamps.app(environ, start)  # type: ignore[arg-type]
        return self._told(request)(environ, start)  # type: ignore[arg-type]

    def _told(self, request: Request) -> Response:
        if self.state == "silent":
            return Response(status=503)
        if request.path == "/ocsp":
            return Response(self._ocsp(request.get_data()), mimetype=OCSP_REPLY)
        name = request.path.removeprefix("/").removesuffix(".crl")
        return Response(self._crl({"root": self.root, "issuer": self.issuer}[name]))

    def _ocsp(self, asked: bytes) -> bytes:
        question = ocsp.load_der_ocsp_request(asked)
        now = self.at - timedelta(days=30 if self.state == "stale" else 0)
        is_revoked = self.state == "revoked"
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=question.issuer_name_hash,
            issuer_key_hash=question.issuer_key_hash,
            serial_number=question.serial_number,
            algorithm=question.hash_algorithm,
            cert_status=OCSP_STATES[self.state],
            this_update=now,
            next_update=now + timedelta(days=1),
            revocation_time=now - timedelta(days=1) if is_revoked else None,
            revocation_reason=x509.ReasonFlags.key_compromise if is_revoked else None,
        )
        own = self.issuer.certificate
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, own)
        key = new_key() if self.state == "forged" else self.issuer.key
        return builder.sign(key, SHA256()).public_bytes(Encoding.DER)

    def _crl(self, authority: Owner) -> bytes:
        now = self.at - timedelta(days=30 if self.state == "stale" else 0)
        builder = x509.CertificateRevocationListBuilder()
        builder = builder.issuer_name(authority.certificate.subject)
        builder = builder.last_update(now).next_update(now + timedelta(days=1))
        if self.state in ("forged", "unknown"):
            return builder.sign(new_key(), SHA256()).public_bytes(Encoding.DER)
        return builder.sign(authority.key, SHA256()).public_bytes(Encoding.DER)

    def _authority(self, name: str, above: Owner | None) -> Owner:
        key = new_key()
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = above.certificate.subject if above else subject
        builder = self._begun(name, key, issuer).not_valid_before(FROM).not_valid_after(TO)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        builder = builder.add_extension(_usage(is_authority=True), critical=True)
        if above is not None:
            builder = self._with_places(builder, "root", has_ocsp=False)
        return Owner(builder.sign(above.key if above else key, SHA256()), key)

    def _begun(self, name: str, key: Key, issuer: x509.Name) -> x509.CertificateBuilder:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
        return builder.public_key(key.public_key()).serial_number(x509.random_serial_number())

    def _with_places(
        self, builder: x509.CertificateBuilder, authority: str, *, has_ocsp: bool = True
    ) -> x509.CertificateBuilder:
        if has_ocsp:
            place = x509.UniformResourceIdentifier(f"{self.url}/ocsp")
            told = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
            builder = builder.add_extension(x509.AuthorityInformationAccess([told]), critical=False)
        lists = x509.UniformResourceIdentifier(f"{self.url}/{authority}.crl")
        points = x509.CRLDistributionPoints([x509.DistributionPoint([lists], None, None, None)])
        return builder.add_extension(points, critical=False)


@contextmanager
def open_world(folder: Path, at: datetime) -> Iterator[World]:
    """Serve the world on loopback."""
    world = World(at, Certomancer(folder / "stamps", at), folder)
    with serving(world) as url:
        world.open(url)
        yield world


def strong_key() -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    """Return a key as Czech authorities certify them today."""
    return rsa.generate_private_key(65537, 3072)


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )

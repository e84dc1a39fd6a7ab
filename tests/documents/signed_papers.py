"""Papers of every template, typeset and signed for the independent judges."""

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from services.documents.rendering.port import SEAL_FIELD, RenderRequest, StampRequest
from services.documents.rendering.typst_renderer import TypstRenderer
from services.documents.signing.certificates import Services
from services.documents.signing.cms import SealClaim
from services.documents.signing.development_pki import DevelopmentPki, DevelopmentSeal
from services.documents.signing.port import Holder, OpenKey, SignatureTask
from services.documents.signing.stamp_desk import StampDesk
from tests.documents.samples import AT, ORGANISATION
from tests.validators.exhibits import Trust

RENDERER = TypstRenderer()
SECRET = "kůň-v-zahradě-9"
MOST_PEOPLE = 3


class Signatory:
    """A development PKI with people whose keys are open, and an organisation's seal."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        services = Services("http://pki.invalid")
        self.pki = DevelopmentPki(folder, is_production=False, now=lambda: AT, services=services)
        stamps = StampDesk([self.pki.stamp_source()], folder / "stamps")
        self._seal = DevelopmentSeal(self.pki, stamps)
        self._keys = [self._key(f"Ing. Jana Malá {n + 1}") for n in range(MOST_PEOPLE)]
        stamp = StampRequest("Elektronický podpis", "3. 4. 2026", "1")
        self._stamp = RENDERER.stamp(stamp)

    def _key(self, name: str) -> OpenKey:
        holder = Holder(uuid4(), name, ORGANISATION)
        return self.pki.open(self.pki.enrol(holder, SECRET), SECRET, holder.person_id)

    def sign(self, request: RenderRequest) -> bytes:
        """Return the paper with the signatures that it asks for, and the seal."""
        pdf = RENDERER.render(request).pdf
        for index, place in enumerate(request.signers):
            pdf = self._keys[index].sign(self._task(pdf, place.field, is_first=index == 0))
        task = self._task(pdf, SEAL_FIELD, is_first=not request.signers)
        return self._seal.seal(UUID(int=77), ORGANISATION, task)

    def seal_data(self, data: bytes) -> bytes:
        """Return a detached seal over any bytes."""
        return self._seal.seal_data(UUID(int=77), ORGANISATION, data, SealClaim(AT, "sha256"))

    def _task(self, pdf: bytes, field: str, *, is_first: bool) -> SignatureTask:
        return SignatureTask(pdf=pdf, field=field, at=AT, stamp=self._stamp, is_first=is_first)

    def trust(self) -> Trust:
        """Return the root, and fresh revocation lists that revoke nobody."""
        root = self._folder / "root.cer"
        root.write_bytes(self.pki.root_certificate)
        lists = tuple(self._revocations())
        return Trust((root,), lists)

    def _revocations(self) -> Iterator[Path]:
        now = datetime.now(UTC)
        for name in ("root", "issuer"):
            pem = (self._folder / f"{name}.pem").read_bytes()
            issuer = x509.load_pem_x509_certificate(pem)
            key = load_pem_private_key(pem, password=None)
            revoked = (
                x509.CertificateRevocationListBuilder()
                .issuer_name(issuer.subject)
                .last_update(now - timedelta(days=1))
                .next_update(now + timedelta(days=1))
                .sign(key, SHA256())  # type: ignore[arg-type]  # keys of the development PKI are EC
            )
            path = self._folder / f"{name}.crl"
            path.write_bytes(revoked.public_bytes(Encoding.DER))
            yield path


def numbered(request: RenderRequest, number: int) -> RenderRequest:
    """Return the request as another document."""
    return dataclasses.replace(
        request, document_id=UUID(int=number), number=f"MASZK-2026-{number:06d}"
    )

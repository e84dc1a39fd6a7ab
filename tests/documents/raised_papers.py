"""Papers at every level of proof, for the independent judges: B-LT, B-LTA, and renewed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from asn1crypto import x509

from services.documents.domain.algorithms import AlgorithmPolicy
from services.documents.domain.care import B_LT, B_LTA
from services.documents.signing.certificates import ISSUER, ROOT
from services.documents.signing.keeping import Keeper
from services.documents.signing.levels import add_stamp
from services.documents.signing.revocation_lists import RevocationLists, Told
from services.documents.signing.stamp_desk import StampDesk
from services.documents.signing.verdicts import Judge
from tests.documents.samples import AT
from tests.documents.signed_papers import Signatory
from tests.validators.exhibits import Trust

RAISED = AT + timedelta(hours=2)
RENEWED = AT + timedelta(days=2010)
"""Half a year before the first time stamper's certificate ends; people's and seals' ended."""
JUDGED = AT + timedelta(days=2500)
"""When renewed papers are judged: everything but the newest time stamp has ended."""


class NobodyAsked(Judge):
    """Leaves the verdict to the judges outside, who are the point here."""

    def __init__(self) -> None:
        super().__init__((), AlgorithmPolicy({}))

    def problems(
        self,
        pdf: bytes,
        at: datetime,
        told: Iterable[Told] = (),
        others: Iterable[x509.Certificate] = (),
    ) -> list[str]:
        """Say nothing against any file."""
        return []


@dataclass(frozen=True)
class Raised:
    """One paper at three levels."""

    validation_info: bytes
    """B-LT."""
    archival: bytes
    """B-LTA."""
    renewed: bytes


class Archive:
    """Looks after papers as the product does."""

    def __init__(self, signatory: Signatory, folder: Path) -> None:
        pki = self._pki = signatory.pki
        self._folder = folder
        stamps = StampDesk([pki.stamp_source()], folder / "archive-stamps")

        def fetch(url: str, request: bytes | None, at: datetime) -> bytes:
            told = pki.told_at(url, request, at)
            assert told is not None, url
            return told

        known = tuple(x509.Certificate.load(one) for one in pki.chain)
        parts = (RevocationLists(fetch), NobodyAsked(), AlgorithmPolicy({}), known)
        self._keeper = Keeper(stamps, *parts)
        self._without_stamps = Keeper(StampDesk([], folder), *parts)

    def raise_levels(self, pdf: bytes) -> Raised:
        """Return a sealed paper at B-LT, at B-LTA, and with a time stamp five years later."""
        validation_info = self._without_stamps.complete(pdf, RAISED)
        archival = add_stamp(validation_info.pdf, self._keeper.stamper, "sha256", RAISED)
        renewed = self._keeper.renew(archival, RENEWED)
        assert (validation_info.level, renewed.level) == (B_LT, B_LTA)
        return Raised(validation_info.pdf, archival, renewed.pdf)

    def trust(self, at: datetime) -> Trust:
        """Return the root, what the authorities tell at an instant, and that instant."""
        root = self._folder / "archive-root.cer"
        root.write_bytes(self._pki.root_certificate)
        lists = []
        for name in (ROOT, ISSUER):
            path = self._folder / f"{name}-{at:%Y%m%d}.crl"
            path.write_bytes(self._pki.crl(name, at))
            lists.append(path)
        return Trust((root,), tuple(lists), at)

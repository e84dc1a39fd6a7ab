"""Time stamps for the evidence log, from the same authorities as those of documents."""

from uuid import UUID

from asn1crypto import pem

from services.documents.signing.port import SigningUnavailable
from services.documents.signing.stamp_desk import StampDesk
from shared.clock import SystemClock
from shared.evidence.anchoring import Stamp, StampUnavailable


class DeskStamper:
    """Asks the authorities in their order."""

    def __init__(self, stamps: StampDesk) -> None:
        self._stamps = stamps

    def stamp(self, organisation_id: UUID, digest: bytes) -> Stamp:
        """Return a time stamp of a SHA-256 digest, at real time."""
        try:
            token = self._stamps.stamp(digest, "sha256", SystemClock().now())
        except SigningUnavailable as error:
            raise StampUnavailable(str(error)) from error
        roots = (root.dump() for root in self._stamps.certificates())
        return Stamp(token, "".join(pem.armor("CERTIFICATE", root).decode() for root in roots))

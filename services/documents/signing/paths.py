"""Whom to believe: the way from a certificate to a root that the settings name."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from asn1crypto import x509

from services.documents.certification import NoPath, Paths
from services.documents.domain.stamp_faults import StampFault
from services.documents.signing.port import AuthorityFailed

TIME_STAMPING = "time_stamping"


class Trust(Paths):
    """Roots of time stamp authorities, and the ways that were found to them."""

    def __init__(
        self, roots: Sequence[x509.Certificate], others: Sequence[x509.Certificate] = ()
    ) -> None:
        """Believe *roots*; *others* are authorities between, which tokens need not carry."""
        super().__init__(roots, others, TIME_STAMPING)

    def check_stamper(
        self, certificate: x509.Certificate, others: Iterable[x509.Certificate], at: datetime
    ) -> list[x509.Certificate]:
        """Return the way from a time stamper's certificate to a root, the root last.

        Raises:
            AuthorityFailed: there is none, or a certificate on it was not valid at that time.
        """
        try:
            return self.path(certificate, others, at)
        except NoPath as error:
            text = f"Whose token it is cannot be believed. {error}"
            raise AuthorityFailed(StampFault.NOT_TRUSTED, text) from error

"""Whom to believe: the way from a certificate to a root that the settings name."""

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError

from services.documents.asynchronous import result_of
from services.documents.signing.port import AuthorityFailed


class Trust:
    """Roots, and the ways that were found to them; a way is looked for once."""

    def __init__(
        self, roots: Sequence[x509.Certificate], others: Sequence[x509.Certificate] = ()
    ) -> None:
        """Believe *roots*; *others* are authorities between, which tokens need not carry."""
        self.roots, self.others = list(roots), list(others)
        self._found: dict[bytes, list[x509.Certificate]] = {}
        self._lock = threading.Lock()

    def check_stamper(
        self, certificate: x509.Certificate, others: Iterable[x509.Certificate], at: datetime
    ) -> list[x509.Certificate]:
        """Return the way from a time stamper's certificate to a root, the root last.

        Raises:
            AuthorityFailed: there is none, or a certificate on it was not valid at that time.
        """
        # The roots read themselves bit by bit while they are asked, which no two threads may watch.
        with self._lock:
            path = self._found.get(certificate.sha256)
            if path is None:
                path = self._find(certificate, [*others, *self.others], at)
                self._found[certificate.sha256] = path
            periods = [(one.not_valid_before, one.not_valid_after) for one in path]
        if not all(begin <= at <= end for begin, end in periods):
            raise AuthorityFailed("A certificate above the token was not valid at its time.")
        return path

    def _find(
        self, certificate: x509.Certificate, others: list[x509.Certificate], at: datetime
    ) -> list[x509.Certificate]:
        context = ValidationContext(
            trust_roots=self.roots, other_certs=others, moment=at, allow_fetching=False
        )
        validator = CertificateValidator(certificate, validation_context=context)
        usage = validator.async_validate_usage(set(), {"time_stamping"}, extended_optional=False)
        try:
            path = result_of(usage)
        except (PathError, ValidationError) as error:
            raise AuthorityFailed("The token's certificate leads to no root we trust.") from error
        return list(reversed(list(path.iter_certs(include_root=True))))


def load_certificates(file: Path | None) -> list[x509.Certificate]:
    """Return the certificates of a PEM file; none for no file."""
    if file is None:
        return []
    blocks = pem.unarmor(file.read_bytes(), multiple=True)
    return [x509.Certificate.load(der) for kind, _, der in blocks if kind == "CERTIFICATE"]

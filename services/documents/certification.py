"""The way from a certificate to a root that is believed (certification path), looked for once.

The library reads a certificate bit by bit while it is asked, and keeps in it what it has read. Two
threads that watch this see halves, so what threads share here has been read to its end before.
"""

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext

from services.documents.asynchronous import result_of

STATEMENTS = tuple(
    name for name, member in vars(x509.Certificate).items() if isinstance(member, property)
)
"""All that a certificate can be asked; it keeps most of the answers."""


def load_certificates(file: Path | None) -> list[x509.Certificate]:
    """Return the certificates of a PEM file, read to their end; none for no file.

    Raises:
        OSError, ValueError, TypeError: it is no such file, or one of them is damaged.
    """
    if file is None:
        return []
    blocks = pem.unarmor(file.read_bytes(), multiple=True)
    found = [x509.Certificate.load(der) for kind, _, der in blocks if kind == "CERTIFICATE"]
    return [read_whole(one) for one in found]


def read_whole(certificate: x509.Certificate) -> x509.Certificate:
    """Return the certificate when it has read itself to its end and changes no more.

    Raises:
        ValueError, TypeError: it is damaged.
    """
    try:
        _ = certificate.native
        for name in STATEMENTS:
            getattr(certificate, name)
        for one in (certificate.subject, certificate.issuer):
            _ = (one.hashable, one.sha1, one.sha256, one.human_friendly)
        key = certificate.public_key
        _ = (key.algorithm, key.bit_size, key.sha1, key.sha256, certificate.dump())
    except KeyError as error:
        raise ValueError("The certificate lacks a part.") from error
    return certificate


class NoPath(Exception):
    """No way leads to a root, or a certificate on it is not for this use, or not for that time."""


class Paths:
    """Roots, and the ways that were found to them.

    A way holds for every instant at which all its certificates are valid, so only their periods
    are compared when the same certificate comes again. Nothing is fetched from anywhere.
    """

    def __init__(
        self,
        roots: Iterable[x509.Certificate],
        others: Iterable[x509.Certificate] = (),
        purpose: str | None = None,
    ) -> None:
        """Believe *roots*.

        Args:
            others: Authorities between, which nobody need send along.
            purpose: For what a certificate must be made, such as ``time_stamping``; any
                without.
        """
        self.roots, self.others = [[read_whole(one) for one in some] for some in (roots, others)]
        self._purpose = purpose
        self._found: dict[bytes, list[x509.Certificate]] = {}
        self._lock = threading.Lock()

    def path(
        self, certificate: x509.Certificate, carried: Iterable[x509.Certificate], at: datetime
    ) -> list[x509.Certificate]:
        """Return the way from the certificate to a root, the root last.

        Args:
            carried: What came with the certificate, to find the way.
            at: Instant at which every certificate on it must be valid (aware UTC).

        Raises:
            NoPath: see the class.

        Source:
            RFC 5280, 6.1: validation of a path; the periods are those of its certificates, the
            root's among them: who names a root beyond its end has to name another one.
        """
        with self._lock:
            path = self._found.get(certificate.sha256)
        if path is None or not _holds(path, at):
            path = self._find(certificate, [*carried, *self.others], at)
            with self._lock:
                self._found[certificate.sha256] = path
        if not _holds(path, at):
            raise NoPath("A certificate on the way to the root was not valid at that time.")
        return path

    def _find(
        self, certificate: x509.Certificate, others: list[x509.Certificate], at: datetime
    ) -> list[x509.Certificate]:
        context = ValidationContext(
            trust_roots=self.roots,
            other_certs=others,
            moment=at,
            allow_fetching=False,
            revocation_mode="soft-fail",
        )
        validator = CertificateValidator(certificate, validation_context=context)
        purposes = {self._purpose} if self._purpose else set()
        usage = validator.async_validate_usage(set(), purposes, extended_optional=not purposes)
        try:
            path = result_of(usage)
            return [read_whole(one) for one in reversed(list(path.iter_certs(include_root=True)))]
        except Exception as error:  # strangers' certificates: whatever goes wrong is no way
            raise NoPath("The certificate leads to no root that is believed.") from error


def _holds(path: Sequence[x509.Certificate], at: datetime) -> bool:
    return all(one.not_valid_before <= at <= one.not_valid_after for one in path)

"""Whether certificates hold: answers about one (OCSP), else lists of revoked ones (CRL).

An answer is preferred: it speaks about one certificate only. A newer list of the same authority
tells nothing about a certificate that has ended since, and validators that find one stumble.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import x509 as asn1_x509
from cryptography import x509

from services.documents.signing.ocsp_answers import BadAnswer, OcspAnswer, read_answer
from services.documents.signing.outside import OutsideFailed
from services.documents.signing.revocations import ocsp_request

Fetch = Callable[[str, bytes | None, datetime], bytes]
"""Asks an address, with a request (OCSP) or without (a list); raises :class:`OutsideFailed`."""


class RevocationUnknown(Exception):
    """Nobody tells now whether a certificate holds; trying later may help."""


class NobodyTells(RevocationUnknown):
    """The certificate names no place that is allowed, or none of them answers."""


class TooEarly(RevocationUnknown):
    """The newest list is older than the signature that it must speak about."""


@dataclass(frozen=True)
class RevocationList:
    """A list that was checked."""

    content: bytes
    """CertificateList, DER."""
    parsed: x509.CertificateRevocationList

    @property
    def made_at(self) -> datetime:
        """When the authority made it."""
        return self.parsed.last_update_utc

    def good_at(self, at: datetime) -> bool:
        """Tell whether the next list was not due yet."""
        until = self.parsed.next_update_utc
        return self.made_at <= at and (until is None or at <= until)

    def revoked_since(self, serial: int) -> datetime | None:
        """Return since when a certificate does not hold; ``None`` when it does."""
        found = self.parsed.get_revoked_certificate_by_serial_number(serial)
        return found.revocation_date_utc if found is not None else None

    @property
    def asn1(self) -> asn1_crl.CertificateList:
        """The list in the form that pyHanko wants."""
        return asn1_crl.CertificateList.load(self.content)


Told = RevocationList | OcspAnswer


class RevocationLists:
    """What authorities told, by address; a list serves all documents until a newer is needed."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._kept: dict[tuple[str, int], Told] = {}
        self._lock = threading.Lock()

    def about(
        self,
        certificate: asn1_x509.Certificate,
        issuer: asn1_x509.Certificate,
        *,
        after: datetime,
        at: datetime,
    ) -> Told:
        """Return what tells whether a certificate holds.

        Args:
            after: It must not be older: what it must tell happened then.
            at: The process clock.

        Raises:
            TooEarly: the authority has told nothing since *after*.
            NobodyTells: there is no place to ask, or none that answers.
            RevocationUnknown: the certificate names no place, or none that can be believed.
        """
        trouble: RevocationUnknown = NobodyTells(
            "The certificate names no place that tells whether it holds."
        )
        answers = [(url, certificate.serial_number) for url in certificate.ocsp_urls]
        for place in [*answers, *((url, 0) for url in _addresses(certificate))]:
            with self._lock:
                kept = self._kept.get(place)
            if kept is not None and kept.good_at(at) and kept.made_at >= after:
                return kept
            try:
                return self._renewed(place, (certificate, issuer), after, at)
            except BadAnswer as error:
                trouble = RevocationUnknown(str(error))
            except OutsideFailed as error:
                if isinstance(trouble, NobodyTells):
                    trouble = NobodyTells(str(error))
        raise trouble

    def _renewed(
        self,
        place: tuple[str, int],
        pair: tuple[asn1_x509.Certificate, asn1_x509.Certificate],
        after: datetime,
        at: datetime,
    ) -> Told:
        found = self._asked(place[0], pair, at) if place[1] else self._listed(place[0], pair[1], at)
        if not found.good_at(at):
            raise RevocationUnknown("What tells whether the certificate holds is out of date.")
        with self._lock:
            self._kept[place] = found
        if found.made_at < after:
            raise TooEarly("What tells whether the certificate holds is older than the signature.")
        return found

    def _asked(
        self, url: str, pair: tuple[asn1_x509.Certificate, asn1_x509.Certificate], at: datetime
    ) -> OcspAnswer:
        certificate, issuer = (x509.load_der_x509_certificate(one.dump()) for one in pair)
        request = ocsp_request(certificate, issuer)
        content = self._fetch(url, request, at)
        return read_answer(content, certificate.serial_number, issuer)

    def _listed(self, url: str, issuer: asn1_x509.Certificate, at: datetime) -> RevocationList:
        content = self._fetch(url, None, at)
        return RevocationList(content, _checked(content, issuer))


def _checked(content: bytes, issuer: asn1_x509.Certificate) -> x509.CertificateRevocationList:
    try:
        parsed = x509.load_der_x509_crl(content)
        public = x509.load_der_x509_certificate(issuer.dump()).public_key()
        is_signed = parsed.is_signature_valid(public)  # type: ignore[arg-type]  # any key
    except (ValueError, TypeError) as error:
        raise RevocationUnknown("The list of revoked certificates cannot be read.") from error
    if not is_signed:
        raise RevocationUnknown("The list of revoked certificates is not the authority's.")
    return parsed


def _addresses(certificate: asn1_x509.Certificate) -> list[str]:
    points = certificate.crl_distribution_points
    return [point.url for point in points if point.url]

"""Who sealed a file of ISDS, and whose seals are believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from asn1crypto import x509

from services.documents.certification import Paths
from services.documents.domain.seal_holders import Pin, SealHolder, may_seal

ORGANISATION_IDENTIFIER = "2.5.4.97"


@dataclass(frozen=True, eq=False)
class SealTrust:
    """By what the seals and stamps of ISDS are known; one for the life of an app.

    It remembers the ways to its roots, and is compared as the thing that it is.
    """

    roots: Sequence[x509.Certificate]
    """Authorities above them; without any only integrity is checked (development)."""
    pins: Sequence[Pin]
    """Who may hold the seal: under the same authorities are persons and web servers too."""

    @cached_property
    def sealers(self) -> Paths:
        """Ways from the certificates of seals to the roots."""
        return Paths(self.roots)

    @cached_property
    def stampers(self) -> Paths:
        """Ways from the certificates of time stampers to the roots."""
        return Paths(self.roots, purpose="time_stamping")

    def is_by_isds(self, holder: SealHolder) -> bool:
        """Tell whether the certificate of a seal names the one who seals for ISDS."""
        return not self.roots or may_seal(holder, self.pins)


def holder_of(certificate: x509.Certificate) -> SealHolder:
    """Return what a certificate says of its holder.

    Raises:
        ValueError, TypeError, KeyError: it is damaged.
    """
    subject = certificate.subject.native
    purposes = certificate.extended_key_usage_value
    identifier = subject.get("organization_identifier") or subject.get(ORGANISATION_IDENTIFIER)
    return SealHolder(
        organisation=_text(subject.get("organization_name")),
        identifier=_text(identifier),
        name=_text(subject.get("common_name")),
        is_person="given_name" in subject or "surname" in subject,
        purposes=frozenset(purposes.native if purposes else ()),
    )


def _text(value: object) -> str:
    """Return a part of a name; of several equal ones none is the one that is meant."""
    return value if isinstance(value, str) else ""

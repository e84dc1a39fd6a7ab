"""Who signed, and since when is that certain: certificate chains and time stamps.

Nothing is ever fetched. Proof of existence runs from the newest document time stamp inwards, as
ETSI EN 319 102-1, 5.6 describes for archival signatures.
"""

from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator import errors as certificate_errors
from pyhanko_certvalidator.path import ValidationPath

from services.documents.asynchronous import finished
from services.documents.domain.trust_lists import TrustedList
from services.documents.signing.certificates import WARNING
from services.documents.verification.cms import Cms, Stamp

WEAK_SINCE = {
    "md5": datetime(2009, 1, 1, tzinfo=UTC),
    "sha1": datetime(2017, 1, 1, tzinfo=UTC),
}
"""From when a hash is not believed without an older proof. The years of public collisions
(Sotirov et al., CCC 2008; Stevens et al., SHAttered 2017); a stricter policy is a setting."""
TIME_STAMPING = {"time_stamping"}
TOLD_OF_ALL, TOLD_WHERE_NAMED, NOT_TOLD = "require", "hard-fail", "soft-fail"
"""The library's words for how much must be told about revocation: of each certificate, of each that
names a place where it is told, or nothing."""


@dataclass(frozen=True)
class Trust:
    """What is believed."""

    at: datetime
    """The moment for which the question is asked."""
    anchors: tuple[bytes, ...] = ()
    """Certificates of authorities, DER."""
    between: tuple[bytes, ...] = ()
    """Certificates between signers and anchors that files may lack, DER; not believed as such."""
    weak_since: Mapping[str, datetime] = field(default_factory=lambda: dict(WEAK_SINCE))
    requires_revocation: bool = False
    """Whether a missing proof of non-revocation stops a signature from passing."""
    crls: tuple[bytes, ...] = ()
    """Lists of revoked certificates that this installation holds itself, DER."""
    revoked: Mapping[str, datetime] = field(default_factory=dict)
    """Since when certificates do not hold, as authorities told this installation: by the SHA-256 of
    the certificate, hexadecimal. The answers themselves are not kept."""
    lists: tuple[TrustedList, ...] = ()
    """Trust lists, by which a signature is called qualified; nothing else hangs on them."""
    refuses_development: bool = False
    """Whether certificates of a development PKI are called so and stop a signature (production)."""


@dataclass(frozen=True)
class Evidence:
    """What the file itself brings for judging certificates."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    @property
    def has_revocation(self) -> bool:
        """Tell whether there is any proof of non-revocation."""
        return bool(self.crls or self.ocsps)

    def names_revoked(self, certificates: Iterable[x509.Certificate]) -> bool:
        """Tell whether any of the data, however old, says that one of them is revoked.

        Nobody asks here who signed it: a wrong word against a certificate leaves it unproved.
        """
        serials = {item.serial_number for item in certificates}
        return bool(serials & self._revoked_serials)

    @cached_property
    def _revoked_serials(self) -> frozenset[int]:
        return frozenset(serial for serial in (*_listed(self.crls), *_answered(self.ocsps)))


def _listed(crls: Iterable[bytes]) -> Iterator[int]:
    for content in crls:
        entries = crl.CertificateList.load(content)["tbs_cert_list"]["revoked_certificates"]
        for entry in entries or ():
            yield entry["user_certificate"].native


def _answered(ocsps: Iterable[bytes]) -> Iterator[int]:
    for content in ocsps:
        basic = ocsp.OCSPResponse.load(content).basic_ocsp_response
        for answer in basic["tbs_response_data"]["responses"]:
            if answer["cert_status"].name == "revoked":
                yield answer["cert_id"]["serial_number"].native


@dataclass(frozen=True)
class ChainVerdict:
    """What became of a certificate at a moment."""

    code: str
    """Empty when it is believed; else the code of a finding."""
    detail: str
    chain: tuple[x509.Certificate, ...]
    is_revocation_known: bool = False
    """Whether somebody who may tell says of the whole chain that it was not revoked."""


class Judge:
    """Judges certificates; remembers what it judged."""

    def __init__(self, trust: Trust, evidence: Evidence) -> None:
        self.trust = trust
        self._evidence = replace(evidence, crls=(*evidence.crls, *trust.crls))
        self._anchors = [x509.Certificate.load(item) for item in trust.anchors]
        self._between = [x509.Certificate.load(item) for item in trust.between]
        self._known: dict[tuple[bytes, datetime, bool], ChainVerdict] = {}

    def chain(self, cms: Cms, at: datetime, *, is_time_stamp: bool = False) -> ChainVerdict:
        """Return what is to be said about the signer's certificate at a moment."""
        if cms.signer is None:
            return ChainVerdict("certificate-missing", "", ())
        key = (cms.signer.sha256, at, is_time_stamp)
        if key not in self._known:
            self._known[key] = self._judged(cms.signer, cms.certificates, at, is_time_stamp)
        return self._known[key]

    def named(self, cms: Cms) -> ChainVerdict:
        """Return the chain by names alone, unjudged."""
        chain = _shown(cms.signer, cms.certificates) if cms.signer is not None else ()
        return ChainVerdict("chain-unknown", "", chain)

    def _judged(
        self,
        signer: x509.Certificate,
        others: Sequence[x509.Certificate],
        at: datetime,
        is_time_stamp: bool,
    ) -> ChainVerdict:
        near = (*others, *self._evidence.certificates, *self._between)
        around = {item.sha256: item for item in near}
        shown = _shown(signer, [*around.values(), *self._anchors])
        if not self._anchors:
            return ChainVerdict("chain-unknown", _name(shown[-1].issuer), shown)
        try:
            path, is_known = self._path(signer, list(around.values()), at)
        except certificate_errors.PathBuildingError:
            return ChainVerdict("chain-unknown", _name(shown[-1].issuer), shown)
        except BAD_CHAIN as error:
            return ChainVerdict(*_reason(error, signer), shown)
        chain = tuple(reversed(list(path.iter_certs(include_root=True))))
        if not _may_be_used(signer, is_time_stamp=is_time_stamp):
            return ChainVerdict("usage-not-allowed", "", chain)
        since = self._revoked_since(chain)
        if since is not None and since <= at:
            return ChainVerdict("revoked", day_of(since), chain)
        return ChainVerdict("", "", chain, is_known)

    def _revoked_since(self, chain: Iterable[x509.Certificate]) -> datetime | None:
        """Return since when the chain does not hold, as an authority told this installation."""
        told = [self.trust.revoked.get(one.sha256.hex()) for one in chain]
        return min((since for since in told if since is not None), default=None)

    def _path(
        self, signer: x509.Certificate, others: list[x509.Certificate], at: datetime
    ) -> tuple[ValidationPath, bool]:
        """Return the way to an anchor, judged with what is told about revocation, and if all is.

        The newest time stamp has nothing newer in the file: what tells about its certificate was
        gathered for an earlier use of it and is out of date. Where no proof is required, only
        word of a revocation counts then.
        """
        with suppress(certificate_errors.InsufficientRevinfoError):
            return finished(self._validated(signer, others, at, self._evidence, TOLD_OF_ALL)), True
        mode = TOLD_WHERE_NAMED if self.trust.requires_revocation else NOT_TOLD
        try:
            return finished(self._validated(signer, others, at, self._evidence, mode)), False
        except certificate_errors.InsufficientRevinfoError:
            chain = _shown(signer, [*others, *self._anchors])
            if self.trust.requires_revocation or self._evidence.names_revoked(chain):
                raise
        return finished(self._validated(signer, others, at, Evidence(), NOT_TOLD)), False

    def _validated(
        self,
        signer: x509.Certificate,
        others: list[x509.Certificate],
        at: datetime,
        evidence: Evidence,
        mode: str,
    ) -> Coroutine[Any, Any, ValidationPath]:
        context = ValidationContext(
            trust_roots=self._anchors,
            other_certs=others,
            moment=at,
            allow_fetching=False,
            crls=list(evidence.crls),
            ocsps=list(evidence.ocsps),
            revocation_mode=mode,
            retroactive_revinfo=True,
            weak_hash_algos={name for name, since in self.trust.weak_since.items() if since <= at},
        )
        validator = CertificateValidator(
            signer, intermediate_certs=others, validation_context=context
        )
        return validator.async_validate_path()

    def proven_times(self, stamps: Sequence[Stamp]) -> dict[int, datetime]:
        """Return until when each document time stamp is believed to have existed.

        Args:
            stamps: In the order of the file, so each is covered by those after it.

        Returns:
            By position: the moment at which its authority must have been valid. A position
            without one is not believed.
        """
        proven: dict[int, datetime] = {}
        at = self.trust.at
        for place in range(len(stamps) - 1, -1, -1):
            if self.believes(stamps[place], at):
                proven[place] = at
                at = stamps[place].at
        return proven

    def believes(self, stamp: Stamp, at: datetime) -> bool:
        """Tell whether a time stamp is good at a moment up to which it is known to exist."""
        harmless = {"certificate-not-named", "padding-not-empty", "algorithm-misnamed"}
        if set(stamp.token.problems) - harmless or self.is_weak(stamp.token.digest, at):
            return False
        return not self.chain(stamp.token, at, is_time_stamp=True).code

    def is_weak(self, digest: str, at: datetime) -> bool:
        """Tell whether a hash is not believed any more at a moment."""
        since = self.trust.weak_since.get(digest)
        return since is not None and at >= since


BAD_CHAIN = (
    certificate_errors.ValidationError,
    certificate_errors.CRLValidationError,
    certificate_errors.OCSPValidationError,
    ValueError,
    TypeError,
    KeyError,
)
"""What the library raises about chains, and what it lets through over hostile certificates."""


def _reason(error: Exception, signer: x509.Certificate) -> tuple[str, str]:
    if isinstance(error, certificate_errors.RevokedError):
        return "revoked", day_of(getattr(error, "revocation_dt", None))
    if isinstance(error, certificate_errors.ExpiredError):
        return "expired", day_of(signer.not_valid_after)
    if isinstance(error, certificate_errors.NotYetValidError):
        return "not-yet-valid", day_of(signer.not_valid_before)
    if isinstance(error, certificate_errors.InsufficientRevinfoError):
        return "revocation-missing", ""
    if isinstance(error, certificate_errors.DisallowedAlgorithmError):
        return "weak-algorithm", type(error).__name__
    return "chain-broken", ""


def day_of(moment: datetime | None) -> str:
    """Return the day of a moment in figures, as it stands in sentences of all languages."""
    return f"{moment.day}. {moment.month}. {moment.year}" if moment else "?"


def _may_be_used(certificate: x509.Certificate, *, is_time_stamp: bool) -> bool:
    """Tell whether the certificate is for signing, or for time stamps (RFC 3161, 2.3)."""
    extended = certificate.extended_key_usage_value
    named = set(extended.native) if extended is not None else set()
    if is_time_stamp:
        return named == TIME_STAMPING
    usage = certificate.key_usage_value
    allowed = {"digital_signature", "non_repudiation"}
    return named != TIME_STAMPING and (usage is None or bool(usage.native & allowed))


def _shown(
    signer: x509.Certificate, around: Iterable[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """Return the chain by names alone, for people to see."""
    by_subject = {item.subject.hashable: item for item in around}
    chain = [signer]
    while len(chain) < 8 and chain[-1].issuer.hashable != chain[-1].subject.hashable:
        above = by_subject.get(chain[-1].issuer.hashable)
        if above is None:
            break
        chain.append(above)
    return tuple(chain)


def name_of(certificate: x509.Certificate) -> str:
    """Return the common name of a certificate's holder, or all of the name."""
    return _name(certificate.subject)


def is_of_development(certificate: x509.Certificate) -> bool:
    """Tell whether a development PKI issued the certificate, as its issuer's name says."""
    found = certificate.issuer.native.get("organizational_unit_name")
    return WARNING in (found if isinstance(found, list) else [found])


def _name(name: x509.Name) -> str:
    native = name.native
    found = native.get("common_name") or native.get("organization_name")
    if isinstance(found, list):
        found = found[0]
    return str(found or name.human_friendly)

"""One signature at a time: its form, its computation, its certificate and its time."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import x509

from services.documents.domain.trust_lists import NOTHING
from services.documents.domain.trust_lists import Verdict as QualifiedVerdict
from services.documents.domain.trust_lists import judge as judge_qualified
from services.documents.domain.ways import CertificateUnreadable
from services.documents.signing.ways.people import claims_of
from services.documents.verification.cms import (
    BadCms,
    Cms,
    Stamp,
    read_signature,
    read_time_stamp,
)
from services.documents.verification.findings import conclude, finding
from services.documents.verification.objects import Ref
from services.documents.verification.raw import RawFile, RawSignature
from services.documents.verification.report import (
    CertificateSeen,
    Finding,
    Level,
    SignatureReport,
    Weight,
)
from services.documents.verification.trust import (
    ChainVerdict,
    Evidence,
    Judge,
    is_of_development,
    name_of,
)

SUB_FILTERS = ("ETSI.CAdES.detached", "adbe.pkcs7.detached", "adbe.pkcs7.sha1", "ETSI.RFC3161")
_MOMENT = re.compile(r"D:(\d{14})(?:Z|([+-])(\d\d)'?(\d\d)?'?)?")
ETSI = ("ETSI.CAdES.detached", "ETSI.RFC3161")


@dataclass(frozen=True)
class Read:
    """A signature that was read and computed, before anybody is believed."""

    raw: RawSignature
    name: str
    """Of its field, or a number."""
    stamp: Stamp | None
    """Of a document time stamp."""
    cms: Cms | None
    """``None`` when the container cannot be read."""
    codes: tuple[str, ...]

    @property
    def is_broken(self) -> bool:
        """Tell whether it cannot be a signature of these bytes, whoever made it."""
        return any(found.weight == Weight.FAULT for found in self.findings)

    @property
    def findings(self) -> list[Finding]:
        """Return what is wrong with it as such."""
        return [finding(code, self.name, **_details(self, code)) for code in self.codes]


def _details(item: Read, code: str) -> dict[str, object]:
    return {"what": item.raw.sub_filter} if code == "sub-filter-unknown" else {}


def read_all(raw: RawFile) -> list[Read]:
    """Read and compute every signature, in the order of what they cover."""
    in_order = sorted(raw.signatures, key=lambda item: (item.end, item.found.start))
    rights = _usage_rights(raw)
    seen: set[tuple[int, int]] = set()
    found = []
    for place, item in enumerate(in_order, 1):
        extra = ["same-bytes-twice"] if item.end and item.gap in seen else []
        seen.add(item.gap)
        if item.found.number in rights:
            extra.append("usage-rights")
        found.append(_read(raw.data, item, item.field or f"#{place}", extra))
    return found


def _read(data: bytes, item: RawSignature, name: str, extra: list[str]) -> Read:
    codes = [*item.problems, *extra]
    if item.sub_filter and item.sub_filter not in SUB_FILTERS:
        return Read(item, name, None, None, (*codes, "sub-filter-unknown"))
    try:
        if item.is_time_stamp:
            stamp = read_time_stamp(item.contents, item.signed_bytes(data))
            return Read(item, name, stamp, stamp.token, _weighed(codes, item, stamp.token))
        cms = read_signature(item.contents, item.signed_bytes(data), item.sub_filter)
    except BadCms as error:
        return Read(item, name, None, None, tuple(dict.fromkeys([*codes, error.code])))
    return Read(item, name, None, cms, _weighed(codes, item, cms))


def _weighed(codes: Sequence[str], item: RawSignature, cms: Cms) -> tuple[str, ...]:
    """Return all codes; what older kinds of signatures may leave out, newer ones may not."""
    found = [*codes, *cms.problems]
    if item.sub_filter in ETSI and "attributes-missing" in found:
        found.append("attribute-missing")
    if item.sub_filter in ETSI and not item.is_time_stamp and "certificate-not-named" in found:
        found.append("other-certificate-named")
    return tuple(dict.fromkeys(found))


def _usage_rights(raw: RawFile) -> set[int]:
    """Return the numbers of signatures about rights to a form (ISO 32000-1, 12.8.2.3)."""
    found = set()
    for item in raw.objects:
        permissions = item.value.get("Perms", item.value) if isinstance(item.value, dict) else {}
        if isinstance(permissions, dict):
            rights = (permissions.get("UR3"), permissions.get("UR"))
            found |= {entry.number for entry in rights if isinstance(entry, Ref)}
    return found


class Bench:
    """Judges the signatures of one file by certificates and time."""

    def __init__(self, raw: RawFile, items: Sequence[Read], judge: Judge, store: Evidence) -> None:
        self._raw, self._items, self._judge, self._store = raw, items, judge, store
        self._stamps = [item for item in items if item.stamp is not None]
        stamps = [item.stamp for item in self._stamps if item.stamp is not None]
        self._proven = judge.proven_times(stamps)

    def findings(self, item: Read) -> list[Finding]:
        """Return what is to be said about a signature's certificate and time."""
        if item.cms is None or item.is_broken or "usage-rights" in item.codes:
            return []
        if item.stamp is not None:
            return list(self._about_stamp(item))
        return list(self._about_signature(item, item.cms))

    def _about_stamp(self, item: Read) -> Iterator[Finding]:
        place = self._stamps.index(item)
        at = self._proof_after(item)
        verdict = self._chain(item, at, is_time_stamp=True)
        if verdict.code:
            yield finding(verdict.code, item.name, what=verdict.detail)
        elif item.cms is not None and self._judge.is_weak(item.cms.digest, at):
            yield finding("weak-algorithm", item.name, what=item.cms.digest)
        stamps = [other.stamp.at for other in self._stamps[place:] if other.stamp is not None]
        if stamps != sorted(stamps):
            yield finding("time-stamp-order", item.name)

    def _about_signature(self, item: Read, cms: Cms) -> Iterator[Finding]:
        later = self._proof_after(item)
        at = later
        for stamp in cms.stamps:
            if self._judge.believes(stamp, later):
                at = min(at, stamp.at)
            else:
                signer = stamp.token.signer
                who = name_of(signer) if signer is not None else "?"
                yield finding("time-stamp-not-believed", item.name, what=who)
        verdict = self._chain(item, at)
        refuses = self._judge.trust.refuses_development
        if refuses and cms.signer is not None and is_of_development(cms.signer):
            yield finding("development-certificate", item.name, what=name_of(cms.signer))
        if verdict.code:
            yield finding(verdict.code, item.name, what=verdict.detail)
        elif not verdict.is_revocation_known:
            yield finding("revocation-unknown", item.name)
        if self._judge.is_weak(cms.digest, at):
            yield finding("weak-algorithm", item.name, what=cms.digest)

    def _proof_after(self, item: Read) -> datetime:
        """Return the earliest believed moment at which a later document time stamp saw it."""
        times = [
            other.stamp.at
            for place, other in enumerate(self._stamps)
            if place in self._proven and other.raw.end > item.raw.end and other.stamp is not None
        ]
        return min([self._judge.trust.at, *times])

    def _chain(self, item: Read, at: datetime, *, is_time_stamp: bool = False) -> ChainVerdict:
        if item.cms is None:
            return ChainVerdict("cms-unreadable", "", ())
        if item.is_broken:
            return self._judge.named(item.cms)
        return self._judge.chain(item.cms, at, is_time_stamp=is_time_stamp)

    def report(self, item: Read, found: list[Finding]) -> SignatureReport:
        """Return what people see of a signature."""
        verdict, sub = conclude(found)
        chain = self._chain(item, self._proof_after(item), is_time_stamp=item.stamp is not None)
        stamp = item.stamp or next(iter(item.cms.stamps if item.cms else ()), None)
        signed = self._raw.data[: item.raw.end]
        certification, locks = _permissions(self._raw, item.raw)
        said = self._qualified(item, chain)
        return SignatureReport(
            field=item.name,
            is_time_stamp=item.raw.is_time_stamp,
            signer=name_of(item.cms.signer) if item.cms and item.cms.signer else "",
            claimed_at=(item.cms.claimed_at if item.cms else None) or _claimed(item.raw),
            stamped_at=stamp.at if stamp else None,
            stamped_by=name_of(stamp.token.signer) if stamp and stamp.token.signer else "",
            level=self._level(item),
            chain=tuple(map(_seen, chain.chain)),
            covers_whole_file=item.raw.end == len(self._raw.data),
            signed_bytes=item.raw.end,
            signed_sha256=hashlib.sha256(signed).hexdigest(),
            certification=certification,
            locks=locks,
            verdict=verdict,
            sub_indication=sub,
            qualified=said.kind,
            trust_list=said.version,
            is_list_stale=said.is_stale,
        )

    def _qualified(self, item: Read, chain: ChainVerdict) -> QualifiedVerdict:
        """Return what trust lists say; of a certificate that is not believed they say nothing."""
        trust = self._judge.trust
        if not trust.lists or chain.code or item.cms is None or item.stamp is not None:
            return NOTHING
        ders = [one.dump() for one in chain.chain]
        try:
            claims = claims_of(ders[0], ders[1:])
        except CertificateUnreadable:
            return NOTHING
        later = self._proof_after(item)
        believed = [one.at for one in item.cms.stamps if self._judge.believes(one, later)]
        return judge_qualified(trust.lists, claims, min([later, *believed]), trust.at)

    def _level(self, item: Read) -> Level | None:
        if item.raw.is_time_stamp:
            return None
        is_archived = any(other.raw.end > item.raw.end for other in self._stamps)
        is_stamped = bool(item.cms and item.cms.stamps) or is_archived
        has_proofs = self._store.has_revocation
        if not is_stamped:
            return Level.B_B
        if not has_proofs:
            return Level.B_T
        return Level.B_LTA if is_archived else Level.B_LT


def _permissions(raw: RawFile, item: RawSignature) -> tuple[int | None, str]:
    """Return the certification level (DocMDP) and the locked fields (FieldMDP)."""
    certification, locks = None, ""
    for reference in _resolved(raw, item, item.found.value.get("Reference")):
        parameters = next(iter(_resolved(raw, item, [reference.get("TransformParams")])), {})
        if reference.get("TransformMethod") == "DocMDP":
            level = parameters.get("P", 2)
            certification = level if isinstance(level, int) else 2
        elif reference.get("TransformMethod") == "FieldMDP":
            locks = "all" if parameters.get("Action") == "All" else "some"
    return certification, locks


def _resolved(raw: RawFile, item: RawSignature, values: Any) -> Iterable[dict[str, Any]]:
    """Return dictionaries behind a list of values, as they stood when it was signed."""
    for value in values if isinstance(values, list) else ():
        if isinstance(value, Ref):
            number = value.number
            known = [o for o in raw.objects if o.number == number and o.start < item.end]
            found = known[-1].value if known else None
        else:
            found = value
        if isinstance(found, dict):
            yield found


def _claimed(item: RawSignature) -> datetime | None:
    """Return the time that the signature dictionary claims (ISO 32000-1, 7.9.4), in UTC."""
    stated = item.found.value.get("M")
    found = _MOMENT.match(stated.decode("latin-1")) if isinstance(stated, bytes) else None
    if found is None:
        return None
    digits, sign, hours, minutes = found.groups()
    away = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        moment = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return moment + away if sign == "-" else moment - away
    except (ValueError, OverflowError):
        return None  # a claim that cannot be read claims nothing


def _seen(certificate: x509.Certificate) -> CertificateSeen:
    return CertificateSeen(
        subject=name_of(certificate),
        issuer=certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:x}",
        valid_from=certificate.not_valid_before,
        valid_to=certificate.not_valid_after,
        sha256=certificate.sha256.hex(),
    )

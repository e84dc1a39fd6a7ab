"""What staff see of every key and certificate in use."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from services.documents.domain.trust_lists import TrustedList, TrustListRefused
from services.documents.domain.ways import days_left, warning_for
from services.documents.models import SigningKey
from services.documents.service.certificates import all_certificates, former_seals
from services.documents.service.work import Work
from services.documents.signing.stamp_desk import SourceHealth
from services.documents.signing.trust_lists import BadList
from services.documents.signing.ways.people import load_certificate as load
from services.documents.signing.ways.people import read
from services.documents.tools import Tools
from shared.keys import EvidenceKeys

PERSON, SEAL = "person", "seal"


@dataclass(frozen=True)
class KeyRow:
    """A certificate with which somebody signs or seals."""

    holder: str
    use: str
    """``person`` or ``seal``."""
    way: str
    """See ``domain.ways``."""
    subject: str
    issuer: str
    fingerprint: str
    valid_to: datetime
    left: int
    """Whole days until it ends; negative afterwards."""
    warning: int
    """60, 30 or 7 when it ends within so many days, else 0."""
    qualified: str
    """``person`` or ``seal`` by a trust list, or empty."""
    trust_list: str
    """Version of the list that knows its issuer, or empty."""
    is_list_stale: bool
    revocation: str
    """``good``, ``revoked``, ``unsure``, or empty: it was not asked yet."""
    asked_at: datetime | None


@dataclass(frozen=True)
class EvidenceKeyRow:
    """A key that signs, or has signed, checkpoints of the evidence log."""

    fingerprint: str
    """SHA-256 of the raw public key, hexadecimal."""
    is_present: bool


@dataclass(frozen=True)
class FormerSeal:
    """A certificate that sealed before; what it sealed stays valid."""

    subject: str
    fingerprint: str
    bound_at: datetime
    ended_at: datetime | None
    """When it was seen first that another one seals."""
    valid_to: datetime


@dataclass(frozen=True)
class ComingSeal:
    """A seal of the settings whose day has not come."""

    subject: str
    """Empty while its token or service was not asked."""
    since: date


@dataclass(frozen=True)
class Panel:
    """Everything on one page."""

    keys: tuple[KeyRow, ...]
    former_seals: tuple[FormerSeal, ...]
    coming_seals: tuple[ComingSeal, ...]
    stamps: tuple[SourceHealth, ...]
    evidence: tuple[EvidenceKeyRow, ...]


def panel_of(work: Work, tools: Tools) -> Panel:
    """Return what is known now, those that end first on top; nobody outside is asked.

    Of those that end on the same day the seal comes first, then people by name.
    """
    rows = sorted(_rows(work, tools), key=_place)
    keys = EvidenceKeys(tools.settings.keys_folder, tools.settings.service)
    evidence = [
        EvidenceKeyRow(hashlib.sha256(raw).hexdigest(), place == 0)
        for place, raw in enumerate(keys.public)
    ]
    former = [
        FormerSeal(one.subject, one.fingerprint, one.bound_at, one.ended_at, one.valid_to)
        for one in former_seals(work)
    ]
    coming = tuple(_coming(work, tools))
    stamps = tuple(tools.stamps.health())
    return Panel(tuple(rows), tuple(former), coming, stamps, tuple(evidence))


def _coming(work: Work, tools: Tools) -> Iterator[ComingSeal]:
    today = tools.clock.today()
    for one in tools.outfit.seals:
        is_ours = one.organisation_id in (None, work.organisation_id)
        if is_ours and one.since is not None and one.since > today:
            yield ComingSeal(read(load(one.key.seen)).name.shown if one.key.seen else "", one.since)


def _place(one: KeyRow) -> tuple[date, bool, str, str]:
    return one.valid_to.date(), one.use != SEAL, one.holder, one.fingerprint


def keep_trust_list(work: Work, tools: Tools, content: bytes) -> TrustedList:
    """Keep a trust list that a certificate of the settings has signed.

    Raises:
        TrustListRefused: it cannot be believed, or is older than the one that is kept.
    """
    try:
        found = tools.shelf.add(content)
    except BadList as error:
        raise TrustListRefused(reason=str(error)) from error
    details = {"list": found.version, "sha256": hashlib.sha256(content).hexdigest()}
    work.audit("import_trust_list", ("organisation", work.organisation_id), **details)
    return found


def _rows(work: Work, tools: Tools) -> Iterator[KeyRow]:
    bound = work.session.scalars(all_certificates(work)).all()
    for one in bound:
        use = SEAL if one.person_id is None else PERSON
        chain = [bytes.fromhex(text) for text in one.chain]
        chain = chain or [item.dump() for item in tools.outfit.above_seals] or [*tools.own_chain]
        yield _row(work, tools, (one.name, use, one.way), one.certificate, chain)
    known = {one.certificate for one in bound}
    made = select(SigningKey).where(
        SigningKey.organisation_id == work.organisation_id, SigningKey.replaced_at.is_(None)
    )
    for key in work.session.scalars(made):
        if key.certificate not in known:
            about = (key.name, PERSON, key.way)
            yield _row(work, tools, about, key.certificate, [*tools.own_chain])


def _row(
    work: Work, tools: Tools, about: tuple[str, str, str], der: bytes, chain: Sequence[bytes]
) -> KeyRow:
    holder, use, way = about
    found, now = read(load(der)), work.now
    verdict = tools.shelf.judge(der, chain, now, now)
    seen = tools.revocations.last_seen(der)
    return KeyRow(
        holder=holder,
        use=use,
        way=way,
        subject=found.name.shown,
        issuer=found.issuer,
        fingerprint=found.fingerprint,
        valid_to=found.valid_to,
        left=days_left(found.valid_to, now),
        warning=warning_for(found.valid_to, now),
        qualified=verdict.kind,
        trust_list=verdict.version,
        is_list_stale=verdict.is_stale,
        revocation=seen.state if seen else "",
        asked_at=seen.at if seen else None,
    )

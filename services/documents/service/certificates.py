"""Whose certificate is whose: binding, ending, and who may know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select

from services.documents.domain.records import RecordUnknown
from services.documents.domain.ways import (
    SEAL,
    WARN_BEFORE,
    CertificateBoundAlready,
    CertificateNotBound,
    CertificateOfAnother,
    NameDiffers,
    names_person,
    warning_for,
)
from services.documents.models import BoundCertificate, SigningKey
from services.documents.service.keys import check_password_typed
from services.documents.service.work import Work
from services.documents.signing.certificates import facts_of
from services.documents.signing.ways.people import CertificateReading
from shared.auth import typed_password_lately
from shared.clock import PRAGUE

BY_FILE = "file"
BY_SIGNATURE = "signature"
BY_KEY = "key"
BY_SETTINGS = "settings"
"""Evidence: the person, signed in, brought the certificate, a signature, or the key itself."""


@dataclass(frozen=True)
class Bindable:
    """A certificate under an accepted authority that somebody presents as the own one."""

    reading: CertificateReading
    chain: tuple[bytes, ...]
    """Authorities above it, DER, the anchor last."""
    way: str


def bound_to(work: Work, fingerprint: str) -> BoundCertificate | None:
    """Return the living binding of a certificate in the organisation, whoever's it is."""
    return work.session.scalar(
        select(BoundCertificate).where(
            BoundCertificate.organisation_id == work.organisation_id,
            BoundCertificate.fingerprint == fingerprint,
            BoundCertificate.ended_at.is_(None),
        )
    )


def check_own(work: Work, reading: CertificateReading) -> bool:
    """Tell whether a certificate is bound to the actor; ``False`` when it may be bound now.

    Raises:
        CertificateOfAnother: it is bound to somebody else.
        NameDiffers: it is not bound, and names somebody else.
        CertificateNotBound: it is not bound, and the password was typed too long ago to bind it.
    """
    found = bound_to(work, reading.fingerprint)
    if found is not None and found.person_id != work.actor.person_id:
        raise CertificateOfAnother(subject=reading.name.shown)
    if found is not None:
        return True
    _check_name(work, reading)
    if not typed_password_lately(work.actor):
        raise CertificateNotBound(subject=reading.name.shown)
    return False


def bind_own(
    work: Work, wanted: Bindable, evidence: str, *, is_told: bool = False
) -> BoundCertificate:
    """Bind a certificate to the actor.

    Args:
        is_told: Whether the person hears of the same act already.

    Raises:
        PasswordNotTyped: a session alone is not enough.
        NameDiffers: it names somebody else.
        CertificateOfAnother, CertificateBoundAlready: it is bound.
    """
    check_password_typed(work)
    _check_name(work, wanted.reading)
    found = bound_to(work, wanted.reading.fingerprint)
    if found is not None and found.person_id != work.actor.person_id:
        raise CertificateOfAnother(subject=wanted.reading.name.shown)
    if found is not None:
        raise CertificateBoundAlready()
    row = _row(work, wanted, evidence)
    work.session.add(row)
    work.session.flush()
    about = ("bound_certificate", row.id)
    details = {"fingerprint": row.fingerprint, "way": row.way, "evidence": evidence}
    work.audit("bind_certificate", about, **details)
    if not is_told:
        told = {"person_id": row.person_id, "name": row.name, "usable_from": None}
        work.tell("signing_key.made", row.id, told)
    return row


def _check_name(work: Work, reading: CertificateReading) -> None:
    if not names_person(reading.name, work.actor.name):
        raise NameDiffers(subject=reading.name.shown, name=work.actor.name)


def _row(work: Work, wanted: Bindable, evidence: str) -> BoundCertificate:
    reading = wanted.reading
    return BoundCertificate(
        organisation_id=work.organisation_id,
        person_id=work.actor.person_id,
        name=work.actor.name,
        way=wanted.way,
        kind=reading.kind,
        certificate=reading.der,
        chain=[der.hex() for der in wanted.chain],
        fingerprint=reading.fingerprint,
        subject=reading.name.shown[:300],
        issuer=reading.issuer[:300],
        is_called_qualified=reading.is_called_qualified,
        valid_from=reading.valid_from,
        valid_to=reading.valid_to,
        bound_at=work.now,
        bound_by=work.actor.name,
        evidence=evidence,
    )


def note_seal(work: Work, reading: CertificateReading, way: str, organisation: str) -> None:
    """Write down with which certificate the organisation seals; a former one ends with it."""
    own = select(BoundCertificate).where(
        BoundCertificate.organisation_id == work.organisation_id,
        BoundCertificate.person_id.is_(None),
        BoundCertificate.ended_at.is_(None),
    )
    kept = work.session.scalars(own).all()
    for former in kept:
        if former.fingerprint != reading.fingerprint:
            former.ended_at, former.ended_by = work.now, work.actor.name
            about = ("bound_certificate", former.id)
            work.audit("end_certificate", about, fingerprint=former.fingerprint)
    if not any(one.fingerprint == reading.fingerprint for one in kept):
        row = _row(work, Bindable(reading, (), way), BY_SETTINGS)
        row.person_id, row.kind, row.name = None, SEAL, organisation
        work.session.add(row)
        work.session.flush()
        details = {"fingerprint": row.fingerprint, "way": way}
        work.audit("bind_certificate", ("bound_certificate", row.id), **details)


def remind(work: Work) -> int:
    """Tell of each certificate that ends, once for each step; return how many were told.

    The holder and the directors hear of it; after a pause only of the nearest step.
    """
    told = 0
    for row in work.session.scalars(all_certificates(work)):
        step = warning_for(row.valid_to, work.now)
        if not step or (row.reminded and step >= row.reminded):
            continue
        row.reminded = step
        details = {
            "person_id": row.person_id,
            "name": row.name,
            "usable_from": None,
            "subject": row.subject,
            "days": step,
            "ends_on": row.valid_to.astimezone(PRAGUE).date(),
        }
        work.tell("signing_key.ends", row.id, details)
        work.audit("remind_certificate", ("bound_certificate", row.id), days=step)
        told += 1
    return told


def end_binding(work: Work, certificate_id: UUID) -> BoundCertificate:
    """Take a certificate from its holder: no more signatures with it; earlier ones stay valid.

    The holder does it, or the director for everybody.

    Raises:
        PasswordNotTyped: a session alone is not enough.
        RecordUnknown: no such living binding that the actor may end.
    """
    check_password_typed(work)
    found = work.session.get(BoundCertificate, certificate_id)
    is_known = found is not None and found.organisation_id == work.organisation_id
    if found is None or not is_known or found.ended_at is not None or found.person_id is None:
        raise RecordUnknown()  # the seal is the operator's setting
    if found.person_id != work.actor.person_id and not work.actor.has_role("director"):
        raise RecordUnknown()
    found.ended_at, found.ended_by = work.now, work.actor.name
    work.session.flush()
    _put_key_away(work, found)
    work.audit("end_certificate", ("bound_certificate", found.id), fingerprint=found.fingerprint)
    told = {"person_id": found.person_id, "name": found.name, "usable_from": None}
    work.tell("signing_key.retired", found.id, told)
    return found


def _put_key_away(work: Work, ended: BoundCertificate) -> None:
    """A kept key signs no more without its certificate."""
    kept = select(SigningKey).where(
        SigningKey.organisation_id == work.organisation_id,
        SigningKey.certificate == ended.certificate,
        SigningKey.replaced_at.is_(None),
    )
    for key in work.session.scalars(kept):
        key.replaced_at = work.now


def own_certificates(work: Work) -> Sequence[BoundCertificate]:
    """Return the actor's living certificates, the one that ends first on top."""
    mine = all_certificates(work).where(BoundCertificate.person_id == work.actor.person_id)
    return work.session.scalars(mine).all()


def all_certificates(work: Work) -> Select[BoundCertificate]:
    """Return the query of the organisation's living certificates."""
    query = select(BoundCertificate).where(
        BoundCertificate.organisation_id == work.organisation_id,
        BoundCertificate.ended_at.is_(None),
    )
    return query.order_by(BoundCertificate.valid_to, BoundCertificate.id)


def former_seals(work: Work) -> Sequence[BoundCertificate]:
    """Return the certificates with which the organisation sealed before, the last one on top."""
    query = select(BoundCertificate).where(
        BoundCertificate.organisation_id == work.organisation_id,
        BoundCertificate.person_id.is_(None),
        BoundCertificate.ended_at.is_not(None),
    )
    ordered = query.order_by(BoundCertificate.ended_at.desc(), BoundCertificate.id)
    return work.session.scalars(ordered).all()


def replaced_seals(work: Work) -> frozenset[str]:
    """Return the serial numbers of certificates that sealed before and do so no more."""
    present = {one.fingerprint for one in work.session.scalars(all_certificates(work))}
    former = (one for one in former_seals(work) if one.fingerprint not in present)
    return frozenset(facts_of(one.certificate).serial for one in former)


def peoples_certificates(work: Work) -> Select[BoundCertificate]:
    """Return the query of the living certificates of people, the seal left out."""
    return all_certificates(work).where(BoundCertificate.person_id.is_not(None))


def ending_soon(work: Work) -> Sequence[BoundCertificate]:
    """Return the actor's certificates that end within the first reminder, or have ended."""
    until = work.now + timedelta(days=max(WARN_BEFORE))
    return [one for one in own_certificates(work) if one.valid_to <= until]

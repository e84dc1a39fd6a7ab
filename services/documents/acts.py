"""Acts that reach beyond the database: each is a use case, then the world, then a use case.

Pages, the API and the worker share them. No transaction is open while a key is unlocked, a
signature or a seal is made, or a file is written.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.documents.adapters.files import (
    FileDamaged,
    FileMissing,
    StoreFull,
    StoreUnavailable,
)
from services.documents.domain.care import (
    DAMAGED,
    NO_SEAL,
    NO_STORE,
    SEAL_REVOKED,
    SEAL_UNSURE,
    SigningWaits,
)
from services.documents.domain.secrets import WrongSecret
from services.documents.domain.ways import PKCS12, check_validity
from services.documents.failpoints import hit
from services.documents.models import Document
from services.documents.rendering.dates import exact_time
from services.documents.rendering.port import SEAL_FIELD, StampRequest
from services.documents.rendering.templates import labels_of
from services.documents.service import issuing, keys, signing
from services.documents.service.estimates import Seen, agreed, of_documents
from services.documents.service.issuing import SealOrder
from services.documents.service.loading import document_of
from services.documents.service.revisions import KeptFile, note_trouble
from services.documents.service.signing import MadeSignature, SignaturePlan
from services.documents.service.work import Work
from services.documents.signing.certificates import bears_mark, facts_of
from services.documents.signing.port import (
    BadFile,
    CertificateFacts,
    Holder,
    OpenKey,
    PersonKey,
    SealRevoked,
    SealUnsure,
    SignatureTask,
    SigningUnavailable,
)
from services.documents.signing.ways.pkcs12 import open_kept
from services.documents.tools import Tools
from shared.actors import Actor
from shared.db import read_only, transaction
from shared.money import Money

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Bench:
    """Where an act takes place."""

    session: Callable[[], Session]
    tools: Tools
    actor: Actor

    def work(self, session: Session) -> Work:
        """Return the use case's surroundings."""
        return Work(session, self.actor, self.tools.clock)


@dataclass(frozen=True)
class Wanted:
    """A document to be signed, and the bytes that the person saw."""

    document_id: UUID
    expected_sha256: str


def make_key(bench: Bench, secret: str) -> None:
    """Make the actor's signing key, locked with the secret.

    Raises:
        PasswordNotTyped, SecretTooShort, SecretTooLong, SecretTooSimple, KeyExists: see the
            use case.
    """
    actor = bench.actor
    with read_only(bench.session()) as session:
        keys.check_new_key(bench.work(session), secret)
    holder = Holder(actor.person_id or UUID(int=0), actor.name, actor.organisation_name or "–")
    key = bench.tools.people.enrol(holder, secret)
    with transaction(bench.session()) as session:
        keys.store_key(bench.work(session), key, bench.tools.settings.new_key_wait)


def sign_documents(
    bench: Bench, wanted: Sequence[Wanted], secret: str, most: Money | None = None
) -> list[Document]:
    """Sign documents with one secret: all of them or none.

    Args:
        most: What the messages may cost as it was shown; ``None`` if nothing was.

    Raises:
        RecordUnknown, NotASigner, AlreadySigned, DocumentChanged, DocumentWaitsForNobody:
            one of the documents cannot be signed; nothing was signed.
        PostageGrew: the messages may cost more than was shown; nothing was signed.
        NoSigningKey, KeyLocked, KeyWaits, WrongSecret, CertificateExpired,
            CertificateOutOfTime, CertificateRevoked, RevocationUnknown: the key cannot be used.
        SigningWaits: no time stamp can be had; nothing was signed.
    """
    price = bench.tools.settings.paid_price
    with read_only(bench.session()) as session:
        work = bench.work(session)
        row = keys.usable_key(work)
        key = PersonKey(certificate=row.certificate, locked=row.locked)
        way, chain = row.way, tuple(bytes.fromhex(one) for one in row.chain)
        plans = [signing.plan_signature(work, w.document_id, w.expected_sha256) for w in wanted]
        documents = [document_of(work, w.document_id) for w in wanted]
        agreed(of_documents(work, documents, price), Seen(price, most))
    opened = _open_key(bench, key, secret, own_chain=chain if way == PKCS12 else None)
    try:
        owner = Owner(key.certificate, chain or bench.tools.own_chain, way)
        made = make_signatures(bench.tools, plans, opened, owner)
    except SigningUnavailable as error:
        log.warning("a signature could not be made")
        raise SigningWaits() from error
    with transaction(bench.session()) as session:
        work = bench.work(session)
        keys.forget_failures(work)
        return signing.take_over(work, made, price)


def _open_key(
    bench: Bench, key: PersonKey, secret: str, *, own_chain: tuple[bytes, ...] | None
) -> OpenKey:
    """Open a key that was made here, or one that was brought along with its chain."""
    person_id = bench.actor.person_id or UUID(int=0)
    try:
        if own_chain is not None:
            facts = facts_of(key.certificate)
            check_validity(facts.valid_from, facts.valid_to, bench.tools.clock.now())
            return open_kept(key, own_chain, secret, person_id, stamper=bench.tools.stamps)
        return bench.tools.people.open(key, secret, person_id)
    except WrongSecret as wrong:
        with transaction(bench.session()) as session:
            error = keys.note_failure(bench.work(session))
        raise error from wrong


@dataclass(frozen=True)
class Owner:
    """Whose key signs."""

    certificate: bytes
    """X.509, DER."""
    chain: tuple[bytes, ...]
    """Authorities above it, DER, the root last."""
    way: str
    """See ``domain.ways``."""


def make_signatures(
    tools: Tools, plans: Sequence[SignaturePlan], key: OpenKey, owner: Owner
) -> list[MadeSignature]:
    """Sign what was planned; nothing of it counts before all of it is taken over.

    Raises:
        SigningUnavailable: the key cannot be reached any more.
        CertificateRevoked, RevocationUnknown: the certificate does not hold, or nobody tells.
    """
    facts, at = facts_of(owner.certificate), tools.clock.now()
    state = tools.revocations.check(owner.certificate, owner.chain, at)
    made = [_make_signature(tools, plan, key, facts, at) for plan in plans]
    return [replace(one, way=owner.way, revocation=state) for one in made]


def _make_signature(
    tools: Tools, plan: SignaturePlan, key: OpenKey, facts: CertificateFacts, at: datetime
) -> MadeSignature:
    labels = labels_of(plan.language)
    stamp = StampRequest(
        label=labels["signature"],
        time=exact_time(at, plan.language),
        certificate=_certificate_line(labels["certificate"], facts),
        language=plan.language,
        accent=plan.accent,
    )
    task = SignatureTask(
        pdf=tools.files.get(plan.sha256),
        field=plan.slot.field,
        at=at,
        stamp=tools.renderer.stamp(stamp),
        is_first=plan.is_first,
        digest=tools.digest,
    )
    sha256 = tools.files.put(key.sign(task))
    hit("sign.stored")
    return MadeSignature(plan, sha256, at, facts.serial, good_until=facts.valid_to)


def seal_document(bench: Bench, document_id: UUID) -> bool:
    """Seal a signed document and issue it; a second call finds nothing to do.

    What hinders it is written down at the document, where staff see it. Nothing is issued without
    a seal and its time stamp, and so nothing can be sent.

    Returns:
        Whether seal, time stamp and store could be had: if not, other documents wait as well.
    """
    with read_only(bench.session()) as session:
        plan = issuing.plan_seal(bench.work(session), document_id)
    if plan is None:
        return True
    try:
        sealed = seal_file(bench.tools, plan, bench.tools.files.get(plan.sha256))
    except SigningUnavailable as error:
        _note_trouble(bench, document_id, SEAL_TROUBLES.get(type(error), NO_SEAL), error)
        return False
    except StoreUnavailable as error:
        _note_trouble(bench, document_id, NO_STORE, error)
        return False
    except (BadFile, FileMissing, FileDamaged) as error:
        _note_trouble(bench, document_id, DAMAGED, error)
        return True
    hit("seal.made")
    try:
        file = keep_sealed(bench.tools, sealed)
    except (StoreFull, StoreUnavailable) as error:
        _note_trouble(bench, document_id, NO_STORE, error)
        return False
    hit("seal.stored")
    with transaction(bench.session()) as session:
        issuing.issue(bench.work(session), plan, file, bench.tools.settings.level_wait)
        hit("seal.kept")
    hit("seal.committed")
    return True


SEAL_TROUBLES: dict[type[Exception], str] = {
    SealRevoked: SEAL_REVOKED,
    SealUnsure: SEAL_UNSURE,
}


def _note_trouble(bench: Bench, document_id: UUID, trouble: str, error: Exception) -> None:
    log.warning("a document cannot be sealed", extra={"document_id": str(document_id)})
    with transaction(bench.session()) as session:
        work = bench.work(session)
        note_trouble(work, document_of(work, document_id, lock=True), trouble, str(error))


@dataclass(frozen=True)
class Sealed:
    """A document's file with its seal."""

    pdf: bytes
    good_until: datetime
    """When the certificate of the seal ends."""
    serial: str
    """Of that certificate."""

    def kept_as(self, sha256: str) -> KeptFile:
        """Return what is told of it once the store has it."""
        return KeptFile(sha256, len(self.pdf), self.good_until, self.serial)


def keep_sealed(tools: Tools, sealed: Sealed) -> KeptFile:
    """Put a sealed file into the store.

    Raises:
        StoreFull, StoreUnavailable: it cannot be kept now.
    """
    return sealed.kept_as(tools.files.put(sealed.pdf))


def seal_file(tools: Tools, order: SealOrder, pdf: bytes) -> Sealed:
    """Return a document's file with the seal and its time stamp.

    Args:
        pdf: The file that the plan names.

    Raises:
        SigningUnavailable, BadFile: see the port of the seal.
    """
    labels, at = labels_of(order.language), tools.clock.now()
    facts = tools.seal.facts(order.organisation_id, order.organisation)
    stamp = StampRequest(
        label=labels["seal"],
        time=exact_time(at, order.language),
        certificate=_certificate_line(labels["certificate"], facts),
        language=order.language,
        accent=order.accent,
    )
    if not tools.is_development and bears_mark(pdf):
        raise BadFile("The file bears a signature of a development PKI.")
    task = SignatureTask(
        pdf=pdf,
        field=SEAL_FIELD,
        at=at,
        stamp=tools.renderer.stamp(stamp),
        is_first=order.is_first,
        digest=tools.digest,
    )
    made = tools.seal.seal(order.organisation_id, order.organisation, task)
    return Sealed(made, facts.valid_to, facts.serial)


def _certificate_line(word: str, facts: CertificateFacts) -> str:
    return f"{word} {facts.serial}, {facts.issuer}"

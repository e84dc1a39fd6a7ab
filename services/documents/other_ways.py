"""Acts of signing with a key that is not ours; as in ``acts``, no transaction is open meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from asn1crypto import x509

from services.documents.acts import Bench, Owner, Wanted, make_signatures
from services.documents.domain.care import SigningWaits
from services.documents.domain.ways import (
    ELSEWHERE,
    PKCS12,
    REMOTE,
    TOKEN,
    CertificateOfDevelopment,
    FileIsStale,
    NotAsHandedOut,
    RemoteAway,
    TokenAway,
    check_validity,
)
from services.documents.foreign_files import certificates_in, judge_signed, open_store
from services.documents.models import BoundCertificate, Document
from services.documents.service import certificates, keys, signing
from services.documents.service.certificates import (
    BY_FILE,
    BY_KEY,
    BY_SIGNATURE,
    Bindable,
)
from services.documents.service.loading import document_of
from services.documents.service.signing import MadeSignature, SignaturePlan
from services.documents.signing.certificates import facts_of, is_marked
from services.documents.signing.cms import Identity
from services.documents.signing.port import KeyAway, OpenKey, SigningUnavailable
from services.documents.signing.remote.csc import Secrets
from services.documents.signing.remote.keys import open_remote
from services.documents.signing.ways.chains import chain_above
from services.documents.signing.ways.increment import HandedOut
from services.documents.signing.ways.judging import Measure, SignedElsewhere
from services.documents.signing.ways.own_key import OwnKey
from services.documents.signing.ways.people import (
    check_personal,
    check_strength,
    read,
)
from shared.db import read_only, transaction


@dataclass(frozen=True)
class Wait:
    """A document that waits for a signature made elsewhere."""

    plan: SignaturePlan
    since: datetime
    earlier: tuple[str, ...]
    """Hashes of the revisions that were the present one before."""


def take_upload(bench: Bench, document_id: UUID, upload: bytes) -> Document:
    """Take over a file that the actor signed elsewhere.

    Raises:
        RecordUnknown, DocumentWaitsForNobody, NotASigner, AlreadySigned: nothing to sign.
        FileIsStale, NotAsHandedOut and the other refusals of ``judge_signed``: the file.
        CertificateOfAnother, NameDiffers, CertificateNotBound: the certificate is not the
            actor's.
        CertificateRevoked, RevocationUnknown: the certificate does not hold, or nobody tells.
        DocumentChanged: a colleague signed at the same moment.
    """
    with read_only(bench.session()) as session:
        wait = _waiting(bench, document_id)
    judged = _judged(bench, wait, upload)
    with read_only(bench.session()) as session:
        is_bound = certificates.check_own(bench.work(session), judged.reading)
    now, chain = bench.tools.clock.now(), tuple(one.dump() for one in judged.chain)
    state = bench.tools.revocations.check(judged.reading.der, chain, now)
    sha256 = bench.tools.files.put(upload)
    facts = facts_of(judged.reading.der)
    about = (facts.serial, ELSEWHERE, state, facts.valid_to)
    made = MadeSignature(wait.plan, sha256, now, *about)
    with transaction(bench.session()) as session:
        work = bench.work(session)
        if not is_bound:
            wanted = Bindable(judged.reading, chain, ELSEWHERE)
            certificates.bind_own(work, wanted, BY_SIGNATURE)
        return signing.take_over(work, [made], bench.tools.settings.paid_price)[0]


def _waiting(bench: Bench, document_id: UUID) -> Wait:
    work = bench.work(bench.session())
    plan = signing.plan_present(work, document_id)
    document = document_of(work, document_id)
    before = (document.preview_sha256, *(one.sha256 for one in document.signatures))
    earlier = tuple(one for one in before if one and one != document.sha256)
    return Wait(plan, document.created_at, earlier)


def _judged(bench: Bench, wait: Wait, upload: bytes) -> SignedElsewhere:
    tools = bench.tools
    handed = HandedOut(
        pdf=tools.files.get(wait.plan.sha256),
        field=wait.plan.slot.field,
        number=wait.plan.number,
    )
    measure = Measure(
        anchors=tools.authorities,
        now=tools.clock.now(),
        since=wait.since,
        strength=tools.strength,
    )
    try:
        return judge_signed(handed, upload, measure)
    except NotAsHandedOut:
        if any(upload.startswith(tools.files.get(one)) for one in wait.earlier):
            raise FileIsStale(number=wait.plan.number) from None
        raise


def bind_file(bench: Bench, content: bytes) -> BoundCertificate:
    """Bind a certificate that the actor uploaded.

    Raises:
        CertificateUnreadable, CertificateNotPersonal, AlgorithmTooWeak, CertificateOutOfTime,
        AuthorityNotAccepted: it cannot be used by anybody.
        PasswordNotTyped, NameDiffers, CertificateOfAnother, CertificateBoundAlready: not by the
            actor.
    """
    certificate, *others = certificates_in(content)
    wanted = bindable(bench, certificate, others, ELSEWHERE)
    with transaction(bench.session()) as session:
        return certificates.bind_own(bench.work(session), wanted, BY_FILE)


def bindable(
    bench: Bench,
    certificate: x509.Certificate,
    others: Sequence[x509.Certificate],
    way: str,
) -> Bindable:
    """Return a certificate with its chain after every check but whose it is.

    Raises:
        CertificateUnreadable, CertificateNotPersonal, AlgorithmTooWeak, CertificateOutOfTime,
        AuthorityNotAccepted: see ``bind_file``.
    """
    tools = bench.tools
    found, now = read(certificate), bench.tools.clock.now()
    if not tools.is_development and is_marked(certificate.dump()):
        raise CertificateOfDevelopment(subject=found.name.shown)
    check_personal(certificate, found)
    check_strength(certificate, tools.digest, tools.strength)
    check_validity(found.valid_from, found.valid_to, now)
    chain = chain_above(certificate, tools.authorities, now, others)
    return Bindable(found, tuple(one.dump() for one in chain), way)


def keep_store(bench: Bench, content: bytes, password: str, secret: str) -> None:
    """Keep the actor's own PKCS#12 key, locked anew under the person's secret.

    The password of the store is forgotten with the call.

    Raises:
        PasswordNotTyped, SecretTooShort, SecretTooLong, SecretTooSimple, KeyExists: see the use
            case.
        StoreNotOpened, StoreWithoutKey: the store; and the refusals of ``bind_file``.
    """
    with read_only(bench.session()) as session:
        keys.check_new_key(bench.work(session), secret)
    store = open_store(content, password)
    wanted = bindable(bench, store.certificate, store.others, PKCS12)
    key = store.lock(secret, bench.actor.person_id or UUID(int=0))
    with transaction(bench.session()) as session:
        work = bench.work(session)
        certificates.bind_own(work, wanted, BY_KEY, is_told=True)
        wait = bench.tools.settings.new_key_wait
        keys.store_key(work, key, wait, way=PKCS12, chain=wanted.chain)


def sign_with_store(
    bench: Bench, wanted: Sequence[Wanted], content: bytes, password: str
) -> list[Document]:
    """Sign documents with a PKCS#12 store that is not kept: all of them or none.

    Raises:
        RecordUnknown, NotASigner, AlreadySigned, DocumentChanged, DocumentWaitsForNobody: one of
            the documents cannot be signed.
        StoreNotOpened, StoreWithoutKey: the store; and the refusals of ``bind_file``.
        CertificateOfAnother, NameDiffers, CertificateNotBound: it is not the actor's.
    """
    store = open_store(content, password)
    owned = bindable(bench, store.certificate, store.others, PKCS12)
    return sign_with(bench, wanted, store.open(owned.chain, bench.tools.stamps), owned)


@dataclass(frozen=True)
class OnToken:
    """Which key of which token, and the PIN that the person typed."""

    token: str
    key: str
    pin: str = field(repr=False)


def sign_with_token(bench: Bench, wanted: Sequence[Wanted], place: OnToken) -> list[Document]:
    """Sign documents with a key on a token: all of them or none.

    Raises:
        TokenAway, TokenWithoutKey, PinWrong, PinLastTry: the token, also when it is taken away
            between two documents; nothing was signed then.
        others: see ``sign_with_store``.
    """
    with bench.tools.tokens.open(place.token, place.key, place.pin) as found:
        owned = bindable(bench, found.certificate, found.others, TOKEN)
        identity = Identity(found, found.certificate.dump(), owned.chain)
        try:
            return sign_with(bench, wanted, OwnKey(identity, bench.tools.stamps), owned)
        except KeyAway as error:
            raise TokenAway(label=place.token) from error


@dataclass(frozen=True)
class AtRemote:
    """Which key of which remote service, and what the person typed to open it."""

    remote: str
    key: str
    secrets: Secrets = field(repr=False)


def sign_with_remote(bench: Bench, wanted: Wanted, place: AtRemote) -> list[Document]:
    """Sign one document with a key of a remote service: a one-time code opens it only once.

    Raises:
        RemoteAway, RemoteRefused, RemoteSecretWrong, RemoteNotUnderstood, RemoteDistrusted,
            RemoteNeedsBrowser: the service; nothing was signed.
        others: see ``sign_with_store``.
    """
    service = bench.tools.outfit.remotes.get(place.remote)
    if service is None:
        raise RemoteAway(provider=place.remote)
    key = open_remote(service, place.key, place.secrets)
    owned = bindable(bench, key.certificate, key.others, REMOTE)
    identity = Identity(key, key.certificate.dump(), owned.chain)
    return sign_with(bench, [wanted], OwnKey(identity, bench.tools.stamps), owned)


def sign_with(
    bench: Bench, wanted: Sequence[Wanted], key: OpenKey, owned: Bindable
) -> list[Document]:
    """Sign with an open key whose certificate is, or may be, bound to the actor.

    Raises:
        KeyAway: the key cannot be reached any more; nothing was signed.
        SigningWaits: no time stamp can be had; nothing was signed.
        others: see ``sign_with_store``.
    """
    with read_only(bench.session()) as session:
        work = bench.work(session)
        is_bound = certificates.check_own(work, owned.reading)
        plans = [signing.plan_signature(work, w.document_id, w.expected_sha256) for w in wanted]
    owner = Owner(owned.reading.der, owned.chain, owned.way)
    try:
        made = make_signatures(bench.tools, plans, key, owner)
    except KeyAway:
        raise
    except SigningUnavailable as error:
        raise SigningWaits() from error
    with transaction(bench.session()) as session:
        work = bench.work(session)
        if not is_bound:
            certificates.bind_own(work, owned, BY_KEY)
        return signing.take_over(work, made, bench.tools.settings.paid_price)

"""Acts of signing with a key that is not ours; as in ``acts``, no transaction is open meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.documents.acts import Bench
from services.documents.domain.ways import ELSEWHERE, FileIsStale, NotAsHandedOut, check_validity
from services.documents.models import BoundCertificate, Document
from services.documents.service import certificates, signing
from services.documents.service.certificates import BY_FILE, BY_SIGNATURE, Bindable
from services.documents.service.loading import document_of
from services.documents.service.signing import MadeSignature, SignaturePlan
from services.documents.signing.certificates import facts_of
from services.documents.signing.ways.chains import chain_above
from services.documents.signing.ways.increment import HandedOut
from services.documents.signing.ways.judging import Measure, SignedElsewhere, judge_upload
from services.documents.signing.ways.people import (
    check_personal,
    check_strength,
    load_certificates,
    read,
)
from shared.db import reading, transaction


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
        FileIsStale, NotAsHandedOut and the other refusals of ``judge_upload``: the file.
        CertificateOfAnother, NameDiffers, CertificateNotBound: the certificate is not the
            actor's.
        DocumentChanged: a colleague signed at the same moment.
    """
    with reading(), transaction(bench.session()) as session:
        wait = _waiting(bench, document_id)
    judged = _judged(bench, wait, upload)
    with reading(), transaction(bench.session()) as session:
        is_bound = certificates.check_own(bench.work(session), judged.reading)
    sha256 = bench.tools.files.put(upload)
    serial = facts_of(judged.reading.der).serial
    made = MadeSignature(wait.plan, sha256, bench.tools.clock.now(), serial, ELSEWHERE)
    with transaction(bench.session()) as session:
        work = bench.work(session)
        if not is_bound:
            chain = tuple(one.dump() for one in judged.chain)
            wanted = Bindable(judged.reading, chain, ELSEWHERE)
            certificates.bind_own(work, wanted, BY_SIGNATURE)
        return signing.take_over(work, [made])[0]


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
        weakest_rsa=tools.settings.weakest_rsa,
    )
    try:
        return judge_upload(handed, upload, measure)
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
    tools = bench.tools
    certificate, *others = load_certificates(content)
    found = read(certificate)
    check_personal(certificate, found)
    check_strength(certificate, "sha256", tools.settings.weakest_rsa)
    now = tools.clock.now()
    check_validity(found.valid_from, found.valid_to, now)
    chain = chain_above(certificate, tools.authorities, now, others)
    wanted = Bindable(found, tuple(one.dump() for one in chain), ELSEWHERE)
    with transaction(bench.session()) as session:
        return certificates.bind_own(bench.work(session), wanted, BY_FILE)

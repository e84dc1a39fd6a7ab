"""Signing jobs: listed, begun with a secret, followed; each document signed once or refused."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select, update

from services.documents.domain.records import RecordUnknown
from services.documents.domain.signing_jobs import (
    LEFT,
    LOST,
    MOST_TO_SIGN,
    PREPARED,
    RUNNING,
    SIGNED,
    SIGNING_ITEM,
    SIGNING_JOB,
    WAITING,
    JobRunsAlready,
    NothingToSign,
    check_sign_count,
)
from services.documents.models import BatchItem, Document, SigningItem, SigningJob
from services.documents.service.batches import batch_of
from services.documents.service.estimates import Seen, agreed, of_query
from services.documents.service.loading import waiting_documents
from services.documents.service.signing import MadeSignature, take_over
from services.documents.service.work import Work
from shared.clock import SystemClock
from shared.errors import DomainError, noted
from shared.money import Money

LEASE = timedelta(seconds=120)
"""Longer than one signature takes, also while time stamp authorities are silent."""


class NotAtWork(Exception):
    """Somebody else works on the job now, or nobody should: what was made counts for nothing."""


def prepare_job(work: Work, job_id: UUID, batch_id: UUID | None) -> SigningJob:
    """List what waits for the actor's signature, all of it or that of a batch.

    The same id returns the job that exists. What waits beyond ``MOST_TO_SIGN`` stays for the next.

    Raises:
        RecordUnknown: the id, or the batch, is not the actor's.
        NothingToSign: nothing waits.
    """
    if work.session.get(SigningJob, job_id) is not None:
        return job_of(work, job_id)
    title = batch_of(work, batch_id).title if batch_id else ""
    found = work.session.execute(_to_list(work, batch_id)).all()
    if not found:
        raise NothingToSign()
    job = SigningJob(
        id=job_id,
        organisation_id=work.organisation_id,
        person_id=work.actor.person_id,
        name=work.actor.name,
        batch_id=batch_id,
        title=title,
        state=SIGNING_JOB.initial,
        created_at=work.now,
    )
    work.session.add(job)
    work.session.flush()
    work.session.add_all(
        SigningItem(
            organisation_id=work.organisation_id,
            job_id=job_id,
            position=position,
            document_id=row.id,
            preview_sha256=row.preview_sha256,
            state=SIGNING_ITEM.initial,
        )
        for position, row in enumerate(found, start=1)
    )
    work.session.flush()
    work.audit("prepare_signing", ("signing_job", job_id), count=len(found))
    return job


def begin_job(
    work: Work, job_id: UUID, typed: int | None, held_until: datetime, seen: Seen
) -> UUID:
    """Let the job run; return the mark by which its signatures are known.

    Args:
        typed: The count that the person typed; ``None`` when a paused job goes on.
        held_until: Until when the key is held at the latest (real time).
        seen: What the messages may cost as it was shown; the audit entry keeps it.

    Raises:
        RecordUnknown, ActNotAllowed: no such job, or it cannot begin.
        NothingToSign, SignCountDiffers: the count is another one.
        JobRunsAlready: the actor has another job at work.
        PostageGrew: the messages may cost more than was shown.
    """
    job = job_of(work, job_id, lock=True)
    state = check_beginning(work, job, typed)
    run_id = uuid4()
    job.state, job.run_id, job.trouble = state, run_id, None
    job.begun_at = job.begun_at or work.now
    job.leased_until, job.held_until = SystemClock().now() + LEASE, held_until
    count = count_items(work, job_id).get(WAITING, 0)
    postage = agreed(of_query(work, documents_of_job(work, job_id), seen.price), seen)
    work.audit("begin_signing", ("signing_job", job_id), count=count, **postage)
    return run_id


def check_beginning(work: Work, job: SigningJob, typed: int | None) -> str:
    """Refuse to begin what cannot, before any secret is tried; return the state to come.

    Raises:
        ActNotAllowed, NothingToSign, SignCountDiffers, JobRunsAlready: see ``begin_job``.
    """
    state = SIGNING_JOB.apply(job.state, "begin")
    if job.state == PREPARED:
        check_sign_count(count_items(work, job.id).get(WAITING, 0), typed or 0)
    others = jobs(work).where(SigningJob.state == RUNNING, SigningJob.id != job.id)
    if work.session.scalar(others.limit(1)) is not None:
        raise JobRunsAlready()
    return state


def next_item(work: Work, job_id: UUID, run_id: UUID) -> SigningItem | None:
    """Return what to sign next and renew the lease; end the job when nothing is left.

    Raises:
        NotAtWork: the job was paused, or is somebody else's by now.
    """
    job = _at_work(work, job_id, run_id)
    job.leased_until = SystemClock().now() + LEASE
    waiting = items(work, job_id).where(SigningItem.state == WAITING)
    found = work.session.scalar(waiting.order_by(SigningItem.position).limit(1))
    if found is None:
        counts = count_items(work, job_id)
        job.state, job.ended_at = SIGNING_JOB.apply(job.state, "finish"), work.now
        _let_go(job)
        work.audit("finish_signing", ("signing_job", job_id), **counts)
    return found


def documents_of_job(work: Work, job_id: UUID) -> Select[Document]:
    """Return the query of the documents of a job that are not signed yet."""
    waiting = items(work, job_id).where(SigningItem.state == WAITING)
    own = Document.organisation_id == work.organisation_id
    listed = waiting.with_only_columns(SigningItem.document_id)
    return select(Document).where(own, Document.id.in_(listed))


def take_item(
    work: Work, job_id: UUID, run_id: UUID, item_id: UUID, made: MadeSignature, price: Money | None
) -> None:
    """Take one signature over, together with its place in the job.

    Args:
        price: Of one paid message; see ``signing.take_over``.

    Raises:
        NotAtWork: the job was paused, or is somebody else's by now.
        AlreadySigned, DocumentChanged, WrongState: see ``signing.take_over``.
    """
    job = _at_work(work, job_id, run_id)
    item = work.session.get_one(SigningItem, item_id)
    item.state = SIGNING_ITEM.apply(item.state, "sign")
    take_over(work, [made], price)
    job.trouble = None


def refuse_item(work: Work, job_id: UUID, run_id: UUID, item_id: UUID, error: DomainError) -> None:
    """Note why a document was not signed; the others go on.

    Raises:
        NotAtWork: the job was paused, or is somebody else's by now.
    """
    _at_work(work, job_id, run_id)
    item = work.session.get_one(SigningItem, item_id)
    item.state, item.problem = SIGNING_ITEM.apply(item.state, "refuse"), noted(error)


def note_wait(work: Work, job_id: UUID, run_id: UUID, trouble: str) -> None:
    """Note what the job waits for.

    Raises:
        NotAtWork: the job was paused, or is somebody else's by now.
    """
    _at_work(work, job_id, run_id).trouble = trouble


def pause_job(work: Work, job_id: UUID) -> SigningJob:
    """Sign nothing more; going on needs the secret again.

    Raises:
        RecordUnknown, ActNotAllowed: no such job, or it is not running.
    """
    job = job_of(work, job_id, lock=True)
    _pause(work, job, None)
    return job


def break_off(work: Work, job_id: UUID, run_id: UUID, trouble: str) -> None:
    """Pause a job that cannot go on by itself.

    Raises:
        NotAtWork: the job was paused, or is somebody else's by now.
    """
    _pause(work, _at_work(work, job_id, run_id), trouble)


def is_any_lost(work: Work) -> bool:
    """Tell whether any job's process ended."""
    return work.session.scalar(_lost().limit(1)) is not None


def break_off_lost(work: Work) -> int:
    """Pause the jobs whose process ended, of every organisation; return how many those were."""
    found = work.session.scalars(_lost().with_for_update()).all()
    for job in found:
        job.state, job.trouble = SIGNING_JOB.apply(job.state, "pause"), LOST
        _let_go(job)
    return len(found)


def cancel_job(work: Work, job_id: UUID) -> SigningJob:
    """Leave what is not signed; it waits for the person as before.

    Raises:
        RecordUnknown, ActNotAllowed: no such job, or it is running or over.
    """
    job = job_of(work, job_id, lock=True)
    job.state, job.ended_at = SIGNING_JOB.apply(job.state, "cancel"), work.now
    mine = (SigningItem.job_id == job_id) & (SigningItem.state == WAITING)
    work.session.execute(update(SigningItem).where(mine).values(state=LEFT))
    work.audit("cancel_signing", ("signing_job", job_id), **count_items(work, job_id))
    return job


def job_of(work: Work, job_id: UUID, *, lock: bool = False) -> SigningJob:
    """Return a job of the actor's own.

    Raises:
        RecordUnknown: there is none of this id.
    """
    query = jobs(work).where(SigningJob.id == job_id)
    found = work.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise RecordUnknown()
    return found


def jobs(work: Work) -> Select[SigningJob]:
    """Return the query of the actor's own jobs: whoever signs looks after it alone."""
    return select(SigningJob).where(
        SigningJob.organisation_id == work.organisation_id,
        SigningJob.person_id == work.actor.person_id,
    )


def items(work: Work, job_id: UUID) -> Select[SigningItem]:
    """Return the query of a job's documents."""
    return select(SigningItem).where(
        SigningItem.organisation_id == work.organisation_id, SigningItem.job_id == job_id
    )


def count_items(work: Work, job_id: UUID) -> dict[str, int]:
    """Return how many documents of a job are in each state."""
    query = items(work, job_id).with_only_columns(SigningItem.state, func.count())
    return {state: count for state, count in work.session.execute(query.group_by("state"))}


def left_to_sign(work: Work, batch_id: UUID | None = None) -> int:
    """Return how many documents, all or of a batch, wait for the actor's signature."""
    waiting = _waiting(work, batch_id).with_only_columns(func.count())
    return work.session.scalar(waiting.order_by(None)) or 0


def _lost() -> Select[SigningJob]:
    is_over = SigningJob.leased_until < SystemClock().now()
    return select(SigningJob).where(SigningJob.state == RUNNING, is_over)


def _waiting(work: Work, batch_id: UUID | None) -> Select[Document]:
    waiting = waiting_documents(work)
    if batch_id is None:
        return waiting
    mine = select(BatchItem.id).where(
        BatchItem.organisation_id == work.organisation_id, BatchItem.batch_id == batch_id
    )
    return waiting.where(Document.id.in_(mine))


def _to_list(work: Work, batch_id: UUID | None) -> Select[UUID, str]:
    found = _waiting(work, batch_id).with_only_columns(Document.id, Document.preview_sha256)
    return found.order_by(Document.number).limit(MOST_TO_SIGN)


def _at_work(work: Work, job_id: UUID, run_id: UUID) -> SigningJob:
    job = job_of(work, job_id, lock=True)
    if job.state != RUNNING or job.run_id != run_id:
        raise NotAtWork
    return job


def _pause(work: Work, job: SigningJob, trouble: str | None) -> None:
    job.state, job.trouble = SIGNING_JOB.apply(job.state, "pause"), trouble
    _let_go(job)
    signed = count_items(work, job.id).get(SIGNED, 0)
    work.audit("pause_signing", ("signing_job", job.id), signed=signed, trouble=trouble)


def _let_go(job: SigningJob) -> None:
    job.run_id = job.leased_until = job.held_until = None

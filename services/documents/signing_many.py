"""One person signs many documents with one secret: begun by the person, run in a thread.

The thread belongs to the process in which the secret was typed, so the secret crosses no queue,
database or network. It is given to an agent (``holding``) that forgets it once the key is open;
the thread itself never sees the key. ADR 19.
"""

import logging
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from uuid import UUID

from sqlalchemy.orm import Session

from services.documents.acts import Bench, Owner, make_signatures
from services.documents.adapters.files import (
    FileDamaged,
    FileMissing,
    StoreFull,
    StoreUnavailable,
)
from services.documents.domain.documents import DocumentChanged, check_preview
from services.documents.domain.records import FileUnsound
from services.documents.domain.secrets import WrongSecret
from services.documents.domain.signing_jobs import (
    FAILED,
    NO_REVOCATION,
    NO_STAMP,
    REVOKED,
    STORE_FULL,
    STORE_SILENT,
    TIME_OVER,
    WAITING,
    CannotSignMany,
    KeyNotHeld,
)
from services.documents.domain.ways import (
    PKCS12,
    CertificateRevoked,
    RevocationUnknown,
    check_validity,
)
from services.documents.failpoints import hit
from services.documents.holding.held_key import HeldKey, KeyGone, Term
from services.documents.service import keys, signing
from services.documents.service import signing_jobs as service
from services.documents.service.estimates import Seen
from services.documents.service.loading import current_key, document_of
from services.documents.service.signing import SignaturePlan
from services.documents.service.signing_jobs import NotAtWork
from services.documents.service.work import Work
from services.documents.signing.certificates import facts_of
from services.documents.signing.cms import Identity
from services.documents.signing.port import BadFile, OpenKey, PersonKey, SigningUnavailable
from services.documents.signing.ways.own_key import OwnKey
from services.documents.tools import Tools
from shared.actors import FEED_READER
from shared.clock import SystemClock
from shared.db import read_only, transaction
from shared.errors import DomainError
from shared.money import Money

log = logging.getLogger(__name__)

Background = Callable[[Callable[[], None]], None]
"""Runs something in a thread of this process, within the app."""
PATIENCE = 30.0
"""Seconds in which an agent must have opened the key."""
PAUSE = 3.0
"""Seconds between two tries while time stamps or the store are away."""
TRIES = 5
"""A colleague may sign the same document at the same moment."""
SPARE = 3
"""Signatures for each document: a longer time stamp or a colleague costs another one."""
WAITS: dict[type[Exception], str] = {
    SigningUnavailable: NO_STAMP,
    RevocationUnknown: NO_REVOCATION,
    StoreFull: STORE_FULL,
    StoreUnavailable: STORE_SILENT,
}
"""What hinders every document for a while."""


@dataclass(frozen=True)
class _Kept:
    """The person's key as it lies in the database."""

    key: PersonKey
    way: str
    chain: tuple[bytes, ...]
    term: Term


@dataclass(frozen=True)
class _Run:
    """A job at work."""

    bench: Bench
    job_id: UUID
    run_id: UUID
    key: OpenKey
    kept: _Kept


def begin(
    bench: Bench,
    job_id: UUID,
    typed: int | None,
    secret: str,
    background: Background,
    most: Money | None = None,
) -> None:
    """Sign what a job lists in the background; return once the key is open.

    Args:
        typed: The count that the person typed; ``None`` when a paused job goes on.
        most: What the messages may cost as it was shown; ``None`` if nothing was.

    Raises:
        RecordUnknown, ActNotAllowed, NothingToSign, SignCountDiffers, JobRunsAlready: the job.
        PostageGrew: the messages may cost more than was shown.
        CannotSignMany, KeyNotHeld, KeyLocked, KeyWaits, WrongSecret, CertificateExpired,
            CertificateOutOfTime: the key.
    """
    with read_only(bench.session()) as session:
        kept = _kept_key(bench.work(session), bench.tools, job_id, typed)
    person_id = bench.actor.person_id or UUID(int=0)
    opened: Future[None] = Future()
    may_go = Event()
    run_ids: list[UUID] = []

    def act() -> None:
        with HeldKey(kept.key, secret, person_id, kept.term) as held:
            key = _around(bench.tools, kept, held)
            opened.set_result(None)
            may_go.wait(PATIENCE)
            if run_ids:
                _sign_all(_Run(bench, job_id, run_ids[0], key, kept))

    background(_answering(act, opened))
    try:
        _open(bench, opened)
        until = SystemClock().now() + timedelta(seconds=kept.term.seconds)
        with transaction(bench.session()) as session:
            work = bench.work(session)
            keys.forget_failures(work)
            seen = Seen(bench.tools.settings.paid_price, most)
            run_id = service.begin_job(work, job_id, typed, until, seen)
        run_ids.append(run_id)
    finally:
        may_go.set()


def break_off_lost(session: Callable[[], Session], tools: Tools) -> int:
    """Pause the jobs whose process ended: their keys ended with it. Return how many."""
    with read_only(session()) as opened:
        if not service.is_any_lost(Work(opened, FEED_READER, tools.clock)):
            return 0
    with transaction(session()) as opened:
        return service.break_off_lost(Work(opened, FEED_READER, tools.clock))


def can_sign_many(work: Work) -> bool:
    """Tell whether the service keeps a key of the person's; other ways sign one at a time."""
    return current_key(work) is not None


def _kept_key(work: Work, tools: Tools, job_id: UUID, typed: int | None) -> _Kept:
    job = service.job_of(work, job_id)
    service.check_beginning(work, job, typed)
    if not can_sign_many(work):
        raise CannotSignMany()
    row = keys.usable_key(work)
    facts = facts_of(row.certificate)
    check_validity(facts.valid_from, facts.valid_to, tools.clock.now())
    count = service.count_items(work, job_id).get(WAITING, 0)
    return _Kept(
        PersonKey(row.certificate, row.locked),
        row.way,
        tuple(bytes.fromhex(one) for one in row.chain),
        Term(60 * tools.settings.signing_minutes, SPARE * count),
    )


def _answering(act: Callable[[], None], opened: "Future[None]") -> Callable[[], None]:
    def run() -> None:
        try:
            act()
        except (DomainError, KeyGone) as error:
            if opened.done():
                raise
            opened.set_exception(error)

    return run


def _open(bench: Bench, opened: "Future[None]") -> None:
    """Wait until the key is open; count a wrong secret as everywhere."""
    try:
        opened.result(PATIENCE)
    except WrongSecret as wrong:
        with transaction(bench.session()) as session:
            error = keys.note_failure(bench.work(session))
        raise error from wrong
    except (KeyGone, FutureTimeout) as error:
        raise KeyNotHeld() from error


def _around(tools: Tools, kept: _Kept, held: HeldKey) -> OpenKey:
    if kept.way == PKCS12:
        return OwnKey(Identity(held, kept.key.certificate, kept.chain), tools.stamps)
    return tools.people.around(kept.key.certificate, held)


def _sign_all(run: _Run) -> None:
    """Sign until nothing is left, the person pauses or the time is over."""
    try:
        while _sign_next(run):
            pass
    except NotAtWork:
        log.info("a signing job was paused", extra={"job": str(run.job_id)})
    except KeyGone:
        _break_off(run, TIME_OVER)
    except CertificateRevoked:
        _break_off(run, REVOKED)
    except Exception:  # the outermost handler of the thread: the person must see that it ended
        log.exception("a signing job broke off", extra={"job": str(run.job_id)})
        _break_off(run, FAILED)


def _break_off(run: _Run, trouble: str) -> None:
    try:
        with transaction(run.bench.session()) as session:
            service.break_off(run.bench.work(session), run.job_id, run.run_id, trouble)
    except NotAtWork:
        log.info("a signing job was paused already", extra={"job": str(run.job_id)})


def _sign_next(run: _Run) -> bool:
    """Sign one document, or note why not; ``False`` at the end."""
    with transaction(run.bench.session()) as session:
        item = service.next_item(run.bench.work(session), run.job_id, run.run_id)
        if item is None:
            return False
        item_id, document_id, shown = item.id, item.document_id, item.preview_sha256
    hit("many.claimed")
    try:
        _sign_one(run, item_id, document_id, shown)
    except (KeyGone, CertificateRevoked):
        raise
    except tuple(WAITS) as error:
        _wait(run, next(word for kind, word in WAITS.items() if isinstance(error, kind)))
    except (BadFile, FileMissing, FileDamaged):
        log.error("a file cannot be signed", extra={"document_id": str(document_id)})
        _refuse(run, item_id, FileUnsound(number=_number(run, document_id)))
    except DomainError as error:
        _refuse(run, item_id, error)
    return True


def _sign_one(run: _Run, item_id: UUID, document_id: UUID, shown: str) -> None:
    """Sign the present revision of exactly the file that was listed.

    Colleagues' signatures may have been added to it since, or at this moment.
    """
    for attempt in range(1, TRIES + 1):
        plan = _plan(run, document_id, shown)
        chain = run.kept.chain or run.bench.tools.own_chain
        owner = Owner(run.kept.key.certificate, chain, run.kept.way)
        made = make_signatures(run.bench.tools, [plan], run.key, owner)
        hit("many.made")
        try:
            with transaction(run.bench.session()) as session:
                work = run.bench.work(session)
                price = run.bench.tools.settings.paid_price
                service.take_item(work, run.job_id, run.run_id, item_id, made[0], price)
                hit("many.kept")
        except DocumentChanged:
            if attempt == TRIES:
                raise
        else:
            hit("many.committed")
            return


def _plan(run: _Run, document_id: UUID, shown: str) -> SignaturePlan:
    with read_only(run.bench.session()) as session:
        work = run.bench.work(session)
        document = document_of(work, document_id)
        check_preview(shown, document.preview_sha256, document.number)
        return signing.plan_present(work, document_id)


def _refuse(run: _Run, item_id: UUID, error: DomainError) -> None:
    with transaction(run.bench.session()) as session:
        service.refuse_item(run.bench.work(session), run.job_id, run.run_id, item_id, error)


def _wait(run: _Run, trouble: str) -> None:
    with transaction(run.bench.session()) as session:
        service.note_wait(run.bench.work(session), run.job_id, run.run_id, trouble)
    Event().wait(PAUSE)


def _number(run: _Run, document_id: UUID) -> str:
    with read_only(run.bench.session()) as session:
        return document_of(run.bench.work(session), document_id).number

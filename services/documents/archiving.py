"""Files gathered each night under one time stamp; time stamps renewed before they end."""

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.documents.acts import Bench
from services.documents.adapters.files import FileDamaged, FileMissing
from services.documents.domain.archive import is_gathering_due, last_gathering
from services.documents.domain.care import AN_HOUR
from services.documents.domain.risks import CHANGED, MISSING
from services.documents.evidence.evidence_records import (
    Chains,
    imprint_to_rehash,
    imprint_to_renew,
    stamped_at,
)
from services.documents.evidence.hash_tree import HashTree, digest
from services.documents.evidence.tokens import good_until
from services.documents.models import Letterhead
from services.documents.service import archiving
from services.documents.service.archiving import NewLeaf, NewStamp, StampToRenew
from services.documents.service.records import RecordShelf
from services.documents.service.risk_notices import note_fault
from services.documents.service.work import worker_actor
from services.documents.signing.port import SigningUnavailable
from services.documents.tools import Tools
from shared.db import read_only, transaction

log = logging.getLogger(__name__)

MOST_FILES = 10_000
"""Files of one tree; the rest follows in the next."""


class Archivist:
    """The worker's task: looks once a night at each organisation, and reads once who they are.

    An organisation that is founded by day has its first night the same night.
    """

    def __init__(self, session: Callable[[], Session], tools: Tools) -> None:
        self._session, self._tools = session, tools
        self._looked: dict[UUID, datetime] = {}
        self._night: datetime | None = None
        self._failed: dict[UUID, datetime] = {}
        """When no time stamp could be had; every file would be read anew for each attempt."""

    def run_once(self) -> int:
        """Gather and renew what is due; return how many trees were made or renewed."""
        night = last_gathering(self._tools.clock.now(), self._tools.settings.archive_hour)
        if night == self._night:
            return 0
        organisations = self._organisations()
        done = sum(self._look(organisation_id) for organisation_id in organisations)
        # Who failed is looked at again this very night.
        if all(self._looked.get(organisation_id) == night for organisation_id in organisations):
            self._night = night
        return done

    def _look(self, organisation_id: UUID) -> int:
        hour, now = self._tools.settings.archive_hour, self._tools.clock.now()
        night = last_gathering(now, hour)
        failed = self._failed.get(organisation_id, now - AN_HOUR)
        if self._looked.get(organisation_id) == night or failed <= now < failed + AN_HOUR:
            return 0
        bench = Bench(self._session, self._tools, worker_actor(organisation_id))
        try:
            done = renew(bench)
            done += gather(bench) if is_gathering_due(_waits_since(bench), now, hour) else 0
        except SigningUnavailable:
            log.warning("files cannot be gathered", extra={"organisation_id": str(organisation_id)})
            self._failed[organisation_id] = now
            return 0
        self._looked[organisation_id] = night
        return done

    def _organisations(self) -> list[UUID]:
        with read_only(self._session()) as session:
            return list(session.scalars(select(Letterhead.organisation_id)))


def gather(bench: Bench) -> int:
    """Bring every file without an evidence record under a time stamp; return the trees made.

    A file that has a record with another hash algorithm gets one more chain in it.

    Raises:
        SigningUnavailable: no time stamp can be had now.
    """
    made = 0
    while _gather(bench):
        made += 1
    return made


def renew(bench: Bench) -> int:
    """Put a new time stamp over those that end soon; return how many.

    Raises:
        SigningUnavailable: no time stamp can be had now.
    """
    before = bench.tools.clock.now() + bench.tools.settings.archive_renewal
    with read_only(bench.session()) as session:
        work = bench.work(session)
        due = archiving.stamps_to_renew(work, bench.tools.archive_algorithm, before)
    for one in due:
        _renew(bench, one)
    return len(due)


def _gather(bench: Bench) -> bool:
    """Make one tree; ``False`` when there was nothing to make it of, or somebody was faster."""
    algorithm = bench.tools.archive_algorithm
    leaves = _leaves(bench, algorithm)
    if not leaves:
        return False
    tree = HashTree.over(algorithm, [leaf.hash for leaf in leaves])
    stamp = _stamp(bench.tools, tree.root, algorithm)
    try:
        with transaction(bench.session()) as session:
            archiving.keep_tree(bench.work(session), tree, leaves, stamp)
    except IntegrityError:
        log.info("another worker gathered the files")
        return False
    return True


def _leaves(bench: Bench, algorithm: str) -> list[NewLeaf]:
    with read_only(bench.session()) as session:
        work = bench.work(session)
        waiting = archiving.files_without_record(work, algorithm, MOST_FILES)
        shelf = RecordShelf(work)
        former = {sha256: shelf.chains_of(sha256) for sha256 in waiting}
    return [
        _leaf(sha256, content, algorithm, chains)
        for sha256, chains in former.items()
        if (content := _sound(bench, sha256)) is not None
    ]


def _leaf(sha256: str, content: bytes, algorithm: str, chains: Chains) -> NewLeaf:
    if not chains:
        return NewLeaf(sha256, digest(algorithm, content), 0, 0)
    imprint = imprint_to_rehash(algorithm, content, chains)
    return NewLeaf(sha256, imprint, len(chains), len(chains[-1]))


def _renew(bench: Bench, one: StampToRenew) -> None:
    imprint = imprint_to_renew(one.algorithm, one.token)
    stamp = _stamp(bench.tools, imprint, one.algorithm)
    try:
        with transaction(bench.session()) as session:
            archiving.keep_renewal(bench.work(session), one, stamp)
    except IntegrityError:
        log.info("another worker renewed the time stamp")


def _stamp(tools: Tools, imprint: bytes, algorithm: str) -> NewStamp:
    token = tools.stamps.stamp(imprint, algorithm, tools.clock.now())
    ends = [good_until(token), tools.settings.algorithm_policy.end_of([algorithm])]
    return NewStamp(token, stamped_at(token), min(end for end in ends if end is not None))


def _waits_since(bench: Bench) -> datetime | None:
    algorithm = bench.tools.archive_algorithm
    with read_only(bench.session()) as session:
        return archiving.waits_since(bench.work(session), algorithm)


def _sound(bench: Bench, sha256: str) -> bytes | None:
    """Return a file's bytes; note when they are not what was kept, and return ``None``."""
    try:
        return bench.tools.files.get(sha256)
    except (FileMissing, FileDamaged) as error:
        log.error("a kept file is missing or damaged", extra={"sha256": sha256})
        fault = MISSING if isinstance(error, FileMissing) else CHANGED
    with transaction(bench.session()) as session:
        note_fault(session, sha256, fault, bench.tools.clock.now())
    return None

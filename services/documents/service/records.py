"""Evidence records put together from trees and time stamps when somebody asks for them."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from sqlalchemy import func, select

from services.documents.domain.records import RecordNotYet, RecordUnknown
from services.documents.evidence.evidence_records import Chains, Stamp, record_of
from services.documents.evidence.hash_tree import HashTree
from services.documents.models import ArchiveLeaf, ArchiveStamp, Document, Revision
from services.documents.service.work import Work


class RecordShelf:
    """Reads each tree and its stamps once, however many files of it are asked for."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._trees: dict[UUID, HashTree] = {}
        self._tokens: dict[UUID, list[bytes]] = {}

    def moved_to(self, work: Work) -> "RecordShelf":
        """Return the shelf for another session; what was read is not read again."""
        other = RecordShelf(work)
        other._trees, other._tokens = self._trees, self._tokens
        return other

    def record_for(self, sha256: str) -> bytes | None:
        """Return the evidence record of a file (RFC 4998, DER), ``None`` while it has none."""
        chains = self.chains_of(sha256)
        return record_of(chains) if chains else None

    def chains_of(self, sha256: str) -> Chains:
        """Return all that is proven about a file; empty while nothing is.

        A chain that a later one covers ends where it ended when that was made.
        """
        query = select(ArchiveLeaf).where(
            ArchiveLeaf.organisation_id == self._work.organisation_id,
            ArchiveLeaf.sha256 == sha256,
        )
        leaves = list(self._work.session.scalars(query.order_by(ArchiveLeaf.chain)))
        if not leaves:
            return ()
        covered = [self._chain(leaf)[: after.former_stamps] for leaf, after in pairwise(leaves)]
        return (*covered, self._chain(leaves[-1]))

    def _chain(self, leaf: ArchiveLeaf) -> tuple[Stamp, ...]:
        path = self._tree_of(leaf).path_of(leaf.hash)
        return tuple(
            Stamp(leaf.algorithm, () if position else path, token)
            for position, token in enumerate(self._tokens_of(leaf.tree_id))
        )

    def _tree_of(self, leaf: ArchiveLeaf) -> HashTree:
        if leaf.tree_id not in self._trees:
            hashes = select(ArchiveLeaf.hash).where(ArchiveLeaf.tree_id == leaf.tree_id)
            ordered = self._work.session.scalars(hashes.order_by(ArchiveLeaf.position))
            self._trees[leaf.tree_id] = HashTree.over(leaf.algorithm, list(ordered))
        return self._trees[leaf.tree_id]

    def _tokens_of(self, tree_id: UUID) -> list[bytes]:
        if tree_id not in self._tokens:
            tokens = select(ArchiveStamp.token).where(ArchiveStamp.tree_id == tree_id)
            ordered = self._work.session.scalars(tokens.order_by(ArchiveStamp.position))
            self._tokens[tree_id] = list(ordered)
        return self._tokens[tree_id]


def held_files(work: Work, hashes: Sequence[str]) -> set[str]:
    """Return which of these files (SHA-256) have an evidence record."""
    query = select(ArchiveLeaf.sha256).where(
        ArchiveLeaf.organisation_id == work.organisation_id, ArchiveLeaf.sha256.in_(hashes)
    )
    return set(work.session.scalars(query))


def record_of_revision(work: Work, document: Document, sha256: str) -> bytes:
    """Return the evidence record of one revision of an issued document (RFC 4998, DER).

    Raises:
        RecordUnknown: the document has no such revision.
        RecordNotYet: the revision has not been gathered yet.
    """
    mine = (Revision.document_id == document.id, Revision.sha256 == sha256)
    if work.session.scalar(select(Revision.id).where(*mine)) is None:
        raise RecordUnknown()
    record = RecordShelf(work).record_for(sha256)
    if record is None:
        raise RecordNotYet(number=document.number)
    return record


def proven_since(work: Work, sha256: str) -> datetime | None:
    """Return the time of the first time stamp over a file, ``None`` while it has none."""
    query = (
        select(func.min(ArchiveStamp.stamped_at))
        .join(ArchiveLeaf, ArchiveLeaf.tree_id == ArchiveStamp.tree_id)
        .where(ArchiveLeaf.organisation_id == work.organisation_id, ArchiveLeaf.sha256 == sha256)
    )
    return work.session.scalar(query)


def held_until(work: Work, sha256: str) -> datetime | None:
    """Return when the newest time stamp ends that holds a file; ``None`` while none does."""
    trees = select(ArchiveLeaf.tree_id).where(
        ArchiveLeaf.organisation_id == work.organisation_id, ArchiveLeaf.sha256 == sha256
    )
    newest = select(func.max(ArchiveStamp.good_until)).where(ArchiveStamp.tree_id.in_(trees))
    until: datetime | None = work.session.scalar(newest)
    return until

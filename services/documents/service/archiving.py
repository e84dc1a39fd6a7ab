"""Evidence records: which files wait for one, what holds them, and what was renewed.

Trees and stamps are made between use cases, outside any transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Subquery, delete, exists, func, select, union_all, update
from sqlalchemy.orm import aliased

from services.documents.evidence.hash_tree import HashTree
from services.documents.models import (
    ArchiveLeaf,
    ArchiveStamp,
    ArchiveTree,
    CountersignedCopy,
    Document,
    Proof,
    Revision,
    StoredFault,
)
from services.documents.service.work import Work


@dataclass(frozen=True)
class NewStamp:
    """A time stamp that was just made."""

    token: bytes
    """RFC 3161, DER."""
    stamped_at: datetime
    good_until: datetime
    """When the first of its certificates ends."""


@dataclass(frozen=True)
class NewLeaf:
    """A file on its way into a tree."""

    sha256: str
    """Name of the file in the store."""
    hash: bytes
    """What stands in the tree."""
    chain: int
    """Which of the file's trees it is in, from 0."""
    former_stamps: int
    """How many time stamps of the file's former tree are covered; 0 without one."""


@dataclass(frozen=True)
class StampToRenew:
    """The newest time stamp of a tree."""

    tree_id: UUID
    position: int
    algorithm: str
    token: bytes


def waits_since(work: Work, algorithm: str) -> datetime | None:
    """Return since when the oldest file without a record has been kept, ``None`` without any."""
    oldest = select(func.min(_unheld(work, algorithm).c.kept_at))
    since: datetime | None = work.session.scalar(oldest)
    return since


def files_without_record(work: Work, algorithm: str, most: int) -> list[str]:
    """Return SHA-256 of files that no tree of the algorithm holds.

    These are all revisions of issued documents, all proofs of delivery and all counter-signed
    copies.
    """
    unheld = _unheld(work, algorithm)
    query = select(unheld.c.sha256).distinct().order_by(unheld.c.sha256).limit(most)
    return list(work.session.scalars(query))


def keep_tree(work: Work, tree: HashTree, leaves: Sequence[NewLeaf], stamp: NewStamp) -> None:
    """Keep a tree with its first time stamp.

    Args:
        leaves: in the order of the tree's leaves.

    Raises:
        IntegrityError: another worker has gathered one of the files meanwhile.
    """
    row = ArchiveTree(
        id=uuid4(),
        organisation_id=work.organisation_id,
        algorithm=tree.algorithm,
        gathered_at=work.now,
        size=len(leaves),
    )
    work.session.add(row)
    work.session.flush()
    work.session.add_all(
        ArchiveLeaf(
            id=uuid4(),
            organisation_id=work.organisation_id,
            tree_id=row.id,
            position=position,
            algorithm=tree.algorithm,
            sha256=leaf.sha256,
            hash=leaf.hash,
            chain=leaf.chain,
            former_stamps=leaf.former_stamps,
        )
        for position, leaf in enumerate(leaves)
    )
    work.session.flush()
    _keep_stamp(work, row.id, 0, stamp)
    _mark_recorded(work, row.id)
    work.audit("gather", ("archive_tree", row.id), size=row.size, root=tree.root.hex())
    work.session.flush()


def _mark_recorded(work: Work, tree_id: UUID) -> None:
    """Let documents and proofs know that a record holds their files."""
    held = select(ArchiveLeaf.sha256).where(ArchiveLeaf.tree_id == tree_id)
    for kept in (Document, Proof):
        mine = (kept.organisation_id == work.organisation_id, kept.sha256.in_(held))
        work.session.execute(
            update(kept).where(*mine, kept.recorded_at.is_(None)).values(recorded_at=work.now),
            execution_options={"synchronize_session": False},
        )
    gathered = delete(StoredFault).where(StoredFault.file.in_(held))
    work.session.execute(gathered, execution_options={"synchronize_session": False})


def stamps_to_renew(work: Work, algorithm: str, before: datetime) -> list[StampToRenew]:
    """Return the newest stamps that end before an instant, those that end first first.

    A tree whose files all stand in a later tree needs no renewal: the later one covers it.

    Args:
        algorithm: the hash algorithm in force.
    """
    newest = (
        select(ArchiveStamp.tree_id, func.max(ArchiveStamp.position).label("position"))
        .where(ArchiveStamp.organisation_id == work.organisation_id)
        .group_by(ArchiveStamp.tree_id)
        .subquery()
    )
    is_newest = (newest.c.tree_id == ArchiveStamp.tree_id) & (
        newest.c.position == ArchiveStamp.position
    )
    query = (
        select(ArchiveStamp, ArchiveTree.algorithm)
        .join(ArchiveTree, ArchiveTree.id == ArchiveStamp.tree_id)
        .join(newest, is_newest)
        .where(ArchiveStamp.good_until < before, _is_in_use(algorithm))
        .order_by(ArchiveStamp.good_until, ArchiveStamp.id)
    )
    return [
        StampToRenew(row.tree_id, row.position, own, row.token)
        for row, own in work.session.execute(query)
    ]


def keep_renewal(work: Work, renewed: StampToRenew, stamp: NewStamp) -> None:
    """Keep the time stamp over the former one.

    Raises:
        IntegrityError: another worker was faster.
    """
    _keep_stamp(work, renewed.tree_id, renewed.position + 1, stamp)
    work.audit("renew", ("archive_tree", renewed.tree_id), position=renewed.position + 1)
    work.session.flush()


def _keep_stamp(work: Work, tree_id: UUID, position: int, stamp: NewStamp) -> None:
    work.session.add(
        ArchiveStamp(
            id=uuid4(),
            organisation_id=work.organisation_id,
            tree_id=tree_id,
            position=position,
            token=stamp.token,
            stamped_at=stamp.stamped_at,
            good_until=stamp.good_until,
        )
    )


def _is_in_use(algorithm: str) -> ColumnElement[bool]:
    """Tell whether a tree still proves something that no tree in force does."""
    mine, newer = aliased(ArchiveLeaf), aliased(ArchiveLeaf)
    covered = exists().where(
        newer.organisation_id == mine.organisation_id,
        newer.sha256 == mine.sha256,
        newer.algorithm == algorithm,
    )
    alone = exists().where(mine.tree_id == ArchiveTree.id, ~covered)
    return (ArchiveTree.algorithm == algorithm) | alone


def _unheld(work: Work, algorithm: str) -> Subquery:
    """Every revision of issued documents, proof and counter-signed copy that no such tree holds."""
    revisions = select(Revision.sha256, Revision.made_at.label("kept_at")).where(
        Revision.organisation_id == work.organisation_id
    )
    proofs = select(Proof.sha256, Proof.obtained_at.label("kept_at")).where(
        Proof.organisation_id == work.organisation_id
    )
    copies = select(CountersignedCopy.sha256, CountersignedCopy.kept_at).where(
        CountersignedCopy.organisation_id == work.organisation_id
    )
    kept = union_all(revisions, proofs, copies).subquery()
    held = exists().where(
        ArchiveLeaf.organisation_id == work.organisation_id,
        ArchiveLeaf.sha256 == kept.c.sha256,
        ArchiveLeaf.algorithm == algorithm,
    )
    return select(kept).where(~held).subquery()

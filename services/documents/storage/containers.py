"""Whether the container of a finished bundle is the one that was made.

What was made stands in the evidence log. The rows of the database alone prove nothing: whoever may
write there could put other pieces in the place of those that were written, or in another order.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.adapters.files import FileDamaged, FileMissing, FileStore
from services.documents.domain.bundles import READY
from services.documents.models import Audit, Bundle
from shared.evidence.log import vouched_details

MADE = "make"


@dataclass(frozen=True)
class Container:
    """A container as the database has it."""

    pieces: tuple[str, ...]
    """SHA-256, in their order."""
    sha256: str
    """Of the whole, as the evidence log vouches for it; empty when it does not."""


@dataclass(frozen=True)
class Summed:
    """A container as the store has it."""

    sha256: str
    size: int


def made_container(session: Session, bundle: Bundle) -> Container:
    """Return the container of a finished bundle, and what was made."""
    about = ("bundle", bundle.id)
    acts = vouched_details(session, Audit, bundle.organisation_id, about, (MADE,))
    is_vouched = bundle.hash in {one.get("sha256") for one in acts}
    pieces = tuple(piece.sha256 for piece in bundle.pieces)
    return Container(pieces, (bundle.hash or "") if is_vouched else "")


def summed(files: FileStore, pieces: Sequence[str]) -> Summed:
    """Read a container piece by piece.

    Raises:
        FileMissing, FileDamaged, StoreUnavailable: a piece is not there as it was kept.
    """
    digest, size = hashlib.sha256(), 0
    for sha256 in pieces:
        content = files.get(sha256)
        digest.update(content)
        size += len(content)
    return Summed(digest.hexdigest(), size)


def changed_bundles(session: Session, files: FileStore) -> Iterator[UUID]:
    """Give each finished bundle, of every organisation, that is not what was made.

    Bundles with a missing or damaged piece are left out: the check of the files names the piece.

    Raises:
        StoreUnavailable: the store cannot be read now.
    """
    for bundle in session.scalars(select(Bundle).where(Bundle.state == READY).order_by(Bundle.id)):
        made = made_container(session, bundle)
        try:
            is_as_made = summed(files, made.pieces).sha256 == made.sha256
        except (FileMissing, FileDamaged):
            continue
        if not is_as_made:
            yield bundle.id

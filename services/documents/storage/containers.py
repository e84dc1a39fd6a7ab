"""Whether the container of a finished bundle is the one that was made.

What was made stands in the evidence log. The rows of the database alone prove nothing: whoever may
write there could put other pieces in the place of those that were written, or in another order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.documents.domain.bundles import READY, sum_of_pieces
from services.documents.models import Audit, Bundle
from shared.evidence.log import vouched_details

MADE = "make"


@dataclass(frozen=True)
class Container:
    """A container as the database has it."""

    pieces: tuple[str, ...]
    """SHA-256, in their order; the store gives out no other bytes under such a name."""
    sha256: str
    """Of the whole."""
    size: int
    is_as_made: bool
    """Whether the evidence log says that all this was made."""


def container_of(session: Session, bundle: Bundle) -> Container:
    """Return the container of a finished bundle; the store is not asked."""
    pieces = tuple(piece.sha256 for piece in bundle.pieces)
    found = {"sha256": bundle.hash, "size": bundle.size, "pieces": sum_of_pieces(pieces)}
    about = ("bundle", bundle.id)
    acts = vouched_details(session, Audit, bundle.organisation_id, about, (MADE,))
    return Container(pieces, bundle.hash or "", bundle.size or 0, found in acts)


def changed_bundles(session: Session) -> Iterator[UUID]:
    """Give each finished bundle, of every organisation, that is not what was made.

    What the store lost or has damaged of the others, the check of the files names.
    """
    for bundle in session.scalars(select(Bundle).where(Bundle.state == READY).order_by(Bundle.id)):
        if not container_of(session, bundle).is_as_made:
            yield bundle.id

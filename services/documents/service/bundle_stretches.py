"""Stretches of a container that is being made: kept one after another, each under a mark."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import BinaryIO

from sqlalchemy import delete, select

from services.documents.adapters.files import FileStore
from services.documents.failpoints import hit
from services.documents.models import Bundle, BundlePiece, BundleStretch
from services.documents.service.work import Work

PIECE = 8 * 1024 * 1024
"""Octets of a container that are kept as one file."""


@dataclass(frozen=True)
class Stretch:
    """Some of a container that the store has."""

    pieces: tuple[str, ...]
    """SHA-256, in their order."""
    chapter: str
    """Where to go on after it."""
    notes: bytes


class PieceLost(Exception):
    """A piece that was kept is not what it was, in the store or in the database."""

    def __init__(self, ordinal: int) -> None:
        """Name its place in the container, from 0."""
        super().__init__(f"piece {ordinal}")
        self.ordinal = ordinal


def keep_pieces(files: FileStore, stretch: BinaryIO) -> tuple[str, ...]:
    """Keep what a file holds, piece by piece.

    Raises:
        StoreFull, StoreUnavailable: it is not kept.
    """
    stretch.seek(0)
    pieces = []
    while piece := stretch.read(PIECE):
        pieces.append(files.put(piece))
    hit("bundle.stored")
    return tuple(pieces)


def add_stretch(work: Work, bundle: Bundle, stretch: Stretch, key: bytes) -> None:
    """Note a stretch after those that are there.

    Args:
        key: of the marks; see ``stretches_of``.
    """
    rows = _rows(work, bundle)
    here = sum(row.pieces for row in rows)
    own = {"organisation_id": bundle.organisation_id, "bundle_id": bundle.id}
    work.session.add_all(
        BundlePiece(**own, ordinal=here + number, sha256=sha256)
        for number, sha256 in enumerate(stretch.pieces)
    )
    work.session.add(
        BundleStretch(
            **own,
            ordinal=len(rows),
            pieces=len(stretch.pieces),
            chapter=stretch.chapter,
            notes=stretch.notes,
            mark=_mark(key, rows[-1].mark if rows else bundle.id.bytes, stretch),
        )
    )


def stretches_of(work: Work, bundle: Bundle, key: bytes) -> list[Stretch]:
    """Return what is written of a bundle already, as far as it is ours.

    Each stretch has a mark by a key that lies outside of the database, over all up to it.
    Otherwise whoever can write there could put words of his own under the seal. The first one
    with a wrong mark, altered or made by another machine, ends what is returned.
    """
    last, found = bundle.id.bytes, list[Stretch]()
    pieces = iter(pieces_of(work, bundle))
    for row in _rows(work, bundle):
        own = tuple(next(pieces, "") for _ in range(row.pieces))
        stretch = Stretch(own, row.chapter, row.notes)
        last = _mark(key, last, stretch)
        if not hmac.compare_digest(last, row.mark):
            break
        found.append(stretch)
    return found


def pieces_of(work: Work, bundle: Bundle) -> Sequence[str]:
    """Return the pieces of the container as the database has them, in their order."""
    query = select(BundlePiece.sha256).where(BundlePiece.bundle_id == bundle.id)
    return work.session.scalars(query.order_by(BundlePiece.ordinal)).all()


def forget_after(work: Work, bundle: Bundle, stretches: int) -> bool:
    """Forget all but so many stretches with their pieces; tell whether there was anything."""
    there = _rows(work, bundle)
    kept = sum(row.pieces for row in there[:stretches])
    is_less = len(there) > stretches or len(pieces_of(work, bundle)) > kept
    rows = delete(BundleStretch).where(BundleStretch.bundle_id == bundle.id)
    pieces = delete(BundlePiece).where(BundlePiece.bundle_id == bundle.id)
    work.session.execute(rows.where(BundleStretch.ordinal >= stretches))
    work.session.execute(pieces.where(BundlePiece.ordinal >= kept))
    return is_less


def stretch_with(work: Work, bundle: Bundle, piece: int) -> int:
    """Return how many stretches stand before the one that holds a piece."""
    ends = list(accumulate(row.pieces for row in _rows(work, bundle)))
    return next((place for place, end in enumerate(ends) if piece < end), len(ends))


def _rows(work: Work, bundle: Bundle) -> Sequence[BundleStretch]:
    own = select(BundleStretch).where(BundleStretch.bundle_id == bundle.id)
    return work.session.scalars(own.order_by(BundleStretch.ordinal)).all()


def _mark(key: bytes, before: bytes, stretch: Stretch) -> bytes:
    told = "\n".join((stretch.chapter, *stretch.pieces)).encode()
    return hmac.digest(key, before + hashlib.sha256(stretch.notes).digest() + told, "sha256")

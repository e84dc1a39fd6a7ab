"""What must be known of a stretch of a bundle so that somebody else can go on after it."""

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.documents.bundling.book import Book, Paper, Trouble
from services.documents.evidence.archives import Entry
from services.documents.evidence.container_writing import ContainerWriter, Written
from services.documents.evidence.containers import Reference
from shared.contracts.codec import from_json, to_json

LISTS: Mapping[str, Any] = {
    "papers": list[Paper],
    "subjects": list[UUID],
    "deliveries": list[dict[str, Any]],
    "recorded": list[str],
    "troubles": list[Trouble],
}
PAIRS = ("kept", "titles")
"""What only ever grows in a book; deadlines and expected records come from the request."""


class Notebook:
    """Notes what is new in a book and in a container since the last stretch was kept."""

    def __init__(self, book: Book, writer: ContainerWriter) -> None:
        self._book, self._writer = book, writer
        self._seen: dict[str, int] = {}
        self.turn()

    def turn(self) -> None:
        """Begin anew: all that there is now was kept."""
        self._seen = {name: len(getattr(self._book, name)) for name in (*LISTS, *PAIRS)}
        self._seen |= {
            "entries": len(self._writer.entries),
            "references": len(self._writer.references),
        }

    def fresh(self) -> bytes:
        """Return the notes, packed."""
        book, seen = self._book, self._seen
        told = {name: to_json(getattr(book, name)[seen[name] :]) for name in LISTS}
        told |= {name: list(getattr(book, name).items())[seen[name] :] for name in PAIRS}
        told["given"] = book.given
        told["entries"] = to_json(self._writer.entries[seen["entries"] :])
        told["references"] = [
            [one.name, one.media_type, one.sha256.hex()]
            for one in self._writer.references[seen["references"] :]
        ]
        return zlib.compress(json.dumps(told, ensure_ascii=False).encode())


def read_notes(stretches: Sequence[bytes]) -> tuple[Book, Written]:
    """Return the book and what is in the container, from the notes of all stretches in order."""
    book = Book()
    entries: list[Entry] = []
    references: list[Reference] = []
    for packed in stretches:
        told = json.loads(zlib.decompress(packed))
        for name, kind in LISTS.items():
            getattr(book, name).extend(from_json(kind, told[name]))
        for name in PAIRS:
            getattr(book, name).update(told[name])
        book.given = told["given"]
        entries += from_json(list[Entry], told["entries"])
        references += [
            Reference(name, media_type, bytes.fromhex(sha256))
            for name, media_type, sha256 in told["references"]
        ]
    return book, Written(entries, references)

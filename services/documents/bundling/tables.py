"""The tables of a bundle for machines and for spreadsheets: deadlines, missing records, index."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.documents.bundling.book import Book, Judged
from services.documents.evidence.container_writing import record_names
from services.documents.evidence.containers import Reference
from services.documents.service.bundle_making import Claim
from shared.contracts.bundles import BundleRequest, ExpectedRecord
from shared.contracts.codec import to_json
from shared.formulas import guarded

FORMAT = "vyzva-evidence-bundle/1"
DEADLINE_HEAD = (
    *("what", "about", "source", "direction", "due", "done", "margin_days", "verdict", "note"),
    "judged_on",
)
RECORD_HEAD = ("what", "about", "requirement", "documents", "missing_because")


def deadlines_csv(judged: Sequence[Judged]) -> bytes:
    """Return the table of deadlines; the margin is in whole days, negative when late."""
    return _csv(DEADLINE_HEAD, ([*_told(one).values()] for one in judged))


def records_csv(expected: Sequence[ExpectedRecord]) -> bytes:
    """Return the report on signed records; ``missing_because`` is empty where one is there."""
    rows = (
        [
            *(one.what["cs"], one.about, one.requirement),
            " ".join(map(str, one.document_ids)),
            one.missing["cs"] if one.missing else "",
        ]
        for one in expected
    )
    return _csv(RECORD_HEAD, rows)


def index_of(
    claim: Claim, request: BundleRequest, book: Book, files: Sequence[Reference], at: datetime
) -> Iterator[bytes]:
    """Give the index for machines: every file with its hash, and what the tables say.

    It is JSON in UTF-8 with one thing on a line; it is never whole in memory.
    """
    records = (record_names(place, name) for place, name in enumerate(book.recorded, 1))
    return _object(
        {
            "format": FORMAT,
            "id": claim.bundle_id,
            "kind": request.kind,
            "title": request.title,
            "organisation": claim.organisation,
            "call_id": request.call_id,
            "case_ids": request.case_ids,
            "asked_at": claim.asked_at,
            "asked_by": claim.asked_by,
            "begun_at": claim.begun_at,
            "deadlines_judged_on": claim.told_on,
            "made_at": at,
            "files": (_file(one, book) for one in files),
            "records": records,
            "documents": iter(book.papers),
            "deadlines": (_told(one) for one in book.deadlines),
            "missing": iter(book.missing),
            "troubles": iter(book.troubles),
        }
    )


def _object(values: Mapping[str, Any]) -> Iterator[bytes]:
    before = "{"
    for name in sorted(values):
        yield f"{before}\n{_json(name)}: ".encode()
        value, before = values[name], ","
        if isinstance(value, Iterator):
            yield from _array(value)
        else:
            yield _json(value).encode()
    yield b"\n}\n"


def _array(items: Iterator[Any]) -> Iterator[bytes]:
    before = "["
    for item in items:
        yield f"{before}\n{_json(item)}".encode()
        before = ","
    yield b"[]" if before == "[" else b"\n]"


def _json(value: Any) -> str:
    return json.dumps(to_json(value), ensure_ascii=False, sort_keys=True)


def _file(one: Reference, book: Book) -> dict[str, Any]:
    told = {"name": one.name, "media_type": one.media_type, "sha256": one.sha256.hex()}
    title = book.titles.get(one.name)
    return {**told, "title": title} if title else told


def _told(judged: Judged) -> dict[str, Any]:
    line, kept = judged.line, judged.kept
    values = (
        *(line.what["cs"], line.about, line.source, line.direction, line.due, line.done),
        *(kept.margin, kept.verdict, line.note, judged.judged_on),
    )
    return dict(zip(DEADLINE_HEAD, values, strict=True))


def _csv(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return b"\xef\xbb\xbf" + target.getvalue().encode()

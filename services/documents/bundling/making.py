"""Making a bundle: everything is written one after another, so memory does not grow with it.

What is written so far is kept stretch by stretch by ``maker``; another worker goes on after the
last one, or begins anew on another day. A bundle tells from when to when its documents were read.
"""

import hashlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import current_app

from services.documents.acts import Bench
from services.documents.adapters.files import FileDamaged, FileMissing
from services.documents.bundling.book import Book, Judged
from services.documents.bundling.index_pages import READ_ME, STYLE, index_pages, index_style
from services.documents.bundling.notes import read_notes
from services.documents.bundling.papers import JSON, as_json, put_paper
from services.documents.bundling.tables import deadlines_csv, index_of, records_csv
from services.documents.bundling.verdicts import put_verdict
from services.documents.domain.bundles import CHAPTERS, DOCUMENTS, SUM, judge_deadline
from services.documents.evidence.container_writing import ContainerWriter
from services.documents.evidence.containers import Part, RecordPart
from services.documents.evidence.offline import verify_bundle
from services.documents.models import Document
from services.documents.service.bundle_making import (
    Asked,
    Claim,
    Progress,
    Whole,
    asked_of,
    count_documents,
    documents_after,
    given_parts,
    take_up,
)
from services.documents.service.bundle_stretches import PieceLost
from services.documents.service.records import RecordShelf, held_files
from services.documents.signing.cms import SealClaim
from services.documents.stamping import DeskStamper
from services.documents.tools import Tools
from shared.contracts.bundles import BundlePart
from shared.db import read_only, transaction
from shared.evidence.extracts import log_parts
from shared.evidence.offline import script
from shared.evidence.proving import prove_now

SCRIPT = "text/x-python"
AT_ONCE = 50
"""Documents read in one short transaction."""
CSS, CSV, HTML = "text/css", "text/csv", "text/html"
PEM, TEXT = "application/x-pem-file", "text/plain"


class RecordGone(Exception):
    """An evidence record that was there a moment ago is not; records are never deleted."""


@dataclass(frozen=True)
class Step:
    """What was just done."""

    chapter: str
    can_end: bool = False
    """Whether another worker could go on after it, in that chapter."""


@dataclass
class Bindery:
    """A bundle that is being written: what it needs, what is written, and what it will tell."""

    bench: Bench
    claim: Claim
    asked: Asked
    writer: ContainerWriter
    book: Book
    pieces: list[str]
    """What the store has of the container."""
    chapter: str = DOCUMENTS
    total: int = 0
    whole: Whole = field(default_factory=lambda: Whole([], "", 0))
    """The container; at the end."""

    @property
    def progress(self) -> Progress:
        """How many documents are in."""
        return Progress(len(self.book.papers), self.total)


def open_bindery(bench: Bench, claim: Claim, file: BinaryIO, key: bytes) -> Bindery | None:
    """Begin a bundle, or go on where its last kept stretch ends.

    Args:
        file: empty; it will hold what is not kept yet.
        key: of the marks of the stretches.

    Returns:
        ``None`` when the bundle is not this worker's any more.

    Raises:
        FileMissing, FileDamaged: the store lost what was asked for.
    """
    asked = asked_of(bench.tools.files, claim)
    with transaction(bench.session()) as session:
        work = bench.work(session)
        taken = take_up(work, claim, key)
        total = count_documents(work, asked.request)
    if taken is None:
        return None
    claim, before = taken
    book, written = read_notes([one.notes for one in before])
    return Bindery(
        bench,
        claim,
        asked,
        ContainerWriter(file, claim.begun_at, written),
        book,
        pieces=[piece for one in before for piece in one.pieces],
        chapter=before[-1].chapter if before else DOCUMENTS,
        total=total,
    )


def write_bundle(bindery: Bindery) -> Generator[Step]:
    """Write what is left of a bundle, giving word after each thing.

    Nothing is left open between two steps: no transaction, no file of the store.

    Raises:
        SigningUnavailable: the seal or its time stamp cannot be had now.
        StampUnavailable: nor can one over the evidence log.
        FileMissing, FileDamaged: the store lost what was asked for.
    """
    for place in range(CHAPTERS.index(bindery.chapter), len(CHAPTERS)):
        for can_end in WRITERS[CHAPTERS[place]](bindery):
            yield Step(CHAPTERS[place], can_end)
        if CHAPTERS[place] != SUM:
            yield Step(CHAPTERS[place + 1], can_end=True)


def _write_documents(bindery: Bindery) -> Iterator[bool]:
    """Write each document with its word of the verifier; a worker can go on after each."""
    bench, book, writer = bindery.bench, bindery.book, bindery.writer
    for document in _documents(bindery):
        verdict = ""
        for word in put_verdict(writer, bench, document):
            verdict = word.report.verdict.value if word is not None else ""
            yield False
        put_paper(writer, bench.tools.files, document, book, verdict)
        yield True


def _documents(bindery: Bindery) -> Iterator[Document]:
    bench, request, papers = bindery.bench, bindery.asked.request, bindery.book.papers
    number = papers[-1].number if papers else ""
    while True:
        with read_only(bench.session()) as session:
            found = documents_after(bench.work(session), request, number, AT_ONCE)
        yield from found
        if len(found) < AT_ONCE:
            return
        number = found[-1].number


def _write_given(bindery: Bindery) -> Iterator[bool]:
    for sha256 in bindery.asked.given[bindery.book.given :]:
        for part in given_parts(bindery.bench.tools.files, sha256):
            _put_part(bindery, part)
        bindery.book.given += 1
        yield True


def _write_log(bindery: Bindery) -> Iterator[bool]:
    """Write the extracts of the log; they belong together, so they are kept together."""
    bench, about = bindery.bench, [bindery.claim.bundle_id, *bindery.book.subjects]
    organisation_id = bindery.claim.organisation_id
    desk = current_app.extensions["vyzva-evidence"]
    bench.session().rollback()
    # Else the newest entries would prove nothing yet.
    until = prove_now(desk, DeskStamper(bench.tools.stamps), organisation_id)
    for part in log_parts(desk, "documents", organisation_id, about, until=until, most=None):
        bench.session().rollback()  # the log was read; nothing stays open between steps
        _put_part(bindery, part)
        yield False


def _write_index(bindery: Bindery) -> Iterator[bool]:
    """Write the tables and the index, and seal all of it: one moment in three languages."""
    tools, claim = bindery.bench.tools, bindery.claim
    _put_tables(bindery)
    _put_anchors(bindery.writer, tools)
    _note_records(bindery)
    for _ in _put_index(bindery):
        yield False
    bindery.writer.seal(
        lambda manifest: tools.seal.seal_data(
            claim.organisation_id,
            claim.organisation,
            manifest,
            SealClaim(tools.clock.now(), tools.digest),
        )
    )


def _write_records(bindery: Bindery) -> Iterator[bool]:
    """Write the evidence records that the index names, in its order."""
    bench, book, writer = bindery.bench, bindery.book, bindery.writer
    shelf = RecordShelf(bench.work(bench.session()))
    for start in range(writer.records, len(book.recorded), AT_ONCE):
        batch = book.recorded[start : start + AT_ONCE]
        with read_only(bench.session()) as session:
            shelf = shelf.moved_to(bench.work(session))
            records = [(name, shelf.record_for(book.kept[name])) for name in batch]
        for name, record in records:
            if record is None:
                raise RecordGone(name)
            writer.add_record(RecordPart(name, record))
        yield True


def _write_directory(bindery: Bindery) -> Iterator[bool]:
    bindery.writer.finish()
    yield False


def _sum_up(bindery: Bindery) -> Iterator[bool]:
    """Read the container back as the store has it; its hash is told beside the download.

    Raises:
        PieceLost: the store does not have it as it was kept.
    """
    digest, size = hashlib.sha256(), 0
    for ordinal, sha256 in enumerate(bindery.pieces):
        try:
            piece = bindery.bench.tools.files.get(sha256)
        except (FileMissing, FileDamaged) as error:
            raise PieceLost(ordinal) from error
        digest.update(piece)
        size += len(piece)
        yield False
    bindery.whole = Whole(bindery.pieces, digest.hexdigest(), size)


WRITERS = dict(
    zip(
        CHAPTERS,
        (
            *(_write_documents, _write_given, _write_log, _write_index, _write_records),
            *(_write_directory, _sum_up),
        ),
        strict=True,
    )
)


def _put_part(bindery: Bindery, part: BundlePart) -> None:
    bindery.writer.add(Part(part.name, part.media_type, part.text.encode()))
    bindery.book.titles[part.name] = part.title


def _put_tables(bindery: Bindery) -> None:
    book, writer, request = bindery.book, bindery.writer, bindery.asked.request
    today = bindery.claim.told_on
    book.deadlines += [
        Judged(line, judge_deadline(line.due, line.done, today, line.direction), today)
        for line in request.deadlines
    ]
    book.expected += request.expected
    writer.add(Part("deadlines.csv", CSV, deadlines_csv(book.deadlines)))
    writer.add(Part("missing.csv", CSV, records_csv(book.expected)))
    writer.add(Part("deliveries.json", JSON, as_json(book.deliveries)))


def _put_anchors(writer: ContainerWriter, tools: Tools) -> None:
    """Write the authorities; a reader compares them with what he got some other way."""
    own = [x509.load_der_x509_certificate(one) for one in tools.trust_anchors]
    stamps = [x509.load_der_x509_certificate(one.dump()) for one in tools.stamps.certificates()]
    boxes = [x509.load_der_x509_certificate(one.dump()) for one in tools.seal_roots]
    for name, found in (("documents", own), ("time-stamps", stamps), ("data-boxes", boxes)):
        pem = b"".join(one.public_bytes(Encoding.PEM) for one in found)
        if pem:
            writer.add(Part(f"trust/{name}.pem", PEM, pem))


def _put_index(bindery: Bindery) -> Iterator[None]:
    claim, request, book = bindery.claim, bindery.asked.request, bindery.book
    writer, at = bindery.writer, bindery.bench.tools.clock.now()
    writer.add(Part("README.txt", TEXT, READ_ME.encode()))
    writer.add(Part("check.py", SCRIPT, script(verify_bundle.__name__).encode()))
    writer.add(Part(STYLE, CSS, index_style().encode()))
    yield
    writer.add_stream("index.json", JSON, index_of(claim, request, book, writer.references, at))
    for name, page in index_pages(claim, request, book, at):
        yield
        writer.add_stream(name, HTML, page)


def _note_records(bindery: Bindery) -> None:
    """Note which files have an evidence record, for the index: what is of today has none yet."""
    bench, book = bindery.bench, bindery.book
    names = list(book.kept)
    for start in range(0, len(names), AT_ONCE):
        batch = names[start : start + AT_ONCE]
        with read_only(bench.session()) as session:
            held = held_files(bench.work(session), [book.kept[name] for name in batch])
        book.recorded += [name for name in batch if book.kept[name] in held]

"""Making a bundle: everything is written one after another, so memory does not grow with it."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from flask import current_app

from services.documents.acts import Bench
from services.documents.bundling.book import Book, Judged
from services.documents.bundling.index_pages import READ_ME, STYLE, index_pages, index_style
from services.documents.bundling.papers import JSON, as_json, put_paper
from services.documents.bundling.tables import deadlines_csv, index_of, records_csv
from services.documents.bundling.verdicts import put_verdict
from services.documents.domain.bundles import judge_deadline
from services.documents.evidence.containers import ContainerWriter, Part, RecordPart
from services.documents.evidence.offline import verify_bundle
from services.documents.models import Document
from services.documents.service.bundles import (
    Claim,
    count_documents,
    documents_after,
    request_of,
)
from services.documents.service.records import RecordShelf, held_files
from services.documents.signing.cms import SealClaim
from services.documents.stamping import DeskStamper
from services.documents.tools import Tools
from shared.contracts.bundles import BundlePart, BundleRequest
from shared.db import reading, transaction
from shared.evidence.anchoring import Anchoring
from shared.evidence.extracts import log_parts
from shared.evidence.keeping import Keeper
from shared.evidence.offline import script

SCRIPT = "text/x-python"
AT_ONCE = 50
"""Documents read in one short transaction."""
CSS, CSV, HTML = "text/css", "text/csv", "text/html"
PEM, TEXT = "application/x-pem-file", "text/plain"


class RecordGone(Exception):
    """An evidence record that was there a moment ago is not; records are never deleted."""


@dataclass(frozen=True)
class Progress:
    """How far a bundle is."""

    done: int
    total: int


def write_bundle(bench: Bench, claim: Claim, file: BinaryIO) -> Generator[Progress]:
    """Write the bundle into an empty file, giving word after each document.

    Nothing is left open between two steps: no transaction, no file of the store.

    Raises:
        SigningUnavailable: the seal or its time stamp cannot be had now.
        StampUnavailable: nor can one over the evidence log.
        FileMissing, FileDamaged: the store lost what was asked for.
    """
    tools = bench.tools
    request, book = request_of(tools.files, claim), Book()
    with reading(), transaction(bench.session()) as session:
        total = count_documents(bench.work(session), request)
    with ContainerWriter(file, tools.clock.now()) as writer:
        for document in _documents(bench, request):
            verdict = ""
            for report in put_verdict(writer, bench, document):
                verdict = report.verdict.value if report is not None else ""
                yield Progress(len(book.papers), total)
            put_paper(writer, tools.files, document, book, verdict)
            yield Progress(len(book.papers), total)
        _put_given(writer, request, book)
        desk = current_app.extensions["vyzva-evidence"]
        bench.session().rollback()
        Keeper(desk).keep(claim.organisation_id)  # else the newest entries would prove nothing yet
        stamper = DeskStamper(tools.stamps)
        Anchoring(desk, stamper, timedelta(0)).anchor(claim.organisation_id)
        for part in log_parts(
            desk,
            "documents",
            claim.organisation_id,
            [claim.bundle_id, *book.subjects],
            most=None,
        ):
            bench.session().rollback()  # the log was read; nothing stays open between steps
            _put_part(writer, part, book)
            yield Progress(len(book.papers), total)
        _put_tables(writer, bench, request, book)
        _put_anchors(writer, tools)
        _note_records(bench, book)
        _put_index(writer, bench, claim, request, book)
        writer.seal(
            lambda manifest: tools.seal.seal_data(
                claim.organisation_id,
                claim.organisation,
                manifest,
                SealClaim(tools.clock.now(), tools.digest),
            )
        )
        for _ in _put_records(writer, bench, book):
            yield Progress(len(book.papers), total)


def _documents(bench: Bench, request: BundleRequest) -> Iterator[Document]:
    number = ""
    while True:
        with reading(), transaction(bench.session()) as session:
            found = documents_after(bench.work(session), request, number, AT_ONCE)
        yield from found
        if len(found) < AT_ONCE:
            return
        number = found[-1].number


def _put_given(writer: ContainerWriter, request: BundleRequest, book: Book) -> None:
    for part in request.parts:
        _put_part(writer, part, book)


def _put_part(writer: ContainerWriter, part: BundlePart, book: Book) -> None:
    writer.add(Part(part.name, part.media_type, part.text.encode()))
    book.titles[part.name] = part.title


def _put_tables(writer: ContainerWriter, bench: Bench, request: BundleRequest, book: Book) -> None:
    today = bench.tools.clock.today()
    book.deadlines += [
        Judged(line, judge_deadline(line.due, line.done, today, line.direction))
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


def _put_index(
    writer: ContainerWriter, bench: Bench, claim: Claim, request: BundleRequest, book: Book
) -> None:
    at = bench.tools.clock.now()
    writer.add(Part("README.txt", TEXT, READ_ME.encode()))
    writer.add(Part("check.py", SCRIPT, script(verify_bundle.__name__).encode()))
    writer.add(Part(STYLE, CSS, index_style().encode()))
    index = index_of(claim, request, book, writer.references, at)
    writer.add(Part("index.json", JSON, as_json(index)))
    for name, page in index_pages(claim, request, book, at):
        writer.add(Part(name, HTML, page.encode()))


def _note_records(bench: Bench, book: Book) -> None:
    """Note which files have an evidence record, for the index: what is of today has none yet."""
    names = list(book.kept)
    for start in range(0, len(names), AT_ONCE):
        batch = names[start : start + AT_ONCE]
        with reading(), transaction(bench.session()) as session:
            held = held_files(bench.work(session), [book.kept[name] for name in batch])
        book.recorded += [name for name in batch if book.kept[name] in held]


def _put_records(writer: ContainerWriter, bench: Bench, book: Book) -> Iterator[None]:
    """Write the evidence records that the index names, in its order."""
    shelf = RecordShelf(bench.work(bench.session()))
    for start in range(0, len(book.recorded), AT_ONCE):
        batch = book.recorded[start : start + AT_ONCE]
        with reading(), transaction(bench.session()) as session:
            shelf = shelf.moved_to(bench.work(session))
            records = [(name, shelf.record_for(book.kept[name])) for name in batch]
        for name, record in records:
            if record is None:
                raise RecordGone(name)
            writer.add_record(RecordPart(name, record))
        yield

"""The verifier's report about each issued document, for machines and to be read."""

from collections.abc import Iterator

from services.documents.acts import Bench
from services.documents.adapters.files import FileDamaged, FileMissing
from services.documents.bundling.papers import JSON, as_json
from services.documents.domain.documents import ISSUED
from services.documents.domain.soundness import MOST_AGE_IN_BUNDLES
from services.documents.evidence.container_writing import ContainerWriter
from services.documents.evidence.containers import Part
from services.documents.models import Document
from services.documents.passing import Subject, Word, Words
from services.documents.service.register import registered
from services.documents.verification.sandbox import Busy
from services.documents.verification.trust import day_of
from shared.clock import PRAGUE
from shared.contracts.codec import to_json
from shared.db import read_only


def put_verdict(writer: ContainerWriter, bench: Bench, document: Document) -> Iterator[Word | None]:
    """Write the report about an issued document; give it, or nothing while others are judged.

    What the verifier said of these bytes not long ago is not asked again (ADR 24). A file that the
    store lost has no report; the index says that it is lost.
    """
    if document.state != ISSUED:
        return
    with read_only(bench.session()) as session:
        known = registered(session, document)
    try:
        content = bench.tools.files.get(document.sha256)
    except (FileMissing, FileDamaged):
        return
    words = Words(bench.session, bench.tools, MOST_AGE_IN_BUNDLES)
    subject, word = Subject(document.organisation_id, document.id, known), None
    while word is None:
        try:
            word = words.about(subject, document.sha256, content)
        except Busy:
            yield None
    writer.add(Part(f"verification/{document.number}.json", JSON, as_json(_told(word))))
    text = as_text(document.number, word).encode()
    writer.add(Part(f"verification/{document.number}.txt", "text/plain", text))
    yield word


def _told(word: Word) -> object:
    """Return the report without the pictures, which the document itself shows."""
    told = {name: value for name, value in vars(word.report).items() if name != "differences"}
    pages = [one.page for one in word.report.differences]
    return to_json({**told, "pages_that_differ": pages, "judged_at": word.judged_at})


def as_text(number: str, word: Word) -> str:
    """Return the report as people read it, in Czech."""
    report, day = word.report, day_of(word.judged_at.astimezone(PRAGUE))
    under = f" ({report.sub_indication})" if report.sub_indication else ""
    lines = [f"{number}: {report.verdict}{under}", f"Posouzeno {day}.", f"SHA-256 {report.sha256}"]
    lines.append("")
    for one in report.signatures:
        at = one.stamped_at.isoformat() if one.stamped_at else "bez časového razítka"
        lines.append(f"{one.field}: {one.signer}, {at}: {one.verdict}")
    lines += ["", *(f"- {finding.text}" for finding in report.findings)]
    return "\n".join(lines) + "\n"

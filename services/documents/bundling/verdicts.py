"""The verifier's report about each issued document, for machines and to be read."""

from collections.abc import Iterator

from services.documents.acts import Bench
from services.documents.adapters.files import FileDamaged, FileMissing
from services.documents.bundling.papers import JSON, as_json
from services.documents.domain.documents import ISSUED
from services.documents.evidence.containers import ContainerWriter, Part
from services.documents.models import Document
from services.documents.service.register import registered
from services.documents.verification.report import Report
from services.documents.verification.sandbox import Busy
from services.documents.verifying import judge_own
from shared.contracts.codec import to_json
from shared.db import reading, transaction


def put_verdict(
    writer: ContainerWriter, bench: Bench, document: Document
) -> Iterator[Report | None]:
    """Write the report about an issued document; give it, or nothing while others are judged.

    A file that the store lost has no report; the index says that it is lost.
    """
    if document.state != ISSUED:
        return
    with reading(), transaction(bench.session()) as session:
        known = registered(session, document)
    try:
        content = bench.tools.files.get(document.sha256)
    except (FileMissing, FileDamaged):
        return
    report = None
    while report is None:
        try:
            report = judge_own(bench.tools, known, content)
        except Busy:
            yield None
    writer.add(Part(f"verification/{document.number}.json", JSON, as_json(_told(report))))
    text = as_text(document.number, report).encode()
    writer.add(Part(f"verification/{document.number}.txt", "text/plain", text))
    yield report


def _told(report: Report) -> object:
    """Return the report without the pictures, which the document itself shows."""
    told = {name: value for name, value in vars(report).items() if name != "differences"}
    pages = [one.page for one in report.differences]
    return to_json({**told, "pages_that_differ": pages})


def as_text(number: str, report: Report) -> str:
    """Return the report as people read it, in Czech."""
    under = f" ({report.sub_indication})" if report.sub_indication else ""
    lines = [f"{number}: {report.verdict}{under}", f"SHA-256 {report.sha256}", ""]
    for one in report.signatures:
        at = one.stamped_at.isoformat() if one.stamped_at else "bez časového razítka"
        lines.append(f"{one.field}: {one.signer}, {at}: {one.verdict}")
    lines += ["", *(f"- {finding.text}" for finding in report.findings)]
    return "\n".join(lines) + "\n"

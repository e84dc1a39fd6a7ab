"""The public page of verification: anybody's file, judged and forgotten; what the QR code says."""

import base64
from dataclasses import dataclass
from uuid import UUID

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from flask_wtf.file import FileField, FileRequired
from sqlalchemy import select

from services.documents.desk import looking, tools
from services.documents.domain.documents import CANCELLED, ISSUED
from services.documents.domain.records import VerifierBusy
from services.documents.models import Document, Revision, db
from services.documents.service.loading import document_of
from services.documents.service.register import registered
from services.documents.verification.report import (
    Finding,
    PageDifference,
    Profile,
    Report,
    Verdict,
    Weight,
)
from services.documents.verification.sandbox import Busy
from services.documents.verification.words import INTEGRITIES, VERDICTS
from services.documents.verifying import admit, judge, judge_own
from services.documents.web import pages
from services.documents.web.frame import page
from shared.auth import PUBLIC, SIGNED_IN, access
from shared.problems import pause_of
from shared.uploads import safe_name
from shared.web.attempts import attempt
from shared.web.forms import PageForm

TONES = {Verdict.PASSED: "good", Verdict.INDETERMINATE: "wait", Verdict.FAILED: "bad"}
MOST_INLINE = 4_000_000
"""Bytes of a signed revision that fit into the page to be saved from there."""


class VerifyForm(PageForm):
    """The file to be verified; it is read and forgotten."""

    file = FileField(N_("Soubor PDF"), validators=[FileRequired(N_("Vyberte soubor PDF."))])


@dataclass(frozen=True)
class Shown:
    """A report as the page shows it."""

    name: str
    report: Report
    tone: str
    summary: str
    integrity: str
    findings: list[tuple[str, Finding]]
    pictures: list[tuple[PageDifference, str, str]]
    """A page that differs, as it was signed and as it is now (data addresses)."""
    revisions: list[tuple[int, str]]
    """Signed revisions that differ from the file: length and data address."""

    @property
    def is_own(self) -> bool:
        """Whether the register knows these very bytes and nothing speaks against them."""
        return self.report.profile is Profile.OWN and self.report.verdict is Verdict.PASSED


@pages.get("/verify")
@access(PUBLIC)
def verify() -> str:
    """Offer to verify a file."""
    return page("verify.html", form=VerifyForm(formdata=None), shown=None, record=None)


@pages.get("/verify/<uuid:document_id>")
@access(PUBLIC)
def verify_record(document_id: UUID) -> str:
    """Tell what the QR code of a document leads to: whether it exists, and its hashes."""
    form = VerifyForm(formdata=None)
    return page("verify.html", form=form, shown=None, record=_record(document_id))


@pages.post("/verify")
@access(PUBLIC)
def verify_file() -> tuple[str, int, dict[str, str]]:
    """Judge a file; nothing of it is kept."""
    form = VerifyForm()
    tried = attempt(form, lambda: _judged(form))
    shown = tried.value if tried.is_done else None
    filled = page("verify.html", form=form, shown=shown, record=None, sentence=tried.sentence)
    return filled, tried.status, pause_of(tried.error) if tried.error else {}


@pages.get("/<uuid:document_id>/verification")
@access(SIGNED_IN)
def document_verification(document_id: UUID) -> str:
    """Judge the stored file of a document, for those who may see it."""
    work = looking()
    found = document_of(work, document_id)
    known = registered(work.session, found)
    data = tools().files.get(found.sha256)
    work.session.rollback()  # the verification takes its time; no transaction waits for it
    try:
        report = judge_own(tools(), known, data)
    except Busy as error:
        raise VerifierBusy() from error
    shown = shown_of(known.number, data, report)
    return page("verify.html", form=None, shown=shown, record=None, document_id=document_id)


def _judged(form: VerifyForm) -> Shown:
    admit(tools(), request.remote_addr)
    upload = form.file.data
    data = upload.read()
    try:
        report = judge(tools(), db.session(), data, with_pictures=True)
    except Busy as error:
        raise VerifierBusy() from error
    return shown_of(safe_name(upload.filename or ""), data, report)


def shown_of(name: str, data: bytes, report: Report) -> Shown:
    """Put a report into the words of the page's language."""
    # Of several signed revisions the last one is shown beside the present page.
    last = {item.page: item for item in report.differences if item.signed_picture}
    pictures = [
        (
            item,
            _address("image/png", item.signed_picture),
            _address("image/png", item.present_picture),
        )
        for item in last.values()
    ]
    ends = sorted({item.signed_bytes for item in report.differences if item.signed_bytes})
    return Shown(
        name=name,
        report=report,
        tone=TONES[report.verdict],
        summary=gettext(VERDICTS[report.verdict]),
        integrity=gettext(INTEGRITIES[report.integrity]),
        findings=[(_sentence(item), item) for item in report.findings if item.weight > Weight.NOTE],
        pictures=pictures,
        revisions=[(n, _address("application/pdf", data[:n])) for n in ends if n <= MOST_INLINE],
    )


def _sentence(item: Finding) -> str:
    return str(gettext(item.sentence, **dict(item.details)))


def _address(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


@dataclass(frozen=True)
class Record:
    """What everybody may know about a document without having it: no word of its content."""

    id: UUID
    state: str
    issued_at: object
    revisions: list[Revision]


def _record(document_id: UUID) -> Record:
    found = db.session().get(Document, document_id)
    if found is None or found.state not in (ISSUED, CANCELLED):
        return Record(document_id, "unknown", None, [])
    own = select(Revision).where(Revision.document_id == document_id)
    revisions = list(db.session().scalars(own.order_by(Revision.ordinal.desc())))
    return Record(document_id, found.state, found.issued_at, revisions)

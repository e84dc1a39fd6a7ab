"""The public page of verification: anybody's file, judged and forgotten; what the QR code says."""

import base64
from collections.abc import Iterable
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
from services.documents.service.identity import Identity, correction_of, identity_of
from services.documents.service.loading import document_of
from services.documents.service.register import registered
from services.documents.verification.report import (
    Finding,
    Profile,
    Report,
    Verdict,
    Weight,
)
from services.documents.verification.sandbox import Busy
from services.documents.verification.words import INTEGRITIES, summary
from services.documents.verifying import Judged, admit, judge, judge_own
from services.documents.web import pages
from services.documents.web.frame import page
from shared.auth import PUBLIC, SIGNED_IN, access
from shared.problems import pause_of
from shared.uploads import safe_name
from shared.web.attempts import attempt
from shared.web.forms import PageForm

TONES = {Verdict.PASSED: "good", Verdict.INDETERMINATE: "wait", Verdict.FAILED: "bad"}
Answer = tuple[str, int, dict[str, str]]
MOST_INLINE = 4_000_000
"""Bytes of a signed revision that fit into the page to be saved from there."""


class VerifyForm(PageForm):
    """The file to be verified; it is read and forgotten."""

    file = FileField(N_("Soubor PDF"), validators=[FileRequired(N_("Vyberte soubor PDF."))])


@dataclass(frozen=True)
class PagePair:
    """A page that differs, as it was signed and as it is now (data addresses)."""

    number: int
    who: str
    """Who signed it so."""
    signed: str
    """Empty when the page was added later."""
    present: str
    """Empty when the page was taken out."""


@dataclass(frozen=True)
class Shown:
    """A report as the page shows it."""

    name: str
    report: Report
    identity: Identity | None
    """The document of ours that it is, or begins with."""
    tone: str
    summary: str
    integrity: str
    findings: dict[str, list[str]]
    """Sentences with the fields that each is about."""
    notes: dict[str, list[str]]
    """What was noticed without bearing on the verdict."""
    pages: list["PagePair"]
    revisions: list[tuple[str, int, str]]
    """Signed revisions that differ from the file: who signed, length and data address."""

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
def verify_file() -> Answer:
    """Judge a file; nothing of it is kept."""
    return _answer(None)


@pages.post("/verify/<uuid:document_id>")
@access(PUBLIC)
def verify_record_file(document_id: UUID) -> Answer:
    """Judge a file that must be the document of the QR code; nothing of it is kept."""
    return _answer(document_id)


def _answer(record_id: UUID | None) -> Answer:
    form = VerifyForm()
    tried = attempt(form, lambda: _judged(form, record_id))
    shown = tried.value if tried.is_done else None
    record = _record(record_id) if record_id is not None else None
    filled = page("verify.html", form=form, shown=shown, record=record, sentence=tried.sentence)
    return filled, tried.status, pause_of(tried.error) if tried.error else {}


@pages.get("/<uuid:document_id>/verification")
@access(SIGNED_IN)
def document_verification(document_id: UUID) -> str:
    """Judge the stored file of a document, for those who may see it."""
    work = looking()
    found = document_of(work, document_id)
    known, identity = registered(work.session, found), identity_of(work.session, found)
    data = tools().files.get(found.sha256)
    work.session.rollback()  # the verification takes its time; no transaction waits for it
    try:
        report = judge_own(tools(), known, data)
    except Busy as error:
        raise VerifierBusy() from error
    shown = shown_of(known.number, data, Judged(report, identity))
    return page("verify.html", form=None, shown=shown, record=None, document_id=document_id)


def _judged(form: VerifyForm, record_id: UUID | None) -> Shown:
    admit(tools(), request.remote_addr)
    upload = form.file.data
    data = upload.read()
    try:
        judged = judge(tools(), db.session(), data, record_id=record_id, with_pictures=True)
    except Busy as error:
        raise VerifierBusy() from error
    return shown_of(safe_name(upload.filename or ""), data, judged)


def shown_of(name: str, data: bytes, judged: Judged) -> Shown:
    """Put a report into the words of the page's language."""
    report = judged.report
    stamps = {item.signed_bytes for item in report.signatures if item.is_time_stamp}
    ends = sorted({item.signed_bytes for item in report.differences if item.signed_bytes})
    return Shown(
        name=name,
        report=report,
        identity=judged.identity,
        tone=TONES[report.verdict],
        summary=gettext(summary(report)),
        integrity=gettext(INTEGRITIES[report.integrity]),
        findings=_said(item for item in report.findings if item.weight > Weight.NOTE),
        notes=_said(item for item in report.findings if item.weight == Weight.NOTE),
        pages=_pages(report),
        revisions=[
            (_signers(report, end), end, _address("application/pdf", data[:end]))
            for end in ends
            if end <= MOST_INLINE and (end not in stamps or stamps.issuperset(ends))
        ],
    )


def _pages(report: Report) -> list[PagePair]:
    shown = [one for one in report.differences if one.signed_picture or one.present_picture]
    return [
        PagePair(
            one.page,
            _signers(report, one.signed_bytes),
            _address("image/png", one.signed_picture),
            _address("image/png", one.present_picture),
        )
        for one in sorted(shown, key=lambda one: one.page)
    ]


def _signers(report: Report, end: int) -> str:
    """Return who had signed when the file was so long; time stamps only where nobody had."""
    there = [one for one in report.signatures if 0 < one.signed_bytes <= end and one.signer]
    people = [one for one in there if not one.is_time_stamp]
    names = dict.fromkeys(one.signer for one in people or there)
    return ", ".join(names) or gettext("neznámo kdo")


def _said(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """Gather the fields about which the same is said."""
    said: dict[str, list[str]] = {}
    for one in findings:
        fields = said.setdefault(str(gettext(one.sentence, **dict(one.details))), [])
        fields += [one.field] if one.field else []
    return said


def _address(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}" if content else ""


@dataclass(frozen=True)
class Record:
    """What everybody may know about a document without having it: no word of its content."""

    id: UUID
    state: str
    issued_at: object
    revisions: list[Revision]
    correction: Document | None
    """The issued document that corrects it."""


def _record(document_id: UUID) -> Record:
    found = db.session().get(Document, document_id)
    if found is None or found.state not in (ISSUED, CANCELLED):
        return Record(document_id, "unknown", None, [], None)
    own = select(Revision).where(Revision.document_id == document_id)
    revisions = list(db.session().scalars(own.order_by(Revision.ordinal.desc())))
    correction = correction_of(db.session(), found)
    return Record(document_id, found.state, found.issued_at, revisions, correction)

"""Handing over in person: signing on the office's tablet, and scans of many signed receipts."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from services.documents.adapters.files import FileMissing
from services.documents.desk import (
    gate,
    looking,
    press,
    read_scan,
    signed_scan,
    tools,
    working,
)
from services.documents.domain.deliveries import takes_paper
from services.documents.domain.receipts import ReceiptOfNobody, ScanTooLong, ScanUnreadable
from services.documents.domain.records import RecordUnknown
from services.documents.models import Delivery
from services.documents.rendering.page_images import page_image
from services.documents.scanning import ReadScan, parts_of, read_receipts
from services.documents.service.loading import delivery_of
from services.documents.service.paper import record_hand_over
from services.documents.service.receipts import HandOver, Scan, Signed, signed_there
from services.documents.service.work import Work
from services.documents.web import pages
from services.documents.web.frame import OFFICE, page
from services.documents.web.paper_ways import channel_is_open, paper_closed
from services.documents.web.receipt_forms import (
    MOST_ROWS,
    ReceiptsForm,
    ScansForm,
    TabletForm,
)
from shared.auth import access, current_actor, lock
from shared.errors import DomainError
from shared.problems import sentence
from shared.uploads import SCANS, recognise, safe_name
from shared.web.attempts import attempt


@pages.route("/deliveries/<uuid:delivery_id>/tablet", methods=["GET", "POST"])
@access(OFFICE)
def tablet(delivery_id: UUID) -> AnyResponse:
    """Let the recipient sign on the tablet, and see nothing else: the way back needs a password."""
    work = looking()
    found = delivery_of(work, delivery_id)
    here = redirect(url_for("pages.delivery", delivery_id=delivery_id), 303)
    if not channel_is_open(found):
        return here
    if request.method == "GET":
        # Nobody is asked for a signature for nothing; what was signed is judged by the act itself.
        if paper_closed(work, found):
            return here
        gate().check_paper(current_actor(), delivery_id)
    form = TabletForm(shown=found.document.sha256, version=found.version)

    def act() -> None:
        gate().check_paper(current_actor(), delivery_id)
        with working() as opened:
            given = HandOver(opened.today, form.received_by.data)
            signed = _signed(opened, form, delivery_of(opened, delivery_id))
            record_hand_over(opened, press(), delivery_id, given, signed, form.expected_version())

    tried = attempt(form, act)
    found = delivery_of(looking(), delivery_id)
    if tried.is_done:
        return make_response(page("tablet_done.html", delivery=found))
    _show_anew(form, found.document.sha256)
    shown = page(
        "tablet.html",
        form=form,
        delivery=found,
        pictures=_pictures(found),
        sentence=tried.sentence,
    )
    return make_response(shown, tried.status)


@pages.after_request
def lock_tablet(response: AnyResponse) -> AnyResponse:
    """Lock behind the recipient's page, and behind any answer to its form, also of a failure."""
    is_tablet = request.endpoint == f"{pages.name}.{tablet.__name__}"
    is_shown = request.method == "POST" or response.status_code == 200
    return lock(response) if is_tablet and is_shown else response


def _pictures(delivery: Delivery) -> list[str]:
    """Return the pages of the document as addresses that carry them: no other page is open here."""
    pdf = tools().files.get(delivery.document.sha256)
    drawn_pages = (page_image(pdf, one) for one in range(1, delivery.document.pages + 1))
    return [f"data:image/png;base64,{b64encode(one).decode()}" for one in drawn_pages]


def _show_anew(form: TabletForm, sha256: str) -> None:
    """Have the recipient sign again if the document has another file now: this one is shown."""
    if form.shown.data != sha256:
        form.shown.data, form.drawing.data, form.typed.data = sha256, "", ""


def _signed(work: Work, form: TabletForm, delivery: Delivery) -> Signed:
    name, drawing = form.typed.data or "", form.drawing.data or ""
    received_by, shown = form.received_by.data, form.shown.data or ""
    return signed_there(work, delivery, received_by, shown, drawing=drawing, name=name)


@dataclass(frozen=True)
class FoundReceipt:
    """What came of a file, or of those of its pages that belong to one delivery."""

    file: str
    delivery: Delivery | None = None
    scan: str = ""
    """SHA-256 of the pages in the store; empty where they are not used."""
    refusal: str = ""
    """Why they are not used."""


@dataclass(frozen=True)
class UploadedFile:
    """A file that was sent, and its parts, one for each delivery."""

    name: str
    parts: Sequence[ReadScan] = ()
    refusal: str = ""


@pages.route("/hand-overs", methods=["GET", "POST"])
@access(OFFICE)
def hand_overs() -> tuple[str, int]:
    """Take scans of signed receipts and sort them to their deliveries."""
    form = ScansForm()

    def act() -> list[FoundReceipt]:
        files = [_read(upload) for upload in form.scans.data]
        if sum(len(one.parts) for one in files) > MOST_ROWS:
            raise ScanTooLong(most=MOST_ROWS)
        return _found(looking(), files)

    tried = attempt(form, act)
    if not tried.is_done:
        return page("hand_overs.html", form=form, sentence=tried.sentence), tried.status
    return _sorted_page(tried.value)


def _read(upload: FileStorage) -> UploadedFile:
    """Read a file; one that cannot be used does not keep the others from it."""
    name = safe_name(upload.filename or "")
    try:
        return UploadedFile(name, parts_of(read_receipts(read_scan(upload))))
    except DomainError as error:
        return UploadedFile(name, refusal=sentence(error))


def _found(work: Work, files: Sequence[UploadedFile]) -> list[FoundReceipt]:
    """Return to which deliveries the parts belong, and what cannot be used; the rest is kept."""
    found, taken = list[FoundReceipt](), dict[UUID, str]()
    for file in files:
        found += [_placed(work, file.name, part, taken) for part in file.parts]
        found += [FoundReceipt(file.name, refusal=file.refusal)] if file.refusal else []
    return found


def _placed(work: Work, file: str, part: ReadScan, taken: dict[UUID, str]) -> FoundReceipt:
    """Return whose a part is; of several receipts of one delivery the first one is taken."""
    try:
        delivery = _delivery_of(work, part)
    except ReceiptOfNobody as error:
        return FoundReceipt(file, refusal=sentence(error))
    if not takes_paper(delivery.state, delivery.reason):
        refusal = gettext("Předání už u tohoto doručení zapsat nejde.")
        return FoundReceipt(file, delivery, refusal=refusal)
    if delivery.id in taken:
        other = taken[delivery.id]
        refusal = gettext("Použije se potvrzení ze souboru %(other)s.", other=other)
        return FoundReceipt(file, delivery, refusal=refusal)
    taken[delivery.id] = file
    return FoundReceipt(file, delivery, tools().files.put(part.scan.content))


def _delivery_of(work: Work, part: ReadScan) -> Delivery:
    first = part.receipts[0]
    try:
        return delivery_of(work, first.code.delivery_id)
    except RecordUnknown as error:
        raise ReceiptOfNobody(page=first.pages[0]) from error


def _sorted_page(found: Sequence[FoundReceipt]) -> tuple[str, int]:
    waiting = [(one, one.delivery) for one in found if one.scan and one.delivery]
    today = looking().today
    rows = [
        {"delivery_id": str(own.id), "scan": one.scan, "file": one.file, "handed_over_on": today}
        for one, own in waiting
    ]
    form = ReceiptsForm(formdata=None, data={"rows": rows})
    refused = [one for one in found if one.refusal]
    status = 200 if any(one.delivery for one in found) else 422
    return _rows_page(form, [own for _, own in waiting], refused=refused), status


def _rows_page(form: ReceiptsForm, deliveries: Sequence[Delivery], **shown: Any) -> str:
    pairs = list(zip(form.rows, deliveries, strict=True))
    return page("sorted_receipts.html", form=form, pairs=pairs, **{"sentence": "", **shown})


@pages.post("/hand-overs/record")
@access(OFFICE)
def record_hand_overs() -> AnyResponse | tuple[str, int]:
    """Write down all receipts that were found, or none; go on to sign the records."""
    form = ReceiptsForm()
    asked = [_asked(row) for row in form.rows]

    def act() -> list[UUID]:
        signed = [
            _told(row, lambda row=row, one=one: _read_again(row, one))
            for row, one in zip(form.rows, asked, strict=True)
        ]
        for one in asked:
            gate().check_paper(current_actor(), one)
        with working() as work:
            made = [
                _told(row, lambda row=row, own=own, one=one: _record(work, row, own, one))
                for row, own, one in zip(form.rows, signed, asked, strict=True)
            ]
        return [receipt for receipt in made if receipt is not None]

    tried = attempt(form, act)
    if not tried.is_done:
        work = looking()
        deliveries = [delivery_of(work, one) for one in asked]
        return _rows_page(form, deliveries, sentence=tried.sentence), tried.status
    count = len(tried.value)
    done = ngettext("Zapsáno %(num)s předání.", "Zapsáno %(num)s předání.", count)
    flash(f"{done} {gettext('Podepište o nich záznamy.')}", "good")
    ids = ",".join(str(one) for one in tried.value)
    return redirect(url_for("pages.sign", ids=ids, next=url_for("pages.deliveries")), 303)


def _asked(row: Any) -> UUID:
    try:
        return delivery_of(looking(), UUID(row.delivery_id.data or "")).id
    except ValueError as error:
        raise RecordUnknown() from error


def _read_again(row: Any, delivery_id: UUID) -> Signed:
    """Read the kept pages anew: what the page sends back proves nothing."""
    try:
        content = tools().files.get(row.scan.data)
    except FileMissing as error:
        raise ScanUnreadable() from error
    kind = recognise(content)
    if kind not in SCANS:
        raise ScanUnreadable()
    return signed_scan(Scan(content, kind), delivery_id)


def _record(work: Work, row: Any, signed: Signed, delivery_id: UUID) -> UUID | None:
    given = HandOver(row.handed_over_on.data, row.received_by.data)
    return record_hand_over(work, press(), delivery_id, given, signed).receipt_id


def _told(row: Any, step: Any) -> Any:
    """Do a step; say at the row which one was refused."""
    try:
        return step()
    except DomainError as error:
        row.received_by.errors = [*row.received_by.errors, sentence(error)]
        raise

"""Counter-signed copies of agreements on pages: taking one over, downloading and judging it."""

from datetime import date
from typing import cast
from uuid import UUID

from flask import Response, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from services.documents.countersigned import judge_copy, take_countersigned
from services.documents.desk import bench, file_answer, looking, read_scan, tools
from services.documents.domain.records import RecordUnknown
from services.documents.models import CountersignedCopy
from services.documents.service.countersigning import Countersigned, copy_of, takes_copies
from services.documents.service.loading import document_of
from services.documents.verifying import Judged
from services.documents.web import pages
from services.documents.web.forms import CountersignedForm
from services.documents.web.frame import OFFICE, page
from services.documents.web.verifying import shown_of
from shared.auth import SIGNED_IN, access
from shared.uploads import PDF, safe_name
from shared.web.attempts import attempt


@pages.route("/<uuid:document_id>/countersigned-copies/new", methods=["GET", "POST"])
@access(OFFICE)
def countersigned(document_id: UUID) -> AnyResponse | tuple[str, int]:
    """Take over what the other party of an agreement signed and sent back."""
    form = CountersignedForm()
    tried = attempt(form, lambda: _take(document_id, form))
    if tried.is_done and tried.value is not None:
        _flash(tried.value)
        return redirect(url_for("pages.document", document_id=document_id), 303)
    document = document_of(looking(), document_id)
    if not takes_copies(document) and not tried.sentence:
        raise RecordUnknown()
    shown = {"document": document, "form": form, "sentence": tried.sentence}
    return page("countersigned.html", **shown), tried.status


def _take(document_id: UUID, form: CountersignedForm) -> CountersignedCopy:
    upload = form.copy.data
    came = Countersigned(
        read_scan(upload),
        safe_name(upload.filename or ""),
        signed_by=form.signed_by.data or "",
        received_on=cast("date", form.received_on.data),  # the field is required
    )
    return take_countersigned(bench(), document_id, came)


def _flash(copy: CountersignedCopy) -> None:
    if copy.verdict in ("", "TOTAL-PASSED"):
        flash(gettext("Podepsané vyhotovení je uložené tak, jak přišlo."), "good")
    else:
        flash(
            gettext(
                "Podepsané vyhotovení je uložené, ale ověření podpisů neuspělo. Podívejte se proč "
                "a podle toho jednejte s druhou stranou."
            ),
            "bad",
        )


@pages.get("/<uuid:document_id>/countersigned-copies/<uuid:copy_id>")
@access(SIGNED_IN)
def countersigned_file(document_id: UUID, copy_id: UUID) -> Response:
    """Download a counter-signed copy as it came."""
    copy = copy_of(looking(), document_id, copy_id)
    return file_answer(tools().files.get(copy.sha256), copy.file_name, copy.media_type)


@pages.get("/<uuid:document_id>/countersigned-copies/<uuid:copy_id>/verification")
@access(SIGNED_IN)
def countersigned_verification(document_id: UUID, copy_id: UUID) -> str:
    """Judge a counter-signed copy anew, for those who may see it."""
    work = looking()
    copy = copy_of(work, document_id, copy_id)
    if copy.media_type != PDF.media_type:
        raise RecordUnknown()
    name, content = copy.file_name, tools().files.get(copy.sha256)
    work.session.rollback()  # the verification takes its time; no transaction waits for it
    report = judge_copy(tools(), content, with_pictures=True)
    shown = shown_of(name, content, Judged(report, None))
    return page("verify.html", form=None, shown=shown, record=None, document_id=document_id)

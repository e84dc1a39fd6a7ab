"""Pages about the drawdown of the strategic plan."""

from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from services.registry.desk import looking, make_documents, working
from services.registry.domain.roles import Act
from services.registry.models import DocumentRef, DrawdownReport
from services.registry.service import drawdown
from services.registry.service.work import Work
from services.registry.tasks import sign_address
from services.registry.web.forms_calls import ActForm
from services.registry.web.pages import attempt, page
from shared.auth import access, roles
from shared.web.forms import FreshIdField

blueprint = Blueprint("drawdown", __name__, url_prefix="/office/drawdown")
MONITORS = roles("director", "assistant", "programme_committee", "auditor")


class ReportForm(ActForm):
    """Make a report; the id makes a double click one report."""

    report_id = FreshIdField()


@blueprint.route("", methods=["GET", "POST"])
@access(MONITORS)
def show() -> Response | tuple[str, int]:
    """Planned and actual drawdown; the director keeps it on a signed report."""
    work = looking()
    form = ReportForm()
    tried = attempt(form, lambda: _make(form.report_id.id_value))
    if not tried.is_done:
        return page(
            "drawdown/show.html",
            tried,
            form,
            present=drawdown.present_drawdown(work),
            reports=_reports(work),
            may_report=Act.REPORT_DRAWDOWN in work.allowed(),
        )
    flash(gettext("Stav čerpání je uložený."), "good")
    back = url_for("drawdown.show")
    if make_documents((tried.value,)):
        return redirect(sign_address([str(tried.value)], back), 303)
    return redirect(back, 303)


def _make(report_id: UUID) -> UUID:
    with working() as work:
        return drawdown.make_report(work, report_id).document_id


def _reports(work: Work) -> list[tuple[DrawdownReport, str]]:
    """Return the reports with the states of their documents."""
    found = drawdown.reports(work)
    refs = {report.document_id: report for report in found}
    states = {key: ref.state for key in refs if (ref := work.session.get(DocumentRef, key))}
    return [(report, states.get(report.document_id, "draft")) for report in found]

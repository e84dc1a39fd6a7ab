"""Evidence of a project and of a call: what is missing, and the bundles that were made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, url_for
from flask_babel import get_locale, gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from services.evaluation import desk
from services.evaluation.bundles import CALL, AskedFor, ask_for_bundle
from services.evaluation.models import Call, Case
from services.evaluation.service.evidence import evidence_of_call, evidence_of_case
from services.evaluation.web.pages import Page, attempt, page, this_call, this_case, view
from shared.auth import access, current_actor, roles
from shared.contracts.bundles import (
    BundleView,
    CallPapers,
    EvidenceOf,
    ExpectedRecord,
    Words,
)
from shared.http import ClientError, Conflict
from shared.web import moment
from shared.web.attempts import Attempt
from shared.web.forms import FreshIdField, PageForm

blueprint = Blueprint("evidence", __name__)
INSPECTORS = roles("director", "auditor")
MOST_CALLS, MOST_BUNDLES, MOST_LINES = 10, 50, 200


class BundleForm(PageForm):
    """Asks for a bundle; sent twice it makes one."""

    bundle_id = FreshIdField()


@dataclass(frozen=True)
class Overview:
    """A call with what it lacks here."""

    call: Call
    missing: int
    projects: int
    """How many projects lack something."""
    papers: CallPapers | None
    """Its documents and deliveries; ``None`` when documents does not answer."""


@blueprint.get("/bundles")
@access(INSPECTORS)
def index() -> str:
    """Show the newest calls with what is missing, and the newest bundles."""
    session, acting = desk.looking()
    query = select(Call).where(Call.organisation_id == acting.organisation_id)
    calls = list(session.scalars(query.order_by(Call.number.desc()).limit(MOST_CALLS)))
    papers = _papers([call.id for call in calls])
    overviews = [
        _overview(call, evidence_of_call(session, call, with_parts=False), papers.get(call.id))
        for call in calls
    ]
    return view(
        "evidence/index.html",
        overviews=overviews,
        bundles=_bundles(),
        plain=PageForm(formdata=None),
    )


def _papers(call_ids: Sequence[UUID]) -> dict[UUID, CallPapers]:
    """Ask documents what the calls have there; nothing when it does not answer."""
    if not call_ids:
        return {}
    try:
        found = desk.clients().documents.count_papers(call_ids, actor=current_actor()).items
    except ClientError:
        return {}
    return {one.call_id: one for one in found}


def _overview(call: Call, found: EvidenceOf, papers: CallPapers | None) -> Overview:
    missing = [one for one in found.expected if one.missing is not None]
    projects = {one.about for one in missing if one.about != str(call.number)}
    return Overview(call, len(missing), len(projects), papers)


@blueprint.route("/calls/<uuid:call_id>/evidence", methods=["GET", "POST"])
@access(INSPECTORS)
def of_call(call_id: UUID) -> Response | Page:
    """Show what a call lacks and have its bundle made."""
    return _page(this_call(call_id))


@blueprint.route("/cases/<uuid:case_id>/evidence", methods=["GET", "POST"])
@access(INSPECTORS)
def of_case(case_id: UUID) -> Response | Page:
    """Show what a project lacks and have its bundle made."""
    return _page(this_case(case_id))


@blueprint.get("/calls/<uuid:call_id>/evidence/bundles")
@access(INSPECTORS)
def bundles_of_call(call_id: UUID) -> str:
    """Show how far the bundles of a call are, and nothing that takes long to find."""
    return _progress(this_call(call_id))


@blueprint.get("/cases/<uuid:case_id>/evidence/bundles")
@access(INSPECTORS)
def bundles_of_case(case_id: UUID) -> str:
    """Show how far the bundles of a project are, and nothing that takes long to find."""
    return _progress(this_case(case_id))


@blueprint.post("/bundles/<uuid:bundle_id>/pause")
@access(INSPECTORS)
def pause(bundle_id: UUID) -> Response:
    """Have nobody work on a bundle until somebody resumes."""
    done = gettext(
        "Sestavování je pozastavené. Pokračovat můžete kdykoli; co se četlo v jiný den a není "
        "zapečetěné, se přečte znovu."
    )
    return _steer(bundle_id, desk.clients().documents.pause_bundle, done)


@blueprint.post("/bundles/<uuid:bundle_id>/resumption")
@access(INSPECTORS)
def resume(bundle_id: UUID) -> Response:
    """Go on after a pause, or try again."""
    done = gettext("Sestavování pokračuje. Co se četlo v jiný den a není zapečetěné, čte se znovu.")
    return _steer(bundle_id, desk.clients().documents.resume_bundle, done)


@blueprint.post("/bundles/<uuid:bundle_id>/cancellation")
@access(INSPECTORS)
def cancel(bundle_id: UUID) -> Response:
    """Give up a bundle that is not ready."""
    done = gettext("Balíček je zrušený. Kdykoli můžete vyžádat nový.")
    return _steer(bundle_id, desk.clients().documents.cancel_bundle, done)


def _steer(bundle_id: UUID, act: Callable[..., BundleView], done: str) -> Response:
    """Do the act and show how far the bundles of its subject are."""
    actor = current_actor()
    try:
        found = act(bundle_id, actor=actor)
    except Conflict:
        flash(gettext("Mezitím se stav balíčku změnil, nic jsme neudělali."), "warning")
        found = desk.clients().documents.get_bundle(bundle_id, actor=actor)
    else:
        flash(done, "good")
    if found.kind == CALL:
        return redirect(url_for("evidence.bundles_of_call", call_id=found.subject_id), 303)
    return redirect(url_for("evidence.bundles_of_case", case_id=found.subject_id), 303)


def _progress(subject: Call | Case) -> str:
    title = subject.name if isinstance(subject, Call) else f"{subject.number} {subject.title}"
    shown: dict[str, Any] = {
        "title": title,
        "back": _address(subject),
        "progress": _progress_address(subject),
    }
    shown["plain"] = PageForm(formdata=None)
    return view("evidence/progress.html", bundles=_bundles(subject.id), **shown)


def _progress_address(subject: Call | Case) -> str:
    if isinstance(subject, Call):
        return url_for("evidence.bundles_of_call", call_id=subject.id)
    return url_for("evidence.bundles_of_case", case_id=subject.id)


def _page(subject: Call | Case) -> Response | Page:
    form = BundleForm()
    tried = attempt(form, lambda: ask_for_bundle(subject, form.bundle_id.id_value))
    if not tried.is_done:
        return _shown(subject, form, tried)
    flash(gettext("Důkazní balíček se sestavuje. Stav uvidíte na této stránce."), "good")
    waits = tried.result.waits if tried.result else []
    if waits:
        flash(_of_waiting(max(waits)), "warning")
    return redirect(_address(subject), 303)


def _of_waiting(until: datetime) -> str:
    text: str = gettext(
        "Poslední záznamy knihy důkazů v něm ale zatím nemají časové razítko, protože autorita "
        "neodpovídá. Program o ně znovu požádá nejpozději %(until)s; potom si nechte sestavit "
        "nový balíček.",
        until=moment(until),
    )
    return text


def _address(subject: Call | Case) -> str:
    if isinstance(subject, Call):
        return url_for("evidence.of_call", call_id=subject.id)
    return url_for("evidence.of_case", case_id=subject.id)


def _shown(subject: Call | Case, form: BundleForm, tried: Attempt[AskedFor]) -> Page:
    session, _ = desk.looking()
    is_call = isinstance(subject, Call)
    if isinstance(subject, Call):
        found = evidence_of_call(session, subject, with_parts=False)
    else:
        found = evidence_of_case(session, subject, with_parts=False)
    theirs = _of_registry(subject)
    missing = _missing([*(theirs.expected if theirs else []), *found.expected])
    return page(
        "evidence/show.html",
        tried,
        form,
        call=subject if isinstance(subject, Call) else subject.call,
        case=None if is_call else subject,
        missing=missing[:MOST_LINES],
        total=len(missing),
        is_complete=theirs is not None,
        bundles=_bundles(subject.id),
        plain=PageForm(formdata=None),
        progress=_progress_address(subject),
        said=_said,
    )


def _missing(expected: Sequence[ExpectedRecord]) -> list[ExpectedRecord]:
    return [one for one in expected if one.missing is not None]


def _of_registry(subject: Call | Case) -> EvidenceOf | None:
    """Ask registry for its own part; ``None`` when it does not answer."""
    registry, actor = desk.clients().registry, current_actor()
    try:
        if isinstance(subject, Call):
            return registry.get_call_evidence(subject.id, actor=actor, is_brief=True)
        return registry.get_application_evidence(subject.id, actor=actor, is_brief=True)
    except ClientError:
        return None


def _bundles(subject_id: UUID | None = None) -> list[BundleView] | None:
    """Return the newest bundles; ``None`` when documents does not answer."""
    try:
        found = desk.clients().documents.list_bundles(
            actor=current_actor(), subject_id=subject_id, page_size=MOST_BUNDLES
        )
    except ClientError:
        return None
    return found.items


def _said(words: Words) -> str:
    """Return words in the language of the page."""
    locale = get_locale()
    return words.get(locale.language if locale else "cs", words["cs"])

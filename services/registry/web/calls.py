"""Pages about calls: preparing, money, announcing, changes of presentations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from services.registry.defects import defect_rows
from services.registry.desk import looking, make_documents, working
from services.registry.domain.calls import (
    CallNotReady,
    allocated_to_fiches,
    announcement_defects,
)
from services.registry.domain.publication import publication_deadline
from services.registry.domain.roles import Act
from services.registry.domain.states import CALL, CallState
from services.registry.models import Call, DocumentRef
from services.registry.service import announcing, calls, lists, published
from services.registry.service.call_papers import make_call_text
from services.registry.service.calls import PlanFacts
from services.registry.service.loading import call_of, organisation_of, regulation_of
from services.registry.service.people import members
from services.registry.service.plans import rule_of
from services.registry.service.settings import hint_of_year, plan_in_force, rules_of
from services.registry.service.strategy import regulations
from services.registry.service.views import call_view
from services.registry.service.work import Work
from services.registry.tasks import sign_address
from services.registry.web.forms_calls import (
    ActForm,
    DiscardForm,
    NewCallForm,
    PlanForm,
    PresentationForm,
)
from services.registry.web.office_lists import CALLS, calls_of
from services.registry.web.pages import attempt, page
from services.registry.web.words import choices, shown_state
from shared.auth import SIGNED_IN, access, current_actor, roles
from shared.contracts.registry import PresentationChange
from shared.deadlines import earliest_close
from shared.errors import DomainError
from shared.web.reasons import why
from shared.web.tables import read_page

blueprint = Blueprint("calls", __name__, url_prefix="/office/calls")
PREPARES = roles("director", "assistant")
PLAN_FIELDS = {
    "intake_opens_at": "opens_at",
    "intake_closes_at": "closes_at",
    "regulation_version": "regulation_version_id",
}


@dataclass(frozen=True)
class Missing:
    """What keeps the call from being announced, and where to put it right."""

    text: str
    address: str


@dataclass(frozen=True)
class Undecided:
    """Applications that are neither registered nor refused after the close."""

    count: int
    due: date


@blueprint.get("")
@access(SIGNED_IN)
def index() -> str:
    """List the calls, sorted, filtered and paged in the database."""
    work = looking()
    listed = read_page(work.session, calls_of(work), CALLS, request.args)
    return render_template(
        "calls/index.html",
        listed=listed,
        hint=hint_of_year(work),
        decided=published.decided_calls(work, [call.id for call in listed.items]),
        may_prepare=Act.PREPARE_CALL in work.allowed(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@access(PREPARES)
def new() -> Response | tuple[str, int]:
    """Begin a call."""
    work = looking()
    former = calls.calls(work)
    form = NewCallForm()
    nothing = ("", gettext("nic, začít s prázdnou výzvou"))
    form.based_on.choices = choices([nothing, *((str(c.id), c.title) for c in former)])
    if not form.is_submitted():
        form.number.data = max((call.number for call in former), default=0) + 1
        form.title.data = gettext("%(number)s. výzva", number=form.number.data)
        form.based_on.data = str(former[0].id) if former else ""
    tried = attempt(form, lambda: _create(form))
    if not tried.is_done:
        return page("calls/new.html", tried, form)
    flash(gettext("Výzva je založená jako návrh. Doplňte termíny a fiche."), "good")
    return redirect(url_for("calls.show", call_id=tried.value), 303)


@blueprint.get("/<uuid:call_id>")
@access(SIGNED_IN)
def show(call_id: UUID) -> str:
    """One call: what it says, what it lacks, what to do next."""
    work = looking()
    call = call_of(work, call_id)
    return render_template("calls/show.html", **_context(work, call))


@blueprint.route("/<uuid:call_id>/plan", methods=["GET", "POST"])
@access(PREPARES)
def plan(call_id: UUID) -> Response | tuple[str, int]:
    """Dates, places and texts of the call."""
    work = looking()
    call = call_of(work, call_id)
    form = PlanForm(obj=call)
    nothing = ("", gettext("zatím nevybrán"))
    versions = [(str(row.id), f"{row.title}, {row.label}") for row in regulations(work)]
    form.regulation_version_id.choices = choices([nothing, *versions])
    if not form.is_submitted():
        form.regulation_version_id.data = str(call.regulation_version_id or "")
    tried = attempt(form, lambda: _edit_plan(form, call_id))
    if not tried.is_done:
        earliest = earliest_close(work.today, rules_of(work, call))
        reason = why(earliest)
        return page("calls/plan.html", tried, form, call=call, earliest=earliest, reason=reason)
    flash(gettext("Termíny a místa výzvy jsou zapsané."), "good")
    return redirect(url_for("calls.show", call_id=call_id), 303)


@blueprint.post("/<uuid:call_id>/reopening")
@access(roles("director"))
def reopen(call_id: UUID) -> Response | tuple[str, int]:
    """Take an approved call back to a draft."""
    form = ActForm()
    version = form.expected_version()
    tried = attempt(form, lambda: _in_call(calls.reopen, call_id, version=version))
    if not tried.is_done:
        work = looking()
        return page("calls/show.html", tried, form, **_context(work, call_of(work, call_id)))
    flash(gettext("Výzva je znovu návrh; částku bude potřeba schválit znovu."), "good")
    return redirect(url_for("calls.show", call_id=call_id), 303)


@blueprint.route("/<uuid:call_id>/discarding", methods=["GET", "POST"])
@access(PREPARES)
def discard(call_id: UUID) -> Response | tuple[str, int]:
    """Put away a call begun by mistake."""
    call = call_of(looking(), call_id)
    form = DiscardForm(obj=call)
    version = form.expected_version()
    tried = attempt(form, lambda: _in_call(calls.discard, call_id, version=version))
    if not tried.is_done:
        return page("calls/discard.html", tried, form, call=call)
    said = gettext("Návrh výzvy je zahozený; číslo %(number)s je znovu volné.", number=call.number)
    flash(said, "good")
    return redirect(url_for("calls.index"), 303)


@blueprint.route("/<uuid:call_id>/announcement", methods=["GET", "POST"])
@access(SIGNED_IN)
def announce(call_id: UUID) -> Response | tuple[str, int]:
    """Announce the call; the page says beforehand exactly what will happen."""
    work = looking()
    call = call_of(work, call_id)
    form = ActForm(obj=call)
    tried = attempt(
        form,
        lambda: _in_call(announcing.announce_call, call_id, version=form.expected_version()),
    )
    if not tried.is_done:
        context = {
            **_context(work, call),
            "members": len(members(work)),
            "view": call_view(work, call),
        }
        return page("calls/announce.html", tried, form, **context)
    flash(gettext("Výzva je vyhlášená a zveřejněná. Členům odcházejí e-maily."), "good")
    return redirect(url_for("calls.show", call_id=call_id), 303)


@blueprint.post("/<uuid:call_id>/text-document")
@access(SIGNED_IN)
def text_document(call_id: UUID) -> Response | tuple[str, int]:
    """Have the announced text made into a document, to be signed by who may announce."""
    form = ActForm()

    def act() -> UUID:
        with working() as work:
            return make_call_text(work, call_id)

    tried = attempt(form, act)
    if not tried.is_done:
        work = looking()
        return page("calls/show.html", tried, form, **_context(work, call_of(work, call_id)))
    back = url_for("calls.show", call_id=call_id)
    if make_documents((tried.value,)):
        return redirect(sign_address([str(tried.value)], back), 303)
    flash(gettext("Text výzvy se připravuje; za chvíli jej najdete mezi dokumenty."), "good")
    return redirect(back, 303)


@blueprint.route("/<uuid:call_id>/presentation", methods=["GET", "POST"])
@access(roles("director", "assistant", "registrar"))
def presentation(call_id: UUID) -> Response | tuple[str, int]:
    """Change the public presentations and publish the change in the same act."""
    work = looking()
    call = call_of(work, call_id)
    form = PresentationForm()
    if not form.is_submitted():
        form.new_at.data, form.new_place.data = call.presentation_at, call.presentation_place
    tried = attempt(form, lambda: _change_presentation(form, call_id))
    if not tried.is_done:
        context = {
            "call": call,
            "notice": rules_of(work, call).presentation_change,
            "registered": published.registered_in(work, call),
        }
        return page("calls/presentation.html", tried, form, **context)
    flash(gettext("Změna prezentací je zveřejněná a členům odcházejí e-maily."), "good")
    return redirect(url_for("calls.show", call_id=call_id), 303)


def _create(form: NewCallForm) -> UUID:
    call_id = form.call_id.id_value
    with working() as work:
        calls.create_call(work, call_id, number=form.number.data, title=form.title.data.strip())
        if form.based_on.data:
            work.session.flush()
            calls.copy_fiches(work, call_id, UUID(form.based_on.data))
    return call_id


def _edit_plan(form: PlanForm, call_id: UUID) -> bool:
    chosen = form.regulation_version_id.data
    facts = PlanFacts(
        title=form.title.data.strip(),
        opens_at=form.opens_at.data,
        closes_at=form.closes_at.data,
        intake_place=(form.intake_place.data or "").strip(),
        presentation_at=form.presentation_at.data,
        presentation_place=(form.presentation_place.data or "").strip(),
        regulation_version_id=UUID(chosen) if chosen else None,
        note=(form.note.data or "").strip(),
        how_to_apply=(form.how_to_apply.data or "").strip(),
    )
    with working() as work:
        calls.edit_plan(work, call_id, facts, form.expected_version())
    return True


def _change_presentation(form: PresentationForm, call_id: UUID) -> bool:
    new_at = cast("datetime", form.new_at.data)  # required, and the form was checked
    change = PresentationChange(
        new_at=new_at,
        new_place=form.new_place.data.strip(),
        reason=form.reason.data.strip(),
        actor_name=current_actor().name,
    )
    with working() as work:
        published.change_presentation(
            work,
            call_id,
            form.change_id.id_value,
            change,
            override_reason=(form.override_reason.data or "").strip(),
        )
    return True


def _in_call(act: Callable[..., object], call_id: UUID, **facts: object) -> bool:
    with working() as work:
        act(work, call_id, **facts)
    return True


def _context(work: Work, call: Call) -> dict[str, object]:
    value, allowed = plan_in_force(work, call), work.allowed()
    defects = announcement_defects(value, work.today) if call.published_at is None else ()
    return {
        "call": call,
        "rule": rule_of(call),
        "deadlines": value.deadlines,
        "may_set": Act.MANAGE_SETTINGS in allowed,
        "regulation": regulation_of(work, call),
        "decisions": calls.allocation_decisions(work, call),
        "signed": _signed(work, call),
        "changes": published.presentation_changes(work, call),
        "registered": published.registered_in(work, call) if call.published_at else 0,
        "total": allocated_to_fiches(value),
        "missing": _missing(call, defects) if call.state != CallState.DISCARDED else [],
        "shown_state": shown_state(call, published.decided_calls(work, [call.id])),
        "may_discard": Act.PREPARE_CALL in allowed and CALL.allows(call.state, "discard"),
        "organisation": organisation_of(work),
        "undecided": _undecided(work, call),
        "may_prepare": Act.PREPARE_CALL in allowed,
        "may_recommend": Act.RECOMMEND_ALLOCATION in allowed,
        "may_approve": Act.APPROVE_ALLOCATION in allowed,
        "may_announce": Act.ANNOUNCE_CALL in allowed,
        "is_receiving": calls.is_receiving(work, call),
        "is_over": call.closes_at is not None and work.now > call.closes_at,
        "act": ActForm(obj=call),
    }


def _signed(work: Work, call: Call) -> set[UUID]:
    """Return the decisions' records that bear their signature."""
    query = select(DocumentRef.id).where(
        DocumentRef.call_id == call.id,
        DocumentRef.kind == "allocation_decision",
        DocumentRef.state.in_(("signed", "issued")),
    )
    return set(work.session.scalars(query))


def _undecided(work: Work, call: Call) -> Undecided | None:
    """Return what is left to register or refuse after the close, and by when."""
    if call.closes_at is None or work.now <= call.closes_at or call.published_at is None:
        return None
    count = lists.undecided(work, call)
    due = publication_deadline(call.closes_at, rules_of(work, call)).due
    return Undecided(count, due) if count else None


def _missing(call: Call, defects: tuple[DomainError, ...]) -> list[Missing]:
    rows = defect_rows(CallNotReady(defects=defects)) if defects else []
    return [
        Missing(row["detail"], _address(call, row["field"], error.params.get("fiche")))
        for row, error in zip(rows, defects, strict=True)
    ]


def _address(call: Call, field: str, fiche: str | None) -> str:
    """Return where the person can put the defect right."""
    if field == "rule":
        return url_for("fiches.rule", call_id=call.id)
    if field in ("approved_amount", "amount"):
        return url_for("allocations.recommend", call_id=call.id)
    if field == "fiches":
        known = {row.code for row in call.fiches}
        if fiche in known:
            return url_for("fiches.edit", call_id=call.id, code=fiche)
        return url_for("fiches.new", call_id=call.id)
    return url_for("calls.plan", call_id=call.id, _anchor=PLAN_FIELDS.get(field, field))

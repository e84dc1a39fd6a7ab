"""Notices to applicants: about the administrative control, and about the result."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import and_
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from services.evaluation import desk
from services.evaluation.domain import states
from services.evaluation.models import Call, Case
from services.evaluation.service import control_end, resolutions
from services.evaluation.service.letter_batches import batches_of
from services.evaluation.service.records import has_live_record, live_records
from services.evaluation.tasks.controlling import ENDED, WAITING
from services.evaluation.web.case_lists import ListForm, listed_cases, page_address
from services.evaluation.web.letter_batches import BeginForm, waiting_ids
from services.evaluation.web.pages import (
    ChoicesField,
    Page,
    attempt,
    go_sign,
    page,
    this_call,
)
from shared.auth import access, current_actor, roles
from shared.deadlines import deadline_from_json
from shared.web.reasons import why
from shared.web.tables import Column, Filter
from shared.web.tables import Page as Listed

blueprint = Blueprint("notices", __name__)
results = Blueprint("results", __name__)
OFFICE = roles("director", "assistant")
MADE = "made"
NUMBER = Column("number", N_("Žádost"), Case.received_order)
LETTER_COLUMNS = (
    Column("notice", N_("Oznámení")),
    Column("dispatched", N_("Odesláno")),
    Column("delivered", N_("Doručeno")),
)
NOTICE_COLUMNS = (
    Column("choose", N_("Vybrat")),
    NUMBER,
    Column("outcome", N_("Výsledek")),
    Column("due", N_("Odeslat do"), Case.notice_due),
    *LETTER_COLUMNS,
)
RESULT_COLUMNS = (
    Column("choose", N_("Vybrat")),
    NUMBER,
    Column("verdict", N_("Rozhodnutí")),
    *LETTER_COLUMNS,
)


def _by_letter(kind: str, ended: Sequence[str]) -> Filter:
    """Let the person look at the applications that wait for the letter, or at the others."""
    waits = and_(Case.state.in_(ended), ~has_live_record(kind))
    return Filter(
        "state",
        N_("Oznámení"),
        lambda text: waits if text == WAITING else has_live_record(kind),
        [(WAITING, N_("čeká na oznámení")), (MADE, N_("oznámení je připravené"))],
    )


BY_NOTICE = _by_letter("control_notice", ENDED)
BY_RESULT = _by_letter("result_notice", resolutions.DECIDED)


class NoticesForm(ListForm):
    """For which applications the letters are made."""

    cases = ChoicesField(N_("Žádosti"))


def _next_page(endpoint: str, call: Call, listed: Listed[Case], done: int) -> str:
    """Return where the person goes on: with the others that wait, or to the whole list."""
    if listed.chosen(BY_NOTICE.key) == WAITING and listed.total > done:
        return page_address(endpoint, call, listed, 1)
    return url_for(endpoint, call_id=call.id)


def _form_for(waiting: list[Case]) -> NoticesForm:
    """Return the form in which every letter that waits is chosen beforehand."""
    form = NoticesForm()
    form.cases.choices = [(str(case.id), case.number) for case in waiting]
    if not form.is_submitted():
        form.cases.data = [str(case.id) for case in waiting]
    return form


def _together(session: Session, call: Call, kind: str) -> dict[str, Any]:
    """Return what the page needs to make all letters that wait as one batch."""
    return {
        "kind": kind,
        "all_waiting": len(waiting_ids(session, call, kind)),
        "batches": batches_of(session, call, kind),
        "together": BeginForm(formdata=None),
    }


@blueprint.route("/calls/<uuid:call_id>/notices", methods=["GET", "POST"])
@access(OFFICE)
def edit(call_id: UUID) -> Response | Page:
    """Make the notices about the administrative control."""
    session, _ = desk.looking()
    call = this_call(call_id)
    over = Case.control_ended_at.is_not(None)
    listed = listed_cases(session, call, None, NOTICE_COLUMNS, [BY_NOTICE], only=over)
    cases = listed.items
    made = control_end.notices_of(session, call.organisation_id, cases)
    waiting = [case for case in cases if case.state in ENDED and case.id not in made]
    form = _form_for(waiting)

    def act() -> list[UUID]:
        signer = desk.signing_director()
        with desk.working() as (writing, acting):
            return control_end.prepare_notices(
                writing, acting=acting, call_id=call_id, case_ids=form.cases.chosen, signer=signer
            )

    tried = attempt(form, act)
    if not tried.is_done:
        reasons = {
            case.id: why(deadline_from_json(case.notice_deadline))
            for case in cases
            if case.notice_deadline
        }
        return page(
            "notices/control.html",
            tried,
            form,
            call=call,
            **_together(session, call, "control_notice"),
            listed=listed,
            made=made,
            waiting=waiting,
            reasons=reasons,
        )
    back = _next_page("notices.edit", call, listed, len(form.cases.chosen))
    return go_sign(tried.result, back, is_own=current_actor().has_role("director"))


@results.route("/calls/<uuid:call_id>/results", endpoint="edit", methods=["GET", "POST"])
@access(OFFICE)
def edit_results(call_id: UUID) -> Response | Page:
    """Make the notices of the result."""
    session, _ = desk.looking()
    call = this_call(call_id)
    decided = (*resolutions.DECIDED, states.RESULT_NOTIFIED)
    listed = listed_cases(session, call, decided, RESULT_COLUMNS, [BY_RESULT])
    cases = listed.items
    made = live_records(session, call.organisation_id, "result_notice", [case.id for case in cases])
    waiting = [c for c in cases if c.state in resolutions.DECIDED and c.id not in made]
    form = _form_for(waiting)
    resolution = resolutions.resolution_of(session, call)
    lines = {line["application_id"]: line for line in resolution.lines} if resolution else {}

    def act() -> list[UUID]:
        signer = desk.signing_director()
        with desk.working() as (writing, acting):
            return resolutions.prepare_result_notices(
                writing, acting=acting, call_id=call_id, case_ids=form.cases.chosen, signer=signer
            )

    tried = attempt(form, act)
    if not tried.is_done:
        return page(
            "notices/results.html",
            tried,
            form,
            call=call,
            **_together(session, call, "result_notice"),
            listed=listed,
            made=made,
            waiting=waiting,
            lines=lines,
            resolution=resolution,
        )
    back = _next_page("results.edit", call, listed, len(form.cases.chosen))
    return go_sign(tried.result, back, is_own=current_actor().has_role("director"))

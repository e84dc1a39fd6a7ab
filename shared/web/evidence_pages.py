"""The evidence of a service: a page for staff and auditors, and what anybody may take away."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, render_template, request
from flask import url_for as url_of
from flask_babel import lazy_gettext
from flask_wtf import CSRFProtect
from sqlalchemy import select

from shared.auth import PUBLIC, access, current_actor, roles
from shared.evidence.checking import check_and_record
from shared.evidence.checkpoints import verifier_keys
from shared.evidence.entries import FaultKind
from shared.evidence.export import NotCovered, newest_checkpoint, proof_of
from shared.evidence.keeping import Desk, current_epoch, last_anchor, newest
from shared.evidence.log import length_of
from shared.evidence.tables import CheckMixin

READERS = roles("director", "assistant", "auditor", "operator")
AUDITORS = roles("director", "auditor")
"""Who may take away what the log says, names and values included."""
MOST_SUBJECTS = 200

FAULTS = {
    FaultKind.MISSING: lazy_gettext("záznam chybí, nebo je na jeho místě jiný"),
    FaultKind.CHANGED: lazy_gettext("záznam není takový, jaký byl zapsán"),
    FaultKind.UNLINKED: lazy_gettext("záznam nenavazuje na předchozí"),
    FaultKind.CUT: lazy_gettext("konec knihy chybí"),
    FaultKind.REWRITTEN: lazy_gettext("kniha byla přepsána"),
    FaultKind.UNSIGNED: lazy_gettext("kontrolní bod nemá platný podpis"),
    FaultKind.COPIES: lazy_gettext("kopie mimo databázi se liší nebo jsou poškozené"),
    FaultKind.UNVOUCHED: lazy_gettext("úkon byl zapsán mimo program"),
    FaultKind.UNRECORDED: lazy_gettext("za vydaný se vydává soubor, o kterém kniha neví"),
    FaultKind.ANCHOR: lazy_gettext("časové razítko neplatí nebo chybí"),
    FaultKind.STRANGER: lazy_gettext("časové razítko je od autority, které tato instalace nevěří"),
}


@dataclass(frozen=True)
class LogState:
    """What people see of the log of their organisation."""

    name: str
    entries: int
    signed: int
    """Entries that the last checkpoint covers."""
    signed_at: datetime | None
    anchored_at: datetime | None
    can_judge: bool
    """Whether time stamps are judged by authorities of the settings."""
    checked: CheckMixin | None
    copies: str
    is_copied: bool
    """Whether the last checkpoint lies outside the database too."""
    epoch: int

    @property
    def fault(self) -> Any:
        """What is wrong in words; ``None`` when the last verification found nothing."""
        kind = self.checked.fault if self.checked else None
        return FAULTS[FaultKind(kind)] if kind else None


def install(app: Flask, desk: Desk) -> None:
    """Add the page and the addresses under ``/api/v1/evidence`` to *app*."""
    app.register_blueprint(_pages(desk))
    api = _api(desk)
    csrf: CSRFProtect = app.extensions["csrf"]
    csrf.exempt(api)
    app.register_blueprint(api)


def state_of(desk: Desk, organisation_id: UUID) -> LogState:
    """Return what people see of a log."""
    session, ledger = desk.session(), desk.ledger
    last = newest(session, ledger, organisation_id)
    checks = select(ledger.check).where(ledger.check.organisation_id == organisation_id)
    return LogState(
        name=ledger.name_of(organisation_id),
        entries=length_of(session, ledger.evidence, organisation_id),
        signed=last.size if last else 0,
        signed_at=last.made_at if last else None,
        anchored_at=last_anchor(desk, organisation_id),
        can_judge=desk.judge.can_judge,
        checked=session.scalars(checks.order_by(ledger.check.at.desc()).limit(1)).first(),
        copies=str(desk.copies.path(organisation_id)),
        is_copied=last is not None and desk.copies.has(organisation_id, last.note),
        epoch=current_epoch(session, ledger),
    )


def _pages(desk: Desk) -> Blueprint:
    blueprint = Blueprint("evidence_pages", __name__, url_prefix="/evidence")

    @blueprint.get("")
    @access(READERS)
    def show() -> str:
        state = state_of(desk, current_actor().organisation_id)
        return render_template("evidence.html", state=state)

    @blueprint.post("")
    @access(AUDITORS)
    def verify() -> Any:
        """Read the whole log of the organisation and keep the verdict."""
        check_and_record(desk, current_actor().organisation_id)
        return redirect(url_of("evidence_pages.show"), 303)

    return blueprint


def _api(desk: Desk) -> Blueprint:
    blueprint = Blueprint("evidence_api", __name__, url_prefix="/api/v1/evidence")

    @blueprint.get("/<uuid:organisation_id>/checkpoint")
    @access(PUBLIC)
    def get_checkpoint(organisation_id: UUID) -> Response:
        """Give the newest signed checkpoint to whoever wants to keep it."""
        note = newest_checkpoint(desk, organisation_id)
        return _text(note) if note is not None else abort(404)

    @blueprint.get("/<uuid:organisation_id>/keys")
    @access(PUBLIC)
    def get_keys(organisation_id: UUID) -> Response:
        """Give the public keys with which checkpoints of the log are verified."""
        epoch = current_epoch(desk.session(), desk.ledger)
        name = desk.ledger.name_of(organisation_id)
        names = [name, *(f"{name}/{number}" for number in range(1, epoch + 1))]
        lines = [line for one in names for line in verifier_keys(one, desk.keys.public)]
        return _text("".join(f"{line}\n" for line in lines))

    @blueprint.get("/proof")
    @access(AUDITORS)
    def get_proof() -> Response:
        """Give what the log says about cases and documents as a proof that stands alone."""
        try:
            subjects = [UUID(text) for text in request.args.getlist("subject")]
        except ValueError:
            abort(400)
        if not 0 < len(subjects) <= MOST_SUBJECTS:
            abort(400)
        try:
            return jsonify(proof_of(desk, current_actor().organisation_id, subjects))
        except NotCovered:
            abort(404)

    return blueprint


def _text(content: str) -> Response:
    return Response(content, mimetype="text/plain")

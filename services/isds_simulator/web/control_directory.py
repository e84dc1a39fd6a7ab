"""Control of boxes: entering them, paying, playing their holders."""

from flask import Response
from marshmallow import ValidationError

from services.isds_simulator.current import current_office
from services.isds_simulator.domain.states import Event
from services.isds_simulator.ledger import boxes
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Box, Subsidy
from services.isds_simulator.service import progress
from services.isds_simulator.service.directory import (
    BoxDraft,
    CertificateDraft,
    LoginDraft,
    enter_box,
    enter_certificate,
    enter_login,
)
from services.isds_simulator.web import schemas, shapes
from services.isds_simulator.web.control import CONTROL, Json, Unknown, done


def _existing(connection: Connection, box_id: str) -> Box:
    box = boxes.find_box(connection, box_id)
    if box is None:
        raise Unknown(box_id)
    return box


def _shown(box_id: str) -> Box:
    with current_office().ledger.reading() as connection:
        return _existing(connection, box_id)


@CONTROL.get("/boxes")
@CONTROL.response(200, shapes.BoxesOut)
def list_boxes() -> Json:
    """List the directory."""
    with current_office().ledger.reading() as connection:
        return {"boxes": boxes.all_boxes(connection)}


@CONTROL.post("/boxes")
@CONTROL.arguments(schemas.BoxIn)
@CONTROL.response(201, shapes.BoxOut)
def add_box(draft: BoxDraft) -> Box:
    """Enter a box with its logins."""
    with current_office().ledger.writing() as connection:
        return enter_box(connection, draft)


@CONTROL.get("/boxes/<box_id>")
@CONTROL.response(200, shapes.BoxOut)
def show_box(box_id: str) -> Box:
    """Show a box."""
    return _shown(box_id)


@CONTROL.post("/boxes/<box_id>/logins")
@CONTROL.arguments(schemas.LoginIn)
@CONTROL.response(204)
def add_login(draft: LoginDraft, box_id: str) -> Response:
    """Enter a login of a box, or replace it."""
    with current_office().ledger.writing() as connection:
        enter_login(connection, _existing(connection, box_id).id, draft)
    return done()


@CONTROL.post("/boxes/<box_id>/state")
@CONTROL.arguments(schemas.BoxStateIn)
@CONTROL.response(200, shapes.BoxOut)
def set_state(wanted: Json, box_id: str) -> Box:
    """Open or close a box."""
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        boxes.set_box_state(connection, box_id, wanted["state"])
    return _shown(box_id)


@CONTROL.post("/boxes/<box_id>/credit")
@CONTROL.arguments(schemas.CreditIn)
@CONTROL.response(200, shapes.BoxOut)
def add_credit(wanted: Json, box_id: str) -> Box:
    """Pay into the credit of a box."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        if not boxes.change_credit(connection, box_id, wanted["amount"], at=now):
            raise ValidationError({"amount": ["The credit would fall below zero."]})
    return _shown(box_id)


@CONTROL.post("/boxes/<box_id>/recipient-login")
@CONTROL.arguments(schemas.RecipientLoginIn)
@CONTROL.response(200, shapes.DeliveredOut)
def recipient_login(wanted: Json, box_id: str) -> Json:
    """Let the holder log in, which delivers what waits in the box."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        delivered = progress.log_recipient_in(
            connection,
            box_id,
            kind=Event(wanted["event"]),
            at=now,
            reads_all=wanted["reads_all"],
        )
    return {"delivered": delivered}


@CONTROL.post("/boxes/<box_id>/closure")
@CONTROL.arguments(schemas.NothingIn)
@CONTROL.response(200, shapes.UndeliverableOut)
def close_box(_nothing: Json, box_id: str) -> Json:
    """Close a box as of a past day; what waits in it becomes undeliverable."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        closed = progress.close_box_retroactively(connection, box_id, at=now)
    return {"undeliverable": closed}


@CONTROL.post("/boxes/<box_id>/throttle")
@CONTROL.arguments(schemas.ThrottleIn)
@CONTROL.response(200, shapes.BoxOut)
def throttle_box(wanted: Json, box_id: str) -> Box:
    """Hold each watched request of a box back; a second one at once gets 3009."""
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        boxes.set_throttle(connection, box_id, round(wanted["seconds"] * 1000))
    return _shown(box_id)


@CONTROL.post("/boxes/<box_id>/subsidies")
@CONTROL.arguments(schemas.SubsidyIn)
@CONTROL.response(204)
def add_subsidy(wanted: Json, box_id: str) -> Response:
    """Let another box pay for paid messages of a box."""
    with current_office().ledger.writing() as connection:
        for known in (box_id, wanted["payer_id"], wanted["recipient_id"] or box_id):
            _existing(connection, known)
        boxes.add_subsidy(connection, Subsidy(box_id=box_id, **wanted))
    return done()


@CONTROL.post("/certificates")
@CONTROL.post("/boxes/<box_id>/certificates")
@CONTROL.arguments(schemas.CertificateIn)
@CONTROL.response(201, shapes.CertificateOut)
def issue_certificate(wanted: Json, box_id: str | None = None) -> Json:
    """Issue a client certificate; without a box it is a hosted service for all boxes."""
    if (wanted["kind"] == "user") is (wanted["username"] is None):
        raise ValidationError({"username": ["A user certificate, and only that, names a login."]})
    if box_id is None and wanted["kind"] != "hosted":
        raise ValidationError({"kind": ["Only a hosted service may serve all boxes."]})
    draft = CertificateDraft(box_id=box_id, **wanted)
    name = " ".join(part for part in (draft.kind, box_id, draft.username) if part)
    signer = current_office().authority.client_certificate(name)
    with current_office().ledger.writing() as connection:
        if box_id is not None:
            _existing(connection, box_id)
        enter_certificate(connection, signer.certificate, draft)
    return {"certificate": signer.pem.decode(), "key": signer.key_pem.decode()}

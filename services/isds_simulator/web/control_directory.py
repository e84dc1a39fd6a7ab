"""Control of boxes: entering them, paying, playing their holders."""

from marshmallow import ValidationError

from services.isds_simulator.current import current_office
from services.isds_simulator.domain.states import Event
from services.isds_simulator.ledger import boxes
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Box, Subsidy
from services.isds_simulator.service import progress
from services.isds_simulator.service.directory import (
    CertificateDraft,
    enter_box,
    enter_certificate,
    enter_login,
)
from services.isds_simulator.web import schemas, shapes
from services.isds_simulator.web.control import CONTROL, Json, Unknown, json_body


def _existing(connection: Connection, box_id: str) -> Box:
    box = boxes.find_box(connection, box_id)
    if box is None:
        raise Unknown(box_id)
    return box


@CONTROL.get("/boxes")
def list_boxes() -> Json:
    """List the directory."""
    with current_office().ledger.reading() as connection:
        return {"boxes": [shapes.box_json(box) for box in boxes.all_boxes(connection)]}


@CONTROL.post("/boxes")
def add_box() -> tuple[Json, int]:
    """Enter a box with its logins."""
    draft = json_body(schemas.BoxIn())
    with current_office().ledger.writing() as connection:
        return shapes.box_json(enter_box(connection, draft)), 201


@CONTROL.get("/boxes/<box_id>")
def show_box(box_id: str) -> Json:
    """Show a box."""
    with current_office().ledger.reading() as connection:
        return shapes.box_json(_existing(connection, box_id))


@CONTROL.post("/boxes/<box_id>/logins")
def add_login(box_id: str) -> tuple[str, int]:
    """Enter a login of a box, or replace it."""
    draft = json_body(schemas.LoginIn())
    with current_office().ledger.writing() as connection:
        enter_login(connection, _existing(connection, box_id).id, draft)
    return "", 204


@CONTROL.post("/boxes/<box_id>/state")
def set_state(box_id: str) -> Json:
    """Open or close a box."""
    wanted = json_body(schemas.BoxStateIn())
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        boxes.set_box_state(connection, box_id, wanted["state"])
    return show_box(box_id)


@CONTROL.post("/boxes/<box_id>/credit")
def add_credit(box_id: str) -> Json:
    """Pay into the credit of a box."""
    wanted = json_body(schemas.CreditIn())
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        if not boxes.change_credit(connection, box_id, wanted["amount"], at=now):
            raise ValidationError({"amount": ["The credit would fall below zero."]})
    return show_box(box_id)


@CONTROL.post("/boxes/<box_id>/recipient-login")
def recipient_login(box_id: str) -> Json:
    """Let the holder log in, which delivers what waits in the box."""
    wanted = json_body(schemas.RecipientLoginIn())
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
def close_box(box_id: str) -> Json:
    """Close a box as of a past day; what waits in it becomes undeliverable."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        closed = progress.close_box_retroactively(connection, box_id, at=now)
    return {"undeliverable": closed}


@CONTROL.post("/boxes/<box_id>/throttle")
def throttle_box(box_id: str) -> Json:
    """Hold each watched request of a box back; a second one at once gets 3009."""
    wanted = json_body(schemas.ThrottleIn())
    with current_office().ledger.writing() as connection:
        _existing(connection, box_id)
        boxes.set_throttle(connection, box_id, round(wanted["seconds"] * 1000))
    return show_box(box_id)


@CONTROL.post("/boxes/<box_id>/subsidies")
def add_subsidy(box_id: str) -> tuple[str, int]:
    """Let another box pay for paid messages of a box."""
    wanted = json_body(schemas.SubsidyIn())
    with current_office().ledger.writing() as connection:
        for known in (box_id, wanted["payer_id"], wanted["recipient_id"] or box_id):
            _existing(connection, known)
        boxes.add_subsidy(connection, Subsidy(box_id=box_id, **wanted))
    return "", 204


@CONTROL.post("/certificates")
@CONTROL.post("/boxes/<box_id>/certificates")
def issue_certificate(box_id: str | None = None) -> tuple[Json, int]:
    """Issue a client certificate; without a box it is a hosted service for all boxes."""
    wanted = json_body(schemas.CertificateIn())
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
    return {"certificate": signer.pem.decode(), "key": signer.key_pem.decode()}, 201

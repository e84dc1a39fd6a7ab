"""Control of what surrounds the messages: the clock, the faults, the record of it all."""

from datetime import timedelta

from flask import Response
from marshmallow import ValidationError

from services.isds_simulator.current import current_office
from services.isds_simulator.ledger import controls
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.seal.authority import VALID_FROM, VALID_UNTIL
from services.isds_simulator.service import clock
from services.isds_simulator.web import schemas, shapes
from services.isds_simulator.web.control import CONTROL, Json, json_body

WAYS = ("now", "offset_seconds", "advance_seconds", "reset")


@CONTROL.get("/clock")
def show_clock() -> Json:
    """Tell the time."""
    with current_office().ledger.reading() as connection:
        return shapes.clock_json(clock.read_clock(connection))


@CONTROL.post("/clock")
def set_clock() -> Json:
    """Set the clock; everything that is due by the new time happens."""
    wanted = json_body(schemas.ClockIn())
    with current_office().ledger.writing() as connection:
        _set_clock(connection, wanted)
    current_office().now()
    return show_clock()


def _set_clock(connection: Connection, wanted: Json) -> None:
    given = [name for name in WAYS if wanted[name] is not None]
    if len(given) > 1 or not (given or wanted["stopped"] is not None):
        raise ValidationError("Give one of now, offset_seconds, advance_seconds, reset.")
    present = clock.read_clock(connection)
    stopped = present.is_stopped if wanted["stopped"] is None else wanted["stopped"]
    if wanted["reset"]:
        clock.reset_clock(connection)
        return
    target = wanted["now"] or present.now
    if wanted["offset_seconds"] is not None:
        real_now = clock.reset_clock(connection).now
        target = real_now + timedelta(seconds=wanted["offset_seconds"])
    target += timedelta(seconds=wanted["advance_seconds"] or 0)
    if not VALID_FROM <= target <= VALID_UNTIL:
        raise ValidationError("The certificates of the simulator are not valid then.")
    clock.set_clock(connection, target, stopped=stopped)


@CONTROL.get("/faults")
def list_faults() -> Json:
    """List the fault switches that are set."""
    with current_office().ledger.reading() as connection:
        return {"faults": [shapes.fault_json(fault) for fault in controls.all_faults(connection)]}


@CONTROL.post("/faults")
def add_fault() -> tuple[Json, int]:
    """Set a fault switch."""
    fault = json_body(schemas.FaultIn())
    with current_office().ledger.writing() as connection:
        return {"id": controls.add_fault(connection, fault)}, 201


@CONTROL.delete("/faults")
@CONTROL.delete("/faults/<int:fault_id>")
def drop_faults(fault_id: int | None = None) -> tuple[str, int]:
    """Take back one fault switch, or all."""
    with current_office().ledger.writing() as connection:
        controls.drop_faults(connection, fault_id)
    return "", 204


@CONTROL.get("/ledger")
def summary() -> Json:
    """Count messages by state, references sent twice, and calls by outcome."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        return shapes.summary_json(connection)


@CONTROL.get("/root.pem")
def root() -> Response:
    """Give the root certificate of the seals and time stamps."""
    return Response(current_office().authority.root_pem, content_type="application/x-pem-file")

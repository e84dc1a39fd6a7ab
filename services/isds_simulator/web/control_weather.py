"""Control of what surrounds the messages: clock, faults, scenario, the record of it all."""

from flask import Response, request

from services.isds_simulator.current import current_office
from services.isds_simulator.ledger import controls, steps
from services.isds_simulator.service import clock
from services.isds_simulator.soap.faults import PARAMS, FaultKind
from services.isds_simulator.web import schemas, shapes
from services.isds_simulator.web.clock_setting import apply_clock
from services.isds_simulator.web.control import CONTROL, Json, json_body
from services.isds_simulator.web.scenarios import plan

CALLS_SHOWN = 1000


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
        apply_clock(connection, wanted)
    current_office().now()
    return show_clock()


@CONTROL.get("/faults")
def list_faults() -> Json:
    """List the fault switches that are set."""
    with current_office().ledger.reading() as connection:
        return {"faults": [shapes.fault_json(fault) for fault in controls.all_faults(connection)]}


@CONTROL.get("/fault-kinds")
def list_fault_kinds() -> Json:
    """List the kinds of faults with their parameters."""
    return {
        str(kind): {name: param.default for name, param in PARAMS.get(kind, {}).items()}
        for kind in FaultKind
    }


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


@CONTROL.get("/scenario")
def show_scenario() -> Json:
    """List the steps of the scenario and how those that are done ended."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        return {"steps": [shapes.step_json(step) for step in steps.all_steps(connection)]}


@CONTROL.post("/scenario")
def add_scenario() -> tuple[Json, int]:
    """Add the steps of a scenario; times that begin with + count from now."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        number = plan(connection, request.get_json(), now=now)
    current_office().now()
    return {"steps": number}, 201


@CONTROL.delete("/scenario")
def drop_scenario() -> tuple[str, int]:
    """Forget the scenario."""
    with current_office().ledger.writing() as connection:
        steps.drop_steps(connection)
    return "", 204


@CONTROL.get("/ledger")
def summary() -> Json:
    """Count messages by state, references sent twice, and calls by outcome."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        return shapes.summary_json(connection)


@CONTROL.get("/calls")
def list_calls() -> Json:
    """List the newest calls."""
    with current_office().ledger.reading() as connection:
        found = controls.newest_calls(connection, limit=CALLS_SHOWN, offset=0)
    return {"calls": [shapes.call_json(call) for call in found]}


@CONTROL.get("/root.pem")
def root() -> Response:
    """Give the root certificate of the seals, the time stamps and the servers."""
    return Response(current_office().authority.root_pem, content_type="application/x-pem-file")

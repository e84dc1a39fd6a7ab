"""Control of what surrounds the messages: clock, faults, scenario, the record of it all."""

from flask import Response

from services.isds_simulator.current import current_office
from services.isds_simulator.ledger import controls, steps
from services.isds_simulator.ledger.rows import Fault
from services.isds_simulator.service import clock
from services.isds_simulator.soap.faults import PARAMS, FaultKind
from services.isds_simulator.web import schemas, shapes
from services.isds_simulator.web.clock_setting import apply_clock
from services.isds_simulator.web.control import CONTROL, Json, done
from services.isds_simulator.web.scenarios import plan

CALLS_SHOWN = 1000


@CONTROL.get("/clock")
@CONTROL.response(200, shapes.ClockOut)
def show_clock() -> clock.ClockReading:
    """Tell the time."""
    with current_office().ledger.reading() as connection:
        return clock.read_clock(connection)


@CONTROL.post("/clock")
@CONTROL.arguments(schemas.ClockIn)
@CONTROL.response(200, shapes.ClockOut)
def set_clock(wanted: Json) -> clock.ClockReading:
    """Set the clock; everything that is due by the new time happens."""
    with current_office().ledger.writing() as connection:
        apply_clock(connection, wanted)
    current_office().now()
    with current_office().ledger.reading() as connection:
        return clock.read_clock(connection)


@CONTROL.get("/faults")
@CONTROL.response(200, shapes.FaultsOut)
def list_faults() -> Json:
    """List the fault switches that are set."""
    with current_office().ledger.reading() as connection:
        return {"faults": controls.all_faults(connection)}


@CONTROL.get("/fault-kinds")
@CONTROL.response(200, shapes.FaultKindsOut)
def list_fault_kinds() -> Json:
    """List the kinds of faults with their parameters."""
    return {
        str(kind): {name: param.default for name, param in PARAMS.get(kind, {}).items()}
        for kind in FaultKind
    }


@CONTROL.post("/faults")
@CONTROL.arguments(schemas.FaultIn)
@CONTROL.response(201, shapes.FaultAddedOut)
def add_fault(fault: Fault) -> Json:
    """Set a fault switch."""
    with current_office().ledger.writing() as connection:
        return {"id": controls.add_fault(connection, fault)}


@CONTROL.delete("/faults")
@CONTROL.delete(f"/faults/<int(max={schemas.MOST}):fault_id>")
@CONTROL.response(204)
def drop_faults(fault_id: int | None = None) -> Response:
    """Take back one fault switch, or all."""
    with current_office().ledger.writing() as connection:
        controls.drop_faults(connection, fault_id)
    return done()


@CONTROL.get("/scenario")
@CONTROL.response(200, shapes.StepsOut)
def show_scenario() -> Json:
    """List the steps of the scenario and how those that are done ended."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        return {"steps": [shapes.step_json(step) for step in steps.all_steps(connection)]}


@CONTROL.post("/scenario")
@CONTROL.arguments(schemas.ScenarioIn)
@CONTROL.response(201, shapes.NumberOfStepsOut)
def add_scenario(wanted: Json) -> Json:
    """Add the steps of a scenario; times that begin with + count from now."""
    now = current_office().now()
    with current_office().ledger.writing() as connection:
        number = plan(connection, wanted, now=now)
    current_office().now()
    return {"steps": number}


@CONTROL.delete("/scenario")
@CONTROL.response(204)
def drop_scenario() -> Response:
    """Forget the scenario."""
    with current_office().ledger.writing() as connection:
        steps.drop_steps(connection)
    return done()


@CONTROL.get("/ledger")
@CONTROL.response(200, shapes.SummaryOut)
def summary() -> Json:
    """Count messages by state, references sent twice, and calls by outcome."""
    current_office().now()
    with current_office().ledger.reading() as connection:
        return shapes.summary_json(connection)


@CONTROL.get("/calls")
@CONTROL.response(200, shapes.CallsOut)
def list_calls() -> Json:
    """List the newest calls."""
    with current_office().ledger.reading() as connection:
        return {"calls": controls.newest_calls(connection, limit=CALLS_SHOWN, offset=0)}


@CONTROL.get("/root.pem")
@CONTROL.response(200, content_type="application/x-pem-file")
def root() -> Response:
    """Give the root certificate of the seals, the time stamps and the servers."""
    return Response(current_office().authority.root_pem, content_type="application/x-pem-file")

"""Pages of what surrounds the messages: faults, clock and scenario, the log of calls."""

import json
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import ValidationError

from services.isds_simulator.current import current_office
from services.isds_simulator.domain.fiction import PRAGUE
from services.isds_simulator.ledger import controls, steps
from services.isds_simulator.service.clock import read_clock
from services.isds_simulator.soap.dispatch import OPERATIONS
from services.isds_simulator.soap.faults import PARAMS, FaultKind
from services.isds_simulator.web.clock_setting import apply_clock
from services.isds_simulator.web.listing import PAGE_SIZE, Listing, asked_page, offset
from services.isds_simulator.web.pages import PAGES
from services.isds_simulator.web.schemas import ClockIn, FaultIn
from services.isds_simulator.web.words import FAULT_NAMES

SERVICES = ("dz", "dx", "df", "DsManage", "vodz", "arch")
JUMPS = {"hour": 3600, "day": 86_400, "eleven_days": 11 * 86_400, "ninety_days": 91 * 86_400}
SPEEDS = ("0", "1", "60", "3600", "86400")


@PAGES.get("/faults")
def fault_list(problem: str | None = None) -> str:
    """Show the faults that are set and a form for another one."""
    with current_office().ledger.reading() as connection:
        found = controls.all_faults(connection)
    return render_template(
        "simulator/faults.html",
        faults=found,
        names=FAULT_NAMES,
        kinds=list(FaultKind),
        params=PARAMS,
        operations=["*", *sorted(OPERATIONS), *SERVICES],
        problem=problem,
        form=request.form,
    )


@PAGES.post("/faults")
def add_fault() -> ResponseReturnValue:
    """Set a fault."""
    try:
        fault = FaultIn().load(_fault_form())
    except ValidationError as error:
        words = "; ".join(f"{name}: {' '.join(map(str, text))}" for name, text in _flat(error))
        return fault_list(gettext("Porucha není nastavená. %(words)s", words=words)), 422
    with current_office().ledger.writing() as connection:
        controls.add_fault(connection, fault)
    flash(gettext("Porucha %(kind)s je nastavená.", kind=fault.kind))
    return redirect(url_for("pages.fault_list"), 303)


def _flat(error: ValidationError) -> list[tuple[str, list[Any]]]:
    messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
    return [(name, text if isinstance(text, list) else [text]) for name, text in messages.items()]


def _fault_form() -> dict[str, Any]:
    """Return the form as the control interface would get it."""
    given = request.form
    known: dict[str, Any] = {"operation": given.get("operation"), "kind": given.get("kind")}
    for name in ("box_id", "times", "every"):
        if given.get(name, "").strip():
            known[name] = given[name].strip()
    lines = [line for line in given.get("params", "").splitlines() if line.strip()]
    known["params"] = dict(_param(line) for line in lines)
    return known


def _param(line: str) -> tuple[str, object]:
    """Read ``name=value``; numbers, true and false as JSON, everything else as a text."""
    name, _, text = line.partition("=")
    try:
        value = json.loads(text)
    except ValueError:
        value = text.strip()
    is_plain = isinstance(value, int | float | bool | str)
    # A code such as 0005 is a text, although it looks like a number.
    is_code = name.strip() == "code"
    return name.strip(), text.strip() if is_code or not is_plain else value


@PAGES.post("/faults/clearing")
def clear_faults() -> ResponseReturnValue:
    """Take back every fault."""
    with current_office().ledger.writing() as connection:
        controls.drop_faults(connection)
    flash(gettext("Všechny poruchy jsou vypnuté."))
    return redirect(url_for("pages.fault_list"), 303)


@PAGES.post("/faults/<int:fault_id>/clearing")
def clear_fault(fault_id: int) -> ResponseReturnValue:
    """Take back one fault."""
    with current_office().ledger.writing() as connection:
        controls.drop_faults(connection, fault_id)
    flash(gettext("Porucha je vypnutá."))
    return redirect(url_for("pages.fault_list"), 303)


@PAGES.app_template_filter("param")
def written_param(value: object) -> str:
    """Return the default of a parameter as a person would write it in the form."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


@PAGES.get("/clock")
def clock_page(problem: str | None = None) -> str:
    """Show the clock, and the steps of the scenario that wait for it."""
    now = current_office().now()
    with current_office().ledger.reading() as connection:
        planned = steps.all_steps(connection)
    return render_template(
        "simulator/clock.html",
        steps=planned,
        local=f"{now.astimezone(PRAGUE):%Y-%m-%dT%H:%M:%S}",
        speeds=SPEEDS,
        problem=problem,
    )


@PAGES.post("/clock")
def set_clock() -> ResponseReturnValue:
    """Set the clock; what is due by then happens."""
    try:
        wanted = ClockIn().load(_clock_form())
        with current_office().ledger.writing() as connection:
            apply_clock(connection, wanted)
    except ValidationError:
        return clock_page(gettext("Hodiny jdou od 1. 1. 2010 do 31. 12. 2049.")), 422
    current_office().now()
    flash(gettext("Hodiny jsou nastavené."))
    return redirect(url_for("pages.clock_page"), 303)


def _clock_form() -> dict[str, Any]:
    given = request.form
    if given.get("jump") in JUMPS:
        return {"advance_seconds": JUMPS[given["jump"]]}
    if given.get("speed") in SPEEDS:
        return {"speed": float(given["speed"])}
    if given.get("reset"):
        return {"reset": True}
    return {"now": _local_instant(given.get("now", ""))}


def _local_instant(text: str) -> str:
    """Return a local time of the form with its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValidationError("No time.") from None
    return moment.replace(tzinfo=PRAGUE).isoformat()


@PAGES.get("/calls")
def call_list() -> str:
    """Show the log of calls, newest first."""
    page = asked_page()
    with current_office().ledger.reading() as connection:
        rows = controls.newest_calls(connection, limit=PAGE_SIZE, offset=offset(page))
        listing = Listing(rows, controls.count_logged(connection), page, "")
        counts = controls.count_calls(connection)
        shown_at = read_clock(connection).now
    return render_template(
        "simulator/calls.html", listing=listing, counts=counts, shown_at=shown_at
    )

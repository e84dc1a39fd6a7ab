"""From an HTTP request to an answer: signing in, faults, the operation, the record of the call."""

import time
from dataclasses import dataclass, field
from datetime import datetime

from services.isds_simulator.domain.fiction import PRAGUE
from services.isds_simulator.domain.refusals import NO_RIGHT, UNKNOWN_OPERATION, Refused
from services.isds_simulator.ledger import controls
from services.isds_simulator.ledger.rows import Account
from services.isds_simulator.service.office import Office
from services.isds_simulator.soap import accounts, boxes, lists, proofs, sending
from services.isds_simulator.soap.answers import (
    DONE,
    MAINTENANCE,
    soap_answer,
    soap_fault,
    unauthorized_page,
)
from services.isds_simulator.soap.faults import FaultKind, Switches, number, switches_for
from services.isds_simulator.soap.operation import Answer, Call, Operation
from services.isds_simulator.soap.reading import MalformedRequest, Request, parse_request
from services.isds_simulator.soap.signing_in import sign_in

XML = "text/xml; charset=utf-8"
HTML = "text/html; charset=utf-8"
OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for module in (sending, lists, proofs, boxes, accounts)
    for operation in module.OPERATIONS
}
DB_SERVICES = frozenset({"df", "DsManage"})
HUGE_BYTES = 1_000_000_000
REALM = {"WWW-Authenticate": 'Basic realm="ISDS"'}


@dataclass(frozen=True)
class Reply:
    """What goes back over HTTP, and how."""

    body: bytes
    status: int = 200
    content_type: str = XML
    headers: dict[str, str] = field(default_factory=dict)
    outcome: str = DONE
    """What the record of calls says."""
    drop_after: int | None = None
    """Cut the connection after so many bytes of the body; ``None`` sends it whole."""
    padded_to: int | None = None
    """Go on with spaces up to so many bytes."""


@dataclass(frozen=True)
class Credentials:
    """What the Authorization header says."""

    username: str | None
    password: str | None


def answer(office: Office, service: str, credentials: Credentials, body: bytes) -> Reply:
    """Answer one SOAP request.

    Args:
        office: The simulator.
        service: Last part of the path: ``dz``, ``dx``, ``df``, ``DsManage``.
        credentials: Name and password.
        body: The request.

    Returns:
        The reply with everything that a fault switch does to it.
    """
    now = office.now()
    who = sign_in(office, credentials.username, credentials.password, now=now)
    if who.account is None:
        reply = _unauthorized(who.blocked_until)
        _record(office, now, "sign-in", None, reply)
        return reply
    try:
        request = parse_request(body)
    except MalformedRequest as error:
        reply = Reply(soap_fault("Client", str(error)), 500, outcome="malformed")
        _record(office, now, "?", who.account.box_id, reply)
        return reply
    switches = switches_for(office, request.operation, who.account.box_id)
    kept_from_work = _faulty_before(switches, office, now)
    if kept_from_work is None:
        performed = _performed(office, service, request, who.account, switches, now)
        reply = _faulty_after(performed, switches)
    else:
        reply = kept_from_work
    _record(office, now, request.operation, who.account.box_id, reply)
    return reply


def _unauthorized(blocked_until: datetime | None) -> Reply:
    until = None if blocked_until is None else f"{blocked_until.astimezone(PRAGUE):%H:%M:%S}"
    return Reply(unauthorized_page(until).encode(), 401, HTML, REALM, outcome="401")


def _faulty_before(switches: Switches, office: Office, now: datetime) -> Reply | None:
    """Return the reply of a fault that keeps the work from being done."""
    delay = switches.find(FaultKind.DELAY, when="before")
    if delay is not None:
        time.sleep(number(delay, "seconds", 0))
    if switches.has(FaultKind.BLOCKED):
        return _unauthorized(now + office.settings.login_block)
    if switches.find(FaultKind.DROP, when="before") is not None:
        return Reply(b"", outcome="dropped before", drop_after=0)
    return _http_fault(switches, "before")


def _http_fault(switches: Switches, when: str) -> Reply | None:
    fault = switches.find(FaultKind.HTTP, when=when)
    if fault is None:
        return None
    status = int(number(fault, "status", 503))
    outcome = f"{status} {when}"
    style = fault.params.get("body", "fault")
    if style == "fault":
        return Reply(soap_fault("Server", MAINTENANCE), status, outcome=outcome)
    page = f"<html><body><h1>{status}</h1></body></html>" if style == "html" else ""
    return Reply(page.encode(), status, HTML, outcome=outcome)


def _performed(
    office: Office,
    service: str,
    request: Request,
    account: Account,
    switches: Switches,
    now: datetime,
) -> Reply:
    """Do the work, or say with a status why not."""
    operation = OPERATIONS.get(request.operation)
    if operation is None or service not in operation.services:
        family = "db" if service in DB_SERVICES else "dm"
        name = request.operation.lstrip("?")
        refused = Answer(code=UNKNOWN_OPERATION, detail=name)
        return _written(request, name, refused, family)
    call = Call(office, account, now, request.fields, switches)
    try:
        result = _result(operation, call)
    except Refused as refusal:
        result = Answer(code=refusal.code, detail=refusal.detail)
    return _written(request, operation.name, result, operation.family)


def _result(operation: Operation, call: Call) -> Answer:
    status = call.switches.find(FaultKind.STATUS)
    if status is not None:
        raise Refused(str(status.params.get("code", "3008")), f"DS {call.box_id}")
    if operation.right and not call.account.may(operation.right):
        raise Refused(NO_RIGHT)
    return operation.perform(call)


def _written(request: Request, name: str, result: Answer, family: str) -> Reply:
    body = soap_answer(name, result.written(family), request.soap)
    return Reply(body, outcome=result.code)


def _faulty_after(reply: Reply, switches: Switches) -> Reply:
    """Spoil a reply although the work is done; this is how duplicates are born."""
    delay = switches.find(FaultKind.DELAY, when="after")
    if delay is not None:
        time.sleep(number(delay, "seconds", 0))
    drop = switches.find(FaultKind.DROP, when="after")
    if drop is not None:
        after = int(number(drop, "after_bytes", 0))
        return Reply(reply.body, outcome="dropped after", drop_after=after)
    broken = _http_fault(switches, "after")
    if broken is not None:
        return broken
    if switches.has(FaultKind.TRUNCATED):
        return Reply(reply.body[: len(reply.body) // 2], outcome="truncated")
    if switches.has(FaultKind.GARBLED):
        return Reply(b"<html><p>\xff\xfe not XML", outcome="garbled")
    huge = switches.find(FaultKind.HUGE)
    if huge is not None:
        length = int(number(huge, "bytes", HUGE_BYTES))
        return Reply(reply.body, outcome="huge", padded_to=length)
    return reply


def _record(
    office: Office, now: datetime, operation: str, box_id: str | None, reply: Reply
) -> None:
    if not office.settings.record_calls:
        return
    with office.ledger.writing() as connection:
        controls.record_call(
            connection, at=now, operation=operation, box_id=box_id, outcome=reply.outcome
        )

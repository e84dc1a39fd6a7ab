"""From an HTTP request to an answer: signing in, faults, the operation, the record of the call."""

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime

from services.isds_simulator.domain.refusals import NO_RIGHT, UNKNOWN_OPERATION, Refused
from services.isds_simulator.ledger import controls
from services.isds_simulator.ledger.rows import Account, CallRow
from services.isds_simulator.service.office import Office
from services.isds_simulator.service.xml_writing import element
from services.isds_simulator.soap import (
    accounts,
    archiving,
    big,
    boxes,
    directory,
    lists,
    money,
    passwords,
    proofs,
    receiving,
    sending,
)
from services.isds_simulator.soap.answers import soap_answer, soap_fault
from services.isds_simulator.soap.faults import FaultKind, switches_for, text
from services.isds_simulator.soap.hosts import Host, is_answered_at
from services.isds_simulator.soap.operation import Answer, Call, Operation
from services.isds_simulator.soap.reading import (
    SOAP_12,
    MalformedRequest,
    Request,
    parse_request,
)
from services.isds_simulator.soap.reply import XML, Reply
from services.isds_simulator.soap.signing_in import Credentials, sign_in
from services.isds_simulator.soap.spoiling import (
    forbidden,
    instead_of_work,
    spoiled,
    unauthorized,
)
from services.isds_simulator.soap.xop import MalformedXop, Parts

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for module in (
        sending,
        big,
        receiving,
        lists,
        proofs,
        archiving,
        boxes,
        directory,
        money,
        accounts,
        passwords,
    )
    for operation in module.OPERATIONS
}
DB_SERVICES = frozenset({"df", "DsManage"})
MALFORMED_XOP = 599


@dataclass(frozen=True)
class Incoming:
    """One HTTP request to a SOAP path."""

    service: str
    """Last part of the path: ``dz``, ``dx``, ``df``, ``DsManage``, ``vodz``, ``arch``."""
    body: bytes
    credentials: Credentials = field(default_factory=Credentials)
    host: Host = Host.ANY
    content_type: str = XML
    accept: str = ""


def answer(office: Office, incoming: Incoming) -> Reply:
    """Answer one SOAP request.

    Args:
        office: The simulator.
        incoming: The request.

    Returns:
        The reply with everything that a fault switch does to it.
    """
    begun = time.monotonic()
    now = office.now()
    who = sign_in(office, incoming.credentials, now=now)
    if who.account is None:
        status = office.settings.forbidden_status
        reply = forbidden(status) if who.is_forbidden else unauthorized(who.blocked_until)
        _record(office, CallRow(now, "sign-in", None, reply.outcome, _ms_since(begun)))
        return _dated(reply, now)
    operation, reply = _answer_to(office, incoming, who.account, now)
    row = CallRow(now, operation, who.account.box_id, reply.outcome, _ms_since(begun))
    _record(office, row)
    return _dated(reply, now)


def _dated(reply: Reply, now: datetime) -> Reply:
    """Return the reply with the simulator's own time as its Date, if it has none yet."""
    return replace(reply, headers={"Date": format_datetime(now, usegmt=True), **reply.headers})


def _ms_since(begun: float) -> int:
    return round((time.monotonic() - begun) * 1000)


def _answer_to(
    office: Office, incoming: Incoming, account: Account, now: datetime
) -> tuple[str, Reply]:
    """Return the name of the operation and the reply to somebody who has signed in."""
    try:
        request = parse_request(incoming.body, incoming.content_type)
    except MalformedRequest as error:
        return "?", Reply(soap_fault("Client", str(error)), 500, outcome="malformed")
    except MalformedXop as error:
        return "?", _wrong_package(error)
    switches = switches_for(office, request.operation, account.box_id)
    kept_from_work = instead_of_work(switches, office, now)
    if kept_from_work is not None:
        return request.operation, kept_from_work
    wants_xop = request.soap == SOAP_12 and "multipart/related" in incoming.accept
    call = Call(office, account, now, request.fields, switches, Parts(wants_xop))
    try:
        performed = _performed(incoming, request, call)
    except MalformedXop as error:
        performed = _wrong_package(error)
    return request.operation, spoiled(performed, switches, now)


def _wrong_package(error: MalformedXop) -> Reply:
    return Reply(soap_fault("Client", str(error)), MALFORMED_XOP, outcome="malformed XOP")


def _performed(incoming: Incoming, request: Request, call: Call) -> Reply:
    """Do the work, or say with a status why not."""
    operation = OPERATIONS.get(request.operation)
    is_here = operation is not None and incoming.service in operation.services
    if operation is None or not is_here or not is_answered_at(incoming.host, incoming.service):
        family = "db" if incoming.service in DB_SERVICES else "dm"
        name = request.operation.lstrip("?")
        refused = Answer(code=UNKNOWN_OPERATION, detail=name)
        return _written(call, request, (name, family), refused)
    try:
        result = _result(operation, call)
    except Refused as refusal:
        code = call.office.settings.codes.get(refusal.code, refusal.code)
        empty = "".join(element(f"q:{name}", None) for name in operation.nil_when_refused)
        result = Answer(empty, code, refusal.detail)
    return _written(call, request, (operation.name, operation.family), result)


def _result(operation: Operation, call: Call) -> Answer:
    before = call.switches.find(FaultKind.STATUS, when="before")
    if before is not None:
        raise Refused(text(before, "code"), f"DS {call.box_id}")
    if operation.right and not call.account.may(operation.right):
        raise Refused(NO_RIGHT)
    with _watch(operation, call):
        result = operation.perform(call)
    after = call.switches.find(FaultKind.STATUS, when="after")
    return result if after is None else Answer(code=text(after, "code"))


def _watch(operation: Operation, call: Call) -> AbstractContextManager[None]:
    if not operation.is_watched:
        return nullcontext()
    most = call.office.settings.parallel_limit
    throttle_ms = call.box().throttle_ms
    return call.office.load.watched(call.box_id, most=most, throttle_ms=throttle_ms)


def _written(call: Call, request: Request, named: tuple[str, str], result: Answer) -> Reply:
    name, family = named
    code = result.code
    body = soap_answer(name, result.written(family), request.soap, family)
    if call.parts.contents:
        body, content_type = call.parts.packed(body)
        return Reply(body, content_type=content_type, outcome=code)
    is_soap_12 = request.soap == SOAP_12
    content_type = call.office.settings.soap_12_content_type if is_soap_12 else XML
    return Reply(body, content_type=content_type, outcome=code)


def _record(office: Office, row: CallRow) -> None:
    if not office.settings.record_calls:
        return
    with office.ledger.writing() as connection:
        controls.record_call(connection, row, most=office.settings.most_calls)

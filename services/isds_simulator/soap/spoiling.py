"""What fault switches do to a call: before the work, instead of it, or to its answer."""

import re
import time
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from services.isds_simulator.domain.fiction import PRAGUE
from services.isds_simulator.service.office import Office
from services.isds_simulator.soap.answers import (
    MAINTENANCE,
    forbidden_page,
    soap_fault,
    unauthorized_page,
)
from services.isds_simulator.soap.faults import (
    FaultKind,
    Switches,
    flag,
    instant,
    number,
    text,
)
from services.isds_simulator.soap.reply import HTML, Drip, Reply

REALM = {"WWW-Authenticate": 'Basic realm="ISDS"'}
FRIDAY = 4
INSTANTS = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d")
BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">'
    b'<!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;"><!ENTITY x "&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;">]>'
)
FILE = b'<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


def unauthorized(blocked_until: datetime | None = None) -> Reply:
    """Return 401 with its page."""
    until = None if blocked_until is None else f"{blocked_until.astimezone(PRAGUE):%H:%M:%S}"
    return Reply(unauthorized_page(until).encode(), 401, HTML, REALM, outcome="401")


def forbidden(status: int) -> Reply:
    """Return the answer to a missing or unknown certificate."""
    return Reply(forbidden_page(status).encode(), status, HTML, outcome=str(status))


def instead_of_work(switches: Switches, office: Office, now: datetime) -> Reply | None:
    """Return the reply of a fault that keeps the work from being done, if there is one."""
    delay = switches.find(FaultKind.DELAY, when="before")
    if delay is not None:
        time.sleep(number(delay, "seconds"))
    if _is_outage(switches, now):
        return Reply(soap_fault("Server", MAINTENANCE), 503, outcome="outage")
    if switches.has(FaultKind.BLOCKED):
        return unauthorized(now + office.settings.login_block)
    if switches.has(FaultKind.FORBIDDEN):
        return forbidden(office.settings.forbidden_status)
    drop = switches.find(FaultKind.DROP, when="before")
    if drop is not None:
        resets = flag(drop, "reset")
        return Reply(b"", outcome="dropped before", drop_after=0, resets=resets)
    redirect = switches.find(FaultKind.REDIRECT)
    if redirect is not None:
        return Reply(b"", 302, HTML, {"Location": text(redirect, "location")}, outcome="302")
    return _http_fault(switches, "before")


def _is_outage(switches: Switches, now: datetime) -> bool:
    """Tell whether the simulator's time lies in the window of an outage."""
    fault = switches.find(FaultKind.OUTAGE)
    if fault is None:
        return False
    local = now.astimezone(PRAGUE)
    if flag(fault, "weekly"):
        return local.weekday() == FRIDAY and local.hour == 0
    since, until = instant(fault, "since"), instant(fault, "until")
    return (since is None or now >= since) and (until is None or now < until)


def _http_fault(switches: Switches, when: str) -> Reply | None:
    fault = switches.find(FaultKind.HTTP, when=when)
    if fault is None:
        return None
    status = int(number(fault, "status"))
    outcome = f"{status} {when}"
    style = text(fault, "body")
    if style == "fault":
        return Reply(soap_fault("Server", MAINTENANCE), status, outcome=outcome)
    page = f"<html><body><h1>{status}</h1></body></html>" if style == "html" else ""
    return Reply(page.encode(), status, HTML, outcome=outcome)


def spoiled(reply: Reply, switches: Switches, now: datetime) -> Reply:
    """Spoil a reply although the work is done; this is how duplicates are born."""
    delay = switches.find(FaultKind.DELAY, when="after")
    if delay is not None:
        time.sleep(number(delay, "seconds"))
    drop = switches.find(FaultKind.DROP, when="after")
    if drop is not None:
        after = int(number(drop, "after_bytes"))
        return replace(reply, outcome="dropped after", drop_after=after, resets=flag(drop, "reset"))
    broken = _http_fault(switches, "after")
    if broken is not None:
        return broken
    return _slowed(_rewritten(_shifted(reply, switches, now), switches), switches)


def _shifted(reply: Reply, switches: Switches, now: datetime) -> Reply:
    """Move every time in the answer, as a system with a wrong clock would write them."""
    fault = switches.find(FaultKind.SKEW)
    if fault is None:
        return reply
    shift = timedelta(seconds=number(fault, "seconds"))

    def moved(found: re.Match[bytes]) -> bytes:
        moment = datetime.fromisoformat(found[0].decode()) + shift
        return moment.isoformat(timespec="milliseconds").encode()

    body = INSTANTS.sub(moved, reply.body)
    headers = {**reply.headers, "Date": format_datetime(now + shift, usegmt=True)}
    return replace(reply, body=body, headers=headers, outcome="skew")


def _rewritten(reply: Reply, switches: Switches) -> Reply:
    cut = switches.find(FaultKind.TRUNCATED)
    if cut is not None:
        length = int(number(cut, "bytes")) if "bytes" in cut.params else len(reply.body) // 2
        return replace(reply, body=reply.body[:length], outcome="truncated")
    garbled = switches.find(FaultKind.GARBLED)
    if garbled is not None:
        kind = text(garbled, "content_type")
        return Reply(b"<html><p>\xff\xfe not XML", content_type=kind, outcome="garbled")
    doctype = switches.find(FaultKind.DOCTYPE)
    if doctype is not None:
        return _with_doctype(reply, BOMB if text(doctype, "entity") == "bomb" else FILE)
    return reply


def _with_doctype(reply: Reply, doctype: bytes) -> Reply:
    """Put a document type before the root and let the status text name its entity."""
    start = reply.body.index(b"?>") + 2
    marked = doctype + reply.body[start:].replace(b"StatusMessage>", b"StatusMessage>&x;", 1)
    return replace(reply, body=reply.body[:start] + marked, outcome="doctype")


def _slowed(reply: Reply, switches: Switches) -> Reply:
    huge = switches.find(FaultKind.HUGE)
    if huge is not None:
        length = int(number(huge, "bytes"))
        return replace(reply, outcome="huge", padded_to=length, is_zipped=flag(huge, "gzip"))
    slow = switches.find(FaultKind.SLOW)
    if slow is not None:
        drip = Drip(max(1, int(number(slow, "bytes"))), number(slow, "seconds"))
        return replace(reply, outcome="slow", drip=drip)
    return reply

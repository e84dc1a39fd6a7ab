"""Lists of messages and of changes of their states."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from services.isds_simulator.domain.refusals import (
    DATE_TOO_OLD,
    INTERVAL_TOO_LONG,
    INVALID_MESSAGE,
    Refused,
)
from services.isds_simulator.domain.states import (
    ALL_STATES,
    LISTED_FOR_RECIPIENT,
    MOST_DAYS_OF_CHANGES,
    Event,
    State,
    as_sender_sees,
    filter_admits,
)
from services.isds_simulator.ledger import messages
from services.isds_simulator.ledger.rows import Message
from services.isds_simulator.service.documents import envelope_elements
from services.isds_simulator.service.progress import log_recipient_in
from services.isds_simulator.service.xml_writing import element, wrapped
from services.isds_simulator.soap.faults import FaultKind
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right

DEFAULT_LIMIT = 1000
MOST_LISTED = 1_000_000
UNFINISHED = frozenset({State.SUBMITTED, State.STAMPED})
LISTED_FOR_SENDER = frozenset(State) - UNFINISHED - {State.ERASED}
ENTRUSTED_TYPES = frozenset({"ENTRUSTED_USER", "ADMINISTRATOR", "OFFICIAL"})
LONGEST_INTERVAL = timedelta(days=MOST_DAYS_OF_CHANGES)

Seen = Callable[[State], State]


def list_sent(call: Call) -> Answer:
    """List the messages that the caller's box has sent, newest first."""
    listed = LISTED_FOR_SENDER
    if call.office.settings.list_shows_unfinished:
        listed = listed | UNFINISHED
    query = _query(call, listed, as_sender_sees)
    with call.office.ledger.reading() as connection:
        found = messages.sent_messages(connection, call.box_id, query)
    return _answer(call, found, query, as_sender_sees)


def _login_event(call: Call) -> Event:
    """Return the event that a sign-in of the caller causes."""
    if call.account.is_application:
        return Event.LOGIN_APPLICATION
    is_entrusted = call.account.user_type in ENTRUSTED_TYPES
    return Event.LOGIN_ENTRUSTED if is_entrusted else Event.LOGIN_PRIMARY


def list_received(call: Call) -> Answer:
    """List the messages in the caller's box. This is what delivers them, as a login does."""
    query = _query(call, LISTED_FOR_RECIPIENT, _as_it_is)
    with call.office.ledger.writing() as connection:
        log_recipient_in(
            connection,
            call.box_id,
            kind=_login_event(call),
            at=call.now,
            reads_all=call.account.may(Right.READ_ALL),
            reads_some=call.account.may(Right.READ_NON_PERSONAL),
        )
        found = messages.received_messages(connection, call.box_id, query)
    return _answer(call, found, query, _as_it_is)


def _as_it_is(state: State) -> State:
    return state


def _query(call: Call, listed: frozenset[State], seen: Seen) -> messages.ListQuery:
    """Return what the request asks for, within what may be listed at all."""
    asked = call.fields.integer("dmStatusFilter")
    status_filter = ALL_STATES if asked is None else asked
    offset = call.fields.integer("dmOffset") or 1
    limit = call.fields.integer("dmLimit") or DEFAULT_LIMIT
    if offset < 1 or not 1 <= limit <= MOST_LISTED:
        raise Refused(INVALID_MESSAGE)
    return messages.ListQuery(
        states=frozenset(state for state in listed if filter_admits(status_filter, seen(state))),
        since=call.fields.instant("dmFromTime"),
        until=call.fields.instant("dmToTime"),
        submitted_until=call.now - call.switches.seconds(FaultKind.LIST_LAG),
        offset=offset - 1,
        limit=limit,
    )


def _answer(call: Call, found: Iterable[Message], query: messages.ListQuery, seen: Seen) -> Answer:
    times = 2 if call.switches.has(FaultKind.DUPLICATE_ROWS) else 1
    records = "".join(
        _record(ordinal, message, seen(message.state)) * times
        for ordinal, message in enumerate(found, start=query.offset + 1)
    )
    return Answer(wrapped("q:dmRecords", records))


def _record(ordinal: int, message: Message, state: State) -> str:
    inner = element("q:dmOrdinal", ordinal)
    inner += envelope_elements(message.id, message.envelope, message.sender_id, "q")
    inner += element("q:dmMessageStatus", int(state))
    inner += element("q:dmAttachmentSize", message.attachment_kb)
    inner += element("q:dmDeliveryTime", message.delivered_at)
    inner += element("q:dmAcceptanceTime", message.accepted_at)
    return wrapped("q:dmRecord", inner, {"dmType": message.kind, "dmVODZ": message.is_big})


def list_changes(call: Call) -> Answer:
    """List changes of states of the messages that the caller's box has sent."""
    since, until = _interval(call)
    with call.office.ledger.reading() as connection:
        changes = messages.changes_for(connection, call.box_id, since=since, until=until)
    newest = call.now - call.switches.seconds(FaultKind.LIST_LAG)
    records = "".join(
        wrapped(
            "q:dmRecord",
            element("q:dmID", change.message_id)
            + element("q:dmEventTime", change.at)
            + element("q:dmMessageStatus", int(change.state)),
        )
        for change in changes
        if change.at <= newest
    )
    return Answer(wrapped("q:dmRecords", records))


def _interval(call: Call) -> tuple[datetime, datetime]:
    """Return the interval asked for; both ends may be left out."""
    until = call.fields.instant("dmToTime") or call.now
    since = call.fields.instant("dmFromTime") or call.now - LONGEST_INTERVAL
    if until - since > LONGEST_INTERVAL:
        raise Refused(INTERVAL_TOO_LONG)
    if call.now - since > LONGEST_INTERVAL:
        raise Refused(DATE_TOO_OLD)
    return since, until


DX = frozenset({"dx"})
OPERATIONS = (
    Operation("GetListOfSentMessages", DX, Right.VIEW_INFO, list_sent, is_watched=True),
    Operation("GetListOfReceivedMessages", DX, Right.VIEW_INFO, list_received, is_watched=True),
    Operation("GetMessageStateChanges", DX, Right.VIEW_INFO, list_changes),
)

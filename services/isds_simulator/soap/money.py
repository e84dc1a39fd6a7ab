"""Paid messages: who pays, whether one may be sent, the credit, the constants."""

from datetime import timedelta

from services.isds_simulator.domain import refusals
from services.isds_simulator.domain.postage import (
    CONTRACT,
    CREDIT,
    REPLY,
    SUBSIDISED,
    may_send_paid,
)
from services.isds_simulator.domain.refusals import Refused
from services.isds_simulator.ledger import boxes, messages
from services.isds_simulator.ledger.connection import EPOCH
from services.isds_simulator.ledger.rows import CreditChange
from services.isds_simulator.service.sending import prices_of
from services.isds_simulator.service.xml_writing import Value, element, wrapped
from services.isds_simulator.soap.boxes import asked_box
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right

CREDIT_TOPPED_UP = 1
CREDIT_SPENT_ON_MESSAGE = 3
ONE_DAY = timedelta(days=1)
CONSTANTS_SINCE = "2022-01-01"
CONSTANTS_UNTIL = "2049-12-31"
PDZ_TYPES = frozenset({"Normal", "Init", "VoDZ"})


def may_box_send_paid(call: Call) -> Answer:
    """Tell whether a box could send a paid message now."""
    box = asked_box(call, "dbId")
    kind = call.fields.text("PDZType") or "Normal"
    if kind not in PDZ_TYPES:
        raise Refused(refusals.SEARCH_BAD_PARAMETER, "PDZType")
    prices = prices_of(call.office.settings, is_big=kind == "VoDZ")
    price = prices.initiating if kind == "Init" else prices.message
    with call.office.ledger.reading() as connection:
        subsidies = boxes.subsidies_of(connection, box.id, now=call.now)
    result = may_send_paid(box.party, price=price, is_subsidised=bool(subsidies))
    return Answer(element("p:PDZsiResult", result))


def paid_rights(call: Call) -> Answer:
    """List the caller's ways to send paid messages, one record for each."""
    box = asked_box(call, "PDZSender")
    if box.id != call.box_id:
        raise Refused(refusals.NO_RIGHT)
    with call.office.ledger.reading() as connection:
        subsidies = boxes.subsidies_of(connection, box.id, now=call.now)
        questions = messages.questions_to(connection, box.id)
    records = [
        _right(REPLY, recipient=question.sender_id, payer=question.sender_id, count=1)
        + element("p:ODZIdent", question.envelope.fields.get("dmSenderRefNumber"))
        for question in questions
    ]
    records += [
        _right(
            SUBSIDISED,
            recipient=subsidy.recipient_id,
            payer=subsidy.payer_id,
            expires=subsidy.expires_at,
            count=subsidy.remaining,
        )
        + element("p:ODZIdent", None)
        for subsidy in subsidies
    ]
    if box.has_contract:
        records.append(_right(CONTRACT, payer=box.id) + element("p:ODZIdent", None))
    price = call.office.settings.paid_message_price
    if box.credit >= price:
        affordable = box.credit // price if price else None
        paid = _right(CREDIT, payer=box.id, count=affordable)
        records.append(paid + element("p:ODZIdent", None))
    written = "".join(wrapped("p:dbPDZRecord", record) for record in records)
    return Answer(wrapped("p:dbPDZRecords", written))


def _right(
    kind: str,
    *,
    payer: str,
    recipient: str | None = None,
    expires: Value = None,
    count: int | None = None,
) -> str:
    return (
        element("p:PDZType", kind)
        + element("p:PDZRecip", recipient)
        + element("p:PDZPayer", payer)
        + element("p:PDZExpire", expires)
        + element("p:PDZCnt", count)
    )


def credit_info(call: Call) -> Answer:
    """Tell the prepaid credit of the caller's box, in haléře, and its movements."""
    box = asked_box(call, "dbID")
    if box.id != call.box_id:
        raise Refused(refusals.NO_RIGHT)
    since = call.fields.day("ciFromDate") or EPOCH
    until = call.fields.day("ciTodate") or call.now
    with call.office.ledger.reading() as connection:
        changes = boxes.credit_changes(
            connection, box.id, since=since, until=min(until, call.now) + ONE_DAY
        )
    elements = element("p:currentCredit", box.credit) + element("p:notifEmail", None)
    elements += wrapped("p:ciRecords", "".join(_credit_record(change) for change in changes))
    return Answer(elements)


def _credit_record(change: CreditChange) -> str:
    is_message = change.message_id is not None
    inner = element("p:ciEventTime", change.at)
    inner += element("p:ciEventType", CREDIT_SPENT_ON_MESSAGE if is_message else CREDIT_TOPPED_UP)
    inner += element("p:ciCreditChange", change.amount)
    inner += element("p:ciCreditAfter", change.credit_after)
    if is_message:
        inner += element("p:ciRecipientID", change.recipient_id)
        inner += element("p:ciPDZID", change.message_id)
    else:
        inner += element("p:ciTransID", f"T{change.at:%Y%m%d%H%M%S}")
    return wrapped("p:ciRecord", inner)


def constants(call: Call) -> Answer:
    """Tell prices and limits under names that are settings, because the real ones are not known."""
    records = "".join(
        wrapped(
            "p:constRecord",
            element("p:cName", name)
            + element("p:cValue", value)
            + element("p:cFrom", CONSTANTS_SINCE)
            + element("p:cTo", CONSTANTS_UNTIL),
        )
        for name, value in call.office.settings.constants.items()
    )
    return Answer(wrapped("p:constRecords", records))


DF = frozenset({"df"})
OPERATIONS = (
    Operation("PDZSendInfo", DF, Right.SEARCH_DB, may_box_send_paid, "db"),
    Operation("PDZInfo", DF, Right.SEARCH_DB, paid_rights, "db"),
    Operation("DataBoxCreditInfo", DF, Right.SEARCH_DB, credit_info, "db"),
    Operation("GetConstants", DF, Right.NONE, constants, "db"),
)

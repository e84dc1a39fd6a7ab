"""Questions about boxes: state, search, and whether a paid message may be sent."""

from collections.abc import Callable
from datetime import timedelta

from services.isds_simulator.domain import refusals
from services.isds_simulator.domain.box_id import is_box_id
from services.isds_simulator.domain.box_types import (
    TYPE_NUMBERS,
    is_in_scope,
    is_public_authority,
)
from services.isds_simulator.domain.matching import holds_every_word, plain
from services.isds_simulator.domain.postage import (
    accepts_paid_messages,
    may_send_paid,
    send_option,
)
from services.isds_simulator.domain.refusals import Refused
from services.isds_simulator.ledger import boxes
from services.isds_simulator.ledger.connection import EPOCH
from services.isds_simulator.ledger.rows import Box, CreditChange
from services.isds_simulator.service.xml_writing import element, wrapped
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.owners import owner_element
from services.isds_simulator.soap.reading import Fields

FOUND_NONE = "0002"
TRUNCATED = "0003"
UNREACHABLE = "0009"
MOST_FOUND = 100
SHORTEST_SEARCH = 2
DEFAULT_PAGE_SIZE = 50
LAST_PAGE = 99
IC_LENGTH = 8
SEARCH_TYPES = frozenset({"GENERAL", "ADDRESS", "ICO", "DBID", "IDOVM"})
SCOPES = frozenset(TYPE_NUMBERS) | {"ALL", "OVM_MAIN", "PO_BASE", "PFO_BASE"}
CREDIT_TOPPED_UP = 1
CREDIT_SPENT_ON_MESSAGE = 3
ONE_DAY = timedelta(days=1)


def check_box(call: Call) -> Answer:
    """Tell the state of a box."""
    box = _asked_box(call, "dbID")
    return Answer(element("q:dbState", box.state))


def _asked_box(call: Call, name: str) -> Box:
    box_id = (call.fields.text(name) or "").strip()
    if not is_box_id(box_id):
        raise Refused(refusals.BAD_BOX_ID)
    with call.office.ledger.reading() as connection:
        box = boxes.find_box(connection, box_id)
    if box is None:
        raise Refused(refusals.NO_SUCH_BOX)
    return box


def _caller(call: Call) -> Box:
    with call.office.ledger.reading() as connection:
        box = boxes.find_box(connection, call.box_id)
    if box is None:
        raise Refused(refusals.NO_SUCH_BOX)
    return box


def _all_boxes(call: Call) -> list[Box]:
    with call.office.ledger.reading() as connection:
        return boxes.all_boxes(connection)


def find_box(call: Call) -> Answer:
    """Find boxes by their holder; other senders than authorities get one box at most."""
    asked = call.fields.child("dbOwnerInfo")
    if asked is None:
        raise Refused(refusals.TOO_FEW_CRITERIA)
    caller = _caller(call)
    found = [box for box in _all_boxes(call) if _criteria(asked)(box)]
    if not found:
        return Answer(wrapped("q:dbResults", ""), FOUND_NONE)
    if not is_public_authority(caller.type):
        closed = [box for box in found if not is_public_authority(box.type)]
        if len(closed) > 1:
            raise Refused(refusals.AMBIGUOUS_CRITERIA)
        if closed and not accepts_paid_messages(closed[0].party):
            return Answer(wrapped("q:dbResults", ""), UNREACHABLE)
    owners = "".join(owner_element("q:dbOwnerInfo", box) for box in found[:MOST_FOUND])
    results = wrapped("q:dbResults", owners)
    return Answer(results, TRUNCATED) if len(found) > MOST_FOUND else Answer(results)


def _criteria(asked: Fields) -> Callable[[Box], bool]:
    """Return the test that a box must pass; an id alone decides if it is given."""
    box_id = asked.text("dbID")
    if box_id is not None:
        return lambda box: box.id == box_id.strip()
    wanted_type = asked.text("dbType")
    if wanted_type is None or wanted_type not in SCOPES - {"ALL"}:
        raise Refused(refusals.TOO_FEW_CRITERIA)
    wanted = {
        name: plain(value)
        for name in ("ic", "firmName", "pnLastName", "pnGivenNames", "adCity")
        if (value := asked.text(name))
    }
    if not wanted.keys() & {"ic", "firmName", "pnLastName"}:
        raise Refused(refusals.TOO_FEW_CRITERIA)
    return lambda box: (
        is_in_scope(box.type, wanted_type)
        and all(plain(_property(box, name)).startswith(value) for name, value in wanted.items())
    )


def _property(box: Box, name: str) -> str:
    return {
        "ic": box.ic,
        "firmName": box.name,
        "pnLastName": box.last_name,
        "pnGivenNames": box.given_names,
        "adCity": box.city,
    }[name] or ""


def search(call: Call) -> Answer:
    """Search boxes by a text; tells what the caller may send to each."""
    text = (call.fields.text("searchText") or "").strip()
    kind = call.fields.text("searchType") or "GENERAL"
    scope = call.fields.text("searchScope") or "ALL"
    _check_search(text, kind, scope)
    page, size = _page(call)
    caller = _caller(call)
    found = [
        box
        for box in _all_boxes(call)
        if is_in_scope(box.type, scope) and _is_match(box, text, kind)
    ]
    start = page * size
    if page and start >= len(found):
        raise Refused(refusals.SEARCH_PAGE_TOO_HIGH)
    shown = found[start : start + size]
    price = call.office.settings.paid_message_price
    results = "".join(_search_result(box, caller, price) for box in shown)
    elements = element("q:totalCount", len(found)) + element("q:currentCount", len(shown))
    elements += element("q:position", start)
    elements += element("q:lastPage", start + size >= len(found))
    elements += wrapped("q:dbResults", results)
    return Answer(elements) if found else Answer(elements, FOUND_NONE)


def _check_search(text: str, kind: str, scope: str) -> None:
    if not text:
        raise Refused(refusals.SEARCH_EMPTY)
    if len(text) < SHORTEST_SEARCH:
        raise Refused(refusals.SEARCH_TOO_SHORT)
    if kind not in SEARCH_TYPES or scope not in SCOPES:
        raise Refused(refusals.SEARCH_BAD_PARAMETER)
    if kind == "DBID" and not is_box_id(text):
        raise Refused(refusals.SEARCH_BAD_BOX_ID)
    if kind == "ICO" and not (text.isdecimal() and len(text) <= IC_LENGTH):
        raise Refused(refusals.SEARCH_BAD_IC)


def _page(call: Call) -> tuple[int, int]:
    page = call.fields.integer("page") or 0
    size = call.fields.integer("pageSize")
    size = DEFAULT_PAGE_SIZE if size is None else size
    if not 1 <= size <= MOST_FOUND:
        raise Refused(refusals.SEARCH_PAGE_SIZE)
    if not 0 <= page <= LAST_PAGE:
        raise Refused(refusals.SEARCH_PAGE_TOO_HIGH)
    return page, size


def _is_match(box: Box, text: str, kind: str) -> bool:
    if kind == "DBID":
        return box.id == text
    if kind == "ICO":
        return box.ic == text.zfill(IC_LENGTH)
    if kind == "IDOVM":
        return False
    if kind == "ADDRESS":
        return holds_every_word(box.address, text)
    return holds_every_word(f"{box.name} {box.address} {box.ic or ''} {box.id}", text)


def _search_result(box: Box, caller: Box, price: int) -> str:
    inner = element("q:dbID", box.id)
    inner += element("q:dbType", box.type)
    inner += element("q:dbName", box.name)
    inner += element("q:dbAddress", box.address)
    inner += element("q:dbBiDate", None)
    inner += element("q:dbICO", box.ic)
    inner += element("q:dbIdOVM", None)
    inner += element("q:dbSendOptions", send_option(caller.party, box.party, price=price))
    return wrapped("q:dbResult", inner)


def may_box_send_paid(call: Call) -> Answer:
    """Tell whether a box could send a paid message now."""
    box = _asked_box(call, "dbId")
    price = call.office.settings.paid_message_price
    is_double = call.fields.text("PDZType") == "Init"
    result = may_send_paid(box.party, price=2 * price if is_double else price)
    return Answer(element("q:PDZsiResult", result))


def credit_info(call: Call) -> Answer:
    """Tell the prepaid credit of the caller's box, in haléře, and its movements."""
    box = _asked_box(call, "dbID")
    if box.id != call.box_id:
        raise Refused(refusals.NO_RIGHT)
    since = call.fields.day("ciFromDate") or EPOCH
    until = call.fields.day("ciTodate") or call.now
    with call.office.ledger.reading() as connection:
        changes = boxes.credit_changes(
            connection, box.id, since=since, until=min(until, call.now) + ONE_DAY
        )
    elements = element("q:currentCredit", box.credit) + element("q:notifEmail", None)
    elements += wrapped("q:ciRecords", "".join(_credit_record(change) for change in changes))
    return Answer(elements)


def _credit_record(change: CreditChange) -> str:
    is_message = change.message_id is not None
    inner = element("q:ciEventTime", change.at)
    inner += element("q:ciEventType", CREDIT_SPENT_ON_MESSAGE if is_message else CREDIT_TOPPED_UP)
    inner += element("q:ciCreditChange", change.amount)
    inner += element("q:ciCreditAfter", change.credit_after)
    if is_message:
        inner += element("q:ciRecipientID", change.recipient_id)
        inner += element("q:ciPDZID", change.message_id)
    else:
        inner += element("q:ciTransID", f"T{change.at:%Y%m%d%H%M%S}")
    return wrapped("q:ciRecord", inner)


DF = frozenset({"df"})
OPERATIONS = (
    Operation("CheckDataBox", DF, Right.SEARCH_DB, check_box, "db"),
    Operation("FindDataBox2", DF, Right.SEARCH_DB, find_box, "db"),
    Operation("ISDSSearch3", DF, Right.SEARCH_DB, search, "db"),
    Operation("PDZSendInfo", DF, Right.SEARCH_DB, may_box_send_paid, "db"),
    Operation("DataBoxCreditInfo", DF, Right.SEARCH_DB, credit_info, "db"),
)

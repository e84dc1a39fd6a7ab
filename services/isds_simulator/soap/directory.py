"""Searching the directory."""

from collections.abc import Callable

from services.isds_simulator.domain import refusals
from services.isds_simulator.domain.box_id import is_box_id
from services.isds_simulator.domain.box_types import (
    TYPE_NUMBERS,
    is_public_authority,
    types_in_scope,
)
from services.isds_simulator.domain.matching import plain
from services.isds_simulator.domain.postage import accepts_paid_messages, send_option
from services.isds_simulator.domain.refusals import Refused
from services.isds_simulator.ledger import boxes
from services.isds_simulator.ledger.finding import (
    BoxQuery,
    count_boxes,
    find_boxes,
    words_query,
)
from services.isds_simulator.ledger.rows import Box
from services.isds_simulator.service.xml_writing import element, wrapped
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.owners import old_owner_element, owner_element
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
MARK_START = "|$*HL_START*$|"
MARK_END = "|$*HL_END*$|"

OwnerWriter = Callable[[str, Box], str]


def find_box(call: Call) -> Answer:
    """Find boxes by their holder; other senders than authorities get one box at most."""
    return _found(call, owner_element, "pnGivenNames")


def find_box_of_old(call: Call) -> Answer:
    """Do the same in the first version of the interface."""
    return _found(call, old_owner_element, "pnFirstName")


def _found(call: Call, write: OwnerWriter, given_names: str) -> Answer:
    asked = call.fields.child("dbOwnerInfo")
    if asked is None:
        raise Refused(refusals.TOO_FEW_CRITERIA)
    caller = call.box()
    query = _criteria(asked, given_names)
    with call.office.ledger.reading() as connection:
        found = [] if query is None else find_boxes(connection, query)
    if not found:
        return Answer(wrapped("p:dbResults", ""), FOUND_NONE)
    if not is_public_authority(caller.type):
        closed = [box for box in found if not is_public_authority(box.type)]
        if len(closed) > 1:
            raise Refused(refusals.AMBIGUOUS_CRITERIA)
        if closed and not accepts_paid_messages(closed[0].party):
            return Answer(wrapped("p:dbResults", ""), UNREACHABLE)
    owners = "".join(write("p:dbOwnerInfo", box) for box in found[:MOST_FOUND])
    results = wrapped("p:dbResults", owners)
    return Answer(results, TRUNCATED) if len(found) > MOST_FOUND else Answer(results)


def _criteria(asked: Fields, given_names: str) -> BoxQuery | None:
    """Return the query; an id alone decides if it is given. ``None`` finds nothing."""
    one_more = MOST_FOUND + 1
    box_id = asked.text("dbID")
    if box_id is not None:
        return BoxQuery(exact=(("id", box_id.strip()),), limit=one_more)
    if asked.text("dbIdOVM") is not None:
        return None
    # No holder here has a date of birth; one that is none is refused all the same.
    asked.day("biDate", refusals.BAD_DATE_SYNTAX)
    wanted_type = asked.text("dbType")
    if wanted_type is None or wanted_type not in SCOPES - {"ALL"}:
        raise Refused(refusals.TOO_FEW_CRITERIA)
    ic, name = asked.text("ic"), asked.text("firmName")
    last_name = asked.text("pnLastName")
    if not (ic or name or last_name):
        raise Refused(refusals.TOO_FEW_CRITERIA)
    words = [
        query
        for text, column in ((asked.text(given_names), "name"), (asked.text("adCity"), "address"))
        if text and (query := words_query(text, column))
    ]
    return BoxQuery(
        words=" AND ".join(words) or None,
        exact=(("ic", ic.strip()),) if ic else (),
        beginnings=tuple(
            (column, plain(text))
            for column, text in (("plain_name", name), ("plain_last_name", last_name))
            if text
        ),
        types=types_in_scope(wanted_type),
        limit=one_more,
    )


def search(call: Call) -> Answer:
    """Search boxes by a text; tells what the caller may send to each."""
    return _searched(call, "p:dbIdOVM", _no_ovm_id)


def search_of_old(call: Call) -> Answer:
    """Do the same in the second version of the operation."""
    return _searched(call, "p:dbEffectiveOVM", lambda box: is_public_authority(box.type))


def _no_ovm_id(_box: Box) -> None:
    """No box of the simulator has an id in the registry of authorities."""


def _searched(call: Call, last: str, value: Callable[[Box], bool | None]) -> Answer:
    text = (call.fields.text("searchText") or "").strip()
    kind = call.fields.text("searchType") or "GENERAL"
    scope = call.fields.text("searchScope") or "ALL"
    _check_search(text, kind, scope)
    page, size = _page(call)
    caller = call.box()
    start = page * size
    query = _search_query(text, kind, scope, start=start, size=size)
    with call.office.ledger.reading() as connection:
        total = 0 if query is None else count_boxes(connection, query)
        shown = [] if query is None else find_boxes(connection, query)
        is_subsidised = bool(boxes.subsidies_of(connection, caller.id, now=call.now))
    if page and start >= total:
        raise Refused(refusals.SEARCH_PAGE_TOO_HIGH)
    marked = text if call.fields.boolean("highlighting") else None
    price = call.office.settings.paid_message_price

    def written(box: Box) -> str:
        option = send_option(caller.party, box.party, price=price, is_subsidised=is_subsidised)
        return (
            _search_result(box, marked)
            + element(last, value(box))
            + element("p:dbSendOptions", option)
        )

    results = "".join(wrapped("p:dbResult", written(box)) for box in shown)
    elements = element("p:totalCount", total) + element("p:currentCount", len(shown))
    elements += element("p:position", start)
    elements += element("p:lastPage", start + size >= total)
    elements += wrapped("p:dbResults", results)
    return Answer(elements) if total else Answer(elements, FOUND_NONE)


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


def _search_query(text: str, kind: str, scope: str, *, start: int, size: int) -> BoxQuery | None:
    """Return the query of one page, ``None`` if it can find nothing."""
    types = types_in_scope(scope)
    if kind == "DBID":
        return BoxQuery(exact=(("id", text),), types=types, limit=size, offset=start)
    if kind == "ICO":
        ic = text.zfill(IC_LENGTH)
        return BoxQuery(exact=(("ic", ic),), types=types, limit=size, offset=start)
    words = words_query(text, "address" if kind == "ADDRESS" else None)
    if kind == "IDOVM" or words is None:
        return None
    return BoxQuery(words=words, types=types, limit=size, offset=start)


def _search_result(box: Box, marked: str | None) -> str:
    inner = element("p:dbID", box.id)
    inner += element("p:dbType", box.type)
    inner += element("p:dbName", _highlighted(box.name, marked))
    inner += element("p:dbAddress", _highlighted(box.address, marked))
    inner += element("p:dbBiDate", None)
    return inner + element("p:dbICO", box.ic)


def _highlighted(text: str, marked: str | None) -> str:
    """Put marks around the words that begin as the searched ones do."""
    if marked is None:
        return text
    starts = tuple(plain(marked).replace(",", " ").split())
    return " ".join(
        f"{MARK_START}{word}{MARK_END}" if plain(word).startswith(starts) else word
        for word in text.split(" ")
    )


DF = frozenset({"df"})
OPERATIONS = (
    Operation("FindDataBox", DF, Right.SEARCH_DB, find_box_of_old, "db"),
    Operation("FindDataBox2", DF, Right.SEARCH_DB, find_box, "db"),
    Operation("ISDSSearch2", DF, Right.SEARCH_DB, search_of_old, "db"),
    Operation("ISDSSearch3", DF, Right.SEARCH_DB, search, "db"),
)

"""Questions about one box: its state and its address."""

from services.isds_simulator.domain import refusals
from services.isds_simulator.domain.box_id import is_box_id
from services.isds_simulator.domain.refusals import Refused
from services.isds_simulator.ledger import boxes
from services.isds_simulator.ledger.rows import Box
from services.isds_simulator.service.xml_writing import element
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.owners import address_elements

END_OF_LINE = "~"
"""Between the lines of an address for an envelope."""


def asked_box(call: Call, name: str) -> Box:
    """Return the box that a request names.

    Raises:
        Refused: 1007, the id is malformed; 5001, there is no such box.
    """
    box_id = (call.fields.text(name) or "").strip()
    if not is_box_id(box_id):
        raise Refused(refusals.BAD_BOX_ID)
    with call.office.ledger.reading() as connection:
        box = boxes.find_box(connection, box_id)
    if box is None:
        raise Refused(refusals.NO_SUCH_BOX)
    return box


def check_box(call: Call) -> Answer:
    """Tell the state of a box."""
    return Answer(element("p:dbState", asked_box(call, "dbID").state))


def get_address(call: Call) -> Answer:
    """Tell the address of a box; natural persons' addresses are not for everybody."""
    box = asked_box(call, "dbID")
    is_shown = box.type != "FO" or box.id == call.box_id
    street = " ".join(part for part in (box.street, box.house) if part)
    place = " ".join(part for part in (box.zip_code, box.city) if part)
    elements = address_elements(box, is_shown=is_shown)
    elements += element("p:adRegistrationNumber", None)
    lines = [part for part in (street, place) if part and is_shown]
    elements += element("p:adFullAddress1", ", ".join(lines))
    elements += element("p:adFullAddress2", END_OF_LINE.join(lines))
    return Answer(elements)


DF = frozenset({"df"})
OPERATIONS = (
    Operation("CheckDataBox", DF, Right.SEARCH_DB, check_box, "db"),
    Operation("GetDataBoxAddress", DF, Right.SEARCH_DB, get_address, "db"),
)

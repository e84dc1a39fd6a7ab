"""The directory of data boxes: which one somebody has, and whether it can be written to."""

from lxml import etree

from services.documents.delivery.calls import Part, children_of, reading
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import (
    BoxesFound,
    BoxFacts,
    BoxFound,
    GatewayRefused,
    PaidRight,
    SeveralBoxes,
)
from services.documents.delivery.soap import (
    element,
    elements_of,
    instant_of,
    number_of,
    text_of,
    with_children,
)
from services.documents.domain.boxes import BadBoxId, check_box_id

OPEN = "1"
NOT_FOUND = frozenset({"0002", "5001"})
SEVERAL = "1109"
"""Several, of which ISDS shows none to a sender that is no authority."""
CANNOT_RECEIVE_PAID = "0009"
PAGE_SIZE = 50
LONGEST_NAME = 300
"""Characters of a holder's name that are kept; ISDS may tell thousands."""

BOX_TYPES = {
    "OVM": 10, "OVM_NOTAR": 11, "OVM_EXEKUT": 12, "OVM_REQ": 13, "OVM_FO": 14, "OVM_PFO": 15,
    "OVM_PO": 16, "PO": 20, "PO_ZAK": 21, "PO_REQ": 22, "PFO": 30, "PFO_ADVOK": 31,
    "PFO_DANPOR": 32, "PFO_INSSPR": 33, "PFO_AUDITOR": 34, "PFO_ZNALEC": 35,
    "PFO_TLUMOCNIK": 36, "PFO_ARCH": 37, "PFO_AIAT": 38, "PFO_AZI": 39, "FO": 40, "PFO_REQ": 50,
}  # fmt: skip

# Kinds to ask the directory for when only the IČO is known. One IČO can hold boxes of several
# kinds, which have different rules of delivery and prices, so all of them are asked for.
KINDS_WITH_IC = ("OVM", "PO", "PFO")

OWNER_FIELDS = (
    "dbID", "aifoIsds", "dbType", "ic", "pnGivenNames", "pnLastName", "firmName", "biDate",
    "biCity", "biCounty", "biState", "adCode", "adCity", "adDistrict", "adStreet",
    "adNumberInStreet", "adNumberInMunicipality", "adZipCode", "adState", "nationality",
    "dbIdOVM", "dbState", "dbOpenAddressing", "dbUpperID",
)  # fmt: skip


class Directory(Part):
    """Asks the directory. An identifier is checked before any call."""

    def find_box(self, *, box_id: str | None = None, ic: str | None = None) -> BoxFacts | None:
        """Return a box by its identifier or the holder's IČO; ``None`` when there is none.

        Of an IČO with boxes of several kinds the one that is open counts, a closed one only
        without it.

        Raises:
            SeveralBoxes: the IČO has several boxes of one kind, or open ones of several kinds, such
                as an executor's office and his business; nobody but a person can choose.
        """
        if box_id:
            return self._find({"dbID": box_id}) if _is_box_id(box_id) else None
        return self._find_by_ic(ic) if ic else None

    def _find_by_ic(self, ic: str) -> BoxFacts | None:
        found: dict[str, BoxFacts] = {}
        has_hidden = False
        for kind in KINDS_WITH_IC:
            try:
                box = self._find({"dbType": kind, "ic": ic})
            except SeveralBoxes as several:
                has_hidden = True
                found |= {one.box_id: one for one in several.shown}
            else:
                found |= {box.box_id: box} if box else {}
        is_open = [box for box in found.values() if box.is_open]
        if has_hidden or len(is_open) > 1:
            raise SeveralBoxes(is_open)
        return next(iter([*is_open, *found.values()]), None)

    def search(
        self, text: str, *, kind: str = "GENERAL", scope: str = "ALL", page: int = 0
    ) -> BoxesFound:
        """Search boxes by a text of at least two characters."""
        values = {
            "searchText": text,
            "searchType": kind,
            "searchScope": scope,
            "page": str(page),
            "pageSize": str(PAGE_SIZE),
            "highlighting": "false",
        }
        try:
            answer = self._caller.call(Operation.ISDS_SEARCH_3, children_of(values))
        except GatewayRefused as refused:
            if refused.code in NOT_FOUND:
                return BoxesFound((), 0)
            raise
        found = tuple(_found(item) for item in elements_of(answer.body, "dbResult"))
        total = reading(lambda: number_of(text_of(answer.body, "totalCount")))
        return BoxesFound(found, total)

    def can_receive(self, box_id: str) -> bool:
        """Tell whether the box exists and is open at this moment."""
        if not _is_box_id(box_id):
            return False
        try:
            answer = self._caller.call(Operation.CHECK_DATA_BOX, [element("dbID", box_id)])
        except GatewayRefused as refused:
            if refused.code in NOT_FOUND:
                return False
            raise
        return text_of(answer.body, "dbState") == OPEN

    def may_send_commercial(self, box_id: str) -> bool:
        """Tell whether the box could send a paid message now."""
        children = [element("dbId", box_id), element("PDZType", "Normal")]
        answer = self._caller.call(Operation.PDZ_SEND_INFO, children)
        return text_of(answer.body, "PDZsiResult") in ("true", "1")

    def paid_rights(self, box_id: str) -> list[PaidRight]:
        """Return the ways in which the box may send paid messages."""
        answer = self._caller.call(Operation.PDZ_INFO, [element("PDZSender", box_id)])
        return reading(lambda: [_right(one) for one in elements_of(answer.body, "dbPDZRecord")])

    def credit(self, box_id: str) -> int:
        """Return the prepaid credit in the unit of ISDS."""
        values = {"dbID": box_id, "ciFromDate": None, "ciTodate": None}
        answer = self._caller.call(Operation.DATA_BOX_CREDIT_INFO, children_of(values))
        return reading(lambda: number_of(text_of(answer.body, "currentCredit")))

    def _find(self, criteria: dict[str, str]) -> BoxFacts | None:
        owner = with_children("dbOwnerInfo", {name: criteria.get(name) for name in OWNER_FIELDS})
        try:
            answer = self._caller.call(Operation.FIND_DATA_BOX_2, [owner])
        except GatewayRefused as refused:
            if refused.code in NOT_FOUND:
                return None
            if refused.code == SEVERAL:
                raise SeveralBoxes() from refused
            raise
        owners = elements_of(answer.body, "dbOwnerInfo")
        if len(owners) > 1:
            raise SeveralBoxes([box_facts(one) for one in owners])
        is_reachable = answer.status.code != CANNOT_RECEIVE_PAID
        if owners:
            return box_facts(owners[0], is_reachable=is_reachable)
        return None if is_reachable else _untold(criteria)


def _untold(criteria: dict[str, str]) -> BoxFacts:
    """Describe a box of which ISDS tells only that it exists and takes nothing from us."""
    asked = {name: criteria.get(name, "") for name in ("dbID", "ic")}
    return BoxFacts(asked["dbID"], 0, "", is_open=False, ic=asked["ic"])


def _is_box_id(box_id: str) -> bool:
    try:
        check_box_id(box_id)
    except BadBoxId:
        return False
    return True


def box_facts(owner: etree._Element, *, is_reachable: bool = True) -> BoxFacts:
    """Read the description of a box's holder."""
    names = ("firmName", "pnGivenNames", "pnLastName")
    return BoxFacts(
        box_id=text_of(owner, "dbID"),
        type_number=BOX_TYPES.get(text_of(owner, "dbType"), 0),
        name=" ".join(filter(None, (text_of(owner, name) for name in names)))[:LONGEST_NAME],
        is_open=is_reachable and text_of(owner, "dbState") == OPEN,
        ic=text_of(owner, "ic"),
    )


def _found(item: etree._Element) -> BoxFound:
    return BoxFound(
        box_id=text_of(item, "dbID"),
        type_number=BOX_TYPES.get(text_of(item, "dbType"), 0),
        name=text_of(item, "dbName")[:LONGEST_NAME],
        address=text_of(item, "dbAddress"),
        ic=text_of(item, "dbICO"),
        send_options=text_of(item, "dbSendOptions"),
    )


def _right(item: etree._Element) -> PaidRight:
    left = text_of(item, "PDZCnt")
    return PaidRight(
        kind=text_of(item, "PDZType"),
        recipient_box=text_of(item, "PDZRecip"),
        expires_at=instant_of(text_of(item, "PDZExpire")),
        left=number_of(left) if left else None,
    )

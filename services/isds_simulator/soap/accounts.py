"""Questions about the box and the login of the caller."""

from services.isds_simulator.domain.refusals import NO_SUCH_BOX, Refused
from services.isds_simulator.ledger import boxes
from services.isds_simulator.service.xml_writing import Value, element, wrapped
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.owners import owner_element


def owner_info(call: Call) -> Answer:
    """Describe the caller's box."""
    with call.office.ledger.reading() as connection:
        box = boxes.find_box(connection, call.box_id)
    if box is None:
        raise Refused(NO_SUCH_BOX)
    return Answer(owner_element("q:dbOwnerInfo", box, with_person=True))


def user_info(call: Call) -> Answer:
    """Describe the caller's login."""
    account = call.account
    given_names, _, last_name = account.person.rpartition(" ")
    values: dict[str, Value] = {
        "aifoIsds": False,
        "pnGivenNames": given_names,
        "pnLastName": last_name,
        "adCode": None,
        "adCity": None,
        "adDistrict": None,
        "adStreet": None,
        "adNumberInStreet": None,
        "adNumberInMunicipality": None,
        "adZipCode": None,
        "adState": None,
        "biDate": None,
        "isdsID": account.username,
        "userType": account.user_type,
        "userPrivils": account.rights,
        "ic": None,
        "firmName": None,
        "caStreet": None,
        "caCity": None,
        "caZipCode": None,
        "caState": None,
    }
    inner = "".join(element(f"q:{name}", value) for name, value in values.items())
    return Answer(wrapped("q:dbUserInfo", inner))


def password_info(_call: Call) -> Answer:
    """Tell when the password ends; here it never does."""
    return Answer(element("q:pswExpDate", None))


MANAGE = frozenset({"DsManage"})
OPERATIONS = (
    Operation("GetOwnerInfoFromLogin2", MANAGE, Right.NONE, owner_info, "db"),
    Operation("GetUserInfoFromLogin2", MANAGE, Right.NONE, user_info, "db"),
    Operation("GetPasswordInfo", MANAGE, Right.NONE, password_info, "db"),
)

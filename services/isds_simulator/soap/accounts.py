"""Questions about the box and the login of the caller."""

from services.isds_simulator.domain.refusals import NO_USER_INFO, Refused
from services.isds_simulator.service.xml_writing import Value, element, wrapped
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.owners import (
    OLD_ADDRESS,
    old_owner_element,
    owner_element,
)

CONTACT: dict[str, Value] = {
    "ic": None,
    "firmName": None,
    "caStreet": None,
    "caCity": None,
    "caZipCode": None,
    "caState": None,
}
ADDRESS = ("adCode", "adCity", "adDistrict", *OLD_ADDRESS[1:])


def owner_info(call: Call) -> Answer:
    """Describe the caller's box."""
    return Answer(owner_element("p:dbOwnerInfo", call.box(), with_person=True))


def old_owner_info(call: Call) -> Answer:
    """Describe the caller's box in the first version of the interface."""
    return Answer(old_owner_element("p:dbOwnerInfo", call.box(), with_person=True))


def user_info(call: Call) -> Answer:
    """Describe the caller's login."""
    given_names, _, last_name = _person(call).rpartition(" ")
    values: dict[str, Value] = {
        "aifoIsds": False,
        "pnGivenNames": given_names,
        "pnLastName": last_name,
        **dict.fromkeys(ADDRESS),
        "biDate": None,
        "isdsID": call.account.username,
        "userType": call.account.user_type,
        "userPrivils": call.account.rights,
        **CONTACT,
    }
    return Answer(_user_element(values))


def old_user_info(call: Call) -> Answer:
    """Describe the caller's login in the first version of the interface."""
    given_names, _, last_name = _person(call).rpartition(" ")
    first_name, _, middle_name = given_names.partition(" ")
    values: dict[str, Value] = {
        "pnFirstName": first_name,
        "pnMiddleName": middle_name,
        "pnLastName": last_name,
        "pnLastNameAtBirth": None,
        **dict.fromkeys(OLD_ADDRESS),
        "biDate": None,
        "userID": call.account.username,
        "userType": call.account.user_type,
        "userPrivils": call.account.rights,
        **CONTACT,
    }
    return Answer(_user_element(values))


def _person(call: Call) -> str:
    """Return the name of the caller, who must be a person."""
    if call.account.is_application:
        raise Refused(NO_USER_INFO)
    return call.account.person


def _user_element(values: dict[str, Value]) -> str:
    inner = "".join(element(f"p:{name}", value) for name, value in values.items())
    return wrapped("p:dbUserInfo", inner)


MANAGE = frozenset({"DsManage"})
OPERATIONS = (
    Operation("GetOwnerInfoFromLogin", MANAGE, Right.NONE, old_owner_info, "db"),
    Operation("GetOwnerInfoFromLogin2", MANAGE, Right.NONE, owner_info, "db"),
    Operation("GetUserInfoFromLogin", MANAGE, Right.NONE, old_user_info, "db"),
    Operation("GetUserInfoFromLogin2", MANAGE, Right.NONE, user_info, "db"),
)

"""The directory: state, search, paid messages, and who the caller is."""

from typing import Any

import pytest

from services.isds_simulator.domain.box_id import box_id_from

from .conftest import FARMER, MAS, PERSON, TOWN
from .wire import Control, Wire

OWNER = [
    "dbID",
    "dbType",
    "ic",
    "pnGivenNames",
    "pnLastName",
    "firmName",
    "biDate",
    "biCity",
    "biCounty",
    "biState",
    "adCode",
    "adCity",
    "adDistrict",
    "adStreet",
    "adNumberInStreet",
    "adNumberInMunicipality",
    "adZipCode",
    "adState",
    "nationality",
    "dbIdOVM",
    "dbState",
    "dbOpenAddressing",
    "dbUpperID",
]


def find(wire: Wire, **wanted: str) -> Any:
    inner = "".join(f"<{name}>{wanted.get(name, '')}</{name}>" for name in OWNER)
    return wire.call("df", "FindDataBox2", f"<dbOwnerInfo>{inner}</dbOwnerInfo>")


def search(wire: Wire, text: str, **more: str) -> Any:
    values = {"searchType": "", "searchScope": "", "page": "", "pageSize": "", **more}
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in values.items())
    return wire.call("df", "ISDSSearch3", f"<searchText>{text}</searchText>{inner}")


@pytest.mark.parametrize(
    ("box_id", "code"),
    [
        pytest.param(TOWN, "0000", id="known"),
        pytest.param(box_id_from("stranger"), "5001", id="unknown"),
        pytest.param("abcdefg", "1007", id="wrong check character"),
        pytest.param("", "1007", id="nothing"),
    ],
)
def test_check_box(mas: Wire, box_id: str, code: str) -> None:
    answer = mas.call("df", "CheckDataBox", f"<dbID>{box_id}</dbID>")

    assert answer.code == code
    assert answer.text("dbState") == ("1" if code == "0000" else None)


def test_a_closed_box_says_so(mas: Wire, control: Control) -> None:
    control.post(f"boxes/{TOWN}/state", state=4)

    assert mas.call("df", "CheckDataBox", f"<dbID>{TOWN}</dbID>").text("dbState") == "4"


def test_a_holder_is_found_by_number_or_name(mas: Wire) -> None:
    by_number = find(mas, dbType="PFO", ic="12345678")
    by_name = find(mas, dbType="OVM", firmName="mesto kadan")
    by_id = find(mas, dbID=FARMER)

    assert (by_number.code, by_number.text("dbID")) == ("0000", FARMER)
    assert (by_name.text("dbID"), by_name.text("firmName")) == (TOWN, "Město Kadaň")
    assert (by_id.text("pnLastName"), by_id.text("dbOpenAddressing")) == ("Pole", "true")


def test_every_element_of_a_holder_is_written(mas: Wire) -> None:
    owner = find(mas, dbID=TOWN).tree.find(".//{*}dbOwnerInfo")

    names = [child.tag.rpartition("}")[2] for child in owner]
    assert names == [OWNER[0], "aifoIsds", *OWNER[1:]]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        pytest.param({"dbType": "PO", "ic": "99999999"}, "0002", id="nobody"),
        pytest.param({"ic": "12345678"}, "1101", id="type is missing"),
        pytest.param({"dbType": "PO"}, "1101", id="only the type"),
        pytest.param({"dbType": "XY", "ic": "12345678"}, "1101", id="no such type"),
        pytest.param({"dbType": "FO", "pnLastName": "Žlutá"}, "0009", id="takes no paid messages"),
        pytest.param(
            {"dbType": "FO", "pnLastName": "Žlutá", "biDate": "1. 1. 1970"}, "2017", id="no date"
        ),
    ],
)
def test_a_search_that_gives_nothing_says_why(mas: Wire, wanted: dict[str, str], code: str) -> None:
    answer = find(mas, **wanted)

    assert (answer.code, answer.text("dbID")) == (code, None)


def test_two_companies_are_ambiguous_for_a_company_and_not_for_a_town(
    mas: Wire, town: Wire, control: Control
) -> None:
    for name in ("Statek Jih", "Statek Sever"):
        control.post("boxes", 201, type="PO", name=name)

    assert find(mas, dbType="PO", firmName="Statek").code == "1109"
    assert len(find(town, dbType="PO", firmName="Statek").texts("dbID")) == 2


def test_full_text_search_tells_what_may_be_sent(mas: Wire, town: Wire) -> None:
    assert search(mas, "mesto kad").text("dbSendOptions") == "DZ"
    assert search(mas, "pole vejprty").text("dbSendOptions") == "PDZ"
    assert search(mas, "zluta").text("dbSendOptions") == "NONE"
    assert search(town, "zluta").text("dbSendOptions") == "DZ"


def test_a_closed_box_may_be_sent_nothing(mas: Wire, control: Control) -> None:
    control.post(f"boxes/{TOWN}/state", state=2)

    assert search(mas, "00261912", searchType="ICO").text("dbSendOptions") == "DISABLED"


def test_search_is_paged(mas: Wire) -> None:
    first = search(mas, "cz", pageSize="3")
    last = search(mas, "cz", pageSize="3", page="1")

    assert (first.text("totalCount"), first.text("currentCount")) == ("4", "3")
    assert (first.text("lastPage"), last.text("lastPage")) == ("false", "true")
    found = first.tree.findall(".//{*}dbResult") + last.tree.findall(".//{*}dbResult")
    assert {result[0].text for result in found} == {MAS, TOWN, FARMER, PERSON}


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        ("", {}, "1152"),
        ("a", {}, "1180"),
        ("abcdefg", {"searchType": "DBID"}, "1153"),
        ("x12", {"searchType": "ICO"}, "1154"),
        ("cz", {"searchType": "COLOUR"}, "1155"),
        ("cz", {"searchScope": "MARS"}, "1155"),
        ("cz", {"pageSize": "101"}, "1156"),
        ("cz", {"page": "100"}, "1189"),
        ("cz", {"page": "9"}, "1189"),
        ("nobody", {}, "0002"),
        ("cz", {"searchScope": "OVM"}, "0000"),
        ("vejprty", {"searchType": "ADDRESS"}, "0000"),
    ],
)
def test_search_checks_its_input(mas: Wire, text: str, more: dict[str, str], code: str) -> None:
    assert search(mas, text, **more).code == code


def may_send_paid(wire: Wire, box_id: str, kind: str = "Normal") -> str | None:
    inner = f"<dbId>{box_id}</dbId><PDZType>{kind}</PDZType>"
    return wire.call("df", "PDZSendInfo", inner).text("PDZsiResult")


def test_credit_decides_whether_paid_messages_may_be_sent(mas: Wire, control: Control) -> None:
    control.post(f"boxes/{MAS}/credit", amount=-2000)

    assert may_send_paid(mas, MAS) == "true"
    assert may_send_paid(mas, MAS, "Init") == "false"
    mas.sent_id(FARMER)
    assert may_send_paid(mas, MAS) == "false"


def test_credit_is_told_with_its_movements(mas: Wire, control: Control) -> None:
    control.stop_clock("2026-11-23T12:00:00+01:00")
    control.post(f"boxes/{MAS}/credit", amount=500)
    message_id = mas.sent_id(FARMER)

    def ask(box_id: str, since: str, until: str) -> Any:
        inner = f"<dbID>{box_id}</dbID><ciFromDate>{since}</ciFromDate><ciTodate>{until}</ciTodate>"
        return mas.call("df", "DataBoxCreditInfo", inner)

    answer = ask(MAS, "2026-11-23", "2026-11-23")
    assert (answer.code, answer.text("currentCredit")) == ("0000", "2500")
    assert answer.texts("ciCreditChange") == ["500", "-1000"]
    assert (answer.text("ciRecipientID"), answer.text("ciPDZID")) == (FARMER, message_id)
    assert ask(MAS, "2026-11-24", "").texts("ciCreditChange") == []
    assert ask(MAS, "soon", "").code == "1058"
    assert ask(TOWN, "", "").code == "1004"


def test_the_caller_learns_who_he_is(mas: Wire) -> None:
    owner = mas.call("DsManage", "GetOwnerInfoFromLogin2", "<dbDummy/>")
    user = mas.call("DsManage", "GetUserInfoFromLogin2", "<dbDummy/>")
    password = mas.call("DsManage", "GetPasswordInfo", "<dbDummy/>")

    assert (owner.text("dbID"), owner.text("ic")) == (MAS, "22712321")
    assert (user.text("pnLastName"), user.text("userPrivils")) == ("Malá", "28")
    assert (password.code, password.text("pswExpDate")) == ("0000", None)


def test_searching_needs_its_right(mas: Wire) -> None:
    viewer = Wire(mas.url, "mas-cte", "heslo-mas")

    assert viewer.call("df", "CheckDataBox", f"<dbID>{TOWN}</dbID>").code == "1004"

"""Every answer over the wire: which elements it has, in which order, and the status last."""

import re
from typing import Any

import pytest

from services.isds_simulator.soap.dispatch import OPERATIONS

from .conftest import FARMER, MAS, TOWN
from .soap_requests import requests_of, soap
from .wire import ENVELOPE, PDF, SOAP_12, Answer, Control, Wire, file_xml

HEAD = """dmID dbIDSender dmSender dmSenderAddress dmSenderType dmRecipient dmRecipientAddress
dmAmbiguousRecipient"""
MESSAGE = [*HEAD.split(), *ENVELOPE]
PROOF = "dmHash dmQTimestamp dmDeliveryTime dmAcceptanceTime dmMessageStatus"
PLACE = "adCity adStreet adNumberInStreet adNumberInMunicipality adZipCode adState"
PLACE_2 = f"adCode adCity adDistrict {PLACE.removeprefix('adCity ')}"
BIRTH = "biDate biCity biCounty biState"
CONTACT = "ic firmName caStreet caCity caZipCode caState"
OLD_NAME = "pnFirstName pnMiddleName pnLastName pnLastNameAtBirth"
FOUND = "dbID dbType dbName dbAddress dbBiDate dbICO"
CHILDREN = {
    "dmStatus": "dmStatusCode dmStatusMessage",
    "dbStatus": "dbStatusCode dbStatusMessage dbStatusRefNumber",
    "dmDelivery": f"dmDm {PROOF} dmEvents",
    "dmEvent": "dmEventTime dmEventDescr",
    "dmReturnedMessage": f"dmDm {PROOF} dmAttachmentSize",
    "dmReturnedMessageEnvelope": f"dmDm {PROOF} dmAttachmentSize",
    "dmFile": "dmEncodedContent",
    "dmSingleStatus": "dmID dmStatus",
    "dbPDZRecord": "PDZType PDZRecip PDZPayer PDZExpire PDZCnt ODZIdent",
    "constRecord": "cName cValue cFrom cTo",
}
RECORDS = {
    "GetListOfSentMessages": f"dmOrdinal {' '.join(MESSAGE)} dmMessageStatus dmAttachmentSize "
    "dmDeliveryTime dmAcceptanceTime",
    "GetMessageStateChanges": "dmID dmEventTime dmMessageStatus",
}
OWNERS = {
    1: f"dbID dbType ic {OLD_NAME} firmName {BIRTH} {PLACE} nationality email telNumber "
    "identifier registryCode dbState dbEffectiveOVM dbOpenAddressing",
    2: f"dbID aifoIsds dbType ic pnGivenNames pnLastName firmName {BIRTH} {PLACE_2} nationality "
    "dbIdOVM dbState dbOpenAddressing dbUpperID",
}
USERS = {
    1: f"{OLD_NAME} {PLACE} biDate userID userType userPrivils {CONTACT}",
    2: f"aifoIsds pnGivenNames pnLastName {PLACE_2} biDate isdsID userType userPrivils {CONTACT}",
}
CREDIT = (
    "ciEventTime ciEventType ciCreditChange ciCreditAfter ciTransID",
    "ciEventTime ciEventType ciCreditChange ciCreditAfter ciRecipientID ciPDZID",
)
SEARCH = "totalCount currentCount position lastPage dbResults dbStatus"
ANSWERS = {
    "CreateMessage": "dmID dmStatus",
    "CreateMultipleMessage": "dmMultipleStatus dmStatus",
    "UploadAttachment": "dmAttID dmAttHash1 dmAttHash2 dmStatus",
    "GetDeliveryInfo": "dmDelivery dmStatus",
    "GetSignedDeliveryInfo": "dmSignature dmStatus",
    "SignedSentMessageDownload": "dmSignature dmStatus",
    "SignedMessageDownload": "dmSignature dmStatus",
    "MessageDownload": "dmReturnedMessage dmStatus",
    "MessageEnvelopeDownload": "dmReturnedMessageEnvelope dmStatus",
    "SentMessageEnvelopeDownload": "dmReturnedMessageEnvelope dmStatus",
    "MarkMessageAsDownloaded": "dmStatus",
    "VerifyMessage": "dmHash dmStatus",
    "GetMessageAuthor": "userType authorName dmStatus",
    "GetMessageAuthor2": "dmMessageAuthor dmStatus",
    "GetListOfSentMessages": "dmRecords dmStatus",
    "GetListOfReceivedMessages": "dmRecords dmStatus",
    "GetMessageStateChanges": "dmRecords dmStatus",
    "DummyOperation": "dmStatus",
    "CheckDataBox": "dbState dbStatus",
    "GetDataBoxAddress": f"{PLACE_2} adRegistrationNumber adFullAddress1 adFullAddress2 dbStatus",
    "FindDataBox": "dbResults dbStatus",
    "FindDataBox2": "dbResults dbStatus",
    "ISDSSearch2": SEARCH,
    "ISDSSearch3": SEARCH,
    "PDZSendInfo": "PDZsiResult dbStatus",
    "PDZInfo": "dbPDZRecords dbStatus",
    "DataBoxCreditInfo": "currentCredit notifEmail ciRecords dbStatus",
    "GetConstants": "constRecords dbStatus",
    "GetOwnerInfoFromLogin": "dbOwnerInfo dbStatus",
    "GetOwnerInfoFromLogin2": "dbOwnerInfo dbStatus",
    "GetUserInfoFromLogin": "dbUserInfo dbStatus",
    "GetUserInfoFromLogin2": "dbUserInfo dbStatus",
    "GetPasswordInfo": "pswExpDate dbStatus",
}
"""What an answer with 0000 holds, by the schemas of the interface in version 3.10."""
REFUSED = {
    "ArchiveISDSDocument": "dmResultDoc nextStampTo dmStatus",
    "Re-signISDSDocument": "dmResultDoc dmStatus",
}
"""What stands in an answer even when there is nothing to tell."""
RECIPIENTS = {"MessageDownload", "SignedMessageDownload", "MessageEnvelopeDownload"}
RECIPIENTS |= {"MarkMessageAsDownloaded", "GetListOfReceivedMessages"}
EVERY = pytest.mark.parametrize("name", sorted(OPERATIONS))


def local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def names(element: Any) -> str:
    return " ".join(local(child) for child in element)


def wanted_of(name: str, element: Any) -> set[str]:
    """Return the children that an element of an answer may have."""
    version = 2 if name.endswith(("2", "3")) else 1
    files = {"MessageDownload"}
    special = {
        "dmDm": {" ".join([*MESSAGE, "dmFiles"] if name in files else MESSAGE)},
        "dmRecord": {RECORDS.get(name, RECORDS["GetListOfSentMessages"])},
        "dbOwnerInfo": {OWNERS[version]},
        "dbUserInfo": {USERS[version]},
        "dbResult": {f"{FOUND} {'dbIdOVM' if name.endswith('3') else 'dbEffectiveOVM'} "
                     "dbSendOptions"},
        "ciRecord": set(CREDIT),
    }  # fmt: skip
    tag = local(element)
    return special.get(tag) or {CHILDREN[tag]} if tag in special or tag in CHILDREN else set()


def ask(wire: Wire, name: str, inner: str) -> Answer:
    return wire.post(min(OPERATIONS[name].services), soap(name, inner))


@pytest.fixture
def sent(mas: Wire, control: Control) -> str:
    message_id = mas.sent_id(FARMER)
    control.post(f"boxes/{FARMER}/recipient-login")
    return message_id


@pytest.mark.parametrize("name", ANSWERS)
def test_a_whole_answer_has_every_element_in_its_order(
    mas: Wire, farmer: Wire, sent: str, name: str
) -> None:
    box = MAS if name in {"PDZInfo", "DataBoxCreditInfo"} else TOWN
    inner = requests_of(box)[name].replace("1000001", sent)
    inner = inner.replace("Obec", "Karel").replace("<dbID>", "<dbType/><dbID>")

    answer = ask(farmer if name in RECIPIENTS else mas, name, inner)

    assert answer.code == "0000", answer.http.text
    assert local(answer.operation) == f"{name}Response"
    assert names(answer.operation) == ANSWERS[name]
    prefix = "p" if OPERATIONS[name].family == "db" else "q"
    assert {element.prefix for element in (answer.operation, *answer.operation)} == {prefix}
    assert all(element.prefix == "p" for element in answer.operation.iter("{*}dmDm"))
    checked = 0
    for element in answer.operation.iter():
        wanted = wanted_of(name, element)
        checked += bool(wanted)
        assert not wanted or names(element) in wanted
    assert checked >= 1 + ("Records" in ANSWERS[name] or "Info " in ANSWERS[name])


@EVERY
def test_the_status_comes_last_and_a_refusal_gives_nothing_else(mas: Wire, name: str) -> None:
    answer = mas.call(min(OPERATIONS[name].services), name)

    status = f"{OPERATIONS[name].family}Status"
    assert local(answer.operation[-1]) == status
    assert re.fullmatch("[0-9]{4}", answer.code)
    if not answer.code.startswith("00"):
        assert names(answer.operation) == REFUSED.get(name, status)
        assert not any(child.text for child in answer.operation[:-1])


FORMS = ("<{}></{}>", "<{}/>", '<{} xsi:nil="true"/>', '<{} xsi:nil="1"></{}>')
EMPTY = re.compile(r"<(\w+)/>")
UNLIKE = re.compile(r"<(dmID|dmAttID|dmQTimestamp|dmHash|ciTransID)\b[^>]*>[^<]*")


@EVERY
def test_what_is_empty_may_be_written_in_any_form(mas: Wire, name: str) -> None:
    """The forms mean the same in every operation, whatever the type of the element."""
    good = requests_of(TOWN)[name]
    if name == "CreateMultipleMessage":
        good = good.replace("<dmToHands/>", "<dmRecipientOrgUnitNum/><dmToHands/>")

    codes = {
        ask(mas, name, EMPTY.sub(lambda found, form=form: form.format(*[found[1]] * 2), good)).code
        for form in FORMS
    }

    assert len(codes) == 1 and codes.isdisjoint({"2006", "9005", "1058"})


def test_nothing_but_the_received_list_delivers(
    mas: Wire, control: Control, simulator: Any
) -> None:
    control.post(f"boxes/{FARMER}/logins", 204, username="vse", password="heslo", rights=255)
    holder = simulator.wire("vse", "heslo")
    message_id = mas.sent_id(FARMER)
    requests = requests_of(TOWN)

    for name in OPERATIONS.keys() - {"GetListOfReceivedMessages"}:
        ask(holder, name, requests[name].replace("1000001", message_id))
        state = control.get(f"messages/{message_id}")
        assert (state["state"], len(state["events"])) == (4, 2), name

    ask(holder, "GetListOfReceivedMessages", requests["GetListOfReceivedMessages"])
    assert control.get(f"messages/{message_id}")["state"] == 6


def test_what_the_sender_wrote_comes_back_in_the_list(mas: Wire) -> None:
    mas.sent_id(TOWN, dmToHands="paní <Malá> & spol.", dmLegalTitleYear="2026")

    record = mas.list_sent().tree.find(".//{*}dmRecord")

    assert record.findtext("{*}dmToHands") == "paní <Malá> & spol."
    assert record.findtext("{*}dmLegalTitleYear") == "2026"
    assert record.findtext("{*}dmAllowSubstDelivery") == "true"


def test_soap_1_2_has_the_same_elements(mas: Wire) -> None:
    inner = file_xml(content=PDF)

    old = mas.post("vodz", soap("UploadAttachment", inner))
    new = mas.post("vodz", soap("UploadAttachment", inner, SOAP_12))

    assert names(old.operation) == names(new.operation) == ANSWERS["UploadAttachment"]
    assert new.tree.tag == f"{{{SOAP_12}}}Envelope"

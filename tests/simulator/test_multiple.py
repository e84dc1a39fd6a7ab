"""CreateMultipleMessage: copies for many, each with its own fate."""

from services.isds_simulator.domain.box_id import box_id_from

from .conftest import FARMER, MAS, TOWN
from .wire import ENVELOPE, Answer, Control, Wire, file_xml

OF_RECIPIENT = {"dbIDRecipient", "dmRecipientOrgUnit", "dmRecipientOrgUnitNum", "dmToHands"}


def send(wire: Wire, recipients: list[str], **values: str) -> Answer:
    known = {"dmAnnotation": "Oznámení", **values}
    envelope = "".join(
        f"<{name}>{known.get(name, '')}</{name}>" for name in ENVELOPE if name not in OF_RECIPIENT
    )
    each = "".join(
        f"<dmRecipient><dbIDRecipient>{box}</dbIDRecipient><dmToHands/></dmRecipient>"
        for box in recipients
    )
    inner = f"<dmRecipients>{each}</dmRecipients><dmEnvelope>{envelope}</dmEnvelope>"
    return wire.call("dz", "CreateMultipleMessage", f"{inner}<dmFiles>{file_xml()}</dmFiles>")


def villages(control: Control, number: int) -> list[str]:
    return [
        control.post("boxes", 201, type="OVM", name=f"Obec {index}")["id"]
        for index in range(number)
    ]


def test_every_copy_is_a_message_of_its_own(mas: Wire, control: Control) -> None:
    recipients = [TOWN, *villages(control, 2)]

    answer = send(mas, recipients, dmSenderRefNumber="MAS-7")

    assert answer.code == "0000"
    ids = answer.texts("dmID")
    stored = [control.get(f"messages/{message_id}") for message_id in ids]
    assert [message["recipient_id"] for message in stored] == recipients
    assert {message["sender_reference"] for message in stored} == {"MAS-7"}
    assert len({message["sha256"] for message in stored}) == 3


def test_some_may_fail_alone(mas: Wire, control: Control) -> None:
    answer = send(mas, [TOWN, box_id_from("stranger"), "abcdefg", MAS])

    assert answer.code == "0004"
    singles = answer.tree.findall(".//{*}dmSingleStatus")
    codes = [single.findtext(".//{*}dmStatusCode") for single in singles]
    assert codes == ["0000", "5001", "1007", "1210"]
    assert [single.find("{*}dmID") is not None for single in singles] == [True] + [False] * 3
    assert control.get("ledger")["messages"] == 1


def test_paid_messages_do_not_go_to_many(mas: Wire, town: Wire, control: Control) -> None:
    assert send(mas, [TOWN, FARMER]).code == "1233"
    assert send(mas, [FARMER]).code == "1233"
    assert control.get("ledger")["messages"] == 0

    assert send(town, [FARMER, MAS]).code == "0000"


def test_fifty_is_the_limit(mas: Wire, control: Control) -> None:
    boxes = villages(control, 51)

    assert len(send(mas, boxes[:50]).texts("dmID")) == 50
    assert send(mas, boxes).code == "9005"
    assert send(mas, []).code == "9005"
    assert control.get("ledger")["messages"] == 50


def test_what_is_wrong_for_all_sends_nothing(mas: Wire, control: Control) -> None:
    answer = send(mas, [TOWN], dmAnnotation="")

    assert (answer.code, answer.tree.find(".//{*}dmMultipleStatus")) == ("9005", None)
    control.post(f"boxes/{MAS}/state", state=2)
    assert send(mas, [TOWN]).code == "1201"

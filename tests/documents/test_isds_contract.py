"""Every operation of the client, asked of the simulator, which was written apart from it."""

from datetime import UTC, datetime, timedelta

import pytest

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import GatewayRefused, MessageFile, OutgoingMessage
from services.documents.domain.isds_outcome import classify
from tests.documents.conftest import BOXES, SENDER, SENDER_LOGIN, TOWN, Simulator
from tests.documents.isds_calls import MESSAGE
from tests.documents.test_isds_client import PDF

pytestmark = pytest.mark.one_database
LARGE = PDF + b"%" * 21_000_000
OTHER_TOWN = "mw7dqvw"
UNKNOWN_OPERATION = "2006"


def test_the_simulator_answers_every_operation_of_the_client(simulator: Simulator) -> None:
    other = {**BOXES[1], "id": OTHER_TOWN, "name": "Obec Boží Dar", "ic": "00480606"}
    simulator.control("POST", "/boxes", other)
    isds = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    message = OutgoingMessage(**{**MESSAGE.__dict__, "pdf": PDF, "recipient_box": TOWN})
    now = datetime.now(UTC)

    isds.ping()
    assert isds.login().box.box_id == SENDER
    number = classify(isds.create_message(message)).message_id
    assert number is not None
    many = isds.create_for_many(message, (TOWN, OTHER_TOWN))
    assert {classify(one).kind for one in many.values()} == {"created"}
    upload = isds.upload(MessageFile("mapy.pdf", "application/pdf", LARGE, "main"))
    large = classify(isds.create_large(message, (upload,))).message_id
    assert large is not None

    sent = isds.sent_messages(now - timedelta(hours=1), now + timedelta(hours=1))
    assert number in {one.message_id for one in sent}
    assert number in {one.message_id for one in isds.state_changes(now - timedelta(hours=1))}
    assert isds.delivery_info(number).recipient_box == TOWN
    assert isds.envelope(number).sender_reference == message.sender_reference
    assert isds.is_authentic(isds.signed_delivery_info(number))
    zfo = isds.signed_sent_message(number)
    assert isds.is_authentic(zfo)
    assert len(isds.signed_sent_message(large)) > len(LARGE)
    with pytest.raises(GatewayRefused, match="2206"):
        isds.renew_stamp(zfo)

    assert isds.can_receive(TOWN)
    found = isds.find_box(box_id=TOWN)
    assert found is not None and found.is_open
    assert [box.box_id for box in isds.search("Boží Dar").boxes] == [OTHER_TOWN]
    assert isds.may_send_commercial(SENDER)
    assert isds.paid_rights(SENDER)
    assert isds.credit(SENDER) > 0
    isds.change_password(SENDER_LOGIN[1], "Nove-Heslo-2")

    calls = simulator.control("GET", "/ledger")["calls"]
    answered = {one["operation"] for one in calls if one["outcome"] != UNKNOWN_OPERATION}
    assert {operation.called for operation in Operation} <= answered

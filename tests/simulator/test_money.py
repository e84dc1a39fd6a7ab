"""Paid messages: subsidies, contracts, credit, prepaid answers, prices as settings."""

from typing import Any

import pytest

from .conftest import FARMER, MAS, TOWN
from .wire import Answer, Control, Wire


def rights(wire: Wire, box: str) -> Answer:
    return wire.call("df", "PDZInfo", f"<PDZSender>{box}</PDZSender>")


def kind_of(control: Control, message_id: str) -> str:
    return str(control.get(f"messages/{message_id}")["kind"])


def test_a_subsidy_pays_before_credit_until_it_is_used_up(mas: Wire, control: Control) -> None:
    control.post(f"boxes/{MAS}/subsidies", 204, payer_id=TOWN, remaining=1)

    kinds = [kind_of(control, mas.sent_id(FARMER)) for _ in range(2)]

    assert kinds == ["G", "E"]
    assert control.get(f"boxes/{MAS}")["credit"] == 2000


def test_a_subsidy_holds_for_one_recipient_and_for_a_time(mas: Wire, control: Control) -> None:
    control.stop_clock("2026-11-23T10:00:00+01:00")
    other = control.post("boxes", 201, type="PO", name="Statek")["id"]
    limits = {"recipient_id": other, "expires_at": "2026-11-24T00:00:00+01:00"}
    control.post(f"boxes/{MAS}/subsidies", 204, payer_id=TOWN, **limits)

    assert kind_of(control, mas.sent_id(FARMER)) == "E"
    assert kind_of(control, mas.sent_id(other)) == "G"
    control.advance(days=1)
    assert kind_of(control, mas.sent_id(other)) == "E"


def test_an_answer_may_be_subsidised_too(mas: Wire, farmer: Wire, control: Control) -> None:
    control.post(f"boxes/{MAS}/subsidies", 204, payer_id=TOWN)
    question = mas.sent_id(FARMER, kind="I", dmSenderRefNumber="dotaz-2")

    assert kind_of(control, question) == "A"
    assert kind_of(control, farmer.sent_id(MAS, dmRecipientRefNumber="dotaz-2")) == "O"
    assert kind_of(control, question) == "B"


def test_a_prepaid_answer_is_spent_once(mas: Wire, farmer: Wire, control: Control) -> None:
    mas.sent_id(FARMER, kind="I", dmSenderRefNumber="dotaz-3")

    assert rights(farmer, FARMER).text("ODZIdent") == "dotaz-3"
    assert farmer.send(MAS, kind="O", dmRecipientRefNumber="dotaz-3").code == "0000"
    assert farmer.send(MAS, kind="O", dmRecipientRefNumber="dotaz-3").code == "1233"
    assert rights(farmer, FARMER).text("ODZIdent") is None
    assert control.get(f"boxes/{MAS}")["credit"] == 1000


def test_rights_to_send_paid_messages_are_listed(mas: Wire, town: Wire, control: Control) -> None:
    control.post(f"boxes/{MAS}/subsidies", 204, payer_id=TOWN, remaining=7)

    answer = rights(mas, MAS)

    assert answer.code == "0000"
    listed = list(
        zip(
            answer.texts("PDZType"),
            answer.texts("PDZPayer"),
            answer.texts("PDZCnt"),
            strict=True,
        )
    )
    assert listed == [("G", TOWN, "7"), ("E", MAS, "3")]
    names = [child.tag.rpartition("}")[2] for child in answer.tree.find(".//{*}dbPDZRecord")]
    assert names == ["PDZType", "PDZRecip", "PDZPayer", "PDZExpire", "PDZCnt", "ODZIdent"]
    assert rights(town, MAS).code == "1004"


def test_a_subsidy_is_enough_to_be_allowed(mas: Wire, control: Control) -> None:
    control.post(f"boxes/{MAS}/credit", amount=-3000)
    inner = f"<dbId>{MAS}</dbId><PDZType>Normal</PDZType>"
    assert mas.call("df", "PDZSendInfo", inner).text("PDZsiResult") == "false"

    control.post(f"boxes/{MAS}/subsidies", 204, payer_id=TOWN)

    assert mas.call("df", "PDZSendInfo", inner).text("PDZsiResult") == "true"
    assert mas.call("df", "PDZSendInfo", inner.replace("Normal", "Free")).code == "1155"


@pytest.mark.parametrize(("price", "left"), [(1290, 1710), (0, 3000)])
def test_prices_are_settings(start: Any, price: int, left: int) -> None:
    simulator = start(paid_message_price=price)

    simulator.wire().sent_id(FARMER)

    assert simulator.control.get(f"boxes/{MAS}")["credit"] == left


def test_codes_that_are_guesses_are_settings(start: Any) -> None:
    simulator = start(codes={"1210": "1204"})

    assert simulator.wire().send(MAS).code == "1204"

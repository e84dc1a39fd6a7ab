"""From submission to delivery: states, events, fiction, logins, erasure, lists of changes."""

from datetime import timedelta
from typing import Any

import pytest

from .conftest import FARMER, MAS, TOWN, Simulator
from .wire import Control, Wire, file_xml

NOON = "2026-11-23T12:00:00.250+01:00"


def states(control: Control, message_id: str) -> tuple[int, list[str]]:
    stored = control.get(f"messages/{message_id}")
    return stored["state"], [event["kind"] for event in stored["events"]]


def test_delivery_info_tells_every_element_and_the_events_once(mas: Wire, control: Control) -> None:
    control.stop_clock(NOON)
    message_id = mas.sent_id(FARMER, dmSenderRefNumber="č. j. 1", dmAnnotation="A & <B>")

    answer = mas.delivery_info(message_id)

    assert answer.code == "0000"
    assert answer.text("dmID") == message_id
    assert answer.text("dmSender") == "MAS Sdružení Západní Krušnohoří, z. s."
    assert answer.text("dmSenderAddress") == "náměstí Míru 1, 43186 Kovářská, CZ"
    assert (answer.text("dmSenderType"), answer.text("dmRecipient")) == ("20", "Karel Pole")
    assert (answer.text("dmAnnotation"), answer.text("dmSenderRefNumber")) == ("A & <B>", "č. j. 1")
    assert answer.text("dmSenderOrgUnitNum") == "0"
    assert answer.text("dmDeliveryTime") == "2026-11-23T12:00:00.250+01:00"
    assert (answer.text("dmAcceptanceTime"), answer.text("dmMessageStatus")) == (None, "4")
    assert len(answer.tree.findall(".//{*}dmEvents")) == 1
    descriptions = answer.texts("dmEventDescr")
    assert [text[:4] for text in descriptions] == ["EV0:", "EV5:"]
    nil = "{http://www.w3.org/2001/XMLSchema-instance}nil"
    assert answer.tree.find(".//{*}dmToHands").get(nil) == "true"


def test_states_take_their_time_when_told_to(start: Any) -> None:

    simulator = start(stamp_delay=timedelta(seconds=2), antivirus_delay=timedelta(seconds=8))
    simulator.control.stop_clock(NOON)
    mas = simulator.wire()
    message_id = mas.sent_id(TOWN)

    seen = []
    for _ in range(3):
        info = mas.delivery_info(message_id)
        listed = message_id in mas.list_sent().texts("dmID")
        seen.append((info.text("dmMessageStatus"), listed, mas.download_sent(message_id).code))
        simulator.control.advance(seconds=5)

    assert seen == [("1", False, "1229"), ("2", False, "1229"), ("4", True, "0000")]
    assert mas.delivery_info(message_id).text("dmDeliveryTime") == "2026-11-23T12:00:10.250+01:00"


@pytest.mark.parametrize(
    ("delivered", "fiction"),
    [
        pytest.param("2026-11-23T12:00:00.250+01:00", "2026-12-03T12:00:00.000+01:00", id="plain"),
        pytest.param(
            "2027-03-24T16:07:26.117+01:00", "2027-04-03T16:07:26.000+02:00", id="into summer time"
        ),
        pytest.param(
            "2026-10-20T23:30:00.000+02:00",
            "2026-10-30T23:30:00.000+01:00",
            id="out of summer time",
        ),
    ],
)
def test_fiction_comes_on_the_tenth_day_at_the_same_wall_clock_time(
    mas: Wire, control: Control, delivered: str, fiction: str
) -> None:
    control.stop_clock(delivered)
    message_id = mas.sent_id(FARMER)

    control.advance(days=9, hours=22)
    assert states(control, message_id) == (4, ["EV0", "EV5"])

    control.advance(hours=4)
    answer = mas.delivery_info(message_id)
    assert (answer.text("dmMessageStatus"), answer.text("dmAcceptanceTime")) == ("5", fiction)
    assert answer.texts("dmEventTime")[-1] == fiction
    assert answer.texts("dmEventDescr")[-1].startswith("EV2: Uplynulo 10 dnů od dodání")


def test_a_login_delivers_and_fiction_never_comes(mas: Wire, control: Control) -> None:
    control.stop_clock(NOON)
    message_id = mas.sent_id(FARMER)
    control.advance(days=3)

    assert control.post(f"boxes/{FARMER}/recipient-login") == {"delivered": [message_id]}

    control.advance(days=30)
    answer = mas.delivery_info(message_id)
    assert answer.text("dmMessageStatus") == "6"
    assert answer.text("dmAcceptanceTime") == "2026-11-26T12:00:00.250+01:00"
    assert states(control, message_id) == (6, ["EV0", "EV5", "EV11"])


def test_a_login_after_fiction_keeps_the_time_of_fiction(mas: Wire, control: Control) -> None:
    control.stop_clock(NOON)
    message_id = mas.sent_id(FARMER)
    control.advance(days=12)

    control.post(f"boxes/{FARMER}/recipient-login", event="EV13")

    answer = mas.delivery_info(message_id)
    assert answer.text("dmMessageStatus") == "6"
    assert answer.text("dmAcceptanceTime") == "2026-12-03T12:00:00.000+01:00"
    assert states(control, message_id)[1] == ["EV0", "EV5", "EV2", "EV13"]


def test_the_sender_does_not_learn_of_reading(mas: Wire, control: Control) -> None:
    message_id = mas.sent_id(FARMER)
    control.post(f"boxes/{FARMER}/recipient-login")
    control.post(f"messages/{message_id}/reading")

    assert control.get(f"messages/{message_id}")["state"] == 7
    assert mas.delivery_info(message_id).text("dmMessageStatus") == "6"
    assert mas.list_sent().text("dmMessageStatus") == "6"


def test_only_an_authority_may_forbid_fiction(mas: Wire, town: Wire, control: Control) -> None:
    control.stop_clock(NOON)
    by_town = town.sent_id(FARMER, dmAllowSubstDelivery="false")
    by_mas = mas.sent_id(FARMER, dmAllowSubstDelivery="false")

    control.advance(days=11)

    assert states(control, by_town)[0] == 4
    assert states(control, by_mas)[0] == 5


def test_own_hands_means_a_user_who_may_read_all(mas: Wire, control: Control) -> None:
    message_id = mas.sent_id(FARMER, dmPersonalDelivery="true")

    assert control.post(f"boxes/{FARMER}/recipient-login", reads_all=False) == {"delivered": []}
    assert control.post(f"boxes/{FARMER}/recipient-login") == {"delivered": [message_id]}


def test_retroactive_closure_puts_ev3_in_the_place_of_ev2(mas: Wire, control: Control) -> None:
    control.stop_clock(NOON)
    message_id = mas.sent_id(FARMER)
    control.advance(days=11)
    assert states(control, message_id) == (5, ["EV0", "EV5", "EV2"])

    control.post(f"messages/{message_id}/closure")

    answer = mas.delivery_info(message_id)
    assert (answer.text("dmMessageStatus"), answer.text("dmAcceptanceTime")) == ("8", None)
    assert states(control, message_id)[1] == ["EV0", "EV5", "EV3"]


def test_a_box_without_users_gets_its_own_fiction_event(mas: Wire, control: Control) -> None:
    control.stop_clock(NOON)
    box = control.post("boxes", 201, type="PO", name="Spící, s. r. o.", has_user=False)
    message_id = mas.sent_id(box["id"])
    control.advance(days=11)

    assert states(control, message_id)[1][-1] == "EV6"


def test_content_is_erased_at_a_midnight_and_the_proof_stays(mas: Wire, control: Control) -> None:
    control.stop_clock(NOON)
    message_id = mas.sent_id(FARMER)
    control.post(f"boxes/{FARMER}/recipient-login")

    control.stop_clock("2027-02-21T23:59:00+01:00")
    assert mas.download_sent(message_id).code == "0000"

    control.stop_clock("2027-02-22T00:00:00+01:00")
    assert mas.download_sent(message_id).code == "1219"
    assert mas.delivery_info(message_id).text("dmMessageStatus") == "9"
    signed = mas.call("dx", "GetSignedDeliveryInfo", f"<dmID>{message_id}</dmID>")
    assert signed.code == "0000"
    assert mas.list_sent().texts("dmID") == []


def test_an_undelivered_message_is_kept_for_three_years(mas: Wire, control: Control) -> None:
    control.stop_clock("2028-02-29T12:00:00+01:00")
    message_id = mas.sent_id(FARMER)

    control.stop_clock("2031-02-28T12:00:00+01:00")
    assert mas.delivery_info(message_id).text("dmMessageStatus") == "5"

    control.stop_clock("2031-03-01T00:00:00+01:00")
    assert mas.delivery_info(message_id).text("dmMessageStatus") == "9"


@pytest.mark.parametrize("state", [3, 8])
def test_what_was_never_delivered_is_erased_after_ninety_days(
    mas: Wire, control: Control, state: int
) -> None:
    control.stop_clock(NOON)
    virus = b"%PDF-1.7 EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
    message_id = mas.sent_id(FARMER, files=[file_xml(content=virus)] if state == 3 else None)
    if state == 8:
        control.post(f"messages/{message_id}/closure")
    assert mas.list_sent().text("dmMessageStatus") == str(state)

    control.stop_clock("2027-02-21T23:59:59+01:00")
    assert mas.delivery_info(message_id).text("dmMessageStatus") == str(state)

    control.stop_clock("2027-02-22T00:00:00+01:00")
    assert mas.delivery_info(message_id).text("dmMessageStatus") == "9"
    assert mas.list_sent().texts("dmID") == []


def test_only_the_received_list_delivers(mas: Wire, farmer: Wire, control: Control) -> None:
    message_id = mas.sent_id(FARMER)

    farmer.delivery_info(message_id)
    farmer.list_sent()
    assert states(control, message_id)[0] == 4

    inner = "<dmFromTime/><dmToTime/><dmRecipientOrgUnitNum/><dmStatusFilter>-1</dmStatusFilter>"
    answer = farmer.call("dx", "GetListOfReceivedMessages", f"{inner}<dmOffset/><dmLimit/>")

    assert (answer.texts("dmID"), answer.text("dmMessageStatus")) == ([message_id], "6")
    assert states(control, message_id) == (6, ["EV0", "EV5", "EV11"])


def changes(wire: Wire, since: str = "", until: str = "") -> Any:
    inner = f"<dmFromTime>{since}</dmFromTime><dmToTime>{until}</dmToTime>"
    return wire.call("dx", "GetMessageStateChanges", inner)


def test_changes_tell_each_step_of_sent_messages_in_order(
    mas: Wire, town: Wire, control: Control
) -> None:
    control.stop_clock(NOON)
    first, second = mas.sent_id(FARMER), mas.sent_id(TOWN)
    control.advance(days=1)
    control.post(f"boxes/{TOWN}/recipient-login")
    control.advance(days=11)

    answer = changes(mas)

    found = list(
        zip(
            answer.texts("dmID"),
            answer.texts("dmMessageStatus"),
            answer.texts("dmEventTime"),
            strict=True,
        )
    )
    assert found == [
        (first, "4", "2026-11-23T12:00:00.250+01:00"),
        (second, "4", "2026-11-23T12:00:00.250+01:00"),
        (second, "6", "2026-11-24T12:00:00.250+01:00"),
        (first, "5", "2026-12-03T12:00:00.000+01:00"),
    ]
    assert changes(town).texts("dmID") == []
    narrowed = changes(mas, since="2026-11-24T00:00:00", until="2026-11-25T00:00:00")
    assert narrowed.texts("dmID") == [second]


def test_changes_reach_fifteen_days_back(mas: Wire, control: Control) -> None:
    control.stop_clock(NOON)

    assert changes(mas, since="2026-11-08T12:00:01").code == "0000"
    assert changes(mas, since="2026-11-01T00:00:00", until="2026-11-10T00:00:00").code == "1093"
    assert changes(mas, since="2026-11-01T00:00:00").code == "1137"
    assert changes(mas, since="yesterday").code == "1058"


def test_the_list_of_sent_messages_is_filtered_by_state_time_and_page(
    mas: Wire, control: Control
) -> None:
    control.stop_clock(NOON)
    first = mas.sent_id(TOWN)
    control.post(f"boxes/{TOWN}/recipient-login")
    control.advance(hours=1)
    second = mas.sent_id(TOWN)
    control.advance(hours=1)
    third = mas.sent_id(TOWN, files=[file_xml(content=b"%PDF-".ljust(3072, b"x"))])

    assert mas.list_sent().texts("dmID") == [third, second, first]
    assert mas.list_sent(dmStatusFilter="64").texts("dmID") == [first]
    assert mas.list_sent(dmStatusFilter="1023").texts("dmID") == [third, second, first]
    assert mas.list_sent(dmStatusFilter="32").texts("dmID") == []
    interval = mas.list_sent(dmFromTime="2026-11-23T12:30:00", dmToTime="2026-11-23T13:30:00")
    assert interval.texts("dmID") == [second]
    zoned = mas.list_sent(dmFromTime="2026-11-23T11:30:00Z", dmToTime="2026-11-23T12:30:00Z")
    assert zoned.texts("dmID") == [second]
    page = mas.list_sent(dmOffset="2", dmLimit="1")
    assert (page.texts("dmID"), page.text("dmOrdinal")) == ([second], "2")
    assert mas.list_sent(dmLimit="1").text("dmAttachmentSize") == "4"
    assert mas.list_sent(dmLimit="many").code == "9005"
    assert mas.list_sent(dmOffset="1" + "0" * 30).code == "9005"
    assert mas.list_sent(dmFromTime="0001-01-01T00:00:00").code == "1058"


def test_everybody_sees_only_his_own_messages(
    simulator: Simulator, mas: Wire, town: Wire, control: Control
) -> None:
    message_id = mas.sent_id(FARMER)

    assert town.delivery_info(message_id).code == "1211"
    assert mas.delivery_info("999").code == "1219"
    assert mas.delivery_info("").code == "1219"
    assert simulator.wire("rolnik", "heslo-rolnik").download_sent(message_id).code == "1211"
    assert town.list_sent().texts("dmID") == []
    assert control.get("messages", sender=MAS)["messages"][0]["id"] == message_id

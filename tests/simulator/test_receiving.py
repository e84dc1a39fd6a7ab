"""What a recipient's program does: list, download, mark, ask for the author, erase."""

import re
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import cms
from lxml import etree

from .conftest import FARMER, MAS, TOWN, Simulator
from .wire import PDF, Control, Wire

RECEIVED = "http://isds.czechpoint.cz/v20/message"


def content_of(zfo: bytes) -> bytes:
    info = cms.ContentInfo.load(zfo)["content"]["encap_content_info"]
    return bytes(info["content"].native)


def test_the_recipient_lists_downloads_and_marks(mas: Wire, farmer: Wire, control: Control) -> None:
    message_id = mas.sent_id(FARMER)
    assert farmer.about("dz", "SignedMessageDownload", message_id).code == "1222"
    assert farmer.about("dx", "GetSignedDeliveryInfo", message_id).code == "1222"

    assert farmer.list_received().texts("dmID") == [message_id]

    signed = farmer.about("dz", "SignedMessageDownload", message_id)
    root = etree.fromstring(content_of(signed.binary("dmSignature")))
    assert root.tag == f"{{{RECEIVED}}}MessageDownloadResponse"
    plain = farmer.about("dz", "MessageDownload", message_id)
    assert plain.binary("dmEncodedContent") == PDF
    assert plain.text("dmMessageStatus") == "6"
    assert farmer.about("dx", "MessageEnvelopeDownload", message_id).text("dmID") == message_id

    assert farmer.about("dx", "MarkMessageAsDownloaded", message_id).code == "0000"
    assert farmer.list_received().text("dmMessageStatus") == "7"
    assert mas.delivery_info(message_id).text("dmMessageStatus") == "6"
    assert control.get(f"messages/{message_id}")["state"] == 7


def test_directions_are_not_mixed_up(mas: Wire, farmer: Wire) -> None:
    message_id = mas.sent_id(FARMER)
    farmer.list_received()

    assert mas.about("dz", "SignedMessageDownload", message_id).code == "1004"
    assert farmer.about("dz", "SignedSentMessageDownload", message_id).code == "1211"
    assert farmer.about("dx", "SentMessageEnvelopeDownload", message_id).code == "1211"


def test_a_sender_without_the_right_to_read_delivers_nothing_by_listing(
    simulator: Simulator, farmer: Wire, control: Control
) -> None:
    control.post(f"boxes/{FARMER}/logins", 204, username="posila", password="heslo", rights=28)
    message_id = simulator.wire("mesto", "heslo-mesto").sent_id(FARMER)

    listed = simulator.wire("posila", "heslo").list_received()

    assert (listed.texts("dmID"), listed.text("dmMessageStatus")) == ([message_id], "4")
    assert control.get(f"messages/{message_id}")["state"] == 4
    assert farmer.list_received().text("dmMessageStatus") == "6"


def test_own_hands_need_the_right_to_read_all(
    simulator: Simulator, mas: Wire, control: Control
) -> None:
    control.post(f"boxes/{FARMER}/logins", 204, username="ucetni", password="heslo", rights=9)
    clerk = simulator.wire("ucetni", "heslo")
    message_id = mas.sent_id(FARMER, dmPersonalDelivery="true")

    clerk.list_received()
    assert control.get(f"messages/{message_id}")["state"] == 4

    control.post(f"boxes/{FARMER}/recipient-login")
    assert clerk.about("dz", "MessageDownload", message_id).code == "1218"


@pytest.mark.parametrize(
    ("user_type", "event"), [("PRIMARY_USER", "EV11"), ("ENTRUSTED_USER", "EV12")]
)
def test_the_event_says_who_logged_in(
    simulator: Simulator, mas: Wire, control: Control, user_type: str, event: str
) -> None:
    login = {"username": "osoba", "password": "heslo", "rights": 31, "user_type": user_type}
    control.post(f"boxes/{FARMER}/logins", 204, **login)
    message_id = mas.sent_id(FARMER)

    simulator.wire("osoba", "heslo").list_received()

    assert control.get(f"messages/{message_id}")["events"][-1]["kind"] == event


def test_the_author_is_known_by_name_only_if_he_wants(mas: Wire, farmer: Wire) -> None:
    silent = mas.sent_id(FARMER)
    envelope = "<dmPublishOwnID IdLevel='1'>true</dmPublishOwnID>"

    def told(message_id: str) -> tuple[Any, Any]:
        old = farmer.about("dx", "GetMessageAuthor", message_id)
        new = farmer.about("dx", "GetMessageAuthor2", message_id)
        items = {item.get("key"): item.get("value") for item in new.tree.iter("{*}maItem")}
        return (old.text("userType"), old.text("authorName")), items

    open_one = mas.sent_id(FARMER, more=envelope)

    assert told(silent) == (("PRIMARY_USER", None), {"userType": "PRIMARY_USER"})
    assert told(open_one)[0] == ("PRIMARY_USER", "Jana Malá")
    assert told(open_one)[1]["pnLastName"] == "Malá"


def test_only_the_vault_may_be_erased_by_hand(
    simulator: Simulator, mas: Wire, control: Control
) -> None:
    control.post(f"boxes/{FARMER}/logins", 204, username="trezor", password="heslo", rights=159)
    holder = simulator.wire("trezor", "heslo")
    message_id = mas.sent_id(FARMER)
    holder.list_received()
    wanted = f"<dmID>{message_id}</dmID><dmIncoming>true</dmIncoming>"

    assert holder.call("dx", "EraseMessage", wanted).code == "1219"
    control.post(f"messages/{message_id}/vault")
    control.advance(days=400)
    assert holder.about("dz", "MessageDownload", message_id).text("dmMessageStatus") == "10"

    assert holder.call("dx", "EraseMessage", wanted).code == "0000"
    assert holder.about("dz", "MessageDownload", message_id).code == "1219"


def test_the_hash_of_a_message_is_told(mas: Wire) -> None:
    message_id = mas.sent_id(TOWN)

    answer = mas.about("dx", "VerifyMessage", message_id)

    expected = mas.delivery_info(message_id).text("dmHash")
    assert (answer.code, answer.text("dmHash")) == ("0000", expected)


def test_an_unstamped_document_is_given_twice_and_then_refused(start: Any) -> None:
    simulator = start(unstamped_retry_delay=timedelta(seconds=0.01))
    mas = simulator.wire()
    simulator.control.fault("SignedSentMessageDownload", "unstamped")
    message_id = mas.sent_id(TOWN)

    codes = [mas.download_sent(message_id).code for _ in range(3)]
    simulator.control.advance(minutes=21)

    assert codes == ["0005", "0005", "3005"]
    assert mas.download_sent(message_id).code == "0005"


def test_older_versions_of_the_operations_answer_too(mas: Wire, town: Wire) -> None:
    owner = mas.call("DsManage", "GetOwnerInfoFromLogin", "<dbDummy/>")
    user = mas.call("DsManage", "GetUserInfoFromLogin", "<dbDummy/>")
    found = mas.call(
        "df", "FindDataBox", "<dbOwnerInfo><dbType>OVM</dbType><ic>00261912</ic></dbOwnerInfo>"
    )
    searched = mas.call("df", "ISDSSearch2", "<searchText>kadan</searchText>")

    assert owner.text("dbEffectiveOVM") == "false"
    assert (user.text("pnFirstName"), user.text("userID")) == ("Jana", "mas")
    assert (found.text("dbID"), found.text("firmName")) == (TOWN, "Město Kadaň")
    assert searched.text("dbEffectiveOVM") == "true"


def test_highlights_mark_what_was_found(mas: Wire) -> None:
    inner = "<searchText>kad</searchText><highlighting>true</highlighting>"

    name = mas.call("df", "ISDSSearch3", inner).text("dbName") or ""

    assert re.sub(r"\|\$\*HL_(START|END)\*\$\|", "*", name) == "Město *Kadaň*"


def test_an_address_is_told_in_parts_and_whole(mas: Wire) -> None:
    answer = mas.call("df", "GetDataBoxAddress", f"<dbID>{MAS}</dbID>")

    assert (answer.code, answer.text("adCity")) == ("0000", "Kovářská")
    assert answer.text("adFullAddress1") == "náměstí Míru 1, 43186 Kovářská"
    assert answer.text("adFullAddress2") == "náměstí Míru 1~43186 Kovářská"
    town = mas.call("df", "GetDataBoxAddress", f"<dbID>{TOWN}</dbID>")
    assert town.text("adFullAddress1") == town.text("adFullAddress2") == "Kadaň"


def test_constants_come_from_the_settings(start: Any) -> None:
    simulator = start(constants={"CENA": "12"})

    answer = simulator.wire().call("df", "GetConstants", "<constDate/>")

    assert (answer.text("cName"), answer.text("cValue")) == ("CENA", "12")

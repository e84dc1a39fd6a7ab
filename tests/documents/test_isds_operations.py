"""Every operation of the ISDS client, against answers written from the interface's description."""

import email
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from services.documents import delivery
from services.documents.delivery.account import IsdsAccount, addresses
from services.documents.delivery.information import PAGE
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import (
    GatewayRefused,
    GatewayUnavailable,
    MessageFile,
    OutgoingMessage,
    PaidRight,
    Upload,
)
from services.documents.domain.isds_outcome import Exchange, classify
from tests.documents.answering import V20, Prepared, answering, soap

NS = {"i": V20}
NOW = datetime(2026, 4, 1, 10, tzinfo=UTC)
MESSAGE = OutgoingMessage(
    recipient_box="aydaadk",
    subject="Výzva\tk odstranění nedostatků",
    sender_reference="MASZK-2026-000001/1",
    sender_mark="8/012",
    recipient_name="Obec Abertamy",
    file_name="vyzva.pdf",
    pdf=b"%PDF-1.7",
)
TOWNS = ("aydaadk", "vqbab52", "qrdae26")


@pytest.fixture
def server(socket_enabled: None):  # type: ignore[no-untyped-def]
    with answering() as prepared:
        yield prepared


def gateway(server: Prepared, **changes: float) -> IsdsGateway:
    account = IsdsAccount(f"{server.address}/DS", "mas", "heslo", large_url=f"{server.address}/big")
    return IsdsGateway(replace(account, **changes))  # type: ignore[arg-type]


def asked(server: Prepared, number: int = -1) -> etree._Element:
    """Return the operation's element of a request."""
    root = etree.fromstring(server.asked[number].body)
    return root[0][0]


def values(parent: etree._Element, path: str) -> list[str | None]:
    return [item.text for item in parent.findall(path, NS)]


# What may be called at all

OF_A_SENDER = {
    "CreateMessage", "CreateMultipleMessage", "CreateBigMessage", "UploadAttachment",
    "GetListOfSentMessages", "GetMessageStateChanges", "GetDeliveryInfo", "GetSignedDeliveryInfo",
    "SignedSentMessageDownload", "SignedSentBigMessageDownload", "SentMessageEnvelopeDownload",
    "AuthenticateMessage", "ArchiveISDSDocument", "CheckDataBox", "FindDataBox2", "ISDSSearch3",
    "PDZSendInfo", "PDZInfo", "DataBoxCreditInfo", "GetOwnerInfoFromLogin2",
    "GetUserInfoFromLogin2", "GetPasswordInfo", "ChangeISDSPassword", "DummyOperation",
}  # fmt: skip
"""Written a second time on purpose: whoever adds one must say here that it delivers nothing."""


def test_nothing_that_delivers_received_mail_can_be_called() -> None:
    names = {operation.called for operation in Operation}

    assert names == OF_A_SENDER
    assert not [name for name in names if "Received" in name]
    assert names.isdisjoint({"MessageDownload", "SignedMessageDownload", "MarkMessageAsDownloaded"})
    for path in Path(delivery.__file__).parent.glob("*.py"):
        assert "GetListOfReceived" not in path.read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="GetListOfReceivedMessages"):
        Operation(("GetListOfReceivedMessages", "dx"))


@pytest.mark.parametrize(
    ("login", "ordinary", "large"),
    [
        ("password", "https://ws1.x.cz/DS", "https://ws2.x.cz/DS"),
        ("certificate", "https://ws1c.x.cz/cert/DS", "https://ws2c.x.cz/cert/DS"),
        (
            "certificate_and_password",
            "https://ws1c.x.cz/certds/DS",
            "https://ws2c.x.cz/certds/DS",
        ),
        ("hosted", "https://ws1c.x.cz/hspis/DS", "https://ws2c.x.cz/hspis/DS"),
    ],
)
def test_each_login_has_its_addresses(login: str, ordinary: str, large: str) -> None:
    assert addresses("x.cz", login) == (ordinary, large)  # type: ignore[arg-type]


# Creating


def test_one_message_carries_every_element_in_order(server: Prepared) -> None:
    server.answers = [soap(Operation.CREATE_MESSAGE, "<dmID>77</dmID>")]
    enclosure = MessageFile("mapa.png", "image/png", b"\x89PNG")
    message = replace(MESSAGE, enclosures=(enclosure,), is_personal=True, paid_kind="K")

    seen = gateway(server).create_message(message)

    assert seen == Exchange(True, 200, "0000", "77")
    request = server.asked[0]
    assert (request.path, request.headers["SOAPAction"]) == ("/DS/dz", '""')
    envelope = asked(server).find("i:dmEnvelope", NS)
    assert envelope is not None
    assert envelope.get("dmType") == "K"
    assert len(envelope) == 18
    assert envelope.findtext("i:dmAnnotation", None, NS) == "Výzva k odstranění nedostatků"
    assert envelope.findtext("i:dmPersonalDelivery", None, NS) == "true"
    files = asked(server).findall("i:dmFiles/i:dmFile", NS)
    assert [file.get("dmFileMetaType") for file in files] == ["main", "enclosure"]


def many(*singles: tuple[str, str]) -> bytes:
    """Return an answer to a message for several; each single is a number (or nothing), a code."""
    inner = "".join(
        "<dmSingleStatus>"
        + (f"<dmID>{number}</dmID>" if number else "")
        + f"<dmStatus><dmStatusCode>{code}</dmStatusCode><dmStatusMessage/></dmStatus>"
        "</dmSingleStatus>"
        for number, code in singles
    )
    whole = "0000" if all(number for number, _ in singles) else "0004"
    inner = f"<dmMultipleStatus>{inner}</dmMultipleStatus>"
    return soap(Operation.CREATE_MULTIPLE_MESSAGE, inner, whole)


def envelope(number: str, box: str) -> bytes:
    inner = f"<dmReturnedMessageEnvelope><dmDm><dmID>{number}</dmID>"
    inner += f"<dbIDRecipient>{box}</dbIDRecipient></dmDm>"
    inner += "<dmMessageStatus>4</dmMessageStatus></dmReturnedMessageEnvelope>"
    return soap(Operation.SENT_MESSAGE_ENVELOPE_DOWNLOAD, inner)


def by_number(server: Prepared, owners: dict[str, str], answer: bytes) -> list[object]:
    """Answer the creation first, then each question about an envelope by its number."""

    def reply(handler) -> None:  # type: ignore[no-untyped-def]
        number = etree.fromstring(server.asked[-1].body).findtext(".//i:dmID", None, NS)
        box = owners.get(str(number))
        content = (
            soap(Operation.SENT_MESSAGE_ENVELOPE_DOWNLOAD, code="1219")
            if box is None
            else envelope(str(number), box)
        )
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return [answer, reply]


def test_several_recipients_are_told_apart(server: Prepared) -> None:
    answer = many(("71", "0000"), ("", "5001"), ("73", "0000"))
    server.answers = by_number(server, {"71": TOWNS[0], "73": TOWNS[2]}, answer)

    found = gateway(server).create_for_many(MESSAGE, TOWNS)

    outcomes = {box: classify(seen) for box, seen in found.items()}
    assert outcomes[TOWNS[0]].message_id == "71"
    assert (outcomes[TOWNS[1]].kind, outcomes[TOWNS[1]].code) == ("not_created", "5001")
    assert outcomes[TOWNS[2]].message_id == "73"
    assert values(asked(server, 0), "i:dmRecipients/i:dmRecipient/i:dbIDRecipient") == list(TOWNS)
    assert len(asked(server, 0).findall("i:dmEnvelope/*", NS)) == 14


def test_an_answer_in_another_order_ascribes_nothing_wrongly(server: Prepared) -> None:
    answer = many(("71", "0000"), ("", "5001"), ("73", "0000"))
    server.answers = by_number(server, {"71": TOWNS[1], "73": TOWNS[2]}, answer)

    found = gateway(server).create_for_many(MESSAGE, TOWNS)

    outcomes = {box: classify(seen) for box, seen in found.items()}
    assert outcomes[TOWNS[1]].message_id == "71"
    assert outcomes[TOWNS[2]].message_id == "73"
    assert outcomes[TOWNS[0]].kind == "unknown"


def test_a_number_whose_envelope_cannot_be_read_stays_unknown(server: Prepared) -> None:
    answer = many(("71", "0000"), ("72", "0000"), ("73", "0000"))
    server.answers = by_number(server, {"71": TOWNS[0]}, answer)

    found = gateway(server).create_for_many(MESSAGE, TOWNS)

    assert [classify(found[box]).kind for box in TOWNS] == ["created", "unknown", "unknown"]


def test_too_few_statuses_leave_all_unknown(server: Prepared) -> None:
    server.answers = [many(("71", "0000"), ("72", "0000"))]

    found = gateway(server).create_for_many(MESSAGE, TOWNS)

    assert {classify(seen).kind for seen in found.values()} == {"unknown"}


def test_a_refusal_as_a_whole_holds_for_all(server: Prepared) -> None:
    server.answers = [soap(Operation.CREATE_MULTIPLE_MESSAGE, code="1214")]

    found = gateway(server).create_for_many(MESSAGE, TOWNS)

    assert {classify(seen).kind for seen in found.values()} == {"not_created"}


@pytest.mark.parametrize("boxes", [(), TOWNS[:1], (TOWNS[0], TOWNS[0]), tuple("abcdefg" * 8)])
def test_a_wrong_number_of_recipients_sends_nothing(
    server: Prepared, boxes: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match="recipients"):
        gateway(server).create_for_many(MESSAGE, boxes)
    assert server.asked == []


HASHES = (
    '<dmAttHash1 AttHashAlg="SHA-256">ab12</dmAttHash1>'
    '<dmAttHash2 AttHashAlg="SHA3-256">cd34</dmAttHash2>'
)


def test_a_large_file_travels_beside_the_envelope(server: Prepared) -> None:
    server.answers = [soap(Operation.UPLOAD_ATTACHMENT, f"<dmAttID>A-1</dmAttID>{HASHES}")]
    content = bytes(range(256)) * 100

    found = gateway(server).upload(MessageFile("mapy.pdf", "application/pdf", content, "main"))

    assert found == Upload("A-1", (("ab12", "SHA-256"), ("cd34", "SHA3-256")), "main")
    request = server.asked[0]
    assert request.path == "/big/vodz"
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    packed = email.message_from_bytes(head + request.body)
    root, file = packed.get_payload()  # type: ignore[misc]
    assert packed.get_param("type") == "application/xop+xml"
    assert root.get_content_type() == "application/xop+xml"
    include = etree.fromstring(root.get_payload(decode=True)).find(
        ".//{http://www.w3.org/2004/08/xop/include}Include"
    )
    assert include is not None
    assert include.get("href") == f"cid:{file['Content-ID'].strip('<>')}"
    assert content in request.body


@pytest.mark.parametrize("inner", ["", "<dmAttID>A-1</dmAttID>", HASHES])
def test_half_an_upload_is_none(server: Prepared, inner: str) -> None:
    server.answers = [soap(Operation.UPLOAD_ATTACHMENT, inner)]

    with pytest.raises(GatewayUnavailable):
        gateway(server).upload(MessageFile("mapy.pdf", "application/pdf", b"x"))


def test_a_large_message_gives_the_hashes_back(server: Prepared) -> None:
    server.answers = [soap(Operation.CREATE_BIG_MESSAGE, "<dmID>88</dmID>")]
    upload = Upload("A-1", (("ab12", "SHA-256"), ("cd34", "SHA3-256")), "main")

    seen = gateway(server).create_large(MESSAGE, (upload,))

    assert classify(seen).message_id == "88"
    (file,) = asked(server).findall("i:dmFiles/i:dmExtFile", NS)
    assert dict(file.attrib) == {
        "dmFileMetaType": "main",
        "dmAttID": "A-1",
        "dmAttHash1": "ab12",
        "dmAttHash1Alg": "SHA-256",
        "dmAttHash2": "cd34",
        "dmAttHash2Alg": "SHA3-256",
    }


# Asking


def records(first: int, count: int) -> bytes:
    inner = "".join(
        f"<dmRecord><dmOrdinal>{n}</dmOrdinal><dmID>{n}</dmID>"
        "<dmMessageStatus>4</dmMessageStatus></dmRecord>"
        for n in range(first, first + count)
    )
    return soap(Operation.GET_LIST_OF_SENT_MESSAGES, f"<dmRecords>{inner}</dmRecords>")


def test_a_full_interval_is_halved_with_an_overlap(server: Prepared) -> None:
    server.answers = [records(0, PAGE), records(990, 20), records(0, 999), records(0, 0)]

    found = gateway(server).sent_messages(NOW, NOW + timedelta(hours=1))

    assert sorted(int(record.message_id) for record in found) == list(range(1010))
    spans = [
        (values(asked(server, n), "i:dmFromTime")[0], values(asked(server, n), "i:dmToTime")[0])
        for n in range(3)
    ]
    assert spans[0] == ("2026-04-01T12:00:00.000+02:00", "2026-04-01T13:00:00.000+02:00")
    assert ("2026-04-01T12:29:00.000+02:00", "2026-04-01T13:00:00.000+02:00") in spans
    assert ("2026-04-01T12:00:00.000+02:00", "2026-04-01T12:31:00.000+02:00") in spans
    assert values(asked(server, 0), "i:dmStatusFilter") == ["-1"]


def test_a_burst_within_minutes_is_read_page_by_page(server: Prepared) -> None:
    server.answers = [records(0, PAGE), records(PAGE, PAGE), records(2 * PAGE, 5)]

    found = gateway(server).sent_messages(NOW, NOW + timedelta(minutes=4))

    assert len(found) == 2 * PAGE + 5
    assert values(asked(server, 2), "i:dmOffset") == [str(2 * PAGE + 1)]


def test_what_a_sender_may_pay_with(server: Prepared) -> None:
    one = "<PDZType>K</PDZType><PDZRecip/><PDZPayer>ga2dqwf</PDZPayer><PDZExpire/><PDZCnt/>"
    two = "<PDZType>O</PDZType><PDZRecip>vqbab52</PDZRecip><PDZPayer>ga2dqwf</PDZPayer>"
    two += "<PDZExpire>2026-05-01T00:00:00</PDZExpire><PDZCnt>1</PDZCnt>"
    inner = "".join(f"<dbPDZRecord>{item}</dbPDZRecord>" for item in (one, two))
    server.answers = [soap(Operation.PDZ_INFO, f"<dbPDZRecords>{inner}</dbPDZRecords>")]

    contract, prepaid = gateway(server).paid_rights("ga2dqwf")

    assert contract == PaidRight("K", "", None, None)
    assert (prepaid.kind, prepaid.recipient_box, prepaid.left) == ("O", "vqbab52", 1)
    assert prepaid.expires_at is not None
    assert prepaid.expires_at.astimezone(UTC) == datetime(2026, 4, 30, 22, tzinfo=UTC)


def test_the_login_is_described(server: Prepared) -> None:
    owner = "<dbOwnerInfo><dbID>ga2dqwf</dbID><dbType>PO</dbType><firmName>MAS</firmName>"
    owner += "<dbState>1</dbState></dbOwnerInfo>"
    user = "<dbUserInfo><userType>ENTRUSTED_USER</userType><userPrivils>28</userPrivils>"
    server.answers = [
        soap(Operation.GET_OWNER_INFO, owner),
        soap(Operation.GET_USER_INFO, f"{user}</dbUserInfo>"),
        soap(Operation.GET_PASSWORD_INFO, "<pswExpDate>2026-06-30T23:59:59</pswExpDate>"),
    ]

    found = gateway(server).login()

    assert (found.box.box_id, found.box.type_number, found.user_type) == (
        "ga2dqwf",
        20,
        "ENTRUSTED_USER",
    )
    assert found.rights == 28
    assert found.password_expires_at is not None


def test_a_system_certificate_is_no_person(server: Prepared) -> None:
    owner = "<dbOwnerInfo><dbID>ga2dqwf</dbID><dbState>1</dbState></dbOwnerInfo>"
    server.answers = [
        soap(Operation.GET_OWNER_INFO, owner),
        soap(Operation.GET_USER_INFO, code="2102"),
        soap(Operation.GET_PASSWORD_INFO, "<pswExpDate/>"),
    ]

    found = gateway(server).login()

    assert (found.user_type, found.rights, found.password_expires_at) == ("", None, None)


def test_a_refused_password_is_told_by_its_code(server: Prepared) -> None:
    server.answers = [soap(Operation.CHANGE_PASSWORD, code="1083")]

    with pytest.raises(GatewayRefused) as refused:
        gateway(server).change_password("Stare-1", "12345abc")

    assert refused.value.code == "1083"


def test_an_archive_stamp_comes_with_the_day_of_the_next(server: Prepared) -> None:
    inner = "<dmResultDoc>Wk ZP\n</dmResultDoc><nextStampTo>2031-06-30+02:00</nextStampTo>"
    server.answers = [soap(Operation.ARCHIVE_DOCUMENT, inner)]

    renewed = gateway(server).renew_stamp(b"ZFO")

    assert (renewed.zfo, renewed.next_on) == (b"ZFO", date(2031, 6, 30))
    assert server.asked[0].path == "/big/arch"
    assert server.asked[0].headers["Content-Type"].startswith("application/soap+xml")


@pytest.mark.parametrize(("text", "is_authentic"), [("true", True), ("false", False), ("", False)])
def test_authenticity_is_what_isds_says(server: Prepared, text: str, is_authentic: bool) -> None:
    inner = f"<dmAuthResult>{text}</dmAuthResult>"
    server.answers = [soap(Operation.AUTHENTICATE_MESSAGE, inner)]

    assert gateway(server).is_authentic(b"ZFO") is is_authentic


def test_a_search_tells_what_may_be_sent(server: Prepared) -> None:
    one = "<dbID>aydaadk</dbID><dbType>OVM</dbType><dbName>Obec</dbName><dbAddress>A 1</dbAddress>"
    one += "<dbICO>00254398</dbICO><dbSendOptions>DZ</dbSendOptions>"
    inner = f"<totalCount>1</totalCount><dbResults><dbResult>{one}</dbResult></dbResults>"
    server.answers = [soap(Operation.ISDS_SEARCH_3, inner)]

    found = gateway(server).search("Abertamy")

    assert found.total == 1
    assert (found.boxes[0].type_number, found.boxes[0].send_options) == (10, "DZ")


def test_a_misspelt_identifier_is_caught_before_any_call(server: Prepared) -> None:
    isds = gateway(server)

    assert isds.find_box(box_id="aydaada") is None
    assert isds.can_receive("aydaada") is False
    assert server.asked == []


def test_the_sealed_copy_of_a_large_message_is_asked_elsewhere(server: Prepared) -> None:
    server.answers = [
        soap(Operation.SIGNED_SENT_MESSAGE_DOWNLOAD, code="1281"),
        soap(Operation.SIGNED_SENT_BIG_MESSAGE_DOWNLOAD, "<dmSignature>WkZP</dmSignature>"),
    ]

    assert gateway(server).signed_sent_message("88") == b"ZFO"
    assert [request.path for request in server.asked] == ["/DS/dz", "/big/vodz"]

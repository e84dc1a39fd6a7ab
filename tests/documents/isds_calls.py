"""Every operation of the ISDS client: how the gateway is asked for it, and a good answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from re import findall

from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import MessageFile, OutgoingMessage, Upload
from tests.documents.answering import soap

TOWNS = ("aydaadk", "vqbab52")
NUMBERS = ("71", "72")
NOW = datetime(2026, 4, 1, 10, tzinfo=UTC)
MESSAGE = OutgoingMessage(
    recipient_box=TOWNS[0],
    subject="Výzva k odstranění nedostatků",
    sender_reference="MASZK-2026-000001/1",
    sender_mark="8/012",
    recipient_name="Obec Abertamy",
    file_name="vyzva.pdf",
    pdf=b"%PDF-1.7",
)
UPLOAD = Upload("A-1", (("ab12", "SHA-256"), ("cd34", "SHA3-256")), "main")
AT = "2026-04-01T12:00:00.000+02:00"
OWNER = "<dbOwnerInfo><dbID>aydaadk</dbID><dbType>OVM</dbType><firmName>Obec</firmName>"
OWNER += "<dbState>1</dbState></dbOwnerInfo>"
DOCUMENT = "WkZP"


@dataclass(frozen=True)
class Called:
    """One operation as the gateway asks for it."""

    call: Callable[[IsdsGateway], object]
    inner: str = ""
    """Elements of a good answer before the status."""
    creates: bool = False
    before: Mapping[Operation, bytes] = field(default_factory=dict)
    """What other operations must answer so that this one is asked at all."""


def record(number: str, box: str) -> str:
    """Return what is said of a sent message."""
    inner = f"<dmID>{number}</dmID><dbIDRecipient>{box}</dbIDRecipient>"
    inner += f"<dmAnnotation>{MESSAGE.subject}</dmAnnotation>"
    return inner + f"<dmSenderRefNumber>{MESSAGE.sender_reference}</dmSenderRefNumber>"


def _single(number: str) -> str:
    status = "<dmStatus><dmStatusCode>0000</dmStatusCode><dmStatusMessage/></dmStatus>"
    return f"<dmSingleStatus><dmID>{number}</dmID>{status}</dmSingleStatus>"


_SENT = record(NUMBERS[0], TOWNS[0])
_DELIVERY = (
    f"<dmDelivery><dmDm>{_SENT}</dmDm><dmDeliveryTime>{AT}</dmDeliveryTime>"
    f"<dmAcceptanceTime>{AT}</dmAcceptanceTime><dmMessageStatus>6</dmMessageStatus><dmEvents>"
    f"<dmEvent><dmEventTime>{AT}</dmEventTime><dmEventDescr>EV5: Dodána</dmEventDescr></dmEvent>"
    "</dmEvents></dmDelivery>"
)
_FOUND = "<dbID>aydaadk</dbID><dbType>OVM</dbType><dbName>Obec</dbName><dbAddress>A 1</dbAddress>"
_FOUND += "<dbICO>00254398</dbICO><dbSendOptions>DZ</dbSendOptions>"
_RIGHT = f"<PDZType>K</PDZType><PDZRecip/><PDZPayer/><PDZExpire>{AT}</PDZExpire><PDZCnt>3</PDZCnt>"
_USER = "<dbUserInfo><userType>ENTRUSTED_USER</userType><userPrivils>28</userPrivils></dbUserInfo>"
_HASHES = '<dmAttHash1 AttHashAlg="SHA-256">ab12</dmAttHash1>'
_HASHES += '<dmAttHash2 AttHashAlg="SHA3-256">cd34</dmAttHash2>'
_SEALED = f"<dmSignature>{DOCUMENT}</dmSignature>"

CALLS: dict[Operation, Called] = {
    Operation.CREATE_MESSAGE: Called(
        lambda isds: isds.create_message(MESSAGE), "<dmID>71</dmID>", creates=True
    ),
    Operation.CREATE_MULTIPLE_MESSAGE: Called(
        lambda isds: isds.create_for_many(MESSAGE, TOWNS),
        f"<dmMultipleStatus>{''.join(map(_single, NUMBERS))}</dmMultipleStatus>",
        creates=True,
    ),
    Operation.CREATE_BIG_MESSAGE: Called(
        lambda isds: isds.create_large(MESSAGE, (UPLOAD,)), "<dmID>71</dmID>", creates=True
    ),
    Operation.UPLOAD_ATTACHMENT: Called(
        lambda isds: isds.upload(MessageFile("mapy.pdf", "application/pdf", b"x", "main")),
        f"<dmAttID>A-1</dmAttID>{_HASHES}",
    ),
    Operation.SIGNED_SENT_MESSAGE_DOWNLOAD: Called(
        lambda isds: isds.signed_sent_message("71"), _SEALED
    ),
    Operation.SIGNED_SENT_BIG_MESSAGE_DOWNLOAD: Called(
        lambda isds: isds.signed_sent_message("71"),
        _SEALED,
        before={
            Operation.SIGNED_SENT_MESSAGE_DOWNLOAD: soap(
                Operation.SIGNED_SENT_MESSAGE_DOWNLOAD, code="1281"
            )
        },
    ),
    Operation.AUTHENTICATE_MESSAGE: Called(
        lambda isds: isds.is_authentic(b"ZFO"), "<dmAuthResult>true</dmAuthResult>"
    ),
    Operation.ARCHIVE_DOCUMENT: Called(
        lambda isds: isds.renew_stamp(b"ZFO"),
        f"<dmResultDoc>{DOCUMENT}</dmResultDoc><nextStampTo>2031-06-30</nextStampTo>",
    ),
    Operation.DUMMY_OPERATION: Called(lambda isds: isds.ping()),
    Operation.GET_LIST_OF_SENT_MESSAGES: Called(
        lambda isds: isds.sent_messages(NOW, NOW + timedelta(hours=1)),
        f"<dmRecords><dmRecord>{_SENT}<dmMessageStatus>4</dmMessageStatus></dmRecord></dmRecords>",
    ),
    Operation.GET_MESSAGE_STATE_CHANGES: Called(
        lambda isds: isds.state_changes(NOW),
        f"<dmRecords><dmRecord><dmID>71</dmID><dmEventTime>{AT}</dmEventTime>"
        "<dmMessageStatus>6</dmMessageStatus></dmRecord></dmRecords>",
    ),
    Operation.GET_DELIVERY_INFO: Called(lambda isds: isds.delivery_info("71"), _DELIVERY),
    Operation.GET_SIGNED_DELIVERY_INFO: Called(
        lambda isds: isds.signed_delivery_info("71"), _SEALED
    ),
    Operation.SENT_MESSAGE_ENVELOPE_DOWNLOAD: Called(
        lambda isds: isds.envelope("71"),
        f"<dmReturnedMessageEnvelope><dmDm>{_SENT}</dmDm><dmMessageStatus>4</dmMessageStatus>"
        "</dmReturnedMessageEnvelope>",
    ),
    Operation.CHECK_DATA_BOX: Called(
        lambda isds: isds.can_receive(TOWNS[0]), "<dbState>1</dbState>"
    ),
    Operation.FIND_DATA_BOX_2: Called(
        lambda isds: isds.find_box(box_id=TOWNS[0]), f"<dbResults>{OWNER}</dbResults>"
    ),
    Operation.ISDS_SEARCH_3: Called(
        lambda isds: isds.search("Obec"),
        f"<totalCount>1</totalCount><dbResults><dbResult>{_FOUND}</dbResult></dbResults>",
    ),
    Operation.PDZ_SEND_INFO: Called(
        lambda isds: isds.may_send_commercial(TOWNS[0]), "<PDZsiResult>true</PDZsiResult>"
    ),
    Operation.PDZ_INFO: Called(
        lambda isds: isds.paid_rights(TOWNS[0]),
        f"<dbPDZRecords><dbPDZRecord>{_RIGHT}</dbPDZRecord></dbPDZRecords>",
    ),
    Operation.DATA_BOX_CREDIT_INFO: Called(
        lambda isds: isds.credit(TOWNS[0]), "<currentCredit>3000</currentCredit>"
    ),
    Operation.GET_OWNER_INFO: Called(lambda isds: isds.login(), OWNER),
    Operation.GET_USER_INFO: Called(lambda isds: isds.login(), _USER),
    Operation.GET_PASSWORD_INFO: Called(
        lambda isds: isds.login(), f"<pswExpDate>{AT}</pswExpDate>"
    ),
    Operation.CHANGE_PASSWORD: Called(lambda isds: isds.change_password("Stare-1", "Nove-123")),
}


def good_answer(operation: Operation, request: bytes = b"") -> bytes:
    """Return a good answer; one about an envelope speaks of the message that was asked for."""
    inner = CALLS[operation].inner
    if operation is Operation.SENT_MESSAGE_ENVELOPE_DOWNLOAD:
        asked = findall(rb"dmID>(\d+)<", request)
        if asked == [NUMBERS[1].encode()]:
            inner = inner.replace(_SENT, record(NUMBERS[1], TOWNS[1]))
    return soap(operation, inner)

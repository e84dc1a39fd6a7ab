"""The gateway over ISDS. It never lists received mail, because that would deliver it."""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from lxml import etree

from services.documents.delivery.port import (
    BoxFacts,
    DeliveryInfo,
    GatewayRefused,
    GatewayUnavailable,
    OutgoingMessage,
    SentRecord,
    StateChange,
)
from services.documents.delivery.soap import (
    Answer,
    BadAnswer,
    bytes_of,
    element,
    elements_of,
    instant_of,
    number_of,
    printable,
    read_answer,
    request_body,
    text_of,
    with_children,
)
from services.documents.delivery.transport import (
    Interrupted,
    IsdsAccount,
    NotStarted,
    Reply,
    SoapTransport,
)
from services.documents.domain.isds_outcome import Exchange
from services.documents.domain.legal_delivery import BoxEvent
from shared.clock import PRAGUE

MESSAGES, INFORMATION, DIRECTORY = "dz", "dx", "df"
OK = 200
ALL_STATES = "-1"
PAGE = 500
LONGEST_SUBJECT = 255
LONGEST_MARK = 50
OPEN = "1"
# Not found, or several: then a person decides which one is meant.
NOT_FOUND = frozenset({"0002", "1109", "5001"})
CANNOT_RECEIVE_PAID = "0009"

BOX_TYPES = {
    "OVM": 10, "OVM_NOTAR": 11, "OVM_EXEKUT": 12, "OVM_REQ": 13, "OVM_FO": 14, "OVM_PFO": 15,
    "OVM_PO": 16, "PO": 20, "PO_ZAK": 21, "PO_REQ": 22, "PFO": 30, "PFO_ADVOK": 31,
    "PFO_DANPOR": 32, "PFO_INSSPR": 33, "PFO_AUDITOR": 34, "PFO_ZNALEC": 35,
    "PFO_TLUMOCNIK": 36, "PFO_ARCH": 37, "PFO_AIAT": 38, "PFO_AZI": 39, "FO": 40, "PFO_REQ": 50,
}  # fmt: skip

# Kinds to ask the directory for when only the IČO is known: legal persons and authorities
# first, then people in business. One IČO can hold boxes of several kinds.
KINDS_WITH_IC = ("OVM", "PO", "PFO")

OWNER_FIELDS = (
    "dbID", "aifoIsds", "dbType", "ic", "pnGivenNames", "pnLastName", "firmName", "biDate",
    "biCity", "biCounty", "biState", "adCode", "adCity", "adDistrict", "adStreet",
    "adNumberInStreet", "adNumberInMunicipality", "adZipCode", "adState", "nationality",
    "dbIdOVM", "dbState", "dbOpenAddressing", "dbUpperID",
)  # fmt: skip


T = TypeVar("T")


class IsdsGateway:
    """One sender's data box over SOAP."""

    def __init__(self, account: IsdsAccount) -> None:
        self._transport = SoapTransport(account)

    def create_message(self, message: OutgoingMessage) -> Exchange:
        """Try to create the message and tell exactly what was seen."""
        body = request_body("CreateMessage", [_envelope(message), _files(message)])
        try:
            reply = self._transport.post(MESSAGES, body)
        except NotStarted:
            return Exchange(request_started=False)
        except Interrupted:
            return Exchange(request_started=True)
        return _exchange(reply)

    def sent_messages(self, since: datetime, until: datetime) -> list[SentRecord]:
        """Return every sent message of the interval, in whatever state."""
        found: list[SentRecord] = []
        while True:
            page = self._sent_page(since, until, offset=len(found) + 1)
            found += page
            if len(page) < PAGE:
                return found

    def state_changes(self, since: datetime, until: datetime | None = None) -> list[StateChange]:
        """Return the state changes of sent messages in the interval."""
        values = {"dmFromTime": _time(since), "dmToTime": _time(until) if until else None}
        answer = self._call(INFORMATION, "GetMessageStateChanges", _children(values))
        return [_state_change(item) for item in elements_of(answer.body, "dmRecord")]

    def delivery_info(self, message_id: str) -> DeliveryInfo:
        """Return the events of a sent message."""
        answer = self._call(INFORMATION, "GetDeliveryInfo", [element("dmID", message_id)])
        return _read(lambda: delivery_info_of(answer.body))

    def signed_delivery_info(self, message_id: str) -> bytes:
        """Return the sealed delivery info."""
        children = [element("dmID", message_id)]
        answer = self._call(INFORMATION, "GetSignedDeliveryInfo", children)
        return _read(lambda: bytes_of(answer.body, "dmSignature"))

    def signed_sent_message(self, message_id: str) -> bytes:
        """Return the sealed message as sent."""
        children = [element("dmID", message_id)]
        answer = self._call(MESSAGES, "SignedSentMessageDownload", children)
        return _read(lambda: bytes_of(answer.body, "dmSignature"))

    def find_box(self, *, box_id: str | None = None, ic: str | None = None) -> BoxFacts | None:
        """Return a box by its identifier or the holder's IČO."""
        if box_id:
            return self._find({"dbID": box_id})
        for kind in KINDS_WITH_IC if ic else ():
            found = self._find({"dbType": kind, "ic": ic or ""})
            if found is not None:
                return found
        return None

    def can_receive(self, box_id: str) -> bool:
        """Tell whether the box exists and is open at this moment."""
        try:
            answer = self._call(DIRECTORY, "CheckDataBox", [element("dbID", box_id)])
        except GatewayRefused as refused:
            if refused.code in NOT_FOUND:
                return False
            raise
        return text_of(answer.body, "dbState") == OPEN

    def may_send_commercial(self, box_id: str) -> bool:
        """Tell whether a paid message can go to the box."""
        children = [element("dbId", box_id), element("PDZType", "Normal")]
        answer = self._call(DIRECTORY, "PDZSendInfo", children)
        return text_of(answer.body, "PDZsiResult") in ("true", "1")

    def ping(self) -> None:
        """Test the login."""
        self._call(MESSAGES, "DummyOperation", [])

    def _find(self, criteria: dict[str, str]) -> BoxFacts | None:
        owner = with_children("dbOwnerInfo", {name: criteria.get(name) for name in OWNER_FIELDS})
        try:
            answer = self._call(DIRECTORY, "FindDataBox2", [owner])
        except GatewayRefused as refused:
            if refused.code in NOT_FOUND:
                return None
            raise
        owners = elements_of(answer.body, "dbOwnerInfo")
        if len(owners) != 1:
            return None  # none, or several: a person decides which one is meant
        return _read(
            lambda: _box_facts(owners[0], is_reachable=answer.status.code != CANNOT_RECEIVE_PAID)
        )

    def _sent_page(self, since: datetime, until: datetime, offset: int) -> list[SentRecord]:
        values = {
            "dmFromTime": _time(since),
            "dmToTime": _time(until),
            "dmSenderOrgUnitNum": None,
            "dmStatusFilter": ALL_STATES,
            "dmOffset": str(offset),
            "dmLimit": str(PAGE),
        }
        answer = self._call(INFORMATION, "GetListOfSentMessages", _children(values))
        return _read(lambda: [_sent_record(item) for item in elements_of(answer.body, "dmRecord")])

    def _call(self, service: str, operation: str, children: Sequence[etree._Element]) -> Answer:
        try:
            reply = self._transport.post(service, request_body(operation, children))
        except (NotStarted, Interrupted) as error:
            raise GatewayUnavailable(str(error)) from error
        if reply.status in (401, 403):
            raise GatewayRefused(str(reply.status), "The login was refused.")
        if reply.status != OK:
            raise GatewayUnavailable(f"HTTP {reply.status}")
        answer = _read(lambda: read_answer(reply.content, operation))
        if not answer.status.code.startswith("00"):
            raise GatewayRefused(answer.status.code, answer.status.message)
        return answer


def _read(reading: Callable[[], T]) -> T:
    """Turn an unreadable answer into the port's error."""
    try:
        return reading()
    except BadAnswer as error:
        raise GatewayUnavailable(str(error)) from error


def _exchange(reply: Reply) -> Exchange:
    if reply.status != OK:
        return Exchange(request_started=True, http_status=reply.status)
    try:
        answer = read_answer(reply.content, "CreateMessage")
    except BadAnswer:
        return Exchange(request_started=True, http_status=reply.status)
    return Exchange(
        request_started=True,
        http_status=reply.status,
        code=answer.status.code,
        message_id=text_of(answer.body, "dmID") or None,
    )


def _envelope(message: OutgoingMessage) -> etree._Element:
    """Return the envelope; every element must stand there, empty ones too, in this order."""
    return with_children(
        "dmEnvelope",
        {
            "dmSenderOrgUnit": None,
            "dmSenderOrgUnitNum": None,
            "dbIDRecipient": message.recipient_box,
            "dmRecipientOrgUnit": None,
            "dmRecipientOrgUnitNum": None,
            "dmToHands": None,
            "dmAnnotation": printable(message.subject)[:LONGEST_SUBJECT],
            "dmRecipientRefNumber": None,
            "dmSenderRefNumber": message.sender_reference,
            "dmRecipientIdent": None,
            "dmSenderIdent": message.sender_mark[:LONGEST_MARK] or None,
            "dmLegalTitleLaw": None,
            "dmLegalTitleYear": None,
            "dmLegalTitleSect": None,
            "dmLegalTitlePar": None,
            "dmLegalTitlePoint": None,
            "dmPersonalDelivery": "false",
            "dmAllowSubstDelivery": "true",
        },
    )


def _files(message: OutgoingMessage) -> etree._Element:
    files = element("dmFiles")
    file = element(
        "dmFile",
        dmMimeType="application/pdf",
        dmFileMetaType="main",
        dmFileDescr=printable(message.file_name),
    )
    file.append(element("dmEncodedContent", base64.b64encode(message.pdf).decode("ascii")))
    files.append(file)
    return files


def _children(values: Mapping[str, str | None]) -> list[etree._Element]:
    return [element(name, text) for name, text in values.items()]


def _time(at: datetime) -> str:
    return at.astimezone(PRAGUE).isoformat(timespec="milliseconds")


def _sent_record(item: etree._Element) -> SentRecord:
    return SentRecord(
        message_id=text_of(item, "dmID"),
        recipient_box=text_of(item, "dbIDRecipient"),
        sender_reference=text_of(item, "dmSenderRefNumber"),
        subject=text_of(item, "dmAnnotation"),
        state=number_of(text_of(item, "dmMessageStatus")),
    )


def _state_change(item: etree._Element) -> StateChange:
    at = _read(lambda: instant_of(text_of(item, "dmEventTime")))
    if at is None:
        raise GatewayUnavailable("A state change has no time.")
    return StateChange(
        message_id=text_of(item, "dmID"),
        at=at,
        state=_read(lambda: number_of(text_of(item, "dmMessageStatus"))),
    )


def delivery_info_of(body: etree._Element) -> DeliveryInfo:
    """Read a delivery info.

    Raises:
        BadAnswer: a time or a number cannot be read.
    """
    return DeliveryInfo(
        message_id=text_of(body, "dmID"),
        state=number_of(text_of(body, "dmMessageStatus")),
        recipient_box=text_of(body, "dbIDRecipient"),
        sender_reference=text_of(body, "dmSenderRefNumber"),
        put_in_at=instant_of(text_of(body, "dmDeliveryTime")),
        accepted_at=instant_of(text_of(body, "dmAcceptanceTime")),
        events=tuple(_events(body)),
    )


def _events(body: etree._Element) -> list[BoxEvent]:
    """Read the events; old samples put several pairs of time and text into one element."""
    times = [instant_of((item.text or "").strip()) for item in elements_of(body, "dmEventTime")]
    texts = [(item.text or "").strip() for item in elements_of(body, "dmEventDescr")]
    return [
        BoxEvent(text.partition(":")[0].strip(), at)
        for at, text in zip(times, texts, strict=False)
        if at is not None
    ]


def _box_facts(owner: etree._Element, *, is_reachable: bool) -> BoxFacts:
    names = ("firmName", "pnGivenNames", "pnLastName")
    return BoxFacts(
        box_id=text_of(owner, "dbID"),
        type_number=BOX_TYPES.get(text_of(owner, "dbType"), 0),
        name=" ".join(filter(None, (text_of(owner, name) for name in names))),
        is_open=is_reachable and text_of(owner, "dbState") == OPEN,
    )

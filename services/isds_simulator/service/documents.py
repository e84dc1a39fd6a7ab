"""The XML of messages and delivery infos: inside answers, and inside sealed files."""

from services.isds_simulator.domain.attachments import Attachment
from services.isds_simulator.domain.states import Event
from services.isds_simulator.ledger.rows import Envelope, Message, MessageEvent
from services.isds_simulator.service.xml_writing import (
    XSI,
    Value,
    element,
    wrapped,
    written,
)

V20 = "http://isds.czechpoint.cz/v20"
SENT = f"{V20}/SentMessage"
RECEIVED = f"{V20}/message"
DELIVERY = f"{V20}/delivery"
HASH_ALGORITHM = "SHA-256"
SUBMITTED_FIELDS = (
    "dmSenderOrgUnit",
    "dmSenderOrgUnitNum",
    "dbIDRecipient",
    "dmRecipientOrgUnit",
    "dmRecipientOrgUnitNum",
    "dmToHands",
    "dmAnnotation",
    "dmRecipientRefNumber",
    "dmSenderRefNumber",
    "dmRecipientIdent",
    "dmSenderIdent",
    "dmLegalTitleLaw",
    "dmLegalTitleYear",
    "dmLegalTitleSect",
    "dmLegalTitlePar",
    "dmLegalTitlePoint",
    "dmPersonalDelivery",
    "dmAllowSubstDelivery",
)
ZERO_WHEN_EMPTY = frozenset({"dmSenderOrgUnitNum", "dmRecipientOrgUnitNum"})
LONGEST_NAME = 100
EVENT_TEXTS = {
    Event.SUBMITTED: "Datová zpráva byla podána.",
    Event.DELIVERED: (
        "Datová zpráva byla dodána do datové schránky příjemce. Je-li příjemcem datové zprávy "
        "orgán veřejné moci vystupující v postavení orgánu veřejné moci, byla datová zpráva "
        "tímto okamžikem doručena."
    ),
    Event.FICTION: (
        "Uplynulo 10 dnů od dodání datové zprávy do schránky příjemce. Datová zpráva se "
        "považuje za doručenou fikcí."
    ),
    Event.FICTION_NO_USER: (
        "Uplynulo 10 dnů od dodání datové zprávy do schránky, která nemá žádného uživatele. "
        "Datová zpráva se považuje za doručenou fikcí."
    ),
    Event.UNDELIVERABLE: (
        "Datová schránka příjemce byla zpětně (tj. po dodání zprávy), znepřístupněna, datová "
        "zpráva není doručitelná (§ 11 zákona č. 300/2008 Sb.)."
    ),
    Event.INFECTED: "Datová zpráva obsahovala škodlivý kód a nebyla dodána.",
    Event.LOGIN_PRIMARY: "Přihlásila se oprávněná osoba, datová zpráva byla doručena.",
    Event.LOGIN_ENTRUSTED: "Přihlásila se pověřená osoba, datová zpráva byla doručena.",
    Event.LOGIN_APPLICATION: "Přihlásila se aplikace příjemce, datová zpráva byla doručena.",
}


def envelope_elements(message_id: str, envelope: Envelope, sender_id: str, prefix: str) -> str:
    """Return the elements of ``gMessageEnvelope`` in their order.

    Args:
        message_id: ``dmID``.
        envelope: Names, addresses and the sender's elements.
        sender_id: Box of the sender.
        prefix: Namespace prefix without the colon.

    Returns:
        XML text; every element is there, an empty one is nil.
    """
    known: list[tuple[str, str | int | bool | None]] = [
        ("dmID", message_id),
        ("dbIDSender", sender_id),
        ("dmSender", envelope.sender_name[:LONGEST_NAME]),
        ("dmSenderAddress", envelope.sender_address[:LONGEST_NAME]),
        ("dmSenderType", envelope.sender_type),
        ("dmRecipient", envelope.recipient_name[:LONGEST_NAME]),
        ("dmRecipientAddress", envelope.recipient_address[:LONGEST_NAME]),
        ("dmAmbiguousRecipient", False),
    ]
    known.extend((name, _submitted(envelope, name)) for name in SUBMITTED_FIELDS)
    return "".join(element(f"{prefix}:{name}", value) for name, value in known)


def _submitted(envelope: Envelope, name: str) -> str | None:
    value = envelope.fields.get(name)
    return "0" if value is None and name in ZERO_WHEN_EMPTY else value


def message_document(
    message_id: str, envelope: Envelope, sender_id: str, files: tuple[Attachment, ...]
) -> bytes:
    """Return the raw ``dmDm`` of a message: the bytes over which its hash is taken.

    Args:
        message_id: ``dmID``.
        envelope: Names, addresses and the sender's elements.
        sender_id: Box of the sender.
        files: Attachments.

    Returns:
        UTF-8 from ``<p:dmDm`` to ``</p:dmDm>``.
    """
    parts = "".join(_file(file) for file in files)
    inner = envelope_elements(message_id, envelope, sender_id, "p")
    inner += wrapped("p:dmFiles", parts)
    return wrapped("p:dmDm", inner, {"xmlns:p": V20}).encode()


def _file(file: Attachment) -> str:
    attributes = {
        "dmMimeType": file.mime,
        "dmFileMetaType": file.meta,
        "dmFileGuid": file.guid,
        "dmUpFileGuid": file.parent_guid,
        "dmFileDescr": file.name,
    }
    return wrapped("p:dmFile", element("p:dmEncodedContent", file.content), attributes)


def envelope_document(message: Message) -> str:
    """Return ``dmDm`` without files, as delivery infos carry it."""
    inner = envelope_elements(message.id, message.envelope, message.sender_id, "p")
    return wrapped("p:dmDm", inner, {"xmlns:p": V20})


def hash_element(message: Message) -> str:
    """Return ``dmHash`` of a message."""
    return wrapped("q:dmHash", written(message.digest), {"algorithm": HASH_ALGORITHM})


def proof_elements(message: Message) -> str:
    """Return the hash, its time stamp, the times and the state of a message."""
    return "".join(
        (
            hash_element(message),
            element("q:dmQTimestamp", message.stamp),
            element("q:dmDeliveryTime", message.delivered_at),
            element("q:dmAcceptanceTime", message.accepted_at),
            element("q:dmMessageStatus", int(message.state)),
        )
    )


def delivery_element(message: Message, events: list[MessageEvent]) -> str:
    """Return ``dmDelivery`` of a message.

    Args:
        message: The message as the caller sees it.
        events: Its events in order; exactly one ``dmEvents`` holds them all.

    Returns:
        XML text.
    """
    lines = "".join(
        wrapped(
            "q:dmEvent",
            element("q:dmEventTime", event.at)
            + element("q:dmEventDescr", f"{event.kind}: {EVENT_TEXTS[event.kind]}"),
        )
        for event in events
    )
    inner = envelope_document(message) + proof_elements(message) + wrapped("q:dmEvents", lines)
    return wrapped("q:dmDelivery", inner)


def returned_message_element(message: Message, document: bytes) -> str:
    """Return ``dmReturnedMessage`` around the raw ``dmDm``.

    Args:
        message: The message as the caller sees it.
        document: Its stored ``dmDm``; the bytes are not touched.

    Returns:
        XML text.
    """
    inner = document.decode() + proof_elements(message)
    inner += element("q:dmAttachmentSize", message.attachment_kb)
    attributes: dict[str, Value] = {"dmType": message.kind}
    if message.is_big:
        attributes["dmVODZ"] = True
    return wrapped("q:dmReturnedMessage", inner, attributes)


def sealed_content(root: str, namespace: str, inner: str) -> bytes:
    """Return the content of a ZFO: no prolog, no status, its own namespace."""
    return wrapped(f"q:{root}", inner, {"xmlns:q": namespace, "xmlns:xsi": XSI}).encode()

"""Delivery infos and sealed copies of messages, and the question whether one is authentic."""

from dataclasses import replace

from services.isds_simulator.domain.refusals import (
    BAD_DOCUMENT,
    FOREIGN_MESSAGE,
    NO_DOCUMENT,
    NO_SUCH_MESSAGE,
    NOT_YET_DELIVERED,
    NOT_YET_OPENED,
    Refused,
)
from services.isds_simulator.domain.states import (
    CONTENT_FOR_SENDER,
    WAITING_FOR_RECIPIENT,
    State,
    as_sender_sees,
)
from services.isds_simulator.ledger import messages
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Message
from services.isds_simulator.seal.zfo import (
    NotADocument,
    seal_delivery_info,
    seal_message,
    sealed_claims,
)
from services.isds_simulator.service.documents import (
    DELIVERY,
    SENT,
    delivery_element,
    envelope_document,
    proof_elements,
    returned_message_element,
    sealed_content,
)
from services.isds_simulator.service.xml_writing import Value, element, wrapped
from services.isds_simulator.soap.faults import FaultKind
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right

UNSTAMPED = "0005"
HIDDEN_FROM_RECIPIENT = frozenset({State.SUBMITTED, State.STAMPED, State.INFECTED})


def _own_message(call: Call, connection: Connection) -> Message:
    """Return a message that the caller sent or received, with the state that he may see."""
    message = messages.find_message(connection, (call.fields.text("dmID") or "").strip())
    if message is None:
        raise Refused(NO_SUCH_MESSAGE)
    if message.sender_id == call.box_id:
        return replace(message, state=as_sender_sees(message.state))
    if message.recipient_id != call.box_id:
        raise Refused(FOREIGN_MESSAGE)
    if message.state in HIDDEN_FROM_RECIPIENT:
        raise Refused(NO_SUCH_MESSAGE)
    return message


def _sent_message(call: Call, connection: Connection) -> Message:
    message = _own_message(call, connection)
    if message.sender_id != call.box_id:
        raise Refused(FOREIGN_MESSAGE)
    return message


def get_delivery_info(call: Call) -> Answer:
    """Tell the events of a message."""
    with call.office.ledger.reading() as connection:
        message = _own_message(call, connection)
        events = messages.events_of(connection, message.id)
    return Answer(delivery_element(message, events))


def get_signed_delivery_info(call: Call) -> Answer:
    """Give the sealed delivery info of a message; each call seals anew."""
    with call.office.ledger.reading() as connection:
        message = _own_message(call, connection)
        events = messages.events_of(connection, message.id)
    is_received = message.sender_id != call.box_id
    if is_received and message.state in WAITING_FOR_RECIPIENT:
        raise Refused(NOT_YET_OPENED)
    content = sealed_content("GetDeliveryInfoResponse", DELIVERY, delivery_element(message, events))
    sealed = seal_delivery_info(
        content,
        call.office.authority,
        at=call.now,
        constructed=call.office.settings.constructed_content,
    )
    return Answer(element("q:dmSignature", sealed))


def download_sent_signed(call: Call) -> Answer:
    """Give the sealed copy of a message that the caller's box has sent."""
    hold = call.switches.seconds(FaultKind.NOT_YET)
    with call.office.ledger.reading() as connection:
        message = _sent_message(call, connection)
        if message.state is State.ERASED:
            raise Refused(NO_SUCH_MESSAGE)
        is_held = call.now < message.submitted_at + hold
        if is_held or message.state not in CONTENT_FOR_SENDER:
            raise Refused(NOT_YET_DELIVERED)
        document = messages.find_document(connection, message.id)
    if document is None:
        raise Refused(NO_SUCH_MESSAGE)
    is_stamped = not call.switches.has(FaultKind.UNSTAMPED)
    content = sealed_content(
        "MessageDownloadResponse", SENT, returned_message_element(message, document)
    )
    sealed = seal_message(
        content,
        call.office.authority,
        at=call.now,
        constructed=call.office.settings.constructed_content,
        stamped=is_stamped,
    )
    signature = element("q:dmSignature", sealed)
    return Answer(signature) if is_stamped else Answer(signature, UNSTAMPED)


def download_sent_envelope(call: Call) -> Answer:
    """Give the envelope of a sent message, erased ones included."""
    with call.office.ledger.reading() as connection:
        message = _sent_message(call, connection)
        files = len(messages.attachments_of(connection, message.id))
    inner = envelope_document(message) + proof_elements(message)
    inner += element("q:dmAttachmentSize", message.attachment_kb)
    attributes: dict[str, Value] = {"dmType": message.kind, "dmVODZ": False, "attsNum": files}
    return Answer(wrapped("q:dmReturnedMessageEnvelope", inner, attributes))


def authenticate_message(call: Call) -> Answer:
    """Tell whether a sealed document, of anyone, is one that this system has issued."""
    document = call.fields.binary("dmMessage")
    if document is None:
        raise Refused(NO_DOCUMENT)
    try:
        claims = sealed_claims(document, call.office.authority)
    except NotADocument:
        raise Refused(BAD_DOCUMENT) from None
    is_authentic = False
    if claims is not None:
        with call.office.ledger.reading() as connection:
            message = messages.find_message(connection, claims.message_id)
        is_authentic = message is not None and message.digest == claims.digest
    return Answer(element("q:dmAuthResult", is_authentic))


def dummy(_call: Call) -> Answer:
    """Do nothing; whoever gets here has signed in."""
    return Answer()


OPERATIONS = (
    Operation("GetDeliveryInfo", frozenset({"dx"}), Right.VIEW_INFO, get_delivery_info),
    Operation(
        "GetSignedDeliveryInfo", frozenset({"dx"}), Right.VIEW_INFO, get_signed_delivery_info
    ),
    Operation(
        "SentMessageEnvelopeDownload", frozenset({"dx"}), Right.VIEW_INFO, download_sent_envelope
    ),
    Operation(
        "SignedSentMessageDownload", frozenset({"dz"}), Right.CREATE_DM, download_sent_signed
    ),
    Operation("AuthenticateMessage", frozenset({"dz"}), Right.NONE, authenticate_message),
    Operation("DummyOperation", frozenset({"dz"}), Right.NONE, dummy),
)

"""Delivery infos, sealed copies of sent messages, and whether a document is authentic."""

from dataclasses import replace

from services.isds_simulator.domain.refusals import (
    BAD_DOCUMENT,
    FOREIGN_MESSAGE,
    NO_DOCUMENT,
    NO_SUCH_MESSAGE,
    NOT_YET_DELIVERED,
    NOT_YET_OPENED,
    WRONG_SERVICE,
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
from services.isds_simulator.seal.zfo import NotADocument, sealed_claims
from services.isds_simulator.service import progress
from services.isds_simulator.service.documents import (
    delivery_element,
    envelope_document,
    hash_element,
    proof_elements,
)
from services.isds_simulator.service.xml_writing import Value, element, wrapped
from services.isds_simulator.soap.faults import FaultKind
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.sealing import sealed_delivery_info, sealed_message

HIDDEN_FROM_RECIPIENT = frozenset({State.SUBMITTED, State.STAMPED, State.INFECTED})


def own_message(call: Call, connection: Connection) -> Message:
    """Return a message that the caller sent or received, with the state that he may see.

    Raises:
        Refused: 1219, there is none; 1211, it belongs to others.
    """
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


def sent_message(call: Call, connection: Connection) -> Message:
    """Return a message that the caller sent.

    Raises:
        Refused: 1219, there is none; 1211, the caller did not send it.
    """
    message = own_message(call, connection)
    if message.sender_id != call.box_id:
        raise Refused(FOREIGN_MESSAGE)
    return message


def get_delivery_info(call: Call) -> Answer:
    """Tell the events of a message."""
    _close_if_told(call)
    with call.office.ledger.reading() as connection:
        message = own_message(call, connection)
        events = messages.events_of(connection, message.id)
    return Answer(delivery_element(message, events))


def get_signed_delivery_info(call: Call) -> Answer:
    """Give the sealed delivery info of a message; each call seals anew."""
    _close_if_told(call)
    with call.office.ledger.reading() as connection:
        message = own_message(call, connection)
        events = messages.events_of(connection, message.id)
    is_received = message.sender_id != call.box_id
    if is_received and message.state in WAITING_FOR_RECIPIENT:
        raise Refused(NOT_YET_OPENED)
    return sealed_delivery_info(call, message, events)


def _close_if_told(call: Call) -> None:
    """Let a fault close the recipient's box retroactively, so that EV3 replaces EV2."""
    if not call.switches.has(FaultKind.UNDELIVERABLE):
        return
    with call.office.ledger.writing() as connection:
        message = own_message(call, connection)
        if message.state in WAITING_FOR_RECIPIENT:
            progress.close_retroactively(connection, message.id, at=call.now)


def download_sent_signed(call: Call) -> Answer:
    """Give the sealed copy of a message that the caller's box has sent."""
    return _download_sent(call, is_big=False)


def download_sent_big(call: Call) -> Answer:
    """Give the sealed copy of a big message that the caller's box has sent."""
    return _download_sent(call, is_big=True)


def _download_sent(call: Call, *, is_big: bool) -> Answer:
    hold = call.switches.seconds(FaultKind.NOT_YET)
    with call.office.ledger.reading() as connection:
        message = sent_message(call, connection)
        if message.state is State.ERASED:
            raise Refused(NO_SUCH_MESSAGE)
        is_held = call.now < message.submitted_at + hold
        if is_held or message.state not in _downloadable(call):
            raise Refused(NOT_YET_DELIVERED)
        if message.is_big is not is_big:
            raise Refused(WRONG_SERVICE)
        document = messages.find_document(connection, message.id)
    if document is None:
        raise Refused(NO_SUCH_MESSAGE)
    return sealed_message(call, message, document, is_sent=True)


def _downloadable(call: Call) -> frozenset[State]:
    if call.office.settings.undeliverable_downloadable:
        return CONTENT_FOR_SENDER
    return CONTENT_FOR_SENDER - {State.UNDELIVERABLE}


def download_sent_envelope(call: Call) -> Answer:
    """Give the envelope of a sent message, erased ones included."""
    with call.office.ledger.reading() as connection:
        message = sent_message(call, connection)
        files = len(messages.attachments_of(connection, message.id))
    return Answer(envelope_element(message, files))


def envelope_element(message: Message, files: int) -> str:
    """Return ``dmReturnedMessageEnvelope``: everything but the files."""
    inner = envelope_document(message) + proof_elements(message)
    inner += element("q:dmAttachmentSize", message.attachment_kb)
    attributes: dict[str, Value] = {
        "dmType": message.kind,
        "dmVODZ": message.is_big,
        "attsNum": files,
    }
    return wrapped("q:dmReturnedMessageEnvelope", inner, attributes)


def verify_message(call: Call) -> Answer:
    """Tell the hash of a message of the caller's box; an old operation that still works."""
    with call.office.ledger.reading() as connection:
        message = own_message(call, connection)
    return Answer(hash_element(message))


def authenticate_message(call: Call) -> Answer:
    """Tell whether a sealed document, of anyone, is one that this system has issued."""
    document = call.fields.binary("dmMessage")
    if document is None:
        raise Refused(NO_DOCUMENT)
    try:
        is_authentic = is_issued_here(call, document)
    except NotADocument:
        raise Refused(BAD_DOCUMENT) from None
    return Answer(element("q:dmAuthResult", is_authentic))


def is_issued_here(call: Call, document: bytes) -> bool:
    """Tell whether a document carries our seal over a message that the ledger knows.

    Raises:
        NotADocument: The bytes are no signed document.
    """
    claims = sealed_claims(document, call.office.authority)
    if claims is None:
        return False
    with call.office.ledger.reading() as connection:
        message = messages.find_message(connection, claims.message_id)
    return message is not None and message.digest == claims.digest


def dummy(_call: Call) -> Answer:
    """Do nothing; whoever gets here has signed in."""
    return Answer()


DX = frozenset({"dx"})
DZ = frozenset({"dz"})
VODZ = frozenset({"vodz"})
OPERATIONS = (
    Operation("GetDeliveryInfo", DX, Right.VIEW_INFO, get_delivery_info),
    Operation("GetSignedDeliveryInfo", DX, Right.VIEW_INFO, get_signed_delivery_info),
    Operation("SentMessageEnvelopeDownload", DX, Right.VIEW_INFO, download_sent_envelope),
    Operation("VerifyMessage", DX, Right.VIEW_INFO, verify_message),
    Operation(
        "SignedSentMessageDownload", DZ, Right.CREATE_DM, download_sent_signed, is_watched=True
    ),
    Operation("SignedSentBigMessageDownload", VODZ, Right.CREATE_DM, download_sent_big),
    Operation("AuthenticateMessage", DZ, Right.NONE, authenticate_message),
    Operation("AuthenticateBigMessage", VODZ, Right.NONE, authenticate_message),
    Operation("DummyOperation", DZ, Right.NONE, dummy),
)

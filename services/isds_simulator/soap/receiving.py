"""What a recipient's program does: download, mark as read, ask who the author is."""

import base64

from services.isds_simulator.domain.refusals import (
    FOREIGN_MESSAGE,
    NO_RIGHT_TO_MESSAGE,
    NO_SUCH_MESSAGE,
    NOT_YET_OPENED,
    WRONG_SERVICE,
    Refused,
)
from services.isds_simulator.domain.states import WAITING_FOR_RECIPIENT, State
from services.isds_simulator.ledger import messages
from services.isds_simulator.ledger.connection import Connection
from services.isds_simulator.ledger.rows import Author, Message
from services.isds_simulator.service import progress
from services.isds_simulator.service.documents import returned_message_element
from services.isds_simulator.service.sealed import files_of
from services.isds_simulator.service.xml_writing import element, wrapped
from services.isds_simulator.soap.operation import (
    READING_RIGHTS,
    Answer,
    Call,
    Operation,
    Right,
)
from services.isds_simulator.soap.proofs import envelope_element, own_message
from services.isds_simulator.soap.sealing import sealed_message

NAME_LEVEL = 1
TOLD_OF_FILES = ("dmFileMetaType", "dmMimeType", "dmFileDescr")


def received_message(call: Call, connection: Connection) -> Message:
    """Return a received message that the caller may read.

    Raises:
        Refused: 1219, there is none; 1211, the caller did not receive it; 1218, he may
            not read it; 1222, nobody has logged in for it.
    """
    message = own_message(call, connection)
    if message.recipient_id != call.box_id:
        raise Refused(FOREIGN_MESSAGE)
    if message.state in WAITING_FOR_RECIPIENT:
        raise Refused(NOT_YET_OPENED)
    _check_right(call, message)
    return message


def _check_right(call: Call, message: Message) -> None:
    account = call.account
    reads_all = account.may(Right.READ_ALL)
    reads_some = account.may(Right.READ_NON_PERSONAL)
    if not progress.may_read(message, reads_all=reads_all, reads_some=reads_some):
        raise Refused(NO_RIGHT_TO_MESSAGE)


def _with_content(call: Call, *, is_big: bool) -> tuple[Message, bytes]:
    with call.office.ledger.reading() as connection:
        message = received_message(call, connection)
        if message.is_big is not is_big:
            raise Refused(WRONG_SERVICE)
        document = messages.find_document(connection, message.id)
    if document is None or message.state in {State.ERASED, State.UNDELIVERABLE}:
        raise Refused(NO_SUCH_MESSAGE)
    return message, document


def download(call: Call) -> Answer:
    """Give a received message without a seal."""
    return Answer(returned_message_element(*_with_content(call, is_big=False)))


def download_big(call: Call) -> Answer:
    """Give a received big message without a seal."""
    return Answer(returned_message_element(*_with_content(call, is_big=True)))


def download_signed(call: Call) -> Answer:
    """Give the sealed copy of a received message."""
    message, document = _with_content(call, is_big=False)
    return sealed_message(call, message, document, is_sent=False)


def download_big_signed(call: Call) -> Answer:
    """Give the sealed copy of a received big message."""
    message, document = _with_content(call, is_big=True)
    return sealed_message(call, message, document, is_sent=False)


def download_envelope(call: Call) -> Answer:
    """Give the envelope of a received message, erased ones included."""
    with call.office.ledger.reading() as connection:
        message = received_message(call, connection)
        files = len(messages.attachments_of(connection, message.id))
    return Answer(envelope_element(message, files))


def download_attachment(call: Call) -> Answer:
    """Give one file of a received big message, by its number from one."""
    number = call.fields.integer("attNum") or 0
    _, document = _with_content(call, is_big=True)
    files = files_of(document)
    if not 1 <= number <= len(files):
        raise Refused(NO_SUCH_MESSAGE)
    file = files[number - 1]
    content = base64.b64decode(file.content)
    attributes = {name: file.attributes.get(name) for name in TOLD_OF_FILES}
    inner = call.parts.element("q:dmEncodedContent", content)
    return Answer(wrapped("q:dmFile", inner, attributes))


def mark_as_downloaded(call: Call) -> Answer:
    """Note that a received message has been read; the sender does not learn of it."""
    with call.office.ledger.writing() as connection:
        message = received_message(call, connection)
        progress.mark_read(connection, message.id, at=call.now)
    return Answer()


def erase(call: Call) -> Answer:
    """Erase a message from the Data Vault; nothing else may be erased by hand."""
    with call.office.ledger.writing() as connection:
        message = own_message(call, connection)
        if message.state is not State.VAULT:
            raise Refused(NO_SUCH_MESSAGE)
        progress.erase_from_vault(connection, message.id, at=call.now)
    return Answer()


def _author(call: Call) -> Author:
    with call.office.ledger.reading() as connection:
        return own_message(call, connection).author


def _published_name(author: Author) -> str | None:
    is_published = author.levels is not None and author.levels & NAME_LEVEL
    return author.name if is_published else None


def get_author(call: Call) -> Answer:
    """Tell the kind of user who sent a message, and his name if he published it."""
    author = _author(call)
    elements = element("q:userType", author.user_type)
    return Answer(elements + element("q:authorName", _published_name(author)))


def get_author_2(call: Call) -> Answer:
    """Tell the same as a list of keys and values; the names of the keys are not confirmed."""
    author = _author(call)
    items = {"userType": author.user_type}
    name = _published_name(author)
    if name is not None:
        given, _, last = name.rpartition(" ")
        items |= {"pnGivenNames": given, "pnLastName": last}
    inner = "".join(
        wrapped("q:maItem", "", {"key": key, "value": value}) for key, value in items.items()
    )
    return Answer(wrapped("q:dmMessageAuthor", inner))


DX = frozenset({"dx"})
DZ = frozenset({"dz"})
VODZ = frozenset({"vodz"})
OPERATIONS = (
    Operation("MessageDownload", DZ, READING_RIGHTS, download, is_watched=True),
    Operation("SignedMessageDownload", DZ, READING_RIGHTS, download_signed, is_watched=True),
    Operation("BigMessageDownload", VODZ, READING_RIGHTS, download_big),
    Operation("SignedBigMessageDownload", VODZ, READING_RIGHTS, download_big_signed),
    Operation("DownloadAttachment", VODZ, READING_RIGHTS, download_attachment),
    Operation("MessageEnvelopeDownload", DX, Right.VIEW_INFO, download_envelope),
    Operation("MarkMessageAsDownloaded", DX, READING_RIGHTS, mark_as_downloaded),
    Operation("EraseMessage", DX, Right.ERASE_VAULT, erase),
    Operation("GetMessageAuthor", DX, Right.VIEW_INFO, get_author),
    Operation("GetMessageAuthor2", DX, Right.VIEW_INFO, get_author_2),
)

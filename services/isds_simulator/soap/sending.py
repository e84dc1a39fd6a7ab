"""CreateMessage and CreateMultipleMessage."""

from services.isds_simulator.domain.attachments import Attachment, check_attachments
from services.isds_simulator.domain.box_types import is_public_authority
from services.isds_simulator.domain.refusals import (
    BAD_ATTACHMENT,
    INVALID_MESSAGE,
    PDZ_NOT_ALLOWED,
    Refused,
)
from services.isds_simulator.domain.texts import cleaned
from services.isds_simulator.ledger import boxes
from services.isds_simulator.ledger.rows import Author
from services.isds_simulator.service.documents import SUBMITTED_FIELDS
from services.isds_simulator.service.sending import (
    Desk,
    Draft,
    accessible_sender,
    check_fields,
    submit,
)
from services.isds_simulator.service.xml_writing import element, wrapped
from services.isds_simulator.soap.answers import DONE, status_element
from services.isds_simulator.soap.faults import FaultKind
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.reading import Fields

INTEGERS = frozenset(
    {"dmSenderOrgUnitNum", "dmRecipientOrgUnitNum", "dmLegalTitleLaw", "dmLegalTitleYear"}
)
BOOLEANS = frozenset({"dmPersonalDelivery", "dmAllowSubstDelivery"})
DEFAULTS = {"dmPersonalDelivery": "false", "dmAllowSubstDelivery": "true"}
OF_RECIPIENT = ("dbIDRecipient", "dmRecipientOrgUnit", "dmRecipientOrgUnitNum", "dmToHands")
OPTIONAL_OF_RECIPIENT = frozenset({"dmRecipientOrgUnit", "dmRecipientOrgUnitNum"})
COMMON = tuple(name for name in SUBMITTED_FIELDS if name not in OF_RECIPIENT)
MOST_RECIPIENTS = 50
SOME_FAILED = "0004"
TYPE_ONLY = 0


def create_message(call: Call) -> Answer:
    """Accept a message from the caller's box."""
    envelope = call.fields.child("dmEnvelope")
    files = call.fields.child("dmFiles")
    if envelope is None or files is None:
        raise Refused(INVALID_MESSAGE)
    draft = Draft(
        fields=read_envelope(envelope, SUBMITTED_FIELDS),
        files=tuple(read_file(file) for file in files.children("dmFile")),
        requested_kind=envelope.attribute("dmType") or None,
        author=author_of(call, envelope),
        forced_infection=call.switches.has(FaultKind.INFECTED),
    )
    return Answer(id_element(call, send(call, draft)))


def send(call: Call, draft: Draft) -> str:
    """Enter a message and return its id.

    Raises:
        Refused: With the code of the rule that the message breaks.
    """
    office = call.office
    with office.ledger.writing() as connection:
        desk = Desk(connection, office.settings, office.authority)
        return submit(desk, call.box_id, draft, now=call.now)


def id_element(call: Call, message_id: str) -> str:
    """Return ``dmID``, unless a fault keeps it back."""
    return "" if call.switches.has(FaultKind.NO_ID) else element("q:dmID", message_id)


def author_of(call: Call, envelope: Fields) -> Author:
    """Return who sends a message and what of it he publishes."""
    levels = None
    if envelope.boolean("dmPublishOwnID"):
        published = envelope.child("dmPublishOwnID")
        given = None if published is None else published.attribute("IdLevel")
        levels = int(given) if given and given.isdecimal() else TYPE_ONLY
    return Author(call.account.user_type, call.account.person, levels)


def read_envelope(
    envelope: Fields,
    names: tuple[str, ...],
    optional: frozenset[str] = frozenset(),
) -> dict[str, str | None]:
    """Return elements of the sender; all but the optional ones must be there.

    Raises:
        Refused: 9005 with the name of the element that is missing or wrong.
    """
    values: dict[str, str | None] = {}
    for name in names:
        if name not in optional and not envelope.has(name):
            raise Refused(INVALID_MESSAGE, name)
        values[name] = _value(envelope, name) or DEFAULTS.get(name)
    return values


def _value(envelope: Fields, name: str) -> str | None:
    if name in INTEGERS:
        number = envelope.integer(name)
        return None if number is None else str(number)
    if name in BOOLEANS:
        truth = envelope.boolean(name)
        return None if truth is None else str(truth).lower()
    text = envelope.text(name)
    return None if text is None else cleaned(text).strip() or None


def read_file(file: Fields) -> Attachment:
    """Return one attachment.

    Raises:
        Refused: 1214, it has no name or no content of its own.
    """
    name = cleaned(file.attribute("dmFileDescr") or "")
    meta = file.attribute("dmFileMetaType") or ""
    mime = file.attribute("dmMimeType")
    content = file.binary("dmEncodedContent")
    if content is None or mime is None:
        # dmXMLContent needs an agreement with the recipient, which nobody has here.
        raise Refused(BAD_ATTACHMENT, name)
    return Attachment(
        name=name,
        mime=mime,
        meta=meta,
        content=content,
        guid=file.attribute("dmFileGuid"),
        parent_guid=file.attribute("dmUpFileGuid"),
    )


def create_multiple(call: Call) -> Answer:
    """Accept copies of one message for several recipients; each copy stands for itself."""
    parts = [call.fields.child(name) for name in ("dmRecipients", "dmEnvelope", "dmFiles")]
    recipients, envelope, files = parts
    if recipients is None or envelope is None or files is None:
        raise Refused(INVALID_MESSAGE)
    wanted = [
        read_envelope(recipient, OF_RECIPIENT, OPTIONAL_OF_RECIPIENT)
        for recipient in recipients.children("dmRecipient")
    ]
    if not 1 <= len(wanted) <= MOST_RECIPIENTS:
        raise Refused(INVALID_MESSAGE, "dmRecipients")
    draft = Draft(
        fields=read_envelope(envelope, COMMON),
        files=tuple(read_file(file) for file in files.children("dmFile")),
        requested_kind=envelope.attribute("dmType") or None,
        author=author_of(call, envelope),
        forced_infection=call.switches.has(FaultKind.INFECTED),
    )
    _check_common(call, draft, wanted)
    return _sent_singly(call, draft, wanted)


def _check_common(call: Call, draft: Draft, wanted: list[dict[str, str | None]]) -> None:
    """Refuse the whole when something is wrong that concerns every copy.

    Paid messages are never sent to many; a private sender may write to authorities only.
    """
    check_fields(draft.fields)
    with call.office.ledger.reading() as connection:
        sender = accessible_sender(connection, call.box_id)
        found = [boxes.find_box(connection, each["dbIDRecipient"] or "") for each in wanted]
    check_attachments(draft.files, limit=sender.attachment_limit)
    if is_public_authority(sender.type):
        return
    others = [box for box in found if box is not None and box.id != sender.id]
    if not all(is_public_authority(box.type) for box in others):
        raise Refused(PDZ_NOT_ALLOWED)


def _sent_singly(call: Call, draft: Draft, wanted: list[dict[str, str | None]]) -> Answer:
    singles, failed = [], 0
    for recipient in wanted:
        fields = {name: {**draft.fields, **recipient}.get(name) for name in SUBMITTED_FIELDS}
        copy = Draft(
            fields,
            draft.files,
            draft.requested_kind,
            draft.author,
            forced_infection=draft.forced_infection,
        )
        try:
            inner = id_element(call, send(call, copy)) + status_element("dm", DONE)
        except Refused as refusal:
            failed += 1
            code = call.office.settings.codes.get(refusal.code, refusal.code)
            inner = status_element("dm", code, refusal.detail)
        singles.append(wrapped("q:dmSingleStatus", inner))
    elements = wrapped("q:dmMultipleStatus", "".join(singles))
    return Answer(elements, SOME_FAILED if failed else DONE)


DZ = frozenset({"dz"})
OPERATIONS = (
    Operation("CreateMessage", DZ, Right.CREATE_DM, create_message),
    Operation("CreateMultipleMessage", DZ, Right.CREATE_DM, create_multiple),
)

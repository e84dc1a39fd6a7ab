"""CreateMessage."""

from services.isds_simulator.domain.attachments import Attachment
from services.isds_simulator.domain.refusals import BAD_ATTACHMENT, INVALID_MESSAGE, Refused
from services.isds_simulator.domain.texts import cleaned
from services.isds_simulator.service.documents import SUBMITTED_FIELDS
from services.isds_simulator.service.sending import Draft, submit
from services.isds_simulator.service.xml_writing import element
from services.isds_simulator.soap.faults import FaultKind
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.reading import Fields

INTEGERS = frozenset({"dmSenderOrgUnitNum", "dmRecipientOrgUnitNum", "dmLegalTitleYear"})
BOOLEANS = frozenset({"dmPersonalDelivery", "dmAllowSubstDelivery"})
DEFAULTS = {"dmPersonalDelivery": "false", "dmAllowSubstDelivery": "true"}


def create_message(call: Call) -> Answer:
    """Accept a message from the caller's box."""
    envelope = call.fields.child("dmEnvelope")
    files = call.fields.child("dmFiles")
    if envelope is None or files is None:
        raise Refused(INVALID_MESSAGE)
    draft = Draft(
        fields=read_envelope(envelope),
        files=tuple(read_file(file) for file in files.children("dmFile")),
        requested_kind=envelope.attribute("dmType") or None,
        forced_infection=call.switches.has(FaultKind.INFECTED),
    )
    message_id = submit(call.office, call.box_id, draft, now=call.now)
    if call.switches.has(FaultKind.NO_ID):
        return Answer()
    return Answer(element("q:dmID", message_id))


def read_envelope(envelope: Fields) -> dict[str, str | None]:
    """Return the eighteen elements of the sender; all of them must be there.

    Raises:
        Refused: 9005 with the name of the element that is missing or wrong.
    """
    values: dict[str, str | None] = {}
    for name in SUBMITTED_FIELDS:
        if not envelope.has(name):
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


OPERATIONS = (Operation("CreateMessage", frozenset({"dz"}), Right.CREATE_DM, create_message),)

"""Creating data messages: one, one for several authorities, and a large one."""

import base64
from dataclasses import replace

from lxml import etree

from services.documents.delivery import multipart
from services.documents.delivery.calls import reading
from services.documents.delivery.information import Information
from services.documents.delivery.operations import Operation
from services.documents.delivery.port import (
    GatewayRefused,
    GatewayUnavailable,
    MessageFile,
    OutgoingMessage,
    Permit,
    Upload,
)
from services.documents.delivery.soap import (
    Answer,
    BadAnswer,
    element,
    elements_of,
    identifier_of,
    printable,
    request_body,
    status_in,
    text_of,
    with_children,
)
from services.documents.domain.isds_outcome import SUCCESS, Exchange

LONGEST_SUBJECT = 255
LONGEST_MARK = 50
LONGEST_HANDS = 30
MOST_RECIPIENTS = 50
XOP = "http://www.w3.org/2004/08/xop/include"
# Everything that the envelope of a single message has and that of several has not.
RECIPIENT_FIELDS = ("dbIDRecipient", "dmRecipientOrgUnit", "dmRecipientOrgUnitNum", "dmToHands")


class Messages(Information):
    """Creates messages from the sender's data box."""

    def create_message(self, message: OutgoingMessage, permit: Permit | None = None) -> Exchange:
        """Create one ordinary message, if it may still be created at the last moment."""
        children = [_envelope(message, _single(message)), _files(message)]
        return self._created(Operation.CREATE_MESSAGE, children, permit)

    def create_for_many(
        self, message: OutgoingMessage, recipients: tuple[str, ...]
    ) -> dict[str, Exchange]:
        """Create the same message for several public authorities in one call.

        Returns:
            What was seen, for each recipient. A message number is ascribed to a recipient only
            after its envelope says so: ISDS does not promise the order of its answers.

        Raises:
            ValueError: fewer than 2 or more than 50 recipients, or one twice; nothing is sent.
        """
        if not 1 < len(recipients) <= MOST_RECIPIENTS or len(set(recipients)) < len(recipients):
            raise ValueError("A message for several needs 2 to 50 different recipients.")
        children = [
            _recipients(message, recipients),
            _envelope(message, _common(message)),
            _files(message),
        ]
        seen, answer = self._caller.attempt(Operation.CREATE_MULTIPLE_MESSAGE, children)
        singles = [] if answer is None else elements_of(answer.body, "dmSingleStatus")
        if not singles:
            # A refusal as a whole; a success that names nobody stays without a message number.
            return dict.fromkeys(recipients, seen)
        if len(singles) != len(recipients):
            return dict.fromkeys(recipients, replace(seen, code=None))
        found = [_single_exchange(seen, item) for item in singles]
        return self._checked(dict(zip(recipients, found, strict=True)))

    def upload(self, file: MessageFile) -> Upload:
        """Leave a file for a large message; ISDS keeps an unused one for a day."""
        holder = element("dmFile", dmMimeType=file.mime, dmFileDescr=printable(file.name))
        content = element("dmEncodedContent")
        include = etree.SubElement(content, f"{{{XOP}}}Include", nsmap={"xop": XOP})
        reference = "file@vyzva"
        include.set("href", f"cid:{reference}")
        holder.append(content)
        envelope = request_body(Operation.UPLOAD_ATTACHMENT, [holder])
        request = multipart.with_file(envelope, reference, file.content)
        answer = self._caller.send(Operation.UPLOAD_ATTACHMENT, request)
        return reading(lambda: _upload(answer, file))

    def create_large(self, message: OutgoingMessage, uploads: tuple[Upload, ...]) -> Exchange:
        """Create a large message of files that were uploaded, the document among them."""
        files = element("dmFiles")
        for upload in uploads:
            files.append(_reference(upload))
        children = [_envelope(message, _single(message)), files]
        return self._created(Operation.CREATE_BIG_MESSAGE, children)

    def _created(
        self,
        operation: Operation,
        children: list[etree._Element],
        permit: Permit | None = None,
    ) -> Exchange:
        seen, answer = self._caller.attempt(operation, children, permit)
        if answer is None:
            return seen
        return replace(seen, message_id=_number_in(answer.body))

    def _checked(self, found: dict[str, Exchange]) -> dict[str, Exchange]:
        """Ask the envelopes which message went to whom; what cannot be told is unknown."""
        owners: dict[str, str] = {}
        for number in {seen.message_id for seen in found.values() if seen.message_id}:
            try:
                owners[self.envelope(number).recipient_box] = number
            except (GatewayUnavailable, GatewayRefused):
                continue  # its recipient stays unknown below and is looked up like any other
        # Answers in another order than the recipients: then no refusal can be ascribed either.
        is_ordered = all(
            box in found and found[box].message_id == number for box, number in owners.items()
        )
        return {box: _told(box, seen, owners, is_ordered) for box, seen in found.items()}


def _told(box: str, seen: Exchange, owners: dict[str, str], is_ordered: bool) -> Exchange:
    if box in owners:
        return replace(seen, code=SUCCESS, message_id=owners[box])
    if seen.message_id or not is_ordered:
        return replace(seen, code=None, message_id=None)
    return seen


def _single_exchange(seen: Exchange, item: etree._Element) -> Exchange:
    try:
        code = status_in(item, "dm").code
    except BadAnswer:
        return replace(seen, code=None)
    return replace(seen, code=code, message_id=_number_in(item))


def _number_in(parent: etree._Element) -> str | None:
    """Return the number of the message; what is none does not say that there is a message."""
    try:
        return identifier_of(parent, "dmID")
    except BadAnswer:
        return None


def _envelope(message: OutgoingMessage, values: dict[str, str | None]) -> etree._Element:
    """Return the envelope; every element must stand there, empty ones too, in this order."""
    made = with_children("dmEnvelope", values)
    if message.paid_kind:
        made.set("dmType", message.paid_kind)
    return made


def _common(message: OutgoingMessage) -> dict[str, str | None]:
    every = _single(message)
    return {name: every[name] for name in every if name not in RECIPIENT_FIELDS}


def _single(message: OutgoingMessage) -> dict[str, str | None]:
    return {
        "dmSenderOrgUnit": None,
        "dmSenderOrgUnitNum": None,
        "dbIDRecipient": message.recipient_box,
        "dmRecipientOrgUnit": None,
        "dmRecipientOrgUnitNum": None,
        "dmToHands": message.to_hands[:LONGEST_HANDS] or None,
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
        "dmPersonalDelivery": "true" if message.is_personal else "false",
        "dmAllowSubstDelivery": "true",
    }


def _recipients(message: OutgoingMessage, boxes: tuple[str, ...]) -> etree._Element:
    made = element("dmRecipients")
    for box in boxes:
        values = {
            "dbIDRecipient": box,
            "dmRecipientOrgUnit": None,
            "dmRecipientOrgUnitNum": None,
            "dmToHands": message.to_hands[:LONGEST_HANDS] or None,
        }
        made.append(with_children("dmRecipient", values))
    return made


def _files(message: OutgoingMessage) -> etree._Element:
    files = element("dmFiles")
    for item in message.files:
        file = element(
            "dmFile",
            dmMimeType=item.mime,
            dmFileMetaType=item.meta,
            dmFileDescr=printable(item.name),
        )
        file.append(element("dmEncodedContent", base64.b64encode(item.content).decode("ascii")))
        files.append(file)
    return files


def _upload(answer: Answer, file: MessageFile) -> Upload:
    found = []
    for name in ("dmAttHash1", "dmAttHash2"):
        items = elements_of(answer.body, name)
        algorithm = items[0].get("AttHashAlg") if len(items) == 1 else None
        if not algorithm or not text_of(answer.body, name):
            raise BadAnswer(f"{name} is missing, or there twice.")
        found.append((text_of(answer.body, name), algorithm))
    attachment_id = text_of(answer.body, "dmAttID")
    if not attachment_id:
        raise BadAnswer("dmAttID is missing.")
    return Upload(attachment_id, tuple(found), file.meta)


def _reference(upload: Upload) -> etree._Element:
    (first, first_name), (second, second_name) = upload.hashes
    return element(
        "dmExtFile",
        dmFileMetaType=upload.meta,
        dmAttID=upload.attachment_id,
        dmAttHash1=first,
        dmAttHash1Alg=first_name,
        dmAttHash2=second,
        dmAttHash2Alg=second_name,
    )

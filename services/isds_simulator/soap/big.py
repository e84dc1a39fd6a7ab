"""Big messages (VoDZ): files are uploaded first, then named by the message."""

import hashlib
import secrets

from services.isds_simulator.domain.attachments import (
    Attachment,
    is_acceptable,
    is_infected,
)
from services.isds_simulator.domain.big_messages import (
    FIRST_HASH,
    SECOND_HASH,
    Reference,
    Stored,
    check_inline,
    check_reference,
)
from services.isds_simulator.domain.refusals import (
    BAD_ATTACHMENT,
    INVALID_MESSAGE,
    UPLOAD_QUOTA,
    Refused,
)
from services.isds_simulator.domain.texts import cleaned
from services.isds_simulator.ledger import uploads
from services.isds_simulator.ledger.rows import Upload
from services.isds_simulator.service.documents import SUBMITTED_FIELDS
from services.isds_simulator.service.sending import Draft
from services.isds_simulator.service.xml_writing import element, wrapped
from services.isds_simulator.soap.faults import FaultKind
from services.isds_simulator.soap.operation import Answer, Call, Operation, Right
from services.isds_simulator.soap.reading import Fields
from services.isds_simulator.soap.sending import (
    author_of,
    id_element,
    read_envelope,
    read_file,
    send,
)

ID_BYTES = 12
REQUIRED = frozenset({"dbIDRecipient", "dmAnnotation"})


def upload_attachment(call: Call) -> Answer:
    """Keep a file for a day and tell its two hashes; the antivirus looks at it at once."""
    file = call.fields.child("dmFile")
    content = None if file is None else file.binary("dmEncodedContent")
    if file is None or content is None:
        raise Refused(BAD_ATTACHMENT)
    name = cleaned(file.attribute("dmFileDescr") or "")
    mime = file.attribute("dmMimeType") or ""
    attachment = Attachment(name, mime, "main", content)
    if not is_acceptable(attachment) or is_infected((attachment,)):
        raise Refused(BAD_ATTACHMENT, name)
    upload = Upload(
        id=secrets.token_hex(ID_BYTES),
        box_id=call.box_id,
        name=name,
        mime=mime,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        sha3_256=hashlib.sha3_256(content).hexdigest(),
        expires_at=call.now + call.office.settings.upload_life,
    )
    with call.office.ledger.writing() as connection:
        used = uploads.uploaded_bytes(connection, call.box_id, now=call.now)
        if used + len(content) > call.office.settings.upload_quota:
            raise Refused(UPLOAD_QUOTA)
        uploads.add_upload(connection, upload, now=call.now)
    elements = element("q:dmAttID", upload.id)
    elements += wrapped("q:dmAttHash1", upload.sha256, {"AttHashAlg": FIRST_HASH})
    elements += wrapped("q:dmAttHash2", upload.sha3_256, {"AttHashAlg": SECOND_HASH})
    return Answer(elements)


def create_big_message(call: Call) -> Answer:
    """Accept a big message whose files have been uploaded."""
    envelope = call.fields.child("dmEnvelope")
    files = call.fields.child("dmFiles")
    if envelope is None or files is None:
        raise Refused(INVALID_MESSAGE)
    optional = frozenset(SUBMITTED_FIELDS) - REQUIRED
    fields = read_envelope(envelope, SUBMITTED_FIELDS, optional)
    uploaded = [
        _uploaded(call, reference, position)
        for position, reference in enumerate(files.children("dmExtFile"), start=1)
    ]
    inline = [read_file(file) for file in files.children("dmFile")]
    for file in inline:
        check_inline(file)
    draft = Draft(
        fields=fields,
        files=_main_first([*uploaded, *inline]),
        requested_kind=envelope.attribute("dmType") or None,
        author=author_of(call, envelope),
        is_big=True,
        forced_infection=call.switches.has(FaultKind.INFECTED),
    )
    return Answer(id_element(call, send(call, draft)))


def _main_first(files: list[Attachment]) -> tuple[Attachment, ...]:
    """Uploaded and inline files come in two lists, so the main one may stand in either."""
    return tuple(sorted(files, key=lambda file: file.meta != "main"))


def _uploaded(call: Call, file: Fields, position: int) -> Attachment:
    """Return an uploaded file under the role that the message gives it."""

    def attribute(name: str) -> str:
        return file.attribute(name) or ""

    reference = Reference(
        upload_id=attribute("dmAttID"),
        first=(attribute("dmAttHash1Alg"), attribute("dmAttHash1")),
        second=(attribute("dmAttHash2Alg"), attribute("dmAttHash2")),
    )
    with call.office.ledger.reading() as connection:
        upload = uploads.find_upload(connection, reference.upload_id, now=call.now)
    stored = None if upload is None else Stored(upload.box_id, upload.sha256, upload.sha3_256)
    check_reference(reference, stored, call.box_id, position)
    assert upload is not None  # noqa: S101  # check_reference refuses a missing one
    return Attachment(
        name=upload.name,
        mime=upload.mime,
        meta=attribute("dmFileMetaType"),
        content=upload.content,
        guid=file.attribute("dmFileGuid"),
        parent_guid=file.attribute("dmUpFileGuid"),
    )


VODZ = frozenset({"vodz"})
OPERATIONS = (
    Operation("UploadAttachment", VODZ, Right.CREATE_DM, upload_attachment),
    Operation("CreateBigMessage", VODZ, Right.CREATE_DM, create_big_message),
)

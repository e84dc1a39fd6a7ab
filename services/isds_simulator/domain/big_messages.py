"""Rules about big messages (VoDZ): files are uploaded first and named by hash later."""

from dataclasses import dataclass

from services.isds_simulator.domain.attachments import (
    MOST_ATTACHMENTS,
    ORDINARY_LIMIT,
    Attachment,
    check_each,
)
from services.isds_simulator.domain.refusals import (
    BAD_ATTACHMENT,
    BIG_MESSAGE_TOO_SMALL,
    FIRST_HASH_DIFFERS,
    FOREIGN_UPLOAD,
    INLINE_TOO_BIG,
    INVALID_MESSAGE,
    NO_SUCH_UPLOAD,
    SECOND_HASH_DIFFERS,
    UPLOAD_ID_MISSING,
    Refused,
)

FIRST_HASH = "SHA-256"
SECOND_HASH = "SHA3-256"


@dataclass(frozen=True)
class Reference:
    """How a message names a file that was uploaded before."""

    upload_id: str
    first: tuple[str, str]
    """Algorithm and hexadecimal digest, as UploadAttachment told them."""
    second: tuple[str, str]


@dataclass(frozen=True)
class Stored:
    """What is known of the uploaded file."""

    box_id: str
    first: str
    second: str


def check_reference(
    reference: Reference, stored: Stored | None, box_id: str, position: int
) -> None:
    """Refuse a reference that does not fit the uploaded file exactly.

    Args:
        reference: What the message says.
        stored: The file, or ``None`` if there is none or its day is over.
        box_id: Box of the sender.
        position: Number of the file in the message, from one.

    Raises:
        Refused: 1294 no id, 1299 no such file, 1293 a file of another box, 1288 and 1289
            the first and the second hash differ.

    Source:
        ISDS bulletins for developers on VoDZ, 2024 to 2026.
    """
    if not reference.upload_id:
        raise Refused(UPLOAD_ID_MISSING, str(position))
    if stored is None:
        raise Refused(NO_SUCH_UPLOAD, str(position))
    if stored.box_id != box_id:
        raise Refused(FOREIGN_UPLOAD, str(position))
    if reference.first != (FIRST_HASH, stored.first):
        raise Refused(FIRST_HASH_DIFFERS, str(position))
    if reference.second != (SECOND_HASH, stored.second):
        raise Refused(SECOND_HASH_DIFFERS, str(position))


def check_inline(file: Attachment) -> None:
    """Refuse a file inside the message that should have been uploaded.

    Args:
        file: A file with its content in the message.

    Raises:
        Refused: 1295, it is too big.

    Source:
        ISDS bulletins for developers on VoDZ, 2024 to 2026.
    """
    if len(file.content) > ORDINARY_LIMIT:
        raise Refused(INLINE_TOO_BIG, file.name)


def check_big(files: tuple[Attachment, ...], *, more_than: int, at_most: int) -> None:
    """Refuse the files of a big message that the system would not take.

    Args:
        files: Uploaded files and inline ones, in their order.
        more_than: Limit of an ordinary message in bytes; a big one must exceed it.
        at_most: Largest sum of raw sizes in bytes.

    Raises:
        Refused: 9005 without files; 1214 with the name of the first bad file, also above
            ``at_most``; 1297 if an ordinary message would do.

    Source:
        ISDS Operating Rules, annex on attachments; bulletins on VoDZ.
    """
    if not files:
        raise Refused(INVALID_MESSAGE)
    if len(files) > MOST_ATTACHMENTS:
        raise Refused(BAD_ATTACHMENT, files[MOST_ATTACHMENTS].name)
    check_each(files)
    total = sum(len(file.content) for file in files)
    if total <= more_than:
        raise Refused(BIG_MESSAGE_TOO_SMALL)
    if total > at_most:
        raise Refused(BAD_ATTACHMENT, files[-1].name)

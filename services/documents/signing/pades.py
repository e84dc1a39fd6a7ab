"""One PAdES signature, appended to a PDF into a field that was reserved for it."""

import io
import logging

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigSeedSubFilter,
    enumerate_sig_fields,
)
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from services.documents.rendering.incremental import ExactWriter
from services.documents.rendering.plain import NotPlain
from services.documents.signing.cms import Identity
from services.documents.signing.hand import SPARE, Hand, NoRoom
from services.documents.signing.plain_pades import append_to_plain
from services.documents.signing.port import (
    BadFile,
    SignatureTask,
    SigningUnavailable,
    TimeStamper,
)

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""A token longer than any before costs one more signature, never the document."""


def append_signature(
    task: SignatureTask,
    identity: Identity,
    *,
    is_last: bool,
    time_stamper: TimeStamper | None = None,
) -> bytes:
    """Return the file with one signature appended; its first bytes are the file as it was.

    The place for the signature is as long as this key, this chain and the longest token seen so
    far need. If a token is longer still, the file is signed again with more room.

    Args:
        is_last: Nothing but validation data may follow (the organisation's seal).
        time_stamper: Adds a signature time stamp (level B-T).

    Raises:
        BadFile: the file is damaged, or the field is missing or filled.
        SigningUnavailable: the key or the time stamp cannot be had.
    """
    hand = Hand(identity.hashing(task.digest), time_stamper)
    room = hand.room()
    for _ in range(ATTEMPTS):
        try:
            return _append(task, hand, room, is_last=is_last)
        except NoRoom as short:
            room = short.needed + SPARE
    raise SigningUnavailable("The time stamps grow faster than the place kept for them.")


def _append(task: SignatureTask, hand: Hand, room: int, *, is_last: bool) -> bytes:
    try:
        return append_to_plain(task, hand, room, is_last=is_last)
    except NotPlain as reason:
        log.info("a file to be signed is not plain", extra={"reason": str(reason)})
        return append_to_any(task, hand, room, is_last=is_last)


def append_to_any(task: SignatureTask, hand: Hand, room: int, *, is_last: bool) -> bytes:
    """Sign a file with the general library, whatever form it has.

    Args:
        room: Octets kept for the CMS.
        is_last: Nothing but validation data may follow.

    Raises:
        BadFile: the file is damaged, or the field is missing or filled.
        NoRoom: the CMS is longer than *room*.
        SigningUnavailable: the key or the time stamp cannot be had.
    """
    try:
        writer = ExactWriter(task.pdf)
        embedder = PdfCMSEmbedder().write_cms(task.field, writer, existing_fields_only=True)
        field = next(embedder).get_object()
    except (PdfError, SigningError, KeyError) as error:
        raise BadFile(str(error)) from error
    if task.is_first and "/Perms" in writer.root:
        raise BadFile("Somebody has certified the file already.")
    _show_stamp(writer, field, task.stamp)
    placeholder = SignatureObject(
        timestamp=task.at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * room
    )
    others = _still_empty(writer, task.field)
    permissions = _permissions(task, others, hand.digest, is_last=is_last)
    embedder.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=permissions))
    prepared, output = embedder.send(SigIOSetup(md_algorithm=hand.digest))
    embedder.send(hand.container(prepared.document_digest, task, room))
    return bytes(output.getvalue())


def _still_empty(writer: ExactWriter, own: str) -> list[str]:
    empty = enumerate_sig_fields(writer, filled_status=False)
    return [name for name, _, _ in empty if name != own]


def _permissions(
    task: SignatureTask, others: list[str], digest_name: str, *, is_last: bool
) -> SigMDPSetup:
    """Tell validators what may still change: the other reserved fields, or nothing.

    The first signature certifies the file and each one locks every field except those that
    still wait. Without this an overlay added later would leave the signatures formally valid.
    """
    lock = FieldMDPSpec(FieldMDPAction.EXCLUDE, fields=others)
    if is_last or not others:
        lock = FieldMDPSpec(FieldMDPAction.ALL)
    permission = MDPPerm.NO_CHANGES if is_last else MDPPerm.FILL_FORMS
    return SigMDPSetup(
        md_algorithm=digest_name,
        certify=task.is_first,
        field_lock=lock,
        docmdp_perms=permission if task.is_first or is_last else None,
    )


def _show_stamp(writer: ExactWriter, field: generic.DictionaryObject, stamp: bytes) -> None:
    picture = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(stamp)))
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): picture})
    writer.update_container(field)

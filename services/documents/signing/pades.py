"""One PAdES signature, appended to a PDF into a field that was reserved for it."""

import hashlib
import io
from dataclasses import dataclass

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
from services.documents.signing.cms import Identity
from services.documents.signing.port import (
    BadFile,
    SignatureTask,
    SigningUnavailable,
    TimeStamper,
)

SPARE = 64
"""Octets kept beyond the longest signature that the key can make."""
HEADERS = 64
"""Octets that a time stamp adds beside its token."""
ATTEMPTS = 3
"""A token longer than any before costs one more signature, never the document."""


class NoRoom(Exception):
    """The signature is longer than the place kept for it."""

    def __init__(self, needed: int) -> None:
        super().__init__(f"The signature needs {needed} octets.")
        self.needed = needed


@dataclass(frozen=True)
class _Hand:
    """Who signs, with whose time stamp."""

    identity: Identity
    stamper: TimeStamper | None

    def container(self, digest: bytes, task: SignatureTask) -> bytes:
        signature = self.identity.signature(digest)
        token = None
        if self.stamper is not None:
            name = self.identity.key.mechanism.digest.name
            imprint = hashlib.new(name, signature).digest()
            token = self.stamper.stamp(imprint, name, task.at)
        return self.identity.assemble(digest, signature, token)

    def room(self) -> int:
        token = 0 if self.stamper is None else self.stamper.room + HEADERS
        return self.identity.length_without_token + token + SPARE


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
    hand = _Hand(identity, time_stamper)
    room = hand.room()
    for _ in range(ATTEMPTS):
        try:
            return _append(task, hand, room, is_last=is_last)
        except NoRoom as short:
            room = short.needed + SPARE
    raise SigningUnavailable("The time stamps grow faster than the place kept for them.")


def _append(task: SignatureTask, hand: _Hand, room: int, *, is_last: bool) -> bytes:
    digest_name = hand.identity.key.mechanism.digest.name
    try:
        writer = ExactWriter(task.pdf)
        embedder = PdfCMSEmbedder().write_cms(task.field, writer, existing_fields_only=True)
        field = next(embedder).get_object()
    except (PdfError, SigningError, KeyError) as error:
        raise BadFile(str(error)) from error
    _show_stamp(writer, field, task.stamp)
    placeholder = SignatureObject(
        timestamp=task.at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * room
    )
    others = _still_empty(writer, task.field)
    permissions = _permissions(task, others, digest_name, is_last=is_last)
    embedder.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=permissions))
    prepared, output = embedder.send(SigIOSetup(md_algorithm=digest_name))
    container = hand.container(prepared.document_digest, task)
    if len(container) > room:
        raise NoRoom(len(container))
    embedder.send(container)
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

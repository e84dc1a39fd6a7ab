"""Sealed documents of a call, with everything that fault switches do to them."""

import hashlib
import re
from dataclasses import replace

from services.isds_simulator.domain.refusals import DOWNLOAD_TOO_OFTEN, Refused
from services.isds_simulator.ledger.rows import Message, MessageEvent
from services.isds_simulator.seal.timestamp import time_stamp
from services.isds_simulator.seal.zfo import SealStyle, seal
from services.isds_simulator.service.documents import (
    DELIVERY,
    RECEIVED,
    SENT,
    delivery_element,
    returned_message_element,
    sealed_content,
)
from services.isds_simulator.soap.faults import FaultKind
from services.isds_simulator.soap.operation import Answer, Call

UNSTAMPED = "0005"
WRONG_DIGEST = hashlib.sha256(b"Something else.").digest()
STRANGER = "aaaaaaa"
CONTENT = re.compile(rb"(<p:dmEncodedContent>).*?(</p:dmEncodedContent>)", re.DOTALL)
OTHER_FILE = b"JVBERi0xLjcKJSBBbm90aGVyIGZpbGUuCiUlRU9GCg=="
RECIPIENT = re.compile(r"<p:dbIDRecipient>[^<]*")
DM_ID = re.compile(r"<p:dmID>[^<]*")


def sealed_message(call: Call, message: Message, document: bytes, *, is_sent: bool) -> Answer:
    """Return the sealed copy of a message.

    Args:
        call: The call.
        message: The message as the caller sees it.
        document: Its raw ``dmDm``.
        is_sent: Whether the sender asks, not the recipient.

    Returns:
        ``dmSignature`` with 0000, or with 0005 while there is no time stamp.

    Raises:
        Refused: 3005, a third try for an unstamped document within twenty minutes.
    """
    is_stamped = not call.switches.has(FaultKind.UNSTAMPED)
    if not is_stamped:
        _check_unstamped(call, message)
    if call.switches.has(FaultKind.OTHER_ATTACHMENT):
        document = CONTENT.sub(rb"\g<1>" + OTHER_FILE + rb"\g<2>", document)
        message = _stamped_anew(call, message, hashlib.sha256(document).digest())
    inner = returned_message_element(_spoiled(call, message), document)
    content = sealed_content(
        "MessageDownloadResponse", SENT if is_sent else RECEIVED, _redirected(call, inner)
    )
    sealed = seal(
        content, call.office.authority, at=call.now, style=_style(call, stamped=is_stamped)
    )
    signature = call.parts.element("q:dmSignature", sealed)
    return Answer(signature) if is_stamped else Answer(signature, UNSTAMPED)


def _check_unstamped(call: Call, message: Message) -> None:
    load = call.office.load
    if load.is_tried_too_often(call.box_id, message.id, call.now):
        load.wait(call.office.settings.unstamped_retry_delay)
        raise Refused(DOWNLOAD_TOO_OFTEN)
    load.note_unstamped(call.box_id, message.id, call.now)


def sealed_delivery_info(call: Call, message: Message, events: list[MessageEvent]) -> Answer:
    """Return the sealed delivery info of a message; each call seals anew.

    Args:
        call: The call.
        message: The message as the caller sees it.
        events: Its events in order.

    Returns:
        ``dmSignature``.
    """
    inner = delivery_element(_spoiled(call, message), events)
    content = sealed_content("GetDeliveryInfoResponse", DELIVERY, _redirected(call, inner))
    sealed = seal(content, call.office.authority, at=call.now, style=_style(call, stamped=False))
    return Answer(call.parts.element("q:dmSignature", sealed))


def _style(call: Call, *, stamped: bool) -> SealStyle:
    has = call.switches.has
    settings = call.office.settings
    pss = has(FaultKind.PSS_SEAL) or (settings.seal_pss and not has(FaultKind.PKCS1_SEAL))
    return SealStyle(
        stamped=stamped,
        constructed=settings.constructed_content,
        pss=pss,
        forged=has(FaultKind.FORGED_SEAL),
        expired=has(FaultKind.EXPIRED_SEAL),
        broken=has(FaultKind.BROKEN_SEAL),
    )


def _spoiled(call: Call, message: Message) -> Message:
    """Return the message with the hash or the stamp of something else, if a fault says so."""
    if call.switches.has(FaultKind.WRONG_HASH):
        return replace(message, digest=WRONG_DIGEST)
    if call.switches.has(FaultKind.WRONG_STAMP):
        return replace(message, stamp=_stamp(call, message, WRONG_DIGEST))
    return message


def _stamped_anew(call: Call, message: Message, digest: bytes) -> Message:
    return replace(message, digest=digest, stamp=_stamp(call, message, digest))


def _stamp(call: Call, message: Message, digest: bytes) -> bytes:
    return time_stamp(digest, call.office.authority.stamper, at=message.submitted_at)


def _redirected(call: Call, inner: str) -> str:
    """Let the document name another recipient or message, if a fault says so."""
    if call.switches.has(FaultKind.OTHER_RECIPIENT):
        inner = RECIPIENT.sub(f"<p:dbIDRecipient>{STRANGER}", inner, count=1)
    if call.switches.has(FaultKind.OTHER_MESSAGE):
        inner = DM_ID.sub("<p:dmID>99999999", inner, count=1)
    return inner

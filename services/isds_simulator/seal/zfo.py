"""ZFO files: a sealed XML answer that proves a message or its delivery."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from services.isds_simulator.seal.authority import Authority
from services.isds_simulator.seal.cms import PSS_PADDING, sign
from services.isds_simulator.seal.timestamp import time_stamp

DM_ID = re.compile(rb"<p:dmID>([0-9]{1,20})</p:dmID>")
DM_HASH = re.compile(rb"<q:dmHash[^>]*>([A-Za-z0-9+/=]+)</q:dmHash>")
MESSAGE_ROOT = b"<q:MessageDownloadResponse"


class NotADocument(Exception):
    """The bytes are not a CMS SignedData with a content."""


@dataclass(frozen=True)
class Claims:
    """What a ZFO says about the message it concerns."""

    message_id: str
    digest: bytes
    is_message: bool
    """``True`` for a message with files, ``False`` for a delivery info."""


def seal_message(
    content: bytes, authority: Authority, *, at: datetime, constructed: bool, stamped: bool = True
) -> bytes:
    """Seal a message: CAdES-T, or CAdES-B while the stamping service is down.

    Args:
        content: The XML with its root in the namespace of sent or received messages.
        authority: Keys.
        at: Aware instant of the seal.
        constructed: Cut the content into pieces, see ``cms.sign``.
        stamped: Whether the seal gets a time stamp.

    Returns:
        The ZFO file. Each call gives different bytes.
    """

    def stamp(digest: bytes) -> bytes:
        return time_stamp(digest, authority.stamper, at=at)

    return sign(
        content,
        authority.seal,
        at=at,
        stamp=stamp if stamped else None,
        constructed=constructed,
    )


def seal_delivery_info(
    content: bytes, authority: Authority, *, at: datetime, constructed: bool
) -> bytes:
    """Seal a delivery info: CAdES-B, without a time stamp, as the real system does.

    Args:
        content: The XML with its root in the namespace of delivery infos.
        authority: Keys.
        at: Aware instant of the seal.
        constructed: Cut the content into pieces, see ``cms.sign``.

    Returns:
        The ZFO file.
    """
    return sign(content, authority.seal, at=at, constructed=constructed)


def sealed_claims(document: bytes, authority: Authority) -> Claims | None:
    """Return what a ZFO claims if it carries our seal and is whole.

    Args:
        document: Bytes that somebody asks about.
        authority: Keys.

    Returns:
        The claims, or ``None`` when the seal is not ours, does not hold, or the content
        is not about a message.

    Raises:
        NotADocument: The bytes are no signed document at all.
    """
    try:
        info = cms.ContentInfo.load(document, strict=True)
        signed = info["content"]
        content = bytes(signed["encap_content_info"]["content"].native)
        signer_info = signed["signer_infos"][0]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise NotADocument from error
    if not _is_sealed_by(signer_info, content, authority):
        return None
    message_id, digest = DM_ID.search(content), DM_HASH.search(content)
    if message_id is None or digest is None:
        return None
    return Claims(
        message_id=message_id.group(1).decode(),
        digest=base64.b64decode(digest.group(1)),
        is_message=content.startswith(MESSAGE_ROOT),
    )


def _is_sealed_by(signer_info: cms.SignerInfo, content: bytes, authority: Authority) -> bool:
    """Tell whether our seal's key signed exactly this content."""
    attributes = signer_info["signed_attrs"]
    digests = [
        bytes(attribute["values"][0].native)
        for attribute in attributes
        if attribute["type"].native == "message_digest"
    ]
    if digests != [hashlib.sha256(content).digest()]:
        return False
    key = authority.seal.certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("The seal must have an RSA key.")
    try:
        key.verify(
            bytes(signer_info["signature"].native),
            attributes.untag().dump(),
            PSS_PADDING,
            hashes.SHA256(),
        )
    except InvalidSignature:
        return False
    return True

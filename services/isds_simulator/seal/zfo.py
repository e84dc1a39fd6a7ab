"""ZFO files: a sealed XML answer that proves a message or its delivery."""

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from services.isds_simulator.seal.authority import Authority
from services.isds_simulator.seal.certificates import Signer
from services.isds_simulator.seal.cms import PKCS1_PADDING, PSS_PADDING, sign
from services.isds_simulator.seal.timestamp import time_stamp

DM_ID = re.compile(rb"<p:dmID>([0-9]{1,20})</p:dmID>")
DM_HASH = re.compile(rb"<q:dmHash[^>]*>([A-Za-z0-9+/=]+)</q:dmHash>")
MESSAGE_ROOT = b"<q:MessageDownloadResponse"


class NotADocument(Exception):
    """The bytes are not a CMS SignedData with a content."""


@dataclass(frozen=True)
class SealStyle:
    """How a seal is made, and how it is spoiled when a fault says so."""

    stamped: bool
    """CAdES-T as on messages; delivery infos carry CAdES-B without a stamp."""
    constructed: bool = False
    """Cut the content into pieces, see ``cms.sign``."""
    pss: bool = True
    """RSA-PSS; otherwise PKCS #1 v1.5, as before December 2024."""
    forged: bool = False
    """A stranger's certificate of the same name."""
    expired: bool = False
    """A certificate that ended before the seal was made."""
    broken: bool = False
    """The content is changed after it was sealed."""


@dataclass(frozen=True)
class Claims:
    """What a ZFO says about the message it concerns."""

    message_id: str
    digest: bytes
    is_message: bool
    """``True`` for a message with files, ``False`` for a delivery info."""


def seal(content: bytes, authority: Authority, *, at: datetime, style: SealStyle) -> bytes:
    """Seal a content.

    Args:
        content: The XML with its root in the namespace of its kind.
        authority: Keys.
        at: Aware instant of the seal.
        style: How the seal is made.

    Returns:
        The ZFO file. Each call gives different bytes.
    """

    def stamp(digest: bytes) -> bytes:
        return time_stamp(digest, authority.stamper, at=at)

    sealed = sign(
        content,
        _sealer(authority, style),
        at=at,
        stamp=stamp if style.stamped else None,
        constructed=style.constructed,
        pss=style.pss,
    )
    return _with_changed_name(sealed) if style.broken else sealed


def _sealer(authority: Authority, style: SealStyle) -> Signer:
    if style.forged:
        return authority.forged_seal
    return authority.expired_seal if style.expired else authority.seal


def _with_changed_name(sealed: bytes) -> bytes:
    """Change one letter of the recipient's name; lengths stay, the seal does not hold."""
    place = sealed.index(b"<p:dmRecipient>") + len(b"<p:dmRecipient>")
    changed = b"X" if sealed[place : place + 1] != b"X" else b"Y"
    return sealed[:place] + changed + sealed[place + 1 :]


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
    signed = signed_data(document)
    content = bytes(signed["encap_content_info"]["content"].native)
    if not _is_sealed_by(signed["signer_infos"][0], content, authority):
        return None
    message_id, digest = DM_ID.search(content), DM_HASH.search(content)
    if message_id is None or digest is None:
        return None
    return Claims(
        message_id=message_id.group(1).decode(),
        digest=base64.b64decode(digest.group(1)),
        is_message=content.startswith(MESSAGE_ROOT),
    )


def signed_data(document: bytes) -> cms.SignedData:
    """Return the SignedData of a document, read so far that its parts are known to be there.

    Raises:
        NotADocument: The bytes are no signed document.
    """
    try:
        info = cms.ContentInfo.load(document, strict=True)
        signed = info["content"]
        bytes(signed["encap_content_info"]["content"].native)
        _read_through(signed["signer_infos"][0])
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise NotADocument from error
    if not isinstance(signed, cms.SignedData):
        raise NotADocument
    return signed


def _read_through(signer_info: cms.SignerInfo) -> None:
    """Parse now what is read later, because the library parses lazily and fails late."""
    for name in ("sid", "signed_attrs", "signature_algorithm", "signature"):
        signer_info[name].native  # noqa: B018
    for found in signer_info["unsigned_attrs"]:
        found["type"].dotted, found["values"][0].dump()


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
    return _is_signed(signer_info, attributes.untag().dump(), authority.seal.certificate)


def _is_signed(signer_info: cms.SignerInfo, data: bytes, certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("The seal must have an RSA key.")
    is_pss = signer_info["signature_algorithm"]["algorithm"].native == "rsassa_pss"
    try:
        key.verify(
            bytes(signer_info["signature"].native),
            data,
            PSS_PADDING if is_pss else PKCS1_PADDING,
            hashes.SHA256(),
        )
    except InvalidSignature:
        return False
    return True

"""Proofs from ISDS (ZFO files): read, and believed only when everything in them holds.

What is checked of each: the seal over the content, who sealed, that the time stamp over the
message is whole, trusted and made over the very hash that the file names; of a message also
that this hash is the hash of its own bytes. A text that merely repeats a hash proves nothing.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from asn1crypto import cms, tsp
from lxml import etree

from services.documents.certification import NoPath, Paths
from services.documents.delivery.information import delivery_info_of
from services.documents.delivery.port import DeliveryInfo
from services.documents.delivery.sealing import SealTrust, holder_of
from services.documents.delivery.signatures import Enclosure, read_enclosure
from services.documents.delivery.soap import (
    NAMESPACE,
    BadAnswer,
    bytes_of,
    elements_of,
    parse,
    text_of,
)
from services.documents.domain.proof_faults import ProofFault

# Inside sealed files the root and its children have namespaces of their own.
DELIVERY = f"{NAMESPACE}/delivery"
SENT = f"{NAMESPACE}/SentMessage"

HASHES = {
    "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512",
    "SHA3-256": "sha3_256", "SHA3-384": "sha3_384", "SHA3-512": "sha3_512",
}  # fmt: skip
"""Names of ISDS and of the library; SHA-1 of the first years proves nothing any more."""
STAMPS = 64
"""Time stamps whose verdict is kept, about 5 kB each."""
OPENING = re.compile(rb"<(?P<prefix>[A-Za-z_][\w.-]*):dmDm[\s>]")


class BadProof(Exception):
    """The file is damaged, is not sealed, or speaks of another message."""

    def __init__(self, fault: ProofFault, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}" if detail else str(fault))
        self.fault = fault
        """What people are told and what is kept; the detail may be anything, and is for the log."""


@dataclass(frozen=True)
class SentProof:
    """What a sealed sent message says."""

    info: DeliveryInfo
    file_hashes: tuple[str, ...]
    """SHA-256 of each attachment, lower-case hex."""


def read_delivery_proof(zfo: bytes, *, trust: SealTrust, at: datetime) -> DeliveryInfo:
    """Return what a sealed delivery info says.

    Args:
        zfo: The file as it came.
        trust: Whose seals and stamps are believed.
        at: Instant at which the seal's certificate must be valid.

    Raises:
        BadProof: see the class.
    """
    root, _ = _sealed_content(zfo, trust, at)
    if root.tag != f"{{{DELIVERY}}}GetDeliveryInfoResponse":
        raise BadProof(ProofFault.NO_DELIVERY_INFO)
    return _stamped(root, trust)


def read_sent_proof(zfo: bytes, *, trust: SealTrust, at: datetime) -> SentProof:
    """Return what a sealed sent message says, with the hashes of its attachments.

    Raises:
        BadProof: see the class.
    """
    root, content = _sealed_content(zfo, trust, at)
    if root.tag != f"{{{SENT}}}MessageDownloadResponse":
        raise BadProof(ProofFault.NO_SENT_MESSAGE)
    message = _message_in(root)
    opening = _opening_in(content, message.prefix)
    info = _stamped(root, trust)
    _check_own_hash(content, opening, info.message_hash)
    try:
        # Only what is hashed is the message; elements beside it are nobody's attachments.
        files = [bytes_of(one, "dmEncodedContent") for one in elements_of(message, "dmFile")]
    except BadAnswer as error:
        raise BadProof(ProofFault.BAD_ATTACHMENT, str(error)) from error
    hashes = tuple(hashlib.sha256(one).hexdigest() for one in files)
    own = replace(
        info,
        message_id=text_of(message, "dmID"),
        recipient_box=text_of(message, "dbIDRecipient"),
        sender_reference=text_of(message, "dmSenderRefNumber"),
    )
    return SentProof(own, hashes)


def _stamped(root: etree._Element, trust: SealTrust) -> DeliveryInfo:
    """Read the file and check the time stamp over the message that it speaks of."""
    _unify_namespaces(root)
    try:
        info = delivery_info_of(root)
        (hashed,) = elements_of(root, "dmHash") or [None]
        name = "" if hashed is None else hashed.get("algorithm", "")
        digest = base64.b64decode(text_of(root, "dmHash"), validate=True)
        stamp = bytes_of(root, "dmQTimestamp")
    except (BadAnswer, ValueError) as error:
        raise BadProof(ProofFault.NO_HASH, str(error)) from error
    algorithm = HASHES.get(name)
    if algorithm is None or len(digest) != hashlib.new(algorithm).digest_size:
        raise BadProof(ProofFault.WEAK_HASH, name)
    stamped_at = _stamp_time(stamp, (algorithm, digest), trust)
    return replace(info, message_hash=f"{algorithm}:{digest.hex()}", stamped_at=stamped_at)


def _message_in(root: etree._Element) -> etree._Element:
    """Return the only message of the file."""
    found = list(root.iter("{*}dmDm"))
    if len(found) != 1:
        raise BadProof(ProofFault.NOT_ONE_MESSAGE)
    return found[0]


def _opening_in(content: bytes, prefix: str | None) -> re.Match[bytes]:
    """Return the opening tag of the message; it is one, and that of the element that is read."""
    found = list(OPENING.finditer(content))
    if len(found) != 1 or found[0]["prefix"].decode() != prefix:
        raise BadProof(ProofFault.AMBIGUOUS_BYTES)
    return found[0]


def _check_own_hash(content: bytes, opening: re.Match[bytes], message_hash: str) -> None:
    """Compare the hash with the message's own bytes, taken as they stand in the file.

    Source:
        ISDS, manual of data messages: from the opening tag of ``dmDm`` through the closing one,
        not canonicalised, no white space around.
    """
    closing = b"</%b:dmDm>" % opening["prefix"]
    end = content.rfind(closing)
    if end < opening.start():
        raise BadProof(ProofFault.NO_END)
    algorithm, _, digest = message_hash.partition(":")
    own = hashlib.new(algorithm, content[opening.start() : end + len(closing)]).hexdigest()
    if own != digest:
        raise BadProof(ProofFault.OTHER_HASH)


@lru_cache(maxsize=STAMPS)
def _stamp_time(token: bytes, imprint: tuple[str, bytes], trust: SealTrust) -> datetime:
    """Return the time of a time stamp that was made over exactly this hash.

    A message and its delivery info bear the same time stamp and mostly come one after the other.
    """
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        enclosed = signed["encap_content_info"]["content"]
        facts: tsp.TSTInfo = enclosed.parsed
        if not isinstance(facts, tsp.TSTInfo):
            raise BadProof(ProofFault.STAMP_UNREADABLE)
        stated = facts["message_imprint"]
        named = stated["hash_algorithm"]["algorithm"].native
        is_same = (named, stated["hashed_message"].native) == imprint
        stamped_at: datetime = facts["gen_time"].native
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadProof(ProofFault.STAMP_UNREADABLE) from error
    if not is_same:
        raise BadProof(ProofFault.STAMP_OF_OTHER)
    try:
        found = read_enclosure(signed, bytes(enclosed), stamped_at)
    except Exception as error:  # hostile input: whatever goes wrong is "no proof"
        raise BadProof(ProofFault.STAMP_UNCHECKED) from error
    if not found.holds:
        raise BadProof(ProofFault.STAMP_BROKEN)
    if trust.roots and not _is_trusted(found, trust.stampers, stamped_at):
        raise BadProof(ProofFault.STAMP_NOT_TRUSTED)
    return stamped_at


def _unify_namespaces(root: etree._Element) -> None:
    """Give every element the namespace of the interface, so that one reader serves both."""
    for item in root.iter(etree.Element):
        item.tag = f"{{{NAMESPACE}}}{etree.QName(item).localname}"


def _sealed_content(zfo: bytes, trust: SealTrust, at: datetime) -> tuple[etree._Element, bytes]:
    try:
        signed = cms.ContentInfo.load(zfo)["content"]
        content = signed["encap_content_info"]["content"].native
        if not isinstance(content, bytes):
            raise BadProof(ProofFault.NO_CONTENT)
        root = parse(content)
    except (ValueError, TypeError, KeyError, BadAnswer) as error:
        raise BadProof(ProofFault.UNREADABLE, str(error)) from error
    _check_seal(signed, content, trust, at)
    return root, content


def _check_seal(signed: cms.SignedData, content: bytes, trust: SealTrust, at: datetime) -> None:
    try:
        found = read_enclosure(signed, content, at)
        holder = holder_of(found.signer)
    except Exception as error:  # hostile input: whatever goes wrong is "no proof"
        raise BadProof(ProofFault.SEAL_UNCHECKED) from error
    if not found.holds:
        raise BadProof(ProofFault.SEAL_BROKEN)
    if trust.roots and not _is_trusted(found, trust.sealers, at):
        raise BadProof(ProofFault.SEAL_NOT_TRUSTED)
    if not trust.is_by_isds(holder):
        raise BadProof(ProofFault.SEAL_OF_OTHER, holder.shown)


def _is_trusted(found: Enclosure, paths: Paths, at: datetime) -> bool:
    try:
        paths.path(found.signer, found.others, at)
    except NoPath:
        return False
    return not found.is_weak

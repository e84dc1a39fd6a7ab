"""Proofs from ISDS (ZFO files): read, and believed only when their seal holds."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import cms, pem, x509
from lxml import etree
from pyhanko.sign.validation.generic_cms import async_validate_cms_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from services.documents.asynchronous import result_of
from services.documents.delivery.information import delivery_info_of
from services.documents.delivery.port import DeliveryInfo
from services.documents.delivery.soap import NAMESPACE, BadAnswer, bytes_of, parse

# Inside sealed files the root and its children have namespaces of their own.
DELIVERY = f"{NAMESPACE}/delivery"
SENT = f"{NAMESPACE}/SentMessage"


class BadProof(Exception):
    """The file is damaged, is not sealed, or speaks of another message."""


@dataclass(frozen=True)
class SentProof:
    """What a sealed sent message says."""

    info: DeliveryInfo
    file_hashes: tuple[str, ...]
    """SHA-256 of each attachment, lower-case hex."""


def load_roots(path: Path | None) -> list[x509.Certificate]:
    """Load the trust anchors of ISDS's seals from a PEM file; none without a file."""
    if path is None:
        return []
    blocks = pem.unarmor(path.read_bytes(), multiple=True)
    return [x509.Certificate.load(der) for _, _, der in blocks]


def read_delivery_proof(
    zfo: bytes, *, roots: Sequence[x509.Certificate], at: datetime
) -> DeliveryInfo:
    """Return what a sealed delivery info says.

    Args:
        zfo: The file as it came.
        roots: Trust anchors; without any only the seal's integrity is checked.
        at: Instant at which the seal's certificate must be valid.

    Raises:
        BadProof: see the class.
    """
    root = _sealed_content(zfo, roots, at)
    if root.tag != f"{{{DELIVERY}}}GetDeliveryInfoResponse":
        raise BadProof("The file is no delivery info.")
    return _readable(root)


def read_sent_proof(zfo: bytes, *, roots: Sequence[x509.Certificate], at: datetime) -> SentProof:
    """Return what a sealed sent message says, with the hashes of its attachments.

    Raises:
        BadProof: see the class.
    """
    root = _sealed_content(zfo, roots, at)
    if root.tag != f"{{{SENT}}}MessageDownloadResponse":
        raise BadProof("The file is no sent message.")
    try:
        files = [bytes_of(item, "dmEncodedContent") for item in root.iter(f"{{{NAMESPACE}}}dmFile")]
    except BadAnswer as error:
        raise BadProof(str(error)) from error
    hashes = tuple(hashlib.sha256(content).hexdigest() for content in files)
    return SentProof(_readable(root), hashes)


def _readable(root: etree._Element) -> DeliveryInfo:
    _unify_namespaces(root)
    try:
        return delivery_info_of(root)
    except BadAnswer as error:
        raise BadProof(str(error)) from error


def _unify_namespaces(root: etree._Element) -> None:
    """Give every element the namespace of the interface, so that one reader serves both."""
    for item in root.iter(etree.Element):
        item.tag = f"{{{NAMESPACE}}}{etree.QName(item).localname}"


def _sealed_content(zfo: bytes, roots: Sequence[x509.Certificate], at: datetime) -> etree._Element:
    try:
        signed = cms.ContentInfo.load(zfo)["content"]
        content = signed["encap_content_info"]["content"].native
        if not isinstance(content, bytes):
            raise BadProof("The file has no content.")
        root = parse(content)
    except (ValueError, TypeError, KeyError, BadAnswer) as error:
        raise BadProof("The file cannot be read.") from error
    _check_seal(signed, roots, at)
    return root


def _check_seal(signed: cms.SignedData, roots: Sequence[x509.Certificate], at: datetime) -> None:
    # Without anchors only integrity is asked for; the file's own certificates keep quiet then.
    anchors = list(roots) or [item.chosen for item in signed["certificates"]]
    context = ValidationContext(
        trust_roots=anchors, moment=at, allow_fetching=False, revocation_mode="soft-fail"
    )
    usage = KeyUsageConstraints(key_usage=set())
    try:
        status = result_of(
            async_validate_cms_signature(
                signed, validation_context=context, key_usage_settings=usage
            )
        )
    except Exception as error:  # hostile input: whatever goes wrong is "no proof"
        raise BadProof("The seal cannot be checked.") from error
    if not (status.intact and status.valid):
        raise BadProof("The seal does not fit the content.")
    if roots and not status.trusted:
        raise BadProof("The seal is not by ISDS.")

"""Archive time stamps: the seal of an old document gets a fresh stamp over everything."""

import hashlib
from datetime import datetime

from asn1crypto import cms, core, tsp

from services.isds_simulator.seal import der
from services.isds_simulator.seal.certificates import Signer
from services.isds_simulator.seal.cms import SHA256, attribute
from services.isds_simulator.seal.timestamp import time_stamp
from services.isds_simulator.seal.zfo import NotADocument

ID_ARCHIVE_STAMP = "0.4.0.1733.2.4"
ID_HASH_INDEX = der.oid("0.4.0.19122.1.5")
ID_SIGNATURE_STAMP = "1.2.840.113549.1.9.16.2.14"
SIGNER_PARTS = (
    "version",
    "sid",
    "digest_algorithm",
    "signed_attrs",
    "signature_algorithm",
    "signature",
)


def newest_stamp(signed: cms.SignedData) -> datetime | None:
    """Return the instant of the newest time stamp of a document, ``None`` without any.

    Raises:
        NotADocument: A stamp in it cannot be read.
    """
    instants = []
    for found in _unsigned(signed):
        if found["type"].dotted in {ID_SIGNATURE_STAMP, ID_ARCHIVE_STAMP}:
            instants.append(_instant(found["values"][0].dump()))
    return max(instants, default=None)


def sealed_at(signed: cms.SignedData) -> datetime:
    """Return the signing time of a seal.

    Raises:
        NotADocument: The seal does not say it.
    """
    for found in signed["signer_infos"][0]["signed_attrs"]:
        if found["type"].native == "signing_time":
            instant: datetime = found["values"][0].native
            return instant
    raise NotADocument


def _unsigned(signed: cms.SignedData) -> list[cms.CMSAttribute]:
    attributes = signed["signer_infos"][0]["unsigned_attrs"]
    return [] if isinstance(attributes, core.Void) else list(attributes)


def _instant(token: bytes) -> datetime:
    try:
        info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    except (ValueError, TypeError, KeyError) as error:
        raise NotADocument from error
    if not isinstance(info, tsp.TSTInfo):
        raise NotADocument
    instant: datetime = info["gen_time"].native
    return instant


def add_archive_stamp(document: bytes, stamper: Signer, *, at: datetime) -> bytes:
    """Add an archive time stamp to a sealed document.

    Args:
        document: A ContentInfo with SignedData that has been read before.
        stamper: The time-stamping unit.
        at: Aware instant of the stamp.

    Returns:
        The document with one more unsigned attribute; its content does not change.

    Source:
        ETSI EN 319 122-1, sections 5.5.2 and 5.5.3: archive-time-stamp-v3 with its
        ats-hash-index-v3. Which form the real system writes is not confirmed.
    """
    info = cms.ContentInfo.load(document, strict=True)
    signed = info["content"]
    signer_info = signed["signer_infos"][0]
    index = _hash_index(signed)
    imprint = _imprint(signed, signer_info, index)
    token = time_stamp(imprint, stamper, at=at, unsigned=attribute(ID_HASH_INDEX, index))
    # The signed parts are copied byte by byte; only the unsigned attributes are written anew.
    old = [found.dump() for found in _unsigned(signed)]
    new = attribute(der.oid(ID_ARCHIVE_STAMP), token)
    signer = b"".join(signer_info[name].dump() for name in SIGNER_PARTS)
    signer += der.implicit(1, der.set_of(*old, new))
    parts = [
        signed["version"].dump(),
        signed["digest_algorithms"].dump(),
        signed["encap_content_info"].dump(),
        signed["certificates"].dump(),
        der.set_of(der.sequence(signer)),
    ]
    return der.sequence(info["content_type"].dump(), der.explicit(0, der.sequence(*parts)))


def _hash_index(signed: cms.SignedData) -> bytes:
    """Return ATSHashIndexV3 over the certificates and unsigned attributes that are there."""
    certificates = [_digest(found.chosen.dump()) for found in signed["certificates"]]
    unsigned = [
        _digest(found["type"].dump() + value.dump())
        for found in _unsigned(signed)
        for value in found["values"]
    ]
    return der.sequence(
        SHA256,
        der.sequence(*map(der.octets, certificates)),
        der.sequence(),
        der.sequence(*map(der.octets, unsigned)),
    )


def _imprint(signed: cms.SignedData, signer_info: cms.SignerInfo, index: bytes) -> bytes:
    encapsulated = signed["encap_content_info"]
    content = bytes(encapsulated["content"].native)
    stamped = encapsulated["content_type"].dump() + _digest(content)
    stamped += b"".join(signer_info[name].dump() for name in SIGNER_PARTS) + index
    return _digest(stamped)


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()

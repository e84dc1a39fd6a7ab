"""Signatures inside a PDF (CMS, RFC 5652; CAdES, ETSI EN 319 122-1), judged without a PDF library.

Everything is compared with the bytes as they came: what is signed is never encoded anew.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, core, tsp, x509

from services.documents.verification.keys import UnknownAlgorithm, is_signed_by

SIGNED = "1.2.840.113549.1.7.2"
STAMP_OVER_SIGNATURE = "1.2.840.113549.1.9.16.2.14"
"""The unsigned attribute that carries a signature time stamp (RFC 3161, appendix A)."""
SINGLE = ("content_type", "message_digest", "signing_certificate", "signing_certificate_v2")
"""Attributes that must be there at most once, with one value (RFC 5652, 11)."""
HASHES = {
    "md5": hashlib.md5,
    "sha1": hashlib.sha1,
    "sha224": hashlib.sha224,
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
    "sha3_224": hashlib.sha3_224,
    "sha3_256": hashlib.sha3_256,
    "sha3_384": hashlib.sha3_384,
    "sha3_512": hashlib.sha3_512,
}
MISNAMED = {
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
    "1.2.840.10045.4.3.2": "sha256",
}
"""Signature algorithms that some tools write where a hash belongs, and the hash they mean."""
BROKEN = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
"""What the ASN.1 library raises over bytes that are no such structure."""


class BadCms(Exception):
    """The structure cannot be read, or is none that a PDF may carry; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Stamp:
    """A time stamp that was read."""

    at: datetime
    token: "Cms"


@dataclass(frozen=True)
class Cms:
    """A signature that was read and computed; nothing is said about trust."""

    signer: x509.Certificate | None
    certificates: tuple[x509.Certificate, ...]
    digest: str
    """Name of the hash algorithm."""
    claimed_at: datetime | None
    problems: tuple[str, ...]
    """Codes; empty when the signature fits the bytes and its certificate."""
    stamps: tuple[Stamp, ...] = ()
    has_revocation: bool = False
    info: cms.SignedData | None = field(default=None, repr=False)


def read_signature(contents: bytes, pieces: Sequence[memoryview], sub_filter: str) -> Cms:
    """Return the signature in the container, compared with the signed bytes.

    Raises:
        BadCms: there is nothing that can be compared.
    """
    try:
        data, padding = _signed_data(contents)
        signer = _only_signer(data)
        content = data["encap_content_info"]["content"]
        embedded = content.native if content is not None else None
        expected = _expected_content(embedded, pieces, sub_filter)
        return _judged(data, signer, expected, extra=_padding_faults(padding))
    except BROKEN as error:
        raise BadCms("cms-unreadable") from error


def read_time_stamp(contents: bytes, pieces: Sequence[memoryview]) -> Stamp:
    """Return a time stamp (RFC 3161), compared with what it stamps.

    Raises:
        BadCms: there is nothing that can be compared.
    """
    try:
        data, padding = _signed_data(contents)
        return _stamp(data, pieces, _padding_faults(padding))
    except BROKEN as error:
        raise BadCms("cms-unreadable") from error


def _stamp(data: cms.SignedData, pieces: Sequence[memoryview], extra: list[str]) -> Stamp:
    signer = _only_signer(data)
    content = data["encap_content_info"]["content"]
    if data["encap_content_info"]["content_type"].native != "tst_info" or content is None:
        raise BadCms("time-stamp-empty")
    encoded = bytes(content.native) if isinstance(content.native, bytes) else content.contents
    info = tsp.TSTInfo.load(encoded)
    imprint = info["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    if _hashed(name, pieces) != imprint["hashed_message"].native:
        extra = [*extra, "digest-mismatch"]
    token = _judged(data, signer, [memoryview(encoded)], extra=extra)
    return Stamp(_aware(info["gen_time"].native), token)


def _signed_data(contents: bytes) -> tuple[cms.SignedData, bytes]:
    """Return the structure and what stands behind it in the container."""
    container = cms.ContentInfo.load(contents, strict=False)
    if container["content_type"].dotted != SIGNED:
        raise BadCms("cms-unreadable")
    return container["content"], contents[_length(contents) :]


def _length(contents: bytes) -> int:
    """Return how many bytes the outermost structure takes."""
    return len(core.Any.load(contents, strict=False).dump())


def _padding_faults(padding: bytes) -> list[str]:
    return ["padding-not-empty"] if padding.strip(b"\x00") else []


def _only_signer(data: cms.SignedData) -> cms.SignerInfo:
    if len(data["signer_infos"]) != 1:
        raise BadCms("several-signers" if len(data["signer_infos"]) else "cms-unreadable")
    return data["signer_infos"][0]


def _expected_content(
    embedded: bytes | None, pieces: Sequence[memoryview], sub_filter: str
) -> Sequence[memoryview]:
    """Return what the digest must be made of.

    Raises:
        BadCms: a signature that stands beside its content carries another one.
    """
    if sub_filter == "adbe.pkcs7.sha1":
        if embedded != _hashed("sha1", pieces):
            raise BadCms("digest-mismatch")
        return [memoryview(embedded or b"")]
    if embedded:
        raise BadCms("content-embedded")
    return pieces


def _judged(
    data: cms.SignedData,
    signer: cms.SignerInfo,
    content: Sequence[memoryview],
    *,
    extra: list[str],
) -> Cms:
    certificates = tuple(_certificates(data))
    certificate = _certificate_of(signer, certificates)
    attributes = _attributes(signer)
    stated = signer["digest_algorithm"]["algorithm"]
    digest = MISNAMED.get(stated.dotted, stated.native)
    extra = [*extra, "algorithm-misnamed"] if stated.dotted in MISNAMED else extra
    problems = [*extra, *_repeated(signer), *_faults_of_digest(signer, attributes, digest, content)]
    problems += _faults_of_signature(signer, certificate, digest, content)
    problems += _faults_of_reference(attributes, certificate)
    stamps, broken = _stamps(signer)
    return Cms(
        signer=certificate,
        certificates=certificates,
        digest=digest,
        claimed_at=_claimed_at(attributes),
        problems=tuple(dict.fromkeys(problems + broken)),
        stamps=tuple(stamps),
        has_revocation="adobe_revocation_info_archival" in attributes,
        info=data,
    )


def _certificates(data: cms.SignedData) -> Iterable[x509.Certificate]:
    for item in data["certificates"] or ():
        if item.name == "certificate":
            yield item.chosen


def _certificate_of(
    signer: cms.SignerInfo, certificates: Iterable[x509.Certificate]
) -> x509.Certificate | None:
    wanted = signer["sid"].chosen
    for item in certificates:
        if signer["sid"].name == "subject_key_identifier":
            if item.key_identifier == wanted.native:
                return item
        elif (item.serial_number, item.issuer) == (
            wanted["serial_number"].native,
            wanted["issuer"],
        ):
            return item
    return None


def _attributes(signer: cms.SignerInfo) -> dict[str, core.Asn1Value]:
    """Return the first value of each signed attribute, by the name of its type."""
    found: dict[str, core.Asn1Value] = {}
    for item in signer["signed_attrs"] or ():
        if len(item["values"]):
            found.setdefault(str(item["type"].native), item["values"][0])
    return found


def _repeated(signer: cms.SignerInfo) -> list[str]:
    names = [str(item["type"].native) for item in signer["signed_attrs"] or ()]
    values = [
        len(item["values"])
        for item in signer["signed_attrs"] or ()
        if str(item["type"].native) in SINGLE
    ]
    is_twice = any(names.count(name) > 1 for name in SINGLE) or any(n != 1 for n in values)
    return ["attribute-repeated"] if is_twice else []


def _faults_of_digest(
    signer: cms.SignerInfo,
    attributes: dict[str, core.Asn1Value],
    digest: str,
    content: Sequence[memoryview],
) -> list[str]:
    if not len(signer["signed_attrs"] or ()):
        return ["attributes-missing"]
    if digest not in HASHES:
        return ["algorithm-unknown"]
    faults = [] if "content_type" in attributes else ["attribute-missing"]
    stated = attributes.get("message_digest")
    if stated is None:
        return [*faults, "message-digest-missing"]
    return faults if stated.native == _hashed(digest, content) else [*faults, "digest-mismatch"]


def _faults_of_signature(
    signer: cms.SignerInfo,
    certificate: x509.Certificate | None,
    digest: str,
    content: Sequence[memoryview],
) -> list[str]:
    if certificate is None:
        return ["certificate-missing"]
    attributes = signer["signed_attrs"]
    # The signature is over the SET OF as it was written (RFC 5652, 5.4).
    is_over_attributes = bool(len(attributes or ()))
    signed = b"\x31" + attributes.dump()[1:] if is_over_attributes else b"".join(content)
    try:
        is_good = is_signed_by(signer, certificate, digest, signed)
    except UnknownAlgorithm:
        return ["algorithm-unknown"]
    return [] if is_good else ["signature-wrong"]


def _faults_of_reference(
    attributes: dict[str, core.Asn1Value], certificate: x509.Certificate | None
) -> list[str]:
    """Compare the certificate with the one that the signer named (RFC 5035)."""
    second = attributes.get("signing_certificate_v2")
    reference: Any = second if second is not None else attributes.get("signing_certificate")
    if certificate is None:
        return []
    if reference is None:
        return ["certificate-not-named"]
    named = reference["certs"][0]
    name = named["hash_algorithm"]["algorithm"].native if second is not None else "sha1"
    if name not in HASHES:
        return ["algorithm-unknown"]
    is_same = named["cert_hash"].native == HASHES[name](certificate.dump()).digest()
    return [] if is_same else ["other-certificate-named"]


def _claimed_at(attributes: dict[str, core.Asn1Value]) -> datetime | None:
    found = attributes.get("signing_time")
    return _aware(found.native) if found is not None else None


def _stamps(signer: cms.SignerInfo) -> tuple[list[Stamp], list[str]]:
    """Return the time stamps over the signature's value, and codes of the unreadable ones."""
    stamps: list[Stamp] = []
    signature = [memoryview(signer["signature"].native)]
    for item in signer["unsigned_attrs"] or ():
        if item["type"].dotted != STAMP_OVER_SIGNATURE:
            continue
        for value in item["values"]:
            try:
                stamps.append(_stamp(value["content"], signature, []))
            except (BadCms, *BROKEN):
                return stamps, ["time-stamp-broken"]
    is_broken = any("digest-mismatch" in stamp.token.problems for stamp in stamps)
    return stamps, ["time-stamp-broken"] if is_broken else []


def _hashed(name: str, pieces: Sequence[memoryview]) -> bytes:
    """Return a digest; an unknown algorithm gives one that equals nothing."""
    if name not in HASHES:
        return b""
    found = HASHES[name](usedforsecurity=False)
    for piece in pieces:
        found.update(piece)
    return found.digest()


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

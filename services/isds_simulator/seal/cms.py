"""CMS SignedData with the attributes of CAdES-B, made from asn1crypto's structures."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from services.isds_simulator.seal.authority import PrivateKey, Signer

SALT_LENGTH = 32
PIECE = 1000
TAG_SEQUENCE = 0x30
TAG_CONSTRUCTED_OCTETS = 0x24
TAG_EXPLICIT_0 = 0xA0
INDEFINITE = 0x80
END_OF_CONTENTS = b"\x00\x00"
SIGNED_DATA_FIELDS = (
    "version",
    "digest_algorithms",
    "encap_content_info",
    "certificates",
    "signer_infos",
)

SHA256_ALGORITHM = algos.DigestAlgorithm({"algorithm": "sha256"})
PSS_ALGORITHM = algos.SignedDigestAlgorithm(
    {
        "algorithm": "rsassa_pss",
        "parameters": algos.RSASSAPSSParams(
            {
                "hash_algorithm": {"algorithm": "sha256"},
                "mask_gen_algorithm": {
                    "algorithm": "mgf1",
                    "parameters": {"algorithm": "sha256"},
                },
                "salt_length": SALT_LENGTH,
            }
        ),
    }
)
ECDSA_ALGORITHM = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})


def sign_content(
    content: bytes,
    signer: Signer,
    *,
    at: datetime,
    content_type: str = "data",
) -> cms.SignedData:
    """Wrap and sign a content.

    Args:
        content: Bytes to be carried inside.
        signer: Key and certificate.
        at: Aware instant for the signing-time attribute.
        content_type: asn1crypto's name of the content type.

    Returns:
        A SignedData with one signer; unsigned attributes may still be added.
    """
    is_data = content_type == "data"
    certificate = x509.Certificate.load(signer.der)
    attributes = _signed_attributes(content, signer, at=at, content_type=content_type)
    signer_info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber(
                    {
                        "issuer": certificate.issuer,
                        "serial_number": certificate.serial_number,
                    }
                ),
            ),
            "digest_algorithm": SHA256_ALGORITHM,
            "signed_attrs": attributes,
            "signature_algorithm": _algorithm(signer.key),
            "signature": _signature(signer.key, attributes.dump()),
        }
    )
    return cms.SignedData(
        {
            "version": "v1" if is_data else "v3",
            "digest_algorithms": [SHA256_ALGORITHM],
            "encap_content_info": {
                "content_type": content_type,
                "content": content if is_data else core.ParsableOctetString(content),
            },
            "certificates": [certificate],
            "signer_infos": [signer_info],
        }
    )


def _signed_attributes(
    content: bytes, signer: Signer, *, at: datetime, content_type: str
) -> cms.CMSAttributes:
    certificate_digest = hashlib.sha256(signer.der).digest()
    signing_certificate = tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": certificate_digest})]}
    )
    values: dict[str, Any] = {
        "content_type": content_type,
        "message_digest": hashlib.sha256(content).digest(),
        "signing_time": cms.Time({"utc_time": at.replace(microsecond=0)}),
        "signing_certificate_v2": signing_certificate,
    }
    return cms.CMSAttributes(
        [cms.CMSAttribute({"type": name, "values": [value]}) for name, value in values.items()]
    )


def _algorithm(key: PrivateKey) -> algos.SignedDigestAlgorithm:
    return PSS_ALGORITHM if isinstance(key, rsa.RSAPrivateKey) else ECDSA_ALGORITHM


def _signature(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=SALT_LENGTH)
        return key.sign(data, pss, hashes.SHA256())
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def signature_of(signed: cms.SignedData) -> bytes:
    """Return the signature value of the only signer."""
    return bytes(signed["signer_infos"][0]["signature"].native)


def attach_time_stamp(signed: cms.SignedData, token: bytes) -> None:
    """Add a time stamp over the signature, which makes CAdES-T of CAdES-B."""
    attribute = cms.CMSAttribute(
        {"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(token)]}
    )
    signed["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])


def encode(signed: cms.SignedData, *, constructed: bool = False) -> bytes:
    """Return the ContentInfo around a SignedData.

    Args:
        signed: The finished SignedData.
        constructed: Cut the content into pieces of a constructed octet string. This is
            BER, not DER, and is what many files of the real system look like.

    Returns:
        Encoded bytes.
    """
    if not constructed:
        return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())
    content = bytes(signed["encap_content_info"]["content"].native)
    pieces = b"".join(core.OctetString(piece).dump() for piece in _cut(content))
    encapsulated = _indefinite(
        TAG_SEQUENCE,
        signed["encap_content_info"]["content_type"].dump()
        + _indefinite(TAG_EXPLICIT_0, _indefinite(TAG_CONSTRUCTED_OCTETS, pieces)),
    )
    parts = (
        encapsulated if name == "encap_content_info" else signed[name].dump()
        for name in SIGNED_DATA_FIELDS
    )
    data = _indefinite(TAG_EXPLICIT_0, _indefinite(TAG_SEQUENCE, b"".join(parts)))
    return _indefinite(TAG_SEQUENCE, cms.ContentType("signed_data").dump() + data)


def _cut(content: bytes) -> Iterator[bytes]:
    return (content[start : start + PIECE] for start in range(0, len(content), PIECE))


def _indefinite(tag: int, value: bytes) -> bytes:
    """Return a tag and a value that ends with two zeros instead of having a length."""
    return bytes((tag, INDEFINITE)) + value + END_OF_CONTENTS

"""CMS SignedData with the attributes of CAdES."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from services.isds_simulator.seal import der
from services.isds_simulator.seal.certificates import PrivateKey, Signer

SALT_LENGTH = 32
PIECE = 1000
ID_DATA = der.oid("1.2.840.113549.1.7.1")
ID_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
ID_TST_INFO = der.oid("1.2.840.113549.1.9.16.1.4")
ID_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
ID_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
ID_SIGNING_TIME = der.oid("1.2.840.113549.1.9.5")
ID_SIGNING_CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")
ID_SIGNATURE_TIME_STAMP = der.oid("1.2.840.113549.1.9.16.2.14")
SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
SHA256_WITH_NULL = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"), b"\x05\x00")
MGF1_SHA256 = der.sequence(der.oid("1.2.840.113549.1.1.8"), SHA256_WITH_NULL)
PSS_SHA256 = der.sequence(
    der.oid("1.2.840.113549.1.1.10"),
    der.sequence(
        der.explicit(0, SHA256_WITH_NULL),
        der.explicit(1, MGF1_SHA256),
        der.explicit(2, der.integer(SALT_LENGTH)),
    ),
)
PKCS1_SHA256 = der.sequence(der.oid("1.2.840.113549.1.1.1"), b"\x05\x00")
ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
PSS_PADDING = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=SALT_LENGTH)
PKCS1_PADDING = padding.PKCS1v15()

Stamp = Callable[[bytes], bytes]


def sign(
    content: bytes,
    signer: Signer,
    *,
    at: datetime,
    content_type: bytes = ID_DATA,
    stamp: Stamp | None = None,
    constructed: bool = False,
    pss: bool = True,
    unsigned: bytes = b"",
) -> bytes:
    """Wrap and sign a content.

    Args:
        content: Bytes to be carried inside.
        signer: Key and certificate.
        at: Aware instant for the signing-time attribute.
        content_type: Encoded identifier of the content type.
        stamp: Makes a time-stamp token over a digest; ``None`` leaves CAdES-B as it is.
        constructed: Cut the content into pieces of a constructed octet string with
            indefinite lengths, as many files of the real system are.
        pss: Whether an RSA key signs with PSS, otherwise with PKCS #1 v1.5.
        unsigned: One more unsigned attribute, encoded.

    Returns:
        A ContentInfo in DER, or in BER if constructed.

    Source:
        RFC 5652, sections 5.1 and 5.3; ETSI EN 319 122-1 for the attributes.
    """
    attributes = _signed_attributes(content, signer, at=at, content_type=content_type)
    signature, signer_info = _signer_info(attributes, signer, pss=pss)
    unsigned_attributes = [unsigned] if unsigned else []
    if stamp is not None:
        token = stamp(hashlib.sha256(signature).digest())
        unsigned_attributes.append(attribute(ID_SIGNATURE_TIME_STAMP, token))
    if unsigned_attributes:
        signer_info += der.implicit(1, der.set_of(*unsigned_attributes))
    before = der.integer(1 if content_type == ID_DATA else 3) + der.set_of(SHA256)
    after = der.implicit(0, der.set_of(signer.der)) + der.set_of(der.sequence(signer_info))
    if constructed:
        return _in_pieces(before, content_type, content, after)
    encapsulated = der.sequence(content_type, der.explicit(0, der.octets(content)))
    signed_data = der.sequence(before, encapsulated, after)
    return der.sequence(ID_SIGNED_DATA, der.explicit(0, signed_data))


def _signed_attributes(
    content: bytes, signer: Signer, *, at: datetime, content_type: bytes
) -> bytes:
    return der.set_of(
        attribute(ID_CONTENT_TYPE, content_type),
        attribute(ID_MESSAGE_DIGEST, der.octets(hashlib.sha256(content).digest())),
        attribute(ID_SIGNING_TIME, der.utc_time(at)),
        attribute(ID_SIGNING_CERTIFICATE_V2, _certificate_reference(signer)),
    )


def _signer_info(attributes: bytes, signer: Signer, *, pss: bool) -> tuple[bytes, bytes]:
    """Return the signature and the inside of its SignerInfo."""
    signature = _signature(signer.key, attributes, pss=pss)
    is_rsa = isinstance(signer.key, rsa.RSAPrivateKey)
    rsa_algorithm = PSS_SHA256 if pss else PKCS1_SHA256
    info = (
        der.integer(1),
        der.sequence(signer.issuer, der.integer(signer.serial_number)),
        SHA256,
        der.implicit(0, attributes),
        rsa_algorithm if is_rsa else ECDSA_SHA256,
        der.octets(signature),
    )
    return signature, b"".join(info)


def attribute(kind: bytes, value: bytes) -> bytes:
    """Return an attribute with one value."""
    return der.sequence(kind, der.set_of(value))


def _certificate_reference(signer: Signer) -> bytes:
    """Return SigningCertificateV2; SHA-256 is its default and is not written."""
    return der.sequence(der.sequence(der.sequence(der.octets(signer.digest))))


def _signature(key: PrivateKey, data: bytes, *, pss: bool) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, PSS_PADDING if pss else PKCS1_PADDING, hashes.SHA256())
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def _in_pieces(before: bytes, content_type: bytes, content: bytes, after: bytes) -> bytes:
    """Return the ContentInfo as a program writes it that does not know the length ahead."""
    pieces = b"".join(
        der.octets(content[start : start + PIECE]) for start in range(0, len(content), PIECE)
    )
    octets = der.indefinite(der.CONSTRUCTED_OCTET_STRING, pieces)
    encapsulated = der.indefinite(der.SEQUENCE, content_type + der.indefinite(der.CONTEXT, octets))
    signed_data = der.indefinite(der.SEQUENCE, before + encapsulated + after)
    return der.indefinite(der.SEQUENCE, ID_SIGNED_DATA + der.indefinite(der.CONTEXT, signed_data))

"""Time-stamp tokens of RFC 3161."""

import secrets
from datetime import datetime

from asn1crypto import cms, core, tsp

from services.isds_simulator.seal.authority import Signer
from services.isds_simulator.seal.cms import SHA256_ALGORITHM, encode, sign_content

POLICY = "1.3.6.1.4.1.99999.1.1"
SERIAL_BITS = 63


def time_stamp(digest: bytes, stamper: Signer, *, at: datetime) -> bytes:
    """Make a time-stamp token over a digest.

    Args:
        digest: SHA-256 of what is stamped.
        stamper: Key and certificate of the time-stamping unit.
        at: Aware instant to be attested.

    Returns:
        The token: a ContentInfo with SignedData over TSTInfo, in DER.

    Source:
        RFC 3161, section 2.4.2; RFC 5816 for the certificate reference.
    """
    info = tsp.TSTInfo(
        {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": {
                "hash_algorithm": SHA256_ALGORITHM,
                "hashed_message": digest,
            },
            "serial_number": secrets.randbits(SERIAL_BITS),
            "gen_time": core.GeneralizedTime(at),
            "accuracy": {"seconds": 1},
        }
    )
    signed = sign_content(info.dump(), stamper, at=at, content_type="tst_info")
    return encode(signed)


def imprint_of(token: bytes) -> bytes:
    """Return the digest that a token attests.

    Args:
        token: A time-stamp token.

    Returns:
        The hashed message of its imprint.
    """
    signed = cms.ContentInfo.load(token)["content"]
    info = signed["encap_content_info"]["content"].parsed
    return bytes(info["message_imprint"]["hashed_message"].native)

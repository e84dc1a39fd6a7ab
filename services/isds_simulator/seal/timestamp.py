"""Time-stamp tokens of RFC 3161."""

import secrets
from datetime import datetime

from services.isds_simulator.seal import der
from services.isds_simulator.seal.certificates import Signer
from services.isds_simulator.seal.cms import ID_TST_INFO, SHA256, sign

# An example arc; the simulator has no policy of its own.
POLICY = der.oid("2.999.1")
SERIAL_BITS = 63
ACCURACY_SECONDS = 1


def time_stamp(digest: bytes, stamper: Signer, *, at: datetime, unsigned: bytes = b"") -> bytes:
    """Make a time-stamp token over a digest.

    Args:
        digest: SHA-256 of what is stamped.
        stamper: Key and certificate of the time-stamping unit.
        at: Aware instant to be attested.
        unsigned: An unsigned attribute of the token, encoded.

    Returns:
        The token: a ContentInfo with SignedData over TSTInfo, in DER.

    Source:
        RFC 3161, section 2.4.2; RFC 5816 for the certificate reference.
    """
    info = der.sequence(
        der.integer(1),
        POLICY,
        der.sequence(SHA256, der.octets(digest)),
        der.integer(secrets.randbits(SERIAL_BITS)),
        der.generalized_time(at),
        der.sequence(der.integer(ACCURACY_SECONDS)),
    )
    return sign(info, stamper, at=at, content_type=ID_TST_INFO, unsigned=unsigned)

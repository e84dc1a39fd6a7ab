"""A time stamp authority of our own (RFC 3161) for development."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import tsp

from services.documents.domain.stamp_faults import StampFault
from services.documents.signing.cms import Identity
from services.documents.signing.der import (
    element,
    integer,
    object_identifier,
    sequence,
)
from services.documents.signing.mechanisms import DIGESTS
from services.documents.signing.port import AuthorityFailed

# Arc for documentation and private use below our own UUID (ITU-T X.667).
POLICY = "2.25.305419896.1"
TIME_STAMP_INFO = object_identifier("1.2.840.113549.1.9.16.1.4")
GENERALIZED_TIME = 0x18
GRANTED = sequence(integer(0))
SERIAL = 8


@dataclass(frozen=True)
class LocalAuthority:
    """Answers time-stamp requests with the process clock and a key parsed once."""

    name: str
    identity: Identity

    def ask(self, request: bytes, at: datetime) -> bytes:
        """Answer a request (DER) with a response (DER).

        Raises:
            AuthorityFailed: the hash function of the request is not accepted.
        """
        digest_of(request)
        asked = tsp.TimeStampReq.load(request)
        imprint, nonce = asked["message_imprint"], asked["nonce"]
        info = sequence(
            integer(1),
            object_identifier(POLICY),
            imprint.dump(),
            integer(int.from_bytes(os.urandom(SERIAL), "big")),
            element(GENERALIZED_TIME, at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()),
            nonce.dump(),
        )
        return sequence(GRANTED, self.identity.enclose(info))


def digest_of(request: bytes) -> str:
    """Return the name of the hash function that a request uses.

    Raises:
        AuthorityFailed: it is not accepted.
    """
    imprint = tsp.TimeStampReq.load(request)["message_imprint"]
    name = str(imprint["hash_algorithm"]["algorithm"].native)
    if name not in DIGESTS:
        text = "The hash function of the request is not accepted."
        raise AuthorityFailed(StampFault.HASH_REFUSED, text)
    return name


def stamping(identity: Identity) -> Identity:
    """Return the identity as one that signs time stamps."""
    return replace(identity, content_type=TIME_STAMP_INFO)

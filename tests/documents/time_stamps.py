"""Tokens of the development authority, as evidence records need them."""

from datetime import datetime

from asn1crypto import algos, tsp

from services.documents.signing.development_pki import DevelopmentPki


def token(pki: DevelopmentPki, imprint: bytes, algorithm: str, at: datetime) -> bytes:
    """Have a hash stamped; return the token, DER."""
    stamped = tsp.MessageImprint(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": algorithm}),
            "hashed_message": imprint,
        }
    )
    asked = tsp.TimeStampReq({"version": 1, "message_imprint": stamped, "cert_req": True})
    answer = tsp.TimeStampResp.load(pki.time_stamp(asked.dump(), at))
    return bytes(answer["time_stamp_token"].dump())

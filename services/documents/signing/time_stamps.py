"""A time stamp authority of our own (RFC 3161) for development."""

import hashlib
import os
from collections.abc import Sequence
from datetime import datetime

from asn1crypto import algos, cms, core, tsp, x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute

# Arc for documentation and private use below our own UUID (ITU-T X.667).
POLICY = "2.25.305419896.1"


class LocalTimeStamper:
    """Answers time-stamp requests with the process clock and a cached key."""

    def __init__(
        self,
        key: EllipticCurvePrivateKey,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate],
    ) -> None:
        self._key, self._certificate, self._chain = key, certificate, list(chain)

    def time_stamp(self, request: bytes, at: datetime) -> bytes:
        """Answer a time-stamp request (DER) with a response (DER)."""
        asked = tsp.TimeStampReq.load(request)
        info = self._info(asked, at).dump()
        attributes = self._attributes(info, at)
        signature = self._key.sign(attributes.dump(), ECDSA(SHA256()))
        token = cms.ContentInfo(
            {
                "content_type": "signed_data",
                "content": self._signed_data(info, attributes, signature),
            }
        )
        status = tsp.PKIStatusInfo({"status": "granted"})
        answer = tsp.TimeStampResp({"status": status, "time_stamp_token": token})
        return bytes(answer.dump())

    def _info(self, asked: tsp.TimeStampReq, at: datetime) -> tsp.TSTInfo:
        content = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": asked["message_imprint"],
            "serial_number": int.from_bytes(os.urandom(8), "big"),
            "gen_time": at.replace(microsecond=0),
            "tsa": x509.GeneralName(name="directory_name", value=self._certificate.subject),
        }
        if asked["nonce"].native is not None:
            content["nonce"] = asked["nonce"]
        return tsp.TSTInfo(content)

    def _attributes(self, info: bytes, at: datetime) -> cms.CMSAttributes:
        moment = cms.Time({"utc_time": core.UTCTime(at.replace(microsecond=0))})
        return cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("signing_time", moment),
                simple_cms_attribute(
                    "signing_certificate_v2", as_signing_certificate_v2(self._certificate)
                ),
                simple_cms_attribute("message_digest", hashlib.sha256(info).digest()),
            ]
        )

    def _signed_data(
        self, info: bytes, attributes: cms.CMSAttributes, signature: bytes
    ) -> cms.SignedData:
        digest = algos.DigestAlgorithm({"algorithm": "sha256"})
        issuer_serial = cms.IssuerAndSerialNumber(
            {
                "issuer": self._certificate.issuer,
                "serial_number": self._certificate.serial_number,
            }
        )
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer_serial}),
                "digest_algorithm": digest,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
                "signed_attrs": attributes,
                "signature": signature,
            }
        )
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": cms.DigestAlgorithms((digest,)),
                "encap_content_info": cms.EncapsulatedContentInfo(
                    {"content_type": "tst_info", "content": cms.ParsableOctetString(info)}
                ),
                "certificates": [self._certificate, *self._chain],
                "signer_infos": [signer],
            }
        )

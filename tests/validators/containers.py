"""Signatures taken out of a PDF for programs that know CMS but no PDF."""

import re
from dataclasses import dataclass

from asn1crypto import cms

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
STAMP = "signature_time_stamp_token"


@dataclass(frozen=True)
class Container:
    """One signature of a file with the bytes that it covers."""

    data: bytes
    der: bytes
    is_document_stamp: bool

    @property
    def value(self) -> bytes:
        """The signature itself; a signature time stamp is made over it."""
        return bytes(self._signer["signature"].native)

    @property
    def stamps(self) -> list[bytes]:
        """Signature time stamps, DER."""
        found = self._signer["unsigned_attrs"]
        if self.is_document_stamp or isinstance(found.native, type(None)):
            return []
        return [a["values"][0].dump() for a in found if a["type"].native == STAMP]

    @property
    def _signer(self) -> cms.SignerInfo:
        return cms.ContentInfo.load(self.der)["content"]["signer_infos"][0]


def containers(pdf: bytes) -> list[Container]:
    """Return every signature and document time stamp, in the order of the file.

    Raises:
        ValueError: a signature is no hexadecimal string where its byte range says.
    """
    found = []
    for match in RANGE.finditer(pdf):
        first, length, second, rest = (int(number) for number in match.groups())
        hole = pdf[first + length : second].strip()
        if not (hole.startswith(b"<") and hole.endswith(b">")):
            raise ValueError(f"no signature in the hole at {first + length}")
        # The reserved place is filled up with zeros; DER tells its own length.
        der = cms.ContentInfo.load(bytes.fromhex(hole[1:-1].decode("ascii"))).dump()
        data = pdf[first : first + length] + pdf[second : second + rest]
        kind = der_content_kind(der)
        found.append(Container(data, der, kind == "tst_info"))
    return sorted(found, key=lambda item: len(item.data))


def der_content_kind(der: bytes) -> str:
    """Return what a signed message holds; a time stamp holds ``tst_info``."""
    told = cms.ContentInfo.load(der)["content"]["encap_content_info"]["content_type"]
    return str(told.native)
